//! Dates and times as people write them.
//!
//! ```text
//! moment  = day [ joint time [ offset ] ] | time joint day, the time with ":" or as 6pm
//! joint   = spaces | "T" | "," | "at" | "-" | "_" | "@"
//! day     = [ "the" ] [ weekday [","] ] ( numbers | named )
//! numbers = year mark month mark day        2030-01-27, 2030/01/27: a year first is always so
//!         | day "." month "." year          27.01.2030: dots mean day first
//!         | one mark other mark year        27/01/2030, 01-27-2030: only if one of the two can't be
//!                                           a month, both are the same, or --date-order says which
//! named   = day month year | month day year | year month day, the month an English name
//!           27 January 2030, 27-Jan-2030, Jan 27th, 2030
//! time    = hour (":" | "." | "h") minutes [ seconds [ fraction ] ] [ am | pm ] | hour (am | pm | "h")
//!         | "noon" | "12 noon"
//! offset  = "Z" | "UTC" | [ "UTC" ] ("+" | "-") hours [ minutes ]
//! ```
//!
//! Years have four digits. A fraction of a second is left out, since the platform knows none.
//! `24:00` is midnight at the end of the day; the word midnight may mean either end, so it is a fault. `20300127T1829` is ISO 8601's basic form. Nothing is
//! guessed: what has two readings is a fault that says so, and a day of the week that isn't the
//! date's is one too. A general date library would guess, so the grammar is written by hand; the
//! layout that programs write is tried first, at fixed positions.

mod day;
mod fault;
mod hour;
mod iso;
mod span;
mod token;

#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{FixedOffset, NaiveDate};

pub(crate) use fault::DateFault;
use token::{Cursor, Token};

use crate::reader::front::DateOrder;

pub(crate) const DAY_SECONDS: u32 = 86_400;

/// A date as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// The day.
    pub(crate) date: NaiveDate,
    /// Seconds from midnight, 0 to 86,400; `None` for a date alone.
    pub(crate) seconds: Option<u32>,
    /// The offset behind the time.
    pub(crate) offset: Option<FixedOffset>,
    /// The order of day and month that the date shows beyond doubt, though it was written in
    /// numbers that other rows may leave in doubt.
    pub(crate) order: Option<Order>,
}

/// Which of day and month stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    DayFirst,
    MonthFirst,
}

/// Reads a date, with a time or without.
pub(crate) fn read(text: &str, asked: Option<DateOrder>) -> Result<Written, DateFault> {
    if let Some(written) = iso::read(text) {
        return Ok(written);
    }
    if is_bare_number(text) {
        return Err(DateFault::BareNumber);
    }
    if text.bytes().all(|byte| byte == b'#') {
        return Err(DateFault::TooNarrow);
    }
    let mut cursor = Cursor::new(text).ok_or(DateFault::Unreadable)?;
    if is_time_first(&cursor) {
        return time_first(cursor, asked);
    }
    let (date, order) = day::day(&mut cursor, asked)?;
    let mut written = Written { date, seconds: None, offset: None, order };
    if cursor.is_at_end() {
        return Ok(written);
    }
    let joint = joint(&mut cursor)?;
    let seconds = hour::time(&mut cursor, joint)?;
    written.seconds = Some(seconds);
    if span::is_in_moment(text, &cursor, seconds) {
        return Err(DateFault::SpanOfHours);
    }
    written.offset = hour::offset(&mut cursor)?;
    if cursor.is_at_end() { Ok(written) } else { Err(DateFault::TimeUnreadable) }
}

/// Reads a time alone: seconds from midnight, and an offset if there is one.
pub(crate) fn read_time(text: &str) -> Result<(u32, Option<FixedOffset>), DateFault> {
    let mut cursor = Cursor::new(text).ok_or(DateFault::TimeUnreadable)?;
    let seconds = hour::time(&mut cursor, Joint::Other)?;
    if span::is_in_time(text, &cursor, seconds) {
        return Err(DateFault::SpanOfHours);
    }
    let offset = hour::offset(&mut cursor)?;
    if cursor.is_at_end() { Ok((seconds, offset)) } else { Err(DateFault::TimeUnreadable) }
}

/// Reads a fixed offset alone, such as `UTC+2` or `+02:00`.
pub(crate) fn read_offset(text: &str) -> Option<FixedOffset> {
    let mut cursor = Cursor::new(text)?;
    let offset = hour::offset(&mut cursor).ok()??;
    cursor.is_at_end().then_some(offset)
}

/// True of `18:29 27 January 2030` and `6pm 27 January 2030`.
fn is_time_first(cursor: &Cursor<'_>) -> bool {
    let is_meridiem = |word: &str| word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm");
    match (cursor.peek(0), cursor.peek(1)) {
        (Token::Number { .. }, Token::Mark(':')) => true,
        (Token::Number { digits: 1 | 2, .. }, Token::Word(word)) => is_meridiem(word),
        _ => false,
    }
}

fn time_first(mut cursor: Cursor<'_>, asked: Option<DateOrder>) -> Result<Written, DateFault> {
    let seconds = hour::time(&mut cursor, Joint::Other)?;
    cursor.spaces();
    cursor.mark(',');
    cursor.word(&["on"]);
    cursor.spaces();
    if cursor.is_at_end() {
        return Err(DateFault::TimeAlone);
    }
    let (date, order) = day::day(&mut cursor, asked)?;
    if cursor.is_at_end() {
        Ok(Written { date, seconds: Some(seconds), offset: None, order })
    } else {
        Err(DateFault::Unreadable)
    }
}

/// What stands between day and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// ISO 8601's `T`.
    T,
    Dash,
    Other,
}

/// Passes over what stands between day and time.
fn joint(cursor: &mut Cursor<'_>) -> Result<Joint, DateFault> {
    if cursor.word(&["t"]) {
        return Ok(Joint::T);
    }
    let spaces = cursor.spaces();
    let dash = spaces && cursor.mark('-');
    let mark = dash || cursor.mark(',') || cursor.mark('@') || cursor.mark('_');
    cursor.spaces();
    let word = cursor.word(&["at"]);
    cursor.spaces();
    match (dash, spaces || mark || word) {
        (true, _) => Ok(Joint::Dash),
        (false, true) => Ok(Joint::Other),
        (false, false) => Err(DateFault::Unreadable),
    }
}

fn is_bare_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && digits.bytes().filter(|byte| !byte.is_ascii_digit()).count() < 2
}

impl fmt::Display for Written {
    /// ISO 8601 with a space, which reads back as the very same.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.date)?;
        if let Some(seconds) = self.seconds {
            write!(out, " {:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
        }
        if let Some(offset) = self.offset {
            write!(out, "{offset}")?;
        }
        Ok(())
    }
}
