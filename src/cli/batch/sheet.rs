//! From the reader into the journal: every row, then what only all rows together show.
//!
//! One thread reads, one writes: to check a row and to make it ready takes about as long as to write it.

use std::io;
use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use chrono::{DateTime, Utc};

use crate::cli::error::Failure;
use crate::journal::{Amendable, Entry, InputRecord, Intake, JournalError, Meaning, NobodyWrites, Pages, Taken};
use crate::model::{CellName, Field, Row, Target};
use crate::reader::cross_row::CrossKind;
use crate::reader::{Input, InputHeader, LateLook, ReadError, ReadOptions, Reading, RowSink, Stop, read};

/// What was read besides the rows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// How many rows there are.
    pub rows: u64,
    /// What is suspicious about a whole sheet.
    pub warnings: Vec<String>,
    /// The headers of the inputs, for findings that come late.
    pub headers: Vec<InputHeader>,
}

/// The end at which rows are read.
struct IntoJournal<'intake, 'journal> {
    intake: &'intake Mutex<&'intake mut Intake<'journal>>,
    target: &'intake Target,
    pages: Pages<Entry>,
    headers: Vec<InputHeader>,
    rows: u64,
}

/// Why no more rows are taken.
enum Refusal {
    /// The journal is lost.
    Journal(JournalError),
    /// The thread that writes has ended, and knows why.
    NobodyWrites,
}

impl From<JournalError> for Refusal {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<NobodyWrites> for Refusal {
    fn from(_: NobodyWrites) -> Self {
        Self::NobodyWrites
    }
}

impl RowSink for IntoJournal<'_, '_> {
    type Error = Refusal;

    fn header(&mut self, header: &InputHeader) -> Result<(), Refusal> {
        self.headers.push(header.clone());
        let mut fields = vec![None; header.columns.len()];
        for column in &header.fields {
            if let Some(field) = fields.get_mut(column.index as usize) {
                *field = Some(column.field);
            }
        }
        lock(self.intake).add_input(InputRecord {
            source: header.source.clone(),
            sheet: header.sheet.clone(),
            columns: header.columns.clone(),
            fields,
            beyond: 0,
            is_results: header.is_results,
        });
        Ok(())
    }

    fn needs_no_call(&mut self, row: &Row) -> Result<bool, Refusal> {
        Ok(lock(self.intake).is_unchanged(&Meaning::of(row, self.target))?)
    }

    fn row(&mut self, row: &mut Row) -> Result<(), Refusal> {
        self.rows += 1;
        let entry = Entry::of(row, self.target)?;
        let weight = entry.weight();
        Ok(self.pages.push(entry, weight)?)
    }
}

/// The end at which they are written.
fn write(intake: &Mutex<&mut Intake<'_>>, pages: Taken<Entry>) -> Result<(), JournalError> {
    pages.try_for_each(|page| lock(intake).add_entries(page))
}

fn lock<T>(intake: &Mutex<T>) -> MutexGuard<'_, T> {
    intake.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads all inputs into a batch that is being made.
///
/// # Errors
/// If an input can't be read as a whole or the journal is lost: nothing was sent.
pub fn read_into(
    intake: &mut Intake<'_>,
    inputs: &[Input],
    options: &ReadOptions,
    now: DateTime<Utc>,
) -> Result<Sheet, Failure> {
    let (reading, headers, rows) = read_rows(intake, inputs, options, now)?;
    for found in reading.cross_rows {
        intake.amend(found.ordinal, |row| {
            let header = headers.iter().find(|header| header.input == row.input);
            let Amendable { problems, warnings, campaign, action, line, .. } = row;
            LateLook { campaign: campaign.as_ref(), action: *action, line: *line, problems, warnings }
                .take(&found, header);
        })?;
        if let CrossKind::Repeats { leader, .. } = found.kind {
            intake.follow(found.ordinal, leader)?;
        }
    }
    let warnings = reading.warnings.iter().map(ToString::to_string).collect();
    Ok(Sheet { rows, warnings, headers })
}

fn read_rows(
    intake: &mut Intake<'_>,
    inputs: &[Input],
    options: &ReadOptions,
    now: DateTime<Utc>,
) -> Result<(Reading, Vec<InputHeader>, u64), Failure> {
    let target = intake.target().clone();
    let intake = Mutex::new(intake);
    thread::scope(|scope| {
        let (to, pages) = Pages::new();
        let writer = thread::Builder::new()
            .name("journal".to_owned())
            .spawn_scoped(scope, || write(&intake, pages))
            .map_err(|error| Failure::new("system", format!("no thread can be started to write rows: {error}")))?;
        let mut sink = IntoJournal { intake: &intake, target: &target, pages: to, headers: Vec::new(), rows: 0 };
        let reading = read(inputs, options, now, &mut io::stdin().lock(), &mut sink);
        let IntoJournal { headers, rows, pages, .. } = sink;
        // Of a sheet that can't be read the last page changes nothing: its batch is discarded.
        let ended = pages.end();
        let reading = reading.and_then(|reading| ended.map(|()| reading).map_err(|nobody| Stop::Sink(nobody.into())));
        // Its own error is why nobody writes any more.
        writer.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        Ok((reading?, headers, rows))
    })
}

/// The cell that a row's campaign stands in, if the input's header is at hand.
pub fn cell_of_campaign(headers: &[InputHeader], input: u32, row: u32) -> Option<CellName> {
    let header = headers.iter().find(|header| header.input == input)?;
    let column = header.fields.iter().find(|column| column.field == Field::CampaignName)?.column;
    Some(CellName { column, row })
}

impl From<Stop<Refusal>> for Failure {
    fn from(stop: Stop<Refusal>) -> Self {
        match stop {
            Stop::Unreadable(error) => error.into(),
            Stop::Sink(Refusal::Journal(error)) => error.into(),
            Stop::Sink(Refusal::NobodyWrites) => Self::new("system", "the thread that writes rows has ended"),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let (code, hint) = (error.code(), error.hint());
        Self::new(code, error.to_string()).hint(hint)
    }
}
