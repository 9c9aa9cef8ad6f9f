//! The results: every row of the batch with what became of it, and the rejects: those to mend.
//!
//! Both have the input's own columns first, so that a person finds the sheet again that was handed
//! in, and so that either file can be handed in again as it is.

pub mod csv;
pub mod quoting;
pub mod xlsx;

use std::path::Path;

use super::{ReportError, RowSource, Written};
use crate::journal::{BatchRecord, StoredRow};

/// Which rows a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// All of the batch.
    All,
    /// Those that did not make it: invalid, rejected, failed, unknown or pending.
    Rejects,
}

impl Rows {
    /// True if a row belongs in such a file.
    pub const fn holds(self, row: &StoredRow) -> bool {
        match self {
            Self::All => true,
            Self::Rejects => !row.status.is_good(),
        }
    }
}

/// A file that rows can be written to, by the end of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.csv`
    Csv,
    /// `.xlsx`
    Xlsx,
}

impl Format {
    /// The format that a path's name asks for; `None` if it ends in neither `.csv` nor `.xlsx`.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        if extension.eq_ignore_ascii_case("csv") {
            Some(Self::Csv)
        } else if extension.eq_ignore_ascii_case("xlsx") {
            Some(Self::Xlsx)
        } else {
            None
        }
    }
}

/// Writes a results or rejects file, in the format that its name asks for (CSV where it asks for
/// none). The number of rows in it is in the answer.
///
/// # Errors
/// If the rows can't be read or the file can't be written; no part of the file is left then.
pub fn write(path: &Path, batch: &BatchRecord, rows: &dyn RowSource, which: Rows) -> Result<Written, ReportError> {
    match Format::of(path) {
        Some(Format::Xlsx) => xlsx::write(path, batch, rows, which),
        Some(Format::Csv) | None => csv::write(path, batch, rows, which),
    }
}
