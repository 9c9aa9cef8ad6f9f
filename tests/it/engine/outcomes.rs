//! What answers do to rows, and how a batch ends: the contract's tables, played through.

use std::sync::atomic::Ordering;
use std::time::Duration;

use campaign_scheduler::clock::Clock;
use campaign_scheduler::dispatch::{BreakerChange, Event, Snapshot};
use campaign_scheduler::model::quota::Cause;
use campaign_scheduler::model::{Delivery, Ending, FailureLimit, Schedule, SendSettings, Signal, Status, StopReason};
use tokio::sync::mpsc;

use super::rig::{Does, Rig, Scripted, Sent, quota, rest, row, rows, unlimited, workers};

const MS: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn every_row_is_sent_once_and_run_again_costs_no_call() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let first = rig.run(&unlimited(), &rows(40), &platform).await;
    assert_eq!(first.sitting.ending, Ending::Finished);
    assert_eq!(first.sitting.tally.of(Status::Scheduled), 40);
    assert!(first.rows.iter().all(|row| row.id.is_some() && row.attempts == 1 && row.error.is_none()));
    let granted = first.events.iter().filter(|event| matches!(event, Event::Granted { .. })).count();
    let answered = first.events.iter().filter(|event| matches!(event, Event::Answered { .. })).count();
    assert_eq!((granted, answered), (40, 40));
    let mut turned = rows(40);
    turned.reverse();
    let second = rig.run(&unlimited(), &turned, &platform).await;
    assert_eq!(second.sitting.tally.of(Status::Unchanged), 40);
    assert!(second.rows.iter().all(|row| row.id.is_some() && row.attempts == 0));
    assert_eq!(platform.arrivals().len(), 40);
}

#[tokio::test(start_paused = true)]
async fn a_then_b_then_a_again_sends_a() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    for day in [10, 11, 10, 10] {
        rig.run(&unlimited(), &[row(0, "c", day)], &platform).await;
    }
    assert_eq!(platform.arrivals().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_was_accepted_and_b_is_unknown_so_a_is_sent() {
    let mut rig = Rig::new();
    let settings = SendSettings { retries: 0, ..unlimited() };
    let platform =
        Scripted::new(&rig.clock, MS, |_, number| if number == 2 { Does::LoseAfterEffect } else { Does::Accept });
    rig.run(&settings, &[row(0, "c", 10)], &platform).await;
    let lost = rig.run(&settings, &[row(0, "c", 11)], &platform).await;
    assert_eq!(lost.statuses(), ["unknown"]);
    let again = rig.run(&settings, &[row(0, "c", 10)], &platform).await;
    assert_eq!(again.statuses(), ["scheduled"]);
    assert_eq!(platform.arrivals().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn at_least_once_tries_again_what_may_have_arrived() {
    let mut rig = Rig::new();
    let platform =
        Scripted::new(&rig.clock, MS, |_, number| if number < 3 { Does::LoseAfterEffect } else { Does::Accept });
    let sent = rig.run(&unlimited(), &rows(1), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled"]);
    assert_eq!(sent.rows[0].attempts, 3);
}

#[tokio::test(start_paused = true)]
async fn at_most_once_never_repeats_what_may_have_arrived() {
    let mut rig = Rig::new();
    let settings = SendSettings { delivery: Delivery::AtMostOnce, ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::LoseAfterEffect);
    let sent = rig.run(&settings, &rows(3), &platform).await;
    assert_eq!(sent.statuses(), ["unknown"; 3]);
    let again = rig.run(&settings, &rows(3), &platform).await;
    assert_eq!(again.statuses(), ["unknown"; 3]);
    assert_eq!(platform.arrivals().len(), 3);
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let at_least_once = rig.run(&unlimited(), &rows(3), &platform).await;
    assert_eq!(at_least_once.statuses(), ["scheduled"; 3]);
}

#[tokio::test(start_paused = true)]
async fn what_surely_did_not_arrive_ends_failed_and_what_may_have_ends_unknown() {
    let mut rig = Rig::new();
    let settings = SendSettings { retries: 2, ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |campaign, number| match (campaign, number) {
        ("c0", _) => Does::Refuse,
        ("c1", 1) => Does::ServerError,
        ("c1", _) => Does::Refuse,
        ("c2", 1) => Does::LoseAfterEffect,
        ("c2", _) => Does::Reject,
        _ => Does::Accept,
    });
    let sent = rig.run(&settings, &rows(4), &platform).await;
    assert_eq!(sent.statuses(), ["failed", "unknown", "rejected", "scheduled"]);
    assert_eq!(sent.rows[0].attempts, 3);
    for said in [&sent.rows[2].message, &sent.rows[2].error] {
        assert!(said.as_ref().unwrap().contains("an earlier call of this row is unsettled"), "{said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limited_account_waits_and_loses_no_retry() {
    let mut rig = Rig::new();
    let settings = SendSettings { retries: 0, quotas: vec![quota(60, 60)], ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, number| if number <= 2 { Does::RateLimit } else { Does::Accept });
    let sent = rig.run(&settings, &rows(1), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled"]);
    assert!(sent.sitting.elapsed >= Duration::from_secs(120), "{:?}", sent.sitting.elapsed);
}

#[tokio::test(start_paused = true)]
async fn how_a_run_stands_is_shown_ten_times_a_second() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, 10 * MS, |_, _| Does::Accept);
    let sent = rig.run(&unlimited(), &rows(800), &platform).await;
    let shown = snapshots(&sent).len();
    let tenths = usize::try_from(sent.sitting.elapsed.as_millis() / 100).unwrap();
    assert!(tenths >= 5, "{:?}", sent.sitting.elapsed);
    assert!((tenths / 2..=tenths + 1).contains(&shown), "{shown} times within {tenths} tenths of a second");
    assert!(snapshots(&sent).iter().any(|snapshot| snapshot.in_flight == 8), "each worker has a call out");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_the_quota_is_shown_with_what_is_used_of_it() {
    let mut rig = Rig::new();
    let two = quota(2, 60);
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let sent = rig.run(&SendSettings { quotas: vec![two], ..unlimited() }, &rows(3), &platform).await;
    let Event::Started { used, .. } = &sent.events[0] else { panic!("{:?}", sent.events[0]) };
    assert_eq!(used, &[(two, 0)]);
    let shown = snapshots(&sent);
    let longest = shown.iter().max_by_key(|snapshot| snapshot.wait.map(|(_, span)| span)).unwrap();
    let (cause, span) = longest.wait.unwrap();
    assert_eq!((cause, longest.in_flight, &longest.used[..]), (Cause::Quota(two), 0, &[(two, 2)][..]));
    assert!(span > Duration::from_secs(59) && longest.remaining >= Some(span), "{longest:?}");
}

fn snapshots(sent: &Sent) -> Vec<&Snapshot> {
    let shown = sent.events.iter().filter_map(|event| match event {
        Event::Snapshot(snapshot) => Some(snapshot),
        _ => None,
    });
    shown.collect()
}

#[tokio::test(start_paused = true)]
async fn a_row_whose_start_passes_while_it_waits_keeps_what_was_answered() {
    for (does, status) in [(Does::RateLimit, "invalid"), (Does::ServerError, "unknown")] {
        let mut rig = Rig::new();
        let mut soon = row(0, "c", 10);
        let Some(Schedule::Enable { window, .. }) = &mut soon.schedule else { panic!() };
        window.start_past = rig.clock.wall() + Duration::from_secs(30);
        let settings = SendSettings { quotas: vec![quota(1, 60)], ..unlimited() };
        let platform = Scripted::new(&rig.clock, MS, move |_, _| does);
        let sent = rig.run(&settings, &[soon], &platform).await;
        assert_eq!((sent.statuses(), platform.arrivals().len()), (vec![status], 1));
        let row = &sent.rows[0];
        assert!(row.error.as_ref().unwrap().contains("passed while the row waited"), "{row:?}");
        let answered = if does == Does::RateLimit { (429, "rate limit exceeded") } else { (503, "unavailable") };
        assert_eq!((row.http_status, row.message.as_deref()), (Some(answered.0), Some(answered.1)), "{row:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hold_is_told_once_however_many_calls_met_it() {
    let mut rig = Rig::new();
    let settings = SendSettings { quotas: vec![quota(60, 60)], concurrency: workers(8), ..unlimited() };
    let mut latency = 0;
    let uneven = move || {
        latency = (latency + 130) % 1_000;
        Duration::from_millis(latency)
    };
    let platform = Scripted::with_latencies(&rig.clock, uneven, |_, number| match number {
        1 | 2 => Does::RateLimit,
        _ => Does::Accept,
    });
    let sent = rig.run(&settings, &rows(8), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled"; 8]);
    assert_eq!(platform.arrivals().len(), 24);
    let told = sent.events.iter().filter(|event| matches!(event, Event::Held { .. })).count();
    assert_eq!(told, 2, "two holds, each met by eight calls");
}

#[tokio::test(start_paused = true)]
async fn the_hold_binds_the_next_run_too() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::RateLimit } else { Does::Accept });
    let (signal, mut signals) = mpsc::channel(1);
    let mut journal = rig.journal();
    let sealed = rig.read(&mut journal, &unlimited(), &rows(1));
    let stop = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        signal.send(Signal::Interrupt).await.unwrap();
    };
    let settings = unlimited();
    let (sent, ()) = tokio::join!(rig.send_with_signals(journal, sealed, &settings, &platform, &mut signals), stop);
    assert_eq!(sent.statuses(), ["pending"]);
    let next = rig.run(&unlimited(), &rows(1), &platform).await;
    assert!(next.sitting.elapsed >= Duration::from_secs(58), "{:?}", next.sitting.elapsed);
    assert_eq!(next.statuses(), ["scheduled"]);
}

#[tokio::test(start_paused = true)]
async fn twenty_rate_limited_answers_in_succession_stop_the_batch() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::RateLimit);
    let sent = rig.run(&unlimited(), &rows(30), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::RateLimited));
    assert!(platform.arrivals().len() <= 28, "{}", platform.arrivals().len());
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_tried_once_more_and_leave_the_rest_pending() {
    let mut rig = Rig::new();
    let settings = SendSettings { concurrency: workers(1), ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::RefuseToken);
    let sent = rig.run(&settings, &rows(3), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::Credentials));
    assert_eq!(sent.statuses(), ["pending"; 3]);
    assert_eq!(platform.arrivals().len(), 2);
    let errors: Vec<_> = sent.rows.iter().map(|row| row.error.as_deref().unwrap()).collect();
    assert!(errors[0].contains("its last call took no effect (bad token)"), "{}", errors[0]);
    assert!(errors[1].contains("before this row was sent"), "{}", errors[1]);
    let said = sent.sitting.said.unwrap();
    assert!(
        said.starts_with(&format!("{} was refused twice: the platform said: bad token; ", sent.rows[0].place)),
        "what the platform said, and what to do about it: {said}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_fresh_token_is_asked_for_where_one_was_refused_and_for_no_other_reason() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |campaign, number| match (campaign, number) {
        ("c1" | "c3", 1) => Does::RefuseToken,
        ("c2", 1) => Does::LoseBeforeEffect,
        _ => Does::Accept,
    });
    let sent = rig.run(&SendSettings { concurrency: workers(1), ..unlimited() }, &rows(6), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled"; 6]);
    assert_eq!(platform.renewals.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_dead_platform_stops_the_batch_after_half_a_minute_and_uses_up_no_rows() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Refuse);
    let sent = rig.run(&unlimited(), &rows(100), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::Outage));
    assert!(sent.sitting.said.is_some(), "what became of the last call");
    assert_eq!(sent.sitting.tally.of(Status::Pending), 100);
    assert!(sent.sitting.elapsed < Duration::from_secs(32));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_at_the_end_of_an_outage_is_given_up_and_not_said_to_be_waited_for() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::ServerError } else { Does::Hang });
    let sent = rig.run(&unlimited(), &rows(10), &platform).await;
    let ending = Ending::Stopped(StopReason::Outage);
    assert_eq!(sent.sitting.ending, ending);
    let abandoned = |event: &Event| matches!(event, Event::Answered { verdict: "abandoned", .. });
    assert!(sent.events.iter().any(abandoned), "a call was out");
    assert!(sent.events.contains(&Event::Stopping { ending, in_flight: 0 }), "{:?}", sent.events);
}

/// The platform is there, and only silent now.
#[tokio::test(start_paused = true)]
async fn a_platform_that_answered_an_earlier_sitting_of_the_batch_is_waited_for_longer() {
    let mut rig = Rig::new();
    let settings = SendSettings { concurrency: workers(1), max_failures: Some("0".parse().unwrap()), ..unlimited() };
    let mut journal = rig.journal();
    let sealed = rig.read(&mut journal, &settings, &rows(9));
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Reject);
    let sent = rig.send(journal, sealed, &settings, &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::TooManyFailures));
    let mut journal = rig.journal();
    let rest = rest(&mut journal, &sealed);
    let dead = Scripted::new(&rig.clock, MS, |_, _| Does::Refuse);
    let sent = rig.send(journal, rest, &unlimited(), &dead).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::Outage));
    assert!(sent.sitting.elapsed >= unlimited().max_outage, "{:?}", sent.sitting.elapsed);
}

#[tokio::test(start_paused = true)]
async fn an_outage_in_the_middle_is_sat_out_with_single_probes() {
    let mut rig = Rig::new();
    let clock = rig.clock.clone();
    let start = clock.now();
    let platform = Scripted::new(&rig.clock, 100 * MS, move |_, _| {
        let since = clock.now().since(start);
        let is_out = (Duration::from_secs(2)..Duration::from_secs(302)).contains(&since);
        if is_out { Does::ServerError } else { Does::Accept }
    });
    let settings = SendSettings { rate: Some("10/s".parse().unwrap()), ..unlimited() };
    let sent = rig.run(&settings, &rows(100), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Finished);
    assert_eq!(sent.sitting.tally.of(Status::Scheduled), 100);
    let during = platform.arrivals().iter().filter(|arrival| !arrival.took_effect).count();
    assert!(during < 30, "{during} calls into the outage");
    let told = |event| if let Event::Breaker(change) = event { Some(change) } else { None };
    let changes: Vec<BreakerChange> = sent.events.into_iter().filter_map(told).collect();
    let [BreakerChange::Opened, pauses @ .., BreakerChange::Closed] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(pauses[..2], [1, 2].map(|seconds| BreakerChange::Waiting(Duration::from_secs(seconds))));
    assert!(pauses.iter().all(|change| matches!(change, BreakerChange::Waiting(_))), "{changes:?}");
}

#[tokio::test(start_paused = true)]
async fn the_next_try_that_is_told_waits_for_rows_that_are_held_back_longer_than_the_breakers_pause() {
    let mut rig = Rig::new();
    let start = rig.clock.now();
    let platform = Scripted::new(&rig.clock, MS, |_, number| match number {
        1 => Does::ServerErrorFor(40),
        _ => Does::Accept,
    });
    let sent = rig.run(&unlimited(), &rows(5), &platform).await;
    assert_eq!(sent.sitting.tally.of(Status::Scheduled), 5);
    let told = |event| if let Event::Breaker(change) = event { Some(change) } else { None };
    let changes: Vec<BreakerChange> = sent.events.into_iter().filter_map(told).collect();
    let [BreakerChange::Opened, BreakerChange::Waiting(pause), BreakerChange::Closed] = changes[..] else {
        panic!("{changes:?}")
    };
    let probe = platform.arrivals()[5].at.since(start);
    assert_eq!(pause + MS, probe, "it was told when the probe left");
    assert!(pause >= Duration::from_secs(40), "{pause:?}");
}

#[tokio::test(start_paused = true)]
async fn no_try_is_told_where_no_row_is_left_to_be_tried() {
    let mut rig = Rig::new();
    let settings = SendSettings { retries: 0, concurrency: workers(1), ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Refuse);
    let sent = rig.run(&settings, &rows(5), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Finished);
    let told = |event| if let Event::Breaker(change) = event { Some(change) } else { None };
    let changes: Vec<BreakerChange> = sent.events.into_iter().filter_map(told).collect();
    assert_eq!(changes, [BreakerChange::Opened]);
}

#[tokio::test(start_paused = true)]
async fn a_probe_uses_up_no_retry_of_its_row() {
    let mut rig = Rig::new();
    let settings = SendSettings { retries: 0, concurrency: workers(1), ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Refuse);
    let sent = rig.run(&settings, &rows(7), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::Outage));
    let expected = ["failed", "failed", "failed", "failed", "failed", "pending", "pending"];
    assert_eq!(sent.statuses(), expected, "five rows open the breaker; what follows are probes");
}

#[tokio::test(start_paused = true)]
async fn the_first_probe_leaves_a_second_after_the_opening_however_many_calls_were_out() {
    let mut rig = Rig::new();
    let clock = rig.clock.clone();
    let start = clock.now();
    let platform = Scripted::new(&rig.clock, 500 * MS, move |_, _| {
        if clock.now().since(start) < Duration::from_secs(1) { Does::ServerError } else { Does::Accept }
    });
    let sent = rig.run(&SendSettings { concurrency: workers(40), ..unlimited() }, &rows(60), &platform).await;
    assert_eq!(sent.sitting.tally.of(Status::Scheduled), 60);
    let probe = platform.arrivals().into_iter().find(|arrival| arrival.took_effect).unwrap();
    assert!(probe.at.since(start) < Duration::from_secs(3), "the first probe left at {:?}", probe.at);
}

#[tokio::test(start_paused = true)]
async fn rows_that_always_fail_hold_up_no_others() {
    for concurrency in [1, 8] {
        let mut rig = Rig::new();
        let platform = Scripted::new(&rig.clock, MS, |campaign, _| {
            let is_bad = (3..=8).any(|number| campaign == format!("c{number}"));
            if is_bad { Does::ServerError } else { Does::Accept }
        });
        let settings = SendSettings { concurrency: workers(concurrency), ..unlimited() };
        let sent = rig.run(&settings, &rows(30), &platform).await;
        assert_eq!(sent.sitting.tally.of(Status::Scheduled), 24, "{concurrency}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_puts_few_rows_in_doubt() {
    let mut rig = Rig::new();
    let clock = rig.clock.clone();
    let start = clock.now();
    let platform = Scripted::new(&rig.clock, MS, move |_, _| {
        if clock.now().since(start) < Duration::from_secs(10) { Does::Accept } else { Does::ServerError }
    });
    let settings = SendSettings { rate: Some("10/s".parse().unwrap()), concurrency: workers(1), ..unlimited() };
    let sent = rig.run(&settings, &rows(200), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::Outage));
    let calls: Vec<String> =
        platform.arrivals().into_iter().filter(|call| !call.took_effect).map(|call| call.campaign).collect();
    let in_doubt: std::collections::BTreeSet<&String> = calls.iter().collect();
    assert!((10..40).contains(&(calls.len() - 5)), "{} probes", calls.len() - 5);
    assert!(in_doubt.len() <= 5 + calls.len() / 2, "{} of {}", in_doubt.len(), calls.len());
}

#[tokio::test(start_paused = true)]
async fn too_many_failures_stop_the_batch() {
    let mut rig = Rig::new();
    let settings = SendSettings { max_failures: Some(FailureLimit::Rows(2)), concurrency: workers(1), ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Reject);
    let sent = rig.run(&settings, &rows(10), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::TooManyFailures));
    assert_eq!(sent.sitting.tally.of(Status::Rejected), 3);
    assert_eq!(sent.sitting.tally.of(Status::Pending), 7);
}

#[tokio::test(start_paused = true)]
async fn a_failed_canary_stops_before_the_rest() {
    let mut rig = Rig::new();
    let settings = SendSettings { canary: Some(workers(2)), ..unlimited() };
    let platform =
        Scripted::new(&rig.clock, MS, |campaign, _| if campaign == "c1" { Does::Reject } else { Does::Accept });
    let sent = rig.run(&settings, &rows(10), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::Canary));
    assert_eq!(platform.arrivals().len(), 2);
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let good = rig.run(&settings, &rows(10), &platform).await;
    assert_eq!(good.sitting.ending, Ending::Finished);
}

#[tokio::test(start_paused = true)]
async fn a_signal_lets_calls_in_flight_finish_and_grace_gives_up_those_that_hang() {
    let mut rig = Rig::new();
    let settings = SendSettings { concurrency: workers(2), grace: Duration::from_secs(5), ..unlimited() };
    let platform =
        Scripted::new(
            &rig.clock,
            Duration::from_secs(2),
            |campaign, _| {
                if campaign == "c1" { Does::Hang } else { Does::Accept }
            },
        );
    let (signal, mut signals) = mpsc::channel(1);
    let mut journal = rig.journal();
    let sealed = rig.read(&mut journal, &settings, &rows(5));
    let stop = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        signal.send(Signal::Terminate).await.unwrap();
    };
    let (sent, ()) = tokio::join!(rig.send_with_signals(journal, sealed, &settings, &platform, &mut signals), stop);
    assert_eq!(sent.sitting.ending, Ending::Signalled(Signal::Terminate));
    assert_eq!(sent.statuses(), ["scheduled", "pending", "pending", "pending", "pending"]);
    assert!(sent.rows[1].error.as_ref().unwrap().contains("may have arrived"));
    assert!(sent.sitting.elapsed >= Duration::from_secs(6));
    let given_up = sent.events.iter().position(|event| matches!(event, Event::Answered { verdict: "abandoned", .. }));
    assert_eq!(sent.open[given_up.unwrap()], 0, "its connection is closed before its slot is counted from then");
}

#[tokio::test(start_paused = true)]
async fn a_panicking_worker_is_an_unknown_outcome_and_not_the_end() {
    let mut rig = Rig::new();
    let platform =
        Scripted::new(&rig.clock, MS, |campaign, _| if campaign == "c1" { Does::Panic } else { Does::Accept });
    let sent = rig.run(&unlimited(), &rows(3), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled", "unknown", "scheduled"]);
    let told =
        |event| if let Event::Answered { verdict, message, .. } = event { Some((verdict, message)) } else { None };
    let said: Vec<_> = sent.events.into_iter().filter_map(told).filter(|(verdict, _)| *verdict != "accepted").collect();
    assert!(
        !said.is_empty() && said.iter().all(|(_, message)| message == "the program failed while it made this call")
    );
}

#[tokio::test(start_paused = true)]
async fn a_row_whose_start_passes_while_it_waits_is_invalid() {
    let mut rig = Rig::new();
    rig.clock.shift_wall(chrono::TimeDelta::days(40));
    rig.clock.shift_wall(chrono::TimeDelta::minutes(-180 - 1));
    let settings = SendSettings { quotas: vec![quota(2, 3_600)], ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let sent = rig.run(&settings, &rows(3), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled", "scheduled", "invalid"]);
    assert!(sent.rows[2].error.as_ref().unwrap().starts_with("start-past: "));
    assert_eq!(sent.sitting.ending.exit_code(&sent.sitting.tally), 1);
}

#[tokio::test(start_paused = true)]
async fn a_later_run_takes_over_what_an_earlier_one_left() {
    let mut rig = Rig::new();
    let settings = SendSettings { retries: 0, ..unlimited() };
    let lost = Scripted::new(&rig.clock, MS, |_, _| Does::LoseAfterEffect);
    let first = rig.run(&settings, &[row(0, "c", 10), row(1, "d", 10)], &lost).await;
    assert_eq!(first.statuses(), ["unknown", "unknown"]);
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    rig.run(&settings, &[row(0, "c", 11)], &platform).await;
    let mut journal = rig.journal();
    let batches = journal.batches().unwrap();
    let earlier = batches.last().unwrap();
    assert_eq!(journal.queue_again(earlier.span, Status::Unknown).unwrap(), 1, "only d is left to it");
}

#[tokio::test(start_paused = true)]
async fn an_older_wish_is_not_queued_again_over_a_newer_one_of_the_same_batch() {
    let mut rig = Rig::new();
    let settings = SendSettings { retries: 0, ..unlimited() };
    let platform =
        Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::LoseAfterEffect } else { Does::Accept });
    assert_eq!(rig.run(&settings, &[row(0, "c", 10)], &platform).await.statuses(), ["unknown"]);
    // Its start has passed, and the sheet has another row for the campaign.
    let late = campaign_scheduler::model::Finding {
        cell: None,
        field: None,
        code: campaign_scheduler::model::Code::StartPast,
        value: None,
        message: "the start is past".to_owned(),
        hint: "choose a later start".to_owned(),
    };
    let older = campaign_scheduler::model::Row { untimely: vec![late], ..row(0, "c", 10) };
    let both = rig.run(&settings, &[older.clone(), row(1, "c", 11)], &platform).await;
    assert_eq!(both.statuses(), ["unknown", "scheduled"]);
    let mut journal = rig.journal();
    let span = journal.batches().unwrap()[0].span;
    assert_eq!(journal.queue_again(span, Status::Unknown).unwrap(), 0);
    drop(journal);
    // Without the newer wish it is.
    let alone = rig.run(&settings, &[older], &platform).await;
    assert_eq!(alone.statuses(), ["invalid"], "the other one took effect since");
    let lost = rig.run(&settings, &[row(0, "d", 10)], &platform).await;
    assert_eq!(lost.statuses(), ["unknown"]);
    let mut journal = rig.journal();
    let span = journal.batches().unwrap()[0].span;
    assert_eq!(journal.queue_again(span, Status::Unknown).unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_waits_again_no_longer_says_how_it_ended() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Reject);
    assert_eq!(rig.run(&unlimited(), &rows(1), &platform).await.statuses(), ["rejected"]);
    let mut journal = rig.journal();
    let batch = journal.batches().unwrap().remove(0);
    assert_eq!(journal.queue_again(batch.span, Status::Rejected).unwrap(), 1);
    let waiting = super::rig::stored(&journal, &batch).remove(0);
    assert_eq!(waiting.status, Status::Pending);
    assert!(waiting.error.unwrap().starts_with("pending: "), "{:?}", waiting.message);
}
