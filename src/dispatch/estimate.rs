//! How long the rest will take: the forecast from where the gate stands, with the latency and the
//! repetitions measured.
//!
//! The gate knows the quotas and the platform's own hold. A row may take more than one call; how many
//! the rows still to come will take is what those before them took. First calls and repeated ones are
//! counted apart: those that wait to be repeated would else make every row to come look as hard as
//! they are. Calls that a hold answered, or a token that ran out, say nothing about the rows to come.

use std::time::Duration;

use super::gate::Gate;
use crate::model::Moment;
use crate::model::quota::{ASSUMED_LATENCY, forecast};
use crate::model::transition::{Happening, Life, State};

/// A new estimate is made so often at most.
const EVERY: Duration = Duration::from_secs(1);

/// The estimate of the end.
#[derive(Debug)]
pub(super) struct Estimate {
    latency: Duration,
    made: Option<Made>,
    first: Count,
    repeated: Count,
}

/// An estimate as it was made.
#[derive(Debug, Clone, Copy)]
struct Made {
    at: Moment,
    /// How long the rest took from then on.
    rest: Duration,
}

/// Calls, and how many of them settled their row.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    calls: u64,
    settled: u64,
}

impl Estimate {
    pub(super) const fn new() -> Self {
        let none = Count { calls: 0, settled: 0 };
        Self { latency: ASSUMED_LATENCY, made: None, first: none, repeated: none }
    }

    /// Takes note of a call that came back after so long.
    pub(super) fn observe_latency(&mut self, latency: Duration) {
        self.latency = self.latency.mul_f64(0.9) + latency.mul_f64(0.1);
    }

    /// Takes note of what happened to a row by a call, and of its life before and after.
    pub(super) fn observe(&mut self, before: &Life, happening: Happening, after: &Life) {
        match happening {
            Happening::Accepted | Happening::Rejected | Happening::Unsettled(_) | Happening::NotTaken => {
                let count = if before.retries == 0 { &mut self.first } else { &mut self.repeated };
                count.calls += 1;
                count.settled += u64::from(matches!(after.state, State::Settled(_)));
            }
            Happening::Granted
            | Happening::TooLate
            | Happening::RateLimited
            | Happening::CredentialsRefused
            | Happening::Abandoned
            | Happening::Panicked => {}
        }
    }

    /// What it was made from has changed: the next one is made anew.
    pub(super) const fn forget(&mut self) {
        self.made = None;
    }

    /// How long so many rows will take from now on, those in flight among them, of which the next
    /// waits so long.
    pub(super) fn remaining(&mut self, gate: &Gate, rows: u64, now: Moment, wait: Duration) -> Duration {
        if let Some(made) = self.made.filter(|made| now.since(made.at) < EVERY) {
            // It doesn't know of a wait that has come up since.
            return made.rest.saturating_sub(now.since(made.at)).max(wait);
        }
        let in_flight = gate.in_flight() as u64;
        let to_grant = self.calls_for(rows).saturating_sub(in_flight);
        let answers = if in_flight > 0 { self.latency } else { Duration::ZERO };
        let rest = forecast(gate.outlook(self.latency), now).time_for(to_grant).max(answers);
        self.made = Some(Made { at: now, rest });
        rest
    }

    /// How many calls so many unsettled rows will take.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a guess")]
    fn calls_for(&self, rows: u64) -> u64 {
        let failed = self.first.calls - self.first.settled;
        let waiting = failed.saturating_sub(self.repeated.settled).min(rows);
        let repetitions = (self.repeated.calls + 1) as f64 / (self.repeated.settled + 1) as f64;
        let to_repeat = waiting as f64 + (rows - waiting) as f64 * failed as f64 / self.first.calls.max(1) as f64;
        (rows - waiting).saturating_add((to_repeat * repetitions).round() as u64)
    }
}

#[cfg(test)]
mod tests;
