//! From the reader into the journal: every row, then what only all rows together show.

use chrono::{DateTime, Utc};

use crate::cli::error::Failure;
use crate::journal::{InputRecord, Intake, JournalError};
use crate::model::Row;
use crate::reader::{Input, InputHeader, ReadOptions, RowSink};

/// What was read besides the rows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// What is suspicious about a whole sheet.
    pub warnings: Vec<String>,
}

struct IntoJournal<'intake, 'journal>(&'intake mut Intake<'journal>);

impl RowSink for IntoJournal<'_, '_> {
    type Error = JournalError;

    fn header(&mut self, header: &InputHeader) -> Result<(), JournalError> {
        self.0.add_input(InputRecord {
            source: header.source.clone(),
            sheet: header.sheet.clone(),
            columns: header.columns.clone(),
        });
        Ok(())
    }

    fn row(&mut self, row: Row) -> Result<(), JournalError> {
        self.0.add(&row)
    }
}
