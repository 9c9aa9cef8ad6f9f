//! Rows on their way into the journal or out of it, from the thread that has them to the one that writes them.
//!
//! To make a row ready takes about as long as to write it, so neither waits for the other. Rows go over a page at
//! a time, since to hand one over costs as much as to hand over many; and a page is full with so many bytes, too,
//! or wide rows would add up.

use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

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
}

/// Nobody takes rows any more: the thread that writes has ended, and knows why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NobodyWrites;

impl<R> Pages<R> {
    /// Both ends.
    pub fn new() -> (Self, Receiver<Vec<R>>) {
        let (to, pages) = sync_channel(PAGES_AHEAD);
        (Self { page: Vec::with_capacity(MOST_ROWS), weight: 0, to }, pages)
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
        let page = mem::replace(&mut self.page, Vec::with_capacity(MOST_ROWS));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_full_with_its_rows_or_with_their_bytes() {
        for (weight, expected) in [(0, vec![MOST_ROWS, MOST_ROWS, 44]), (FULL / 2, vec![2; 150])] {
            let (mut pages, taken) = Pages::new();
            let taker = std::thread::spawn(move || taken.into_iter().collect::<Vec<_>>());
            (0..300).for_each(|row| pages.push(row, weight).unwrap());
            pages.end().unwrap();
            let taken = taker.join().unwrap();
            let sizes: Vec<_> = taken.iter().map(Vec::len).filter(|rows| *rows > 0).collect();
            assert_eq!(sizes, expected);
            assert!(taken.into_iter().flatten().eq(0..300));
        }
    }

    #[test]
    fn who_hands_over_hears_that_nobody_writes() {
        let (mut pages, taken) = Pages::new();
        drop(taken);
        assert_eq!(pages.push(1, FULL), Err(NobodyWrites));
        assert_eq!(pages.end(), Err(NobodyWrites));
    }
}
