//! Each way in which a row can end badly, in the words of the results.

use super::*;
use crate::dispatch::queue::Queue;
use crate::journal::{BatchKind, QueuedRow, RowNumber, Turn};
use crate::model::{CampaignName, Place, Recurrence, StreamId, Window};
use crate::platform::{Disposition, Reply};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
const AT_LEAST_ONCE: Course = Course { kind: BatchKind::Run, delivery: Delivery::AtLeastOnce };

/// A row that ended so after so many calls.
fn ended(status: Status, attempts: u32, may_have_taken_effect: bool) -> Track {
    let row = QueuedRow {
        number: RowNumber(1),
        turn: Turn(1),
        place: Place { source: "sheet.csv".into(), sheet: None, row: 2 },
        campaign: CampaignName::new("c"),
        stream: StreamId::new("st-1"),
        schedule: Schedule::Disable,
        in_doubt: may_have_taken_effect,
        attempts,
        followers: 0,
        submitted_at: None,
    };
    let mut queue = Queue::new();
    queue.add_page(vec![row]);
    let mut track = queue.take(crate::model::Moment::START, true, false).unwrap();
    track.life.state = State::Settled(status);
    track
}

fn answer(http_status: Option<u16>, disposition: Disposition, message: &str) -> Answer {
    Answer { http_status, disposition, message: message.to_owned(), reply: Reply::Readable }
}

#[test]
fn a_bad_end_says_what_came_last_how_many_calls_were_made_and_what_to_do() {
    let refused = answer(Some(400), Disposition::Rejected, "no");
    let advised = answer(Some(400), Disposition::Rejected, "Campaign is active");
    let lost = answer(None, Disposition::Unsettled { floor: None }, "cut short");
    let too_slow = answer(Some(408), Disposition::NotTaken, "Request Timeout");
    let said = |track: &Track, happening, answer| error(track, happening, answer, AT_LEAST_ONCE, NOW).unwrap();
    let rejected = ended(Status::Rejected, 1, false);
    for (told, expected) in [
        (
            said(&rejected, Happening::Rejected, Some(&refused)),
            "rejected: the platform said \"no\"; mend the row and run the sheet again",
        ),
        (
            said(&rejected, Happening::Rejected, Some(&advised)),
            "rejected: the platform said \"Campaign is active\"; \
             wait until the campaign is over or stop it on the platform; then run the sheet again",
        ),
        (
            said(&ended(Status::Rejected, 2, true), Happening::Rejected, Some(&refused)),
            "rejected: the platform said \"no\" (an earlier call of this row is unsettled: it may have taken \
             effect); mend the row and run the sheet again",
        ),
        (
            said(&ended(Status::Failed, 5, false), Happening::RateLimited, None),
            "failed: given up after 5 calls, none of which took effect (the call ended without an answer); \
             run the sheet again",
        ),
        (
            said(&ended(Status::Unknown, 1, true), Happening::Unsettled(None), Some(&lost)),
            "unknown: given up after 1 call, and one may have taken effect (cut short); \
             run the sheet again, or settle it with `campaign-scheduler verify`",
        ),
        (
            said(&ended(Status::Unknown, 1, true), Happening::NotTaken, Some(&too_slow)),
            "unknown: given up after 1 call (Request Timeout), and an earlier call of this row may have taken effect; \
             run the sheet again, or settle it with `campaign-scheduler verify`",
        ),
        (
            said(&ended(Status::Unknown, 1, true), Happening::TooLate, None),
            "unknown: the start passed while the row waited for its turn, and an earlier call of this row may have \
             taken effect; settle it with `campaign-scheduler verify`",
        ),
        (
            said(&ended(Status::Invalid, 0, false), Happening::TooLate, None),
            "start-past: the start passed while the row waited for its turn; give the row a later start, or run with \
             --allow-past-start",
        ),
    ] {
        assert_eq!(told, expected);
    }
    assert_eq!(error(&ended(Status::Disabled, 1, false), Happening::Accepted, None, AT_LEAST_ONCE, NOW), None);
    let at_most_once = Course { delivery: Delivery::AtMostOnce, ..AT_LEAST_ONCE };
    assert_eq!(
        error(&ended(Status::Unknown, 1, true), Happening::Unsettled(None), Some(&lost), at_most_once, NOW).unwrap(),
        "unknown: given up after 1 call, and one may have taken effect (cut short); \
         run the sheet again with --delivery at-least-once, or settle it with `campaign-scheduler verify`"
    );
    let failed = error(&ended(Status::Failed, 1, false), Happening::NotTaken, None, at_most_once, NOW).unwrap();
    assert!(failed.ends_with("; run the sheet again"), "{failed}");
}

#[test]
fn what_an_undo_is_to_disable_is_not_to_be_enabled_by_the_sheet() {
    let refused = answer(Some(400), Disposition::Rejected, "no");
    for delivery in [Delivery::AtLeastOnce, Delivery::AtMostOnce] {
        let undo = Course { kind: BatchKind::Undo, delivery };
        for (status, answer) in [(Status::Rejected, Some(&refused)), (Status::Failed, None), (Status::Unknown, None)] {
            let told = error(&ended(status, 1, false), Happening::Unsettled(None), answer, undo, NOW).unwrap();
            assert!(told.contains("resume the undo with --retry failed,unknown,rejected"), "{told}");
            assert!(!told.contains("sheet"), "{told}");
            let is_named = told.contains("rejected --delivery at-least-once");
            assert_eq!(is_named, (delivery, status) == (Delivery::AtMostOnce, Status::Unknown), "{told}");
        }
    }
}

#[test]
fn only_a_refusal_with_an_earlier_call_unsettled_says_so_in_its_message() {
    let refused = answer(Some(400), Disposition::Rejected, "no");
    assert_eq!(message(&ended(Status::Rejected, 1, false), &refused), "no");
    assert_eq!(message(&ended(Status::Unknown, 2, true), &refused), "no");
    let doubted = message(&ended(Status::Rejected, 2, true), &refused);
    assert_eq!(doubted, "no (an earlier call of this row is unsettled: it may have taken effect)");
}

#[test]
fn of_a_row_that_is_too_late_what_passed_is_to_be_changed() {
    let day = |day| chrono::NaiveDate::from_ymd_opt(2027, 1, day).unwrap().and_hms_opt(18, 29, 0).unwrap();
    let (start, end) = (day(27), day(28));
    let window = Window { start, end, start_past: start.and_utc(), end_past: end.and_utc() };
    let told = |status, now: chrono::NaiveDateTime| {
        let mut track = ended(status, 1, status == Status::Unknown);
        track.row.schedule = Schedule::Enable { window, recurrence: Recurrence::Daily(1) };
        error(&track, Happening::TooLate, None, AT_LEAST_ONCE, now.and_utc()).unwrap()
    };
    assert_eq!(
        told(Status::Invalid, start),
        "start-past: the start 2027-01-27 18:29:00 passed while the row waited for its turn; give the row a later \
         start, or run with --allow-past-start"
    );
    assert_eq!(
        told(Status::Invalid, end),
        "end-past: the end 2027-01-28 18:29:00 passed while the row waited for its turn; give the row a later end"
    );
    assert!(told(Status::Unknown, end).starts_with("unknown: the end 2027-01-28 18:29:00 passed while"));
}
