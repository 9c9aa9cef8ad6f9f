//! The journal under the engine: how often it is written, and what happens when it can't be.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::dispatch::{Event, GateLeft, Purpose, ReadJob, dispatch, list};
use campaign_scheduler::journal::Span;
use campaign_scheduler::model::{Ending, SendSettings, Status, StopReason, StreamId};
use tokio::sync::mpsc;

use super::rig::{Does, Rig, Scripted, Shared, job, rest, rows, target, unlimited, workers};
use crate::histories::mortal::{Death, Grave, Mortal};

const MS: Duration = Duration::from_millis(1);

/// The rig's journal, whose disk is full after so many commits.
fn full_after(rig: &Rig, commits: usize) -> Arc<Mutex<Mortal>> {
    let (grave, _) = Grave::new();
    Arc::new(Mutex::new(Mortal { inner: rig.journal(), death: Some((commits, Death::DiskFull)), grave }))
}

#[tokio::test(start_paused = true)]
async fn answers_that_come_together_are_written_in_one_transaction_with_the_next_grants() {
    let mut rig = Rig::new();
    let settings = SendSettings { concurrency: workers(8), ..unlimited() };
    let sealed = rig.read(&mut rig.journal(), &settings, &rows(64));
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let journal = full_after(&rig, 1_000);
    let (_keep, mut signals) = mpsc::channel(1);
    let (shared, clock) = (Arc::new(Shared(Arc::clone(&platform))), Arc::new(rig.clock.clone()));
    let sitting =
        dispatch(job(&sealed, &settings), Arc::clone(&journal), shared, clock, &mut signals, &mut |_| {}).await;
    assert_eq!((sitting.ending, platform.arrivals().len()), (Ending::Finished, 64));
    let commits = journal.lock().unwrap().death.map(|(left, _)| 1_000 - left).unwrap();
    assert_eq!(commits, 9, "the first eight grants, and eight times eight answers");
}

#[tokio::test(start_paused = true)]
async fn a_lost_journal_ends_the_granting_before_another_call_leaves() {
    for (commits, calls) in [(0, 0), (1, 8)] {
        let mut rig = Rig::new();
        let settings = SendSettings { concurrency: workers(8), ..unlimited() };
        let sealed = rig.read(&mut rig.journal(), &settings, &rows(20));
        let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
        let (_keep, mut signals) = mpsc::channel(1);
        let (shared, clock) = (Arc::new(Shared(Arc::clone(&platform))), Arc::new(rig.clock.clone()));
        let mut events = Vec::new();
        let mut emit = |event| events.push(event);
        let (job, journal) = (job(&sealed, &settings), full_after(&rig, commits));
        let sitting = dispatch(job, journal, shared, clock, &mut signals, &mut emit).await;
        assert_eq!(sitting.ending, Ending::Stopped(StopReason::JournalLost));
        assert!(sitting.journal_error.is_some(), "it is said why");
        let granted = events.iter().filter(|event| matches!(event, Event::Granted { .. })).count();
        assert_eq!((platform.arrivals().len(), granted), (calls, calls), "no call is told that never left");
    }
}

/// The next page of the queue is read before one is used up; a journal that is lost around that loses and
/// repeats no row.
#[tokio::test(start_paused = true)]
async fn a_journal_lost_around_the_next_page_leaves_every_row_to_be_sent_once() {
    for commits in [1, 31, 32, 33, 34, 40, 63, 64, 65, 66, 80] {
        let mut rig = Rig::new();
        let settings = SendSettings { concurrency: workers(8), ..unlimited() };
        let sealed = rig.read(&mut rig.journal(), &settings, &rows(800));
        // Every hundredth row is refused at first, and waits among those that are tried again.
        let platform = Scripted::new(&rig.clock, MS, |campaign, call| {
            if call == 1 && campaign.ends_with("49") { Does::Refuse } else { Does::Accept }
        });
        let (_keep, mut signals) = mpsc::channel(1);
        let (shared, clock) = (Arc::new(Shared(Arc::clone(&platform))), Arc::new(rig.clock.clone()));
        let journal = full_after(&rig, commits);
        let sitting = dispatch(job(&sealed, &settings), journal, shared, clock, &mut signals, &mut |_| {}).await;
        assert_eq!(sitting.ending, Ending::Stopped(StopReason::JournalLost));
        let before = platform.arrivals().len();

        let mut journal = rig.journal();
        let rest = rest(&mut journal, &sealed);
        assert_eq!(rest.to_send, 800 - before as u64, "after {commits} commits");
        let sent = rig.send(journal, rest, &settings, &platform).await;
        assert_eq!((sent.sitting.ending, sent.sitting.tally.of(Status::Scheduled)), (Ending::Finished, 800));
        let mut arrived: Vec<_> = platform.arrivals().into_iter().map(|arrival| arrival.campaign).collect();
        arrived.sort();
        arrived.dedup();
        assert_eq!((platform.arrivals().len(), arrived.len()), (800, 800), "after {commits} commits");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_journal_ends_the_reading_before_another_read_leaves() {
    for (commits, reads) in [(0, 0), (1, 2)] {
        let rig = Rig::new();
        let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
        platform.shows.lock().unwrap().extend(["a", "b", "c"].map(|name| (name.to_owned(), false)));
        let job = ReadJob { span: Span::OUTSIDE, target: target(), settings: unlimited(), gate: GateLeft::default() };
        let (_keep, mut signals) = mpsc::channel(1);
        let (shared, clock) = (Arc::new(Shared(Arc::clone(&platform))), Arc::new(rig.clock.clone()));
        let mut events = Vec::new();
        let streams = vec![StreamId::new("st-1")];
        let journal = full_after(&rig, commits);
        let (catalogue, account) =
            list(job, streams, journal, shared, clock, &mut signals, &mut |event| events.push(event)).await;
        let ending = Ending::Stopped(StopReason::JournalLost);
        assert_eq!(catalogue.unwrap_err(), ending);
        assert!(account.journal_error.is_some(), "it is said why");
        assert_eq!(platform.reads.lock().unwrap().len(), reads);
        let granted = events.iter().filter(|event| matches!(event, Event::ReadGranted { .. })).count();
        assert_eq!(granted, reads, "no read is told that never left");
        assert!(events.contains(&Event::Stopping { ending, in_flight: 0 }));
        let last = Event::ReadingEnded { purpose: Purpose::LookUp, ending, reads: reads as u64 };
        assert_eq!(events.last(), Some(&last));
    }
}
