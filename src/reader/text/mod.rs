//! Delimited text: its encoding, its delimiter, its records.
//!
//! The file is read twice: once to tell its encoding (known only after the last byte), once for
//! its rows. Neither pass keeps more of it than one row.

mod decode;
mod encoding;
mod records;
mod sniff;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom};

use super::columns::RawRow;
use super::error::Unreadable;
use super::front::ReadOptions;
use super::reading::RawRows;
use crate::model::Cell;
use records::Records;

/// How much of a text is looked at to tell its delimiter.
const SAMPLE: u64 = 256 * 1024;

/// The rows of a text.
pub(crate) struct TextRows {
    records: Records<Box<dyn BufRead>>,
}

impl TextRows {
    /// Opens a text: tells encoding and delimiter, and passes over a `sep=` line.
    pub(crate) fn open(mut file: File, options: &ReadOptions) -> Result<Self, Unreadable> {
        let encoding = encoding::tell(&mut file, options.encoding.as_deref())?;
        file.seek(SeekFrom::Start(0))?;
        Self::of(decode::decoded(file, encoding), options)
    }

    fn of(mut text: Box<dyn BufRead>, options: &ReadOptions) -> Result<Self, Unreadable> {
        let mut sample = Vec::new();
        text.by_ref().take(SAMPLE).read_to_end(&mut sample).map_err(decode::unreadable)?;
        let separator = sniff::separator_line(&sample);
        let (first, sample_start) = separator.map_or((None, 0), |line| (Some(line.delimiter), line.length));
        let delimiter = match (options.delimiter, first) {
            (Some(asked), _) => asked.0,
            (None, Some(said)) => said,
            (None, None) => sniff::delimiter(&sample, options),
        };
        let first_line = 1 + u64::from(sample_start > 0);
        let mut start = Cursor::new(sample);
        start.set_position(sample_start as u64);
        let whole: Box<dyn BufRead> = Box::new(BufReader::with_capacity(64 * 1024, start.chain(text)));
        Ok(Self { records: Records::new(whole, delimiter, first_line) })
    }
}

impl RawRows for TextRows {
    fn next_row(&mut self) -> Result<Option<RawRow>, Unreadable> {
        if !self.records.advance()? {
            return Ok(None);
        }
        Ok(Some(row_of(&self.records)))
    }
}

fn row_of<R: BufRead>(records: &Records<R>) -> RawRow {
    RawRow { number: records.row(), cells: records.fields().map(cell_of).collect() }
}

fn cell_of(field: &[u8]) -> Cell {
    if field.is_empty() { Cell::Empty } else { Cell::Text(String::from_utf8_lossy(field).into_owned()) }
}
