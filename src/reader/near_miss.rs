//! Which header may be meant for a field that wasn't found: a slip of the keyboard away.

use super::synonyms::{bare, denied, names, unit_that_is_none, zone_named};
use crate::model::Field;
use crate::model::nearest::edits;

/// How many headers are compared: a sheet may have more than can be held against all names in a short time.
const MOST_COMPARED: usize = 256;
/// The longest header that is looked at for a zone, in bytes.
const LONGEST: usize = 256;

/// The header that looks most like one of the field's names, if any comes close; of an interval's, one that doesn't say
/// what an interval can't be. With how far it is from that name.
pub(crate) fn header_for<'a>(field: Field, headers: impl Iterator<Item = &'a str>) -> Option<(usize, String)> {
    let fields: &[Field] = match field {
        Field::Start => &[Field::Start, Field::StartDate],
        Field::End => &[Field::End, Field::EndDate],
        _ => &[field],
    };
    let is_none = |header: &str| counts_runs(header) || unit_that_is_none(header).is_some() || denied(header).is_some();
    let headers = headers.filter(|header| field != Field::Interval || !is_none(header));
    closest(headers, |bare| fields.iter().flat_map(|field| names(*field)).filter_map(|name| nearness(bare, name)).min())
}

/// True if a header tells how many runs there are, or how many in a week: not what lies between two of them.
pub(crate) fn counts_runs(header: &str) -> bool {
    const WORDS: [&str; 11] =
        ["repeats", "runs", "per", "times", "count", "counts", "left", "remaining", "total", "max", "maximum"];
    let lower = header.to_lowercase();
    let has_number_of = lower.contains("number of") || lower.contains("no. of");
    has_number_of || lower.split(|character: char| !character.is_alphanumeric()).any(|word| WORDS.contains(&word))
}

/// The header that looks most like a text, if any comes close.
pub(crate) fn header_like<'a>(text: &str, headers: impl Iterator<Item = &'a str>) -> Option<String> {
    let wanted = bare(text);
    closest(headers, |bare| nearness(bare, &wanted)).map(|(_, header)| header)
}

/// The first columns that may be meant for one of these fields, each with its field.
pub(crate) fn slips<'a>(
    headers: impl Iterator<Item = &'a str>,
    fields: &[Field],
) -> impl Iterator<Item = (&'a str, Field)> {
    headers.take(MOST_COMPARED).filter_map(|header| Some((header, slip_of(header, fields)?)))
}

/// The field for which a header may be meant, if it is so near one of its names that it hardly means
/// anything else: a word that only holds another doesn't count, and short synonyms have too many
/// neighbours ("Done" is no slip for "zone").
fn slip_of(header: &str, fields: &[Field]) -> Option<Field> {
    let bare = bare(header);
    let length = bare.chars().count();
    let most = match length {
        0..=3 | 65.. => return None,
        4..=9 => 1,
        _ => 2,
    };
    let of_field = |field: &Field| {
        let names = names(*field).enumerate().filter(|(place, name)| *place == 0 || name.chars().count() > 5);
        Some((names.filter_map(|(_, name)| edits(&bare, name, most)).min()?, *field))
    };
    fields.iter().filter_map(of_field).min_by_key(|(slips, _)| *slips).map(|(_, field)| field)
}

fn closest<'a>(
    headers: impl Iterator<Item = &'a str>,
    rate: impl Fn(&str) -> Option<usize>,
) -> Option<(usize, String)> {
    headers
        .take(MOST_COMPARED)
        .filter_map(|header| Some((rate(&bare(header)).or_else(|| rate(&without_zone(header)?))?, header)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(distance, header)| (distance, header.trim().to_owned()))
}

/// The bare form of a header that names a zone, as in `End UTC`, without it.
fn without_zone(header: &str) -> Option<String> {
    let zone = zone_named(Some(header).filter(|header| header.len() <= LONGEST)?, true)?;
    Some(bare(&header.replacen(zone.text, "", 1)))
}

/// How many slips lie between two words; `None` if too many for their length, or if one doesn't
/// hold the other.
fn nearness(left: &str, right: &str) -> Option<usize> {
    let length = left.chars().count().min(right.chars().count());
    if length < 3 || left.chars().count().max(right.chars().count()) > 64 {
        return None;
    }
    if let Some(slips) = edits(left, right, 1 + length / 5) {
        Some(slips)
    } else if length >= 5 && (left.contains(right) || right.contains(left)) {
        Some(length)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_found_and_a_stranger_is_not() {
        let headers = ["Campagin Name", "Strat", "Endd", "Intervall", "Owner"];
        let guess = |field| header_for(field, headers.iter().copied()).map(|(_, header)| header);
        assert_eq!(guess(Field::CampaignName).as_deref(), Some("Campagin Name"));
        assert_eq!(guess(Field::Start).as_deref(), Some("Strat"));
        assert_eq!(guess(Field::End).as_deref(), Some("Endd"));
        assert_eq!(guess(Field::Interval).as_deref(), Some("Intervall"));
        assert_eq!(guess(Field::Timezone), None);
    }

    #[test]
    fn no_more_headers_are_compared_than_a_sheet_that_people_made_has() {
        let strangers = |count| std::iter::repeat_n("Owner", count).chain(["Strat"]);
        assert_eq!(header_for(Field::Start, strangers(MOST_COMPARED - 1)), Some((1, "Strat".to_owned())));
        assert_eq!(header_for(Field::Start, strangers(MOST_COMPARED)), None);
        assert_eq!(slips(strangers(MOST_COMPARED - 1), &[Field::Start]).count(), 1);
        assert_eq!(slips(strangers(MOST_COMPARED), &[Field::Start]).count(), 0);
    }

    #[test]
    fn what_counts_runs_is_no_interval() {
        let guess = |header| header_for(Field::Interval, std::iter::once(header)).map(|(_, header)| header);
        for header in
            ["Days (excluded)", "Repeat count", "Number of runs", "Repeats left", "Runs per day", "Max. repeats"]
        {
            assert_eq!(guess(header), None, "{header}");
        }
        assert_eq!(guess("Repeat evry").as_deref(), Some("Repeat evry"));
        assert_eq!(
            header_for(Field::Start, std::iter::once("Max. starts")).map(|(_, header)| header).as_deref(),
            Some("Max. starts")
        );
    }

    #[test]
    fn a_missing_start_or_end_may_be_split_with_a_slip_in_its_date() {
        let guess = |field, header| header_for(field, std::iter::once(header)).map(|(_, header)| header);
        assert_eq!(guess(Field::Start, "Frist Day").as_deref(), Some("Frist Day"));
        assert_eq!(guess(Field::End, "Lsat Day").as_deref(), Some("Lsat Day"));
        assert_eq!(guess(Field::Interval, "Frist Day"), None);
        assert_eq!(guess(Field::Start, "Start \u{2013} GMT+1").as_deref(), Some("Start \u{2013} GMT+1"));
        assert_eq!(guess(Field::End, "End \u{2013} GMT+1").as_deref(), Some("End \u{2013} GMT+1"));
    }

    #[test]
    fn a_slip_needs_a_word_of_some_length_and_a_synonym_of_more() {
        let all = [Field::CampaignName, Field::Start, Field::End, Field::Interval, Field::Days, Field::Timezone];
        assert_eq!(slip_of("Dasy", &all), Some(Field::Days));
        assert_eq!(slip_of("Dya", &all), None, "three letters");
        assert_eq!(slip_of("Begni", &all), None, "five letters of a synonym");
        assert_eq!(slip_of("Beginns", &all), Some(Field::Start), "six");
        assert_eq!(slip_of("Strat", &all), Some(Field::Start), "its own name");
    }

    #[test]
    fn words_are_near_by_few_slips_or_because_one_holds_the_other() {
        let long = "a".repeat(63);
        let (ends_in_b, ends_in_c) = (format!("{long}b"), format!("{long}c"));
        for (left, right, near) in [
            ("edn", "end", Some(1)),
            ("en", "end", None),
            ("intervall", "interval", Some(1)),
            ("campaign", "thecampaignshere", Some(8)),
            ("days", "holidaysleft", None),
            (&ends_in_b, &ends_in_c, Some(1)),
            (&format!("{ends_in_b}b"), &ends_in_b, None),
        ] {
            assert_eq!((nearness(left, right), nearness(right, left)), (near, near), "{left} {right}");
        }
    }
}
