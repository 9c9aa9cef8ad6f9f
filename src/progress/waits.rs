//! Which wait is news: how things stand is shown many times while one lasts.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::quota::Cause;

/// How far two ends may lie apart and be one wait's.
const SAME: TimeDelta = TimeDelta::seconds(1);

/// The wait that was told last.
#[derive(Debug)]
pub(super) struct Waits {
    worth_telling: Duration,
    told: Option<(Cause, DateTime<Utc>)>,
}

impl Waits {
    /// Tells waits of this length and more.
    pub(super) const fn of_at_least(worth_telling: Duration) -> Self {
        Self { worth_telling, told: None }
    }

    /// When the wait ends, if it is one that wasn't told yet. A free worker is waited for all the
    /// time, and never for long.
    pub(super) fn news(&mut self, cause: Cause, left: Duration, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if left < self.worth_telling || cause == Cause::Worker {
            return None;
        }
        let until = now.checked_add_signed(TimeDelta::from_std(left).ok()?)?;
        let is_told = self.told.is_some_and(|(what, end)| what == cause && (end - until).abs() < SAME);
        self.told = Some((cause, until));
        (!is_told).then_some(until)
    }
}
