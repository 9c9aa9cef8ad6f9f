//! What is counted, what follows from the counts, and how long an estimate serves.

use std::sync::Arc;

use super::*;
use crate::clock::{Clock, TestClock};
use crate::model::transition::Rules;
use crate::model::{Action, Delivery, Quota, SendSettings};

const SECOND: Duration = Duration::from_secs(1);
const LATENCY: Duration = ASSUMED_LATENCY;

fn clock() -> TestClock {
    TestClock::at("2029-12-01T12:00:00Z".parse().unwrap())
}

/// Two calls a minute, and no pace.
fn gate(clock: &TestClock) -> Gate {
    let quotas = vec![Quota { calls: 2, window: 60 * SECOND }];
    let settings = SendSettings { quotas, rate: None, ..SendSettings::default() };
    Gate::new(&settings, Arc::new(clock.clone()), &[], None)
}

#[test]
fn first_calls_and_repeated_ones_are_counted_apart_and_a_hold_not_at_all() {
    let rules = Rules { delivery: Delivery::AtLeastOnce, retries: 4, is_probing: false };
    let mut estimate = Estimate::new();
    let mut observe = |before: Life, happening| {
        let before = before.after(Happening::Granted, rules).0;
        let after = before.after(happening, rules).0;
        estimate.observe(&before, happening, &after);
        after
    };
    let fresh = Life::queued(Action::Enable);
    observe(fresh, Happening::Accepted);
    observe(fresh, Happening::RateLimited);
    observe(fresh, Happening::CredentialsRefused);
    let again = observe(fresh, Happening::NotTaken);
    let again = observe(again, Happening::NotTaken);
    observe(again, Happening::Rejected);
    let counted = [estimate.first, estimate.repeated].map(|count| (count.calls, count.settled));
    assert_eq!(counted, [(2, 1), (2, 1)]);
}

#[test]
fn rows_to_come_take_what_those_before_them_took() {
    let mut estimate = Estimate::new();
    assert_eq!(estimate.calls_for(20), 20, "one each, as long as nothing else is known");
    estimate.first = Count { calls: 10, settled: 4 };
    estimate.repeated = Count { calls: 5, settled: 1 };
    // Five wait to be repeated; six in ten of the other fifteen will be; each repetition takes three calls.
    assert_eq!(estimate.calls_for(20), 15 + (5 + 9) * 3);
    assert_eq!(estimate.calls_for(3), 3 * 3, "no more wait than there are");
}

#[test]
fn a_latency_moves_the_one_assumed_by_a_tenth() {
    let mut estimate = Estimate::new();
    estimate.observe_latency(LATENCY + SECOND);
    let moved = estimate.latency.as_millis();
    assert!(moved.abs_diff((LATENCY + SECOND / 10).as_millis()) <= 1, "{moved}");
}

#[tokio::test(start_paused = true)]
async fn an_estimate_serves_for_a_second() {
    let clock = clock();
    let (gate, mut estimate) = (gate(&clock), Estimate::new());
    let rest = 60 * SECOND + 2 * LATENCY;
    assert_eq!(estimate.remaining(&gate, 4, clock.now(), Duration::ZERO), rest, "two now, two after a window");
    tokio::time::advance(SECOND / 2).await;
    assert_eq!(estimate.remaining(&gate, 2, clock.now(), Duration::ZERO), rest - SECOND / 2);
    assert_eq!(estimate.remaining(&gate, 2, clock.now(), 90 * SECOND), 90 * SECOND, "a wait it doesn't know of");
    let moment = Duration::from_millis(1);
    tokio::time::advance(SECOND / 2 - moment).await;
    assert_eq!(estimate.remaining(&gate, 2, clock.now(), Duration::ZERO), rest - SECOND + moment);
    tokio::time::advance(moment).await;
    assert_eq!(estimate.remaining(&gate, 2, clock.now(), Duration::ZERO), LATENCY, "made anew");
    assert_eq!(estimate.remaining(&gate, 4, clock.now(), Duration::ZERO), LATENCY);
    estimate.forget();
    assert_eq!(estimate.remaining(&gate, 4, clock.now(), Duration::ZERO), rest);
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_are_waited_for_and_granted_no_more() {
    let clock = clock();
    let mut gate = gate(&clock);
    assert_eq!(Estimate::new().remaining(&gate, 0, clock.now(), Duration::ZERO), Duration::ZERO);
    assert!(gate.take() && gate.take());
    assert_eq!(gate.in_flight(), 2);
    assert_eq!(Estimate::new().remaining(&gate, 2, clock.now(), Duration::ZERO), LATENCY);
    let next = 60 * SECOND + 2 * LATENCY;
    assert_eq!(Estimate::new().remaining(&gate, 3, clock.now(), Duration::ZERO), next);
}
