//! The rows of a long text, by two threads that share the work.
//!
//! Only to cut the text into records and to deal with its rows must be done in order; most of the work lies
//! between, where cells are read and looked at. So a thread cuts a piece of some hundred records and looks at
//! them by itself; and the thread that takes the rows does the same whenever the piece that it wants isn't
//! ready. So neither waits for long, whatever the rows cost on either side, and a record never goes from one
//! processor to the other but as the row that it became.
//!
//! There is room for three pieces, which goes round: memory doesn't grow with the input. If the taker goes away,
//! the reading ends with the piece at hand.

use std::io;
use std::mem;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::error::Unreadable;
use super::rows::Rows;
use super::table::{Left, Table, TableRows};
use super::text::{Cut, TextRows};
use crate::model::Row;

/// The most cells whose room is used again: many wide rows would add up otherwise.
const WIDEST_ROOM: usize = 32;

/// The rows of a text, looked at by two threads.
pub(super) struct Shared {
    own: Looker,
    /// The batch whose rows are being taken, and how many were.
    batch: Batch,
    taken: usize,
    /// A batch of this thread's that came before its turn.
    early: Option<Batch>,
    /// Where the other thread puts its batches, and from where it gets room for them.
    ready: Receiver<Batch>,
    rooms: Sender<Vec<Row>>,
    other: JoinHandle<Result<Left, Unreadable>>,
}

/// What is not cut yet.
struct Uncut {
    lines: TextRows,
    /// The number of the next piece; `None` behind the last.
    next: Option<u64>,
}

/// One of the two that look at pieces.
struct Looker {
    uncut: Arc<Mutex<Uncut>>,
    table: Table<Cut>,
}

/// The rows of a piece.
struct Batch {
    number: u64,
    rows: Vec<Row>,
    next: Next,
}

/// What follows a piece.
enum Next {
    Piece,
    End(Result<(), Unreadable>),
}

impl Shared {
    /// Begins to read; `own` has the lines that were read to find the header, and `other` none.
    pub(super) fn begin(lines: TextRows, own: Table<Cut>, other: Table<Cut>) -> Result<Self, Unreadable> {
        let uncut = Arc::new(Mutex::new(Uncut { lines, next: Some(1) }));
        let (rooms, returned) = channel();
        let (sender, ready) = channel();
        let looker = Looker { uncut: Arc::clone(&uncut), table: other };
        let other = thread::Builder::new().name("rows".to_owned()).spawn(move || looker.look(&returned, &sender))?;
        // Who went away without a word is found out when its batch is wanted.
        let _ = (rooms.send(Vec::new()), rooms.send(Vec::new()));
        let mut own = Looker { uncut, table: own };
        let batch = own.rows(0, Vec::new(), Next::Piece);
        Ok(Self { own, batch, taken: 0, early: None, ready, rooms, other })
    }

    fn next(&mut self) -> Result<Option<&mut Row>, Unreadable> {
        while self.taken == self.batch.rows.len() {
            match &mut self.batch.next {
                Next::Piece => self.next_batch()?,
                Next::End(end) => return mem::replace(end, Ok(())).map(|()| None),
            }
        }
        self.taken += 1;
        Ok(self.batch.rows.get_mut(self.taken - 1))
    }

    fn next_batch(&mut self) -> Result<(), Unreadable> {
        let number = self.batch.number + 1;
        let room = mem::take(&mut self.batch.rows);
        self.taken = 0;
        self.batch = match self.early.take_if(|early| early.number == number) {
            Some(early) => {
                let _ = self.rooms.send(room);
                early
            }
            None => self.await_batch(number, room)?,
        };
        Ok(())
    }

    /// The batch that the other thread has in hand, or, if it has none, the next one of this thread's.
    fn await_batch(&mut self, number: u64, room: Vec<Row>) -> Result<Batch, Unreadable> {
        match self.ready.try_recv() {
            Ok(batch) => {
                let _ = self.rooms.send(room);
                return Ok(batch);
            }
            Err(TryRecvError::Empty | TryRecvError::Disconnected) if self.early.is_some() => {}
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => match self.own.batch(room)? {
                Some(batch) if batch.number == number => return Ok(batch),
                early => self.early = early,
            },
        }
        // A thread that went without a word must not be taken for the end of the text.
        self.ready.recv().map_err(|_| lost())
    }
}

impl Rows<Row> for Shared {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, Unreadable> {
        let next = self.next()?;
        Ok(next.map(|next| mem::swap(row, next)).is_some())
    }

    fn lend_row<'a>(&'a mut self, _: &'a mut Row) -> Result<Option<&'a mut Row>, Unreadable> {
        self.next()
    }
}

impl TableRows for Shared {
    fn end(self) -> Result<Left, Unreadable> {
        let Self { own, ready, rooms, other, .. } = self;
        drop((ready, rooms));
        let others = other.join().map_err(|_| lost())??;
        Ok(own.table.end()?.and(others))
    }
}

impl Looker {
    /// Looks at piece after piece, as long as there is room and somebody who takes the rows.
    fn look(mut self, rooms: &Receiver<Vec<Row>>, ready: &Sender<Batch>) -> Result<Left, Unreadable> {
        while let Ok(room) = rooms.recv() {
            let Some(batch) = self.batch(room)? else { break };
            if ready.send(batch).is_err() {
                break;
            }
        }
        self.table.end()
    }

    /// The rows of the next piece; `None` if there is none.
    fn batch(&mut self, room: Vec<Row>) -> Result<Option<Batch>, Unreadable> {
        let piece = self.table.lines();
        let (number, end) = {
            let mut uncut = self.uncut.lock().map_err(|_| lost())?;
            let Some(number) = uncut.next else { return Ok(None) };
            let end = uncut.lines.cut(piece);
            uncut.next = matches!(end, Ok(true)).then_some(number + 1);
            (number, end)
        };
        let first = piece.first();
        self.table.go_on(first);
        let next = match end {
            Ok(true) => Next::Piece,
            end => Next::End(end.map(drop)),
        };
        Ok(Some(self.rows(number, room, next)))
    }

    /// Looks at all lines that are cut, in the room of earlier rows.
    fn rows(&mut self, number: u64, mut rows: Vec<Row>, mut next: Next) -> Batch {
        let mut count = 0;
        loop {
            if rows.len() == count {
                rows.push(Row::default());
            }
            let row = &mut rows[count];
            if row.cells.capacity() > WIDEST_ROOM {
                *row = Row::default();
            }
            match self.table.next_row(row) {
                Ok(true) => count += 1,
                Ok(false) => break,
                Err(cause) => {
                    next = Next::End(Err(cause));
                    break;
                }
            }
        }
        rows.truncate(count);
        Batch { number, rows, next }
    }
}

fn lost() -> Unreadable {
    io::Error::other("the thread that reads the rows has ended").into()
}
