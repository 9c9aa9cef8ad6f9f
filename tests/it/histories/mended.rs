//! What the random histories found, in few words each.

use std::time::Duration;

use campaign_scheduler::model::{Delivery, SendSettings, Status};

use crate::engine::rig::{Does, Rig, Scripted, row, unlimited};

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
