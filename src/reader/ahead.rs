//! Rows read ahead, in a thread of their own, while those before them are looked at.
//!
//! To cut a long text into cells takes about half as long as to look at them, to parse a sheet several
//! times as long, and neither needs to wait for the other. One thread reads and one takes, so rows and
//! the error that ends them come in their order; what waits between the two has bounds, so memory
//! doesn't grow with the input; and the cells of rows that are done with go back, so that their room is
//! made only once. If the taker goes away, the reading ends with the batch at hand.

use std::mem;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::{io, thread, vec};

use super::columns::RawRow;
use super::error::Unreadable;
use super::reading::RawRows;
use crate::model::Cell;

/// The most rows of a batch: enough that handing one over costs nothing beside them.
const MOST_ROWS: usize = 256;
/// A batch is full with so many bytes of cells.
const FULL: usize = 128 * 1024;
/// How many batches may wait to be taken.
const BATCHES_AHEAD: usize = 2;
/// The most cells whose room is given back: many wide rows would add up otherwise.
const WIDEST_ROOM: usize = 32;

/// Rows as they come from the thread that reads them.
pub(super) struct Ahead {
    batches: Receiver<Batch>,
    rooms: Sender<Vec<Vec<Cell>>>,
    rows: vec::IntoIter<RawRow>,
    done_with: Vec<Vec<Cell>>,
    /// What follows the rows at hand.
    next: Next,
}

/// The other end, in the thread that reads.
pub(super) struct ReadTo {
    batches: SyncSender<Batch>,
    rooms: Receiver<Vec<Vec<Cell>>>,
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
        Ok(Self { batches, rooms, rows: Vec::new().into_iter(), done_with: Vec::new(), next: Next::Batch })
    }

    fn next_batch(&mut self) {
        // Without a thread that reads there is nobody to need the room.
        let _ = self.rooms.send(mem::take(&mut self.done_with));
        // A thread that went without a word must not be taken for the end of the text.
        let lost = |_| Batch {
            rows: Vec::new(),
            next: Next::End(Err(io::Error::other("the thread that reads the rows has ended").into())),
        };
        let Batch { rows, next } = self.batches.recv().unwrap_or_else(lost);
        self.rows = rows.into_iter();
        self.next = next;
    }
}

impl RawRows for Ahead {
    fn next_row(&mut self) -> Result<Option<RawRow>, Unreadable> {
        loop {
            if let Some(row) = self.rows.next() {
                return Ok(Some(row));
            }
            match &mut self.next {
                Next::Batch => self.next_batch(),
                Next::End(end) => return mem::replace(end, Ok(())).map(|()| None),
            }
        }
    }

    fn take_back(&mut self, cells: Vec<Cell>) {
        if cells.capacity() <= WIDEST_ROOM {
            self.done_with.push(cells);
        }
    }
}

impl ReadTo {
    /// Reads rows to their end, or until nobody takes them any more.
    pub(super) fn end(self, rows: Result<&mut dyn RawRows, Unreadable>) {
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

fn batch(rows: &mut dyn RawRows, mut room: Vec<Vec<Cell>>) -> Batch {
    let mut batch = Vec::with_capacity(MOST_ROWS);
    let mut size = 0;
    while batch.len() < MOST_ROWS && size < FULL {
        rows.take_back(room.pop().unwrap_or_default());
        match rows.next_row() {
            Ok(Some(row)) => {
                size += row.cells.iter().map(size_of).sum::<usize>();
                batch.push(row);
            }
            Ok(None) => return Batch { rows: batch, next: Next::End(Ok(())) },
            Err(cause) => return Batch { rows: batch, next: Next::End(Err(cause)) },
        }
    }
    Batch { rows: batch, next: Next::Batch }
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

    impl RawRows for Made {
        fn next_row(&mut self) -> Result<Option<RawRow>, Unreadable> {
            let Some(number) = self.left.next() else { return self.error.take().map_or(Ok(None), Err) };
            let width = if number.is_multiple_of(10) { WIDEST_ROOM + 1 } else { 3 };
            let length = if number.is_multiple_of(100) { FULL / 64 } else { 3 };
            let cells = (0..width).map(|_| Cell::Text(number.to_string().repeat(length))).collect();
            Ok(Some(RawRow { number, cells }))
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
        for rows in [0, 1, 255, 256, 257, 700] {
            for error in [None, Some(Unreadable::TooManyRows)] {
                let is_broken = error.is_some();
                let mut ahead = ahead(made(rows, error));
                let mut plain = made(rows, None);
                for _ in 0..rows {
                    let row = ahead.next_row().unwrap().unwrap();
                    let expected = plain.next_row().unwrap().unwrap();
                    assert_eq!((row.number, &row.cells), (expected.number, &expected.cells));
                    ahead.take_back(row.cells);
                }
                assert_eq!(ahead.next_row().is_err(), is_broken);
                assert!(ahead.next_row().unwrap().is_none());
            }
        }
    }

    #[test]
    fn what_waits_has_bounds_and_so_has_the_room_that_goes_back() {
        let mut rows = made(1_000, None);
        let mut count = 0;
        loop {
            let Batch { rows, next } = batch(&mut rows, Vec::new());
            assert!(rows.len() <= MOST_ROWS);
            let but_last = rows.iter().rev().skip(1).flat_map(|row| &row.cells).map(size_of);
            assert!(but_last.sum::<usize>() < FULL);
            count += rows.len();
            if matches!(next, Next::End(_)) {
                break;
            }
        }
        assert_eq!(count, 1_000);
        let mut ahead = ahead(made(0, None));
        [WIDEST_ROOM, WIDEST_ROOM + 1].into_iter().for_each(|width| ahead.take_back(Vec::with_capacity(width)));
        assert_eq!(ahead.done_with.len(), 1);
    }

    #[test]
    fn a_thread_that_went_is_not_the_end_of_the_rows() {
        let mut ahead = Ahead::begin(drop).unwrap();
        assert!(matches!(ahead.next_row(), Err(Unreadable::Io(_))));
        let mut ahead = Ahead::begin(|to| to.end(Err(Unreadable::TooManyRows))).unwrap();
        assert!(matches!(ahead.next_row(), Err(Unreadable::TooManyRows)));
    }
}
