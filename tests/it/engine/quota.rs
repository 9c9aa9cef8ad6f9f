//! Promise 5: never over quota; and nothing waits that needn't.

use std::sync::Arc;
use std::time::Duration;

use campaign_scheduler::clock::Clock;
use campaign_scheduler::dispatch::outlook;
use campaign_scheduler::model::quota::forecast;
use campaign_scheduler::model::{Moment, SendSettings};
use proptest::prelude::*;

use super::rig::{Does, Rig, Scripted, paused, quota, rows, target, unlimited, workers};

#[test]
fn a_second_run_counts_the_calls_of_the_first() {
    paused().block_on(async {
        let mut rig = Rig::new();
        let settings = SendSettings { quotas: vec![quota(10, 60)], rate: None, ..SendSettings::default() };
        let platform = Scripted::new(&rig.clock, Duration::from_millis(100), |_, _| Does::Accept);
        let first = rig.run(&settings, &rows(10), &platform).await;
        assert!(first.sitting.elapsed < Duration::from_secs(1));
        let clock: Arc<dyn Clock> = Arc::new(rig.clock.clone());
        let known = outlook(&mut rig.journal(), &settings, &target(), &clock).unwrap();
        let told = forecast(known, clock.now()).time_for(10);
        let edited: Vec<_> = (0..10).map(|number| super::rig::row(number, &format!("d{number}"), 11)).collect();
        let second = rig.run(&settings, &edited, &platform).await;
        assert!(second.sitting.elapsed >= Duration::from_secs(59), "{:?}", second.sitting.elapsed);
        assert!(second.sitting.quota_wait >= Duration::from_secs(59));
        assert!(told.abs_diff(second.sitting.elapsed) < Duration::from_secs(1), "{told:?} was told beforehand");
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
        let arrivals = platform.arrivals();
        assert_eq!(arrivals.len(), 24);
        // However short the back-off's random pauses were: only calls, never pauses, lie before a row.
        let last_other = arrivals.iter().rfind(|arrival| arrival.campaign != "c0").unwrap();
        let took = last_other.at.since(arrivals[0].at);
        assert!(took <= Duration::from_millis(24 * 11), "rows behind the one that backs off went on: {took:?}");
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
