//! What is written of an answer: the call's record and the row's new state.

use chrono::{DateTime, Utc};

use super::queue::Track;
use super::wording::{self, Course};
use crate::journal::{Effect, RowChange};
use crate::model::transition::{Happening, State};
use crate::model::{CampaignId, Status};
use crate::platform::{Answer, Disposition};

/// What an answer is in the words of the transition table.
pub(super) const fn happening(answer: Option<&Answer>) -> Happening {
    let Some(answer) = answer else { return Happening::Panicked };
    match &answer.disposition {
        Disposition::Accepted { .. } => Happening::Accepted,
        Disposition::Rejected => Happening::Rejected,
        Disposition::RateLimited(_) => Happening::RateLimited,
        Disposition::CredentialsRefused => Happening::CredentialsRefused,
        Disposition::Unsettled { floor } => Happening::Unsettled(*floor),
        Disposition::NotTaken => Happening::NotTaken,
    }
}

/// The word for what happened, as in the journal and in events.
pub(super) const fn verdict(happening: Happening) -> &'static str {
    match happening {
        Happening::Granted => "granted",
        Happening::TooLate => "start-passed",
        Happening::Accepted => "accepted",
        Happening::Rejected => "rejected",
        Happening::RateLimited => "rate-limited",
        Happening::CredentialsRefused => "credentials-refused",
        Happening::Unsettled(_) => "unsettled",
        Happening::NotTaken => "not-taken",
        Happening::Abandoned => "abandoned",
        Happening::Panicked => "panicked",
    }
}

/// What became of a call: the platform's words, or why there are none.
pub(super) fn told(happening: Happening, answer: Option<&Answer>) -> String {
    match answer {
        Some(answer) => answer.message.clone(),
        None if happening == Happening::Panicked => "the program failed while it made this call".to_owned(),
        None => "given up while it was out".to_owned(),
    }
}

/// The new state of a row after something happened to it.
pub(super) fn change(
    track: &Track,
    happening: Happening,
    answer: Option<&Answer>,
    course: Course,
    now: DateTime<Utc>,
) -> RowChange {
    let (row, life) = (&track.row, &track.life);
    let status = life.status();
    let is_settled = matches!(life.state, State::Settled(_));
    let message = answer.map(|answer| wording::message(track, answer));
    RowChange {
        number: row.number,
        has_followers: row.followers > 0,
        status,
        in_doubt: life.may_have_taken_effect,
        attempts: life.attempts,
        id: accepted_id(answer),
        error: wording::error(track, happening, answer, course, now),
        message,
        http_status: answer.and_then(|answer| answer.http_status),
        submitted_at: row.submitted_at,
        finished_at: is_settled.then_some(now),
        effect: effect(happening),
    }
}

fn accepted_id(answer: Option<&Answer>) -> Option<CampaignId> {
    match &answer?.disposition {
        Disposition::Accepted { id, .. } => id.clone(),
        _ => None,
    }
}

/// Only a call that took effect, or may have, changes what is known of its campaign.
const fn effect(happening: Happening) -> Option<Effect> {
    match happening {
        Happening::Accepted => Some(Effect::Accepted),
        Happening::Unsettled(_) | Happening::Abandoned | Happening::Panicked => Some(Effect::InDoubt),
        Happening::Granted
        | Happening::TooLate
        | Happening::Rejected
        | Happening::RateLimited
        | Happening::CredentialsRefused
        | Happening::NotTaken => None,
    }
}

/// True for an end that counts against `--max-failures`.
pub(super) const fn is_failure(status: Status) -> bool {
    matches!(status, Status::Rejected | Status::Failed | Status::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_without_an_answer_was_given_up_unless_the_program_failed() {
        assert_eq!(told(Happening::Abandoned, None), "given up while it was out");
        assert_eq!(told(Happening::Panicked, None), "the program failed while it made this call");
    }
}
