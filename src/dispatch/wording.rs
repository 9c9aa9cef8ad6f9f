//! `result_error` for rows that a call settled: `code: what is wrong; what to do`.

use chrono::{DateTime, Utc};

use super::queue::Track;
use crate::journal::{BatchKind, QueuedRow};
use crate::model::transition::{Happening, State};
use crate::model::{Code, Delivery, Schedule, Status};
use crate::platform::{Answer, Disposition, explain};

/// Says that a rejected row's campaign may have changed all the same.
const EARLIER_CALL: &str = " (an earlier call of this row is unsettled: it may have taken effect)";

/// What decides how a row is tried again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) kind: BatchKind,
    pub(super) delivery: Delivery,
}

/// The error of a row after something happened to it; `None` if it is good or still waits.
pub(super) fn error(
    track: &Track,
    happening: Happening,
    answer: Option<&Answer>,
    course: Course,
    now: DateTime<Utc>,
) -> Option<String> {
    let State::Settled(status) = track.life.state else { return None };
    let said = answer.map_or("the call ended without an answer", |answer| &answer.message);
    let advice = || answer.and_then(|answer| explain(answer, Some(&track.row.campaign)));
    let attempts = || match track.life.attempts {
        1 => "1 call".to_owned(),
        calls => format!("{calls} calls"),
    };
    match status {
        Status::Scheduled | Status::Disabled | Status::Unchanged | Status::Pending => None,
        Status::Invalid => Some(too_late(&track.row.schedule, now)),
        Status::Rejected => {
            let doubt = if track.life.may_have_taken_effect { EARLIER_CALL } else { "" };
            // Refused, it may be sent again under any delivery.
            let course = Course { delivery: Delivery::AtLeastOnce, ..course };
            let again = match (advice(), course.kind) {
                (None, BatchKind::Run) => "mend the row and run the sheet again".to_owned(),
                (None, BatchKind::Undo) => course.after(Some("look at the campaign on the platform")),
                (advice, _) => course.after(advice),
            };
            Some(format!("rejected: the platform said \"{said}\"{doubt}; {again}"))
        }
        Status::Failed => {
            let again = Course { delivery: Delivery::AtLeastOnce, ..course }.after(advice());
            let attempts = attempts();
            Some(format!("failed: given up after {attempts}, none of which took effect ({said}); {again}"))
        }
        Status::Unknown if happening == Happening::TooLate => Some(format!(
            "unknown: {}, and an earlier call of this row may have taken effect; \
             settle it with `campaign-scheduler verify`",
            passed(&track.row.schedule, now)
        )),
        Status::Unknown => {
            let (attempts, again) = (attempts(), course.after(advice()));
            let doubt = match happening {
                Happening::Unsettled(_) | Happening::Abandoned | Happening::Panicked => {
                    format!("{attempts}, and one may have taken effect ({said})")
                }
                // The last one hasn't: it is an earlier one, be it of an earlier batch.
                _ => format!("{attempts} ({said}), and an earlier call of this row may have taken effect"),
            };
            Some(format!("unknown: given up after {doubt}; {again}, or settle it with `campaign-scheduler verify`"))
        }
    }
}

/// What the platform said last of a row; behind an unsettled call, that a refusal doesn't speak for that one.
pub(super) fn message(track: &Track, answer: &Answer) -> String {
    let is_in_doubt = track.life.state == State::Settled(Status::Rejected) && track.life.may_have_taken_effect;
    format!("{}{}", answer.message, if is_in_doubt { EARLIER_CALL } else { "" })
}

impl Course {
    /// The platform may be as well as before; but where its answer says what to mend, that comes first. Of a row
    /// that may have been accepted, a run at most once sends nothing. The sheet would enable again what an undo is
    /// to disable.
    fn after(self, advice: Option<&str>) -> String {
        let (again, joined) = match self.kind {
            BatchKind::Run => ("run the sheet again", " with"),
            BatchKind::Undo => ("resume the undo with --retry failed,unknown,rejected", ""),
        };
        let flag = match self.delivery {
            Delivery::AtLeastOnce => String::new(),
            Delivery::AtMostOnce => format!("{joined} --delivery at-least-once"),
        };
        let advice = advice.map(|advice| format!("{advice}; then ")).unwrap_or_default();
        format!("{advice}{again}{flag}")
    }
}

fn too_late(schedule: &Schedule, now: DateTime<Utc>) -> String {
    let passed = passed(schedule, now);
    if schedule.has_ended(now) {
        format!("{}: {passed}; give the row a later end", Code::EndPast)
    } else {
        format!("{}: {passed}; give the row a later start, or run with --allow-past-start", Code::StartPast)
    }
}

fn passed(schedule: &Schedule, now: DateTime<Utc>) -> String {
    let what = match schedule.window() {
        Some(window) if schedule.has_ended(now) => format!("end {}", window.end),
        Some(window) => format!("start {}", window.start),
        None => "start".to_owned(),
    };
    format!("the {what} passed while the row waited for its turn")
}

/// What to do about refused credentials where the platform doesn't say what is wrong with them.
const CHECK_CREDENTIALS: &str = "check client id and client secret, that --account-id and --host are those of the JWT \
                                 app, and this machine's clock";
/// The same of a row that was refused alone.
const CHECK_ROW: &str = "other calls were accepted, so look at this row and at what filters the network on the way \
                         before client id and client secret";

/// What the platform said, or what became of the call, and what to do about it.
pub(super) fn said(answer: &Answer) -> String {
    said_with(answer, CHECK_CREDENTIALS)
}

/// The same of a row whose credentials were refused twice.
pub(super) fn refused(row: &QueuedRow, answer: &Answer, has_accepted: bool) -> String {
    let check = if has_accepted { CHECK_ROW } else { CHECK_CREDENTIALS };
    format!("{} was refused twice: {}", row.place, said_with(answer, check))
}

fn said_with(answer: &Answer, check_credentials: &str) -> String {
    let said = if answer.http_status.is_some() { "the platform said: " } else { "" };
    let is_refusal = answer.disposition == Disposition::CredentialsRefused;
    let advice = explain(answer, None).or(is_refusal.then_some(check_credentials));
    let advice = advice.map(|advice| format!("; {advice}")).unwrap_or_default();
    format!("{said}{}{advice}", answer.message)
}

#[cfg(test)]
mod tests;
