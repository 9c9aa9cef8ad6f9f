//! The lines of a workbook, parsed in a thread of their own while those before them are dealt with.
//!
//! To parse a sheet takes several times as long as all that follows, and neither need wait for the other. One
//! thread reads and one takes, so rows and the error that ends them come in their order; what waits between the
//! two has bounds, so memory doesn't grow with the input; and rows that are done with go back, so that their
//! room is made only once. If the taker goes away, the reading ends with the batch at hand.

use std::io;
use std::mem;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use super::columns::RawRow;
use super::error::Unreadable;
use super::rows::Rows;
use crate::model::Cell;

/// The most rows of a batch: enough that handing one over costs little beside them. More cost less still, but the
/// batches that wait would hold so much more that memory grows by over 32 bytes a row of a short sheet.
const MOST_ROWS: usize = 256;
/// A batch is full with so many bytes of cells.
const FULL: usize = 128 * 1024;
/// How many batches may wait to be taken: one, since two of half the size would wake a thread twice as often.
const BATCHES_AHEAD: usize = 1;
/// The most cells whose room is used again: many wide rows would add up otherwise.
const WIDEST_ROOM: usize = 32;

/// Rows as they come from the thread that reads them.
pub(super) struct Ahead {
    batches: Receiver<Batch>,
    rooms: Sender<Vec<RawRow>>,
    batch: Batch,
    taken: usize,
}

/// The other end, in the thread that reads.
pub(super) struct ReadTo {
    batches: SyncSender<Batch>,
    rooms: Receiver<Vec<RawRow>>,
}

/// Rows in their order.
struct Batch {
    rows: Vec<RawRow>,
    next: Next,
}

/// What follows a batch.
enum Next {
    Batch,
    End(Result<(), Unreadable>),
}

impl Ahead {
    /// Begins to read, which is done by `work` in the thread.
    pub(super) fn begin(work: impl FnOnce(ReadTo) + Send + 'static) -> Result<Self, Unreadable> {
        let (sender, batches) = sync_channel(BATCHES_AHEAD);
        let (rooms, returned) = channel();
        let to = ReadTo { batches: sender, rooms: returned };
        thread::Builder::new().name("rows".to_owned()).spawn(move || work(to))?;
        let batch = Batch { rows: Vec::new(), next: Next::Batch };
        Ok(Self { batches, rooms, batch, taken: 0 })
    }

    fn next(&mut self) -> Result<Option<&mut RawRow>, Unreadable> {
        while self.taken == self.batch.rows.len() {
            match &mut self.batch.next {
                Next::Batch => self.next_batch(),
                Next::End(end) => return mem::replace(end, Ok(())).map(|()| None),
            }
        }
        self.taken += 1;
        Ok(self.batch.rows.get_mut(self.taken - 1))
    }

    fn next_batch(&mut self) {
        // Without a thread that reads there is nobody to need the room.
        let _ = self.rooms.send(mem::take(&mut self.batch.rows));
        // A thread that went without a word must not be taken for the end of the text.
        self.batch = self.batches.recv().unwrap_or_else(|_| Batch { rows: Vec::new(), next: Next::End(Err(lost())) });
        self.taken = 0;
    }
}

fn lost() -> Unreadable {
    io::Error::other("the thread that reads the rows has ended").into()
}

impl Rows<RawRow> for Ahead {
    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        let next = self.next()?;
        Ok(next.map(|next| mem::swap(row, next)).is_some())
    }

    fn lend_row<'a>(&'a mut self, _: &'a mut RawRow) -> Result<Option<&'a mut RawRow>, Unreadable> {
        self.next()
    }
}

impl ReadTo {
    /// Reads rows to their end, or until nobody takes them any more.
    pub(super) fn end(self, rows: Result<&mut dyn Rows<RawRow>, Unreadable>) {
        let rows = match rows {
            Ok(rows) => rows,
            Err(cause) => {
                // Who doesn't listen any more needs no cause either.
                let _ = self.batches.send(Batch { rows: Vec::new(), next: Next::End(Err(cause)) });
                return;
            }
        };
        loop {
            let batch = batch(rows, self.rooms.try_recv().unwrap_or_default());
            let is_last = matches!(batch.next, Next::End(_));
            if self.batches.send(batch).is_err() || is_last {
                return;
            }
        }
    }
}

/// Reads rows into the room of earlier ones. Room that isn't needed goes: long rows in one batch after
/// the other would add up otherwise.
fn batch(from: &mut dyn Rows<RawRow>, mut rows: Vec<RawRow>) -> Batch {
    let (mut count, mut size) = (0, 0);
    let mut next = Next::Batch;
    while count < MOST_ROWS && size < FULL {
        if rows.len() == count {
            rows.push(RawRow::default());
        }
        let row = &mut rows[count];
        if row.cells.capacity() > WIDEST_ROOM {
            *row = RawRow::default();
        }
        match from.next_row(row) {
            Ok(true) => {
                size += row.cells.iter().map(size_of).sum::<usize>();
                count += 1;
            }
            end => {
                next = Next::End(end.map(drop));
                break;
            }
        }
    }
    rows.truncate(count);
    Batch { rows, next }
}

/// The room that a cell takes, in bytes.
fn size_of(cell: &Cell) -> usize {
    mem::size_of::<Cell>() + if let Cell::Text(text) = cell { text.capacity() } else { 0 }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    /// So many rows, of which every tenth is wide and every hundredth long; then perhaps an error.
    struct Made {
        left: Range<u32>,
        error: Option<Unreadable>,
    }

    impl Rows<RawRow> for Made {
        fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
            let Some(number) = self.left.next() else { return self.error.take().map_or(Ok(false), Err) };
            let width = if number.is_multiple_of(10) { WIDEST_ROOM + 1 } else { 3 };
            let length = if number.is_multiple_of(100) { FULL / 64 } else { 3 };
            row.number = number;
            row.cells.clear();
            row.cells.extend((0..width).map(|_| Cell::Text(number.to_string().repeat(length))));
            Ok(true)
        }
    }

    fn made(rows: u32, error: Option<Unreadable>) -> Made {
        Made { left: 0..rows, error }
    }

    fn ahead(mut rows: Made) -> Ahead {
        Ahead::begin(move |to| to.end(Ok(&mut rows))).unwrap()
    }

    #[test]
    fn rows_and_the_error_behind_them_come_as_they_are_read() {
        let full = u32::try_from(MOST_ROWS).unwrap();
        for rows in [0, 1, full - 1, full, full + 1, full * 8] {
            for error in [None, Some(Unreadable::TooManyRows)] {
                let is_broken = error.is_some();
                let mut ahead = ahead(made(rows, error));
                let mut plain = made(rows, None);
                let (mut row, mut expected) = (RawRow::default(), RawRow::default());
                for _ in 0..rows {
                    assert!(ahead.next_row(&mut row).unwrap() && plain.next_row(&mut expected).unwrap());
                    assert_eq!((row.number, &row.cells), (expected.number, &expected.cells));
                }
                assert_eq!(ahead.next_row(&mut row).is_err(), is_broken);
                assert!(!ahead.next_row(&mut row).unwrap());
            }
        }
    }

    #[test]
    fn what_waits_has_bounds_and_so_has_the_room_that_goes_back() {
        let mut from = made(1_000, None);
        let mut count = 0;
        let mut room = Vec::new();
        loop {
            let Batch { rows, next } = batch(&mut from, room);
            assert!(rows.len() <= MOST_ROWS);
            let but_last = rows.iter().rev().skip(1).flat_map(|row| &row.cells).map(size_of);
            assert!(but_last.sum::<usize>() < FULL);
            assert!(rows.iter().all(|row| row.cells.len() > WIDEST_ROOM || row.cells.capacity() <= WIDEST_ROOM));
            count += rows.len();
            if matches!(next, Next::End(_)) {
                break;
            }
            room = rows;
        }
        assert_eq!(count, 1_000);
    }

    #[test]
    fn a_thread_that_went_is_not_the_end_of_the_rows() {
        let mut row = RawRow::default();
        let mut ahead = Ahead::begin(drop).unwrap();
        assert!(matches!(ahead.next_row(&mut row), Err(Unreadable::Io(_))));
        let mut ahead = Ahead::begin(|to| to.end(Err(Unreadable::TooManyRows))).unwrap();
        assert!(matches!(ahead.next_row(&mut row), Err(Unreadable::TooManyRows)));
    }
}
