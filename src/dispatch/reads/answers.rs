//! What came back for reads: each is recorded, and is over or waits to be tried again.

use super::{Ask, Brought, Reads, Take};
use crate::dispatch::events::{Event, Read};
use crate::dispatch::records::{happening, told, verdict};
use crate::dispatch::workers::Returned;
use crate::dispatch::{backoff, wording};
use crate::journal::{AnswerRecord, CallNumber, Journal, RowNumber};
use crate::model::transition::{Happening, State};
use crate::model::{Moment, Status};
use crate::platform::{Answer, Disposition};

impl<J: Journal> Reads<J> {
    /// Takes this answer and all others that have come.
    pub(super) fn handle(&mut self, first: Returned, take: Take<'_>) {
        let mut next = Some(first);
        while let Some(Returned { call, at, answer }) = next {
            if let Some(ask) = self.take_back(call, at, answer.as_ref()) {
                self.settle(ask, at, answer, take);
            }
            next = self.calling.workers.try_next();
        }
    }

    fn take_back(&mut self, call: CallNumber, at: Moment, answer: Option<&Answer>) -> Option<Ask> {
        let ask = self.in_flight.remove(&call)?;
        self.calling.gate.answered(at);
        self.calling.estimate.observe_latency(at.since(ask.granted));
        self.calling.hear(RowNumber(ask.number), answer, ask.granted, at);
        self.record(call, &ask, happening(answer), answer);
        Some(ask)
    }

    fn settle(&mut self, mut ask: Ask, at: Moment, answer: Option<Answer>, take: Take<'_>) {
        let (life, next) = ask.life.after(happening(answer.as_ref()), self.rules());
        ask.life = life;
        let State::Settled(status) = life.state else {
            self.calling.renew(next, None);
            ask.ready = backoff::ready(next, at);
            return self.waiting.push(ask);
        };
        self.done += 1;
        let brought = match (answer, status) {
            (Some(Answer { disposition: Disposition::Accepted { content, .. }, .. }), _) => Brought::Content(content),
            // Where it is sent elsewhere, the platform hasn't spoken at all.
            (Some(answer), Status::Rejected) if !is_redirect(&answer) => Brought::Refused(answer.message),
            (Some(answer), _) => Brought::Nothing(wording::said(&answer)),
            (None, _) => Brought::Nothing("the read failed".to_owned()),
        };
        if let Some(request) = take(&ask.request, brought) {
            self.ask(request);
        }
    }

    fn record(&mut self, call: CallNumber, ask: &Ask, happening: Happening, answer: Option<&Answer>) {
        let message = told(happening, answer);
        let (at, http_status) = (self.calling.clock.wall(), answer.and_then(|answer| answer.http_status));
        self.calling.news.extend(Read::of(&ask.request).map(|read| Event::ReadAnswered {
            read,
            at,
            verdict: verdict(happening),
            http_status,
            message: message.clone(),
        }));
        let verdict = verdict(happening).into();
        self.calling.step.answers.push(AnswerRecord { call, answered_at: at, http_status, verdict, message });
    }

    /// Gives up the reads that are out. Their slots count from now.
    pub(super) async fn abandon(&mut self) {
        self.calling.workers.abandon().await;
        let at = self.calling.clock.now();
        let out: Vec<_> = self.in_flight.drain().collect();
        for (call, ask) in out {
            self.calling.gate.answered(at);
            self.record(call, &ask, Happening::Abandoned, None);
        }
    }
}

/// True for the 3xx of a proxy or a login page, which isn't followed.
fn is_redirect(answer: &Answer) -> bool {
    answer.http_status.is_some_and(|status| (300..400).contains(&status))
}
