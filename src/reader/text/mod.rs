//! Delimited text: its encoding, its delimiter, its records.
//!
//! The file is read twice: once to tell its encoding (known only after the last byte), once for
//! its rows. Neither pass keeps more of it than one row.
//!
//! Results and rejects of ours that are handed in again are read as they were written, whatever the flags
//! say of the sheet that they came from ([`ours`]).

mod cut;
mod decode;
mod encoding;
mod ours;
mod records;
mod sniff;

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom};

use super::columns::{RawRow, write_text};
use super::error::Unreadable;
use super::front::{Delimiter, ReadOptions};
use super::rows::Rows;
use crate::model::Cell;
pub(crate) use cut::Cut;
use records::Records;

/// How much of a text is looked at to tell its delimiter.
const SAMPLE: u64 = 256 * 1024;
/// The rows of a text.
pub(crate) struct TextRows {
    records: Records<Box<dyn BufRead + Send>>,
    /// Room for the record at hand.
    at_hand: Cut,
    is_long: bool,
    is_ours: bool,
}

impl TextRows {
    /// Opens a text: tells encoding and delimiter, and passes over a `sep=` line.
    pub(crate) fn open(mut file: File, options: &ReadOptions) -> Result<Self, Unreadable> {
        let is_ours = ours::is_as_written(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        if is_ours {
            let comma = ReadOptions { delimiter: Some(Delimiter(b',')), ..options.clone() };
            return Ok(Self { is_ours, ..Self::of(decode::decoded(file, encoding_rs::UTF_8), &comma)? });
        }
        let encoding = encoding::tell(&mut file, options.encoding.as_deref())?;
        file.seek(SeekFrom::Start(0))?;
        Self::of(decode::decoded(file, encoding), options)
    }

    fn of(mut text: Box<dyn BufRead + Send>, options: &ReadOptions) -> Result<Self, Unreadable> {
        let mut sample = Vec::new();
        text.by_ref().take(SAMPLE).read_to_end(&mut sample).map_err(decode::unreadable)?;
        let separator = sniff::separator_line(&sample);
        let (first, sample_start) = separator.map_or((None, 0), |line| (Some(line.delimiter), line.length));
        let delimiter = match (options.delimiter, first) {
            (Some(asked), _) => asked.0,
            (None, Some(said)) => said,
            (None, None) => sniff::delimiter(&sample, options),
        };
        let is_long = sample.len() as u64 == SAMPLE;
        let first_line = 1 + u64::from(sample_start > 0);
        let mut start = Cursor::new(sample);
        start.set_position(sample_start as u64);
        let whole: Box<dyn BufRead + Send> = Box::new(BufReader::with_capacity(64 * 1024, start.chain(text)));
        let records = Records::new(whole, delimiter, first_line);
        Ok(Self { records, at_hand: Cut::default(), is_long, is_ours: false })
    }

    /// True if it is a file of ours as it was written: its header is its first row.
    pub(crate) const fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// True if there is more than the sample, so that it is worth while to share the work.
    pub(crate) const fn is_long(&self) -> bool {
        self.is_long
    }

    /// Cuts the next piece; false if no other comes behind it. What was cut before an error stays in the piece.
    pub(crate) fn cut(&mut self, piece: &mut Cut) -> Result<bool, Unreadable> {
        piece.clear();
        while !piece.is_full() {
            if !self.records.advance(piece)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Rows<RawRow> for TextRows {
    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        self.at_hand.clear();
        self.records.advance(&mut self.at_hand)?;
        self.at_hand.next_row(row)
    }
}

/// Puts a record into the cells of an earlier one.
fn fill<'a>(cells: &mut Vec<Cell>, fields: impl Iterator<Item = Cow<'a, str>>) {
    let mut count = 0;
    for field in fields {
        if cells.len() == count {
            cells.push(Cell::Empty);
        }
        write_text(&mut cells[count], &field);
        count += 1;
    }
    cells.truncate(count);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::columns::LARGEST_ROOM;

    #[test]
    fn cells_show_nothing_of_the_row_whose_room_they_have() {
        let long = "x".repeat(LARGEST_ROOM + 1);
        let rows = [vec!["a", &long, "c", ""], vec![], vec!["", "b"], vec!["longer than before", "", "d", "e", "f"]];
        let mut cells = vec![Cell::Number(1.0), Cell::Bool(true)];
        for row in rows.iter().chain(&rows) {
            fill(&mut cells, row.iter().map(|field| Cow::Borrowed(*field)));
            assert_eq!(cells.iter().map(Cell::display).collect::<Vec<_>>(), *row);
            assert!(cells.iter().all(|cell| *cell != Cell::Text(String::new())));
        }
        let room = |cell: &Cell| if let Cell::Text(text) = cell { text.capacity() } else { 0 };
        fill(&mut cells, [Cow::Borrowed("a"), Cow::Borrowed(long.as_str())].into_iter());
        fill(&mut cells, [Cow::Borrowed("a"), Cow::Borrowed("b")].into_iter());
        assert!(cells.iter().all(|cell| room(cell) <= LARGEST_ROOM));
    }

    #[test]
    fn lines_are_those_of_the_file_and_rows_those_that_a_program_shows() {
        for (text, line) in [("a;b\n\"c", 2), ("sep=;\na;b\n\"c", 3)] {
            let mut rows = TextRows::of(Box::new(Cursor::new(text)), &ReadOptions::default()).unwrap();
            let mut row = RawRow::default();
            assert!(rows.next_row(&mut row).unwrap());
            assert_eq!((row.number, row.cells.len()), (1, 2), "{text:?}");
            let Err(Unreadable::UnclosedQuote { line: told }) = rows.next_row(&mut row) else { panic!("{text:?}") };
            assert_eq!(told, line, "{text:?}");
        }
    }
}
