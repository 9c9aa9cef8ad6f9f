//! What the rows of a batch are to one another, and to the batches before.

use std::time::Duration;

use campaign_scheduler::clock::Clock as _;
use campaign_scheduler::journal::SqliteJournal;
use campaign_scheduler::model::{Ending, FailureLimit, Order, SendSettings, Status, StopReason};

use super::rig::{Does, Rig, Scripted, row, rows, unlimited, workers};

const MS: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn rows_that_want_the_same_are_sent_once_and_the_later_ones_follow() {
    let mut rig = Rig::new();
    let sheet = [row(0, "c", 10), row(1, "d", 10), row(2, "c", 10), row(3, "d", 10)];
    let platform =
        Scripted::new(&rig.clock, MS, |campaign, _| if campaign == "d" { Does::Reject } else { Does::Accept });
    let mut journal = rig.journal();
    let sealed = rig.read_with_followers(&mut journal, &unlimited(), &sheet, &[(2, 0), (3, 1)]);
    let sent = rig.send(journal, sealed, &unlimited(), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled", "rejected", "unchanged", "rejected"]);
    assert_eq!(sent.rows[2].id, sent.rows[0].id);
    assert_eq!((sent.rows[2].attempts, platform.arrivals().len()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn rows_that_follow_a_failed_one_count_as_failures_too() {
    let mut rig = Rig::new();
    let settings = SendSettings { max_failures: Some(FailureLimit::Rows(1)), concurrency: workers(1), ..unlimited() };
    let sheet = [row(0, "c", 10), row(1, "c", 10), row(2, "d", 10)];
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Reject);
    let mut journal = rig.journal();
    let sealed = rig.read_with_followers(&mut journal, &settings, &sheet, &[(1, 0)]);
    let sent = rig.send(journal, sealed, &settings, &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::TooManyFailures));
    assert_eq!(sent.statuses(), ["rejected", "rejected", "pending"]);
}

#[tokio::test(start_paused = true)]
async fn the_earliest_campaign_goes_first_if_that_is_wanted() {
    let mut rig = Rig::new();
    let settings = SendSettings { order: Order::Start, concurrency: workers(1), ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let sheet = [row(0, "late", 20), row(1, "early", 5), row(2, "middle", 12), row(3, "early too", 5)];
    let sent = rig.run(&settings, &sheet, &platform).await;
    let order: Vec<_> = platform.arrivals().into_iter().map(|arrival| arrival.campaign).collect();
    assert_eq!(order, ["early", "early too", "middle", "late"]);
    assert_eq!(sent.rows[0].campaign.as_ref().unwrap().as_str(), "late", "the results keep the order of the input");
}

#[tokio::test(start_paused = true)]
async fn all_or_nothing_sends_nothing_if_a_row_has_a_problem() {
    let mut rig = Rig::new();
    let settings = SendSettings { all_or_nothing: true, ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let mut sheet = rows(3);
    sheet[1].schedule = None;
    let sent = rig.run(&settings, &sheet, &platform).await;
    assert_eq!(sent.statuses(), ["pending", "invalid", "pending"]);
    assert_eq!((platform.arrivals().len(), sent.sitting.ending.exit_code(&sent.sitting.tally)), (0, 1));
    assert!(sent.rows[0].error.as_ref().unwrap().contains("--all-or-nothing"));
    let journal = rig.journal();
    assert!(journal.batches().unwrap().iter().all(|batch| !batch.has_rows_to_send), "nothing is left to resume");
}

#[tokio::test(start_paused = true)]
async fn campaigns_that_left_the_sheet_are_counted() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    rig.run(&unlimited(), &rows(5), &platform).await;
    let mut journal = rig.journal();
    let sealed = rig.read(&mut journal, &unlimited(), &rows(3));
    assert_eq!(sealed.missing_from_sheet, 2);
    assert_eq!((sealed.tally.of(Status::Unchanged), sealed.to_send), (3, 0));
    let told = |journal: &SqliteJournal| journal.missing_from_sheet(&journal.batches().unwrap()[0], 9).unwrap();
    assert_eq!(told(&journal).iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["c3", "c4"]);
    // What is forgotten of the batches that scheduled them changes nothing.
    let week = Duration::from_secs(7 * 24 * 3_600);
    journal.prune(rig.clock.wall() + week, Duration::ZERO, week).unwrap();
    let sealed = rig.read(&mut journal, &unlimited(), &rows(3));
    assert_eq!((sealed.missing_from_sheet, told(&journal).len()), (2, 2));
    // What has come to its end goes on no more.
    rig.clock.shift_wall(chrono::TimeDelta::days(365));
    assert_eq!(rig.read(&mut journal, &unlimited(), &rows(3)).missing_from_sheet, 0);
    assert!(told(&journal).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_row_that_was_accepted_is_unchanged_long_after_its_start() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    rig.run(&unlimited(), &rows(2), &platform).await;
    rig.clock.shift_wall(chrono::TimeDelta::days(365));
    let again = rig.run(&unlimited(), &rows(2), &platform).await;
    assert_eq!(again.statuses(), ["unchanged", "unchanged"]);
}

#[tokio::test(start_paused = true)]
async fn resend_sends_what_was_accepted_too() {
    let mut rig = Rig::new();
    let settings = SendSettings { resend: true, ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    rig.run(&unlimited(), &rows(2), &platform).await;
    let again = rig.run(&settings, &rows(2), &platform).await;
    assert_eq!((again.statuses(), platform.arrivals().len()), (vec!["scheduled"; 2], 4));
}
