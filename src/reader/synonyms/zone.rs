//! The time zone that a header names, as in `Start (UTC)`: it isn't read, but may be another than the one that is used.

use chrono::{NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetName, Tz};

use super::super::values::{NearZone, near_zone, read_offset};
use super::remark::remarks;

/// The longest name of a city among the zones', in words.
const MOST_WORDS: usize = 3;

/// A zone as a header names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamedZone<'a> {
    /// As written.
    pub(crate) text: &'a str,
    near: Option<NearZone>,
}

/// The zone that a header names in brackets; of a mapped column, whose header is no name of ours, anywhere.
pub(crate) fn zone_named(header: &str, is_mapped: bool) -> Option<NamedZone<'_>> {
    let whole = is_mapped.then(|| header.split(['(', '[', '{', ')', ']', '}']));
    remarks(header).chain(whole.into_iter().flatten()).flat_map(|part| part.split([',', ';'])).find_map(zone_in)
}

/// The zone in a few words. A city of one word is one only where the words speak of time: `(Easter)` is a feast as well
/// as an island.
fn zone_in(phrase: &str) -> Option<NamedZone<'_>> {
    const OF_TIME: [&str; 6] = ["time", "times", "local", "zeit", "ortszeit", "uhrzeit"];
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let is_of_time = words.iter().any(|word| OF_TIME.iter().any(|of_time| of_time.eq_ignore_ascii_case(word)));
    (1..=MOST_WORDS.min(words.len())).rev().find_map(|count| {
        words.windows(count).find_map(|words| {
            let text = spanned(phrase, words)?;
            let near = near_zone(text);
            let is_near = match near {
                Some(NearZone::OneOfSeveral(_)) => true,
                Some(NearZone::Meant(_)) => is_of_time || count > 1,
                None => false,
            };
            (is_near || is_zone(text)).then_some(NamedZone { text, near })
        })
    })
}

/// From the first of these words of a text to the last.
fn spanned<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let (first, last) = (words.first()?, words.last()?);
    let start = first.as_ptr().addr() - text.as_ptr().addr();
    let end = last.as_ptr().addr() - text.as_ptr().addr() + last.len();
    text.get(start..end)
}

/// True of UTC and other short names, of offsets such as `UTC+2` and `+02:00`, and of names such as `Europe/Berlin`.
fn is_zone(text: &str) -> bool {
    const SHORT: [&str; 8] = ["utc", "gmt", "zulu", "est", "mst", "cet", "eet", "msk"];
    let lower = text.to_lowercase();
    let is_place = lower.split_once('/').is_some_and(|(area, _)| {
        ["africa", "america", "asia", "atlantic", "australia", "europe", "indian", "pacific", "etc"].contains(&area)
    });
    // A number with a sign may be one of days.
    let is_offset = text.contains(|c: char| c == ':' || c.is_alphabetic()) && read_offset(text).is_some();
    let base = lower.split(['+', '-', '\u{2212}']).next().unwrap_or_default();
    is_place || is_offset || SHORT.contains(&base)
}

impl NamedZone<'_> {
    /// The name to write instead, if there is a better one.
    pub(crate) fn name(&self) -> &str {
        match self.near {
            Some(NearZone::Meant(meant)) if meant.contains('/') && !meant.starts_with("Etc/") => meant,
            _ if self.text.eq_ignore_ascii_case("z") => "UTC",
            _ => self.text,
        }
    }

    /// True if it may be this zone: both have the same offsets, or the zone is called so itself. A fixed offset may be
    /// that of summer or winter alone, but UTC is nobody's name for the time of one season.
    pub(crate) fn may_be(&self, zone: Tz) -> bool {
        let theirs = offsets(zone);
        if let Some(fixed) = read_offset(self.text).map(|offset| offset.local_minus_utc()) {
            return if fixed == 0 { theirs == [0, 0] } else { theirs.contains(&fixed) };
        }
        let is_called_so = seasons().into_iter().any(|moment| {
            let offset = zone.offset_from_utc_datetime(&moment);
            offset.abbreviation().is_some_and(|name| name.eq_ignore_ascii_case(self.text))
        });
        let near = self.near.map(|(NearZone::Meant(name) | NearZone::OneOfSeveral(name))| name);
        let own = Tz::from_str_insensitive(near.unwrap_or(self.text)).ok();
        is_called_so || own.is_some_and(|own| offsets(own) == theirs)
    }
}

/// How far a zone is ahead of UTC in winter and in summer, in seconds.
fn offsets(zone: Tz) -> [i32; 2] {
    seasons().map(|moment| zone.offset_from_utc_datetime(&moment).fix().local_minus_utc())
}

fn seasons() -> [NaiveDateTime; 2] {
    [1, 7].map(|month| NaiveDate::from_ymd_opt(2030, month, 1).unwrap_or_default().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_seen_in_brackets_and_anywhere_in_the_header_of_a_mapped_column() {
        for (header, zone) in [
            ("Start (UTC)", Some("UTC")),
            ("End [Europe/Berlin]", Some("Europe/Berlin")),
            ("Start Date/Time (24h, CET)", Some("CET")),
            ("Start (UTC+2)", Some("UTC+2")),
            ("Start (UTC +2)", Some("UTC +2")),
            ("Start (+02:00)", Some("+02:00")),
            ("Start (Z)", Some("Z")),
            ("Start (Zulu)", Some("Zulu")),
            ("Start (MM/DD/YYYY ET)", Some("ET")),
            ("Start (New York time)", Some("New York")),
            ("Start (Hong Kong)", Some("Hong Kong")),
            ("Start (in Los Angeles)", Some("Los Angeles")),
            ("Start (Berlin time)", Some("Berlin")),
            ("Start (UK time)", Some("UK")),
            ("Start (Eastern)", Some("Eastern")),
            ("Start (Central European Time)", Some("Central European")),
            ("Start (Easter)", None),
            ("Start (UK format)", None),
            ("Start (+2 days)", None),
            ("Start (dd/mm/yyyy)", None),
            ("Start (local time)", None),
            ("Start (A-Z, z.B. 9:00)", None),
            ("UTC start", None),
        ] {
            assert_eq!(zone_named(header, false).map(|named| named.text), zone, "{header}");
        }
        for (header, zone) in [("Start \u{2013} GMT+1", "GMT+1"), ("UTC start", "UTC"), ("Start in CET (24h)", "CET")] {
            assert_eq!(zone_named(header, true).map(|named| named.text), Some(zone), "{header}");
        }
    }

    #[test]
    fn a_zone_is_told_by_a_name_that_the_flag_takes_if_it_has_one() {
        for (written, name) in [("Z", "UTC"), ("New York", "America/New_York"), ("UTC", "UTC"), ("CET", "CET")] {
            assert_eq!(zone_named(&format!("Start ({written})"), false).unwrap().name(), name);
        }
    }

    #[test]
    fn a_named_zone_is_held_against_the_one_that_is_used_by_its_offset() {
        for (named, zone, may_be) in [
            ("UTC", Tz::UTC, true),
            ("UTC", Tz::Europe__London, false),
            ("GMT", Tz::Europe__London, false),
            ("BST", Tz::Europe__London, true),
            ("GMT+2", Tz::Europe__London, false),
            ("UTC+2", Tz::UTC, false),
            ("UTC+2", Tz::Europe__Berlin, true),
            ("CET", Tz::Europe__Berlin, true),
            ("CET", Tz::Africa__Algiers, true),
            ("CET", Tz::UTC, false),
            ("CET", Tz::America__New_York, false),
            ("ET", Tz::America__Toronto, true),
            ("ET", Tz::Europe__Berlin, false),
            ("EST", Tz::America__New_York, true),
            ("EST", Tz::America__Chicago, false),
            ("PST", Tz::America__New_York, false),
            ("IST", Tz::Asia__Jerusalem, true),
            ("IST", Tz::Asia__Kolkata, true),
            ("MSK", Tz::Europe__Moscow, true),
            ("MSK", Tz::Europe__Berlin, false),
            ("New York", Tz::America__New_York, true),
            ("New York", Tz::Europe__Berlin, false),
            ("Europe/Paris", Tz::Europe__Berlin, true),
            ("Europe/Kyiv", Tz::Europe__Berlin, false),
            ("Z", Tz::Europe__Berlin, false),
        ] {
            let header = format!("Start ({named})");
            assert_eq!(zone_named(&header, false).unwrap().may_be(zone), may_be, "{named} {zone}");
        }
    }
}
