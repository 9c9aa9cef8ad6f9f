//! What an interval's own cell says, before other cells are looked at.

use super::days;
use super::words::Words;
use crate::model::cell::is_blank_character;
use crate::model::{Cell, Weekdays, count};

/// The ordinals from the second on.
const ORDINALS: [&[&str]; 11] = [
    &["second", "2nd"],
    &["third", "3rd"],
    &["fourth", "4th"],
    &["fifth", "5th"],
    &["sixth", "6th"],
    &["seventh", "7th"],
    &["eighth", "8th"],
    &["ninth", "9th"],
    &["tenth", "10th"],
    &["eleventh", "11th"],
    &["twelfth", "12th"],
];

/// Every other one.
const OTHER: [&str; 2] = ["other", "alternate"];

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
    /// `first Monday`, `2nd`: a day of the month, or every so many weeks or days?
    Ordinal,
    /// How many runs, or every how many weeks?
    Counted,
    /// Monthly, hourly, once: what the platform hasn't.
    NotOffered,
}

/// Reads the text of an interval.
pub(super) fn read(text: &str) -> Result<Spoken, IntervalFault> {
    match read_words(text).or_else(|fault| unit_behind(text).ok_or(fault)) {
        Err(IntervalFault::Unreadable) if has_ordinal(text) => Err(IntervalFault::Ordinal),
        read => read,
    }
}

/// What `Monday weekly` says: the same as with its last word in front.
fn unit_behind(text: &str) -> Option<Spoken> {
    const UNITS: [&str; 2] = ["weekly", "fortnightly"];
    let (days, unit) = text.trim_end_matches('.').rsplit_once(is_blank_character)?;
    UNITS.iter().find(|name| name.eq_ignore_ascii_case(unit))?;
    let (days, unit) = (days::days(&mut Words::new(days))?, read_words(unit).ok()?);
    Some(Spoken { days: Some(days), ..unit })
}

fn read_words(text: &str) -> Result<Spoken, IntervalFault> {
    if let Some(number) = count::number(text) {
        return Ok(Spoken { every: Some(number), unit: None, days: None });
    }
    let mut words = Words::new(text);
    refuse(&words)?;
    let has_once = words.eat(&["once"]);
    let has_every = words.eat(&["every", "each"]) || (has_once && words.eat(&["per", "/"]));
    let ordinal = ordinal(&mut words);
    let has_other = ordinal.is_some() || words.is_next(&OTHER);
    let stand_in = if ordinal.is_none() { stand_in(&mut words) } else { None };
    let every = ordinal.or(stand_in).or_else(|| count(&mut words));
    words.eat(&["-"]);
    // Twice a day, or every other day?
    let is_adverb = words.is_next(&["daily", "everyday"]);
    let is_letter = words.is_next(&["d", "w"]);
    let unit = unit(&mut words);
    if every.is_some() && is_adverb {
        return Err(IntervalFault::Counted);
    }
    if ordinal.is_some() && !(has_every && unit.is_some()) {
        return Err(IntervalFault::Ordinal);
    }
    // Once, on Friday, is no week's Friday.
    if has_once && !has_every && unit.is_none() {
        return Err(IntervalFault::NotOffered);
    }
    let (every, unit) = match unit {
        Some((Unit::Week, 2)) => (Some(every.unwrap_or(1.0) * 2.0), Some(Unit::Week)),
        Some((unit, _)) => (every, Some(unit)),
        None => (every, None),
    };
    if unit.is_some() {
        words.eat_any(&[",", ";"]);
    }
    if words.is_at_end() {
        return match unit {
            Some(_) => Ok(Spoken { every: Some(every.unwrap_or(1.0)), unit, days: None }),
            None if every.is_some() && stand_in.is_none() && !has_every => Ok(Spoken { every, unit, days: None }),
            None => Err(IntervalFault::Unreadable),
        };
    }
    // Beside other days a W may be Wednesday.
    if unit == Some(Unit::Day) || (is_letter && every.is_none()) {
        return Err(IntervalFault::Unreadable);
    }
    // `two Mondays` are how many, and `every other weekday` isn't every other week.
    let counts_days = unit.is_none() && every.is_some();
    if counts_days && (!(has_every || has_other) || words.is_next(&["weekday", "weekdays", "week"])) {
        return days::days(&mut words).map_or(Err(IntervalFault::Unreadable), |_| Err(IntervalFault::Counted));
    }
    if unit.is_some() {
        words.eat(&["-"]);
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

/// True of `weekly`, and of `D/W`, which leaves a choice of them.
pub(crate) fn is_unit(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.split('/').all(|part| recurrence(part).is_some()))
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

/// What stands for `every 2` in `every second week`. The first is none: every first day is that of a month.
fn ordinal(words: &mut Words<'_>) -> Option<f64> {
    let before = *words;
    let word = words.next()?;
    let is = |name: &&str| name.eq_ignore_ascii_case(word);
    let found = ORDINALS.iter().zip(2_u32..).find(|(names, _)| names.iter().any(is)).map(|(_, count)| f64::from(count));
    if found.is_none() {
        *words = before;
    }
    found
}

/// True if a word counts places: in a month, where nothing else is said.
fn has_ordinal(text: &str) -> bool {
    let mut words = Words::new(text);
    std::iter::from_fn(|| words.next()).any(|word| {
        let is = |name: &&str| name.eq_ignore_ascii_case(word);
        let is_number = word.starts_with(|c: char| c.is_ascii_digit()) && word.ends_with(|c: char| c.is_alphabetic());
        is_number || ["first", "last"].iter().any(is) || ORDINALS.iter().any(|names| names.iter().any(is))
    })
}

/// What stands for a number before a unit or a day, and says nothing alone.
fn stand_in(words: &mut Words<'_>) -> Option<f64> {
    if words.eat(&OTHER) {
        return Some(2.0);
    }
    words.eat(&["a", "single"]).then_some(1.0)
}

fn count(words: &mut Words<'_>) -> Option<f64> {
    let before = *words;
    let word = words.next()?;
    let found = if word.starts_with(|c: char| c.is_ascii_digit() || c == '+') {
        count::number(word)
    } else if word == "-" {
        words.next().and_then(count::number).map(|number| -number)
    } else {
        count::named(word)
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
    // `week day` is `weekday` in two words.
    if word.eq_ignore_ascii_case("week") && words.is_next(&["day", "days"]) {
        *words = before;
        return None;
    }
    let after = *words;
    if !(words.eat(&["("]) && words.eat(&["s"]) && words.eat(&[")"])) {
        *words = after;
    }
    found
}
