//! The lines below a header, as rows.

use std::sync::Arc;
use std::{mem, vec};

use chrono::{DateTime, Utc};

use super::columns::{Columns, Owner, RawRow, Source};
use super::error::Unreadable;
use super::front::ReadOptions;
use super::merged::MergedCells;
use super::rows::Rows;
use super::values::{DateOrders, RowReader};
use crate::model::cell::is_escaped;
use crate::model::{Cell, Row};

/// What is known of a table before its first row.
pub(super) struct Top<'a> {
    pub(super) options: &'a ReadOptions,
    pub(super) now: DateTime<Utc>,
    pub(super) source: Source,
    pub(super) columns: Arc<Columns>,
    /// The row of the header, or its last.
    pub(super) header: u32,
    /// The lines that were read to find it.
    pub(super) head: Vec<RawRow>,
    pub(super) is_escaped: bool,
}

impl Top<'_> {
    /// The table of all its lines.
    pub(super) fn into_table<L: Rows<RawRow>>(mut self, lines: L) -> Table<L> {
        let head = mem::take(&mut self.head);
        self.table(head, lines)
    }

    /// A table of these lines.
    pub(super) fn table<L: Rows<RawRow>>(&self, head: Vec<RawRow>, lines: L) -> Table<L> {
        let columns = Arc::clone(&self.columns);
        let reader = RowReader::new(self.options, Arc::clone(&columns), self.source.clone(), self.now);
        let (head, last_row, is_escaped) = (head.into_iter(), self.header, self.is_escaped);
        Table { columns, reader, head, lines, last_row, blank_rows: 0, is_escaped }
    }
}

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
    /// The merged cells among its rows.
    pub(super) merged: MergedCells,
}

impl<L: Rows<RawRow>> Table<L> {
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
        Self {
            blank_rows: self.blank_rows + other.blank_rows,
            orders: self.orders.and(other.orders),
            merged: self.merged,
        }
    }
}

impl<L: Rows<RawRow>> TableRows for Table<L> {
    fn end(mut self) -> Result<Left, Unreadable> {
        let merged = self.lines.merged();
        Ok(Left { blank_rows: self.blank_rows, orders: self.reader.finish(), merged })
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
