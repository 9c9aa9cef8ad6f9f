//! Rolling quotas, exact, counted at arrival.
//!
//! Each window remembers the arrivals that it counts, so memory is bounded by the quota itself and a call costs a
//! few comparisons whatever the load. A bucket that refills would be smaller, but it lets up to twice the
//! quota through in an unlucky window, and the client's promise is judged against this.

use std::collections::VecDeque;
use std::time::Duration;

use super::ledger::micros;

/// The quotas of one account.
#[derive(Debug)]
pub(super) struct Quotas {
    windows: Vec<Window>,
    count_refused: bool,
}

#[derive(Debug)]
struct Window {
    calls: usize,
    length: Duration,
    counted: VecDeque<i64>,
}

/// A call over quota: the window that is full, and how long until it has room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full {
    pub(super) window: Duration,
    pub(super) free_in: Duration,
}

impl Quotas {
    pub(super) fn new(quotas: &[(usize, Duration)], count_refused: bool) -> Self {
        let windows = quotas
            .iter()
            .map(|&(calls, length)| Window { calls, length, counted: VecDeque::with_capacity(calls.min(4_096)) })
            .collect();
        Self { windows, count_refused }
    }

    /// Counts a call that arrives at `now` (microseconds), or says which window is full; of several, the one that stays full longest.
    pub(super) fn arrive(&mut self, now: i64) -> Result<(), Full> {
        for window in &mut self.windows {
            window.forget(now);
        }
        let full = self.windows.iter().filter_map(|window| window.full(now)).max_by_key(|full| full.free_in);
        if full.is_none() || self.count_refused {
            for window in &mut self.windows {
                window.counted.push_back(now);
            }
        }
        full.map_or(Ok(()), Err)
    }

    /// The calls that each window counts at `now`.
    pub(super) fn in_use(&mut self, now: i64) -> Vec<(usize, Duration, usize)> {
        self.windows
            .iter_mut()
            .map(|window| {
                window.forget(now);
                (window.calls, window.length, window.counted.len())
            })
            .collect()
    }
}

impl Window {
    fn forget(&mut self, now: i64) {
        let length = micros(self.length);
        while self.counted.front().is_some_and(|&at| at.saturating_add(length) <= now) {
            self.counted.pop_front();
        }
        // With refused calls counted the queue could grow without end; only the youngest matter.
        while self.counted.len() > self.calls {
            self.counted.pop_front();
        }
    }

    fn full(&self, now: i64) -> Option<Full> {
        if self.counted.len() < self.calls {
            return None;
        }
        let free_at = self.counted.front().map_or(now, |&at| at.saturating_add(micros(self.length)));
        let free_in = Duration::from_micros(u64::try_from(free_at - now).unwrap_or(0));
        Some(Full { window: self.length, free_in })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn the_slot_is_free_again_a_window_after_the_arrival() {
        let mut quotas = Quotas::new(&[(60, MINUTE)], false);
        for call in 0..60 {
            assert_eq!(quotas.arrive(call * 1_000), Ok(()));
        }
        assert_eq!(quotas.arrive(1_000_000), Err(Full { window: MINUTE, free_in: Duration::from_secs(59) }),);
        assert!(quotas.arrive(59_999_999).is_err());
        assert_eq!(quotas.arrive(60_000_000), Ok(()));
        assert!(quotas.arrive(60_000_001).is_err());
    }

    #[test]
    fn the_window_that_stays_full_longest_is_named() {
        let mut quotas = Quotas::new(&[(1, MINUTE), (1, MINUTE * 60)], false);
        assert_eq!(quotas.arrive(0), Ok(()));
        assert_eq!(quotas.arrive(1).map_err(|full| full.window), Err(MINUTE * 60));
    }

    #[test]
    fn refused_calls_count_where_the_settings_say_so() {
        let mut quotas = Quotas::new(&[(1, MINUTE)], true);
        assert!(quotas.arrive(0).is_ok());
        assert!(quotas.arrive(30_000_000).is_err());
        assert!(quotas.arrive(60_000_000).is_err(), "the refused call still counts");
        assert!(quotas.arrive(120_000_000).is_ok());
    }
}
