//! `simulate --switch NAME=VALUE`: what the platform's documentation leaves open.

use super::error::Failure;
use super::settings::Value;
use crate::simulator::{RetryAfter, Settings};

/// Turns one switch: what the platform's documentation leaves open.
pub(super) fn turn(settings: &mut Settings, text: &str) -> Result<(), Failure> {
    const NAMES: &str = "iid, any-stream, scope, enforce-jti, rate-limit-status, rate-limit-word, retry-after (none, \
                         seconds, date), count-refused-calls, ignore-case, past-start-accepted, refusal-word, seed";
    let fail = || {
        Failure::new("usage", format!("--switch \"{text}\" is none of the switches"))
            .hint(format!("write name=value: {NAMES}"))
    };
    let (name, value) = text.split_once('=').filter(|(_, value)| !value.is_empty()).ok_or_else(fail)?;
    let flag = || bool::read(value).map_err(|_| fail());
    let word = || value.to_owned();
    match name {
        "iid" => settings.iid = Some(word()),
        "any-stream" => settings.any_stream = flag()?,
        "scope" => settings.scope = flag()?,
        "enforce-jti" => settings.enforce_jti = flag()?,
        "rate-limit-status" => {
            let status = value.parse().ok().filter(|status| (200..600).contains(status));
            settings.rate_limit.status = status.ok_or_else(fail)?;
        }
        "rate-limit-word" => settings.rate_limit.word = word(),
        "retry-after" => {
            settings.rate_limit.retry_after = match value {
                "none" => RetryAfter::None,
                "seconds" => RetryAfter::Seconds,
                "date" => RetryAfter::Date,
                _ => return Err(fail()),
            }
        }
        "count-refused-calls" => settings.count_refused_calls = flag()?,
        "ignore-case" => settings.ignore_case = flag()?,
        "past-start-accepted" => settings.past_start_accepted = flag()?,
        "refusal-word" => settings.refusal_word = word(),
        "seed" => settings.seed = value.parse().map_err(|_| fail())?,
        _ => return Err(fail()),
    }
    Ok(())
}
