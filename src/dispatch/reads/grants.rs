//! Reads that leave: which is next, and the grant that is durable before it goes.

use super::{Emit, Reads};
use crate::dispatch::events::{BreakerChange, Event, Read};
use crate::dispatch::gate::Demand;
use crate::journal::{CallNumber, Grant, Journal};
use crate::model::Moment;
use crate::model::quota::NextGrant;
use crate::model::transition::Happening;
use crate::platform::Request;

impl<J: Journal> Reads<J> {
    pub(super) fn next_grant(&self, now: Moment) -> NextGrant {
        self.gate.next_grant(Demand { row_ready: self.row_ready(), probe_ready: self.breaker.probe_ready() }, now)
    }

    pub(super) fn grant(&mut self) -> Vec<(CallNumber, Request)> {
        let mut launches = Vec::new();
        while self.stop.ending().is_none() {
            let now = self.clock.now();
            if self.next_grant(now) != NextGrant::Now {
                break;
            }
            if let Some(refusal) = self.workers.refusal() {
                self.stop.hear(&refusal);
                self.stop_for_credentials();
                break;
            }
            if !self.gate.take() {
                break;
            }
            let Some(first) = (0..self.waiting.len()).min_by_key(|place| self.waiting[*place].ready) else { break };
            let mut ask = self.waiting.remove(first);
            ask.life = ask.life.after(Happening::Granted, self.rules()).0;
            ask.granted = now;
            let call = CallNumber(self.last_call.0 + 1);
            self.last_call = call;
            let granted_at = self.clock.wall();
            self.step.grants.push(Grant { call, row: None, granted_at });
            self.news.extend(Read::of(&ask.request).map(|read| Event::ReadGranted { read, at: granted_at }));
            launches.push((call, ask.request.clone()));
            self.in_flight.insert(call, ask);
        }
        launches
    }

    /// Tells when the next probe can leave, if that is news.
    fn tell_next_try(&mut self) {
        let Some(since) = self.probe_news.take() else { return };
        let next_try = self.breaker.next_try(self.row_ready(), since).filter(|_| self.stop.ending().is_none());
        self.news.extend(next_try.map(|pause| Event::Breaker(BreakerChange::Waiting(pause))));
    }

    /// When the first read is ready; `None` if none waits.
    fn row_ready(&self) -> Option<Moment> {
        self.waiting.iter().map(|ask| ask.ready).min()
    }

    /// Makes the step durable; only then do reads leave.
    pub(super) async fn commit(&mut self, launches: Vec<(CallNumber, Request)>, emit: Emit<'_>) {
        let step = std::mem::take(&mut self.step);
        if !step.is_empty() {
            let (span, target) = (self.span, self.target.clone());
            let written = self.store.with(move |journal| journal.commit_or_rescue(span, &target, &step)).await;
            match written {
                Ok(()) => {
                    self.sent += launches.len() as u64;
                    for (call, request) in launches {
                        self.workers.send(call, request);
                    }
                }
                Err(error) => {
                    for (call, _) in launches {
                        self.in_flight.remove(&call);
                        self.gate.answered(self.clock.now());
                    }
                    // These reads never left.
                    self.news.retain(|event| !matches!(event, Event::ReadGranted { .. }));
                    self.lose_journal(error);
                }
            }
        }
        self.tell_next_try();
        self.news.drain(..).for_each(emit);
    }
}
