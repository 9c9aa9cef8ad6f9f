//! Dates and times as people write them.
//!
//! ```text
//! moment  = day [ joint time [ offset ] ] | time joint day
//! joint   = spaces | "T" | "," | "at" | "-" | "_" | "@"
//! day     = [ weekday [","] ] ( numbers | named )
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
    if matches!((cursor.peek(0), cursor.peek(1)), (Token::Number { .. }, Token::Mark(':'))) {
        return time_first(cursor, asked);
    }
    let (date, order) = day::day(&mut cursor, asked)?;
    let mut written = Written { date, seconds: None, offset: None, order };
    if cursor.is_at_end() {
        return Ok(written);
    }
    let compact = joint(&mut cursor)?;
    written.seconds = Some(hour::time(&mut cursor, compact)?);
    written.offset = hour::offset(&mut cursor)?;
    if written.offset.is_some() && is_span_of_hours(text) {
        return Err(DateFault::TimeUnreadable);
    }
    if cursor.is_at_end() { Ok(written) } else { Err(DateFault::TimeUnreadable) }
}

/// True if what looks like an offset behind UTC is as likely an hour of the day, as in `02.03.2030 09:00-11:00`:
/// nobody writes an offset with a dash, or at once behind the time of a date that isn't written year first.
fn is_span_of_hours(text: &str) -> bool {
    let Some(at) = text.rfind(['-', '\u{2013}', '\u{2014}']) else { return false };
    let (before, sign) = (&text[..at], text[at..].chars().next());
    if !before.contains(':') || !before.ends_with(|c: char| c.is_ascii_digit() || c.is_whitespace()) {
        return false;
    }
    let is_year_first = text.trim_start().bytes().take(4).filter(u8::is_ascii_digit).count() == 4;
    sign != Some('-') || (!is_year_first && before.ends_with(|c: char| c.is_ascii_digit()))
}

/// Reads a time alone: seconds from midnight, and an offset if there is one.
pub(crate) fn read_time(text: &str) -> Result<(u32, Option<FixedOffset>), DateFault> {
    let mut cursor = Cursor::new(text).ok_or(DateFault::TimeUnreadable)?;
    let seconds = hour::time(&mut cursor, false)?;
    let offset = hour::offset(&mut cursor)?;
    // `09:00-12:00` ends at noon; `09:00-05:00` ends nowhere, and is five hours behind UTC.
    let ends_later = offset.is_some_and(|offset| i64::from(-offset.local_minus_utc()) > i64::from(seconds));
    if ends_later && is_span_of_hours(text) {
        return Err(DateFault::TimeUnreadable);
    }
    if cursor.is_at_end() { Ok((seconds, offset)) } else { Err(DateFault::TimeUnreadable) }
}

/// Reads a fixed offset alone, such as `UTC+2` or `+02:00`.
pub(crate) fn read_offset(text: &str) -> Option<FixedOffset> {
    let mut cursor = Cursor::new(text)?;
    let offset = hour::offset(&mut cursor).ok()??;
    cursor.is_at_end().then_some(offset)
}

fn time_first(mut cursor: Cursor<'_>, asked: Option<DateOrder>) -> Result<Written, DateFault> {
    let seconds = hour::time(&mut cursor, false)?;
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

/// Passes over what stands between day and time; true if it is ISO 8601's `T`.
fn joint(cursor: &mut Cursor<'_>) -> Result<bool, DateFault> {
    if cursor.word(&["t"]) {
        return Ok(true);
    }
    let spaces = cursor.spaces();
    let mark = cursor.mark(',') || cursor.mark('@') || cursor.mark('_') || (spaces && cursor.mark('-'));
    cursor.spaces();
    let word = cursor.word(&["at"]);
    cursor.spaces();
    if spaces || mark || word { Ok(false) } else { Err(DateFault::Unreadable) }
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
