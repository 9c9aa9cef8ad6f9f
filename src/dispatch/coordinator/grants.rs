//! From a ready row to a call that leaves: the grant is written first.

use super::{Coordinator, Emit, Flight};
use crate::dispatch::calling::Launch;
use crate::dispatch::events::Event;
use crate::dispatch::queue::Track;
use crate::dispatch::records::change;
use crate::journal::{Grant, Journal};
use crate::model::Moment;
use crate::model::quota::NextGrant;
use crate::model::transition::Happening;
use crate::platform::Request;

impl<J: Journal> Coordinator<J> {
    /// Gives every grant that can be given now.
    pub(super) fn grant(&mut self) -> Vec<Launch> {
        let mut launches = Vec::new();
        while self.calling.stop.ending().is_none() {
            let now = self.calling.clock.now();
            let is_now = self.calling.next_grant(self.row_ready(now), now) == NextGrant::Now;
            if !is_now || !self.calling.has_credentials() {
                break;
            }
            let (new_rows, wants_new) = (self.calling.stop.admits_new_rows(), self.calling.breaker.wants_new_row());
            let Some(track) = self.queue.take(now, new_rows, wants_new) else { break };
            if track.row.schedule.has_passed(self.job.settings.allow_past_start, self.calling.clock.wall()) {
                self.settle_too_late(track);
                continue;
            }
            if !self.calling.gate.take() {
                self.queue.try_again(track, now);
                continue;
            }
            launches.push(self.launch(track, now));
        }
        launches
    }

    fn launch(&mut self, mut track: Track, now: Moment) -> Launch {
        let granted_at = self.calling.clock.wall();
        let call = self.calling.number();
        if !std::mem::replace(&mut track.was_granted, true) {
            self.calling.stop.granted_new_row();
        }
        track.life = track.life.after(Happening::Granted, self.rules()).0;
        track.row.submitted_at.get_or_insert(granted_at);
        self.calling.step.grants.push(Grant { call, row: Some(track.row.number), granted_at });
        self.calling.news.push(Event::Granted {
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
        let now = self.calling.clock.wall();
        self.account_for(&track);
        let stop =
            self.calling.stop.settled(track.life.status(), 1 + u64::from(track.row.followers), track.was_granted);
        stop.into_iter().for_each(|reason| self.calling.stop_for(reason));
        self.calling.step.changes.push(change(&track, Happening::TooLate, None, self.job.course(), now));
        self.calling.news.push(Event::Settled {
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
        if !self.calling.step.is_empty()
            && let Err(never_left) = self.calling.write(launches).await
        {
            for call in never_left {
                self.in_flight.remove(&call);
            }
        }
        self.refill().await;
        let (now, is_over) = (self.calling.clock.now(), self.is_over());
        self.calling.tell(self.row_ready(now), is_over, emit);
    }
}
