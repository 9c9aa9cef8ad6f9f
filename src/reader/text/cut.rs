//! Records that are cut from a text, and whose cells wait to be read.

use std::borrow::Cow;
use std::mem;

use super::fill;
use crate::model::Cell;
use crate::reader::columns::RawRow;
use crate::reader::error::Unreadable;
use crate::reader::rows::Rows;

/// The most records of a piece: enough that handing one over costs little beside them. More cost less still, but
/// the rows of those that wait would hold so much more that memory grows by over 32 bytes a row of a short sheet.
const MOST_RECORDS: usize = 384;
/// A piece is full with so many bytes of cells.
const FULL: usize = 128 * 1024;

/// A piece of a text: some of its records, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    pub(super) text: Vec<u8>,
    /// Where each cell ends in the text.
    pub(super) ends: Vec<usize>,
    records: Vec<Mark>,
    taken: usize,
}

/// A record whose last cell is the one before `cells`.
#[derive(Debug, Clone, Copy)]
struct Mark {
    number: u32,
    cells: usize,
    gap: usize,
}

/// One record.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) number: u32,
    text: &'a [u8],
    /// Where its first cell begins in the text, and where each ends.
    start: usize,
    ends: &'a [usize],
    /// How many bytes of the text stand between two cells.
    gap: usize,
}

impl Cut {
    /// Forgets all records, and keeps their room.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.records.clear();
        self.taken = 0;
    }

    /// The cells since the last record are one.
    pub(super) fn complete(&mut self, number: u32, gap: usize) {
        self.records.push(Mark { number, cells: self.ends.len(), gap });
    }

    /// The number of the first record.
    pub(crate) fn first(&self) -> Option<u32> {
        self.records.first().map(|record| record.number)
    }

    /// True if it holds enough to be looked at.
    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= MOST_RECORDS || self.text.len() + self.ends.len() * size_of::<Cell>() >= FULL
    }

    /// The next record that was not taken.
    pub(super) fn take(&mut self) -> Option<Record<'_>> {
        let cells_before = self.taken.checked_sub(1).map_or(0, |last| self.records[last].cells);
        let Mark { number, cells, gap } = *self.records.get(self.taken)?;
        self.taken += 1;
        let start = cells_before.checked_sub(1).map_or(0, |last| self.ends[last]);
        Some(Record { number, text: &self.text, start, ends: &self.ends[cells_before..cells], gap })
    }
}

impl<'a> Record<'a> {
    /// Its cells.
    pub(super) fn fields(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let Self { mut start, text, ends, gap, .. } = *self;
        // The decoder gives nothing but UTF-8, unless the file changed while it was read.
        let begin = start;
        let own = std::str::from_utf8(&text[begin..ends.last().copied().unwrap_or(begin)]).ok();
        ends.iter().map(move |end| {
            let field = mem::replace(&mut start, *end + gap)..*end;
            match own.and_then(|own| own.get(field.start - begin..field.end - begin)) {
                Some(field) => Cow::Borrowed(field),
                None => String::from_utf8_lossy(&text[field]),
            }
        })
    }
}

impl Rows<RawRow> for Cut {
    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        let Some(record) = self.take() else { return Ok(false) };
        row.number = record.number;
        fill(&mut row.cells, record.fields());
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::reader::front::ReadOptions;
    use crate::reader::text::TextRows;

    #[test]
    fn a_piece_has_bounds() {
        let long = "x".repeat(FULL);
        let wide = ",".repeat(FULL / size_of::<Cell>());
        for (line, most) in [("a,b", MOST_RECORDS), (&long, 1), (&wide, 1), ("", MOST_RECORDS)] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(format!("{line}\n").repeat(MOST_RECORDS + 20).as_bytes()).unwrap();
            std::io::Seek::rewind(&mut file).unwrap();
            let mut lines = TextRows::open(file, &ReadOptions::default()).unwrap();
            let mut piece = Cut::default();
            let mut count = 0;
            while lines.cut(&mut piece).unwrap() {
                assert_eq!(piece.records.len(), most);
                assert_eq!(piece.first(), Some(count + 1));
                count += u32::try_from(most).unwrap();
            }
            assert!(count > 0);
            assert_eq!(count as usize + piece.records.len(), MOST_RECORDS + 20);
        }
    }
}
