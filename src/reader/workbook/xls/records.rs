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
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        record(kind::NUMBER, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
    }

    fn shared(row: u16) -> Vec<u8> {
        record(kind::SHARED_STRING, &[&row.to_le_bytes()[..], &[0; 8]].concat())
    }

    /// A shared string of so many characters, of which these stand in the record and the others in the next.
    fn list(characters: u16, here: u16) -> Vec<u8> {
        let mut list = [&[0; 8][..], &characters.to_le_bytes(), &[0]].concat();
        list.resize(list.len() + usize::from(here), b'x');
        let mut rest = vec![0];
        rest.resize(1 + usize::from(characters - here), b'x');
        let rest = if here < characters { record(kind::CONTINUED, &rest) } else { Vec::new() };
        [record(kind::SHARED_STRINGS, &list), rest].concat()
    }

    /// A stream with one sheet for each of these, and one shared string of so many characters.
    fn stream(characters: u16, sheets: &[Vec<u8>]) -> Vec<u8> {
        stream_of(&list(characters, characters), sheets)
    }

    fn stream_of(list: &[u8], sheets: &[Vec<u8>]) -> Vec<u8> {
        let head = 4 + list.len() + sheets.len() * 8 + 4;
        let mut globals = record(kind::BEGIN, &[]);
        let mut at = head;
        for sheet in sheets {
            globals.extend(record(kind::SHEET, &u32::try_from(at).unwrap().to_le_bytes()));
            at += 4 + sheet.len() + 4;
        }
        globals.extend(list);
        globals.extend(record(kind::END, &[]));
        assert_eq!(globals.len(), head);
        for sheet in sheets {
            globals.extend([record(kind::BEGIN, &[]), sheet.clone(), record(kind::END, &[])].concat());
        }
        globals
    }

    fn code(mut stream: Vec<u8>) -> &'static str {
        check(&mut stream).err().map_or("fine", |error| error.code())
    }

    #[test]
    fn two_cells_far_apart_have_bounds_on_both_sides() {
        let corners = |row, column| stream(0, &[[number(0, 0), number(row, column)].concat()]);
        assert_eq!(code(corners(1_999, 999)), "fine");
        assert_eq!(code(corners(2_000, 999)), "input-too-large");
        assert_eq!(code(corners(u16::MAX, u16::MAX)), "input-too-large");
        let half = [number(0, 0), number(999, 999)].concat();
        assert_eq!(code(stream(0, &[half.clone(), half.clone()])), "fine");
        assert_eq!(code(stream(0, &[half.clone(), half.clone(), number(0, 0)])), "input-too-large");
    }

    #[test]
    fn cells_that_lie_upon_each_other_are_counted_too() {
        let many = |times: usize| {
            let row = record(kind::MANY_NUMBERS, &[&[0; 4][..], &[0; 6 * 1_000], &999_u16.to_le_bytes()].concat());
            stream(0, &[row.repeat(times)])
        };
        assert_eq!(code(many(2_000)), "fine");
        assert_eq!(code(many(2_001)), "input-too-large");
    }

    #[test]
    fn a_long_string_is_counted_as_often_as_it_is_shown() {
        for here in [8_000, 100] {
            let shown = |times: u16| stream_of(&list(8_000, here), &[(0..times).flat_map(shared).collect()]);
            assert_eq!(code(shown(5_592)), "fine");
            assert_eq!(code(shown(5_593)), "input-too-large");
        }
    }

    #[test]
    fn what_a_sheet_claims_of_its_size_is_taken_out() {
        let claim = record(kind::DIMENSIONS, &[&[0; 4][..], &[0xff; 4], &[0; 2], &[0xff; 2], &[0; 2]].concat());
        let mut claimed = stream(0, &[[claim, number(0, 0)].concat()]);
        check(&mut claimed).unwrap();
        assert!(!claimed.windows(2).any(|kind| kind == kind::DIMENSIONS.to_le_bytes()));
    }

    #[test]
    fn sheets_begin_once_and_somewhere() {
        let mut twice = stream(0, &[number(0, 0), number(0, 0)]);
        let first = twice[4..12].to_vec();
        twice[12..20].copy_from_slice(&first);
        assert_eq!(code(twice), "input-damaged");
        let mut nowhere = stream(0, &[number(0, 0)]);
        nowhere[8..12].fill(0xff);
        assert_eq!(code(nowhere), "input-damaged");
        let mut at_the_end = stream(0, &[number(0, 0)]);
        let end = u32::try_from(at_the_end.len()).unwrap();
        at_the_end[8..12].copy_from_slice(&end.to_le_bytes());
        assert_eq!(code(at_the_end), "input-damaged");
        let mut cut = stream(0, &[number(0, 0)]);
        cut.truncate(cut.len() - 6);
        assert_eq!(code(cut), "input-damaged");
        let locked = [record(kind::BEGIN, &[]), record(kind::PASSWORD, &[1, 0])].concat();
        assert_eq!(code(locked), "input-encrypted");
        assert_eq!(code([record(kind::BEGIN, &[]), record(kind::PASSWORD, &[0, 0])].concat()), "fine");
    }

    #[test]
    fn a_chart_within_a_sheet_is_no_part_of_it() {
        let chart = [record(kind::BEGIN, &[]), number(u16::MAX, u16::MAX), record(kind::END, &[])].concat();
        assert_eq!(code(stream(0, &[[number(0, 0), chart.clone(), number(1, 1)].concat()])), "fine");
        let behind_it = [number(0, 0), chart, number(2_000, 999)].concat();
        assert_eq!(code(stream(0, &[behind_it])), "input-too-large", "the sheet goes on");
    }

    #[test]
    fn the_text_that_a_formula_gives_is_counted_as_a_cell_of_its_own() {
        let mut sheet = Sheet::default();
        assert_eq!(sheet.cell(kind::FORMULA_STRING, &[0; 10], &[]), 20);
        assert_eq!(sheet.cells, 1);
    }

    #[test]
    fn cells_and_their_text_are_counted_record_by_record() {
        let at = |row: u16, column: u16, rest: &[u8]| [&row.to_le_bytes()[..], &column.to_le_bytes(), rest].concat();
        let mut sheet = Sheet::default();
        assert_eq!(sheet.extent(), 0);
        assert_eq!(sheet.cell(kind::NUMBER, &at(10, 20, &[0; 10]), &[]), 0);
        assert_eq!((sheet.cells, sheet.extent()), (1, 1));
        assert_eq!(sheet.cell(kind::LABEL, &at(12, 23, b"text"), &[]), 16, "two bytes for each, in the worst case");
        assert_eq!((sheet.cells, sheet.extent()), (2, 12));
        assert_eq!(sheet.cell(kind::RICH_STRING, &at(12, 23, b"text"), &[]), 16);
        assert_eq!((sheet.cells, sheet.extent()), (3, 12));
        let many = at(11, 22, &[&[0; 18][..], &24_u16.to_le_bytes()].concat());
        assert_eq!(sheet.cell(kind::MANY_NUMBERS, &many, &[]), 0);
        assert_eq!((sheet.cells, sheet.extent()), (6, 15));
        assert_eq!(sheet.cell(kind::SHARED_STRING, &at(10, 20, &[0, 0, 1, 0, 0, 0]), &[7, 9]), 9);
        assert_eq!(sheet.cell(kind::DIMENSIONS, &at(u16::MAX, u16::MAX, &[]), &[]), 0);
        assert_eq!((sheet.cells, sheet.extent()), (7, 15));
    }

    #[test]
    fn text_and_what_is_walked_have_bounds_on_both_sides() {
        let code = |text, walked| {
            let totals = Totals { lengths: &[], cells: MOST_CELLS, text, walked, most_walked: 9 };
            totals.check().err().map_or("fine", |error| error.code())
        };
        assert_eq!((code(MOST_TEXT, 9), code(MOST_TEXT + 1, 9)), ("fine", "input-too-large"));
        assert_eq!(code(MOST_TEXT, 10), "input-damaged");
    }

    #[test]
    fn two_sheets_may_lie_within_each_other_and_three_not() {
        let rows: Vec<u8> = (0..100).flat_map(|row| number(row, 0)).collect();
        let within = |sheets: u32| {
            let mut stream = stream(0, &vec![rows.clone(); sheets as usize]);
            let first = u32::from_le_bytes(stream[8..12].try_into().unwrap());
            for sheet in 0..sheets {
                let at = 8 + 8 * sheet as usize;
                stream[at..at + 4].copy_from_slice(&(first + 4 + 18 * sheet).to_le_bytes());
            }
            stream.truncate(first as usize + 4 + rows.len() + 4);
            stream
        };
        assert_eq!((code(within(2)), code(within(3))), ("fine", "input-damaged"));
    }

    #[test]
    fn of_a_formula_nothing_is_left_but_that_it_is_one() {
        let formula = record(kind::FORMULA, &[7; 30]);
        let mut stream = stream(0, std::slice::from_ref(&formula));
        let at = stream.windows(formula.len()).position(|window| window == formula).unwrap();
        check(&mut stream).unwrap();
        assert_eq!(stream[at + 4..at + 34], [&[7; 20][..], &[2, 0, 0x1d, 1], &[7; 6]].concat());
        cut_formula(&mut [7; 23]);
    }
}
