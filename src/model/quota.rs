//! Quota arithmetic: when may the next call leave, and what is it waiting for.
//!
//! **The slot rule.** A call takes a slot in every quota when it is granted. The slot is free again
//! one window after the call's *answer* (or after it was abandoned, its connection closed).
//!
//! **Why no rolling window at the server ever holds more than N calls.** Let calls `c1 … cN+1` be
//! any N + 1 calls in the order of their grants, and let a call arrive at the server at some time
//! between its grant and its answer. When `cN+1` was granted, a slot was free, so one of the N calls
//! before it, say `ck`, had been answered at least one window earlier. `ck` arrived no later than its
//! answer, `cN+1` no earlier than its grant: their arrivals lie at least one window apart, and no
//! window holds all N + 1. The bound needs nothing but one clock on our side, whatever the latency.
//!
//! **Why not a token bucket.** A bucket of N with refill N/W lets almost 2N calls through in the
//! first window; one small enough not to is up to twice as slow. Slots allow the burst that the
//! platform allows and not one call more, which is what makes a batch as fast as the quota permits.
//!
//! Everything that waits asks [`Turn::next_grant`]: the coordinator, the wait shown on the screen,
//! the estimate of the end, and the [`forecast`] of `check`.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use super::Moment;
use super::limits::Quota;

/// The slots of all quotas of one account.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    quotas: Vec<QuotaSlots>,
    in_flight: usize,
}

#[derive(Debug, Clone)]
struct QuotaSlots {
    quota: Quota,
    /// When each slot of an answered call is free again, in ascending order.
    releases: VecDeque<Moment>,
}

/// When a slot is free in every quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Free {
    At(Moment, Quota),
    AfterAnswer(Quota),
    Now,
}

impl Slots {
    /// Slots for these quotas, all free.
    pub fn new(quotas: &[Quota]) -> Self {
        let quotas = quotas.iter().map(|quota| QuotaSlots { quota: *quota, releases: VecDeque::new() }).collect();
        Self { quotas, in_flight: 0 }
    }

    /// A call was granted.
    pub fn take(&mut self) {
        self.in_flight += 1;
    }

    /// A granted call was answered or abandoned at this time.
    pub fn answered(&mut self, at: Moment) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.restore(at);
    }

    /// A call of an earlier run was answered at this time.
    pub fn restore(&mut self, answered_at: Moment) {
        for slots in &mut self.quotas {
            let release = answered_at + slots.quota.window;
            // Almost every answer is the latest so far.
            if slots.releases.back().is_none_or(|last| *last <= release) {
                slots.releases.push_back(release);
            } else {
                let place = slots.releases.partition_point(|other| *other <= release);
                slots.releases.insert(place, release);
            }
        }
    }

    /// Forgets slots that are free again, to keep memory in step with the quotas.
    pub fn forget_released(&mut self, now: Moment) {
        for slots in &mut self.quotas {
            while slots.releases.front().is_some_and(|release| *release <= now) {
                slots.releases.pop_front();
            }
        }
    }

    /// Calls that count against each quota at this moment, those in flight included.
    pub fn used(&self, now: Moment) -> impl Iterator<Item = (Quota, usize)> {
        self.quotas.iter().map(move |slots| (slots.quota, self.in_flight + slots.held(now).count()))
    }

    /// The quotas.
    pub fn quotas(&self) -> impl Iterator<Item = Quota> {
        self.quotas.iter().map(|slots| slots.quota)
    }

    /// Calls granted and not yet answered.
    pub const fn in_flight(&self) -> usize {
        self.in_flight
    }

    fn free(&self, now: Moment) -> Free {
        let mut latest = Free::Now;
        for slots in &self.quotas {
            match (slots.free(now, self.in_flight), latest) {
                (Free::Now, _) => {}
                (Free::AfterAnswer(quota), _) => return Free::AfterAnswer(quota),
                (Free::At(at, _), Free::At(other, _)) if at <= other => {}
                (later, _) => latest = later,
            }
        }
        latest
    }
}

impl QuotaSlots {
    fn held(&self, now: Moment) -> impl Iterator<Item = Moment> {
        self.releases.range(self.released(now)..).copied()
    }

    /// How many slots are free again and not yet forgotten: mostly none.
    fn released(&self, now: Moment) -> usize {
        let is_free = |release: &Moment| *release <= now;
        if self.releases.front().is_some_and(is_free) { self.releases.partition_point(is_free) } else { 0 }
    }

    fn free(&self, now: Moment, in_flight: usize) -> Free {
        let released = self.released(now);
        let held = self.releases.len() - released;
        let calls = usize::try_from(self.quota.calls).unwrap_or(usize::MAX);
        let Some(excess) = (held + in_flight + 1).checked_sub(calls).filter(|excess| *excess > 0) else {
            return Free::Now;
        };
        match self.releases.get(released + excess - 1) {
            Some(release) => Free::At(*release, self.quota),
            None => Free::AfterAnswer(self.quota),
        }
    }
}

/// What the next call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A row: all are in flight, in back-off or settled.
    Row,
    /// A free worker.
    Worker,
    /// A slot of this quota.
    Quota(Quota),
    /// The pace.
    Pace,
    /// The platform said that the account is rate-limited.
    Hold,
    /// The breaker is open: the next probe.
    Breaker,
}

/// When the next call may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextGrant {
    /// At once.
    Now,
    /// At this moment, for this cause; nothing can make it earlier but a new row.
    At(Moment, Cause),
    /// Not before an answer comes in.
    AfterAnswer(Cause),
    /// Never: no row is left and none is out.
    Never,
}

impl NextGrant {
    /// What the next call waits for, and for how long from now; `None` if not for a time.
    pub fn wait(self, now: Moment) -> Option<(Cause, Duration)> {
        match self {
            Self::At(at, cause) => Some((cause, at.since(now))),
            Self::Now | Self::AfterAnswer(_) | Self::Never => None,
        }
    }
}

/// All that a grant depends on.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'state> {
    /// When the first row is ready; `None` if no row waits.
    pub row_ready: Option<Moment>,
    /// Calls in flight, which each hold a worker.
    pub in_flight: usize,
    /// Workers in all.
    pub workers: usize,
    /// The slots of the account's quotas.
    pub slots: &'state Slots,
    /// When the pace allows the next call.
    pub pace_ready: Moment,
    /// Until when the platform's own word holds the account.
    pub hold: Option<Moment>,
    /// When the breaker lets the next probe go, if it is open; only one probe flies at a time.
    pub probe_ready: Option<Moment>,
}

impl Turn<'_> {
    /// When the next call may leave, and what it is waiting for. Of several causes the one that
    /// lasts longest is named.
    pub fn next_grant(&self, now: Moment) -> NextGrant {
        let Some(row_ready) = self.row_ready else {
            return if self.in_flight > 0 { NextGrant::AfterAnswer(Cause::Row) } else { NextGrant::Never };
        };
        if self.in_flight >= self.workers {
            return NextGrant::AfterAnswer(Cause::Worker);
        }
        if self.probe_ready.is_some() && self.in_flight > 0 {
            return NextGrant::AfterAnswer(Cause::Breaker);
        }
        let slot = match self.slots.free(now) {
            Free::Now => (now, Cause::Row),
            Free::At(at, quota) => (at, Cause::Quota(quota)),
            Free::AfterAnswer(quota) => return NextGrant::AfterAnswer(Cause::Quota(quota)),
        };
        let causes = [
            (row_ready, Cause::Row),
            (self.pace_ready, Cause::Pace),
            slot,
            (self.hold.unwrap_or(now), Cause::Hold),
            (self.probe_ready.unwrap_or(now), Cause::Breaker),
        ];
        let (at, cause) =
            causes.into_iter().fold((now, Cause::Row), |latest, other| if other.0 > latest.0 { other } else { latest });
        if at > now { NextGrant::At(at, cause) } else { NextGrant::Now }
    }
}

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
    let answers = std::iter::repeat_n(Reverse(now + outlook.latency), outlook.slots.in_flight()).collect();
    Forecast { outlook, now, answers }
}

/// See [`forecast`].
#[derive(Debug, Clone)]
pub struct Forecast {
    outlook: Outlook,
    now: Moment,
    answers: BinaryHeap<Reverse<Moment>>,
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
        while let Some(Reverse(at)) = self.answers.peek().copied().filter(|Reverse(at)| *at <= moment) {
            self.answers.pop();
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
                NextGrant::At(at, _) => self.now = at,
                NextGrant::AfterAnswer(_) => self.now = self.answers.peek().map(|Reverse(at)| *at)?,
                NextGrant::Never => return None,
            }
        }
        self.outlook.slots.take();
        self.answers.push(Reverse(self.now + self.outlook.latency));
        self.outlook.pace_ready = self.now + self.outlook.pace;
        Some(self.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Quota = Quota { calls: 60, window: Duration::from_secs(60) };

    #[test]
    fn a_hundred_and_seventeen_calls_take_sixty_six_seconds_at_the_usual_limits() {
        let hour = Quota { calls: 1_800, window: Duration::from_secs(3_600) };
        let outlook = Outlook::fresh(&[MINUTE, hour], Duration::from_millis(100), 8);
        assert_eq!(forecast(outlook, Moment::START).time_for(117), Duration::from_secs(66));
    }

    #[test]
    fn no_calls_take_no_time() {
        let outlook = Outlook::fresh(&[MINUTE], Duration::ZERO, 8);
        assert_eq!(forecast(outlook, Moment::START).time_for(0), Duration::ZERO);
    }

    #[test]
    fn the_cause_that_lasts_longest_is_named() {
        let mut slots = Slots::new(&[Quota { calls: 1, window: Duration::from_secs(60) }]);
        slots.restore(Moment::START);
        let now = Moment::START + Duration::from_secs(1);
        let turn = Turn {
            row_ready: Some(now),
            in_flight: 0,
            workers: 1,
            slots: &slots,
            pace_ready: now + Duration::from_secs(5),
            hold: None,
            probe_ready: None,
        };
        let free = Moment::START + Duration::from_secs(60);
        let quota = Quota { calls: 1, window: Duration::from_secs(60) };
        assert_eq!(turn.next_grant(now), NextGrant::At(free, Cause::Quota(quota)));
        let held = Turn { hold: Some(free + Duration::from_secs(1)), ..turn };
        assert_eq!(held.next_grant(now), NextGrant::At(free + Duration::from_secs(1), Cause::Hold));
        assert_eq!(Turn { row_ready: None, ..turn }.next_grant(now), NextGrant::Never);
        assert_eq!(Turn { in_flight: 1, ..turn }.next_grant(now), NextGrant::AfterAnswer(Cause::Worker));
    }

    proptest! {
        /// Promise 5, with arrivals anywhere between grant and answer.
        #[test]
        fn no_rolling_window_at_the_server_holds_more_than_the_quota(
            calls in 1u32..8, window in 1u64..20,
            latencies in prop::collection::vec((0u64..30, 0.0f64..=1.0), 1..200),
            workers in 1usize..10,
        ) {
            let quota = Quota { calls, window: Duration::from_secs(window) };
            let mut slots = Slots::new(&[quota]);
            let mut now = Moment::START;
            let mut out: BinaryHeap<Reverse<Moment>> = BinaryHeap::new();
            let mut arrivals = Vec::new();
            for (latency, part) in latencies {
                loop {
                    while let Some(Reverse(at)) = out.peek().copied().filter(|Reverse(at)| *at <= now) {
                        out.pop();
                        slots.answered(at);
                    }
                    let turn = Turn {
                        row_ready: Some(now), in_flight: out.len(), workers, slots: &slots,
                        pace_ready: now, hold: None, probe_ready: None,
                    };
                    match turn.next_grant(now) {
                        NextGrant::Now => break,
                        NextGrant::At(at, _) => now = at.min(out.peek().map_or(at, |Reverse(first)| *first)),
                        NextGrant::AfterAnswer(_) => now = out.peek().unwrap().0,
                        NextGrant::Never => unreachable!("a row is always ready"),
                    }
                }
                slots.take();
                let answer = now + Duration::from_secs(latency);
                out.push(Reverse(answer));
                arrivals.push(now + answer.since(now).mul_f64(part));
            }
            arrivals.sort();
            for pair in arrivals.windows(calls as usize + 1) {
                prop_assert!(pair[calls as usize].since(pair[0]) >= quota.window);
            }
        }
    }
}
