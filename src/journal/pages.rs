//! Rows on their way into the journal or out of it, from the thread that has them to the one that writes them.
//!
//! To make a row ready takes about as long as to write it, so neither waits for the other. Rows go over a page at
//! a time, since to hand one over costs as much as to hand over many; and a page is full with so many bytes, too,
//! or wide rows would add up. A page that was taken goes back, and its rows are dropped where they were made: a
//! thread that frees what another allocates keeps it waiting for the allocator's lock.

use std::mem;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

/// The most rows of a page: enough that to hand it over costs nothing beside them.
const MOST_ROWS: usize = 128;
/// A page is full with so many bytes.
const FULL: usize = 128 * 1024;
/// How many pages may wait to be written.
const PAGES_AHEAD: usize = 2;

/// The end at which rows are handed over.
#[derive(Debug)]
pub struct Pages<R> {
    page: Vec<R>,
    /// About how many bytes it holds.
    weight: usize,
    to: SyncSender<Vec<R>>,
    spent: Receiver<Vec<R>>,
}

/// The end at which they are taken.
#[derive(Debug)]
pub struct Taken<R> {
    pages: Receiver<Vec<R>>,
    back: Sender<Vec<R>>,
}

/// Nobody takes rows any more: the thread that writes has ended, and knows why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NobodyWrites;

impl<R> Pages<R> {
    /// Both ends.
    pub fn new() -> (Self, Taken<R>) {
        let (to, pages) = sync_channel(PAGES_AHEAD);
        let (back, spent) = channel();
        (Self { page: Vec::with_capacity(MOST_ROWS), weight: 0, to, spent }, Taken { pages, back })
    }

    /// Hands a row over that holds about so many bytes.
    ///
    /// # Errors
    /// If nobody takes it.
    pub fn push(&mut self, row: R, weight: usize) -> Result<(), NobodyWrites> {
        self.page.push(row);
        self.weight += weight;
        if self.page.len() < MOST_ROWS && self.weight < FULL {
            return Ok(());
        }
        self.weight = 0;
        let mut next = self.spent.try_recv().unwrap_or_else(|_| Vec::with_capacity(MOST_ROWS));
        next.clear();
        let page = mem::replace(&mut self.page, next);
        self.to.send(page).map_err(|_| NobodyWrites)
    }

    /// Hands over the last page.
    ///
    /// # Errors
    /// If nobody takes it.
    pub fn end(self) -> Result<(), NobodyWrites> {
        self.to.send(self.page).map_err(|_| NobodyWrites)
    }
}

impl<R> Taken<R> {
    /// Shows every page to `take`, in their order, until the other end has ended or `take` fails.
    ///
    /// # Errors
    /// What `take` failed with.
    pub fn try_for_each<E>(self, mut take: impl FnMut(&mut [R]) -> Result<(), E>) -> Result<(), E> {
        for mut page in self.pages {
            take(&mut page)?;
            // Nobody wants it back once the last page has come.
            let _ = self.back.send(page);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_full_with_its_rows_or_with_their_bytes() {
        for (weight, expected) in [(0, vec![MOST_ROWS, MOST_ROWS, 44]), (FULL / 2, vec![2; 150])] {
            let (mut pages, taken) = Pages::new();
            let taker = std::thread::spawn(move || taken.pages.into_iter().collect::<Vec<_>>());
            (0..300).for_each(|row| pages.push(row, weight).unwrap());
            pages.end().unwrap();
            let taken = taker.join().unwrap();
            let sizes: Vec<_> = taken.iter().map(Vec::len).filter(|rows| *rows > 0).collect();
            assert_eq!(sizes, expected);
            assert!(taken.into_iter().flatten().eq(0..300));
        }
    }

    /// Knows the thread in which it was dropped.
    #[derive(Debug)]
    struct Dropped(Sender<std::thread::ThreadId>);

    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.send(std::thread::current().id()).unwrap();
        }
    }

    #[test]
    fn rows_are_dropped_where_they_were_made_and_all_of_them_once() {
        let (told, dropped) = channel();
        let (mut pages, taken) = Pages::new();
        let mut seen = 0;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                taken.try_for_each(|page| {
                    seen += page.len();
                    Ok::<(), NobodyWrites>(())
                })
            });
            (0..MOST_ROWS * 20).for_each(|_| pages.push(Dropped(told.clone()), 0).unwrap());
            pages.end().unwrap();
        });
        drop(told);
        let dropped: Vec<_> = dropped.into_iter().collect();
        let here = dropped.iter().filter(|thread| **thread == std::thread::current().id()).count();
        assert_eq!((seen, dropped.len()), (MOST_ROWS * 20, MOST_ROWS * 20));
        // Those that were on the other side when this one ended are dropped there.
        assert!(here >= MOST_ROWS * (20 - PAGES_AHEAD - 2), "{here}");
    }

    #[test]
    fn a_taker_that_fails_takes_no_more() {
        let (mut pages, taken) = Pages::new();
        let taker = std::thread::spawn(move || {
            taken.try_for_each(|page| page.iter().try_for_each(|row| if *row < 5 { Ok(()) } else { Err(*row) }))
        });
        let handed = (0..MOST_ROWS * 10).try_for_each(|row| pages.push(row, 0));
        assert_eq!((handed, taker.join().unwrap()), (Err(NobodyWrites), Err(5)));
    }

    #[test]
    fn who_hands_over_hears_that_nobody_writes() {
        let (mut pages, taken) = Pages::new();
        drop(taken);
        assert_eq!(pages.push(1, FULL), Err(NobodyWrites));
        assert_eq!(pages.end(), Err(NobodyWrites));
    }
}
