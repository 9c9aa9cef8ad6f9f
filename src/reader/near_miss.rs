//! Which header may be meant for a field that wasn't found: a slip of the keyboard away.

use super::synonyms::{bare, names};
use crate::model::Field;
use crate::model::nearest::edits;

/// The header that looks most like one of the field's names, if any comes close.
pub(crate) fn header_for<'a>(field: Field, headers: impl Iterator<Item = &'a str>) -> Option<String> {
    let fields: &[Field] = match field {
        Field::Start => &[Field::Start, Field::StartDate],
        Field::End => &[Field::End, Field::EndDate],
        _ => &[field],
    };
    closest(headers, |bare| fields.iter().flat_map(|field| names(*field)).filter_map(|name| nearness(bare, name)).min())
}

/// The header that looks most like a text, if any comes close.
pub(crate) fn header_like<'a>(text: &str, headers: impl Iterator<Item = &'a str>) -> Option<String> {
    let wanted = bare(text);
    closest(headers, |bare| nearness(bare, &wanted))
}

/// The field for which a header may be meant, if it is so near one of its names that it hardly means
/// anything else: a word that only holds another doesn't count, and short synonyms have too many
/// neighbours ("Done" is no slip for "zone").
pub(crate) fn slip_of(header: &str, fields: &[Field]) -> Option<Field> {
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

fn closest<'a>(headers: impl Iterator<Item = &'a str>, rate: impl Fn(&str) -> Option<usize>) -> Option<String> {
    headers
        .filter_map(|header| Some((rate(&bare(header))?, header)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, header)| header.trim().to_owned())
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
        let guess = |field| header_for(field, headers.iter().copied());
        assert_eq!(guess(Field::CampaignName).as_deref(), Some("Campagin Name"));
        assert_eq!(guess(Field::Start).as_deref(), Some("Strat"));
        assert_eq!(guess(Field::End).as_deref(), Some("Endd"));
        assert_eq!(guess(Field::Interval).as_deref(), Some("Intervall"));
        assert_eq!(guess(Field::Timezone), None);
    }
}
