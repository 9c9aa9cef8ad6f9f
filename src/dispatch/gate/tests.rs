//! The platform's own hold: how long, whether it is news, and what of it outlives the program.

use super::*;
use crate::clock::TestClock;
use crate::model::quota::Cause;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

fn settings(quotas: &[(u32, Duration)]) -> SendSettings {
    let quotas = quotas.iter().map(|(calls, window)| Quota { calls: *calls, window: *window }).collect();
    SendSettings { quotas, rate: None, ..SendSettings::default() }
}

fn clock() -> TestClock {
    TestClock::at("2029-12-01T12:00:00Z".parse().unwrap())
}

fn gate(clock: &TestClock, quotas: &[(u32, Duration)], hold: Option<DateTime<Utc>>) -> Gate {
    Gate::new(&settings(quotas), Arc::new(clock.clone()), &[], hold)
}

/// What a row that is ready waits for now, and for how long.
fn wait(gate: &Gate, clock: &TestClock) -> Option<(Cause, Duration)> {
    let now = clock.now();
    gate.next_grant(Demand { row_ready: Some(now), probe_ready: None }, now).wait(now)
}

#[tokio::test(start_paused = true)]
async fn a_hold_lasts_as_long_as_the_platform_says_or_the_quota_at_most_an_hour() {
    let usual = [(60, MINUTE), (1_800, HOUR)];
    let longest: &[(u32, Duration)] = &[(60, MINUTE), (90, 2 * MINUTE)];
    let second = Duration::from_secs(1);
    for (quotas, hold, span) in [
        (&usual[..], Hold::For(7 * second), 7 * second),
        (&usual, Hold::For(Duration::ZERO), second),
        (&usual, Hold::For(9 * HOUR), HOUR),
        (&usual, Hold::ShortestWindow, MINUTE),
        (longest, Hold::LongestWindow, 2 * MINUTE),
        (&[], Hold::ShortestWindow, MINUTE),
        (&[], Hold::LongestWindow, HOUR),
    ] {
        let clock = clock();
        let mut gate = gate(&clock, quotas, None);
        assert_eq!(wait(&gate, &clock), None);
        let held = gate.hold(hold, clock.now());
        assert_eq!((held.until - clock.wall()).to_std(), Ok(span), "{hold:?} with {quotas:?}");
        assert_eq!(wait(&gate, &clock), Some((Cause::Hold, span)));
        tokio::time::advance(span).await;
        assert_eq!(wait(&gate, &clock), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hold_is_news_once_and_again_when_it_grows_by_more_than_a_fifth() {
    let clock = clock();
    let mut gate = gate(&clock, &[], None);
    let mut held = |seconds| {
        let held = gate.hold(Hold::For(Duration::from_secs(seconds)), clock.now());
        (held.is_news, (held.until - clock.wall()).num_seconds())
    };
    assert_eq!(held(60), (true, 60));
    assert_eq!(held(60), (false, 60), "the answer of a call that was out with it");
    assert_eq!(held(5), (false, 60), "a shorter one doesn't shorten it");
    tokio::time::advance(Duration::from_secs(12)).await;
    assert_eq!(held(60), (false, 60), "a fifth");
    tokio::time::advance(Duration::from_secs(13)).await;
    assert_eq!(held(60), (true, 60));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(held(60), (true, 60), "the one before is over");
}

#[tokio::test(start_paused = true)]
async fn a_hold_of_the_journal_binds_for_what_is_left_of_it_whatever_became_of_the_wall_clock() {
    let clock = clock();
    let hold = |seconds| Some(clock.wall() + chrono::TimeDelta::seconds(seconds));
    for (until, left) in [(hold(90), Some(90)), (hold(0), None), (hold(-5), None), (hold(90_000), Some(3_600))] {
        let waits = left.map(|seconds| (Cause::Hold, Duration::from_secs(seconds)));
        assert_eq!(wait(&gate(&clock, &[], until), &clock), waits);
    }
    // A whole window of a day may be held.
    let (day, rest) = (24 * HOUR, Duration::from_secs(80_000));
    assert_eq!(wait(&gate(&clock, &[(90, day)], hold(80_000)), &clock), Some((Cause::Hold, rest)));
    assert_eq!(wait(&gate(&clock, &[(90, day)], hold(90_000)), &clock), Some((Cause::Hold, day)));
}

#[tokio::test(start_paused = true)]
async fn calls_of_an_earlier_run_hold_their_slots_for_what_is_left_of_the_window() {
    let clock = clock();
    let answered = |seconds| clock.wall() - chrono::TimeDelta::seconds(seconds);
    let recent = [answered(0), answered(20), answered(60)];
    let gate = Gate::new(&settings(&[(2, MINUTE)]), Arc::new(clock.clone()), &recent, None);
    let quota = Quota { calls: 2, window: MINUTE };
    assert_eq!(gate.used(clock.now()), [(quota, 2)], "the third is free again");
    assert_eq!(wait(&gate, &clock), Some((Cause::Quota(quota), Duration::from_secs(40))));
}
