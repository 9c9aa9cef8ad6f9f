//! Where the fields stand in an input, and what a line of it is before its values are read.

use std::sync::Arc;

use crate::model::{Cell, Field};

/// Where each field stands in an input.
#[derive(Debug, Clone)]
pub struct Columns {
    /// By field, in the order of [`Field::ALL`]: the index into the raw row's cells.
    pub index_of: [Option<usize>; 13],
    /// All headers, by raw index.
    pub headers: Vec<String>,
    /// Which raw columns are earlier `result_*` columns.
    pub is_result: Vec<bool>,
}

impl Columns {
    /// The raw index of a field's column.
    pub fn of(&self, field: Field) -> Option<usize> {
        self.index_of[field as usize]
    }
}

/// One line before its values are read.
#[derive(Debug, Clone)]
pub struct RawRow {
    /// The row's number as the user's program shows it.
    pub number: u32,
    /// Its cells in raw order, `result_*` included; trailing empty ones may be missing.
    pub cells: Vec<Cell>,
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
