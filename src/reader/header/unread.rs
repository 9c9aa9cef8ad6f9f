//! Columns that look as if they were meant, and are not read: silence about them would send what
//! nobody wanted.

use super::candidate::Header;
use crate::model::Field;
use crate::reader::columns::Places;
use crate::reader::front::ReadOptions;
use crate::reader::near_miss;
use crate::reader::synonyms::{self, bare};
use crate::reader::values::weekday;

/// A column with which many sheets name each day of the week.
const FEWEST_DAYS: usize = 2;

/// What is suspicious about what isn't read.
pub(super) fn warnings(headers: &[Header], places: &Places, options: &ReadOptions) -> Vec<String> {
    let slips = slips(headers, places);
    let found = [zone(headers, places, options), days(headers), switch(headers, places), unit(headers, places)];
    found.into_iter().flatten().chain(slips).collect()
}

/// A zone in a header ("Start (UTC)") is not read: the flag, a column or the cells say it. Silence
/// would let all campaigns start hours off, the more so where the flag says another zone.
fn zone(headers: &[Header], places: &Places, options: &ReadOptions) -> Option<String> {
    let times = [Field::Start, Field::StartDate, Field::StartTime, Field::End, Field::EndDate, Field::EndTime];
    let has_zones = places[Field::Timezone as usize].is_some();
    if has_zones {
        return None;
    }
    let of_times = times.into_iter().filter_map(|field| Some(headers[places[field as usize]?].text.as_str()));
    let (header, zone) = of_times.filter_map(|header| Some((header, synonyms::zone_in_brackets(header)?))).next()?;
    if let Some(said) = options.timezone {
        return synonyms::is_another_zone(zone, said).then(|| {
            format!(
                "the column \"{header}\" names a time zone, which is not read from a header: its times are taken for \
                 {said}, as --timezone says; if they are in {zone}, say so there"
            )
        });
    }
    Some(format!(
        "the column \"{header}\" names a time zone, which is not read from a header; \
         if its times are in {zone}, say so with --timezone, and with --platform-timezone which zone the platform reads"
    ))
}

/// A column for each day of the week, with a mark in it, is how people plan; here days stand in one
/// column, and without it such a row would recur daily.
fn days(headers: &[Header]) -> Option<String> {
    let days = headers.iter().filter(|header| header.is_unknown() && weekday(&header.text).is_some());
    let days: Vec<String> = days.map(|header| format!("\"{}\"", header.text)).collect();
    (days.len() >= FEWEST_DAYS).then(|| {
        format!(
            "the columns {} are named for days of the week, and they pass through unread; \
             if they say when to run, write it into one column days, such as Mon/Wed",
            days.join(", ")
        )
    })
}

/// A column that says which campaigns are on or off, by a name that `action` doesn't have because a yes there
/// would mean the contrary, or something else.
fn switch(headers: &[Header], places: &Places) -> Option<String> {
    const ON: [&str; 2] = ["active", "isactive"];
    const OFF: [&str; 22] = [
        "disable",
        "disabled",
        "isdisabled",
        "inactive",
        "isinactive",
        "deactivated",
        "paused",
        "pause",
        "ispaused",
        "onhold",
        "hold",
        "suspended",
        "issuspended",
        "stopped",
        "cancelled",
        "canceled",
        "iscancelled",
        "archived",
        "isarchived",
        "skip",
        "exclude",
        "excluded",
    ];
    if places[Field::Action as usize].is_some() {
        return None;
    }
    let named = |names: &[&str]| {
        let header = headers.iter().find(|header| header.is_unknown() && names.contains(&&*bare(&header.text)))?;
        Some(&header.text)
    };
    if let Some(header) = named(&OFF) {
        return Some(format!(
            "the column \"{header}\" passes through unread, and every row is scheduled whatever it says; if it says \
             which campaigns are off, write disable for them into a column action, or leave their rows out"
        ));
    }
    named(&ON).map(|header| {
        format!(
            "the column \"{header}\" passes through unread, and every row is scheduled whatever it says; if a no in it \
             means to take a campaign's schedule away, say --map 'action={header}'"
        )
    })
}

/// A column that may say what an interval counts, which without it counts days.
fn unit(headers: &[Header], places: &Places) -> Option<String> {
    const NAMES: [&str; 9] = [
        "unit",
        "units",
        "intervalunits",
        "timeunit",
        "timeunits",
        "repeatunits",
        "frequencyunits",
        "unitofinterval",
        "unitoftime",
    ];
    if places[Field::Recurrence as usize].is_some() {
        return None;
    }
    let interval = &headers[places[Field::Interval as usize]?];
    let says = |header: &&Header| header.is_unknown() && NAMES.contains(&&*bare(&header.text));
    let header = &headers.iter().find(says)?.text;
    Some(format!(
        "the column \"{header}\" passes through unread, and bare numbers under \"{0}\" are days; if it says days or \
         weeks, say --map 'recurrence={header}'",
        interval.text
    ))
}

/// An optional column with a slip in its name. Were it required, it would be missed.
fn slips(headers: &[Header], places: &Places) -> impl Iterator<Item = String> {
    let unread: Vec<Field> = Field::ALL.into_iter().filter(|field| places[*field as usize].is_none()).collect();
    headers.iter().filter(|header| header.is_unknown()).filter_map(move |header| {
        let field = near_miss::slip_of(&header.text, &unread)?;
        Some(format!(
            "the column \"{0}\" passes through unread; if it is meant for {field}, say --map '{field}={0}'",
            header.text
        ))
    })
}
