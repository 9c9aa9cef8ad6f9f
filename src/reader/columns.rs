//! Where the fields stand in an input, and what a line of it is before its values are read.

use std::sync::Arc;

use crate::model::{Cell, Field, ResultColumn};

/// By field, in the order of [`Field::ALL`]: the index into the raw row's cells; `None` without a column.
pub type Places = [Option<usize>; Field::ALL.len()];

/// Where each field stands in an input.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Where each stands.
    pub index_of: Places,
    /// All headers, by raw index.
    pub headers: Vec<String>,
    /// Whose the raw columns are.
    pub owners: Vec<Owner>,
}

/// Whose a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The sheet's.
    Sheet,
    /// An earlier run's: a `result_*` column, which is replaced.
    Results(ResultColumn),
    /// Nobody's: an unnamed column directly before `result_status`. There results put what stood
    /// beyond the header's last column, and so it is read.
    BeyondHeader,
}

impl Columns {
    /// The raw index of a field's column.
    pub fn of(&self, field: Field) -> Option<usize> {
        self.index_of[field as usize]
    }

    /// The raw index of a column that an earlier run wrote.
    pub fn of_results(&self, column: ResultColumn) -> Option<usize> {
        self.owners.iter().position(|owner| *owner == Owner::Results(column))
    }

    /// True if an earlier run wrote this file.
    pub fn has_results(&self) -> bool {
        self.owners.iter().any(|owner| matches!(owner, Owner::Results(_)))
    }

    /// True if a raw column is the sheet's own.
    pub fn is_own(&self, index: usize) -> bool {
        self.owners.get(index) == Some(&Owner::Sheet)
    }
}

/// One line before its values are read.
#[derive(Debug, Clone, Default)]
pub struct RawRow {
    /// The row's number as the user's program shows it.
    pub number: u32,
    /// Its cells in raw order, `result_*` included; trailing empty ones may be missing.
    pub cells: Vec<Cell>,
}

/// The largest room of a cell that another takes over: one long cell after the other, in column
/// after column, would add up otherwise.
pub const LARGEST_ROOM: usize = 256;

/// Puts a text into the room of an earlier cell.
pub fn write_text(cell: &mut Cell, text: &str) {
    match cell {
        Cell::Text(room) if !text.is_empty() && room.capacity() <= LARGEST_ROOM => {
            room.clear();
            room.push_str(text);
        }
        cell => *cell = if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) },
    }
}

/// What the rows of one input have in common.
#[derive(Debug, Clone)]
pub struct Source {
    /// The path as given, or `stdin`.
    pub source: Arc<str>,
    /// The sheet; `None` for text files.
    pub sheet: Option<Arc<str>>,
    /// True for text files.
    pub is_text: bool,
    /// Which input of the run, counted from 0.
    pub input: u32,
    /// True if the workbook counts its days from 1904.
    pub is_1904: bool,
}
