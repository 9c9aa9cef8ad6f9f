//! The lines below a header, as rows.

use std::sync::Arc;
use std::{mem, vec};

use super::columns::{Columns, Owner, RawRow};
use super::error::Unreadable;
use super::rows::Rows;
use super::values::{DateOrders, RowReader};
use crate::model::{Cell, Row};

/// The table of one input.
pub(super) struct Table<L> {
    columns: Arc<Columns>,
    reader: RowReader,
    /// Lines that were read to find the header, and those that follow.
    head: vec::IntoIter<RawRow>,
    lines: L,
    last_row: u32,
    blank_rows: u64,
    /// True if results in CSV wrote a `'` before what a spreadsheet program would run.
    is_escaped: bool,
}

/// Where the rows of one input come from.
pub(super) trait TableRows: Rows<Row> {
    /// Ends it, once all rows are read.
    fn end(self) -> Result<Left, Unreadable>;
}

/// What a table leaves when all of its rows are read.
#[derive(Default)]
pub(super) struct Left {
    /// The wholly blank rows that were passed over.
    pub(super) blank_rows: u64,
    /// What its dates show.
    pub(super) orders: DateOrders,
}

impl<L: Rows<RawRow>> Table<L> {
    /// The table whose header stands in, or ends with, row `header`.
    pub(super) fn new(
        columns: Arc<Columns>,
        reader: RowReader,
        header: u32,
        head: Vec<RawRow>,
        lines: L,
        is_escaped: bool,
    ) -> Self {
        Self { columns, reader, head: head.into_iter(), lines, last_row: header, blank_rows: 0, is_escaped }
    }

    /// Its lines.
    pub(super) const fn lines(&mut self) -> &mut L {
        &mut self.lines
    }

    /// Goes on at a row: those before it are another's.
    pub(super) fn go_on(&mut self, first: Option<u32>) {
        self.last_row = self.last_row.max(first.unwrap_or(0).saturating_sub(1));
    }

    fn next_line(&mut self, line: &mut RawRow) -> Result<bool, Unreadable> {
        match self.head.next() {
            Some(head) => {
                *line = head;
                Ok(true)
            }
            None => self.lines.next_row(line),
        }
    }

    /// True if a line is a row; counts blank ones.
    fn is_row(&mut self, line: &RawRow) -> bool {
        if line.number <= self.last_row {
            return false;
        }
        self.blank_rows += u64::from(line.number - self.last_row - 1);
        self.last_row = line.number;
        let is_blank = self.is_blank(line);
        self.blank_rows += u64::from(is_blank);
        !is_blank
    }

    /// True if nothing stands in the line but what an earlier run wrote.
    fn is_blank(&self, line: &RawRow) -> bool {
        let is_result = |index: usize| matches!(self.columns.owners.get(index), Some(Owner::Results(_)));
        line.cells.iter().enumerate().all(|(index, cell)| cell.is_blank() || is_result(index))
    }
}

impl Left {
    /// With what another thread saw of the same input.
    pub(super) fn and(self, other: Self) -> Self {
        Self { blank_rows: self.blank_rows + other.blank_rows, orders: self.orders.and(other.orders) }
    }
}

impl<L: Rows<RawRow>> TableRows for Table<L> {
    fn end(self) -> Result<Left, Unreadable> {
        Ok(Left { blank_rows: self.blank_rows, orders: self.reader.finish() })
    }
}

impl<L: Rows<RawRow>> Rows<Row> for Table<L> {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, Unreadable> {
        let mut line = RawRow { number: 0, cells: mem::take(&mut row.cells) };
        while self.next_line(&mut line)? {
            if self.is_row(&line) {
                if self.is_escaped {
                    line.cells.iter_mut().for_each(unescape);
                }
                self.reader.read_into(row, line);
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn unescape(cell: &mut Cell) {
    if let Cell::Text(text) = cell
        && is_escaped(text)
    {
        text.remove(0);
    }
}

/// True if results in CSV wrote a `'` before this text: what follows the quotes would have a
/// spreadsheet program run it as a formula.
pub(super) fn is_escaped(text: &str) -> bool {
    text.starts_with('\'') && text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}
