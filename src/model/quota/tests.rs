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
    let turn = Conditions {
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
    let held = Conditions { hold: Some(free + Duration::from_secs(1)), ..turn };
    assert_eq!(held.next_grant(now), NextGrant::At(free + Duration::from_secs(1), Cause::Hold));
    assert_eq!(Conditions { row_ready: None, ..turn }.next_grant(now), NextGrant::Never);
    assert_eq!(Conditions { in_flight: 1, ..turn }.next_grant(now), NextGrant::AfterAnswer(Cause::Worker));
}

const HOUR: Quota = Quota { calls: 60, window: Duration::from_secs(3_600) };

fn at(second: u64) -> Moment {
    Moment::START + Duration::from_secs(second)
}

/// A turn for which nothing but the slots could wait.
fn turn(slots: &Slots) -> Conditions<'_> {
    let pace_ready = Moment::START;
    Conditions {
        row_ready: Some(pace_ready),
        in_flight: 0,
        workers: 8,
        slots,
        pace_ready,
        hold: None,
        probe_ready: None,
    }
}

#[test]
fn answers_that_come_out_of_turn_free_their_slots_in_turn() {
    let quota = Quota { calls: 3, ..MINUTE };
    for answers in [[5, 1, 3], [1, 5, 3], [3, 5, 1], [5, 3, 1], [1, 3, 5]] {
        let mut slots = Slots::new(&[quota]);
        answers.into_iter().for_each(|answer| slots.restore(at(answer)));
        for free in [61, 63, 65] {
            assert_eq!(turn(&slots).next_grant(at(10)), NextGrant::At(at(free), Cause::Quota(quota)), "{answers:?}");
            slots.take();
        }
        assert_eq!(turn(&slots).next_grant(at(10)), NextGrant::AfterAnswer(Cause::Quota(quota)));
    }
}

#[test]
fn what_is_out_and_what_is_held_counts_as_used_and_what_is_free_again_does_not() {
    let mut slots = Slots::new(&[MINUTE, HOUR]);
    slots.restore(at(0));
    slots.restore(at(30));
    slots.take();
    let used = |slots: &Slots, second| slots.used(at(second)).collect::<Vec<_>>();
    assert_eq!(used(&slots, 59), [(MINUTE, 3), (HOUR, 3)]);
    assert_eq!(used(&slots, 60), [(MINUTE, 2), (HOUR, 3)]);
    assert_eq!(slots.quotas().collect::<Vec<_>>(), [MINUTE, HOUR]);
    assert_eq!(slots.in_flight(), 1);
    slots.take();
    assert_eq!(slots.in_flight(), 2);
    slots.forget_released(at(60));
    assert_eq!(slots.quotas[0].releases, [at(90)], "memory keeps step");
    assert_eq!(slots.quotas[1].releases.len(), 2);
}

#[test]
fn the_quota_that_stays_full_longest_is_the_one_that_is_waited_for() {
    let (short, long) = (Quota { calls: 1, ..MINUTE }, Quota { calls: 1, ..HOUR });
    for quotas in [[short, long], [long, short]] {
        let mut slots = Slots::new(&quotas);
        slots.restore(at(0));
        let next = turn(&slots).next_grant(at(1));
        assert_eq!(next, NextGrant::At(at(3_600), Cause::Quota(long)));
        assert_eq!(next.wait(at(1)), Some((Cause::Quota(long), Duration::from_secs(3_599))));
        let held = Conditions { hold: Some(at(3_600)), ..turn(&slots) };
        assert_eq!(held.next_grant(at(1)), next, "of two that last as long, the quota is named");
    }
    for next in [NextGrant::Now, NextGrant::AfterAnswer(Cause::Row), NextGrant::Never] {
        assert_eq!(next.wait(at(1)), None);
    }
}

#[test]
fn one_probe_flies_at_a_time_and_the_last_calls_are_waited_for() {
    let slots = Slots::new(&[MINUTE]);
    let probing = Conditions { probe_ready: Some(at(7)), ..turn(&slots) };
    assert_eq!(probing.next_grant(at(1)), NextGrant::At(at(7), Cause::Breaker));
    assert_eq!(probing.next_grant(at(7)), NextGrant::Now);
    assert_eq!(Conditions { in_flight: 1, ..probing }.next_grant(at(7)), NextGrant::AfterAnswer(Cause::Breaker));
    assert_eq!(Conditions { in_flight: 1, ..turn(&slots) }.next_grant(at(7)), NextGrant::Now);
    let last = Conditions { row_ready: None, in_flight: 1, ..turn(&slots) };
    assert_eq!(last.next_grant(at(7)), NextGrant::AfterAnswer(Cause::Row));
}

/// Ten thousand million calls, which nobody walks. Four workers, and a fifth of a second to an answer: a slot
/// is free again that much after its window, and the last call is the fortieth of its sixty.
#[test]
fn a_forecast_comes_round_and_needs_no_walk_to_a_call_far_ahead() {
    let day = Quota { calls: 1_000, window: Duration::from_secs(86_400) };
    let second = Duration::from_secs(1);
    let sixties = 166_666_666 * 60_200;
    let days = 9_999_999 * 86_400_200;
    for (quotas, pace, millis) in [
        (&[MINUTE][..], second, sixties + 39 * 1_000 + 200),
        (&[MINUTE][..], Duration::ZERO, sixties + 9 * 200 + 200),
        (&[day, MINUTE][..], second, days + 16 * 60_200 + 39 * 1_000 + 200),
        (&[][..], Duration::ZERO, 2_500_000_000 * 200),
        (&[][..], second, 9_999_999_999 * 1_000 + 200),
    ] {
        let time = forecast(Outlook::fresh(quotas, pace, 4), Moment::START).time_for(10_000_000_000);
        assert_eq!(time, Duration::from_millis(millis), "{quotas:?} at {pace:?}");
    }
}

/// The forecast by one who asks again whenever something may have changed.
fn asking_again(mut outlook: Outlook, calls: usize) -> Vec<Moment> {
    let mut now = Moment::START;
    let mut answers: BinaryHeap<_> = (0..outlook.slots.in_flight()).map(|_| Reverse(now + outlook.latency)).collect();
    let mut turns = Vec::new();
    while turns.len() < calls {
        while let Some(Reverse(at)) = answers.peek().copied().filter(|Reverse(at)| *at <= now) {
            answers.pop();
            outlook.slots.answered(at);
        }
        let turn = Conditions {
            row_ready: Some(now),
            in_flight: answers.len(),
            workers: outlook.workers,
            slots: &outlook.slots,
            pace_ready: outlook.pace_ready,
            hold: outlook.hold,
            probe_ready: None,
        };
        let next_answer = answers.peek().map(|Reverse(at)| *at);
        match turn.next_grant(now) {
            NextGrant::Now => {
                outlook.slots.take();
                answers.push(Reverse(now + outlook.latency));
                outlook.pace_ready = now + outlook.pace;
                turns.push(now);
            }
            NextGrant::At(at, _) => now = next_answer.map_or(at, |answer| answer.min(at)),
            NextGrant::AfterAnswer(_) => now = next_answer.unwrap(),
            NextGrant::Never => unreachable!("a row is always ready"),
        }
    }
    turns
}

proptest! {
    #[test]
    fn the_forecast_is_that_of_one_who_asks_again_all_the_time(
        quotas in prop::collection::vec((1u32..6, 1u64..30), 0..3),
        earlier in prop::collection::vec(-40i64..=0, 0..8),
        (in_flight, workers) in (0usize..5, 1usize..6),
        (pace, latency) in (0u64..4, 0u64..6),
        hold in prop::option::of(-5i64..40),
    ) {
        let seconds = |seconds: i64| Moment::from_micros(seconds * 1_000_000);
        let quotas: Vec<Quota> = quotas
            .into_iter()
            .map(|(calls, window)| Quota { calls, window: Duration::from_secs(window) })
            .collect();
        let mut outlook = Outlook::fresh(&quotas, Duration::from_secs(pace), workers);
        outlook.latency = Duration::from_secs(latency);
        outlook.hold = hold.map(seconds);
        (0..in_flight).for_each(|_| outlook.slots.take());
        earlier.into_iter().for_each(|answer| outlook.slots.restore(seconds(answer)));
        let turns: Vec<Moment> = forecast(outlook.clone(), Moment::START).take(60).collect();
        prop_assert_eq!(turns, asking_again(outlook.clone(), 60));
        // However far it goes at once, it comes to where walking there comes, and goes on from there.
        let turns: Vec<Moment> = forecast(outlook.clone(), Moment::START).take(700).collect();
        for further in [0, 1, 63, 64, 65, 128, 191, 400, 689] {
            let mut far = forecast(outlook.clone(), Moment::START);
            let reached: Vec<Moment> = far.nth(further).into_iter().chain(far.take(10)).collect();
            prop_assert_eq!(&reached, &turns[further..further + 11]);
        }
    }

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
                let turn = Conditions {
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
