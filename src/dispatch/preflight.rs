//! A preflight: every campaign of a batch is looked up after its rows were read and journaled, before the
//! first is sent. What is found goes to the rows in the journal.
//!
//! It stands between sealing and sending, so a kill meanwhile leaves a batch that `resume` goes on
//! with; since no row of it was sent, it looks again first.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use super::catalogue::{Catalogue, list};
use super::events::Event;
use super::reads::{Emit, ReadAccount, ReadJob};
use super::sitting::Job;
use super::store::Store;
use crate::clock::Clock;
use crate::journal::{JournalError, Preflight, RowNumber, Span, UnsentRow};
use crate::model::{CellName, Ending, Signal, Status, StopReason, StreamId};
use crate::platform::Platform;

/// Rows taken from the journal at once.
const PAGE: usize = 512;

/// The cell that the campaign of a row stands in, by the number of its input and its row, if it is known.
pub type CampaignCell<'a> = &'a (dyn Fn(u32, u32) -> Option<CellName> + Sync);

/// Looks the campaigns of a batch up that is about to be sent, unless one of its rows was sent before or none is to
/// be. The job knows afterwards how the rows stand. The ending is [`Ending::Finished`] if all could be asked.
pub async fn preflight<J: Preflight>(
    job: &mut Job,
    cell_of: CampaignCell<'_>,
    journal: Arc<Mutex<J>>,
    platform: Arc<dyn Platform>,
    clock: Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: Emit<'_>,
) -> (Ending, ReadAccount) {
    let store = Store::new(Arc::clone(&journal));
    let streams = match streams_to_list(job, &store).await {
        Ok(streams) if streams.is_empty() => return (Ending::Finished, ReadAccount::default()),
        Ok(streams) => streams,
        Err(error) => return lost(error, ReadAccount::default()),
    };
    let reads =
        ReadJob { span: job.span, target: job.target.clone(), settings: job.settings.clone(), gate: job.gate.clone() };
    let (listed, account) = list(reads, streams, journal, platform, Arc::clone(&clock), signals, emit).await;
    let catalogue = match listed {
        Ok(catalogue) => catalogue,
        Err(ending) => return (ending, account),
    };
    match tell(job, cell_of, &store, &catalogue, &*clock, emit).await {
        Ok(()) => (Ending::Finished, account),
        Err(error) => lost(error, account),
    }
}

fn lost(error: JournalError, account: ReadAccount) -> (Ending, ReadAccount) {
    (Ending::Stopped(StopReason::JournalLost), ReadAccount { journal_error: Some(error), ..account })
}

/// The streams of the rows to look up; none if there is nothing to look for.
async fn streams_to_list<J: Preflight>(job: &Job, store: &Store<J>) -> Result<BTreeSet<StreamId>, JournalError> {
    let (span, mut streams) = (job.span, BTreeSet::new());
    if job.to_send == 0 || store.with(move |journal| journal.attempts_of(span)).await? > 0 {
        return Ok(streams);
    }
    let mut pages = Pages::of(span);
    while let Some(rows) = pages.next(store).await? {
        streams.extend(rows.into_iter().map(|row| row.stream));
    }
    Ok(streams)
}

/// Tells every row what was found.
async fn tell<J: Preflight>(
    job: &mut Job,
    cell_of: CampaignCell<'_>,
    store: &Store<J>,
    catalogue: &Catalogue,
    clock: &dyn Clock,
    emit: Emit<'_>,
) -> Result<(), JournalError> {
    let (span, now) = (job.span, clock.wall());
    let (mut findings, mut news) = (Vec::new(), Vec::new());
    let mut pages = Pages::of(span);
    while let Some(rows) = pages.next(store).await? {
        for UnsentRow { number, place, input, campaign, stream, is_pending } in rows {
            let found = catalogue.findings(&stream, &campaign, cell_of(input, place.row));
            if is_pending && found.iter().any(|found| found.is_problem) {
                // The rows that follow it are looked up themselves.
                news.push(Event::Settled { place, campaign, status: Status::Invalid, at: now, followers: 0 });
            }
            findings.extend(found.into_iter().map(|found| (number, found.is_problem, found.finding)));
        }
    }
    store.with(move |journal| journal.add_findings(&findings, now)).await?;
    news.into_iter().for_each(emit);
    (job.tally, job.to_send) = store.with(move |journal| journal.standing(span)).await?;
    if job.settings.all_or_nothing && job.tally.of(Status::Invalid) > 0 {
        store.with(move |journal| journal.empty_queue(span)).await?;
        job.to_send = 0;
    }
    Ok(())
}

/// The unsent rows of a batch, page by page.
struct Pages {
    span: Span,
    after: RowNumber,
}

impl Pages {
    fn of(span: Span) -> Self {
        Self { span, after: RowNumber(span.before()) }
    }

    async fn next<J: Preflight>(&mut self, store: &Store<J>) -> Result<Option<Vec<UnsentRow>>, JournalError> {
        let Self { span, after } = *self;
        let rows = store.with(move |journal| journal.unsent_rows(span, after, PAGE)).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        self.after = last.number;
        Ok(Some(rows))
    }
}
