//! Rows on their way from the first look to the last: what depends on other rows is known when all
//! are read, and memory must not grow with them, so they wait in a private temporary file that has
//! no name and is gone after any end.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::{Action, CellName, Field, Finding};

/// A row as `check` needs it at the end.
#[derive(Debug, Serialize, Deserialize)]
pub struct SpooledRow {
    /// Which input, from 0.
    pub input: u32,
    /// The row number in it.
    pub row: u32,
    /// The campaign's name as far as it could be read.
    pub campaign: Option<String>,
    /// Enable or disable.
    pub action: Action,
    /// The row's own stream.
    pub stream: Option<String>,
    /// The body that the row stands for; `None` if it has problems.
    pub request: Option<Box<RawValue>>,
    /// When its start is past beyond doubt; `None` for a disable and for a row with problems.
    pub start_past: Option<DateTime<Utc>>,
    /// The cell of its start and what stands there, for findings that come late.
    pub start_cell: Option<StartCell>,
    /// Its problems.
    pub problems: Vec<Finding>,
    /// Its warnings.
    pub warnings: Vec<Finding>,
}

/// Where a row's start stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartCell {
    /// The cell.
    pub cell: CellName,
    /// Its column: `start`, or `start_date` where it is split.
    pub field: Field,
    /// What stands there.
    pub value: String,
}

/// Where rows wait.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    rows: u64,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// If no temporary file can be made.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn push(&mut self, row: &SpooledRow) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, row)?;
        self.rows += 1;
        self.file.write_all(b"\n")
    }

    /// How many rows wait.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Gives the rows in their order, as often as it is asked.
    ///
    /// # Errors
    /// If the file can't be read again.
    pub fn read(&mut self) -> io::Result<impl Iterator<Item = io::Result<SpooledRow>>> {
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0))?;
        let lines = BufReader::new(file).lines();
        Ok(lines.map(|line| serde_json::from_str(&line?).map_err(io::Error::from)))
    }
}
