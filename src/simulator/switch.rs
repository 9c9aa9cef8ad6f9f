//! Switches: what the platform's documentation leaves open, so that a user who knows better can
//! rehearse with the platform as it is.

use super::{CampaignState, RetryAfter, Settings};

/// No switch has this name, or it has no such position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{written}\" is none of the switches")]
pub struct SwitchError {
    written: String,
}

impl SwitchError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        format!("write name=value, with one of: {}", SWITCHES.map(|switch| switch.name).join(", "))
    }
}

/// A switch: its name, what it takes, and what it decides.
pub struct Switch {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static str,
    /// What it decides, and after the last semicolon how it stands if nobody turns it.
    pub decides: &'static str,
}

const fn switch(name: &'static str, takes: &'static str, decides: &'static str) -> Switch {
    Switch { name, takes, decides }
}

const FLAG: &str = "true|false";

/// All switches.
pub const SWITCHES: [Switch; 15] = [
    switch("iid", "ID", "what the header iid must say; anything"),
    switch("any-stream", FLAG, "streams that nobody named are known; true"),
    switch("scope", FLAG, "the app has the scope Campaign Management; true"),
    switch("enforce-jti", FLAG, "a token without jti is refused; true"),
    switch("rate-limit-status", "STATUS", "the HTTP status over quota; 429"),
    switch("rate-limit-word", "WORD", "the word in the body's status over quota; error"),
    switch("retry-after", "none|seconds|date", "the header Retry-After over quota; none"),
    switch("count-refused-calls", FLAG, "a call over quota counts against it; false"),
    switch("ignore-case", FLAG, "a name that differs by case finds its campaign; true"),
    switch("past-start-accepted", FLAG, "a start that has passed is accepted; true"),
    switch("refusal-word", "WORD", "the word in the body's status of a refusal; error"),
    switch("page-limit", "N", "the most rows on a page of a listing; 100"),
    switch("locked-states", "none|STATE+STATE", "states that take no schedule; Active"),
    switch("utc-offset-seconds", "SECONDS", "the zone that the platform reads times in; 0"),
    switch("seed", "N", "states of --campaigns N, and faults by probability; 0"),
];

impl Settings {
    /// Turns one switch, written `name=value`.
    ///
    /// # Errors
    /// If there is no such switch, or it has no such position.
    pub fn turn(&mut self, switch: &str) -> Result<(), SwitchError> {
        let turned = switch.split_once('=').filter(|(_, value)| !value.is_empty());
        let is_turned = turned.and_then(|(name, value)| set(self, name, value)).is_some();
        if is_turned { Ok(()) } else { Err(SwitchError { written: switch.to_owned() }) }
    }
}

fn set(settings: &mut Settings, name: &str, value: &str) -> Option<()> {
    let flag = || value.parse::<bool>().ok();
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
        "locked-states" => settings.locked_states = states(value)?,
        "utc-offset-seconds" => settings.utc_offset_seconds = value.parse().ok()?,
        "seed" => settings.seed = value.parse().ok()?,
        _ => return None,
    }
    Some(())
}

/// `none`, or `Active+Paused`.
fn states(value: &str) -> Option<Vec<CampaignState>> {
    if value == "none" {
        return Some(Vec::new());
    }
    let state = |word: &str| CampaignState::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(word));
    value.split('+').map(state).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_of_the_table_can_be_turned_to_where_it_stands_and_elsewhere() {
        for Switch { name, takes, decides } in SWITCHES {
            let default = decides.rsplit("; ").next().unwrap();
            let mut settings = Settings { seed: 0, ..Settings::practice() };
            let before = format!("{settings:?}");
            if name != "iid" {
                settings.turn(&format!("{name}={default}")).unwrap();
                assert_eq!(format!("{settings:?}"), before, "{name} stands elsewhere than its table says");
            }
            let elsewhere = match takes {
                FLAG if default == "true" => "false",
                FLAG => "true",
                "none|seconds|date" => "date",
                "none|STATE+STATE" => "Paused+Preparing",
                _ => "500",
            };
            settings.turn(&format!("{name}={elsewhere}")).unwrap();
            assert_ne!(format!("{settings:?}"), before, "{name}");
        }
    }

    #[test]
    fn what_is_no_switch_is_named() {
        for text in [
            "retry-after",
            "retry-after=",
            "retry-after=soon",
            "sead=1",
            "rate-limit-status=99",
            "locked-states=Active+",
        ] {
            let error = Settings::practice().turn(text).unwrap_err();
            assert_eq!(error.to_string(), format!("\"{text}\" is none of the switches"));
        }
    }
}
