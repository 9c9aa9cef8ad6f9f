//! Interval, recurrence and days together.

use chrono::Weekday;

use super::memo::Memo;
use super::spoken::{IntervalFault, Spoken, Unit};
use super::{days, spoken};
use crate::model::counted::Counted;
use crate::model::schedule::{MOST_DAYS, MOST_WEEKS};
use crate::model::{Code, Recurrence, Weekdays, count};
use crate::reader::values::spot::{Content, Notes, Spot};

const WAY_OUT: &str = "write a whole number such as 1 or 7, or words such as daily, every 2 weeks, Mon/Wed/Fri";

/// What the row asks for, but for the weekday that its start may have to lend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::reader::values) enum Plan {
    /// Every so many days.
    Daily(u32),
    /// Every so many weeks, on these days or on that of the start.
    Weekly(u32, Option<Weekdays>),
}

impl Plan {
    /// The recurrence of a schedule that starts on this weekday.
    pub(in crate::reader::values) fn recurrence(self, start: Weekday) -> Option<Recurrence> {
        match self {
            Self::Daily(days) => Some(Recurrence::Daily(days)),
            Self::Weekly(weeks, Some(days)) => Some(Recurrence::Weekly(weeks, days)),
            Self::Weekly(weeks, None) => Weekdays::new([start]).map(|days| Recurrence::Weekly(weeks, days)),
        }
    }
}

/// The cells that say together how often.
#[derive(Debug, Clone, Copy)]
pub(in crate::reader::values) struct Cells<'a> {
    pub(in crate::reader::values) interval: Spot<'a>,
    pub(in crate::reader::values) recurrence: Spot<'a>,
    pub(in crate::reader::values) days: Spot<'a>,
    /// What the interval's header says that bare numbers count.
    pub(in crate::reader::values) header_counts: Option<Counted>,
}

/// Reads the three cells; `None` if one has a problem. All that is certain is told: what a cell that can't
/// be read would say beside the others isn't. `is_needed` is false where the row's action can't be read,
/// so that it may be one that needs no interval.
pub(in crate::reader::values) fn interval(
    cells: Cells<'_>,
    is_needed: bool,
    memo: &mut Memo,
    notes: &mut Notes,
) -> Option<Plan> {
    let Cells { interval, recurrence, days, header_counts } = cells;
    let before = notes.problems.len();
    let spoken = spoken(interval, memo, notes);
    let unit = unit(recurrence, notes);
    let listed = listed(days, notes);
    let counted = match (unit, listed) {
        (Ok(Some(unit)), _) => Some(unit),
        (Ok(None), Ok(Some(_))) => Some(Unit::Week),
        (Ok(None), Ok(None)) => Some(Unit::Day),
        _ => None,
    };
    let is_bare = matches!(spoken, Ok(Some(Spoken { unit: None, .. })));
    if is_bare && header_counts == Some(Counted::Unclear) && unit == Ok(None) {
        unclear(interval, notes);
    }
    let spoken = match spoken {
        Ok(Some(spoken)) => {
            Some(Spoken { unit: spoken.unit.or(unit_of_header(header_counts, spoken.every)), ..spoken })
        }
        Ok(None) if unit == Ok(Some(Unit::Week)) || matches!(listed, Ok(Some(_))) => {
            Some(Spoken { every: Some(1.0), unit: None, days: None })
        }
        Ok(None) => {
            if is_needed && notes.problems.len() == before {
                notes
                    .problems
                    .push(interval.missing("write 1 for every day, 7 for every seventh day, or words such as weekly"));
            }
            None
        }
        Err(()) => None,
    };
    let (unit, listed) = (unit.ok().flatten(), listed.ok().flatten());
    let says = if matches!(header_counts, Some(Counted::Days)) && is_bare { ", as its header says" } else { "" };
    contradictions(interval, days, spoken, unit, listed, says, notes);
    let spoken = spoken?;
    let unit = spoken.unit.or(counted);
    let every = in_range(interval, spoken.every.unwrap_or(1.0), unit, notes);
    if notes.problems.len() > before {
        return None;
    }
    Some(match unit? {
        Unit::Day => Plan::Daily(every?),
        Unit::Week => Plan::Weekly(every?, spoken.days.or(listed)),
    })
}

/// Nobody knows what a bare number counts, though its header speaks of it.
fn unclear(interval: Spot<'_>, notes: &mut Notes) {
    notes.problems.push(
        interval.finding(
            Code::NotAnInterval,
            format!("{} may count days or something else: its header doesn't say it plainly", interval.quoted()),
            "write the unit into the cell, such as 2 days or 2 weeks, or call the column Interval (days) or Interval \
             (weeks), or add a column recurrence that says daily or weekly"
                .to_owned(),
        ),
    );
}

/// The unit that the header gives a bare number. Once a day and once a week are both written 1.
fn unit_of_header(counted: Option<Counted>, every: Option<f64>) -> Option<Unit> {
    match counted? {
        Counted::Weeks => Some(Unit::Week),
        Counted::Days => (every != Some(1.0)).then_some(Unit::Day),
        Counted::Unclear => None,
    }
}

/// What a cell says, `None` if it is blank; an error if that can't be read, which is noted.
type Read<T> = Result<Option<T>, ()>;

fn spoken(spot: Spot<'_>, memo: &mut Memo, notes: &mut Notes) -> Read<Spoken> {
    let text = match spot.content(notes) {
        Content::Blank => return Ok(None),
        Content::Faulty => return Err(()),
        Content::Number(number) => {
            return Ok(Some(Spoken { every: Some(count::shown(number)), unit: None, days: None }));
        }
        Content::Text(text) => text,
        Content::Bool(_) => return wrong_type(spot, "a yes-or-no value", notes),
        Content::Date(_) => return wrong_type(spot, "a date", notes),
        Content::Time(_) => return wrong_type(spot, "a time", notes),
    };
    let fault = match memo.read(text) {
        Ok(spoken) => return Ok(Some(spoken)),
        Err(fault) => fault,
    };
    let (message, hint) = match fault {
        IntervalFault::Unreadable => (format!("{} is not an interval", spot.quoted()), WAY_OUT),
        IntervalFault::Biweekly => (
            format!("{} can mean twice a week or every other week", spot.quoted()),
            "write every 2 weeks, or the days, such as Mon/Thu",
        ),
        IntervalFault::Ordinal => (
            format!("{} can mean a day of the month, which the platform doesn't offer", spot.quoted()),
            "write 2 weeks on Tue for every other Tuesday, 2 days for every other day; a day of each month can't be scheduled",
        ),
        IntervalFault::Counted => (
            format!("{} can mean how many runs, or every how many weeks or days", spot.quoted()),
            "write 2 weeks on Mon for every other Monday, 2 days for every other day, Mon-Fri for each weekday",
        ),
        IntervalFault::NotOffered => {
            (format!("{} is not an interval that the platform offers: it counts days or weeks", spot.quoted()), WAY_OUT)
        }
    };
    notes.problems.push(spot.finding(Code::NotAnInterval, message, hint.to_owned()));
    Err(())
}

fn wrong_type(spot: Spot<'_>, kind: &str, notes: &mut Notes) -> Read<Spoken> {
    notes.problems.push(spot.wrong_type(kind, WAY_OUT));
    Err(())
}

fn unit(spot: Spot<'_>, notes: &mut Notes) -> Read<Unit> {
    let unit = match spot.content(notes) {
        Content::Blank => return Ok(None),
        Content::Faulty => return Err(()),
        Content::Text(text) => spoken::recurrence(text),
        _ => None,
    };
    if unit.is_none() {
        notes.problems.push(
            spot.finding(
                Code::NotARecurrence,
                format!("{} is neither daily nor weekly", spot.quoted()),
                "write daily or weekly, since the platform offers nothing else; every second week is weekly with interval 2, and days of the week go into days"
                    .to_owned(),
            ),
        );
    }
    unit.map(Some).ok_or(())
}

fn listed(spot: Spot<'_>, notes: &mut Notes) -> Read<Weekdays> {
    let days = match spot.content(notes) {
        Content::Blank => return Ok(None),
        Content::Faulty => return Err(()),
        Content::Text(text) => days::days_cell(text),
        _ => None,
    };
    if days.is_none() {
        notes.problems.push(spot.finding(
            Code::NotDays,
            format!("{} is not a list of weekdays", spot.quoted()),
            "write English days such as Mon/Wed/Fri, Mon-Fri, weekdays or weekends".to_owned(),
        ));
    }
    days.map(Some).ok_or(())
}

fn contradictions(
    interval: Spot<'_>,
    days: Spot<'_>,
    spoken: Option<Spoken>,
    unit: Option<Unit>,
    listed: Option<Weekdays>,
    says: &str,
    notes: &mut Notes,
) {
    let (own_unit, own_days) = spoken.map_or((None, None), |spoken| (spoken.unit, spoken.days));
    let mut note = |spot: Spot<'_>, message: String, hint: &str| {
        notes.problems.push(spot.finding(Code::Contradiction, message, hint.to_owned()));
    };
    match (own_unit, unit) {
        (Some(Unit::Day), Some(Unit::Week)) => {
            note(
                interval,
                format!("{} counts days{says}, but the recurrence is weekly", interval.quoted()),
                "make both daily or both weekly",
            );
        }
        (Some(Unit::Week), Some(Unit::Day)) => {
            note(
                interval,
                format!("{} counts weeks, but the recurrence is daily", interval.quoted()),
                "make both daily or both weekly",
            );
        }
        _ => {}
    }
    let is_daily = own_unit == Some(Unit::Day) || unit == Some(Unit::Day);
    match (listed, own_days) {
        (Some(_), _) if is_daily => note(
            days,
            format!("weekdays are given ({}), but the row recurs daily{says}", days.quoted()),
            "leave the days blank, or make the row weekly",
        ),
        (Some(listed), Some(own)) if listed != own => {
            note(days, format!("{} differs from the days of the interval, {own}", days.quoted()), "give the days once");
        }
        _ => {}
    }
}

/// Without a unit, what is too much for weeks may still be days.
fn in_range(spot: Spot<'_>, every: f64, unit: Option<Unit>, notes: &mut Notes) -> Option<u32> {
    let (most, what) = match unit {
        Some(Unit::Day) => (MOST_DAYS, "whole number of days"),
        Some(Unit::Week) => (MOST_WEEKS, "whole number of weeks"),
        None => (MOST_DAYS, "whole number"),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "compared with what it was cast from")]
    let whole = every as u32;
    if (1..=most).contains(&whole) && f64::from(whole) == every {
        return Some(whole);
    }
    notes.problems.push(spot.finding(
        Code::IntervalOutOfRange,
        format!("{} is not a {what} from 1 to {most}", spot.quoted()),
        format!("write a whole number from 1 to {most}"),
    ));
    None
}
