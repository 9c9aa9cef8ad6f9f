//! Spans of time as people write them: `30s`, `15m`, `1h30m`, `90d`.
//!
//! One spelling for flags, settings files, the journal and messages: what [`show`] writes,
//! [`parse`] reads again.

use std::time::Duration;

/// The units, largest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// The longest span that anything here can ask for: ten years.
const LONGEST: Duration = Duration::from_secs(3_650 * 86_400);

/// Why a text is not a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a span of time")]
pub struct SpanError(pub String);

/// Reads `30s`, `250ms`, `1h30m`. A number without a unit is refused: nobody can tell what it means.
///
/// # Errors
/// [`SpanError`] if it isn't one, or if it is longer than ten years.
pub fn parse(text: &str) -> Result<Duration, SpanError> {
    let fail = || SpanError(text.to_owned());
    let mut rest = text.trim();
    let mut millis: u64 = 0;
    if rest.is_empty() {
        return Err(fail());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(fail)?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let (_, size) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(fail)?;
        let part = number.parse::<u64>().ok().and_then(|number| number.checked_mul(size)).ok_or_else(fail)?;
        millis = millis.checked_add(part).ok_or_else(fail)?;
        rest = after;
    }
    let span = Duration::from_millis(millis);
    if span > LONGEST { Err(fail()) } else { Ok(span) }
}

/// The shortest spelling that [`parse`] reads again; anything below a millisecond is dropped.
pub fn show(span: Duration) -> String {
    let mut rest = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, size) in UNITS {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    text
}

/// Spans as this module spells them, for `#[serde(with = "span::spelled")]`.
pub mod spelled {
    use std::time::Duration;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes `30s`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::show(*span))
    }

    /// Reads `30s`.
    ///
    /// # Errors
    /// If it isn't a span.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        super::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, seconds) in [("30s", 30), ("15m", 900), ("1h30m", 5_400), ("90d", 7_776_000), (" 0s ", 0)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("250ms"), Ok(Duration::from_millis(250)));
        for text in ["", "30", "s", "30 s", "-1s", "1.5h", "30x", "99999d", "99999999999999999999s", "1h30"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(millis in 0u64..315_360_000_000) {
            let span = Duration::from_millis(millis);
            prop_assert_eq!(parse(&show(span)), Ok(span));
        }
    }
}
