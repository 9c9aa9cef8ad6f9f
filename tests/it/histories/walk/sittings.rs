//! What is done with a batch: it is sent, gone on with, and read back.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use campaign_scheduler::clock::Clock;
use campaign_scheduler::dispatch::{GateLeft, Job, ReadJob, Sitting, dispatch, preflight, verify};
use campaign_scheduler::journal::{SqliteJournal, StoredRow};
use campaign_scheduler::model::{Delivery, Ending, SendSettings, Status};
use tokio::sync::mpsc;

use super::chance::Cut;
use super::{House, rows_of};
use crate::engine::rig::target;
use crate::histories::mortal::{Grave, Mortal};
use crate::histories::world::Shared;

impl House {
    pub(super) async fn resume(&mut self, named: Option<usize>) {
        let mut journal = self.journal();
        let latest = || {
            let batch = journal.batches().unwrap().into_iter().find(|batch| batch.has_rows_to_send)?;
            self.batches.iter().position(|known| known.id == batch.id)
        };
        let Some(index) = named.or_else(latest) else { return };
        let span = rows_of(&journal, &self.batches[index].id).0.span;
        let delivery = match self.rng.u32(0..4) {
            0 => Delivery::AtMostOnce,
            1 => Delivery::AtLeastOnce,
            _ => self.batches[index].settings.delivery,
        };
        self.say(format_args!("resume {} {delivery:?}", self.batches[index].id));
        if delivery == Delivery::AtMostOnce {
            let (_, before) = rows_of(&journal, &self.batches[index].id);
            journal.leave_doubtful(span, self.clock.wall()).unwrap();
            let (_, after) = rows_of(&journal, &self.batches[index].id);
            let is_left = |(before, after): &(StoredRow, StoredRow)| before.status != after.status;
            for (row, _) in before.into_iter().zip(after).filter(is_left) {
                self.batches[index].open.remove(row.campaign.unwrap().as_str());
            }
        }
        for status in [Status::Failed, Status::Unknown, Status::Rejected] {
            if self.rng.u32(0..4) == 0 {
                self.say(format_args!("  --retry {status}"));
                self.retry(index, &journal, status);
                journal.queue_again(span, status).unwrap();
            }
        }
        let settings = SendSettings { canary: None, delivery, ..self.batches[index].settings.clone() };
        let cut = self.cut();
        self.sit(index, journal, settings, cut).await;
    }

    /// Rows that ended like this are open again, unless a later batch has met their campaign.
    pub(super) fn retry(&mut self, index: usize, journal: &SqliteJournal, status: Status) {
        let (_, rows) = rows_of(journal, &self.batches[index].id);
        for row in rows.iter().filter(|row| row.status == status && row.taken_over_by.is_none()) {
            let campaign = row.campaign.as_ref().unwrap().to_string();
            self.batches[index].retried.insert(campaign.clone());
            self.batches[index].open.insert(campaign);
        }
    }

    pub(super) async fn sit(&mut self, index: usize, journal: SqliteJournal, settings: SendSettings, cut: Cut) {
        self.sittings += 1;
        self.delivery = settings.delivery;
        self.mood(index);
        self.say(format_args!("  {:?}, {cut:?}", self.world.mood.lock().unwrap()));
        let (record, before) = rows_of(&journal, &self.batches[index].id);
        let looks = settings.preflight;
        *self.world.catalogue.lock().unwrap() = looks.then(|| self.catalogue(&before));
        let mut job = Job {
            kind: record.kind,
            span: record.span,
            target: target(),
            settings,
            tally: record.tally,
            to_send: journal.to_send(record.span).unwrap(),
            gate: GateLeft::default(),
        };
        let (grave, is_gone) = Grave::new();
        let journal = Arc::new(Mutex::new(Mortal { inner: journal, death: cut.death(), grave: Arc::clone(&grave) }));
        let (signal, mut signals) = mpsc::channel(1);
        let mut events = Vec::new();
        let sitting = {
            let (platform, clock) = (Arc::new(Shared(Arc::clone(&self.world))), Arc::new(self.clock.clone()));
            let mut emit = |event| events.push(event);
            let sending = async {
                let mut sitting = Sitting::idle(job.tally);
                if looks {
                    let (journal, platform) = (Arc::clone(&journal), Arc::clone(&platform));
                    let (clock, nowhere) = (Arc::clone(&clock), |_, _| None);
                    let (ending, account) =
                        preflight(&mut job, &nowhere, journal, platform, clock, &mut signals, &mut emit).await;
                    sitting = Sitting { tally: job.tally, ..sitting.and_then_read(ending, account) };
                }
                if sitting.ending != Ending::Finished {
                    return sitting;
                }
                let journal = Arc::clone(&journal);
                sitting.and_then(dispatch(job, journal, platform, clock, &mut signals, &mut emit).await)
            };
            tokio::select! {
                biased;
                () = cut.befall(&grave, &signal) => None,
                sitting = sending => Some(sitting),
            }
        };
        self.bury(journal, is_gone).await;
        let catalogue = self.world.catalogue.lock().unwrap().take();
        self.check(index, &before, sitting.as_ref(), &events, &grave);
        if let Some(catalogue) = catalogue {
            self.check_preflight(index, &before, &catalogue);
        }
    }

    /// Reads a batch back.
    pub(super) async fn look(&mut self, index: usize) {
        self.sittings += 1;
        self.mood(index);
        let journal = self.journal();
        let (record, before) = rows_of(&journal, &self.batches[index].id);
        let settings = SendSettings { quotas: self.quotas.clone(), rate: None, ..SendSettings::default() };
        let job = ReadJob { span: record.span, target: target(), settings, gate: GateLeft::default() };
        let cut = self.cut();
        self.say(format_args!("verify {}: {:?}, {cut:?}", record.id, self.world.mood.lock().unwrap()));
        let (grave, is_gone) = Grave::new();
        let journal = Arc::new(Mutex::new(Mortal { inner: journal, death: cut.death(), grave: Arc::clone(&grave) }));
        let (signal, mut signals) = mpsc::channel(1);
        {
            let (platform, clock) = (Arc::new(Shared(Arc::clone(&self.world))), Arc::new(self.clock.clone()));
            let mut ignore = |_| ();
            let looking = verify(job, Arc::clone(&journal), platform, clock, &mut signals, &mut ignore);
            tokio::select! {
                biased;
                () = cut.befall(&grave, &signal) => {}
                _ = looking => {}
            }
        }
        self.bury(journal, is_gone).await;
        self.check_look(index, &before);
    }

    /// What the journal's thread had begun is over before the next process begins.
    async fn bury(&self, journal: Arc<Mutex<Mortal>>, is_gone: Sender<()>) {
        drop(is_gone);
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        tokio::task::yield_now().await;
        drop(Arc::into_inner(journal).expect("nobody holds the journal").into_inner().unwrap());
    }
}
