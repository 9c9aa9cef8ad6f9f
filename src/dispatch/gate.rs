//! The gate that every call passes, attempts and reads alike: slots, pace, hold.
//!
//! While a program runs, slots rest on the monotonic clock alone. Between two programs they rest on what the
//! wall clock said in the journal: set back, it makes calls look as if they were still to come, and each
//! counts as now, so that the next run waits longer than it must. Set forward, it makes them look older than
//! they are, and the next run may send too early by as much. Nothing that outlasts a restart, and that every
//! system has, could tell such a jump from time that passed (the time since the machine was started isn't
//! kept over a restart, which is when clocks are set), so none is looked for: what comes too early the
//! platform refuses as over quota, which takes no effect, and its word holds the account as any other does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::pace::Pace;
use super::store::Store;
use crate::clock::Clock;
use crate::journal::{CallNumber, Journal, JournalError};
use crate::model::quota::{ASSUMED_LATENCY, Conditions, NextGrant, Outlook, Slots};
use crate::model::{Moment, Quota, SendSettings, Target};
use crate::platform::Hold;

/// The pause of a rate-limited account for which no quota is set.
const HOLD_WITHOUT_QUOTA: Duration = Duration::from_secs(60);
/// The pause of an account over its hourly limit for which no quota is set; no answer can ask for a longer one.
const LONGEST_HOLD: Duration = Duration::from_secs(3_600);
/// The pause of one that is to be asked again at once: the rest of a second that was rounded down. Without any, ten
/// answers to a row, which fail it, would be a matter of milliseconds.
const SHORTEST_HOLD: Duration = Duration::from_secs(1);

/// A hold that grows by less than this part of itself is the one that is known: the answers of calls
/// that were out together come in one after the other.
const SAME_HOLD: u32 = 5;

/// The platform's own word that nothing may leave.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// Until when.
    pub(super) until: DateTime<Utc>,
    /// Nobody was told so yet.
    pub(super) is_news: bool,
}

/// The gate as one sitting leaves it to the next of the same program, so that slots rest on the monotonic clock from
/// the first call of a program to its last.
#[derive(Debug, Clone, Default)]
pub struct GateLeft(Arc<Mutex<Option<Gate>>>);

impl GateLeft {
    fn take(&self) -> Option<Gate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Leaves it to the next sitting.
    pub(super) fn leave(&self, gate: Gate) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(gate);
    }
}

/// What one account's calls pass through.
#[derive(Debug)]
pub(super) struct Gate {
    slots: Slots,
    pace: Pace,
    hold: Option<Moment>,
    workers: usize,
    clock: Arc<dyn Clock>,
}

/// The rows' side of a grant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand {
    /// When the first row is ready; `None` if none waits.
    pub(super) row_ready: Option<Moment>,
    /// When the breaker lets the next probe go, if it is open.
    pub(super) probe_ready: Option<Moment>,
}

impl Gate {
    /// The gate of an account whose latest calls were answered at these times.
    pub(super) fn new(
        settings: &SendSettings,
        clock: Arc<dyn Clock>,
        recent: &[DateTime<Utc>],
        hold: Option<DateTime<Utc>>,
    ) -> Self {
        let mut slots = Slots::new(&settings.quotas);
        for answered_at in recent {
            slots.restore(clock.moment_of(*answered_at));
        }
        let now = clock.now();
        slots.forget_released(now);
        let wall = clock.wall();
        // A wall clock that was set back must not hold the account for longer than an answer can.
        let longest = settings.longest_window().max(LONGEST_HOLD);
        let hold = hold.and_then(|until| (until - wall).to_std().ok()).map(|rest| now + rest.min(longest));
        let workers = usize::try_from(settings.concurrency.get()).unwrap_or(1);
        Self { slots, pace: Pace::new(settings.rate, Arc::clone(&clock)), hold, workers, clock }
    }

    /// The gate of a target as the sitting before left it, else as its journal does; and the journal's last call.
    pub(super) async fn restored<J: Journal>(
        store: &Store<J>,
        settings: &SendSettings,
        target: &Target,
        clock: &Arc<dyn Clock>,
        left: &GateLeft,
    ) -> Result<(Self, CallNumber), JournalError> {
        if let Some(gate) = left.take() {
            return Ok((gate, store.with(Journal::last_call).await?));
        }
        let (target, most) = (target.clone(), most_that_count(settings));
        let (last_call, recent, hold) = store
            .with(move |journal| {
                Ok((journal.last_call()?, journal.recent_answers(&target, most)?, journal.hold(&target)?))
            })
            .await?;
        Ok((Self::new(settings, Arc::clone(clock), &recent, hold), last_call))
    }

    /// When the next call may leave, and what it is waiting for.
    pub(super) fn next_grant(&self, demand: Demand, now: Moment) -> NextGrant {
        let conditions = Conditions {
            row_ready: demand.row_ready,
            in_flight: self.slots.in_flight(),
            workers: self.workers,
            slots: &self.slots,
            pace_ready: self.pace.ready(),
            hold: self.hold,
            probe_ready: demand.probe_ready,
        };
        conditions.next_grant(now)
    }

    /// Takes a turn in the pace and a slot in every quota; false if the pace has none yet.
    pub(super) fn take(&mut self) -> bool {
        let taken = self.pace.take();
        if taken {
            self.slots.take();
        }
        taken
    }

    /// A call came back, or was given up.
    pub(super) fn answered(&mut self, at: Moment) {
        self.slots.answered(at);
        self.slots.forget_released(at);
    }

    /// The platform says that the account is over its quota.
    pub(super) fn hold(&mut self, hold: Hold, at: Moment) -> Held {
        let windows = || self.slots.quotas().map(|quota| quota.window);
        let span = match hold {
            Hold::For(span) => span.clamp(SHORTEST_HOLD, LONGEST_HOLD),
            Hold::LongestWindow => windows().max().unwrap_or(LONGEST_HOLD),
            Hold::ShortestWindow => windows().min().unwrap_or(HOLD_WITHOUT_QUOTA),
        };
        let before = self.hold.filter(|earlier| *earlier > at);
        let until = before.map_or(at + span, |earlier| earlier.max(at + span));
        self.hold = Some(until);
        let rest = until.since(self.clock.now());
        let wall = self.clock.wall() + chrono::TimeDelta::from_std(rest).unwrap_or(chrono::TimeDelta::zero());
        let is_news = before.is_none_or(|earlier| until.since(earlier) * SAME_HOLD > span);
        Held { until: wall, is_news }
    }

    /// Calls out.
    pub(super) const fn in_flight(&self) -> usize {
        self.slots.in_flight()
    }

    /// Calls that count against each quota.
    pub(super) fn used(&self, now: Moment) -> Vec<(Quota, usize)> {
        self.slots.used(now).collect()
    }

    /// What a forecast starts from, if answers take so long.
    pub(super) fn outlook(&self, latency: Duration) -> Outlook {
        Outlook {
            slots: self.slots.clone(),
            pace: self.pace.interval(),
            pace_ready: self.pace.ready(),
            hold: self.hold,
            workers: self.workers,
            latency,
        }
    }
}

/// What a forecast starts from before the first sitting of a program: the calls that still count and the hold, as the
/// journal has them.
///
/// # Errors
/// If the journal is lost.
pub fn outlook<J: Journal>(
    journal: &mut J,
    settings: &SendSettings,
    target: &Target,
    clock: &Arc<dyn Clock>,
) -> Result<Outlook, JournalError> {
    let recent = journal.recent_answers(target, most_that_count(settings))?;
    let hold = journal.hold(target)?;
    Ok(Gate::new(settings, Arc::clone(clock), &recent, hold).outlook(ASSUMED_LATENCY))
}

/// How many calls may count against a quota. A call that hung is older than calls granted after it and answered before
/// it, so a few more than the largest quota are read.
fn most_that_count(settings: &SendSettings) -> usize {
    settings.quotas.iter().map(|quota| quota.calls as usize).max().unwrap_or(0) + 1_024
}

#[cfg(test)]
mod tests;
