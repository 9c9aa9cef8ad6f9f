//! Columns that look as if they were meant, and are not read: silence about them would send what
//! nobody wanted.

use super::candidate::Header;
use crate::model::cell::is_blank_character;
use crate::model::counted::{Counted, counted};
use crate::model::{Cell, CellName, Field, count};
use crate::reader::columns::{Columns, Places, RawRow};
use crate::reader::flags;
use crate::reader::front::{DateOrder, ReadOptions};
use crate::reader::near_miss;
use crate::reader::synonyms::{self, bare};
use crate::reader::values::{is_time, is_unit, is_zone, weekday};

/// Columns that are named for days of the week, where they are meant as such.
const FEWEST_DAYS: usize = 2;
/// The same of letters, which may be anything.
const FEWEST_INITIALS: usize = 4;

/// What is suspicious about what isn't read.
pub(super) fn warnings<'a>(
    headers: &[Header],
    places: &Places,
    rows: impl Iterator<Item = &'a RawRow> + Clone,
    options: &ReadOptions,
) -> Vec<String> {
    let is_filled = |field: Field| places[field as usize].is_some_and(|index| is_filled(index, rows.clone()));
    let found = [
        zone(headers, places, is_filled(Field::Timezone), options),
        order_of_dates(headers, places, options.date_order),
        days(headers),
        days_off(headers),
        switch(headers, places, is_filled(Field::Action)),
        unit(headers, places, is_filled(Field::Recurrence) || is_filled(Field::Days), rows.clone()),
        zones(headers, is_filled(Field::Timezone), rows.clone()),
        second_campaign(headers),
    ];
    let found: Vec<String> = found.into_iter().flatten().chain(times(headers, places)).collect();
    let slips = slips(headers, places, &found);
    found.into_iter().chain(slips).collect()
}

/// The first column that nobody knows of whose first cells all that aren't blank are such.
fn holding<'a, 'h>(
    headers: &'h [Header],
    rows: impl Iterator<Item = &'a RawRow> + Clone,
    is_such: impl Fn(&Cell) -> bool,
) -> Option<&'h str> {
    let unknown = headers.iter().enumerate().filter(|(_, header)| header.is_unknown());
    let mut holding = unknown.filter(|(index, _)| {
        let mut cells = rows.clone().filter_map(|row| row.cells.get(*index)).filter(|cell| !cell.is_blank()).peekable();
        cells.peek().is_some() && cells.all(&is_such)
    });
    holding.next().map(|(_, header)| header.text.as_str())
}

/// True if none of the first rows leaves a column blank: what it doesn't say there must come from elsewhere.
fn is_filled<'a>(index: usize, mut rows: impl Iterator<Item = &'a RawRow>) -> bool {
    rows.all(|row| row.cells.get(index).is_some_and(|cell| !cell.is_blank()) || row.cells.iter().all(Cell::is_blank))
}

/// True if a header is one of these names, which stand in lower case, whatever its own case, spaces and punctuation.
fn is_one_of(header: &str, names: &str) -> bool {
    let header = bare(header);
    names.split(',').any(|name| name.chars().filter(|character| !character.is_whitespace()).eq(header.chars()))
}

/// A zone in a header ("Start (UTC)") is not read: the flag, a column or the cells say it. Silence
/// would let all campaigns start hours off, the more so where the flag says another zone.
fn zone(headers: &[Header], places: &Places, has_zones: bool, options: &ReadOptions) -> Option<String> {
    if has_zones {
        return None;
    }
    let times = [Field::Start, Field::StartDate, Field::StartTime, Field::End, Field::EndDate, Field::EndTime];
    let of_times = times.into_iter().filter_map(|field| Some(&headers[places[field as usize]?]));
    let mut named = of_times
        .filter_map(|header| Some((&header.text, synonyms::zone_named(&header.text, !header.mapped.is_empty())?)));
    let said = options.timezone.map(|zone| (zone, "--timezone"));
    let Some((said, flag)) = said.or(options.platform_timezone.map(|zone| (zone, "--platform-timezone"))) else {
        let (header, zone) = named.next()?;
        return Some(format!(
            "the column \"{header}\" names a time zone, which is not read from a header; if its times are in {}, say so \
             with --timezone, and with --platform-timezone which zone the platform reads",
            zone.name()
        ));
    };
    let (header, zone) = named.find(|(_, zone)| !zone.may_be(said))?;
    Some(format!(
        "the column \"{header}\" names a time zone, which is not read from a header: its times are taken for {said}, as \
         {flag} says; if they are in {}, say so with --timezone",
        zone.name()
    ))
}

/// Dates are read in the order that --date-order says, and those with dots day first, whatever a header says of them.
fn order_of_dates(headers: &[Header], places: &Places, asked: Option<DateOrder>) -> Option<String> {
    let dates = [Field::Start, Field::StartDate, Field::End, Field::EndDate];
    let mut of_dates = dates.into_iter().filter_map(|field| Some(&headers[places[field as usize]?].text));
    of_dates.find_map(|header| match (asked, is_month_first(header)) {
        (_, Some(true)) if header.contains('.') => Some(format!(
            "the column \"{header}\" says that the month comes first, but in dates with dots the day does; write them as \
             2030-01-27"
        )),
        (Some(DateOrder::DayMonthYear), Some(true)) => Some(format!(
            "the column \"{header}\" says that the month comes first, and --date-order dmy that the day does, as dates \
             are read; if the header is right, say --date-order mdy"
        )),
        (Some(DateOrder::MonthDayYear), Some(false)) => Some(format!(
            "the column \"{header}\" says that the day comes first, and --date-order mdy that the month does, as dates \
             are read; if the header is right, say --date-order dmy"
        )),
        _ => None,
    })
}

/// True of `MM/DD/YYYY`, false of `d.m.yy`; nothing where the year comes first or no numbers are spoken of.
fn is_month_first(header: &str) -> Option<bool> {
    let words = synonyms::words(header);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.windows(3).find_map(|three| match three {
        ["mm" | "m", "dd" | "d", "yyyy" | "yy"] => Some(true),
        ["dd" | "d", "mm" | "m", "yyyy" | "yy"] | ["tt" | "t", "mm" | "m", "jjjj" | "jj"] => Some(false),
        _ => None,
    })
}

/// A column for each day of the week, with a mark in it, is how people plan; here days stand in one
/// column, and without it such a row would recur daily.
fn days(headers: &[Header]) -> Option<String> {
    let unknown = || headers.iter().filter(|header| header.is_unknown());
    let letters = unknown().filter(|header| is_initial_of_day(&header.text)).count();
    let is_day =
        |header: &&Header| is_day(&header.text) || (letters >= FEWEST_INITIALS && is_initial_of_day(&header.text));
    let days: Vec<String> = unknown().filter(is_day).map(|header| format!("\"{}\"", header.text)).collect();
    (days.len() >= FEWEST_DAYS).then(|| {
        format!(
            "the columns {} are named for days of the week, and they pass through unread; \
             if they say when to run, write it into one column days, such as Mon/Wed",
            days.join(", ")
        )
    })
}

/// `Mon`, `Mon?`, `Run Mon`, `Mon-Fri`, and the days by their German names.
fn is_day(header: &str) -> bool {
    const GERMAN: [&str; 11] =
        ["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "di", "mi", "do", "so"];
    let lower = header.to_lowercase();
    let mut words = lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_last_a_day = words.clone().next_back().is_some_and(|word| word.len() > 2 && weekday(word).is_some());
    is_last_a_day || (words.clone().count() == 1 && words.any(|word| weekday(word).is_some() || GERMAN.contains(&word)))
}

fn is_initial_of_day(header: &str) -> bool {
    matches!(header, "M" | "T" | "W" | "F" | "S" | "m" | "t" | "w" | "f" | "s")
}

/// Days on which nothing is to run.
fn days_off(headers: &[Header]) -> Option<String> {
    let header = &headers.iter().find(|header| header.is_unknown() && is_of_days_off(&header.text))?.text;
    let way_out = match synonyms::denied(header) {
        Some(field) => format!("; if these are in it, say {}", flags::map(field, header)),
        None => String::new(),
    };
    Some(format!(
        "the column \"{header}\" passes through unread, and its days are not left out; write the days on which to run \
         into a column days, such as Mon-Fri{way_out}"
    ))
}

/// `Days off`, `Days: excluded`, `Quiet days`, and `Days (no calls)`.
fn is_of_days_off(header: &str) -> bool {
    const NAMES: &str = "days off, day off, off days, not on, not on days, no call days, no calling days, days not to call, \
        do not call days, rest days";
    const DAYS: [&str; 5] = ["day", "days", "weekday", "weekdays", "wochentage"];
    let words = synonyms::words(header);
    let names_days = words.iter().any(|word| DAYS.contains(&word.as_str()));
    is_one_of(header, NAMES)
        || synonyms::denied(header) == Some(Field::Days)
        || (names_days && synonyms::leaves_out(&words))
}

/// A second campaign beside the first, in columns with a number behind their names.
fn second_campaign(headers: &[Header]) -> Option<String> {
    let is_second = |header: &&Header| {
        let name = header.text.trim_end_matches(|character: char| character.is_ascii_digit()).trim_end();
        let required =
            [Field::CampaignName, Field::Start, Field::StartDate, Field::End, Field::EndDate, Field::Interval];
        header.is_unknown()
            && name.len() < header.text.len()
            && synonyms::meaning(name).is_some_and(|meaning| required.contains(&meaning.field))
    };
    let second: Vec<String> = headers.iter().filter(is_second).map(|header| format!("\"{}\"", header.text)).collect();
    (second.len() >= 2).then(|| {
        format!(
            "the columns {} pass through unread: only one campaign and one window of a row are scheduled; write the \
             others in rows of their own",
            second.join(", ")
        )
    })
}

/// Columns without a name beside dates, as under a name that was merged over both, if the first rows hold times there:
/// the dates would mean midnight.
pub(super) fn unnamed_times<'a>(columns: &Columns, rows: impl Iterator<Item = &'a RawRow> + Clone) -> Vec<String> {
    let of_dates = [
        (Field::Start, Field::StartTime),
        (Field::StartDate, Field::StartTime),
        (Field::End, Field::EndTime),
        (Field::EndDate, Field::EndTime),
    ];
    let told = |(date, time): (Field, Field)| {
        let index = columns.of(date).filter(|_| columns.of(time).is_none())?;
        let is_unnamed = columns.headers.get(index + 1).is_none_or(|header| header.chars().all(is_blank_character));
        let is_half = |row: &&RawRow| {
            let cell = |index: usize| row.cells.get(index);
            cell(index).is_some_and(|date| !date.is_blank() && !date.display().contains(':'))
                && cell(index + 1).is_some_and(is_time)
        };
        let row = rows.clone().find(is_half).filter(|_| is_unnamed)?;
        let cell = CellName { column: u32::try_from(index + 1).ok()?, row: row.number };
        let dates = columns.headers[index].trim();
        Some(format!(
            "{cell} holds a time, but its column has no name and passes through unread, and a date alone under \
             \"{dates}\" means {}; call the columns Start Date, Start Time, End Date and End Time",
            if time == Field::EndTime { "the day's last second" } else { "midnight" }
        ))
    };
    of_dates.into_iter().filter_map(told).collect()
}

/// Columns that may hold the times of dates that stand alone, which then mean midnight.
fn times(headers: &[Header], places: &Places) -> Vec<String> {
    let of_start = [Field::Start, Field::StartDate, Field::StartTime];
    let of_end = [Field::End, Field::EndDate, Field::EndTime];
    let named: Vec<&Header> =
        headers.iter().filter(|header| header.is_unknown() && is_named_for_a_time(&header.text)).collect();
    let told = |is_end: bool, [whole, date, time]: [Field; 3]| {
        let header = &named.iter().find(|header| is_named_for_an_end(&header.text) == is_end)?.text;
        let dates = places[whole as usize].or(places[date as usize]).filter(|_| places[time as usize].is_none())?;
        let (dates, is_mapped) = (&headers[dates].text, headers[dates].mapped.contains(&whole));
        let then = if is_end { "the day's last second" } else { "midnight" };
        let instead = if is_mapped { format!(" instead of {}", flags::map(whole, dates)) } else { String::new() };
        let is_twice = headers.iter().filter(|other| other.text == *header).count() > 1;
        let way_out = if is_twice {
            "call the columns Start Time and End Time".to_owned()
        } else {
            format!("say {} {}{instead}", flags::map(date, dates), flags::map(time, header))
        };
        Some(format!(
            "the column \"{header}\" passes through unread, and a date alone under \"{dates}\" means {then}; if it \
             holds the times, {way_out}"
        ))
    };
    [told(false, of_start), told(true, of_end)].into_iter().flatten().collect()
}

fn is_named_for_an_end(header: &str) -> bool {
    let bare = bare(header);
    let name = bare.strip_prefix("daily").unwrap_or(&bare);
    name.starts_with("end") || name.starts_with("clos")
}

fn is_named_for_a_time(header: &str) -> bool {
    const NAMES: &str = "time, times, time of day, timing, timings, hour, hours, call time, call times, calling time, run time, \
        dial time, dialling time, delivery time, preferred time, send time, sending time, send at, local time, \
        campaign time, schedule time, scheduled time, daily time, daily start time, daily end time, daily start, \
        daily end, opening time, closing time, start hh mm, end hh mm, uhrzeit, beginnzeit";
    is_one_of(header, NAMES)
}

/// A column that says which campaigns are on or off, by a name that `action` doesn't have because a yes there
/// would mean the contrary, or something else.
fn switch(headers: &[Header], places: &Places, has_actions: bool) -> Option<String> {
    const ON: &str = "active, is active";
    const OFF: &str = "disable, disabled, is disabled, inactive, is inactive, deactivated, pause, paused, is paused, hold, \
        on hold, suspended, is suspended, stopped, cancelled, canceled, is cancelled, archived, is archived, skip, \
        exclude, excluded";
    if has_actions {
        return None;
    }
    let rows = if places[Field::Action as usize].is_some() { "every row without an action" } else { "every row" };
    let named = |names| {
        let header = headers.iter().find(|header| header.is_unknown() && is_one_of(&header.text, names))?;
        Some(&header.text)
    };
    let denied =
        headers.iter().find(|header| header.is_unknown() && synonyms::denied(&header.text) == Some(Field::Action));
    if let Some(header) = named(OFF).or(denied.map(|header| &header.text)) {
        return Some(format!(
            "the column \"{header}\" passes through unread, and {rows} is scheduled whatever it says; if it says \
             which campaigns are off, write disable for them into a column action, or leave their rows out"
        ));
    }
    named(ON).map(|header| {
        format!(
            "the column \"{header}\" passes through unread, and {rows} is scheduled whatever it says; if a no in it \
             means to take a campaign's schedule away, say {}",
            flags::map(Field::Action, header)
        )
    })
}

/// Zones in a column that isn't known as one: all times would be taken for those of one zone.
fn zones<'a>(headers: &[Header], is_said: bool, rows: impl Iterator<Item = &'a RawRow> + Clone) -> Option<String> {
    let header = holding(headers, rows, is_zone).filter(|_| !is_said)?;
    Some(format!(
        "the column \"{header}\" holds time zones and passes through unread; if the times of its rows are in them, say {}",
        flags::map(Field::Timezone, header)
    ))
}

/// A column that may say what an interval counts, by its name or its first cells; without it an interval counts days.
fn unit<'a>(
    headers: &[Header],
    places: &Places,
    is_said: bool,
    rows: impl Iterator<Item = &'a RawRow> + Clone,
) -> Option<String> {
    const NAMES: &str = "unit, units, interval units, time unit, time units, repeat units, repeat period, frequency units, unit of interval, \
        unit of time, uom, repeats, runs, number of days, number of weeks";
    if is_said {
        return None;
    }
    let place = places[Field::Interval as usize]?;
    let interval = &headers[place];
    if matches!(counted(&interval.text), Some(Counted::Weeks | Counted::Unclear)) {
        return None;
    }
    let says = |header: &&Header| header.is_unknown() && is_one_of(&header.text, NAMES);
    let named = headers.iter().find(says).map(|header| header.text.as_str());
    let is_bare = |row: &RawRow| match row.cells.get(place) {
        Some(Cell::Text(text)) => count::bare(text).is_some(),
        cell => matches!(cell, Some(Cell::Number(_))),
    };
    let header = named.or_else(|| holding(headers, rows.filter(|row| is_bare(row)), is_unit))?;
    Some(format!(
        "the column \"{header}\" passes through unread, and bare numbers under \"{0}\" are days; if it says days or \
         weeks, say {1}",
        interval.text,
        flags::map(Field::Recurrence, header)
    ))
}

/// An optional column with a slip in its name. Were it required, it would be missed.
fn slips(headers: &[Header], places: &Places, told: &[String]) -> Vec<String> {
    let unread: Vec<Field> = Field::ALL.into_iter().filter(|field| places[*field as usize].is_none()).collect();
    let may_be_one = |header: &&Header| {
        let is_told = is_named_for_a_time(&header.text) || is_day(&header.text) || is_of_days_off(&header.text);
        header.is_unknown() && !is_told && synonyms::denied(&header.text).is_none()
    };
    let unknown = headers.iter().filter(may_be_one).map(|header| header.text.as_str());
    let is_told = |way_out: &String| told.iter().any(|told| told.contains(way_out));
    let told = |(header, field): (&str, Field)| {
        let way_out = Some(flags::map(field, header)).filter(|way_out| !is_told(way_out))?;
        Some(format!("the column \"{header}\" passes through unread; if it is meant for {field}, say {way_out}"))
    };
    near_miss::slips(unknown, &unread).filter_map(told).collect()
}
