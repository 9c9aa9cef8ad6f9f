//! A start or an end: from one cell, or from a date's and a time's, to a wall time.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::date::{self, DAY_SECONDS, DateFault};
use super::order::DateOrders;
use super::spot::{Content, Notes, Spot, in_words};
use crate::model::cell::{date_of_serial, midnight_after, shortest, whole_seconds};
use crate::model::{Cell, Code, Field};
use crate::reader::front::DateOrder;

/// Which end of the window is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Start,
    End,
}

impl Side {
    /// The second at which a whole day starts or ends.
    const fn whole_day(self) -> u32 {
        match self {
            Self::Start => 0,
            Self::End => DAY_SECONDS - 1,
        }
    }
}

/// A wall time as the sheet has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) local: NaiveDateTime,
    /// The offset behind it, and the cell that holds it.
    pub(super) offset: Option<(FixedOffset, Spot<'a>)>,
}

/// A date, perhaps with a time.
#[derive(Debug, Clone, Copy)]
struct Day {
    date: NaiveDate,
    seconds: Option<u32>,
    offset: Option<FixedOffset>,
}

/// What goes for all dates of an input.
#[derive(Debug, Clone, Copy)]
pub(super) struct DateRules {
    pub(super) order: Option<DateOrder>,
    pub(super) is_text: bool,
    pub(super) is_1904: bool,
}

/// Reads a start or an end; `None` if it has a problem. `is_needed` is false where the row's action
/// can't be read.
pub(super) fn moment<'a>(
    day: Spot<'a>,
    time: Option<Spot<'a>>,
    side: Side,
    rules: DateRules,
    is_needed: bool,
    orders: &mut DateOrders,
    notes: &mut Notes,
) -> Option<Moment<'a>> {
    let before = notes.problems.len();
    let has_time = time.is_some_and(|time| !time.cell.is_blank());
    let read = date_cell(day, side, has_time, rules, orders, notes);
    let clock = time.and_then(|spot| time_cell(spot, side, rules, notes).map(|clock| (spot, clock)));
    if notes.problems.len() > before {
        return None;
    }
    let Some(mut read) = read else {
        if is_needed || clock.is_some() {
            // A heading, a note or a sum in the column of names has no start.
            notes.problems.push(day.missing(match day.field {
                Field::Start if day.name.is_some() => {
                    "write it as 2030-01-27 18:29, or delete the row if it is no campaign"
                }
                Field::StartDate => "write it as 2030-01-27, or delete the row if it is no campaign",
                Field::EndDate => "write it as 2030-01-27",
                _ => "write it as 2030-01-27 18:29",
            }));
        }
        return None;
    };
    let mut offset = read.offset.map(|offset| (offset, day));
    if let Some((spot, (seconds, own))) = clock {
        // Programs that know no date without a time write midnight beside the time.
        if read.seconds.is_some_and(|own| own != seconds && own != 0) {
            notes.problems.push(spot.finding(
                Code::Contradiction,
                format!(
                    "the time is {}, but the date beside it has a time of its own, {}",
                    spot.quoted(),
                    day.quoted()
                ),
                "give the time once".to_owned(),
            ));
            return None;
        }
        read.seconds = Some(seconds);
        offset = own.map(|own| (own, spot)).or(offset);
    }
    let seconds = read.seconds.unwrap_or(side.whole_day());
    let local = match NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0) {
        Some(time) => Some(read.date.and_time(time)),
        // 24:00 is the end of the day.
        None => read.date.succ_opt().map(|next| next.and_time(NaiveTime::MIN)),
    };
    match local.filter(|local| local.year() <= 9_999) {
        Some(local) => Some(Moment { local, offset }),
        None => {
            note(day, &DateFault::NoSuchHour, notes);
            None
        }
    }
}

fn date_cell(
    spot: Spot<'_>,
    side: Side,
    has_time: bool,
    rules: DateRules,
    orders: &mut DateOrders,
    notes: &mut Notes,
) -> Option<Day> {
    let hint = "write it as 2030-01-27 18:29";
    match spot.content(notes) {
        Content::Blank | Content::Faulty => None,
        Content::Text(text) => match date::read(text, rules.order) {
            Ok(written) => {
                if let (Some(order), Some(name)) = (written.order, spot.name) {
                    orders.count(name, text, order);
                }
                Some(Day { date: written.date, seconds: written.seconds, offset: written.offset })
            }
            Err(fault) => {
                note(spot, &fault, notes);
                None
            }
        },
        Content::Date(date) => {
            if let Some(name) = spot.name.filter(|_| !rules.is_text) {
                orders.count_date(name, date);
            }
            Some(day_of(date))
        }
        Content::Number(_) if rules.is_text => {
            note(spot, &DateFault::BareNumber, notes);
            None
        }
        Content::Number(number) => match date_of_serial(number, rules.is_1904) {
            Some(date) => {
                let date = settled(date, side, has_time);
                notes.warnings.push(spot.finding(
                    Code::SerialDate,
                    format!(
                        "the number {} was taken for the date {}",
                        spot.quoted(),
                        crate::model::cell::display_date(date)
                    ),
                    "format the column as a date, so that everybody sees which it is".to_owned(),
                ));
                Some(day_of(date))
            }
            None => {
                notes.problems.push(spot.finding(
                    Code::NotADate,
                    format!("the {} is the number {}, which is not a date", in_words(spot.field), spot.quoted()),
                    hint.to_owned(),
                ));
                None
            }
        },
        Content::Bool(_) => {
            notes.problems.push(spot.wrong_type("a yes-or-no value", hint));
            None
        }
        Content::Time(_) => {
            note(spot, &DateFault::TimeAlone, notes);
            None
        }
    }
}

/// The cell that says in any file what a bare number was taken for: a text file that repeats the
/// number would say nothing. `None` where the cell can stay as it is.
pub(super) fn spelled_out(cell: &Cell, field: Field, has_time: bool, rules: DateRules) -> Option<Cell> {
    let side = match field {
        Field::Start | Field::StartDate | Field::StartTime => Side::Start,
        _ => Side::End,
    };
    match (field, cell) {
        (Field::StartTime | Field::EndTime, Cell::Number(fraction)) if !rules.is_text => {
            (0.0..1.0).contains(fraction).then_some(Cell::Time(fraction_of(*fraction, side)))
        }
        (Field::StartTime | Field::EndTime, Cell::Date(date)) if is_clock_time(*date) => Some(clock_of(*date)),
        (Field::Start | Field::StartDate | Field::End | Field::EndDate, Cell::Number(number)) if !rules.is_text => {
            let has_time = has_time && matches!(field, Field::StartDate | Field::EndDate);
            let date = date_of_serial(*number, rules.is_1904).map(|date| Cell::Date(settled(date, side, has_time)));
            // What is no date here would be one in the results, whose days are counted from 1900.
            date.or_else(|| date_of_serial(*number, false).map(|_| Cell::Text(shortest(*number))))
        }
        _ => None,
    }
}

/// A time cell that holds the day beside it too, as `=B2` does in the format of a time, is its time alone, which is all
/// that it shows. At midnight it may show the day, and be no time at all.
pub(super) fn settle_clock(cells: &mut [Cell], date: usize, time: usize) {
    if let (Some(Cell::Date(day)), Some(Cell::Date(clock))) = (cells.get(date), cells.get(time))
        && day.date() == clock.date()
        && clock.time() != NaiveTime::MIN
    {
        cells[time] = clock_of(*clock);
    }
}

fn clock_of(date: NaiveDateTime) -> Cell {
    let seconds = chrono::Timelike::num_seconds_from_midnight(&date.time());
    Cell::Time(f64::from(seconds) / f64::from(DAY_SECONDS))
}

/// A date cell as it is understood: what stands just before midnight is that midnight as a start, and the day itself
/// beside a time in a cell of its own.
pub(super) fn settled(date: NaiveDateTime, side: Side, has_time: bool) -> NaiveDateTime {
    match side {
        _ if midnight_after(date) == date => date,
        _ if has_time => date.date().and_time(NaiveTime::MIN),
        Side::Start => midnight_after(date),
        Side::End => date,
    }
}

/// A time of day as it is understood: one that ends just before midnight doesn't end the next day's first second.
pub(super) fn fraction_of(fraction: f64, side: Side) -> f64 {
    let is_rounded_up = fraction < 1.0 && whole_seconds(fraction) >= f64::from(DAY_SECONDS);
    if is_rounded_up && side == Side::End { 1.0 - 1.0 / f64::from(DAY_SECONDS) } else { fraction }
}

/// A time alone is kept by some programs as a time on the first day of their calendar.
fn is_clock_time(date: NaiveDateTime) -> bool {
    date.year() <= 1904
}

/// A date cell: a whole day at midnight, and never with an offset.
fn day_of(date: NaiveDateTime) -> Day {
    let seconds = chrono::Timelike::num_seconds_from_midnight(&date.time());
    Day { date: date.date(), seconds: (seconds != 0).then_some(seconds), offset: None }
}

fn time_cell(spot: Spot<'_>, side: Side, rules: DateRules, notes: &mut Notes) -> Option<(u32, Option<FixedOffset>)> {
    let not_a_time = |notes: &mut Notes, code: Code, message: String| {
        notes.problems.push(spot.finding(code, message, "write it as 18:29 or 6:29 pm".to_owned()));
        None
    };
    match spot.content(notes) {
        Content::Blank | Content::Faulty => None,
        Content::Text(text) => match date::read_time(text) {
            Ok(read) => Some(read),
            Err(fault @ DateFault::SpanOfHours) => not_a_time(notes, Code::NotATime, fault.message(&spot.named())),
            Err(fault @ DateFault::NoSuchHour) => not_a_time(notes, Code::NoSuchDate, fault.message(&spot.named())),
            Err(fault @ DateFault::UnknownZone(_)) => {
                note(spot, &fault, notes);
                None
            }
            Err(_) => not_a_time(notes, Code::NotATime, format!("{} is not a time", spot.named())),
        },
        // A whole day is 24:00, the end of the day.
        Content::Time(fraction) if (0.0..=1.0).contains(&fraction) => Some((seconds_of(fraction), None)),
        Content::Number(fraction) if !rules.is_text && (0.0..1.0).contains(&fraction) => {
            let fraction = fraction_of(fraction, side);
            let shown = crate::model::cell::display_time(fraction);
            notes.warnings.push(spot.finding(
                Code::SerialDate,
                format!("the number {} was taken for the time {shown}", spot.quoted()),
                "format the column as a time, so that everybody sees which it is".to_owned(),
            ));
            Some((seconds_of(fraction), None))
        }
        Content::Date(date) if is_clock_time(date) => {
            Some((chrono::Timelike::num_seconds_from_midnight(&date.time()), None))
        }
        _ => not_a_time(notes, Code::NotATime, format!("{} is not a time", spot.named())),
    }
}

/// True if a cell holds a time of day alone.
pub(crate) fn is_time(cell: &Cell) -> bool {
    match cell {
        Cell::Time(_) => true,
        Cell::Date(date) => is_clock_time(*date),
        Cell::Text(text) => text.contains(':') && date::read_time(text.trim()).is_ok(),
        _ => false,
    }
}

fn seconds_of(fraction: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 86,400")]
    let seconds = whole_seconds(fraction) as u32;
    seconds
}

fn note(spot: Spot<'_>, fault: &DateFault, notes: &mut Notes) {
    notes.problems.push(spot.finding(fault.code(), fault.message(&spot.named()), fault.hint()));
}
