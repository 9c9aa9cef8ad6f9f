//! The rules between a row's values, and between them and the present.

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::interval::Plan;
use super::spot::{Notes, Spot, quote};
use super::zone::{self, Change, Placed};
use crate::model::cell::display_date;
use crate::model::{Code, Recurrence, Schedule, Window};

/// The platform prepares a campaign's contacts so long before its start.
const PREPARATION: TimeDelta = TimeDelta::minutes(15);

/// The present, and what the user allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present {
    now: DateTime<Utc>,
    /// What comes later than this is neither past nor near anywhere.
    far: DateTime<Utc>,
    allow_past_start: bool,
}

impl Present {
    pub(super) fn new(now: DateTime<Utc>, allow_past_start: bool) -> Self {
        let far = now.checked_add_signed(zone::LEEWAY + PREPARATION).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self { now, far, allow_past_start }
    }
}

/// A start or an end at its cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<'a> {
    pub(super) spot: Spot<'a>,
    /// The time's own cell, if the date is split.
    pub(super) time: Option<Spot<'a>>,
    pub(super) placed: Placed,
}

impl Bound<'_> {
    /// All that was written, for a message.
    fn quoted(&self) -> String {
        match self.time.filter(|time| !time.cell.is_blank()) {
            Some(time) => quote(&format!("{} {}", self.spot.cell.shown().trim(), time.cell.shown().trim())),
            None => self.spot.quoted(),
        }
    }
}

/// Notes what the clocks' changes did to a wall time.
pub(super) fn change_of_clocks(bound: &Bound<'_>, notes: &mut Notes) {
    let (code, message) = match bound.placed.change {
        Change::None => return,
        Change::Skipped => (
            Code::SkippedHour,
            format!("the clocks go forward over {}: there is no such hour that day", bound.quoted()),
        ),
        Change::Doubled => (
            Code::DoubledHour,
            format!("the clocks go back at {}: that hour comes twice, and the first is taken", bound.quoted()),
        ),
        Change::DoubledThere => (
            Code::DoubledHour,
            format!(
                "at {} the platform's clocks go back: it is told {}, an hour that comes twice there",
                bound.quoted(),
                display_date(bound.placed.digits)
            ),
        ),
        Change::Unchanging { zone, said_in } => (
            Code::NoSummerTime,
            format!(
                "{} is in {}, which has no summer time: in {} clocks show an hour more then",
                bound.quoted(),
                zone.name(),
                said_in.name()
            ),
        ),
    };
    let hint = match bound.placed.change {
        Change::Unchanging { zone, said_in } => {
            format!("if the time there is meant, write {} instead of {}", said_in.name(), zone.name())
        }
        _ => "choose another hour if the difference matters".to_owned(),
    };
    notes.warnings.push(bound.spot.finding(code, message, hint));
}

/// Notes a start that is past, or may be, or is near.
pub(super) fn start(bound: &Bound<'_>, present: Present, notes: &mut Notes) {
    let Bound { spot, placed, .. } = bound;
    if placed.latest > present.far {
        return;
    }
    if present.allow_past_start && placed.latest - present.now < placed.leeway {
        return;
    }
    if placed.latest < present.now {
        notes.untimely.push(
            spot.finding(
                Code::StartPast,
                format!("the start {} is past", bound.quoted()),
                "choose a later start, or allow it with --allow-past-start; a run passes over rows already accepted"
                    .to_owned(),
            ),
        );
    } else if placed.latest - present.now < placed.leeway {
        notes.warnings.push(spot.finding(
            Code::StartMayBePast,
            format!("the start {} is past in some time zones", bound.quoted()),
            "say in which zone the sheet is written with --timezone, such as --timezone Europe/Berlin".to_owned(),
        ));
    } else if placed.latest - present.now < PREPARATION {
        notes.warnings.push(spot.finding(
            Code::StartSoon,
            format!(
                "the start {} is less than 15 minutes away, and the platform prepares its contacts 15 minutes before",
                bound.quoted()
            ),
            "choose a later start if the contacts must be complete".to_owned(),
        ));
    }
}

/// Notes an end that is past, or may be.
pub(super) fn end(bound: &Bound<'_>, present: Present, notes: &mut Notes) {
    let Bound { spot, placed, .. } = bound;
    if placed.latest > present.far {
        return;
    }
    if placed.latest <= present.now {
        notes.untimely.push(spot.finding(
            Code::EndPast,
            format!("the end {} is past", bound.quoted()),
            "choose a later end, or take the row out; a run passes over rows already accepted".to_owned(),
        ));
    } else if placed.latest - present.now <= placed.leeway {
        notes.warnings.push(spot.finding(
            Code::EndMayBePast,
            format!("the end {} is past in some time zones", bound.quoted()),
            "say in which zone the sheet is written with --timezone, such as --timezone Europe/Berlin".to_owned(),
        ));
    }
}

/// The window, if the end is after the start.
pub(super) fn window(start: &Bound<'_>, end: &Bound<'_>, notes: &mut Notes) -> Option<Window> {
    if end.placed.digits <= start.placed.digits {
        notes.problems.push(end.spot.finding(
            Code::EndBeforeStart,
            format!("the end {} is not after the start {}", end.quoted(), start.quoted()),
            "choose an end after the start".to_owned(),
        ));
        return None;
    }
    Some(Window {
        start: start.placed.digits,
        end: end.placed.digits,
        start_past: start.placed.latest,
        end_past: end.placed.latest,
    })
}

/// The schedule of a window and a plan. `week` is the cell that names the weekdays.
pub(super) fn schedule(
    window: Window,
    plan: Plan,
    days_moved: i64,
    interval: Spot<'_>,
    week: Spot<'_>,
    notes: &mut Notes,
) -> Option<Schedule> {
    let mut recurrence = plan.recurrence(window.start.weekday())?;
    if let (Plan::Weekly(weeks, Some(days)), true) = (plan, days_moved != 0) {
        let moved = days.shifted(days_moved);
        recurrence = Recurrence::Weekly(weeks, moved);
        if moved != days {
            notes.warnings.push(week.finding(
                Code::DaysMoved,
                format!("in the platform's time zone the start falls on another day, so {days} became {moved}"),
                "check that the days are meant in the sheet's time zone".to_owned(),
            ));
        }
    }
    // A window of whole days ends a second early.
    let length = window.end - window.start + TimeDelta::seconds(1);
    if TimeDelta::days(i64::from(recurrence.days())) > length {
        notes.warnings.push(interval.finding(
            Code::IntervalExceedsWindow,
            format!("the interval ({recurrence}) is longer than the time from start to end"),
            "choose a later end or a shorter interval, unless it is to run only once".to_owned(),
        ));
    }
    Some(Schedule::Enable { window, recurrence })
}
