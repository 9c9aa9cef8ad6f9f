//! `run --preflight`: every campaign is looked up after the sheet was read and journaled, before the
//! first row is sent. What is found goes to the rows in the journal.
//!
//! It stands between sealing and sending, so a kill meanwhile leaves a batch that `resume` goes on
//! with; since no row of it was sent, it looks again first.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::Connected;
use super::sealed::Batch;
use crate::clock::Clock;
use crate::dispatch::{Catalogue, Event, ReadJob, Sitting, list};
use crate::journal::{JournalError, RowNumber, Span, SqliteJournal, UnsentRow};
use crate::model::{CellName, Ending, Field, Place, Signal, Status, StreamId};
use crate::reader::InputHeader;

/// Rows taken from the journal at once.
const PAGE: usize = 512;

/// What a preflight leaves to be sent.
pub(super) struct Looked {
    /// How it ended, and the rows' sums.
    pub(super) sitting: Sitting,
    /// Rows that wait for a grant.
    pub(super) to_send: u64,
}

/// Looks all campaigns of a batch up, if that was asked for and none of its rows was sent yet.
pub(super) async fn preflight(
    batch: &Batch,
    to_send: u64,
    journal: &Arc<Mutex<SqliteJournal>>,
    connected: &Connected,
    clock: &Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: &mut (dyn FnMut(Event) + Send),
) -> Looked {
    let span = batch.record.span;
    let idle = Sitting::idle(batch.record.tally);
    let streams = match streams_to_list(batch, to_send, journal, connected) {
        Ok(Some(streams)) => streams,
        Ok(None) => return Looked { sitting: idle, to_send },
        Err(error) => return Looked { sitting: idle.lost(error), to_send },
    };
    let gate = connected.gate.clone();
    let job = ReadJob { span, target: batch.record.target.clone(), settings: batch.send.clone(), gate };
    let (platform, own_clock) = (Arc::clone(&connected.platform), Arc::clone(clock));
    let (listed, account) = list(job, streams, Arc::clone(journal), platform, own_clock, signals, emit).await;
    let catalogue = match listed {
        Ok(catalogue) => catalogue,
        Err(ending) => return Looked { sitting: idle.and_then_read(ending, account), to_send },
    };
    let sitting = idle.and_then_read(Ending::Finished, account);
    let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
    match tell(batch, &mut journal, &catalogue, clock, emit) {
        Ok((tally, to_send)) => Looked { sitting: Sitting { tally, ..sitting }, to_send },
        Err(error) => Looked { sitting: sitting.lost(error), to_send },
    }
}

/// The streams of the rows to look up; `None` if there is nothing to look for.
fn streams_to_list(
    batch: &Batch,
    to_send: u64,
    journal: &Mutex<SqliteJournal>,
    connected: &Connected,
) -> Result<Option<Vec<StreamId>>, JournalError> {
    let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
    if !batch.send.preflight || to_send == 0 || journal.calls_of(batch.record.span)?.0 > 0 {
        return Ok(None);
    }
    let mut streams = BTreeSet::new();
    for_each_page(&journal, batch.record.span, |rows| {
        for row in rows {
            connected.make_known(&row.stream, &row.campaign);
            if !streams.contains(row.stream.as_str()) {
                streams.insert(row.stream.as_str().to_owned());
            }
        }
        Ok(())
    })?;
    Ok(Some(streams.into_iter().map(StreamId::new).collect()))
}

/// Tells every row what was found; gives the rows' sums and how many are left to send.
fn tell(
    batch: &Batch,
    journal: &mut SqliteJournal,
    catalogue: &Catalogue,
    clock: &Arc<dyn Clock>,
    emit: &mut (dyn FnMut(Event) + Send),
) -> Result<(crate::model::Tally, u64), JournalError> {
    let (span, now) = (batch.record.span, clock.wall());
    let (mut findings, mut news) = (Vec::new(), Vec::new());
    for_each_page(journal, span, |rows| {
        for row in rows {
            let cell = cell_of_campaign(&batch.headers, row.input, row.line);
            let found = catalogue.findings(&row.stream, &row.campaign, cell);
            if row.is_pending && found.iter().any(|found| found.is_problem) {
                news.push(ended(batch, &row, now));
            }
            findings.extend(found.into_iter().map(|found| (row.number, found.is_problem, found.finding)));
        }
        Ok(())
    })?;
    journal.add_findings(&findings, now)?;
    news.into_iter().flatten().for_each(emit);
    let tally = journal.tally(span)?;
    if batch.send.all_or_nothing && tally.of(Status::Invalid) > 0 {
        journal.empty_queue(span)?;
    }
    Ok((tally, journal.to_send(span)?))
}

/// That a row ended here. The rows that follow it are looked up themselves.
fn ended(batch: &Batch, row: &UnsentRow, at: DateTime<Utc>) -> Option<Event> {
    let input = batch.record.inputs.get(usize::try_from(row.input).ok()?)?;
    let sheet = input.sheet.as_deref().map(Into::into);
    let place = Place { source: input.source.as_str().into(), sheet, row: row.line };
    Some(Event::Settled { place, campaign: row.campaign.clone(), status: Status::Invalid, at, followers: 0 })
}

fn for_each_page(
    journal: &SqliteJournal,
    span: Span,
    mut visit: impl FnMut(Vec<UnsentRow>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let mut after = RowNumber(span.before());
    loop {
        let rows = journal.unsent_rows(span, after, PAGE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.number;
        visit(rows)?;
    }
}

/// The cell that a row's campaign stands in, if the input's header is at hand.
pub fn cell_of_campaign(headers: &[InputHeader], input: u32, row: u32) -> Option<CellName> {
    let header = headers.iter().find(|header| header.input == input)?;
    let column = header.fields.iter().find(|column| column.field == Field::CampaignName)?.column;
    Some(CellName { column, row })
}
