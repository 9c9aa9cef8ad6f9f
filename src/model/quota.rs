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
//! Everything that waits asks [`Conditions::next_grant`]: the coordinator, the wait shown on the screen,
//! the estimate of the end, and the [`forecast()`] of `check`.

mod forecast;

use std::collections::VecDeque;
use std::time::Duration;

pub use forecast::{ASSUMED_LATENCY, Forecast, Outlook, forecast};

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

    /// True if these slots stand as earlier ones did, only so much later.
    fn repeat(&self, earlier: &Self, later: Duration) -> bool {
        let is_same = |(slots, before): (&QuotaSlots, &QuotaSlots)| {
            slots.releases.len() == before.releases.len()
                && slots.releases.iter().zip(&before.releases).all(|(release, before)| *release == *before + later)
        };
        self.in_flight == earlier.in_flight && self.quotas.iter().zip(&earlier.quotas).all(is_same)
    }

    /// Puts off all that is held.
    fn delay(&mut self, by: Duration) {
        self.quotas.iter_mut().flat_map(|slots| &mut slots.releases).for_each(|release| *release = *release + by);
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
pub struct Conditions<'state> {
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

impl Conditions<'_> {
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
        let (mut at, mut cause) = (now, Cause::Row);
        let mut wait = |until: Moment, whose: Cause| {
            if until > at {
                (at, cause) = (until, whose);
            }
        };
        wait(row_ready, Cause::Row);
        wait(self.pace_ready, Cause::Pace);
        match self.slots.free(now) {
            Free::Now => {}
            Free::At(at, quota) => wait(at, Cause::Quota(quota)),
            Free::AfterAnswer(quota) => return NextGrant::AfterAnswer(Cause::Quota(quota)),
        }
        wait(self.hold.unwrap_or(now), Cause::Hold);
        wait(self.probe_ready.unwrap_or(now), Cause::Breaker);
        if at > now { NextGrant::At(at, cause) } else { NextGrant::Now }
    }
}

#[cfg(test)]
mod tests;
