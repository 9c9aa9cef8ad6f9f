//! What stood in a cell, in the few shapes that spreadsheets know.
//!
//! Cells live on in the journal and come out again in the results, so they serialise compactly:
//! a million rows of ten cells are stored as they are here.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use super::digits;

/// What spreadsheets take in one cell, in UTF-16 units: so do they count characters.
pub const MOST_UNITS: usize = 32_767;
/// The end of a text that results cut, because a workbook's cell takes no more.
pub const CUT: char = '…';
/// What results in CSV write for a NUL, which no reader of text takes.
pub const NUL: &str = "\\u{0}";

/// A cell's value.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    #[default]
    #[serde(rename = "e")]
    Empty,
    /// Text as the file has it.
    #[serde(rename = "t")]
    Text(String),
    /// A number.
    #[serde(rename = "n")]
    Number(f64),
    /// TRUE or FALSE.
    #[serde(rename = "b")]
    Bool(bool),
    /// A real date cell: wall time without a zone, in whole seconds. Midnight means a whole day. A fraction of a
    /// second stands only in [`JUST_BEFORE_MIDNIGHT`].
    #[serde(rename = "d")]
    Date(NaiveDateTime),
    /// A real time-of-day (or duration) cell, as a fraction of a day.
    #[serde(rename = "h")]
    Time(f64),
    /// An error value such as `#N/A`.
    #[serde(rename = "x")]
    Error(String),
    /// A formula for which the file holds no value.
    #[serde(rename = "f")]
    UncomputedFormula,
}

impl Cell {
    /// True if a person would call the cell empty: nothing, or only spaces (any kind of them).
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => {
                !text.as_bytes().first().is_some_and(u8::is_ascii_graphic) && text.chars().all(is_blank_character)
            }
            Self::Number(_)
            | Self::Bool(_)
            | Self::Date(_)
            | Self::Time(_)
            | Self::Error(_)
            | Self::UncomputedFormula => false,
        }
    }

    /// The cell as text: what results in CSV show, and what a problem quotes.
    pub fn display(&self) -> String {
        self.shown().into_owned()
    }

    /// The same, borrowed where the cell is a text.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty | Self::UncomputedFormula => "".into(),
            Self::Text(text) | Self::Error(text) => text.into(),
            Self::Number(number) => shortest(*number).into(),
            Self::Bool(true) => "TRUE".into(),
            Self::Bool(false) => "FALSE".into(),
            Self::Date(date) => display_date(*date).into(),
            Self::Time(fraction) => display_time(*fraction).into(),
        }
    }
}

/// How many characters a spreadsheet counts in a text, if these are more than a cell takes.
pub fn units_beyond_limit(text: &str) -> Option<usize> {
    Some(text).filter(|text| text.len() > MOST_UNITS).map(units).filter(|units| *units > MOST_UNITS)
}

/// True if a text fills a cell to the last character.
pub fn is_at_limit(text: &str) -> bool {
    text.len() >= MOST_UNITS && units(text) == MOST_UNITS
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// White space of any kind, and the characters of no width that hide in pasted text.
pub fn is_blank_character(character: char) -> bool {
    character.is_whitespace() || is_zero_width(character)
}

/// A character that takes no room: zero-width spaces and joiners, and the byte-order mark.
pub fn is_zero_width(character: char) -> bool {
    matches!(character, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// What says in which direction text runs, which pasted dates often have around their numbers.
pub fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as it would be typed on most keyboards, if it isn't so already: without marks of direction, and with digits,
/// signs and letters of full width as those that they are.
pub fn plain(text: &str) -> Option<String> {
    let narrow = |character: char| match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0),
        character => Some(character).filter(|character| !is_direction_mark(*character)),
    };
    if text.is_ascii() || text.chars().all(|character| narrow(character) == Some(character)) {
        return None;
    }
    Some(text.chars().filter_map(narrow).collect())
}

/// The shortest digits that give this number again; whole numbers without a point.
pub fn shortest(number: f64) -> String {
    if number == number.trunc() && number.abs() < 1e15 { format!("{number:.0}") } else { format!("{number}") }
}

/// `2027-01-27 18:29:00`, or `2027-01-27` for a whole day.
pub fn display_date(date: NaiveDateTime) -> String {
    let is_whole_day = date.time() == NaiveTime::MIN;
    let mut text = String::with_capacity("2027-01-27 18:29:00".len());
    if is_whole_day {
        digits::push_date(&mut text, date)
    } else {
        digits::push_date_time(&mut text, date)
    }
    text
}

/// `18:29:00` for a fraction of a day; spans of a day and more count their hours on.
pub fn display_time(fraction: f64) -> String {
    let seconds = whole_seconds(fraction);
    // Zero may have a sign too.
    let (sign, seconds) = (if seconds < 0.0 { "-" } else { "" }, seconds.abs());
    let (hours, rest) = ((seconds / 3_600.0).floor(), seconds % 3_600.0);
    format!("{sign}{hours:02}:{:02}:{:02}", (rest / 60.0).floor(), rest % 60.0)
}

/// The seconds of a number of days, to the nearest. The last half second of a day belongs to that day
/// all the same: 23:59:59.997, as databases write the end of one, must not become the whole day after.
pub fn whole_seconds(days: f64) -> f64 {
    /// How far beside midnight a number may be that means it: numbers of days are good to a microsecond.
    const SLIP: f64 = 0.001;
    let seconds = days * 86_400.0;
    let nearest = seconds.round();
    // The remainder is dear, and few numbers come so far.
    if nearest - seconds > SLIP && seconds > 0.0 && nearest % 86_400.0 == 0.0 { nearest - 1.0 } else { nearest }
}

/// The text in `="007"`, which is how text files keep spreadsheet programs from making a number of it.
pub fn unguarded(text: &str) -> &str {
    if !text.starts_with("=\"") {
        return text;
    }
    let inside = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inside.filter(|inside| !inside.contains('"')).map_or(text, |inside| inside.trim_matches(is_blank_character))
}

/// True for a character that has spreadsheet programs take the text behind it for a formula.
pub const fn starts_a_formula(character: char) -> bool {
    matches!(character, '=' | '+' | '-' | '@' | '\t' | '\r')
}

/// True if results in CSV wrote a `'` before this text: what follows the quotes would have a
/// spreadsheet program run it as a formula.
pub fn is_escaped(text: &str) -> bool {
    text.starts_with('\'') && text.trim_start_matches('\'').starts_with(starts_a_formula)
}

/// The wall time of a serial date number of the 1900 or the 1904 system, rounded to the second
/// ([`whole_seconds`]).
///
/// `None` outside the years that spreadsheets know (1900 to 9999). Serial 60 of the 1900 system is
/// the 29 February 1900 that never was; it and all before it are refused, since programs disagree
/// about them.
pub fn date_of_serial(serial: f64, is_1904: bool) -> Option<NaiveDateTime> {
    let base = if is_1904 { NaiveDate::from_ymd_opt(1904, 1, 1) } else { NaiveDate::from_ymd_opt(1899, 12, 30) }?;
    let first = if is_1904 { 0.0 } else { 61.0 };
    if !(first..2_958_466.0).contains(&serial) {
        return None;
    }
    let seconds = whole_seconds(serial);
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    let date = base.and_time(NaiveTime::MIN).checked_add_signed(chrono::TimeDelta::seconds(seconds as i64))?;
    let is_rounded_up = date.time() == NaiveTime::MIN && serial * 86_400.0 < seconds;
    let date = if is_rounded_up { just_before(date) } else { date };
    (date.year() <= 9_999).then_some(date)
}

/// What a date cell keeps of a time that is less than a millisecond before midnight: as a start it is that midnight,
/// which computed times miss by so much, and as an end it is the last second of the day, as programs write it.
pub const JUST_BEFORE_MIDNIGHT: u32 = 999_000_000;

/// The last moment before this midnight.
pub fn just_before(midnight: NaiveDateTime) -> NaiveDateTime {
    midnight - chrono::TimeDelta::nanoseconds(1_000_000_000 - i64::from(JUST_BEFORE_MIDNIGHT))
}

/// The midnight that this is the last moment before, or the date itself.
pub fn midnight_after(date: NaiveDateTime) -> NaiveDateTime {
    match date.nanosecond() {
        0 => date,
        _ => (date + chrono::TimeDelta::seconds(1)).with_nanosecond(0).unwrap_or(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(shortest(2.0), "2");
        assert_eq!(shortest(-5.0), "-5");
        assert_eq!(shortest(0.1), "0.1");
        assert_eq!(shortest(1e300), format!("{}", 1e300));
    }

    #[test]
    fn a_whole_day_is_written_without_its_midnight() {
        let day = NaiveDate::from_ymd_opt(2027, 1, 27).unwrap();
        assert_eq!(display_date(day.and_time(NaiveTime::MIN)), "2027-01-27");
        assert_eq!(display_date(day.and_hms_opt(18, 29, 0).unwrap()), "2027-01-27 18:29:00");
    }

    #[test]
    fn times_count_their_hours_on_and_none_is_less_than_nothing_by_nothing() {
        let shown = [0.75, 1.5, -0.25, 0.999_999_99, 0.999_999_96, 0.0, -0.0, -1e-7].map(display_time);
        let expected =
            ["18:00:00", "36:00:00", "-06:00:00", "24:00:00", "23:59:59", "00:00:00", "00:00:00", "00:00:00"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn serial_dates_follow_both_systems() {
        let day = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok();
        assert_eq!(date_of_serial(46_414.0, false), day("2027-01-27 00:00:00"));
        assert_eq!(date_of_serial(46_414.0 - 1_462.0, true), day("2027-01-27 00:00:00"));
        assert_eq!(date_of_serial(46_414.770_138_888_89, false), day("2027-01-27 18:29:00"));
        assert_eq!(date_of_serial(47_569.999_999_965_28, false), day("2030-03-27 23:59:59"));
        let last = day("2030-03-28 00:00:00").map(just_before);
        assert_eq!(date_of_serial(47_569.999_999_999_99, false), last);
        assert_eq!(last.map(display_date).unwrap(), "2030-03-27 23:59:59");
        assert_eq!(last.map(midnight_after), day("2030-03-28 00:00:00"));
        assert_eq!(date_of_serial(47_569.749_999_965_28, false), day("2030-03-27 18:00:00"));
        assert_eq!(date_of_serial(60.0, false), None);
        assert_eq!(date_of_serial(2_958_466.0, false), None);
        assert_eq!(date_of_serial(f64::NAN, false), None);
    }

    #[test]
    fn a_cell_of_invisible_characters_is_blank() {
        assert!(Cell::Text(" \u{a0}\u{200b}\t".to_owned()).is_blank());
        assert!(!Cell::Text("x".to_owned()).is_blank());
        assert!(!Cell::UncomputedFormula.is_blank());
    }
}
