//! Reads that leave: which is next, and the grant that is durable before it goes.

use super::{Emit, Reads};
use crate::dispatch::calling::Launch;
use crate::dispatch::events::{Event, Read};
use crate::journal::{Grant, Journal};
use crate::model::Moment;
use crate::model::quota::NextGrant;
use crate::model::transition::Happening;

impl<J: Journal> Reads<J> {
    pub(super) fn grant(&mut self) -> Vec<Launch> {
        let mut launches = Vec::new();
        while self.calling.stop.ending().is_none() {
            let now = self.calling.clock.now();
            let is_now = self.calling.next_grant(self.row_ready(), now) == NextGrant::Now;
            if !is_now || !self.calling.has_credentials() || !self.calling.gate.take() {
                break;
            }
            let Some(first) = (0..self.waiting.len()).min_by_key(|place| self.waiting[*place].ready) else { break };
            let mut ask = self.waiting.remove(first);
            ask.life = ask.life.after(Happening::Granted, self.rules()).0;
            ask.granted = now;
            let call = self.calling.number();
            let granted_at = self.calling.clock.wall();
            self.calling.step.grants.push(Grant { call, row: None, granted_at });
            let news = Read::of(&ask.request).map(|read| Event::ReadGranted { read, at: granted_at });
            self.calling.news.extend(news);
            launches.push(Launch { call, request: ask.request.clone() });
            self.in_flight.insert(call, ask);
        }
        launches
    }

    /// When the first read is ready; `None` if none waits.
    pub(super) fn row_ready(&self) -> Option<Moment> {
        self.waiting.iter().map(|ask| ask.ready).min()
    }

    /// Makes the step durable; only then do reads leave.
    pub(super) async fn commit(&mut self, launches: Vec<Launch>, emit: Emit<'_>) {
        if !self.calling.step.is_empty() {
            let leaving = launches.len() as u64;
            match self.calling.write(launches).await {
                Ok(()) => self.sent += leaving,
                Err(never_left) => {
                    for call in never_left {
                        self.in_flight.remove(&call);
                    }
                }
            }
        }
        self.calling.tell(self.row_ready(), false, emit);
    }
}
