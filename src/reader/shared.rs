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
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::error::Unreadable;
use super::rows::Rows;
use super::table::{Left, Table, TableRows, Top};
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
    /// Begins to read.
    pub(super) fn begin(top: Top<'_>, lines: TextRows) -> Result<Self, Unreadable> {
        let (other, own) = (top.table(Vec::new(), Cut::default()), top.into_table(Cut::default()));
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
        let ready = self.ready.try_recv();
        if ready.is_ok() || self.early.is_some() {
            let _ = self.rooms.send(room);
            if let Ok(batch) = ready {
                return Ok(batch);
            }
        } else {
            match self.own.batch(room)? {
                Some(batch) if batch.number == number => return Ok(batch),
                early => self.early = early,
            }
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;

    use chrono::DateTime;

    use super::*;
    use crate::reader::columns::Source;
    use crate::reader::front::ReadOptions;
    use crate::reader::header;

    const HEADER: &str = "Campaign,Start,End,Interval\n";

    /// The rows of a text and what ended them, by `begin` or by one thread.
    fn read<T: TableRows>(
        text: &str,
        begin: impl FnOnce(Top<'_>, TextRows) -> T,
    ) -> (Vec<Row>, Result<(u64, String), String>) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        io::Seek::rewind(&mut file).unwrap();
        let options = ReadOptions::default();
        let mut lines = TextRows::open(file, &options).unwrap();
        let head = header::head(&mut lines, &options).unwrap();
        let found = header::find(&head, &options).unwrap();
        let source = Source { source: "q1.csv".into(), sheet: None, is_text: true, input: 0, is_1904: false };
        let (now, columns, header) = (DateTime::UNIX_EPOCH, found.columns, found.row);
        let top = Top { options: &options, now, source, columns, header, head, is_escaped: false };
        let mut from = begin(top, lines);
        let mut rows = Vec::new();
        let mut room = Row::default();
        let end = loop {
            match from.lend_row(&mut room) {
                Ok(Some(row)) => rows.push(row.clone()),
                Ok(None) => break Ok(()),
                Err(cause) => break Err(cause.to_string()),
            }
        };
        assert!(end.is_err() || matches!(from.next_row(&mut room), Ok(false)));
        let left = from.end().unwrap();
        (rows, end.map(|()| (left.blank_rows, format!("{:?}", left.orders))))
    }

    /// Rows of every kind: good and bad ones, long and wide ones, blank lines, quotes, ambiguous dates.
    fn rows(count: u32) -> String {
        (0..count).fold(String::new(), |mut text, row| {
            let day = row % 27 + 1;
            match row % 101 {
                7 | 8 => text.push('\n'),
                13 => writeln!(text, "\"Name {row}\nof two lines\",2030-01-27,2030-02-27,1").unwrap(),
                17 => writeln!(text, "Name {row},{day}/01/2030,27/12/2030,1").unwrap(),
                19 => writeln!(text, "Name {row},12/{day}/2030,12/28/2030,1").unwrap(),
                23 => writeln!(text, "{},2030-01-27,2030-02-27,soon", "x".repeat(row as usize % 70_000)).unwrap(),
                29 => writeln!(text, "Name {row},2030-01-27{}", ",".repeat(row as usize % 900)).unwrap(),
                _ => writeln!(text, "\"Name \"\"{row}\"\"\",2030-01-27,2030-02-{day:02},every {day} days").unwrap(),
            }
            text
        })
    }

    #[test]
    fn two_threads_give_the_rows_that_one_gives() {
        for count in [60, 383, 384, 385, 434, 900, 20_000] {
            for end in ["", "\"unclosed\nto the end", "Last,2030-01-27,2030-02-27,1"] {
                let text = format!("A title\n\n{HEADER}{}{end}", rows(count));
                let one = read(&text, |top, lines| top.into_table(lines));
                let two = read(&text, |top, lines| Shared::begin(top, lines).unwrap());
                assert_eq!(one.1, two.1, "{count} {end}");
                assert!(one.0 == two.0, "{count} {end}: the rows differ");
            }
        }
    }

    #[test]
    fn the_room_of_a_wide_row_is_not_kept() {
        let wide = format!("Name,2030-01-27,2030-02-27,1{}\n", ",x".repeat(WIDEST_ROOM)).repeat(1_000);
        let narrow = "Name,2030-01-27,2030-02-27,1\n".repeat(2_000);
        let _ = read(&format!("{HEADER}{}{wide}{narrow}", rows(5_000)), |top, lines| {
            let mut shared = Shared::begin(top, lines).unwrap();
            while shared.next().unwrap().is_some() {}
            assert!(shared.batch.rows.iter().all(|row| row.cells.capacity() <= WIDEST_ROOM));
            shared
        });
    }

    #[test]
    fn a_thread_that_went_is_not_the_end_of_the_rows() {
        let (_, end) = read(&format!("{HEADER}{}", rows(5_000)), |top, lines| {
            let mut shared = Shared::begin(top, lines).unwrap();
            // The other thread's batches go nowhere, as if it had panicked with one in hand.
            shared.ready = channel().1;
            shared
        });
        assert_eq!(end, Err(lost().to_string()));
    }

    #[test]
    fn rows_that_nobody_takes_hold_up_no_thread() {
        let _ = read(&format!("{HEADER}{}", rows(5_000)), |top, lines| {
            let Shared { ready, rooms, other, .. } = Shared::begin(top, lines).unwrap();
            drop((ready, rooms));
            assert!(other.join().is_ok());
            Empty
        });
    }

    struct Empty;

    impl Rows<Row> for Empty {
        fn next_row(&mut self, _: &mut Row) -> Result<bool, Unreadable> {
            Ok(false)
        }
    }

    impl TableRows for Empty {
        fn end(self) -> Result<Left, Unreadable> {
            Ok(Left::default())
        }
    }
}
