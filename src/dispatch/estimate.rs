//! How long the rest will take: the forecast from where the gate stands, with the latency measured.

use std::time::Duration;

use super::gate::Gate;
use crate::model::Moment;
use crate::model::quota::{ASSUMED_LATENCY, forecast};

/// A new estimate is made so often at most: it walks through all the calls to come.
const EVERY: Duration = Duration::from_secs(1);

/// The estimate of the end.
#[derive(Debug)]
pub(super) struct Estimate {
    latency: Duration,
    made: Option<(Moment, Duration)>,
}

impl Estimate {
    pub(super) const fn new() -> Self {
        Self { latency: ASSUMED_LATENCY, made: None }
    }

    /// Takes a measured latency into the running mean.
    pub(super) fn observe(&mut self, latency: Duration) {
        self.latency = self.latency.mul_f64(0.9) + latency.mul_f64(0.1);
    }

    /// How long so many calls will take from now on, of which the next waits so long.
    pub(super) fn remaining(&mut self, gate: &Gate, calls: u64, now: Moment, wait: Duration) -> Duration {
        let remaining = match self.made {
            Some((at, end)) if now.since(at) < EVERY => end.saturating_sub(now.since(at)),
            _ => {
                let end = forecast(gate.outlook(self.latency), now).time_for(calls);
                self.made = Some((now, end));
                end
            }
        };
        // An estimate made a moment ago doesn't know of a wait that has come up since.
        remaining.max(wait)
    }
}
