//! From the cells of a line to a row: a schedule, or all of its problems.
//!
//! A stand-in: it keeps the cells and reads nothing else from them.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::columns::{Columns, RawRow, Source};
use super::front::ReadOptions;
use crate::model::{Action, Field, Place, Row};

/// Reads the rows of one input.
#[derive(Debug)]
pub struct RowReader {
    columns: Arc<Columns>,
    source: Source,
}

impl RowReader {
    /// A reader for one input.
    pub fn new(_options: &ReadOptions, columns: Arc<Columns>, source: Source, _now: DateTime<Utc>) -> Self {
        Self { columns, source }
    }

    /// Reads one line.
    pub fn read(&mut self, raw: RawRow) -> Row {
        let name =
            self.columns.of(Field::CampaignName).and_then(|index| raw.cells.get(index)).map(|cell| cell.display());
        let is_result = |index: usize| self.columns.is_result.get(index).copied().unwrap_or(false);
        Row {
            place: Place { source: Arc::clone(&self.source.source), sheet: self.source.sheet.clone(), row: raw.number },
            input: self.source.input,
            cells: raw
                .cells
                .into_iter()
                .enumerate()
                .filter(|(index, _)| !is_result(*index))
                .map(|(_, cell)| cell)
                .collect(),
            campaign: name.map(crate::model::CampaignName::new),
            stream: None,
            action: Action::Enable,
            wish: None,
            problems: Vec::new(),
            untimely: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Ends the input.
    pub fn finish(self) {}
}
