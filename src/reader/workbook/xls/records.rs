//! The records of an XLS (MS-XLS 2.1): walked as the library will walk them, and counted.

use std::collections::HashSet;

use super::{damaged, four, strings, two};
use crate::reader::error::Unreadable;

/// The most cells of all sheets, laid out as dense tables.
const MOST_CELLS: u64 = 2_000_000;
/// The most bytes of text in all cells.
const MOST_TEXT: u64 = 128 * 1024 * 1024;
/// The most sheets: far more than any program shows.
const MOST_SHEETS: usize = 4_096;

mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000a;
    pub(super) const PASSWORD: u16 = 0x002f;
    pub(super) const CONTINUED: u16 = 0x003c;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const MANY_NUMBERS: u16 = 0x00bd;
    pub(super) const RICH_STRING: u16 = 0x00d6;
    pub(super) const SHARED_STRINGS: u16 = 0x00fc;
    pub(super) const SHARED_STRING: u16 = 0x00fd;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const BLANK: u16 = 0x0201;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOL_OR_ERROR: u16 = 0x0205;
    pub(super) const FORMULA_STRING: u16 = 0x0207;
    pub(super) const SHORT_NUMBER: u16 = 0x027e;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// Refuses a stream that would become too large, and takes out of it what only asks for memory.
pub(super) fn check(stream: &mut [u8]) -> Result<(), Unreadable> {
    let (sheets, lengths) = globals(stream)?;
    let mut totals = Totals { lengths: &lengths, cells: 0, text: 0, walked: 0, most_walked: 2 * stream.len() };
    for start in sheets {
        let mut walk = Walk { at: start };
        let mut sheet = Sheet::default();
        while let Some(record) = walk.next(stream)? {
            totals.walked += record.length + 4;
            if sheet.take(&record, stream, &mut totals)? {
                break;
            }
        }
        totals.add(&sheet)?;
    }
    Ok(())
}

/// A record in the stream.
#[derive(Debug, Clone, Copy)]
struct Record {
    kind: u16,
    /// Where its data begins.
    at: usize,
    length: usize,
}

impl Record {
    fn data<'a>(&self, stream: &'a [u8]) -> &'a [u8] {
        &stream[self.at..self.at + self.length]
    }
}

struct Walk {
    at: usize,
}

impl Walk {
    fn next(&mut self, stream: &[u8]) -> Result<Option<Record>, Unreadable> {
        let Some(kind) = two(stream, self.at) else { return Ok(None) };
        let length = usize::from(two(stream, self.at + 2).unwrap_or(u16::MAX));
        let record = Record { kind, at: self.at + 4, length };
        self.at = record.at + length;
        if self.at > stream.len() {
            return Err(damaged("it is cut short within a record"));
        }
        Ok(Some(record))
    }
}

/// Where the sheets begin, and how long the shared strings are.
fn globals(stream: &[u8]) -> Result<(Vec<usize>, Vec<u32>), Unreadable> {
    let mut walk = Walk { at: 0 };
    let (mut sheets, mut lengths) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    while let Some(record) = walk.next(stream)? {
        let data = record.data(stream);
        match record.kind {
            kind::PASSWORD if two(data, 0) != Some(0) => return Err(Unreadable::Encrypted),
            kind::SHEET => {
                let start = four(data, 0).and_then(|start| usize::try_from(start).ok()).filter(|at| *at < stream.len());
                let start = start.ok_or_else(|| damaged("a sheet begins nowhere"))?;
                if !seen.insert(start) || sheets.len() == MOST_SHEETS {
                    return Err(damaged("its sheets contradict each other"));
                }
                sheets.push(start);
            }
            kind::SHARED_STRINGS => lengths = strings::lengths(data, &continuing(&walk, stream)?),
            kind::END => break,
            _ => {}
        }
    }
    Ok((sheets, lengths))
}

/// The data of the records that continue the one before.
fn continuing<'a>(walk: &Walk, stream: &'a [u8]) -> Result<Vec<&'a [u8]>, Unreadable> {
    let mut walk = Walk { at: walk.at };
    let mut pieces = Vec::new();
    while let Some(record) = walk.next(stream)?.filter(|record| record.kind == kind::CONTINUED) {
        pieces.push(record.data(stream));
    }
    Ok(pieces)
}

/// What all sheets become.
struct Totals<'a> {
    lengths: &'a [u32],
    cells: u64,
    text: u64,
    walked: usize,
    most_walked: usize,
}

impl Totals<'_> {
    fn add(&mut self, sheet: &Sheet) -> Result<(), Unreadable> {
        self.cells += sheet.extent().max(sheet.cells);
        self.check()
    }

    fn check(&self) -> Result<(), Unreadable> {
        if self.cells > MOST_CELLS {
            return Err(too_large("2 million cells"));
        }
        if self.text > MOST_TEXT {
            return Err(too_large("128 MiB of text"));
        }
        // Sheets that lie within each other would be walked again and again.
        if self.walked > self.most_walked { Err(damaged("its sheets contradict each other")) } else { Ok(()) }
    }
}

/// What a sheet becomes.
#[derive(Default)]
struct Sheet {
    cells: u64,
    /// First and last row, first and last column.
    bounds: Option<[u16; 4]>,
    has_begun: bool,
    /// Charts within the sheet have records of their own.
    depth: usize,
}

impl Sheet {
    /// Takes a record; true if it was the last.
    fn take(&mut self, record: &Record, stream: &mut [u8], totals: &mut Totals<'_>) -> Result<bool, Unreadable> {
        match record.kind {
            kind::BEGIN if self.has_begun => self.depth += 1,
            kind::BEGIN => self.has_begun = true,
            kind::END if self.depth == 0 => return Ok(true),
            kind::END => self.depth -= 1,
            _ if self.depth > 0 => {}
            kind::DIMENSIONS => {
                // The library would make room for as many cells as this record claims.
                stream[record.at - 4..record.at - 2].copy_from_slice(&kind::BLANK.to_le_bytes());
            }
            _ => {
                let data = record.data(stream);
                totals.text += self.cell(record.kind, data, totals.lengths);
                if record.kind == kind::FORMULA {
                    cut_formula(&mut stream[record.at..record.at + record.length]);
                }
            }
        }
        if totals.cells + self.cells > MOST_CELLS {
            return Err(too_large("2 million cells"));
        }
        totals.check()?;
        Ok(false)
    }

    /// Counts the cells of a record; gives the bytes of their text.
    fn cell(&mut self, kind: u16, data: &[u8], lengths: &[u32]) -> u64 {
        let (Some(row), Some(column)) = (two(data, 0), two(data, 2)) else { return 0 };
        let own_length = u64::try_from(data.len()).unwrap_or(u64::MAX);
        let (last, text) = match kind {
            kind::MANY_NUMBERS => (two(data, data.len() - 2).unwrap_or(column).max(column), 0),
            kind::SHARED_STRING => {
                let index = four(data, 6).and_then(|index| usize::try_from(index).ok());
                (column, index.and_then(|index| lengths.get(index)).map_or(0, |length| u64::from(*length)))
            }
            kind::LABEL | kind::RICH_STRING => (column, own_length * 2),
            kind::NUMBER | kind::BOOL_OR_ERROR | kind::SHORT_NUMBER | kind::FORMULA => (column, 0),
            // Its place is that of the formula before it.
            kind::FORMULA_STRING => {
                self.cells += 1;
                return own_length * 2;
            }
            _ => return 0,
        };
        self.cells += u64::from(last - column) + 1;
        let [top, bottom, left, right] = self.bounds.unwrap_or([row, row, column, last]);
        self.bounds = Some([top.min(row), bottom.max(row), left.min(column), right.max(last)]);
        text
    }

    fn extent(&self) -> u64 {
        self.bounds
            .map_or(0, |[top, bottom, left, right]| (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1))
    }
}

/// Leaves of a formula that there is one.
fn cut_formula(data: &mut [u8]) {
    const TRUE: [u8; 4] = [2, 0, 0x1d, 1];
    if let Some(formula) = data.get_mut(20..24) {
        formula.copy_from_slice(&TRUE);
    }
}

fn too_large(limit: &'static str) -> Unreadable {
    Unreadable::TooLarge { part: "the workbook, with its sheets laid out".to_owned(), limit, other_format: true }
}

#[cfg(test)]
mod tests;
