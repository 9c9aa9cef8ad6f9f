//! Promises 5 and 6: never over quota, and never a second wasted.

use std::time::Duration;

use campaign_scheduler::model::{Ending, Moment, Quota, SendSettings};
use proptest::prelude::*;

use super::rig::{Does, Rig, Scripted, quota, rows, unlimited, workers};

fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// The least possible time until the last answer, computed without the program's own arithmetic: call
/// by call, each as early as workers, pace and slots of a constant latency permit.
fn least_possible(calls: usize, quotas: &[Quota], interval: Duration, workers: usize, latency: Duration) -> Duration {
    let mut all: Vec<Duration> = Vec::with_capacity(calls);
    for index in 0..calls {
        let mut earliest = Duration::ZERO;
        if let Some(last) = index.checked_sub(1) {
            earliest = earliest.max(all[last] + interval);
        }
        if let Some(before) = index.checked_sub(workers) {
            earliest = earliest.max(all[before] + latency);
        }
        for quota in quotas {
            if let Some(before) = index.checked_sub(quota.calls as usize) {
                earliest = earliest.max(all[before] + latency + quota.window);
            }
        }
        all.push(earliest);
    }
    all.last().map_or(Duration::ZERO, |last| *last + latency)
}

fn check_makespan(calls: u32, quotas: Vec<Quota>, rate: Option<&str>, concurrency: u32, latency: Duration) {
    let settings = SendSettings {
        quotas: quotas.clone(),
        rate: rate.map(|rate| rate.parse().unwrap()),
        concurrency: workers(concurrency),
        ..SendSettings::default()
    };
    let interval = settings.rate.map_or(Duration::ZERO, campaign_scheduler::model::Rate::interval);
    paused().block_on(async {
        let mut rig = Rig::new();
        let platform = Scripted::new(&rig.clock, latency, |_, _| Does::Accept);
        let sent = rig.run(&settings, &rows(calls), &platform).await;
        assert_eq!(sent.sitting.ending, Ending::Finished);
        assert_eq!(platform.arrivals().len(), calls as usize);
        let least = least_possible(calls as usize, &quotas, interval, concurrency as usize, latency);
        // Timers of the runtime tick in milliseconds, so each wait may add one.
        let bound = least.mul_f64(1.01) + Duration::from_millis(5);
        let took = sent.sitting.elapsed;
        assert!(took <= bound, "{calls} calls took {took:?}, and {least:?} would do");
        assert!(took + Duration::from_millis(5) >= least, "{calls} calls took {took:?}, less than {least:?}");
    });
}

#[test]
fn a_batch_takes_hardly_longer_than_the_quota_demands() {
    let minute = quota(60, 60);
    let hour = quota(1_800, 3_600);
    let ms = Duration::from_millis;
    check_makespan(1, vec![minute], None, 8, ms(0));
    check_makespan(61, vec![minute], None, 8, ms(5_000));
    check_makespan(200, vec![minute, hour], Some("10/s"), 8, ms(200));
    check_makespan(500, vec![], Some("10/s"), 8, ms(200));
    check_makespan(300, vec![], None, 16, ms(50));
    check_makespan(4_000, vec![minute, hour], Some("10/s"), 8, ms(300));
    check_makespan(10_000, vec![quota(100, 1)], None, 64, ms(20));
}

#[test]
fn a_second_run_counts_the_calls_of_the_first() {
    paused().block_on(async {
        let mut rig = Rig::new();
        let settings = SendSettings { quotas: vec![quota(10, 60)], rate: None, ..SendSettings::default() };
        let platform = Scripted::new(&rig.clock, Duration::from_millis(100), |_, _| Does::Accept);
        let first = rig.run(&settings, &rows(10), &platform).await;
        assert!(first.sitting.elapsed < Duration::from_secs(1));
        let edited: Vec<_> = (0..10).map(|number| super::rig::row(number, &format!("d{number}"), 11)).collect();
        let second = rig.run(&settings, &edited, &platform).await;
        assert!(second.sitting.elapsed >= Duration::from_secs(59), "{:?}", second.sitting.elapsed);
        assert!(second.sitting.quota_wait >= Duration::from_secs(59));
    });
}

#[test]
fn nothing_waits_behind_a_row_that_backs_off() {
    paused().block_on(async {
        let mut rig = Rig::new();
        let settings = SendSettings { concurrency: workers(1), ..unlimited() };
        let platform = Scripted::new(&rig.clock, Duration::from_millis(10), |campaign, number| {
            if campaign == "c0" && number <= 4 { Does::ServerError } else { Does::Accept }
        });
        rig.run(&settings, &rows(20), &platform).await;
        let order: Vec<_> = platform.arrivals().into_iter().map(|arrival| arrival.campaign).collect();
        assert_eq!(order.len(), 24);
        let others = order[1..].iter().take_while(|campaign| *campaign != "c0").count();
        assert!(others >= 2, "rows behind the one that backs off went on: {order:?}");
        let waits =
            platform.arrivals().windows(2).filter(|pair| pair[1].at.since(pair[0].at) > Duration::from_secs(1)).count();
        assert!(waits <= 4, "only the backing-off row itself is waited for");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_window_at_the_platform_sees_more_calls_than_the_quota(
        calls in 1u32..12, window in 1u64..30, count in 1u32..80, concurrency in 1u32..9,
        latencies in prop::collection::vec(0u64..5_000, 1..20),
        faults in prop::collection::vec(0u8..8, 1..40),
    ) {
        paused().block_on(async {
            let mut rig = Rig::new();
            let quota = quota(calls, window);
            let settings = SendSettings {
                quotas: vec![quota], rate: None, concurrency: workers(concurrency), ..SendSettings::default()
            };
            let (mut next_latency, mut next_fault) = (latencies.into_iter().cycle(), faults.into_iter().cycle());
            let platform = Scripted::with_latencies(
                &rig.clock,
                move || Duration::from_millis(next_latency.next().unwrap()),
                move |_, _| match next_fault.next().unwrap() {
                    0 => Does::LoseAfterEffect,
                    1 => Does::ServerError,
                    2 => Does::Reject,
                    3 => Does::RateLimit,
                    _ => Does::Accept,
                },
            );
            rig.run(&settings, &rows(count), &platform).await;
            let arrivals: Vec<Moment> = platform.arrivals().into_iter().map(|arrival| arrival.at).collect();
            for pair in arrivals.windows(calls as usize + 1) {
                let span = pair[calls as usize].since(pair[0]);
                assert!(span >= quota.window, "{} calls within {span:?}", calls + 1);
            }
        });
    }
}
