//! From the reader into the journal: every row, then what only all rows together show.

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::cli::error::Failure;
use crate::journal::{Amendable, InputRecord, Intake, JournalError};
use crate::model::{Row, Signal};
use crate::reader::cross_row::CrossKind;
use crate::reader::{Input, InputHeader, LateLook, ReadError, ReadOptions, RowSink, Stop, read};

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

struct IntoJournal<'intake, 'journal> {
    intake: &'intake mut Intake<'journal>,
    headers: Vec<InputHeader>,
    signals: &'intake mut mpsc::Receiver<Signal>,
    rows: u64,
}

/// Why a row couldn't be kept.
#[derive(Debug)]
enum NotKept {
    Journal(JournalError),
    Signal(Signal),
}

impl RowSink for IntoJournal<'_, '_> {
    type Error = NotKept;

    fn header(&mut self, header: &InputHeader) -> Result<(), NotKept> {
        self.headers.push(header.clone());
        let mut fields = vec![None; header.columns.len()];
        for column in &header.fields {
            if let Some(field) = fields.get_mut(column.index as usize) {
                *field = Some(column.field);
            }
        }
        self.intake.add_input(InputRecord {
            source: header.source.clone(),
            sheet: header.sheet.clone(),
            columns: header.columns.clone(),
            fields,
        });
        Ok(())
    }

    fn row(&mut self, row: Row) -> Result<(), NotKept> {
        if let Ok(signal) = self.signals.try_recv() {
            return Err(NotKept::Signal(signal));
        }
        self.rows += 1;
        self.intake.add(&row).map_err(NotKept::Journal)
    }
}

/// Reads all inputs into a batch that is being made.
///
/// # Errors
/// If an input can't be read as a whole, the journal is lost, or a signal came: nothing was sent.
pub fn read_into(
    intake: &mut Intake<'_>,
    inputs: &[Input],
    options: &ReadOptions,
    now: DateTime<Utc>,
    signals: &mut mpsc::Receiver<Signal>,
) -> Result<Sheet, Failure> {
    let mut sink = IntoJournal { intake, headers: Vec::new(), signals, rows: 0 };
    let reading = read(inputs, options, now, &mut std::io::stdin().lock(), &mut sink)?;
    let IntoJournal { intake, headers, rows, .. } = sink;
    for found in reading.cross_rows {
        intake.amend(found.ordinal, |row| {
            let header = headers.iter().find(|header| header.input == row.input);
            let Amendable { problems, warnings, campaign, line, .. } = row;
            LateLook { campaign: campaign.as_ref(), line: *line, problems, warnings }.take(&found, header);
        })?;
        if let CrossKind::Repeats { leader, .. } = found.kind {
            intake.follow(found.ordinal, leader)?;
        }
    }
    let warnings = reading.warnings.iter().map(|warning| format!("{}: {}", warning.place, warning.message)).collect();
    Ok(Sheet { rows, warnings, headers })
}

impl From<Stop<NotKept>> for Failure {
    fn from(stop: Stop<NotKept>) -> Self {
        match stop {
            Stop::Unreadable(error) => error.into(),
            Stop::Sink(NotKept::Journal(error)) => error.into(),
            Stop::Sink(NotKept::Signal(signal)) => stopped_while_reading(signal),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let (code, hint) = (error.code(), error.hint());
        Self::new(code, error.to_string()).hint(hint)
    }
}

/// A signal came before the first call.
pub fn stopped_while_reading(signal: Signal) -> Failure {
    Failure::new("stopped", format!("stopped by {} while the sheet was read; nothing was sent", signal.as_str()))
        .hint("run it again")
        .exits(signal.exit_code())
}
