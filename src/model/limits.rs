//! The limits a user may set: quotas, the pace, and how many failures are too many.
//!
//! They are written as the user writes them (`60/1m`, `10/s`, `5%`) everywhere: in flags, settings
//! files, the journal and reports. Zero is refused in each of them: a quota of no calls would wait
//! for ever.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::span;

/// At most so many calls in any window of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Quota {
    /// How many calls; never zero.
    pub calls: u32,
    /// The window; never zero.
    pub window: Duration,
}

/// The pace: calls leave evenly spaced, at most so many in each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    /// How many calls; never zero.
    pub calls: u32,
    /// In how long; never zero.
    pub period: Duration,
}

/// When a batch has met too many failures to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FailureLimit {
    /// More than so many rows.
    Rows(u64),
    /// More than so many per cent of the rows settled by a call, once 20 have been.
    Percent(u8),
}

/// Why a text is not a limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Not a quota.
    #[error("\"{0}\" is not a quota")]
    NotAQuota(String),
    /// Not a rate.
    #[error("\"{0}\" is not a rate")]
    NotARate(String),
    /// Not a limit of failures.
    #[error("\"{0}\" is neither a number of rows nor a percentage from 0% to 100%")]
    NotAFailureLimit(String),
}

impl Rate {
    /// The least time from one call to the next, rounded up to a nanosecond.
    pub fn interval(self) -> Duration {
        let calls = u128::from(NonZeroU32::new(self.calls).unwrap_or(NonZeroU32::MIN).get());
        Duration::from_nanos(u64::try_from(self.period.as_nanos().div_ceil(calls)).unwrap_or(u64::MAX))
    }
}

/// Reads `60/1m`, `10/s`: a number of calls and the time they may take; the number one may be left out.
fn calls_per(text: &str) -> Option<(u32, Duration)> {
    let (calls, time) = text.trim().split_once('/')?;
    let calls = calls.trim().parse::<NonZeroU32>().ok()?;
    let time = time.trim();
    let time = if time.starts_with(|c: char| c.is_ascii_digit()) { time.to_owned() } else { format!("1{time}") };
    let time = span::parse(&time).ok().filter(|time| !time.is_zero())?;
    Some((calls.get(), time))
}

impl FromStr for Quota {
    type Err = LimitError;
    fn from_str(text: &str) -> Result<Self, LimitError> {
        let (calls, window) = calls_per(text).ok_or_else(|| LimitError::NotAQuota(text.to_owned()))?;
        Ok(Self { calls, window })
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.calls, span::show(self.window))
    }
}

impl FromStr for Rate {
    type Err = LimitError;
    fn from_str(text: &str) -> Result<Self, LimitError> {
        let (calls, period) = calls_per(text).ok_or_else(|| LimitError::NotARate(text.to_owned()))?;
        Ok(Self { calls, period })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let period = span::show(self.period);
        let alone = period.strip_prefix('1').filter(|unit| unit.chars().all(|c| c.is_ascii_alphabetic()));
        write!(out, "{}/{}", self.calls, alone.unwrap_or(&period))
    }
}

impl FromStr for FailureLimit {
    type Err = LimitError;
    fn from_str(text: &str) -> Result<Self, LimitError> {
        let fail = || LimitError::NotAFailureLimit(text.to_owned());
        match text.trim().strip_suffix('%') {
            Some(percent) => {
                percent.trim().parse().ok().filter(|percent| *percent <= 100).map(Self::Percent).ok_or_else(fail)
            }
            None => text.trim().parse().map(Self::Rows).map_err(|_| fail()),
        }
    }
}

impl fmt::Display for FailureLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => write!(out, "{rows}"),
            Self::Percent(percent) => write!(out, "{percent}%"),
        }
    }
}

macro_rules! spelled {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = LimitError;
            fn try_from(text: String) -> Result<Self, LimitError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(limit: $name) -> Self {
                limit.to_string()
            }
        }
    )+};
}

spelled!(Quota, Rate, FailureLimit);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_people_write_them_and_shown_so_again() {
        let minute = Quota { calls: 60, window: Duration::from_secs(60) };
        assert_eq!("60/1m".parse(), Ok(minute));
        assert_eq!("60/m".parse(), Ok(minute));
        assert_eq!(minute.to_string(), "60/1m");
        assert_eq!("10/s".parse::<Rate>().unwrap().to_string(), "10/s");
        assert_eq!("10/15s".parse::<Rate>().unwrap().to_string(), "10/15s");
        assert_eq!("3/1m30s".parse::<Rate>().unwrap().to_string(), "3/1m30s");
        assert_eq!("5".parse(), Ok(FailureLimit::Rows(5)));
        assert_eq!("5%".parse(), Ok(FailureLimit::Percent(5)));
    }

    #[test]
    fn nothing_and_nonsense_are_no_limits() {
        for text in ["", "60", "0/1m", "60/0s", "60/", "/1m", "-1/1m", "60/1x", "6.5/1m", "60/1m/1h"] {
            assert!(text.parse::<Quota>().is_err(), "{text}");
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
        for text in ["", "101%", "-1", "x", "%"] {
            assert!(text.parse::<FailureLimit>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_pace_never_lets_more_through_than_it_says() {
        let interval = |text: &str| text.parse::<Rate>().unwrap().interval();
        assert_eq!(interval("10/s"), Duration::from_millis(100));
        assert!(interval("7/s") * 7 >= Duration::from_secs(1));
    }

    #[test]
    fn limits_are_kept_as_they_are_written() {
        let text = serde_json::to_string(&"60/1m".parse::<Quota>().unwrap()).unwrap();
        assert_eq!(text, "\"60/1m\"");
        assert!(serde_json::from_str::<Quota>("\"0/1m\"").is_err());
    }
}
