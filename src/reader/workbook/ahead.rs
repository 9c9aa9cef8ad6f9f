//! The cells of a sheet, parsed in a thread of their own while those before them are dealt with.
//!
//! To parse a sheet takes several times as long as all that follows, and neither need wait for the other. So the
//! thread that parses does nothing else: it passes on what the library gives, and cells become ours, and rows,
//! where they are taken. Cells and the error that ends them come in their order; what waits between the two has
//! bounds, so memory doesn't grow with the input; and batches that are done with go back, so that their room is
//! made only once. If the taker goes away, the reading ends with the batch at hand.

use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::{io, mem, thread};

use calamine::{DataRef, ExcelDateTime};

use super::guard::Verdict;
use super::rows::{Cells, Grouped, NextCell, Placed, streamed};
use super::{Workbook, cells};
use crate::model::Cell;
use crate::reader::columns::write_text;
use crate::reader::contained::contained;
use crate::reader::error::Unreadable;

/// The most cells of a batch: enough that handing one over costs little beside them.
const MOST_CELLS: usize = 2_048;
/// A batch is full with so many bytes of text.
const FULL: usize = 128 * 1024;
/// How many batches may wait to be taken.
const BATCHES_AHEAD: usize = 2;

/// Cells as they come from the thread that parses them.
pub(super) struct CellsAhead {
    batches: Receiver<Batch>,
    rooms: Sender<Batch>,
    batch: Batch,
    /// How many cells of the batch were gone on to.
    taken: usize,
    is_1904: bool,
}

/// The other end, in the thread that parses.
struct SendTo {
    batches: SyncSender<Batch>,
    rooms: Receiver<Batch>,
}

/// Cells in their order.
#[derive(Default)]
struct Batch {
    cells: Vec<Sent>,
    /// The texts of all cells.
    texts: String,
    /// What follows the last cell; `None` for another batch.
    end: Option<Result<(), Unreadable>>,
}

struct Sent {
    row: u32,
    column: u32,
    value: Value,
}

enum Value {
    /// Where it stands among the texts.
    Text(Range<usize>),
    /// A number whose format shows a date or a time.
    Serial(ExcelDateTime),
    Other(Cell),
}

/// Begins to parse a sheet of a workbook that streams.
pub(super) fn begin(mut workbook: Workbook, sheet: String) -> Result<Grouped<CellsAhead>, Unreadable> {
    let (is_1904, verdict) = (workbook.is_1904, workbook.book.verdict(&sheet));
    begin_with(is_1904, verdict, move |to| match contained(|| streamed(&mut workbook.book, &sheet)) {
        Ok(next_cell) => to.send_all(next_cell, is_1904),
        // Who doesn't listen any more needs no cause either.
        Err(cause) => drop(to.batches.send(Batch { end: Some(Err(cause)), ..Batch::default() })),
    })
}

fn begin_with(
    is_1904: bool,
    verdict: Option<Verdict>,
    parse: impl FnOnce(SendTo) + Send + 'static,
) -> Result<Grouped<CellsAhead>, Unreadable> {
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    let (rooms, returned) = channel();
    let to = SendTo { batches: sender, rooms: returned };
    thread::Builder::new().name("cells".to_owned()).spawn(move || parse(to))?;
    Ok(Grouped::new(CellsAhead { batches, rooms, batch: Batch::default(), taken: 0, is_1904 }, verdict))
}

impl SendTo {
    /// Parses cells to their end, or until nobody takes them any more.
    fn send_all(self, mut next_cell: NextCell<'_>, is_1904: bool) {
        loop {
            let mut batch = self.rooms.try_recv().unwrap_or_default();
            batch.refill(&mut next_cell, is_1904);
            let is_last = batch.end.is_some();
            if self.batches.send(batch).is_err() || is_last {
                return;
            }
        }
    }
}

impl Batch {
    /// Parses cells into the room of earlier ones. Room that isn't needed goes: long texts in one batch after
    /// the other would add up otherwise.
    fn refill(&mut self, next_cell: &mut NextCell<'_>, is_1904: bool) {
        self.cells.clear();
        self.texts.clear();
        self.texts.shrink_to(2 * FULL);
        self.end = contained(|| {
            while self.cells.len() < MOST_CELLS && self.texts.len() < FULL {
                let Some(placed) = next_cell()? else { return Ok(Some(Ok(()))) };
                self.push(placed, is_1904);
            }
            Ok(None)
        })
        .unwrap_or_else(|cause| Some(Err(cause)));
    }

    fn push(&mut self, Placed { row, column, value, is_formula }: Placed<'_>, is_1904: bool) {
        let value = match value {
            DataRef::SharedString(text) if !text.is_empty() => self.text(text),
            DataRef::String(text) if !text.is_empty() => self.text(&text),
            DataRef::DateTime(serial) => Value::Serial(serial),
            other => Value::Other(cells::cell_of(other, is_formula, is_1904)),
        };
        self.cells.push(Sent { row, column, value });
    }

    fn text(&mut self, text: &str) -> Value {
        let start = self.texts.len();
        self.texts.push_str(text);
        Value::Text(start..self.texts.len())
    }
}

impl CellsAhead {
    fn at_hand(&self) -> Option<&Sent> {
        self.batch.cells.get(self.taken.checked_sub(1)?)
    }
}

impl Cells for CellsAhead {
    fn advance(&mut self) -> Result<Option<(u32, u32)>, Unreadable> {
        while self.taken == self.batch.cells.len() {
            if let Some(end) = &mut self.batch.end {
                return mem::replace(end, Ok(())).map(|()| None);
            }
            // Without a thread that parses there is nobody to need the room.
            let _ = self.rooms.send(mem::take(&mut self.batch));
            self.taken = 0;
            // A thread that went without a word must not be taken for the end of the sheet.
            self.batch = self.batches.recv().map_err(|_| lost())?;
        }
        self.taken += 1;
        Ok(self.at_hand().map(|cell| (cell.row, cell.column)))
    }

    fn is_empty(&self) -> bool {
        self.at_hand().is_none_or(|cell| matches!(cell.value, Value::Other(Cell::Empty)))
    }

    fn read_into(&mut self, cell: &mut Cell) {
        let Some(sent) = self.taken.checked_sub(1).and_then(|last| self.batch.cells.get_mut(last)) else { return };
        match &mut sent.value {
            Value::Text(text) => write_text(cell, &self.batch.texts[text.clone()]),
            Value::Serial(serial) => *cell = cells::date_cell(*serial, self.is_1904),
            Value::Other(other) => *cell = mem::take(other),
        }
    }
}

fn lost() -> Unreadable {
    io::Error::other("the thread that parses the sheet has ended").into()
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;
    use crate::reader::columns::RawRow;
    use crate::reader::rows::Rows;

    /// So many cells of all kinds, three in a row, some of them long.
    fn cells(count: u32) -> impl Iterator<Item = Placed<'static>> {
        (0..count).map(|number| {
            let text = |length| DataRef::String("x".repeat(length));
            let value = match number % 7 {
                0 => text(5 + number as usize % 3_000),
                1 => text(0),
                2 => DataRef::Float(f64::from(number)),
                3 => DataRef::DateTime(ExcelDateTime::new(46_000.5, ExcelDateTimeType::DateTime, false)),
                4 => DataRef::Empty,
                5 => DataRef::SharedString("shared"),
                _ => DataRef::Bool(true),
            };
            Placed { row: number / 3, column: number % 3, value, is_formula: number.is_multiple_of(5) }
        })
    }

    fn rows(rows: &mut impl Rows<RawRow>) -> (Vec<RawRow>, Result<(), String>) {
        let mut all = Vec::new();
        let mut row = RawRow::default();
        let end = loop {
            match rows.next_row(&mut row) {
                Ok(true) => all.push(row.clone()),
                Ok(false) => break Ok(()),
                Err(cause) => break Err(cause.to_string()),
            }
        };
        (all, end)
    }

    #[test]
    fn cells_and_the_error_behind_them_come_as_they_are_parsed() {
        let full = u32::try_from(MOST_CELLS).unwrap();
        for count in [0, 1, full - 1, full, full + 1, full * 8] {
            for is_broken in [false, true] {
                let mut ahead = begin_with(false, None, move |to| {
                    let mut all = cells(count);
                    let end = || if is_broken { Err(Unreadable::TooManyColumns { row: 9 }) } else { Ok(None) };
                    to.send_all(Box::new(move || all.next().map_or_else(end, |cell| Ok(Some(cell)))), false);
                })
                .unwrap();
                let (got, end) = rows(&mut ahead);
                let mut expected: Vec<RawRow> = Vec::new();
                for Placed { row, column, value, is_formula } in cells(count) {
                    let cell = cells::cell_of(value, is_formula, false);
                    if column == 0 {
                        expected.push(RawRow { number: row + 1, cells: Vec::new() });
                    }
                    let row = expected.last_mut().unwrap();
                    if cell != Cell::Empty {
                        row.cells.resize(column as usize, Cell::Empty);
                        row.cells.push(cell);
                    }
                }
                assert_eq!(end.is_err(), is_broken);
                // Of the last row nobody knows whether it was whole.
                expected.truncate(if is_broken { expected.len().saturating_sub(1) } else { expected.len() });
                let plain =
                    |rows: &[RawRow]| rows.iter().map(|row| (row.number, row.cells.clone())).collect::<Vec<_>>();
                assert_eq!(plain(&got), plain(&expected), "{count}");
                assert!(!ahead.next_row(&mut RawRow::default()).unwrap());
            }
        }
    }

    #[test]
    fn what_waits_has_bounds_and_so_has_the_room_that_goes_back() {
        let mut all = cells(60_000).map(|cell| match cell.value {
            DataRef::Bool(_) => Placed { value: DataRef::String("y".repeat(FULL * 3)), ..cell },
            _ => cell,
        });
        let mut next_cell: NextCell<'_> = Box::new(|| Ok(all.next()));
        let mut batch = Batch::default();
        let mut count = 0;
        while batch.end.is_none() {
            batch.refill(&mut next_cell, false);
            assert!(batch.cells.len() <= MOST_CELLS);
            let last = batch.cells.iter().rev().find_map(|cell| match &cell.value {
                Value::Text(text) => Some(text.start),
                Value::Serial(_) | Value::Other(_) => None,
            });
            assert!(last.is_none_or(|last| last < FULL));
            count += batch.cells.len();
        }
        assert_eq!(count, 60_000);
        let mut none: NextCell<'_> = Box::new(|| Ok(None));
        batch.refill(&mut none, false);
        assert!(batch.texts.capacity() <= 2 * FULL);
    }

    #[test]
    fn a_thread_that_went_is_not_the_end_of_the_sheet() {
        let mut ahead = begin_with(false, None, drop).unwrap();
        assert_eq!(rows(&mut ahead).1, Err(lost().to_string()));
        let mut ahead =
            begin_with(false, None, |to| to.send_all(Box::new(|| panic!("as a library would")), false)).unwrap();
        assert!(rows(&mut ahead).1.unwrap_err().contains("contradict"));
    }
}
