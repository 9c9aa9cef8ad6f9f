//! Rows on their way from the first look to the last: what depends on other rows is known when all
//! are read, and memory must not grow with them, so they wait in a private temporary file that has
//! no name and is gone after any end.
//!
//! Most rows are plain: a name, a start, nothing to say about them. These wait as their bare bytes,
//! since JSON would take most of a check's time; all others wait as JSON.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::{Action, Finding};

/// The file is written and read in pieces of so many bytes.
const PIECE: usize = 64 * 1024;
/// How a row waits: the first byte of each.
const AS_JSON: u8 = 0;
const PLAIN: u8 = 1;

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
    /// The body that the row stands for; `None` if it has problems, or no line will show it.
    pub request: Option<Box<RawValue>>,
    /// When it starts; `None` for a disable and for a row with problems.
    pub start: Option<Start>,
    /// Its problems.
    pub problems: Vec<Finding>,
    /// Its warnings.
    pub warnings: Vec<Finding>,
}

/// When a row starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// When it is past beyond doubt.
    pub past: DateTime<Utc>,
    /// What stands in the cell, for findings that come late.
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
        Ok(Self { file: BufWriter::with_capacity(PIECE, tempfile::tempfile()?), rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn push(&mut self, row: &SpooledRow) -> io::Result<()> {
        self.rows += 1;
        let file = &mut self.file;
        match row {
            SpooledRow {
                campaign: Some(campaign),
                action: Action::Enable,
                stream: None,
                request: None,
                start: Some(start),
                ..
            } if row.problems.is_empty() && row.warnings.is_empty() => {
                let mut head = [PLAIN; 17];
                head[1..5].copy_from_slice(&row.input.to_le_bytes());
                head[5..9].copy_from_slice(&row.row.to_le_bytes());
                head[9..].copy_from_slice(&start.past.timestamp_micros().to_le_bytes());
                file.write_all(&head)?;
                write_text(file, campaign.as_bytes())?;
                write_text(file, start.value.as_bytes())
            }
            _ => {
                file.write_all(&[AS_JSON])?;
                write_text(file, &serde_json::to_vec(row)?)
            }
        }
    }

    /// How many rows wait.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Gives the rows in their order, as often as it is asked.
    ///
    /// # Errors
    /// If the file can't be read again.
    pub fn read(&mut self) -> io::Result<Waiting<'_>> {
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0))?;
        let row = SpooledRow {
            input: 0,
            row: 0,
            campaign: None,
            action: Action::Enable,
            stream: None,
            request: None,
            start: None,
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        Ok(Waiting { file: BufReader::with_capacity(PIECE, file), left: self.rows, bytes: Vec::new(), row })
    }
}

/// The rows as they come out again. One has the room of the one before, so it is lent and not given.
#[derive(Debug)]
pub struct Waiting<'spool> {
    file: BufReader<&'spool mut File>,
    left: u64,
    bytes: Vec<u8>,
    row: SpooledRow,
}

impl Waiting<'_> {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn next_row(&mut self) -> io::Result<Option<&mut SpooledRow>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let [kind] = read_bytes(&mut self.file)?;
        if kind == PLAIN {
            self.plain()?;
        } else {
            read_text(&mut self.file, &mut self.bytes)?;
            self.row = serde_json::from_slice(&self.bytes)?;
        }
        Ok(Some(&mut self.row))
    }

    fn plain(&mut self) -> io::Result<()> {
        let Self { file, bytes, row, .. } = self;
        row.input = u32::from_le_bytes(read_bytes(file)?);
        row.row = u32::from_le_bytes(read_bytes(file)?);
        row.action = Action::Enable;
        row.stream = None;
        row.request = None;
        row.problems.clear();
        row.warnings.clear();
        let start = row.start.get_or_insert_default();
        start.past = DateTime::from_timestamp_micros(i64::from_le_bytes(read_bytes(file)?)).unwrap_or_default();
        for text in [row.campaign.get_or_insert_default(), &mut start.value] {
            read_text(file, bytes)?;
            text.clear();
            text.push_str(std::str::from_utf8(bytes).map_err(io::Error::other)?);
        }
        Ok(())
    }
}

fn write_text(file: &mut impl Write, text: &[u8]) -> io::Result<()> {
    let length = u32::try_from(text.len()).map_err(io::Error::other)?;
    file.write_all(&length.to_le_bytes())?;
    file.write_all(text)
}

fn read_text(file: &mut impl Read, text: &mut Vec<u8>) -> io::Result<()> {
    let length = u32::from_le_bytes(read_bytes(file)?);
    text.resize(usize::try_from(length).map_err(io::Error::other)?, 0);
    file.read_exact(text)
}

fn read_bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Code, Field};

    #[test]
    fn rows_come_back_as_they_were_however_they_waited() {
        let start = Start { past: DateTime::from_timestamp(-5, 0).unwrap(), value: "2037-01-27 18:29".to_owned() };
        let plain = |row| SpooledRow {
            input: 3,
            row,
            campaign: Some("Spring \u{1f331}".to_owned()),
            action: Action::Enable,
            stream: None,
            request: None,
            start: Some(start.clone()),
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        let finding = Finding {
            cell: None,
            field: Some(Field::Start),
            code: Code::StartPast,
            value: None,
            message: "m".to_owned(),
            hint: "h".to_owned(),
        };
        let rows = [
            plain(2),
            SpooledRow { warnings: vec![finding.clone()], ..plain(u32::MAX) },
            SpooledRow { problems: vec![finding], start: None, campaign: None, ..plain(4) },
            SpooledRow { action: Action::Disable, start: None, ..plain(5) },
            SpooledRow { stream: Some("st-1".to_owned()), ..plain(6) },
            SpooledRow { request: Some(RawValue::from_string("{\"a\":1.0}".to_owned()).unwrap()), ..plain(7) },
            plain(8),
        ];
        let mut spool = Spool::new().unwrap();
        rows.iter().for_each(|row| spool.push(row).unwrap());
        let shown = |row: &SpooledRow| format!("{row:?}");
        for _ in 0..2 {
            let mut waiting = spool.read().unwrap();
            let mut read = Vec::new();
            while let Some(row) = waiting.next_row().unwrap() {
                read.push(shown(row));
            }
            assert_eq!(read, rows.iter().map(shown).collect::<Vec<_>>());
        }
    }
}
