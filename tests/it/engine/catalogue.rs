//! Reads: through the gate, durable before they leave, tried again, given up.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::clock::Clock;
use campaign_scheduler::dispatch::{
    Catalogue, Event, Found, GateLeft, Job, Purpose, Read, ReadAccount, ReadJob, dispatch, list,
};
use campaign_scheduler::journal::{Journal, Span};
use campaign_scheduler::model::quota::Cause;
use campaign_scheduler::model::{CampaignName, Ending, SendSettings, Signal, StopReason, StreamId};
use tokio::sync::mpsc;

use super::rig::{Does, READ, Rig, Scripted, Shared, job, quota, rows, target, unlimited};

const MS: Duration = Duration::from_millis(1);

async fn listed(
    rig: &Rig,
    settings: &SendSettings,
    platform: &Arc<Scripted>,
    signals: &mut mpsc::Receiver<Signal>,
) -> (Result<Catalogue, Ending>, ReadAccount) {
    told(rig, settings, platform, signals, &mut |_| {}).await
}

async fn told(
    rig: &Rig,
    settings: &SendSettings,
    platform: &Arc<Scripted>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: &mut (dyn FnMut(Event) + Send),
) -> (Result<Catalogue, Ending>, ReadAccount) {
    let job = ReadJob { span: Span::OUTSIDE, target: target(), settings: settings.clone(), gate: GateLeft::default() };
    let journal = Arc::new(Mutex::new(rig.journal()));
    let shared = Arc::new(Shared(Arc::clone(platform)));
    list(job, vec![StreamId::new("st-1")], journal, shared, Arc::new(rig.clock.clone()), signals, emit).await
}

fn holding(platform: &Scripted, names: &[&str]) {
    platform.shows.lock().unwrap().extend(names.iter().map(|name| ((*name).to_owned(), false)));
}

#[tokio::test(start_paused = true)]
async fn one_listing_is_paged_to_its_end_and_survives_faults() {
    let rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, number| match number {
        1 => Does::ServerError,
        2 => Does::RateLimit,
        3 => Does::RefuseToken,
        _ => Does::Accept,
    });
    holding(&platform, &["a", "b", "c", "d", "e"]);
    let (_keep, mut signals) = mpsc::channel(1);
    let mut events = Vec::new();
    let (catalogue, _) = told(&rig, &unlimited(), &platform, &mut signals, &mut |event| events.push(event)).await;
    let catalogue = catalogue.unwrap();
    for name in ["a", "e"] {
        let found = catalogue.find(&StreamId::new("st-1"), &CampaignName::new(name));
        assert!(matches!(found, Found::Exact(_)), "{name}");
    }
    assert_eq!(catalogue.find(&StreamId::new("st-1"), &CampaignName::new("f")), Found::Missing);
    // Three pages of voice, one of sms, and three that went wrong.
    assert_eq!(platform.reads.lock().unwrap().len(), 7);
    let last = Event::ReadingEnded { purpose: Purpose::LookUp, ending: Ending::Finished, reads: 7 };
    assert_eq!(events.last(), Some(&last), "every call is counted, whatever came of it");
    assert_eq!(platform.renewals.load(Ordering::Relaxed), 1, "for the refused token, and for no other fault");
}

#[tokio::test(start_paused = true)]
async fn reads_pay_the_quota_that_attempts_pay() {
    let mut rig = Rig::new();
    let settings = SendSettings { quotas: vec![quota(4, 60)], ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    holding(&platform, &["a", "b", "c"]);
    let (_keep, mut signals) = mpsc::channel(1);
    let (catalogue, _) = listed(&rig, &settings, &platform, &mut signals).await;
    catalogue.unwrap();
    let sent = rig.run(&settings, &rows(4), &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Finished);
    let mut arrivals: Vec<_> = platform.reads.lock().unwrap().iter().map(|(at, _)| *at).collect();
    arrivals.extend(platform.arrivals().iter().map(|arrival| arrival.at));
    arrivals.sort_unstable();
    assert_eq!(arrivals.len(), 7);
    for five in arrivals.windows(5) {
        assert!(five[4].since(five[0]) >= Duration::from_secs(60), "five calls in a minute: {arrivals:?}");
    }
    assert!(sent.sitting.quota_wait >= Duration::from_secs(50), "the rows waited for the reads' slots");
}

#[tokio::test(start_paused = true)]
async fn a_read_is_in_the_journal_before_it_leaves_and_counts_after_a_kill() {
    let rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Hang);
    let (_keep, mut signals) = mpsc::channel(1);
    let settings = unlimited();
    tokio::select! {
        biased;
        _ = listed(&rig, &settings, &platform, &mut signals) => panic!("a hanging read ends nothing"),
        () = tokio::time::sleep(Duration::from_secs(5)) => {}
    }
    let mut journal = rig.journal();
    assert_eq!(journal.recent_answers(&target(), 10).unwrap(), [rig.clock.wall(), rig.clock.wall()]);
}

#[tokio::test(start_paused = true)]
async fn reads_and_their_waits_are_told() {
    let rig = Rig::new();
    let settings = SendSettings { quotas: vec![quota(2, 60)], ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    holding(&platform, &["a", "b", "c"]);
    let (_keep, mut signals) = mpsc::channel(1);
    let mut events = Vec::new();
    told(&rig, &settings, &platform, &mut signals, &mut |event| events.push(event)).await.0.unwrap();
    assert_eq!(events[0], Event::ReadingStarted { purpose: Purpose::LookUp });
    let last = Event::ReadingEnded { purpose: Purpose::LookUp, ending: Ending::Finished, reads: 3 };
    assert_eq!(events[events.len() - 1], last);
    let leaves = |event: &Event| match event {
        Event::ReadGranted { read: Read::Page { channel, page, .. }, .. } => Some((*channel, *page)),
        _ => None,
    };
    assert_eq!(events.iter().filter_map(leaves).collect::<Vec<_>>(), [("voice", 1), ("sms", 1), ("voice", 2)]);
    let answered = |event: &&Event| matches!(event, Event::ReadAnswered { verdict: "accepted", .. });
    assert_eq!(events.iter().filter(answered).count(), 3);
    let waits = events.iter().filter_map(|event| match event {
        Event::ReadSnapshot(snapshot) => snapshot.wait.map(|(cause, span)| (snapshot.done, snapshot.left, cause, span)),
        _ => None,
    });
    let longest = waits.max_by_key(|(.., span)| *span).unwrap();
    assert_eq!((longest.0, longest.1, longest.2), (2, 1, Cause::Quota(quota(2, 60))));
    assert!(longest.3 > Duration::from_secs(59), "{longest:?}");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_a_signal_gives_up_is_told_before_the_end() {
    let rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Hang);
    let (sender, mut signals) = mpsc::channel(1);
    sender.send(Signal::Terminate).await.unwrap();
    let mut events = Vec::new();
    told(&rig, &unlimited(), &platform, &mut signals, &mut |event| events.push(event)).await.0.unwrap_err();
    let ending = Ending::Signalled(Signal::Terminate);
    let abandoned = |event: &&Event| matches!(event, Event::ReadAnswered { verdict: "abandoned", .. });
    assert_eq!(events.iter().filter(abandoned).count(), 2);
    assert!(events.contains(&Event::Stopping { ending, in_flight: 0 }));
    assert_eq!(events.last(), Some(&Event::ReadingEnded { purpose: Purpose::LookUp, ending, reads: 2 }));
}

#[tokio::test(start_paused = true)]
async fn a_signal_gives_reads_up_at_once() {
    let rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Hang);
    let (sender, mut signals) = mpsc::channel(1);
    let start = rig.clock.now();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        sender.send(Signal::Interrupt).await.unwrap();
        std::future::pending::<()>().await;
    });
    let (catalogue, _) = listed(&rig, &unlimited(), &platform, &mut signals).await;
    assert_eq!(catalogue.unwrap_err(), Ending::Signalled(Signal::Interrupt));
    assert!(rig.clock.now().since(start) < Duration::from_secs(3));
    assert_eq!(rig.journal().recent_answers(&target(), 10).unwrap().len(), 2, "given up, and counted from then");
}

#[tokio::test(start_paused = true)]
async fn a_token_refused_twice_and_a_platform_that_is_down_end_the_reading() {
    for (does, reason) in [(Does::RefuseToken, StopReason::Credentials), (Does::ServerError, StopReason::Unlisted)] {
        let rig = Rig::new();
        let platform = Scripted::new(&rig.clock, MS, move |name, _| {
            assert_eq!(name, READ);
            does
        });
        let (_keep, mut signals) = mpsc::channel(1);
        let (catalogue, account) = listed(&rig, &unlimited(), &platform, &mut signals).await;
        assert_eq!(catalogue.unwrap_err(), Ending::Stopped(reason));
        assert!(account.said.is_some());
    }
}

/// Between two programs slots rest on the wall clock, within one they don't.
#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_between_reads_and_attempts_frees_no_slot() {
    for (is_one_program, waits) in [(true, true), (false, false)] {
        let mut rig = Rig::new();
        let settings = SendSettings { quotas: vec![quota(4, 60)], ..unlimited() };
        let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
        holding(&platform, &["a", "b", "c"]);
        let (_keep, mut signals) = mpsc::channel(1);
        let gate = GateLeft::default();
        let shared = || Arc::new(Shared(Arc::clone(&platform)));
        let mut journal = rig.journal();
        let sealed = rig.read(&mut journal, &settings, &rows(4));
        let journal = Arc::new(Mutex::new(journal));
        let clock = || Arc::new(rig.clock.clone());
        let reads = ReadJob { span: sealed.span, target: target(), settings: settings.clone(), gate: gate.clone() };
        let streams = vec![StreamId::new("st-1")];
        let (listed, _) =
            list(reads, streams, Arc::clone(&journal), shared(), clock(), &mut signals, &mut |_| {}).await;
        listed.unwrap();
        rig.clock.shift_wall(chrono::TimeDelta::seconds(120));
        let gate = if is_one_program { gate } else { GateLeft::default() };
        let job = Job { gate, ..job(&sealed, &settings) };
        dispatch(job, journal, shared(), clock(), &mut signals, &mut |_| {}).await;
        let mut calls: Vec<_> = platform.reads.lock().unwrap().iter().map(|(at, _)| *at).collect();
        calls.extend(platform.arrivals().iter().map(|arrival| arrival.at));
        calls.sort_unstable();
        let is_over = calls.windows(5).any(|five| five[4].since(five[0]) < Duration::from_secs(60));
        assert_eq!(!is_over, waits, "{calls:?}");
    }
}
