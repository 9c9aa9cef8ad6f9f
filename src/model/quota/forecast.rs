//! When the calls to come would leave: the answer to *now?* asked over and over, with answers that take
//! as long as they are expected to.

use std::collections::VecDeque;
use std::time::Duration;

use super::{NextGrant, Slots, Turn};
use crate::model::Moment;
use crate::model::limits::Quota;

/// What a forecast starts from.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The slots as they are.
    pub slots: Slots,
    /// The least span between two calls; zero without a pace.
    pub pace: Duration,
    /// When the pace allows the first call.
    pub pace_ready: Moment,
    /// Until when nothing may leave.
    pub hold: Option<Moment>,
    /// Calls that may be in flight at once.
    pub workers: usize,
    /// How long an answer takes.
    pub latency: Duration,
}

/// The latency that a forecast assumes where none was measured: 200 ms.
pub const ASSUMED_LATENCY: Duration = Duration::from_millis(200);

impl Outlook {
    /// The outlook of an account on which nothing happened yet.
    pub fn fresh(quotas: &[Quota], pace: Duration, workers: usize) -> Self {
        Self {
            slots: Slots::new(quotas),
            pace,
            pace_ready: Moment::START,
            hold: None,
            workers: workers.max(1),
            latency: ASSUMED_LATENCY,
        }
    }
}

/// When each of the coming calls would leave, from `now` on, if every answer took the outlook's
/// latency and no call had to be repeated. Endless: take as many as there are calls.
pub fn forecast(outlook: Outlook, now: Moment) -> Forecast {
    let answers = std::iter::repeat_n(now + outlook.latency, outlook.slots.in_flight()).collect();
    Forecast { outlook, now, answers }
}

/// See [`forecast()`].
#[derive(Debug, Clone)]
pub struct Forecast {
    outlook: Outlook,
    now: Moment,
    /// When those in flight are answered, in ascending order, since each takes as long as the others.
    answers: VecDeque<Moment>,
}

impl Forecast {
    /// The time from the start of the forecast to the answer of the last of so many calls.
    pub fn time_for(mut self, calls: u64) -> Duration {
        let start = self.now;
        let latency = self.outlook.latency;
        match calls.checked_sub(1).and_then(|last| self.nth(usize::try_from(last).unwrap_or(usize::MAX))) {
            Some(last) => (last + latency).since(start),
            None => Duration::ZERO,
        }
    }

    fn answer_until(&mut self, moment: Moment) {
        while let Some(at) = self.answers.pop_front_if(|at| *at <= moment) {
            self.outlook.slots.answered(at);
        }
    }
}

impl Iterator for Forecast {
    type Item = Moment;

    fn next(&mut self) -> Option<Moment> {
        loop {
            self.answer_until(self.now);
            self.outlook.slots.forget_released(self.now);
            let turn = Turn {
                row_ready: Some(self.now),
                in_flight: self.answers.len(),
                workers: self.outlook.workers,
                slots: &self.outlook.slots,
                pace_ready: self.outlook.pace_ready,
                hold: self.outlook.hold,
                probe_ready: None,
            };
            match turn.next_grant(self.now) {
                NextGrant::Now => break,
                // What is answered until then makes it neither earlier nor later, so nobody need ask again.
                NextGrant::At(at, _) => {
                    self.now = at;
                    break;
                }
                NextGrant::AfterAnswer(_) => self.now = *self.answers.front()?,
                NextGrant::Never => return None,
            }
        }
        self.outlook.slots.take();
        self.answers.push_back(self.now + self.outlook.latency);
        self.outlook.pace_ready = self.now + self.outlook.pace;
        Some(self.now)
    }
}
