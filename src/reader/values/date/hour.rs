//! The time of a written date, and the offset behind it.

use chrono::FixedOffset;

use super::Joint;
use super::fault::DateFault;
use super::token::{Cursor, Token};

/// No place on earth is further ahead of UTC, or behind it.
const MOST_OFFSET_SECONDS: i32 = 14 * 3_600;

/// Reads a time of day as seconds from midnight; 24:00 is the end of the day.
///
/// Behind the `T` of ISO 8601 `1829` and `182900` are times too. Two numbers with a dot between them may be something
/// else: behind a dash a day and a month, and with a single 0 in front a fraction of a day, as spreadsheets count.
pub(super) fn time(cursor: &mut Cursor<'_>, joint: Joint) -> Result<u32, DateFault> {
    if let (Joint::T, Token::Number { value, digits: digits @ (4 | 6) }) = (joint, cursor.peek(0)) {
        cursor.advance(1);
        fraction(cursor);
        let value = if digits == 4 { value * 100 } else { value };
        return seconds(value / 10_000, value / 100 % 100, value % 100);
    }
    if cursor.word(&["noon"]) {
        return seconds(12, 0, 0);
    }
    let is_dot_enough = joint != Joint::Dash && !matches!(cursor.peek(0), Token::Number { value: 0, digits: 1 });
    let hour = cursor.number(1..=2).ok_or(DateFault::TimeUnreadable)?;
    let (mut is_time, mut has_minutes) = (false, false);
    let (mut minute, mut second) = (0, 0);
    for mark in [':', '.'] {
        if cursor.mark(mark) {
            minute = cursor.number(2..=2).ok_or(DateFault::TimeUnreadable)?;
            has_minutes = true;
            is_time = mark == ':' || is_dot_enough;
            if matches!(cursor.peek(1), Token::Number { .. }) && cursor.mark(mark) {
                second = cursor.number(2..=2).ok_or(DateFault::TimeUnreadable)?;
                fraction(cursor);
            }
            break;
        }
    }
    if !has_minutes && cursor.word(&["h"]) {
        minute = cursor.number(2..=2).unwrap_or(0);
        is_time = true;
    }
    let hour = match meridiem(cursor, (hour, minute, second) == (12, 0, 0)) {
        Some(is_afternoon) => {
            is_time = true;
            twelve_hours(hour, is_afternoon)?
        }
        None => hour,
    };
    let before = cursor.position();
    cursor.spaces();
    if cursor.word(&["h", "hrs", "hours", "uhr"]) {
        is_time = true;
    } else {
        cursor.back_to(before);
    }
    if is_time { seconds(hour, minute, second) } else { Err(DateFault::TimeUnreadable) }
}

/// Reads `Z`, `UTC`, `+02:00`, `UTC+2`, `(+0200)`; `None` if nothing follows.
pub(super) fn offset(cursor: &mut Cursor<'_>) -> Result<Option<FixedOffset>, DateFault> {
    cursor.spaces();
    let in_brackets = cursor.mark('(');
    let found = match cursor.peek(0) {
        Token::End => return Ok(None),
        Token::Word(word) => {
            if cursor.word(&["to", "until", "till", "through", "thru"]) {
                return Err(DateFault::SpanOfHours);
            }
            // Half of `am` or `pm`, rather than a zone of the military.
            if cursor.word(&["a", "p"]) {
                return Err(DateFault::TimeUnreadable);
            }
            if !cursor.word(&["z", "utc", "gmt"]) {
                return Err(DateFault::UnknownZone(word.to_owned()));
            }
            cursor.spaces();
            if matches!(cursor.peek(0), Token::Mark('+' | '-')) { signed(cursor)? } else { fixed(0)? }
        }
        _ => signed(cursor)?,
    };
    if in_brackets && !cursor.mark(')') {
        return Err(DateFault::TimeUnreadable);
    }
    Ok(Some(found))
}

fn signed(cursor: &mut Cursor<'_>) -> Result<FixedOffset, DateFault> {
    let sign = match cursor.peek(0) {
        Token::Mark('+') => 1,
        Token::Mark('-') => -1,
        _ => return Err(DateFault::TimeUnreadable),
    };
    cursor.advance(1);
    let (hours, minutes) = match cursor.number(4..=4) {
        Some(both) => (both / 100, both % 100),
        None => {
            let hours = cursor.number(1..=2).ok_or(DateFault::TimeUnreadable)?;
            let minutes = if cursor.mark(':') { cursor.number(2..=2).ok_or(DateFault::TimeUnreadable)? } else { 0 };
            (hours, minutes)
        }
    };
    if minutes > 59 {
        return Err(DateFault::NoSuchHour);
    }
    let seconds = i32::try_from(hours * 3_600 + minutes * 60).map_err(|_| DateFault::NoSuchHour)?;
    fixed(sign * seconds)
}

fn fixed(seconds: i32) -> Result<FixedOffset, DateFault> {
    if seconds.abs() > MOST_OFFSET_SECONDS {
        return Err(DateFault::NoSuchHour);
    }
    FixedOffset::east_opt(seconds).ok_or(DateFault::NoSuchHour)
}

/// Passes over a fraction of a second: the platform knows none.
fn fraction(cursor: &mut Cursor<'_>) {
    if matches!((cursor.peek(0), cursor.peek(1)), (Token::Mark('.' | ','), Token::Number { .. })) {
        cursor.advance(2);
    }
}

/// True for pm, false for am, `None` if neither follows.
fn meridiem(cursor: &mut Cursor<'_>, is_twelve: bool) -> Option<bool> {
    let before = cursor.position();
    cursor.spaces();
    if cursor.word(&["am"]) {
        return Some(false);
    }
    if cursor.word(&["pm"]) || (is_twelve && cursor.word(&["noon"])) {
        return Some(true);
    }
    let is_afternoon = cursor.word(&["p"]);
    if (is_afternoon || cursor.word(&["a"])) && cursor.mark('.') {
        cursor.spaces();
        if cursor.word(&["m"]) {
            cursor.mark('.');
            return Some(is_afternoon);
        }
    }
    cursor.back_to(before);
    None
}

/// `6 pm` is 18; `18 pm` says it twice and is 18 too; `18 am` and `0 pm` are no hours.
fn twelve_hours(hour: u32, is_afternoon: bool) -> Result<u32, DateFault> {
    match (hour, is_afternoon) {
        (12, false) => Ok(0),
        (12, true) => Ok(12),
        (1..=11, true) => Ok(hour + 12),
        (0..=11, false) | (13..=23, true) => Ok(hour),
        _ => Err(DateFault::NoSuchHour),
    }
}

fn seconds(hour: u32, minute: u32, second: u32) -> Result<u32, DateFault> {
    let total = hour * 3_600 + minute * 60 + second;
    if minute > 59 || second > 59 || total > super::DAY_SECONDS {
        return Err(DateFault::NoSuchHour);
    }
    Ok(total)
}
