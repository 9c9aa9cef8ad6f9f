//! What a header means, looked up in the one [`table`] of names.
//!
//! Both sides are compared in their bare form ([`bare`]): lower case, letters and digits alone, without
//! what stands in brackets. A remark there may still say that a column isn't what its name says ([`remark`]).

mod remark;
mod table;
mod unit;
mod zone;

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

pub(crate) use remark::{leaves_out, words};
pub(crate) use unit::unit_that_is_none;
pub(crate) use zone::zone_named;

use crate::model::Field;

/// The table as it is looked up, made once.
static INDEX: LazyLock<Index> = LazyLock::new(Index::new);

struct Index {
    meanings: HashMap<String, Meaning>,
    /// By field, in the order of the table.
    names: Vec<(Field, Vec<String>)>,
}

impl Index {
    fn new() -> Self {
        let mut meanings = HashMap::new();
        let mut names = Vec::new();
        for (field, list) in table::NAMES {
            let of_field: Vec<String> = bare_names(list).collect();
            for (place, name) in of_field.iter().enumerate() {
                meanings.insert(name.clone(), Meaning { field, is_own_name: place == 0, unit: None });
            }
            names.push((field, of_field));
        }
        for (unit, list) in table::OTHER_UNITS {
            let meaning = Meaning { field: Field::Interval, is_own_name: false, unit: Some(unit) };
            meanings.extend(bare_names(list).map(|name| (name, meaning)));
        }
        Self { meanings, names }
    }
}

fn bare_names(list: &str) -> impl Iterator<Item = String> {
    list.split(',').map(bare)
}

/// The bare names of a field: its own first, then the synonyms.
pub(crate) fn names(field: Field) -> impl Iterator<Item = &'static str> {
    INDEX.names.iter().filter(move |(of, _)| *of == field).flat_map(|(_, names)| names.iter().map(String::as_str))
}

/// The bare form of a header: lower case, letters and digits alone, without what stands in
/// brackets (units and remarks). However a letter's accent is encoded, it is the same letter.
pub(crate) fn bare(header: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(header.len());
    for character in header.nfc() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && character.is_alphanumeric() => out.extend(character.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// The bare form with what stands in brackets.
fn bare_with_brackets(header: &str) -> String {
    header.nfc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The field.
    pub(crate) field: Field,
    /// True if it is the field's own name, not a synonym.
    pub(crate) is_own_name: bool,
    /// What an interval counts, where the header says another unit than days.
    pub(crate) unit: Option<&'static str>,
}

/// What a header means, if anything.
pub(crate) fn meaning(header: &str) -> Option<Meaning> {
    let header = without_number(header);
    let whole = bare_with_brackets(header);
    let with_unit = INDEX.meanings.get(&whole).filter(|meaning| meaning.unit.is_some());
    if let Some(meaning) = with_unit {
        return Some(*meaning);
    }
    // `Start (date)` beside `Start (time)`.
    let half = INDEX.meanings.get(&whole).filter(|meaning| {
        matches!(meaning.field, Field::StartDate | Field::StartTime | Field::EndDate | Field::EndTime)
    });
    if let Some(half) = half {
        return Some(*half);
    }
    let bare = bare(header);
    let mut meaning = *INDEX.meanings.get(&bare)?;
    if remark::says_otherwise(meaning.field, header) {
        return None;
    }
    // A remark in brackets ("Campaign name (old)") may turn a name into another column's.
    meaning.is_own_name &= bare == whole;
    if meaning.field == Field::Interval && meaning.unit.is_none() {
        meaning.unit = unit_in_brackets(&whole);
    }
    Some(meaning)
}

/// What a header would mean but for a remark that says the contrary.
pub(crate) fn denied(header: &str) -> Option<Field> {
    let meant = INDEX.meanings.get(&bare(without_number(header)))?.field;
    remark::says_otherwise(meant, header).then_some(meant)
}

/// The header without the number that a form puts before it, as in `1. Campaign` and `2) Start`.
fn without_number(header: &str) -> &str {
    let rest = header.trim_start_matches(|character: char| character.is_ascii_digit());
    let after = rest.strip_prefix(['.', ')']).filter(|after| !after.starts_with(|c: char| c.is_ascii_digit()));
    after.filter(|_| rest.len() < header.len()).unwrap_or(header)
}

fn unit_in_brackets(whole: &str) -> Option<&'static str> {
    table::OTHER_UNITS.iter().map(|(unit, _)| *unit).find(|unit| whole.contains(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_the_same_however_its_accent_is_encoded() {
        assert_eq!(bare("Cafe\u{301} Name"), bare("caf\u{e9}name"));
        assert_ne!(bare("Cafe\u{301}"), bare("Cafe"));
    }

    #[test]
    fn no_name_means_two_things_and_every_field_has_many() {
        let mut seen = HashMap::new();
        assert_eq!(table::NAMES.map(|(field, _)| field), Field::ALL);
        let fields = table::NAMES.map(|(field, names)| (field.to_string(), names));
        let units = table::OTHER_UNITS.map(|(unit, names)| (unit.to_owned(), names));
        for (owner, list) in fields.iter().chain(&units) {
            for name in bare_names(list) {
                assert_eq!(seen.insert(name.clone(), owner.clone()), None, "{name} stands twice");
            }
        }
        for field in Field::ALL {
            assert!(names(field).count() > 15, "{field} has too few names");
            assert_eq!(names(field).next(), Some(bare(field.as_str()).as_str()));
        }
    }

    #[test]
    fn the_platform_s_own_names_are_known() {
        for (name, field, unit) in [
            ("campaignName", Field::CampaignName, None),
            ("startDateTime", Field::Start, None),
            ("endDateTime", Field::End, None),
            ("recurType", Field::Recurrence, None),
            ("recurrenceObject.recurType", Field::Recurrence, None),
            ("onceEveryNdays", Field::Interval, None),
            ("recurrenceObject.dailyDetails.onceEveryNdays", Field::Interval, None),
            ("onceEveryNweeks", Field::Interval, Some("weeks")),
            ("recurrenceObject/weeklyDetails/onceEveryNweeks", Field::Interval, Some("weeks")),
            ("whichDays", Field::Days, None),
            ("recurrenceObject.weeklyDetails.whichDays", Field::Days, None),
            ("enableSchedule", Field::Action, None),
            ("streamId", Field::StreamId, None),
        ] {
            let meaning = meaning(name).map(|meaning| (meaning.field, meaning.unit));
            assert_eq!(meaning, Some((field, unit)), "{name}");
        }
    }

    #[test]
    fn headers_match_whatever_their_case_spacing_and_punctuation() {
        for (header, field) in [
            ("Campaign", Field::CampaignName),
            ("CAMPAIGN-NAME*", Field::CampaignName),
            ("Start Date/Time", Field::Start),
            ("startDateTime", Field::Start),
            ("Start Date/Time (UTC):", Field::Start),
            ("Start date", Field::StartDate),
            ("Repeat every", Field::Interval),
            ("Interval (days)", Field::Interval),
            ("onceEveryNdays", Field::Interval),
            ("recurrenceObject.dailyDetails.onceEveryNdays", Field::Interval),
            ("Days of the week", Field::Days),
            ("Day", Field::Days),
            ("Enabled?", Field::Action),
            ("Stream-ID", Field::StreamId),
            ("1. Campaign", Field::CampaignName),
            ("12) Repeat every", Field::Interval),
            ("(3) End", Field::End),
        ] {
            let meaning = meaning(header).unwrap_or_else(|| panic!("{header} means nothing"));
            assert_eq!((meaning.field, meaning.unit), (field, None), "{header}");
        }
        assert_eq!(meaning("notes"), None);
        assert_eq!(meaning("(remarks)"), None);
        assert_eq!(meaning("2.1 Start"), None);
        assert_eq!(meaning("3 End"), None);
    }

    #[test]
    fn an_interval_in_other_units_says_so() {
        for (header, unit) in [
            ("Interval (weeks)", "weeks"),
            ("onceEveryNweeks", "weeks"),
            ("Interval [hours]", "hours"),
            ("Cadence (whole weeks)", "weeks"),
            ("How often? (in hours)", "hours"),
        ] {
            assert_eq!(meaning(header).and_then(|meaning| meaning.unit), Some(unit), "{header}");
        }
        for (header, field) in [("Start (in weeks)", Field::Start), ("Days (of all weeks)", Field::Days)] {
            let meaning = meaning(header).map(|meaning| (meaning.field, meaning.unit));
            assert_eq!(meaning, Some((field, None)), "{header}");
        }
    }
}
