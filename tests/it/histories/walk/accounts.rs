//! What must hold after every sitting, for what a new process finds: the accounts, the quota, and that
//! an older wish follows no newer one.

use campaign_scheduler::dispatch::{Event, Sitting};
use campaign_scheduler::journal::{BatchRecord, StoredRow};
use campaign_scheduler::model::{Ending, Moment, Schedule, Status, StopReason};

use super::{House, rows_of};
use crate::histories::mortal::Grave;

impl House {
    /// All that must hold after a sitting, for what a new process finds.
    pub(super) fn check(
        &mut self,
        index: usize,
        before: &[StoredRow],
        sitting: Option<&Sitting>,
        events: &[Event],
        grave: &Grave,
    ) {
        let journal = self.journal();
        let (record, rows) = rows_of(&journal, &self.batches[index].id);
        self.say(format_args!(
            "  {:?}, {:?}",
            sitting.map(|sitting| sitting.ending),
            rows.iter().map(|row| format!("{}={}", row.campaign.as_ref().unwrap(), row.status)).collect::<Vec<_>>()
        ));
        self.check_accounts(index, &record, &rows, sitting);
        self.learn(index, before, events, grave);
        self.check_quota();
        self.check_later_wishes(index);
        for row in &rows {
            self.check_row(index, row, events);
        }
        let batch = &mut self.batches[index];
        batch.open.retain(|campaign| {
            rows.iter().any(|row| {
                row.status == Status::Pending && row.campaign.as_ref().is_some_and(|name| name.as_str() == campaign)
            })
        });
    }

    pub(super) fn check_accounts(
        &self,
        index: usize,
        record: &BatchRecord,
        rows: &[StoredRow],
        sitting: Option<&Sitting>,
    ) {
        let lines = &self.batches[index].lines;
        assert_eq!(rows.len(), lines.len(), "every line stands once");
        for (place, (line, row)) in lines.iter().zip(rows).enumerate() {
            assert_eq!(row.campaign.as_ref().unwrap().as_str(), line.campaign, "in the order of the input");
            assert_eq!(row.place.row, self.batches[index].places[place]);
            assert_eq!(row.error.is_none(), row.status.is_good(), "{line:?} is {} because {:?}", row.status, row.error);
            assert_eq!(
                record.tally.of(row.status),
                rows.iter().filter(|other| other.status == row.status).count() as u64
            );
        }
        let Some(sitting) = sitting else { return };
        if sitting.ending != Ending::Stopped(StopReason::JournalLost) {
            assert_eq!(record.tally, sitting.tally, "the journal and the coordinator count alike");
        }
        let pending = rows.iter().filter(|row| row.status == Status::Pending && row.taken_over_by.is_none()).count();
        if sitting.ending == Ending::Finished && !self.batches[index].settings.all_or_nothing {
            assert_eq!(pending, 0, "what is finished leaves nothing");
        }
    }

    pub(super) fn check_quota(&self) {
        let calls = self.world.calls.lock().unwrap();
        let mut arrivals: Vec<Moment> = calls.iter().filter_map(|call| call.arrived).collect();
        arrivals.extend(self.world.reads.lock().unwrap().iter());
        arrivals.sort_unstable();
        for quota in &self.quotas {
            let most = quota.calls as usize;
            for window in arrivals.windows(most + 1) {
                let (first, last) = (window[0], window[most]);
                let is_blurred = self.jumps.iter().any(|jump| first <= *jump && *jump <= last);
                let span = last.since(first);
                assert!(is_blurred || span >= quota.window, "{} calls within {span:?}, {quota:?}", most + 1);
            }
        }
    }

    /// No call of an older batch follows another wish of a later one.
    pub(super) fn check_later_wishes(&self, index: usize) {
        let calls = self.world.calls.lock().unwrap();
        for call in calls.iter().filter(|call| call.sitting == self.sittings) {
            for later in &self.batches[index + 1..] {
                let is_other = |wish: &Option<Schedule>| *wish != Some(call.schedule);
                let asks = later.wishes.iter().any(|(name, wish)| *name == call.campaign && is_other(wish));
                assert!(!asks, "{} of {} follows {}", call.campaign, self.batches[index].id, later.id);
            }
        }
    }
}
