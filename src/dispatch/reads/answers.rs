//! What came back for reads: each is recorded, and is over or waits to be tried again.

use super::{Ask, Brought, Reads, Take};
use crate::dispatch::events::{BreakerChange, Event, Read};
use crate::dispatch::gate::Held;
use crate::dispatch::records::{happening, told, verdict};
use crate::dispatch::workers::Returned;
use crate::dispatch::{backoff, wording};
use crate::journal::{AnswerRecord, CallNumber, Journal, RowNumber};
use crate::model::transition::{Happening, Next, State};
use crate::model::{Moment, Status};
use crate::platform::{Answer, Disposition, Reply};

impl<J: Journal> Reads<J> {
    /// Takes this answer and all others that have come.
    pub(super) fn handle(&mut self, first: Returned, take: Take<'_>) {
        let mut next = Some(first);
        while let Some(Returned { call, at, answer }) = next {
            if let Some(ask) = self.take_back(call, at, answer.as_ref()) {
                self.settle(ask, at, answer, take);
            }
            next = self.workers.waiting();
        }
    }

    fn take_back(&mut self, call: CallNumber, at: Moment, answer: Option<&Answer>) -> Option<Ask> {
        let ask = self.in_flight.remove(&call)?;
        self.gate.answered(at);
        self.estimate.observe_latency(at.since(ask.granted));
        self.watch(&ask, answer, at);
        self.record(call, &ask, happening(answer), answer);
        Some(ask)
    }

    fn settle(&mut self, mut ask: Ask, at: Moment, answer: Option<Answer>, take: Take<'_>) {
        let (life, next) = ask.life.after(happening(answer.as_ref()), self.rules());
        ask.life = life;
        let State::Settled(status) = life.state else {
            if next == Next::RenewCredentials {
                self.platform.renew_credentials();
            }
            if next == Next::StopForCredentials {
                self.stop_for_credentials();
            }
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

    /// What an answer says about the platform.
    fn watch(&mut self, ask: &Ask, answer: Option<&Answer>, at: Moment) {
        let Some(answer) = answer else { return };
        self.stop.hear(answer);
        if !matches!(answer.reply, Reply::Nothing { .. }) {
            let is_rate_limited = matches!(answer.disposition, Disposition::RateLimited(_));
            self.stop.answered(is_rate_limited).into_iter().for_each(|reason| self.stop_for(reason));
        }
        match self.breaker.observe(RowNumber(ask.number), answer.reply, ask.granted, at) {
            Some(change @ (BreakerChange::Opened | BreakerChange::Closed)) => {
                self.news.push(Event::Breaker(change));
                self.probe_news = (change == BreakerChange::Opened).then_some(at);
            }
            // How long is known once the read that was answered waits again.
            Some(BreakerChange::Waiting(_)) => self.probe_news = Some(at),
            None => {}
        }
        if let Disposition::RateLimited(hold) = answer.disposition {
            let Held { until, is_news } = self.gate.hold(hold, at);
            self.step.hold = Some(until);
            if is_news {
                self.news.push(Event::Held { until });
            }
        }
    }

    fn record(&mut self, call: CallNumber, ask: &Ask, happening: Happening, answer: Option<&Answer>) {
        let message = told(happening, answer);
        let (at, http_status) = (self.clock.wall(), answer.and_then(|answer| answer.http_status));
        self.news.extend(Read::of(&ask.request).map(|read| Event::ReadAnswered {
            read,
            at,
            verdict: verdict(happening),
            http_status,
            message: message.clone(),
        }));
        let verdict = verdict(happening).into();
        self.step.answers.push(AnswerRecord { call, answered_at: at, http_status, verdict, message });
    }

    /// Gives up the reads that are out. Their slots count from now.
    pub(super) async fn abandon(&mut self) {
        self.workers.abandon().await;
        let at = self.clock.now();
        let out: Vec<_> = self.in_flight.drain().collect();
        for (call, ask) in out {
            self.gate.answered(at);
            self.record(call, &ask, Happening::Abandoned, None);
        }
    }
}

/// True for the 3xx of a proxy or a login page, which isn't followed.
fn is_redirect(answer: &Answer) -> bool {
    answer.http_status.is_some_and(|status| (300..400).contains(&status))
}
