//! Rows whose turn comes too late: what that says of the rest of the batch.

use std::time::Duration;

use campaign_scheduler::clock::Clock;
use campaign_scheduler::model::{Ending, FailureLimit, Row, Schedule, SendSettings, StopReason};
use chrono::TimeDelta;

use super::rig::{Does, Rig, Scripted, row, rows, unlimited, workers};

const MS: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);

/// The row, with a start that passes so many seconds from now.
fn starting_in(rig: &Rig, seconds: i64, row: Row) -> Row {
    let Some(Schedule::Enable { mut window, recurrence }) = row.schedule else { panic!("{row:?}") };
    window.start_past = rig.clock.wall() + TimeDelta::seconds(seconds);
    Row { schedule: Some(Schedule::Enable { window, recurrence }), ..row }
}

#[tokio::test(start_paused = true)]
async fn a_canary_row_that_is_too_late_for_its_second_call_ends_the_batch() {
    let mut rig = Rig::new();
    let settings = SendSettings { canary: Some(workers(1)), ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, number| if number == 1 { Does::RateLimit } else { Does::Accept });
    let mut sheet = rows(3);
    sheet[0] = starting_in(&rig, 4, row(0, "c0", 10));
    // A batch that waits for nothing would wait for ever.
    let sent = tokio::time::timeout(HOUR, rig.run(&settings, &sheet, &platform)).await.unwrap();
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::Canary));
    assert_eq!(sent.statuses(), ["invalid", "pending", "pending"]);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_came_too_late_for_the_canary_is_none_of_it() {
    let mut rig = Rig::new();
    let settings = SendSettings { canary: Some(workers(1)), ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |_, _| Does::Accept);
    let mut sheet = rows(3);
    sheet[0] = starting_in(&rig, 0, row(0, "c0", 10));
    let sent = rig.run(&settings, &sheet, &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Finished);
    assert_eq!(sent.statuses(), ["invalid", "scheduled", "scheduled"]);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_is_unknown_because_it_is_too_late_counts_as_a_failure() {
    let mut rig = Rig::new();
    let rate = Some("1/s".parse().unwrap());
    let settings = SendSettings { max_failures: Some(FailureLimit::Rows(0)), rate, ..unlimited() };
    let platform = Scripted::new(&rig.clock, MS, |campaign, _| match campaign {
        "c0" => Does::ServerErrorFor(8),
        _ => Does::Accept,
    });
    let mut sheet = rows(30);
    sheet[0] = starting_in(&rig, 4, row(0, "c0", 10));
    let sent = rig.run(&settings, &sheet, &platform).await;
    assert_eq!(sent.sitting.ending, Ending::Stopped(StopReason::TooManyFailures));
    assert_eq!(sent.rows[0].status.as_str(), "unknown");
    assert!(platform.arrivals().len() < 15, "{}", platform.arrivals().len());
}
