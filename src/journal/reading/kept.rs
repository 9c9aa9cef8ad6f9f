//! A row on its way out of the journal.
//!
//! Its cells and its schedule stand in the journal as texts. To read these takes as long as to fetch the row, so
//! it is done where the row is wanted, by another thread; and not at all where it isn't.

use crate::journal::JournalError;
use crate::journal::record::StoredRow;

/// A row as it was fetched, its texts unread.
#[derive(Debug)]
pub struct KeptRow {
    row: StoredRow,
    cells: Option<String>,
    schedule: Option<String>,
}

/// Which texts of a row are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Its cells.
    Cells,
    /// Its schedule too.
    Schedule,
}

impl KeptRow {
    /// `row` as far as it is read; the texts of the rest.
    pub(in crate::journal) const fn new(row: StoredRow, cells: String, schedule: Option<String>) -> Self {
        Self { row, cells: Some(cells), schedule }
    }

    /// The same with another row, as far as it is read.
    pub(in crate::journal) fn map(self, change: impl FnOnce(StoredRow) -> StoredRow) -> Self {
        Self { row: change(self.row), ..self }
    }

    /// Where it is in the input of its batch, from 0.
    pub const fn ordinal(&self) -> u64 {
        self.row.ordinal
    }

    /// About how many bytes it holds, where these are many.
    pub fn weight(&self) -> usize {
        self.cells.as_ref().map_or(0, String::len)
    }

    /// Shows the row, with what is wanted of it. What is read for that is dropped here, in the thread that read it,
    /// and the texts are dropped in the thread that fetched them: freeing another thread's memory has that one wait.
    ///
    /// # Errors
    /// If a text can't be read.
    pub fn show<T>(&mut self, wanted: Wanted, look: impl FnOnce(&StoredRow) -> T) -> Result<T, JournalError> {
        let Self { row, cells, schedule } = self;
        if let Some(cells) = cells {
            row.cells = serde_json::from_str(cells)?;
        }
        if let (Wanted::Schedule, Some(schedule)) = (wanted, schedule) {
            row.schedule = Some(serde_json::from_str(schedule)?);
        }
        let seen = look(row);
        if cells.is_some() {
            row.cells = Vec::new();
        }
        Ok(seen)
    }

    /// The whole row.
    ///
    /// # Errors
    /// If a text can't be read.
    pub fn into_row(self) -> Result<StoredRow, JournalError> {
        let Self { mut row, cells, schedule } = self;
        if let Some(cells) = cells {
            row.cells = serde_json::from_str(&cells)?;
        }
        if let Some(schedule) = schedule {
            row.schedule = Some(serde_json::from_str(&schedule)?);
        }
        Ok(row)
    }
}

impl From<StoredRow> for KeptRow {
    fn from(row: StoredRow) -> Self {
        Self { row, cells: None, schedule: None }
    }
}
