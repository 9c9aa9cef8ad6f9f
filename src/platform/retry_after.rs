//! `Retry-After`: how long an answer asks to wait, in seconds or until a date.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// The longest wait that an answer can ask for.
pub(super) const LONGEST: Duration = Duration::from_secs(3_600);

/// How long ago a date may be that passed on the way: it has whole seconds, and answers take time.
const ON_THE_WAY: TimeDelta = TimeDelta::seconds(10);

/// The wait that the header's value asks for, at most an hour.
///
/// `None` for what is neither form, and for a date that is long past: then our clock and the
/// platform's differ, and the date says nothing about the wait.
pub(super) fn parse(value: &[u8], now: DateTime<Utc>) -> Option<Duration> {
    let text = std::str::from_utf8(value).ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Digits that fit no number are still a number: a large one.
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let wait = http_date(text)?.signed_duration_since(now);
    if wait < -ON_THE_WAY {
        return None;
    }
    Some(wait.to_std().unwrap_or_default().min(LONGEST))
}

/// The three spellings of a date that RFC 9110 asks recipients to read.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    let spellings = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    spellings.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()).map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(value: &str) -> Option<u64> {
        let now = DateTime::parse_from_rfc3339("1994-11-06T08:49:00Z").unwrap().to_utc();
        parse(value.as_bytes(), now).map(|wait| wait.as_secs())
    }

    #[test]
    fn both_forms_are_read() {
        assert_eq!(wait("0"), Some(0));
        assert_eq!(wait(" 120 "), Some(120));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(wait("Sunday, 06-Nov-94 08:49:37 GMT"), Some(37));
        assert_eq!(wait("Sun Nov  6 08:49:37 1994"), Some(37));
    }

    #[test]
    fn a_date_that_passed_on_the_way_asks_for_no_wait() {
        assert_eq!(wait("Sun, 06 Nov 1994 08:48:59 GMT"), Some(0));
        assert_eq!(wait("Sun, 06 Nov 1994 08:48:50 GMT"), Some(0));
        assert_eq!(wait("Sun, 06 Nov 1994 08:48:49 GMT"), None);
    }

    #[test]
    fn no_wait_is_longer_than_an_hour() {
        assert_eq!(wait("3601"), Some(3_600));
        assert_eq!(wait("99999999999999999999999999"), Some(3_600));
        assert_eq!(wait("Mon, 06 Nov 2094 08:49:37 GMT"), None, "2094-11-06 is a Saturday");
        assert_eq!(wait("Sat, 06 Nov 2094 08:49:37 GMT"), Some(3_600));
    }

    #[test]
    fn what_says_nothing_is_nothing() {
        for value in ["", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:48:37 GMT"] {
            assert_eq!(wait(value), None, "{value}");
        }
    }
}
