//! What an interval's own cell says, before other cells are looked at.

use super::days;
use super::words::Words;
use crate::model::Weekdays;

/// Days or weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
}

/// What the interval's own cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spoken {
    pub(super) every: Option<f64>,
    pub(super) unit: Option<Unit>,
    pub(super) days: Option<Weekdays>,
}

/// Why words are no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IntervalFault {
    /// Nothing known.
    Unreadable,
    /// Twice a week, or every other week?
    Biweekly,
    /// Monthly, hourly, once: what the platform hasn't.
    NotOffered,
}

/// Reads the text of an interval.
pub(super) fn read(text: &str) -> Result<Spoken, IntervalFault> {
    if let Some(number) = number(text) {
        return Ok(Spoken { every: Some(number), unit: None, days: None });
    }
    let mut words = Words::new(text);
    refuse(&words)?;
    let has_every = words.eat(&["every", "each", "once"]);
    words.eat(&["every"]);
    let every = count(&mut words);
    words.eat(&["-"]);
    let unit = unit(&mut words);
    let (every, unit) = match unit {
        Some((Unit::Week, 2)) => (Some(every.unwrap_or(1.0) * 2.0), Some(Unit::Week)),
        Some((unit, _)) => (every, Some(unit)),
        None => (every, None),
    };
    if words.is_at_end() {
        return match unit {
            Some(_) => Ok(Spoken { every: Some(every.unwrap_or(1.0)), unit, days: None }),
            None if every.is_some() && !has_every => Ok(Spoken { every, unit, days: None }),
            None => Err(IntervalFault::Unreadable),
        };
    }
    if unit == Some(Unit::Day) {
        return Err(IntervalFault::Unreadable);
    }
    let days = days::days(&mut words).ok_or(IntervalFault::Unreadable)?;
    Ok(Spoken { every: Some(every.unwrap_or(1.0)), unit: Some(Unit::Week), days: Some(days) })
}

/// The unit that a recurrence cell names.
pub(super) fn recurrence(text: &str) -> Option<Unit> {
    let mut words = Words::new(text);
    words.eat(&["every", "each"]);
    let (unit, times) = unit(&mut words)?;
    (words.is_at_end() && times == 1).then_some(unit)
}

/// Refuses what the platform hasn't, and what people mean two things by.
fn refuse(words: &Words<'_>) -> Result<(), IntervalFault> {
    const NOT_OFFERED: [&str; 19] = [
        "month",
        "months",
        "monthly",
        "year",
        "years",
        "yearly",
        "annually",
        "quarterly",
        "hour",
        "hours",
        "hourly",
        "minute",
        "minutes",
        "once",
        "never",
        "none",
        "one-off",
        "bimonthly",
        "times",
    ];
    let mut rest = *words;
    let mut is_first = true;
    while let Some(word) = rest.next() {
        let is = |other: &&str| other.eq_ignore_ascii_case(word);
        if is(&"biweekly") || (is(&"bi") && is_first) {
            return Err(IntervalFault::Biweekly);
        }
        let begins_phrase = is_first && is(&"once") && !rest.is_at_end();
        if !begins_phrase && NOT_OFFERED.iter().any(is) {
            return Err(IntervalFault::NotOffered);
        }
        is_first = false;
    }
    Ok(())
}

/// A number as a person writes one: digits, perhaps with a sign, a decimal point or a decimal comma.
/// Three digits behind a comma could be thousands, so these are none.
fn number(text: &str) -> Option<f64> {
    if let Some((whole, decimals)) = text.split_once(',').filter(|(_, decimals)| (1..=2).contains(&decimals.len())) {
        return if decimals.contains(['.', ',']) { None } else { number(&format!("{whole}.{decimals}")) };
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    if plain { text.parse().ok() } else { None }
}

fn count(words: &mut Words<'_>) -> Option<f64> {
    const COUNTS: [(&[&str], f64); 12] = [
        (&["one", "a", "single", "1st", "first"], 1.0),
        (&["two", "other", "second", "2nd", "alternate"], 2.0),
        (&["three", "third", "3rd"], 3.0),
        (&["four", "fourth", "4th"], 4.0),
        (&["five", "fifth", "5th"], 5.0),
        (&["six", "sixth", "6th"], 6.0),
        (&["seven", "seventh", "7th"], 7.0),
        (&["eight", "eighth", "8th"], 8.0),
        (&["nine", "ninth", "9th"], 9.0),
        (&["ten", "tenth", "10th"], 10.0),
        (&["eleven", "eleventh", "11th"], 11.0),
        (&["twelve", "twelfth", "12th"], 12.0),
    ];
    let before = *words;
    let word = words.next()?;
    let named = || {
        let is = |name: &&str| name.eq_ignore_ascii_case(word);
        COUNTS.iter().find(|(names, _)| names.iter().any(is)).map(|(_, count)| *count)
    };
    let found = if word.starts_with(|c: char| c.is_ascii_digit() || c == '+') {
        number(word).or_else(named)
    } else if word == "-" {
        words.next().and_then(number).map(|number| -number)
    } else {
        named()
    };
    if found.is_none() {
        *words = before;
    }
    found
}

/// The unit, and how many of it the word itself means.
fn unit(words: &mut Words<'_>) -> Option<(Unit, u32)> {
    const UNITS: [(&[&str], Unit, u32); 3] = [
        (&["day", "days", "d", "daily", "everyday"], Unit::Day, 1),
        (&["week", "weeks", "wk", "wks", "w", "weekly"], Unit::Week, 1),
        (&["fortnight", "fortnights", "fortnightly"], Unit::Week, 2),
    ];
    let before = *words;
    let word = words.next()?;
    let is = |name: &&str| name.eq_ignore_ascii_case(word);
    let found = UNITS.iter().find(|(names, _, _)| names.iter().any(is)).map(|(_, unit, times)| (*unit, *times));
    if found.is_none() {
        *words = before;
        return None;
    }
    let after = *words;
    if !(words.eat(&["("]) && words.eat(&["s"]) && words.eat(&[")"])) {
        *words = after;
    }
    found
}
