//! The smooth rate at which calls leave, inside the quota.
//!
//! governor keeps it: evenly spaced, a burst of one (its `per_second(n)` alone would let n through
//! at once). It reads our clock, so that tests drive it, and it is asked with `check`: waiting is the
//! coordinator's business.

use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::model::{Moment, Rate};

type Limiter = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<Nanos>>;

/// The pace of one batch.
#[derive(Debug)]
pub(super) struct Pace {
    limiter: Option<Limiter>,
    interval: Duration,
    ready: Moment,
    clock: Arc<dyn Clock>,
}

/// Our monotonic clock, as governor reads it.
#[derive(Debug, Clone)]
struct MonotonicClock(Arc<dyn Clock>);

impl GovernorClock for MonotonicClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.now().since(Moment::START))
    }
}

impl Pace {
    pub(super) fn new(rate: Option<Rate>, clock: Arc<dyn Clock>) -> Self {
        let interval = rate.map_or(Duration::ZERO, Rate::interval);
        let limiter = Quota::with_period(interval)
            .map(|quota| RateLimiter::direct_with_clock(quota, MonotonicClock(Arc::clone(&clock))));
        Self { limiter, interval, ready: clock.now(), clock }
    }

    /// The least span between two calls.
    pub(super) const fn interval(&self) -> Duration {
        self.interval
    }

    /// When the next call may leave.
    pub(super) const fn ready(&self) -> Moment {
        self.ready
    }

    /// Takes a turn; false if it isn't time yet (then `ready` says when it is).
    pub(super) fn take(&mut self) -> bool {
        let Some(limiter) = &self.limiter else { return true };
        let now = self.clock.now();
        match limiter.check() {
            Ok(()) => {
                self.ready = now + self.interval;
                true
            }
            Err(refusal) => {
                let reading = Nanos::from(now.since(Moment::START));
                self.ready = now + refusal.wait_time_from(reading).max(Duration::from_micros(1));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::TestClock;

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_comes_too_early_is_refused_and_told_when_it_will_be() {
        let clock = TestClock::at(chrono::DateTime::UNIX_EPOCH);
        let start = clock.now();
        let mut pace = Pace::new(Some("10/s".parse().unwrap()), Arc::new(clock.clone()));
        let tenth = Duration::from_millis(100);
        assert_eq!((pace.interval(), pace.ready()), (tenth, start));
        assert!(pace.take());
        assert_eq!(pace.ready(), start + tenth);
        tokio::time::advance(Duration::from_millis(30)).await;
        assert!(!pace.take());
        assert_eq!(pace.ready(), start + tenth, "the wait that is left, counted from now");
        tokio::time::advance(Duration::from_millis(70)).await;
        assert!(pace.take());
        assert_eq!(pace.ready(), start + 2 * tenth);
    }
}
