//! From a ready row to a call that leaves: the grant is written first.

use super::{Coordinator, Emit, Flight};
use crate::dispatch::events::{BreakerChange, Event};
use crate::dispatch::queue::Track;
use crate::dispatch::records::change;
use crate::failpoint;
use crate::journal::{CallNumber, Grant, Journal};
use crate::model::Moment;
use crate::model::quota::NextGrant;
use crate::model::transition::Happening;
use crate::platform::Request;

/// A call that leaves once its grant is durable.
pub(super) struct Launch {
    call: CallNumber,
    request: Request,
}

impl<J: Journal> Coordinator<J> {
    /// Gives every grant that can be given now.
    pub(super) fn grant(&mut self) -> Vec<Launch> {
        let mut launches = Vec::new();
        while self.stop.ending().is_none() {
            let now = self.clock.now();
            if self.gate.next_grant(self.demand(now), now) != NextGrant::Now {
                break;
            }
            if let Some(refusal) = self.workers.refusal() {
                self.stop.hear(&refusal);
                self.stop_for_credentials();
                break;
            }
            let (new_rows, wants_new) = (self.stop.admits_new_rows(), self.breaker.wants_new_row());
            let Some(track) = self.queue.take(now, new_rows, wants_new) else { break };
            if track.row.schedule.has_passed(self.job.settings.allow_past_start, self.clock.wall()) {
                self.settle_too_late(track);
                continue;
            }
            if !self.gate.take() {
                self.queue.try_again(track, now);
                continue;
            }
            launches.push(self.launch(track, now));
        }
        launches
    }

    fn launch(&mut self, mut track: Track, now: Moment) -> Launch {
        let granted_at = self.clock.wall();
        let call = CallNumber(self.last_call.0 + 1);
        self.last_call = call;
        if !std::mem::replace(&mut track.was_granted, true) {
            self.stop.granted_new_row();
        }
        track.life = track.life.after(Happening::Granted, self.rules()).0;
        track.row.submitted_at.get_or_insert(granted_at);
        self.step.grants.push(Grant { call, row: Some(track.row.number), granted_at });
        self.news.push(Event::Granted {
            place: track.row.place.clone(),
            campaign: track.row.campaign.clone(),
            attempt: track.life.attempts,
            at: granted_at,
        });
        let request = Request::Schedule {
            stream: track.row.stream.clone(),
            campaign: track.row.campaign.clone(),
            schedule: track.row.schedule,
        };
        self.in_flight.insert(call, Flight { track, granted: now });
        Launch { call, request }
    }

    fn settle_too_late(&mut self, mut track: Track) {
        track.life = track.life.after(Happening::TooLate, self.rules()).0;
        let now = self.clock.wall();
        self.account_for(&track);
        let stop = self.stop.settled(track.life.status(), 1 + u64::from(track.row.followers), track.was_granted);
        stop.into_iter().for_each(|reason| self.stop_for(reason));
        self.step.changes.push(change(&track, Happening::TooLate, None, self.job.course(), now));
        self.news.push(Event::Settled {
            place: track.row.place,
            campaign: track.row.campaign,
            status: track.life.status(),
            at: now,
            followers: track.row.followers,
        });
    }

    /// Makes the step durable; only then do calls leave and events appear. The next rows are read while the
    /// calls are out.
    pub(super) async fn commit(&mut self, launches: Vec<Launch>, emit: Emit<'_>) {
        if !self.step.is_empty() {
            self.write(launches).await;
        }
        self.refill().await;
        self.tell_next_try();
        self.news.drain(..).for_each(emit);
    }

    /// Tells when the next probe can leave, if that is news.
    fn tell_next_try(&mut self) {
        let Some(since) = self.probe_news.take() else { return };
        let row_ready = self.demand(since).row_ready;
        let is_to_come = self.stop.ending().is_none() && !self.is_over();
        let next_try = self.breaker.next_try(row_ready, since).filter(|_| is_to_come);
        self.news.extend(next_try.map(|pause| Event::Breaker(BreakerChange::Waiting(pause))));
    }

    async fn write(&mut self, launches: Vec<Launch>) {
        let step = std::mem::take(&mut self.step);
        let has_outcomes = !step.answers.is_empty();
        let (span, target) = (self.job.span, self.job.target.clone());
        match self.store.with(move |journal| journal.commit_or_rescue(span, &target, &step)).await {
            Ok(()) => {
                if has_outcomes {
                    failpoint::die_at("outcome-durable");
                }
                if !launches.is_empty() {
                    failpoint::die_at("grant-durable");
                }
                for Launch { call, request } in launches {
                    self.workers.send(call, request);
                }
            }
            Err(error) => {
                for Launch { call, .. } in launches {
                    self.in_flight.remove(&call);
                    self.gate.answered(self.clock.now());
                }
                // These calls never left.
                self.news.retain(|event| !matches!(event, Event::Granted { .. }));
                self.lose_journal(error);
            }
        }
    }
}
