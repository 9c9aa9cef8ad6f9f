//! Reading back and undoing: what a look at the campaigns settles, and whose campaigns an undo spares.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::dispatch::{BreakerChange, Event, GateLeft, ReadJob, verify};
use campaign_scheduler::model::{Action, Delivery, Ending, Row, Schedule, SendSettings, Signal, Status, StopReason};
use campaign_scheduler::platform::Request;
use tokio::sync::mpsc;

use super::rig::{Does, READ, Rig, Scripted, Shared, Verified, row, rows, stored, target, unlimited, workers};

const MS: Duration = Duration::from_millis(1);

fn at_most_once() -> SendSettings {
    SendSettings { delivery: Delivery::AtMostOnce, ..unlimited() }
}

/// The row, asking for the contrary.
fn disabling(row: Row) -> Row {
    Row { action: Action::Disable, schedule: Some(Schedule::Disable), ..row }
}

#[tokio::test(start_paused = true)]
async fn what_is_seen_settles_unknown_rows_by_name() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |name, _| match name {
        READ => Does::Accept,
        _ => Does::LoseAfterEffect,
    });
    let sent = rig.run(&at_most_once(), &rows(3), &platform).await;
    assert_eq!(sent.statuses(), ["unknown"; 3]);
    platform.shows.lock().unwrap().insert("c1".to_owned(), false);
    platform.shows.lock().unwrap().remove("c2");
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!((verified.ending, verified.statuses()), (Ending::Finished, vec!["scheduled", "unknown", "unknown"]));
    assert_eq!(verified.rows[0].id.as_ref().unwrap().as_str(), "cd-c0");
    assert!(verified.rows[0].error.is_none());
    let shown = "read back: the campaign shows a schedule (state: Ready)";
    assert_eq!(verified.rows[0].message.as_deref(), Some(shown), "no other one is known");
    assert!(verified.rows[1].message.as_ref().unwrap().contains("shows no schedule"));
    assert!(verified.rows[2].error.as_ref().unwrap().contains("lists no campaign"));
    assert_eq!(verified.calls, (3, 2), "one page of each listing");
    let again = rig.run(&unlimited(), &rows(3), &platform).await;
    assert_eq!(again.rows[0].status, Status::Unchanged, "what was settled isn't sent again");
    assert!(again.rows[1..].iter().all(|row| row.attempts > 0), "what wasn't, is");
}

#[tokio::test(start_paused = true)]
async fn what_is_seen_of_a_row_settles_those_that_follow_it() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |name, _| match name {
        READ => Does::Accept,
        _ => Does::LoseAfterEffect,
    });
    let mut journal = rig.journal();
    let sheet = [row(0, "c", 10), row(1, "d", 10), row(2, "c", 10), row(3, "d", 10)];
    let sealed = rig.read_with_followers(&mut journal, &at_most_once(), &sheet, &[(2, 0), (3, 1)]);
    let sent = rig.send(journal, sealed, &at_most_once(), &platform).await;
    assert_eq!(sent.statuses(), ["unknown"; 4]);
    platform.shows.lock().unwrap().insert("d".to_owned(), false);
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!(verified.statuses(), ["scheduled", "unknown", "unchanged", "unknown"]);
    assert_eq!(verified.rows[2].id, verified.rows[0].id);
    assert!(verified.rows[3].error.as_ref().unwrap().contains("shows no schedule"));
}

#[tokio::test(start_paused = true)]
async fn a_disable_that_may_have_arrived_is_settled_by_a_campaign_without_a_schedule() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |name, _| match name {
        READ => Does::Accept,
        _ => Does::LoseAfterEffect,
    });
    let sheet: Vec<_> = rows(2).into_iter().map(disabling).collect();
    assert_eq!(rig.run(&at_most_once(), &sheet, &platform).await.statuses(), ["unknown"; 2]);
    platform.shows.lock().unwrap().insert("c1".to_owned(), true);
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!(verified.statuses(), ["disabled", "unknown"]);
    let shown = "read back: the campaign shows a schedule (state: Ready)";
    assert_eq!(verified.rows[1].message.as_deref(), Some(shown), "a disable's doubt isn't about which one");
}

/// What is missing from the one listing may be on the other.
#[tokio::test(start_paused = true)]
async fn what_a_refused_listing_may_hold_stays_as_it_was_and_is_told() {
    let mut rig = Rig::new();
    // The first read is the voice campaigns, the second the SMS campaigns.
    let platform = Scripted::new(&rig.clock, MS, |name, number| match (name, number) {
        (READ, 2) => Does::Reject,
        (READ, _) => Does::Accept,
        _ => Does::LoseAfterEffect,
    });
    let sent = rig.run(&at_most_once(), &[row(0, "c0", 10), row(1, "c1", 10)], &platform).await;
    platform.shows.lock().unwrap().remove("c1");
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!((verified.ending, verified.statuses()), (Ending::Finished, vec!["scheduled", "unknown"]));
    assert_eq!(verified.rows[1].error, sent.rows[1].error);
    let said = verified.account.said.unwrap();
    assert!(said.starts_with("1 campaign could not be read back"), "{said}");
    assert!(said.contains("asked for the sms campaigns, the platform said"), "{said}");
}

/// The platform may tell cases apart: a look at one must not settle the other and give it its id.
#[tokio::test(start_paused = true)]
async fn a_campaign_whose_name_differs_by_case_settles_nothing() {
    let mut rig = Rig::new();
    let platform =
        Scripted::new(&rig.clock, MS, |name, _| if name == READ { Does::Accept } else { Does::LoseBeforeEffect });
    rig.run(&at_most_once(), &[row(0, "Spring", 10)], &platform).await;
    platform.shows.lock().unwrap().insert("SPRING".to_owned(), true);
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!((verified.statuses(), &verified.rows[0].id), (vec!["unknown"], &None));
    let error = verified.rows[0].error.as_ref().unwrap();
    assert!(error.contains("only \"SPRING\", which differs by upper and lower case"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_id_is_read_back_and_a_schedule_taken_away_behind_our_back_is_sent_again() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let mut sheet = rows(2);
    sheet.push(disabling(row(2, "gone", 10)));
    rig.run(&unlimited(), &sheet, &platform).await;
    platform.shows.lock().unwrap().insert("c1".to_owned(), false);
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!(verified.statuses(), ["scheduled", "unknown", "disabled"]);
    assert_eq!(verified.rows[0].message.as_deref(), Some("scheduled successfully"), "a good row stays as it is");
    let by_id = |read: &(_, Request)| matches!(read.1, Request::Campaign { .. });
    assert!(platform.reads.lock().unwrap().iter().all(by_id));
    let again = rig.run(&unlimited(), &sheet, &platform).await;
    assert_eq!(again.statuses(), ["unchanged", "scheduled", "unchanged"]);
    // Unchanged rows aren't read.
    platform.reads.lock().unwrap().clear();
    rig.verify("b2", &platform, &mut signals).await;
    assert_eq!(platform.reads.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_that_may_be_another_one_settles_nothing() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |name, number| match (name, number) {
        (READ, _) | (_, 1) => Does::Accept,
        _ => Does::LoseAfterEffect,
    });
    rig.run(&unlimited(), &[row(0, "c", 10)], &platform).await;
    rig.run(&at_most_once(), &[row(0, "c", 11)], &platform).await;
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b2", &platform, &mut signals).await;
    assert_eq!(verified.statuses(), ["unknown"]);
    assert!(verified.rows[0].message.as_ref().unwrap().contains("another one"));
    // A disable isn't another schedule.
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |name, number| match (name, number) {
        (READ, _) | (_, 1) => Does::Accept,
        _ => Does::LoseAfterEffect,
    });
    rig.run(&unlimited(), &[disabling(row(0, "c", 10))], &platform).await;
    rig.run(&at_most_once(), &[row(0, "c", 11)], &platform).await;
    let verified = rig.verify("b2", &platform, &mut signals).await;
    assert_eq!(verified.statuses(), ["scheduled"]);
}

/// Reads so many accepted rows back; the platform does this with each read.
async fn read_back(count: u32, does: Does, latency: Duration) -> (Verified, Arc<Scripted>) {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, latency, move |name, _| if name == READ { does } else { Does::Accept });
    rig.run(&unlimited(), &rows(count), &platform).await;
    let (_keep, mut signals) = mpsc::channel::<Signal>(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    (verified, platform)
}

#[tokio::test(start_paused = true)]
async fn a_read_that_brings_nothing_changes_nothing() {
    let (verified, platform) = read_back(2, Does::RefuseToken, MS).await;
    assert_eq!(verified.ending, Ending::Stopped(StopReason::Credentials));
    assert!(verified.account.said.is_some());
    let renewals = platform.renewals.load(Ordering::Relaxed);
    assert!((1..=2).contains(&renewals), "a fresh token was asked for {renewals} times");
    assert_eq!(verified.statuses(), ["scheduled"; 2]);
}

/// Silence would read as if all had been seen.
#[tokio::test(start_paused = true)]
async fn reads_that_bring_nothing_are_told_though_the_reading_went_on_to_its_end() {
    let (verified, _) = read_back(2, Does::ServerError, MS).await;
    assert_eq!((verified.ending, verified.statuses()), (Ending::Finished, vec!["scheduled"; 2]));
    let said = verified.account.said.unwrap();
    assert!(said.starts_with("2 campaigns could not be read back"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_dies_after_the_batch_was_sent_is_waited_for_with_few_reads() {
    let (verified, platform) = read_back(100, Does::Refuse, MS).await;
    assert_eq!(verified.ending, Ending::Stopped(StopReason::Outage));
    let waited = verified.account.elapsed.as_secs();
    assert!((900..962).contains(&waited), "the batch was answered, so it is --max-outage: {waited} s");
    let reads = platform.reads.lock().unwrap().len();
    assert!(reads < 30, "{reads} reads into the outage");
    let told = |event: &Event| if let Event::Breaker(change) = event { Some(*change) } else { None };
    let changes: Vec<BreakerChange> = verified.events.iter().filter_map(told).collect();
    assert_eq!(changes[..2], [BreakerChange::Opened, BreakerChange::Waiting(Duration::from_secs(1))]);
    assert_eq!(verified.statuses(), ["scheduled"; 100]);
}

#[tokio::test(start_paused = true)]
async fn twenty_rate_limited_reads_in_succession_end_the_reading() {
    let (verified, platform) = read_back(30, Does::RateLimit, MS).await;
    assert_eq!(verified.ending, Ending::Stopped(StopReason::RateLimited));
    let reads = platform.reads.lock().unwrap().len();
    assert!((20..=28).contains(&reads), "{reads}");
}

#[tokio::test(start_paused = true)]
async fn how_reading_back_stands_is_shown_ten_times_a_second() {
    let (verified, _) = read_back(800, Does::Accept, 10 * MS).await;
    let shown = verified.events.iter().filter(|event| matches!(event, Event::ReadSnapshot(_))).count();
    let tenths = usize::try_from(verified.account.elapsed.as_millis() / 100).unwrap();
    assert!(tenths >= 5, "{:?}", verified.account.elapsed);
    assert!((tenths / 2..=tenths + 1).contains(&shown), "{shown} times within {tenths} tenths of a second");
    let all = verified.events.iter().all(|event| match event {
        Event::ReadSnapshot(snapshot) => snapshot.done + snapshot.left == 800,
        _ => true,
    });
    assert!(all, "those of the pages to come are among what is left");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_journal_taken_away_under_the_reading_ends_it_as_lost() {
    let mut rig = Rig::new();
    let path = rig.folder.path().join("journal.db");
    let platform = Scripted::new(&rig.clock, MS, move |name, _| {
        if name == READ {
            std::fs::remove_file(&path).ok();
        }
        Does::Accept
    });
    rig.run(&unlimited(), &rows(2), &platform).await;
    let (_keep, mut signals) = mpsc::channel::<Signal>(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!(verified.ending, Ending::Stopped(StopReason::JournalLost));
    assert!(verified.account.journal_error.is_some(), "it is said why");
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_journal_taken_away_before_what_was_seen_is_written_ends_it_as_lost_and_settles_nothing() {
    let mut rig = Rig::new();
    let platform =
        Scripted::new(&rig.clock, MS, |name, _| if name == READ { Does::Accept } else { Does::LoseAfterEffect });
    rig.run(&at_most_once(), &rows(2), &platform).await;
    let (path, journal) = (rig.folder.path().join("journal.db"), rig.journal());
    let job = ReadJob {
        span: journal.batches().unwrap()[0].span,
        target: target(),
        settings: unlimited(),
        gate: GateLeft::default(),
    };
    let (shared, clock) = (Arc::new(Shared(platform)), Arc::new(rig.clock.clone()));
    let (_keep, mut signals) = mpsc::channel(1);
    let mut told = Vec::new();
    let mut emit = |event| match event {
        // The reads are in the journal by now; what they mean for the rows isn't yet.
        Event::ReadAnswered { .. } => drop(std::fs::remove_file(&path)),
        event => told.push(event),
    };
    let (ending, account) = verify(job, Arc::new(Mutex::new(journal)), shared, clock, &mut signals, &mut emit).await;
    assert_eq!(ending, Ending::Stopped(StopReason::JournalLost));
    assert!(account.journal_error.is_some(), "it is said why");
    assert!(!told.iter().any(|event| matches!(event, Event::Settled { .. })), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn an_undo_disables_what_was_enabled_and_spares_what_a_later_batch_changed() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |name, number| match (name, number) {
        ("c2", 1) => Does::LoseAfterEffect,
        ("c3", _) => Does::Reject,
        _ => Does::Accept,
    });
    let sheet = rows(4);
    let first = rig.run(&at_most_once(), &sheet, &platform).await;
    assert_eq!(first.statuses(), ["scheduled", "scheduled", "unknown", "rejected"]);
    rig.run(&unlimited(), &[row(0, "c1", 12)], &platform).await;
    let mut journal = rig.journal();
    let (sealed, spared) = rig.undo(&mut journal, "b1");
    assert_eq!((sealed.to_send, spared, sealed.missing_from_sheet), (2, 1, 0));
    let undone = journal.batches().unwrap().into_iter().find(|batch| batch.id.as_str() == "b1").unwrap();
    let taken_over: Vec<_> = stored(&journal, &undone).iter().map(|row| row.taken_over_by.is_some()).collect();
    assert_eq!(taken_over, [false, false, true, true], "what isn't settled, or was refused, is the undo's now");
    let sent = rig.send(journal, sealed, &unlimited(), &platform).await;
    assert_eq!(sent.statuses(), ["disabled"; 2]);
    assert_eq!(sent.rows[1].place.to_string(), first.rows[2].place.to_string(), "a row keeps its place");
    assert!(!platform.shows.lock().unwrap()["c0"] && platform.shows.lock().unwrap()["c1"]);
    // What was undone is spared by a second undo, and sent again with the sheet.
    let mut journal = rig.journal();
    assert_eq!(rig.undo(&mut journal, "b1").1, 3);
    drop(journal);
    let again = rig.run(&unlimited(), &sheet[..3], &platform).await;
    assert_eq!(again.statuses(), ["scheduled"; 3]);
}

/// Otherwise the next `resume` would enable what its owner has just taken back.
#[tokio::test(start_paused = true)]
async fn what_still_waits_in_a_batch_is_not_sent_once_the_batch_is_undone() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |name, number| match (name, number) {
        ("c1", 1..=2) => Does::RefuseToken,
        _ => Does::Accept,
    });
    let settings = SendSettings { concurrency: workers(1), ..unlimited() };
    let first = rig.run(&settings, &rows(4), &platform).await;
    assert_eq!(first.statuses(), ["scheduled", "pending", "pending", "pending"]);
    let mut journal = rig.journal();
    let (sealed, _) = rig.undo(&mut journal, "b1");
    assert_eq!(sealed.to_send, 1);
    let undone = journal.batches().unwrap().into_iter().find(|batch| batch.id.as_str() == "b1").unwrap();
    assert_eq!((undone.has_rows_to_send, journal.queue_again(undone.span, Status::Pending).unwrap()), (false, 0));
    for row in &stored(&journal, &undone)[1..] {
        assert_eq!(row.status, Status::Pending);
        let error = row.error.as_ref().unwrap();
        assert!(error.starts_with("taken-over: the undo b2 came before"), "{error}");
    }
    assert_eq!(rig.send(journal, sealed, &unlimited(), &platform).await.statuses(), ["disabled"]);
    assert_eq!(rig.run(&unlimited(), &rows(4), &platform).await.statuses(), ["scheduled"; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_reading_back_made_unknown_is_left_to_the_batch_that_changed_its_campaign() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    rig.run(&unlimited(), &[row(0, "c", 10)], &platform).await;
    rig.run(&unlimited(), &[disabling(row(0, "c", 10))], &platform).await;
    let (_keep, mut signals) = mpsc::channel(1);
    let verified = rig.verify("b1", &platform, &mut signals).await;
    assert_eq!(verified.statuses(), ["unknown"]);
    assert_eq!(verified.rows[0].taken_over_by.as_ref().unwrap().batch.as_ref().unwrap().as_str(), "b2");
    let again = rig.run(&unlimited(), &[disabling(row(0, "c", 10))], &platform).await;
    assert_eq!(again.statuses(), ["unchanged"], "the later batch's disable still stands");
}
