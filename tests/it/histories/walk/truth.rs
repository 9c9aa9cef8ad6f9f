//! What became of the calls, and that each row says so.

use std::collections::HashMap;

use campaign_scheduler::dispatch::Event;
use campaign_scheduler::journal::StoredRow;
use campaign_scheduler::model::{Delivery, Schedule, Status};

use super::House;
use crate::histories::mortal::Grave;
use crate::histories::reference::Known;
use crate::histories::world::{Call, Said};

impl House {
    /// What the calls of the last sitting made known.
    pub(super) fn learn(&mut self, index: usize, before: &[StoredRow], events: &[Event], grave: &Grave) {
        let calls = self.world.calls.lock().unwrap().clone();
        let batch = &mut self.batches[index];
        let mut answered: HashMap<&str, usize> = HashMap::new();
        for event in events {
            if let Event::Answered { campaign, .. } = event {
                *answered.entry(campaign.as_str()).or_default() += 1;
            }
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for call in calls.iter().filter(|call| call.sitting == self.sittings) {
            let name = call.campaign.as_str();
            assert!(batch.open.contains(name), "{name} is called though its row was settled or taken over");
            let at_most_once = self.delivery == Delivery::AtMostOnce;
            let nth = seen.entry(name).or_default();
            *nth += 1;
            let is_known_of = answered.get(name).copied().unwrap_or(0) >= *nth;
            let known = self.known.entry(call.campaign.clone()).or_default();
            assert!(
                !(at_most_once && !batch.retried.contains(name) && known.is_surely_in_doubt(call.schedule)),
                "{name} is called again though an earlier call may have arrived"
            );
            let mut after = known.clone();
            if call.took_effect {
                self.mistaken.remove(&call.campaign);
            }
            match call.said {
                Some(Said::Accepted) => after.accepted(call.schedule),
                Some(said) if !said.leaves_doubt() => {}
                _ => after.in_doubt(call.schedule),
            }
            if !is_known_of {
                let mut doubt = Known::default();
                doubt.in_doubt(call.schedule);
                after.or(doubt);
            }
            *known = after;
        }
        let attempts: Vec<_> = grave.never_left.lock().unwrap().iter().filter_map(|grant| grant.row).collect();
        for number in attempts {
            let row = &before[usize::try_from(number.ordinal()).unwrap()];
            let campaign = row.campaign.as_ref().unwrap().to_string();
            self.known.entry(campaign.clone()).or_default().in_doubt(row.schedule.unwrap());
            batch.never_left.entry(campaign).or_default().push(row.schedule.unwrap());
        }
    }

    /// A row's status agrees with what truly became of its calls.
    pub(super) fn check_row(&self, index: usize, row: &StoredRow, events: &[Event]) {
        let batch = &self.batches[index];
        let campaign = row.campaign.as_ref().unwrap().to_string();
        let line = &batch.lines[usize::try_from(row.ordinal).unwrap()];
        let is_seen = batch.looked_at.contains(&campaign) || self.mistaken.contains(&campaign);
        if line.broken || row.taken_over_by.is_some() || is_seen {
            return;
        }
        let all = self.world.calls.lock().unwrap();
        let is_its =
            |call: &&Call| call.batch == index && call.campaign == campaign && Some(call.schedule) == row.schedule;
        let calls: Vec<_> = all.iter().filter(is_its).collect();
        let never_left = batch
            .never_left
            .get(&campaign)
            .map_or(0, |schedules| schedules.iter().filter(|schedule| Some(**schedule) == row.schedule).count());
        let is_doubtful = never_left > 0
            || calls.iter().any(|call| call.said.is_none_or(Said::leaves_doubt))
            || batch.born_in_doubt.contains(&campaign);
        let says = |status: Status| format!("{campaign} of {} is {status} after {calls:?}", batch.id);
        let last = calls.last();
        // What a later batch did, or another row of this one where the first was too late to be
        // compared, is not this row's.
        let is_last = !self.may_have_left_later(index, &campaign)
            && !all.iter().any(|call| {
                call.campaign == campaign
                    && (call.batch > index || (call.batch == index && Some(call.schedule) != row.schedule))
            });
        let held = if is_last { self.world.holds.lock().unwrap().get(&campaign).copied() } else { row.schedule };
        match row.status {
            Status::Scheduled | Status::Disabled => {
                assert_eq!(last.unwrap().said, Some(Said::Accepted), "{}", says(row.status));
                assert_eq!(held, row.schedule, "{}", says(row.status));
                assert_eq!(row.status == Status::Disabled, row.schedule == Some(Schedule::Disable));
            }
            Status::Unchanged => assert_eq!(held, row.schedule, "{}", says(row.status)),
            Status::Failed | Status::Invalid => {
                assert!(!calls.iter().any(|call| call.took_effect), "{}", says(row.status));
                let is_surely = never_left > 0 || calls.iter().any(|call| call.said.is_some_and(Said::leaves_doubt));
                assert!(!is_surely, "{}", says(row.status));
                let is_held_to_it = is_last && !batch.doubted_since.contains(&campaign) && !is_unlisted(row);
                let known = self.known.get(&campaign).zip(row.schedule).filter(|_| is_held_to_it);
                assert!(
                    known.is_none_or(|(known, schedule)| !known.is_surely_in_doubt(schedule)),
                    "{} and the campaign is in doubt",
                    says(row.status)
                );
            }
            Status::Rejected => assert_eq!(last.unwrap().said, Some(Said::Rejected), "{}", says(row.status)),
            Status::Unknown => {
                let is_killed = calls.iter().any(|call| call.said.is_some());
                assert!(is_doubtful || is_killed, "{}", says(row.status));
            }
            Status::Pending => {}
        }
        // What was said is on disk.
        let mut said = None;
        for event in events {
            match event {
                Event::Answered { place, status, .. } | Event::Settled { place, status, .. } if *place == row.place => {
                    said = Some(*status);
                }
                _ => {}
            }
        }
        if let Some(said) = said.filter(|said| *said != Status::Pending) {
            assert_eq!(said, row.status, "{} was shown before it was durable", says(row.status));
        }
        let is_leader = !batch.lines[..usize::try_from(row.ordinal).unwrap()].contains(line);
        if is_leader && row.status != Status::Unchanged {
            assert_eq!(row.attempts as usize, calls.len() + never_left, "{}", says(row.status));
        }
    }
}

/// A preflight didn't find its campaign.
pub(super) fn is_unlisted(row: &StoredRow) -> bool {
    row.error.as_ref().is_some_and(|error| error.starts_with("campaign-not-found"))
}
