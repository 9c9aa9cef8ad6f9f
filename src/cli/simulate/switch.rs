//! `--switch`: what the platform's documentation leaves open, so that a user who knows better can
//! rehearse with the platform as it is.

use crate::cli::error::Failure;
use crate::cli::settings::Value;
use crate::simulator::{RetryAfter, Settings};

const NAMES: &str = "iid, any-stream, scope, enforce-jti, rate-limit-status, rate-limit-word, retry-after (none, \
                     seconds, date), count-refused-calls, ignore-case, past-start-accepted, refusal-word, page-limit, \
                     utc-offset-seconds, seed";

/// Turns one switch, written `name=value`.
///
/// # Errors
/// If there is no such switch, or it has no such position.
pub(super) fn turn(settings: &mut Settings, text: &str) -> Result<(), Failure> {
    let turned = text.split_once('=').filter(|(_, value)| !value.is_empty());
    turned.and_then(|(name, value)| set(settings, name, value)).ok_or_else(|| {
        Failure::new("settings", format!("--switch: \"{text}\" is none of the switches"))
            .hint(format!("write name=value: {NAMES}"))
    })
}

fn set(settings: &mut Settings, name: &str, value: &str) -> Option<()> {
    let flag = || bool::read(value).ok();
    let word = || value.to_owned();
    match name {
        "iid" => settings.iid = Some(word()),
        "any-stream" => settings.any_stream = flag()?,
        "scope" => settings.scope = flag()?,
        "enforce-jti" => settings.enforce_jti = flag()?,
        "rate-limit-status" => {
            settings.rate_limit.status = value.parse().ok().filter(|status| (200..600).contains(status))?;
        }
        "rate-limit-word" => settings.rate_limit.word = word(),
        "retry-after" => {
            settings.rate_limit.retry_after = match value {
                "none" => RetryAfter::None,
                "seconds" => RetryAfter::Seconds,
                "date" => RetryAfter::Date,
                _ => return None,
            }
        }
        "count-refused-calls" => settings.count_refused_calls = flag()?,
        "ignore-case" => settings.ignore_case = flag()?,
        "past-start-accepted" => settings.past_start_accepted = flag()?,
        "refusal-word" => settings.refusal_word = word(),
        "page-limit" => settings.page_limit = value.parse().ok().filter(|limit| *limit > 0)?,
        "utc-offset-seconds" => settings.utc_offset_seconds = value.parse().ok()?,
        "seed" => settings.seed = value.parse().ok()?,
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_that_the_hint_names_can_be_turned() {
        for name in NAMES.split(", ").filter_map(|word| word.split_whitespace().next()) {
            if matches!(name, "seconds" | "date)") {
                continue;
            }
            let mut settings = Settings::practice();
            let values = ["false", "500", "seconds", "7"];
            let turned = values.iter().filter(|value| turn(&mut settings, &format!("{name}={value}")).is_ok()).count();
            assert!(turned > 0, "{name}");
        }
    }

    #[test]
    fn what_is_no_switch_is_named() {
        for text in ["retry-after", "retry-after=", "retry-after=soon", "sead=1", "rate-limit-status=99"] {
            let failure = turn(&mut Settings::practice(), text).unwrap_err();
            assert_eq!(failure.message, format!("--switch: \"{text}\" is none of the switches"));
        }
    }
}
