//! What the random histories found, in few words each.

use std::sync::Arc;
use std::time::Duration;

use campaign_scheduler::clock::Clock;
use campaign_scheduler::journal::{BatchKind, InputRecord, NewBatch};
use campaign_scheduler::model::{BatchId, Delivery, SendSettings, Status};

use crate::engine::rig::{Does, Rig, Scripted, row, target, unlimited};

const MS: Duration = Duration::from_millis(1);

fn once() -> SendSettings {
    SendSettings { retries: 0, ..unlimited() }
}

#[tokio::test(start_paused = true)]
async fn a_row_in_doubt_from_an_earlier_batch_never_ends_failed() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, number| match number {
        1 => Does::LoseAfterEffect,
        2 => Does::Refuse,
        _ => Does::Accept,
    });
    let statuses = ["unknown", "unknown", "scheduled"];
    for status in statuses {
        assert_eq!(rig.run(&once(), &[row(0, "c", 10)], &platform).await.statuses(), [status]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_row_in_doubt_whose_start_has_passed_stays_unknown() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::LoseAfterEffect);
    rig.run(&once(), &[row(0, "c", 10)], &platform).await;
    let mut late = row(0, "c", 10);
    late.untimely.push(late_start());
    let sent = rig.run(&once(), &[late], &platform).await;
    assert_eq!(sent.statuses(), ["unknown"]);
    assert!(sent.rows[0].error.as_ref().unwrap().contains("the start is past"), "{:?}", sent.rows[0].error);
    assert_eq!(platform.arrivals().len(), 1);
}

fn late_start() -> campaign_scheduler::model::Finding {
    serde_json::from_value(serde_json::json!({
        "cell": null, "field": "start", "code": "start-past", "value": "x", "message": "the start is past", "hint": "y",
    }))
    .unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_a_later_batch_asks_for_is_not_queued_again_by_an_earlier_one() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::Reject } else { Does::Accept });
    assert_eq!(rig.run(&once(), &[row(0, "c", 10)], &platform).await.statuses(), ["rejected"]);
    assert_eq!(rig.run(&once(), &[row(0, "c", 11)], &platform).await.statuses(), ["scheduled"]);
    let mut journal = rig.journal();
    let earlier = journal.batches().unwrap().pop().unwrap();
    assert_eq!(journal.queue_again(earlier.span, Status::Rejected).unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn rows_that_follow_go_back_into_the_queue_with_the_one_they_follow() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::Reject } else { Does::Accept });
    let mut journal = rig.journal();
    let sealed = rig.read_with_followers(&mut journal, &once(), &[row(0, "c", 10), row(1, "c", 10)], &[(1, 0)]);
    let sent = rig.send(journal, sealed, &once(), &platform).await;
    assert_eq!(sent.statuses(), ["rejected"; 2]);
    let mut journal = rig.journal();
    assert_eq!(journal.queue_again(sealed.span, Status::Rejected).unwrap(), 2);
    let again = campaign_scheduler::journal::Sealed { tally: journal.tally(sealed.span).unwrap(), ..sealed };
    let sent = rig.send(journal, again, &once(), &platform).await;
    assert_eq!(sent.statuses(), ["scheduled", "unchanged"]);
}

#[tokio::test(start_paused = true)]
async fn at_most_once_leaves_what_an_at_least_once_run_left_in_doubt() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::LoseBeforeEffect);
    rig.run(&once(), &[row(0, "c", 10)], &platform).await;
    let settings = SendSettings { delivery: Delivery::AtMostOnce, ..once() };
    assert_eq!(rig.run(&settings, &[row(0, "c", 10)], &platform).await.statuses(), ["unknown"]);
    assert_eq!(platform.arrivals().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_undo_that_is_not_settled_is_made_again_and_spares_what_was_enabled_meanwhile() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, number| match number {
        2 | 4 => Does::LoseBeforeEffect,
        _ => Does::Accept,
    });
    let undo_of_first = async |rig: &mut Rig| {
        let mut journal = rig.journal();
        let (sealed, spared) = rig.undo(&mut journal, "b1");
        let sent = rig.send(journal, sealed, &once(), &platform).await;
        (spared, sent.statuses().join(" "))
    };
    assert_eq!(rig.run(&once(), &[row(0, "c", 10)], &platform).await.statuses(), ["scheduled"]);
    assert_eq!(undo_of_first(&mut rig).await, (0, "unknown".to_owned()));
    assert_eq!(undo_of_first(&mut rig).await, (0, "disabled".to_owned()));
    assert_eq!(undo_of_first(&mut rig).await, (1, String::new()), "it is disabled already");
    assert_eq!(rig.run(&once(), &[row(0, "c", 11)], &platform).await.statuses(), ["unknown"]);
    assert_eq!(undo_of_first(&mut rig).await.0, 1, "it may be enabled to another day");
}

#[tokio::test(start_paused = true)]
async fn rows_left_unknown_follow_too_and_are_sent_once_when_they_are_queued_again() {
    let mut rig = Rig::new();
    let platform =
        Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::LoseAfterEffect } else { Does::Accept });
    rig.run(&once(), &[row(0, "c", 10)], &platform).await;
    let at_most_once = SendSettings { delivery: Delivery::AtMostOnce, ..once() };
    let mut journal = rig.journal();
    let sealed = rig.read_with_followers(&mut journal, &at_most_once, &[row(0, "c", 10), row(1, "c", 10)], &[(1, 0)]);
    assert_eq!(rig.send(journal, sealed, &at_most_once, &platform).await.statuses(), ["unknown"; 2]);
    let mut journal = rig.journal();
    assert_eq!(journal.queue_again(sealed.span, Status::Unknown).unwrap(), 2);
    let again = campaign_scheduler::journal::Sealed { tally: journal.tally(sealed.span).unwrap(), ..sealed };
    assert_eq!(rig.send(journal, again, &once(), &platform).await.statuses(), ["scheduled", "unchanged"]);
    assert_eq!(platform.arrivals().len(), 2, "one call for both");
}

#[tokio::test(start_paused = true)]
async fn an_undo_leaves_alone_what_its_batch_refused_though_an_earlier_call_is_in_doubt() {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::LoseAfterEffect);
    assert_eq!(rig.run(&once(), &[row(0, "c", 10)], &platform).await.statuses(), ["unknown"]);
    let mut journal = rig.journal();
    let refused = NewBatch {
        id: BatchId::new("refused"),
        kind: BatchKind::Run,
        target: target(),
        remembered: "{}".to_owned(),
        sending: once(),
        now: rig.clock.wall(),
    };
    let mut intake = journal.begin(refused).unwrap();
    let columns = vec!["Campaign".to_owned()];
    intake.add_input(InputRecord {
        source: "sheet.csv".into(),
        sheet: None,
        columns,
        fields: Vec::new(),
        beyond: 0,
        is_results: false,
    });
    for number in 0..2 {
        intake.add(&row(number, "c", 10)).unwrap();
        intake.amend(number, |row| row.problems.push(late_start())).unwrap();
    }
    assert_eq!(intake.seal().unwrap().tally.of(Status::Invalid), 2);
    let (undo, spared) = rig.undo(&mut journal, "refused");
    assert_eq!((undo.tally.rows(), spared), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_campaign_that_a_batch_enabled_twice_is_disabled_once_by_its_undo() {
    let mut rig = Rig::new();
    let platform =
        Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::LoseAfterEffect } else { Does::Accept });
    assert_eq!(rig.run(&once(), &[row(0, "c", 10)], &platform).await.statuses(), ["unknown"]);
    let mut late = row(0, "c", 10);
    late.untimely.push(late_start());
    let both = [late, row(1, "c", 11)];
    assert_eq!(rig.run(&once(), &both, &platform).await.statuses(), ["unknown", "scheduled"]);
    let mut journal = rig.journal();
    let (undo, _) = rig.undo(&mut journal, "b2");
    assert_eq!(rig.send(journal, undo, &once(), &platform).await.statuses(), ["disabled", "unchanged"]);
    assert_eq!(platform.arrivals().len(), 3, "one call for both");
}

#[tokio::test(start_paused = true)]
async fn what_a_look_finds_unknown_is_queued_again_unless_a_later_batch_wants_something_else() {
    // Whether the later batch finds all as it wants it, or sends another day; whether it is forgotten by now.
    for (later, is_forgotten, queued) in [(10, false, 1), (11, false, 0), (10, true, 1), (11, true, 0)] {
        let (mut rig, platform) = half_sent(Does::Accept).await;
        let found = rig.run(&once(), &[row(0, "c", later)], &platform).await.statuses().join(" ");
        assert_eq!(found, if later == 10 { "unchanged" } else { "scheduled" });
        if is_forgotten {
            forget_last(&rig);
        }
        platform.shows.lock().unwrap().insert("c".to_owned(), false);
        let (_keep, mut signals) = tokio::sync::mpsc::channel(1);
        assert_eq!(rig.verify("b1", &platform, &mut signals).await.statuses(), ["unknown", "pending"]);
        let mut journal = rig.journal();
        let earlier = journal.batches().unwrap().pop().unwrap();
        let again = journal.queue_again(earlier.span, Status::Unknown).unwrap();
        assert_eq!(again, queued, "day {later}, forgotten: {is_forgotten}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_undo_spares_what_a_forgotten_batch_may_have_enabled() {
    let (mut rig, platform) = half_sent(Does::LoseAfterEffect).await;
    assert_eq!(rig.run(&once(), &[row(0, "c", 11)], &platform).await.statuses(), ["unknown"]);
    forget_last(&rig);
    let mut journal = rig.journal();
    let (undo, spared) = rig.undo(&mut journal, "b1");
    assert_eq!((undo.tally.rows(), spared), (0, 1));
}

/// A batch of which one row was accepted and the other waits for credentials; calls from then on end so.
async fn half_sent(from_then_on: Does) -> (Rig, Arc<Scripted>) {
    let mut rig = Rig::new();
    let platform = Scripted::new(&rig.clock, MS, move |name, number| match (name, number) {
        ("waits", _) => Does::RefuseToken,
        (_, 1) => Does::Accept,
        _ => from_then_on,
    });
    let sent = rig.run(&once(), &[row(0, "c", 10), row(1, "waits", 10)], &platform).await;
    assert_eq!(sent.statuses(), ["scheduled", "pending"]);
    (rig, platform)
}

/// Lets the journal forget what is over: the last batch alone.
fn forget_last(rig: &Rig) {
    let week = Duration::from_secs(7 * 24 * 3_600);
    assert_eq!(rig.journal().prune(rig.clock.wall() + week, Duration::ZERO, week).unwrap().batches, 1);
}
