//! From an answer to the row's next state.

use super::{Coordinator, Flight};
use crate::dispatch::backoff;
use crate::dispatch::events::Event;
use crate::dispatch::queue::Track;
use crate::dispatch::records::{change, happening, told, verdict};
use crate::dispatch::workers::Returned;
use crate::journal::{AnswerRecord, CallNumber, Journal};
use crate::model::transition::{Happening, Next, State};
use crate::model::{Moment, Status};
use crate::platform::Answer;

impl<J: Journal> Coordinator<J> {
    /// Takes this answer and all others that have come.
    pub(super) fn handle_answers(&mut self, first: Returned) {
        let mut next = Some(first);
        while let Some(returned) = next {
            let happening = happening(returned.answer.as_ref());
            self.take_back(returned.call, returned.at, happening, returned.answer);
            next = self.calling.workers.try_next();
        }
    }

    pub(super) fn take_back(&mut self, call: CallNumber, at: Moment, happening: Happening, answer: Option<Answer>) {
        let Some(Flight { mut track, granted }) = self.in_flight.remove(&call) else { return };
        self.calling.gate.answered(at);
        self.calling.estimate.observe_latency(at.since(granted));
        let (life, next) = track.life.after(happening, self.rules());
        self.calling.estimate.observe(&track.life, happening, &life);
        track.life = life;
        self.calling.hear(track.row.number, answer.as_ref(), granted, at);
        self.record(call, &track, happening, answer.as_ref());
        if let State::Settled(status) = life.state {
            self.account_for(&track);
            let stop = self.calling.stop.settled(status, 1 + u64::from(track.row.followers), true);
            stop.into_iter().for_each(|reason| self.calling.stop_for(reason));
        } else {
            self.queue_again(track, next, at);
        }
    }

    fn record(&mut self, call: CallNumber, track: &Track, happening: Happening, answer: Option<&Answer>) {
        let now = self.calling.clock.wall();
        let message = told(happening, answer);
        self.calling.step.answers.push(AnswerRecord {
            call,
            answered_at: now,
            http_status: answer.and_then(|answer| answer.http_status),
            verdict: verdict(happening).into(),
            message: message.clone(),
        });
        self.calling.step.changes.push(change(track, happening, answer, self.job.course(), now));
        self.calling.news.push(Event::Answered {
            place: track.row.place.clone(),
            campaign: track.row.campaign.clone(),
            attempt: track.life.attempts,
            at: now,
            verdict: verdict(happening),
            http_status: answer.and_then(|answer| answer.http_status),
            message,
            status: track.life.status(),
            followers: track.row.followers,
        });
    }

    fn queue_again(&mut self, track: Track, next: Next, at: Moment) {
        self.calling.renew(next, Some(&track.row));
        self.queue.try_again(track, backoff::ready(next, at));
    }

    pub(super) fn account_for(&mut self, track: &Track) {
        let status = track.life.status();
        self.tally.shift(Status::Pending, status);
        for _ in 0..track.row.followers {
            self.tally.shift(Status::Pending, status.of_followers());
        }
        self.to_send = self.to_send.saturating_sub(1);
    }
}
