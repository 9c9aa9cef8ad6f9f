//! What can be said of a row only when all rows are known. A stand-in that finds nothing.

use crate::model::Row;

/// What another row means for a row.
#[derive(Debug)]
pub struct CrossRow;

/// Gathers what is needed to compare rows.
#[derive(Debug, Default)]
pub struct CrossRows;

impl CrossRows {
    /// Nothing gathered yet.
    pub fn new() -> Self {
        Self
    }

    /// Takes note of a row.
    pub fn add(&mut self, _ordinal: u32, _row: &Row) {}

    /// What was found, in the order of the rows.
    pub fn finish(self) -> impl Iterator<Item = CrossRow> {
        std::iter::empty()
    }
}
