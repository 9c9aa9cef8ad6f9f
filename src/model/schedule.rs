//! What a valid row asks for. A value of these types can be sent as it stands.

use std::fmt;

use chrono::naive::serde::ts_seconds as in_seconds;
use chrono::serde::ts_seconds;
use chrono::{DateTime, NaiveDateTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

/// Enable a campaign's schedule, or disable it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Set a schedule.
    Enable,
    /// Take the schedule away.
    Disable,
}

impl Action {
    const ALL: [Self; 2] = [Self::Enable, Self::Disable];

    /// `enable` or `disable`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
        }
    }

    /// The action of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// The largest `onceEveryNdays` that is taken from a sheet: ten years.
pub const MOST_DAYS: u32 = 3_650;
/// The largest `onceEveryNweeks` that is taken from a sheet: ten years.
pub const MOST_WEEKS: u32 = 520;

/// A set of weekdays, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekdays(u8);

impl Weekdays {
    /// The set of these days; `None` if there are none.
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let bits = days.into_iter().fold(0, |bits, day| bits | (1 << day.num_days_from_monday()));
        (bits != 0).then_some(Self(bits))
    }

    /// True if the day is in the set.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// The set as bits, Monday the lowest.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The days from Monday to Sunday.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        [Mon, Tue, Wed, Thu, Fri, Sat, Sun].into_iter().filter(move |day| self.contains(*day))
    }

    /// Every day moved by so many days: what becomes of the set when its start crosses midnight.
    #[must_use]
    pub fn shifted(self, days: i64) -> Self {
        let moved = self.days().map(|day| {
            let number = (i64::from(day.num_days_from_monday()) + days).rem_euclid(7);
            (0..number).fold(Weekday::Mon, |day, _| day.succ())
        });
        Self::new(moved).unwrap_or(self)
    }
}

impl fmt::Display for Weekdays {
    /// `Mon/Wed/Fri`, which the reader reads again.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, day) in self.days().enumerate() {
            if index > 0 {
                out.write_str("/")?;
            }
            write!(out, "{day}")?;
        }
        Ok(())
    }
}

/// How often a campaign runs within its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recurrence {
    /// Once every so many days, 1 to [`MOST_DAYS`].
    Daily(u32),
    /// Once every so many weeks, 1 to [`MOST_WEEKS`], on these days.
    Weekly(u32, Weekdays),
}

impl Recurrence {
    /// The span from one occurrence to the next of the same kind, in days.
    pub const fn days(self) -> u32 {
        match self {
            Self::Daily(days) => days,
            Self::Weekly(weeks, _) => weeks * 7,
        }
    }
}

impl fmt::Display for Recurrence {
    /// `every 2 days`, `every 2 weeks on Mon/Fri`: what the interval grammar reads again.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Daily(1) => out.write_str("every day"),
            Self::Daily(days) => write!(out, "every {days} days"),
            Self::Weekly(1, days) => write!(out, "every week on {days}"),
            Self::Weekly(weeks, days) => write!(out, "every {weeks} weeks on {days}"),
        }
    }
}

/// From when to when a campaign's schedule holds, as the platform reads it: whole seconds, as sheets have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// The digits of `startDateTime`.
    #[serde(with = "in_seconds")]
    pub start: NaiveDateTime,
    /// The digits of `endDateTime`, after `start`.
    #[serde(with = "in_seconds")]
    pub end: NaiveDateTime,
    /// When the start is past beyond doubt: the very moment if the platform's zone is known, else
    /// when it is past in every zone.
    #[serde(with = "ts_seconds")]
    pub start_past: DateTime<Utc>,
    /// The same of the end.
    #[serde(with = "ts_seconds")]
    pub end_past: DateTime<Utc>,
}

/// What a valid row asks for, valid by construction of the reader's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Run within a window, again and again.
    Enable {
        /// From when to when.
        window: Window,
        /// How often.
        recurrence: Recurrence,
    },
    /// Run no more.
    Disable,
}

impl Schedule {
    /// Enable or disable.
    pub const fn action(&self) -> Action {
        match self {
            Self::Enable { .. } => Action::Enable,
            Self::Disable => Action::Disable,
        }
    }

    /// The window of an enable.
    pub const fn window(&self) -> Option<&Window> {
        match self {
            Self::Enable { window, .. } => Some(window),
            Self::Disable => None,
        }
    }

    /// True if the start (or the end) is past beyond doubt, so that it is too late to send it.
    pub fn has_passed(&self, allow_past_start: bool, now: DateTime<Utc>) -> bool {
        let has_started = || self.window().is_some_and(|window| window.start_past <= now);
        self.has_ended(now) || (!allow_past_start && has_started())
    }

    /// True if the end is past beyond doubt.
    pub fn has_ended(&self, now: DateTime<Utc>) -> bool {
        self.window().is_some_and(|window| window.end_past <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_move_round_the_week() {
        let set = Weekdays::new([Weekday::Mon, Weekday::Sun]).unwrap();
        assert_eq!(set.to_string(), "Mon/Sun");
        assert_eq!(set.shifted(1).to_string(), "Mon/Tue");
        assert_eq!(set.shifted(-1).to_string(), "Sat/Sun");
        assert!(Weekdays::new([]).is_none());
    }

    #[test]
    fn a_schedule_comes_back_from_the_journal_as_it_went_in() {
        let day = |month| chrono::NaiveDate::from_ymd_opt(2027, month, 27).unwrap();
        let (start, end) = (day(1).and_hms_opt(18, 29, 0).unwrap(), day(2).and_hms_opt(23, 59, 59).unwrap());
        let window = Window { start, end, start_past: start.and_utc(), end_past: end.and_utc() };
        for schedule in [Schedule::Enable { window, recurrence: Recurrence::Daily(2) }, Schedule::Disable] {
            let text = serde_json::to_string(&schedule).unwrap();
            assert_eq!(serde_json::from_str::<Schedule>(&text).unwrap(), schedule);
        }
    }
}
