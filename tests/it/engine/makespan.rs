//! Promise 6: as early as the quota allows, over the grid of all that a batch's time depends on.
//!
//! The least possible time is computed here without the program's own arithmetic, and can't be beaten:
//! it takes the calls in the order of their grants and gives each the earliest moment that the rules
//! allow. A grant that comes later never makes a later one possible earlier, so no other choice ends
//! sooner, whatever the latencies are.
//!
//! The suite plays the whole grid with batches up to a few windows long, and one of 10,000 rows;
//! `CAMPAIGN_SCHEDULER_EVERY_MAKESPAN=1` plays it up to 10,000 rows in every corner.

use std::time::Duration;

use campaign_scheduler::model::{Ending, Quota, SendSettings};
use proptest::prelude::*;

use super::rig::{Does, Rig, Scripted, paused, quota, rows, workers};

/// Timers of the runtime tick in milliseconds, so the end of a short batch may lie on the next ticks.
const TICKS: Duration = Duration::from_millis(5);

/// What the time of a batch depends on.
#[derive(Debug, Clone)]
struct Case {
    calls: u32,
    quotas: Vec<Quota>,
    rate: Option<&'static str>,
    workers: u32,
    /// Of the calls in the order of their arrival, over and over again.
    latencies: Vec<Duration>,
}

/// The moments from which a call may leave for the sake of one limit: those at which so many of the
/// calls before it have given back what they took.
fn nth_back(sorted_answers: &[Duration], most: usize) -> Option<Duration> {
    sorted_answers.len().checked_sub(most).map(|nth| sorted_answers[nth])
}

/// The least possible time until the last answer: see the module.
fn least_possible(case: &Case, interval: Duration) -> Duration {
    let mut answers: Vec<Duration> = Vec::with_capacity(case.calls as usize);
    let mut last_grant = None;
    for latency in case.latencies.iter().cycle().take(case.calls as usize) {
        let mut earliest = last_grant.map_or(Duration::ZERO, |last: Duration| last + interval);
        earliest = earliest.max(nth_back(&answers, case.workers as usize).unwrap_or_default());
        for quota in &case.quotas {
            let free = nth_back(&answers, quota.calls as usize).map(|answer| answer + quota.window);
            earliest = earliest.max(free.unwrap_or_default());
        }
        last_grant = Some(earliest);
        let answer = earliest + *latency;
        answers.insert(answers.partition_point(|other| *other <= answer), answer);
    }
    answers.last().copied().unwrap_or_default()
}

fn check_makespan(case: &Case) {
    let settings = SendSettings {
        quotas: case.quotas.clone(),
        rate: case.rate.map(|rate| rate.parse().unwrap()),
        concurrency: workers(case.workers),
        ..SendSettings::default()
    };
    let interval = settings.rate.map_or(Duration::ZERO, campaign_scheduler::model::Rate::interval);
    let mut latencies = case.latencies.clone().into_iter().cycle();
    paused().block_on(async {
        let mut rig = Rig::new();
        let platform = Scripted::with_latencies(&rig.clock, move || latencies.next().unwrap(), |_, _| Does::Accept);
        let sent = rig.run(&settings, &rows(case.calls), &platform).await;
        assert_eq!(sent.sitting.ending, Ending::Finished);
        assert_eq!(platform.arrivals().len(), case.calls as usize);
        let least = least_possible(case, interval);
        let took = sent.sitting.elapsed;
        assert!(took <= least.mul_f64(1.01) + TICKS, "took {took:?}, and {least:?} would do: {case:?}");
        assert!(took + TICKS >= least, "took {took:?}, which is less than {least:?}: {case:?}");
    });
}

/// As many as show every effect of a constant latency, and those of a platform that answers when it likes.
fn latencies() -> Vec<Vec<Duration>> {
    let mut rng = fastrand::Rng::with_seed(6);
    let mut all: Vec<_> = [0, 50, 200, 1_000, 5_000].map(|ms| vec![Duration::from_millis(ms)]).into();
    all.push((0..1_000).map(|_| Duration::from_millis(rng.u64(0..=5_000))).collect());
    all
}

/// Every corner of the grid with so many rows.
fn check_corners(calls: u32, windows: [&[Quota]; 2]) {
    for quotas in windows {
        for rate in [None, Some("10/s")] {
            for latencies in latencies() {
                check_makespan(&Case { calls, quotas: quotas.to_vec(), rate, workers: 8, latencies });
            }
        }
    }
}

#[test]
fn a_batch_takes_hardly_longer_than_the_quota_demands() {
    // Small windows, so that few rows fill the longer one as well.
    let (short, long) = (quota(12, 12), quota(40, 90));
    for calls in [1, 2, 12, 13, 60] {
        check_corners(calls, [&[short], &[short, long]]);
    }
}

#[test]
fn large_batches_take_hardly_longer_either() {
    if std::env::var_os("CAMPAIGN_SCHEDULER_EVERY_MAKESPAN").is_none() {
        let latencies = vec![Duration::from_millis(20)];
        return check_makespan(&Case {
            calls: 10_000,
            quotas: vec![quota(100, 1)],
            rate: None,
            workers: 64,
            latencies,
        });
    }
    let (minute, hour) = (quota(60, 60), quota(1_800, 3_600));
    for calls in [1, 59, 60, 61, 500, 1_800, 1_801, 4_000, 10_000] {
        check_corners(calls, [&[minute], &[minute, hour]]);
    }
}

#[test]
fn without_a_quota_the_workers_and_the_pace_are_never_idle() {
    for (calls, rate, workers, latency) in [(500, Some("10/s"), 8, 200), (300, None, 16, 50), (60, None, 1, 5_000)] {
        let latencies = vec![Duration::from_millis(latency)];
        check_makespan(&Case { calls, quotas: Vec::new(), rate, workers, latencies });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_mixture_of_limits_and_latencies_wastes_a_second(
        calls in 1u32..120,
        quotas in prop::collection::vec((1u32..30, 1u64..60), 0..3),
        has_pace: bool,
        workers in 1u32..20,
        latencies in prop::collection::vec(0u64..5_000, 1..30),
    ) {
        let quotas = quotas.into_iter().map(|(calls, window)| quota(calls, window)).collect();
        let latencies = latencies.into_iter().map(Duration::from_millis).collect();
        check_makespan(&Case { calls, quotas, rate: has_pace.then_some("10/s"), workers, latencies });
    }
}
