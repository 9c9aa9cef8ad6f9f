//! The slot rule by its words and by random histories.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use proptest::prelude::*;

use super::*;

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
