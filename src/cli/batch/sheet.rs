//! From the reader into the journal: every row, then what only all rows together show.

use chrono::{DateTime, Utc};

use crate::cli::error::Failure;
use crate::journal::{Amendable, InputRecord, Intake, JournalError};
use crate::model::Row;
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
    rows: u64,
}

impl RowSink for IntoJournal<'_, '_> {
    type Error = JournalError;

    fn header(&mut self, header: &InputHeader) -> Result<(), JournalError> {
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
            beyond: 0,
        });
        Ok(())
    }

    fn needs_no_call(&mut self, row: &Row) -> Result<bool, JournalError> {
        self.intake.is_unchanged(row)
    }

    fn row(&mut self, row: &mut Row) -> Result<(), JournalError> {
        self.rows += 1;
        self.intake.add(row)
    }
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
    let mut sink = IntoJournal { intake, headers: Vec::new(), rows: 0 };
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
    let warnings = reading.warnings.iter().map(ToString::to_string).collect();
    Ok(Sheet { rows, warnings, headers })
}

impl From<Stop<JournalError>> for Failure {
    fn from(stop: Stop<JournalError>) -> Self {
        match stop {
            Stop::Unreadable(error) => error.into(),
            Stop::Sink(error) => error.into(),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        let (code, hint) = (error.code(), error.hint());
        Self::new(code, error.to_string()).hint(hint)
    }
}
