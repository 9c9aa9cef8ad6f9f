//! A span of hours in one cell, such as `9am-12`, which an offset behind UTC looks like.
//!
//! Offsets are what programs write: in full behind hours and minutes, at once if the date is year first and after a
//! space otherwise. Nobody writes one with a dash, or behind `9am`.

use super::token::{Cursor, Token};

/// What stands behind the last dash of a text, and before it.
struct Dashed<'a> {
    before: &'a str,
    /// True if the dash is the hyphen that programs write.
    is_hyphen: bool,
    behind: &'a str,
}

impl<'a> Dashed<'a> {
    /// `None` if a dash isn't what comes next behind the time, or no hour stands behind it.
    fn of(text: &'a str, cursor: &Cursor<'_>) -> Option<Self> {
        let next = if cursor.peek(0) == Token::Space { cursor.peek(1) } else { cursor.peek(0) };
        if next != Token::Mark('-') {
            return None;
        }
        let at =
            text.rfind(['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}', '\u{2212}'])?;
        let dash = text[at..].chars().next()?;
        let (before, behind) = (&text[..at], text[at + dash.len_utf8()..].trim_start());
        let is_hour = !behind.is_empty() && behind.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        is_hour.then_some(Self { before, is_hyphen: dash == '-', behind })
    }

    /// True if it is written as programs write an offset.
    fn is_as_offset(&self) -> bool {
        let is_iso = self.before.as_bytes().windows(3).any(|three| {
            three[0].is_ascii_digit() && three[1].eq_ignore_ascii_case(&b't') && three[2].is_ascii_digit()
        });
        let (clock, is_of_12_hours) = self.clock();
        let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
        // Programs write an hour of one digit only before seconds or `AM`.
        let least = if self.has_seconds() || is_of_12_hours { 1 } else { 2 };
        let is_clock = clock.split_once(':').is_some_and(|(hour, _)| digits(hour) >= least) && digits(clock) > 0;
        let is_whole = self.is_full() || (self.behind.len() == 2 && self.has_seconds());
        let is_apart = !is_of_12_hours || self.before.ends_with(char::is_whitespace);
        self.is_hyphen && (is_iso || (is_clock && is_whole && is_apart))
    }

    /// True if it can be nothing else: nobody plans to the second.
    fn is_surely_offset(&self) -> bool {
        self.is_as_offset() && self.is_full() && self.has_seconds()
    }

    /// True for `05:00` and `0500`.
    fn is_full(&self) -> bool {
        match self.behind.len() {
            4 => !self.behind.contains(':'),
            5 => self.behind.as_bytes()[2] == b':',
            _ => false,
        }
    }

    fn has_seconds(&self) -> bool {
        self.before.matches(':').count() > 1
    }

    /// What stands before the dash, without `AM` or `PM`, and whether there was one.
    fn clock(&self) -> (&str, bool) {
        let clock = self.before.trim_end();
        let is_half = |half: &str| matches!(half.to_ascii_lowercase().as_str(), "am" | "pm");
        match clock.len().checked_sub(2).and_then(|at| clock.split_at_checked(at)) {
            Some((clock, half)) if is_half(half) => (clock.trim_end(), true),
            _ => (clock, false),
        }
    }

    /// True if the hour behind the dash comes after these seconds.
    fn ends_after(&self, seconds: u32) -> bool {
        let (hours, minutes) = match self.behind.split_once(':') {
            Some(parts) => parts,
            None if self.behind.len() == 4 => self.behind.split_at(2),
            None => (self.behind, "0"),
        };
        let number = |digits: &str| digits.parse::<u32>().unwrap_or(u32::MAX);
        number(hours).saturating_mul(3_600).saturating_add(number(minutes).saturating_mul(60)) > seconds
    }
}

/// True if a date with a time at these seconds, behind which the cursor stands, is followed by the time of an end.
pub(super) fn is_in_moment(text: &str, cursor: &Cursor<'_>, seconds: u32) -> bool {
    let Some(dashed) = Dashed::of(text, cursor) else { return false };
    let is_year_first = text.trim_start().bytes().take(4).filter(u8::is_ascii_digit).count() == 4;
    let is_glued = !dashed.before.ends_with(char::is_whitespace);
    let may_be_end = || !is_year_first && (is_glued || dashed.ends_after(seconds));
    !dashed.is_as_offset() || (!dashed.is_surely_offset() && may_be_end())
}

/// The same of a time without a date: `09:00-12:00` ends at noon; `09:00-05:00` ends nowhere, and is five hours
/// behind UTC.
pub(super) fn is_in_time(text: &str, cursor: &Cursor<'_>, seconds: u32) -> bool {
    Dashed::of(text, cursor)
        .is_some_and(|dashed| !dashed.is_as_offset() || (!dashed.is_surely_offset() && dashed.ends_after(seconds)))
}
