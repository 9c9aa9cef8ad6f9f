//! When the calls to come would leave: the answer to *now?* asked over and over, with answers that take
//! as long as they are expected to.
//!
//! Nothing but spans of time decides, so a forecast comes round: as soon as everything stands as it stood
//! some calls ago, only later, what followed then follows again. Who asks for a call far ahead need not
//! walk there: a million calls are forecast as fast as a few hundred.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Conditions, NextGrant, Slots};
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

/// How many calls are walked before the first look whether a forecast comes round.
const FIRST_MARK: usize = 64;

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

    /// If this state is the earlier one shifted in time, by how much. Calls have left before both, so a hold is over.
    fn repeats(&self, earlier: &Self) -> Option<Duration> {
        let later = self.now.since(earlier.now);
        let is_same = self.outlook.pace_ready == earlier.outlook.pace_ready + later
            && self.answers.len() == earlier.answers.len()
            && self.answers.iter().zip(&earlier.answers).all(|(answer, before)| *answer == *before + later)
            && self.outlook.slots.repeat(&earlier.outlook.slots, later);
        is_same.then_some(later)
    }

    /// Goes on to a time of which this one is a repetition.
    fn delay(&mut self, by: Duration) {
        self.now = self.now + by;
        self.outlook.pace_ready = self.outlook.pace_ready + by;
        self.answers.iter_mut().for_each(|answer| *answer = *answer + by);
        self.outlook.slots.delay(by);
    }
}

impl Iterator for Forecast {
    type Item = Moment;

    fn next(&mut self) -> Option<Moment> {
        loop {
            self.answer_until(self.now);
            self.outlook.slots.forget_released(self.now);
            let turn = Conditions {
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

    /// A call so many further on. The marks, each as far from the one before as that is from the start,
    /// find every cycle however long it takes to begin (Brent, 1980).
    fn nth(&mut self, calls: usize) -> Option<Moment> {
        let mut left = calls;
        let (mut mark, mut since_mark, mut next_mark) = (None, 0, FIRST_MARK);
        while left > 0 {
            self.next()?;
            left -= 1;
            since_mark += 1;
            if let Some(later) = mark.as_ref().and_then(|mark| self.repeats(mark)) {
                let cycles = (left / since_mark) as u64;
                let micros = u64::try_from(later.as_micros()).unwrap_or(u64::MAX);
                self.delay(Duration::from_micros(micros.saturating_mul(cycles)));
                for _ in 0..left % since_mark {
                    self.next()?;
                }
                break;
            }
            if since_mark == next_mark {
                (mark, since_mark, next_mark) = (Some(self.clone()), 0, next_mark.saturating_mul(2));
            }
        }
        self.next()
    }
}
