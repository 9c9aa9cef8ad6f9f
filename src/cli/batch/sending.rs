//! A sealed batch from the first grant to the last file.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::Connected;
use super::ending::{calls_of, finish};
use super::sealed::{Batch, Work};
use super::sheet::cell_of_campaign;
use crate::cli::error::warn;
use crate::clock::Clock;
use crate::dispatch::{Event, Job, ReadJob, Sitting, dispatch, preflight, verify};
use crate::journal::SqliteJournal;
use crate::model::{Ending, Signal, StopReason};

/// Sends the batch, writes its files, prints its summary, and gives the exit code.
pub async fn send(
    mut batch: Batch,
    journal: SqliteJournal,
    connected: Connected,
    clock: Arc<dyn Clock>,
    mut signals: mpsc::Receiver<Signal>,
) -> u8 {
    let mut watchers = std::mem::take(&mut batch.watchers);
    let earlier = calls_of(&batch, &journal);
    let journal = Arc::new(Mutex::new(journal));
    let sitting = sit(&batch, &journal, &connected, &clock, &mut signals, &mut |event| watchers.observe(&event)).await;
    let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
    // What they have still to say comes before the summary.
    watchers.end().iter().for_each(|lost| warn(lost));
    finish(&batch, &journal, earlier, &sitting, clock.wall())
}

/// Look, send, read back: as much of it as the batch asks for and the one before lets follow.
async fn sit(
    batch: &Batch,
    journal: &Arc<Mutex<SqliteJournal>>,
    connected: &Connected,
    clock: &Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: &mut (dyn FnMut(Event) + Send),
) -> Sitting {
    let platform = || Arc::clone(&connected.platform);
    let mut sitting = Sitting::idle(batch.record.tally);
    if let Work::Send { to_send, .. } = batch.work {
        let mut job = Job {
            kind: batch.record.kind,
            span: batch.record.span,
            target: batch.record.target.clone(),
            settings: batch.send.clone(),
            tally: batch.record.tally,
            to_send,
            gate: connected.gate.clone(),
        };
        if batch.send.preflight {
            connected.make_unsent_known(journal, job.span);
            let headers = &batch.headers;
            let cell_of = |input, row| cell_of_campaign(headers, input, row);
            let (journal, clock) = (Arc::clone(journal), Arc::clone(clock));
            let (ending, account) = preflight(&mut job, &cell_of, journal, platform(), clock, signals, emit).await;
            sitting = Sitting { tally: job.tally, ..sitting.and_then_read(ending, account) };
        }
        if sitting.ending == Ending::Finished {
            let (journal, clock) = (Arc::clone(journal), Arc::clone(clock));
            sitting = sitting.and_then(dispatch(job, journal, platform(), clock, signals, emit).await);
        }
    }
    if batch.work.reads_back(batch) && lets_verify(sitting.ending) {
        let job = ReadJob {
            span: batch.record.span,
            target: batch.record.target.clone(),
            settings: batch.send.clone(),
            gate: connected.gate.clone(),
        };
        let (journal, clock) = (Arc::clone(journal), Arc::clone(clock));
        let (ending, account) = verify(job, journal, platform(), clock, signals, emit).await;
        sitting = sitting.and_then_read(ending, account);
    }
    sitting
}

/// Reading back makes no sense where the platform can't or mustn't be asked.
const fn lets_verify(ending: Ending) -> bool {
    match ending {
        Ending::Finished => true,
        Ending::Signalled(_) => false,
        Ending::Stopped(reason) => match reason {
            StopReason::TooManyFailures
            | StopReason::Canary
            | StopReason::ResultsUnwritable
            | StopReason::AccountsOpen => true,
            StopReason::Credentials
            | StopReason::Outage
            | StopReason::Unlisted
            | StopReason::RateLimited
            | StopReason::JournalLost => false,
        },
    }
}
