//! `2030-01-27`, `2030-01-27 18:29` and `2030-01-27T18:29:00` at fixed positions.
//!
//! What programs write is nearly all that a large file holds, so it is read without cutting it up.
//! Whatever doesn't fit is left to the grammar, which also says what is wrong with it.

use chrono::NaiveDate;

use super::{DAY_SECONDS, Written};

/// The date if the text has exactly this layout.
pub(super) fn read(text: &str) -> Option<Written> {
    let bytes = text.as_bytes();
    let (day, rest) = bytes.split_at_checked(10)?;
    if day[4] != b'-' || day[7] != b'-' {
        return None;
    }
    let year = two(day, 0)? * 100 + two(day, 2)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two(day, 5)?, two(day, 8)?)?;
    let seconds = match rest {
        [] => None,
        [b' ' | b'T', time @ ..] => Some(seconds(time)?),
        _ => return None,
    };
    (year > 0).then_some(Written { date, seconds, offset: None, order: None })
}

fn seconds(time: &[u8]) -> Option<u32> {
    let seconds = match (time.len(), time.get(2)?, time.get(5)) {
        (5, b':', None) => 0,
        (8, b':', Some(b':')) => two(time, 6)?,
        _ => return None,
    };
    let (hour, minute) = (two(time, 0)?, two(time, 3)?);
    let total = hour * 3_600 + minute * 60 + seconds;
    (minute < 60 && seconds < 60 && total <= DAY_SECONDS).then_some(total)
}

fn two(bytes: &[u8], at: usize) -> Option<u32> {
    let (tens, units) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
    (tens < 10 && units < 10).then(|| u32::from(tens) * 10 + u32::from(units))
}
