//! The rows that the coordinator holds in its hands: a page of the journal's queue, and those that
//! wait to be tried again.

use std::collections::{BTreeMap, VecDeque};

use crate::journal::{QueuedRow, Turn};
use crate::model::Moment;
use crate::model::transition::Life;

/// Rows read from the journal at once, as soon as half a page is left: enough that reading costs next to nothing
/// and nobody waits for it, few enough that a batch of a million rows needs no memory for them.
pub(super) const PAGE: usize = 512;

/// A row on its way.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub(super) row: QueuedRow,
    pub(super) life: Life,
    /// It was granted in this sitting.
    pub(super) was_granted: bool,
}

impl Track {
    fn new(row: QueuedRow) -> Self {
        let life =
            Life { may_have_taken_effect: row.in_doubt, attempts: row.attempts, ..Life::queued(row.schedule.action()) };
        Self { row, life, was_granted: false }
    }
}

/// The rows that wait for a grant.
#[derive(Debug)]
pub(super) struct Queue {
    page: VecDeque<Track>,
    last: Turn,
    is_read: bool,
    /// By the moment from which on they are tried again; of those of one moment the earlier row goes first.
    again: BTreeMap<(Moment, Turn), Track>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self { page: VecDeque::new(), last: Turn(i64::MIN), is_read: false, again: BTreeMap::new() }
    }

    /// After which turn the next page begins; `None` if none is needed yet.
    pub(super) fn wants_page_after(&self) -> Option<Turn> {
        (self.page.len() < PAGE / 2 && !self.is_read).then_some(self.last)
    }

    /// True if every row that was read from the journal has been taken.
    pub(super) fn is_used_up(&self) -> bool {
        self.page.is_empty()
    }

    /// The next page; a short one is the last.
    pub(super) fn add_page(&mut self, rows: Vec<QueuedRow>) {
        self.is_read = rows.len() < PAGE;
        if let Some(last) = rows.last() {
            self.last = last.turn;
        }
        self.page.extend(rows.into_iter().map(Track::new));
    }

    /// A row to be tried again from this moment on.
    pub(super) fn try_again(&mut self, track: Track, ready: Moment) {
        self.again.insert((ready, track.row.turn), track);
    }

    /// When the first row is ready; `new_rows` says whether rows never granted may go now.
    pub(super) fn ready(&self, now: Moment, new_rows: bool) -> Option<Moment> {
        if new_rows && !self.page.is_empty() {
            return Some(now);
        }
        self.again.keys().next().map(|(ready, _)| *ready)
    }

    /// Takes the next ready row: first those to be tried again, unless a new one is wanted and is there.
    pub(super) fn take(&mut self, now: Moment, new_rows: bool, wants_new: bool) -> Option<Track> {
        if wants_new && new_rows && !self.page.is_empty() {
            return self.page.pop_front();
        }
        if let Some(first) = self.again.first_entry()
            && first.key().0 <= now
        {
            return Some(first.remove());
        }
        if new_rows { self.page.pop_front() } else { None }
    }

    /// True if no row waits, here or in the journal.
    pub(super) fn is_empty(&self) -> bool {
        self.page.is_empty() && self.is_read && self.again.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::RowNumber;
    use crate::model::{CampaignName, Place, Schedule, StreamId};

    fn rows(turns: std::ops::Range<i64>) -> Vec<QueuedRow> {
        let row = |turn| QueuedRow {
            number: RowNumber(turn),
            turn: Turn(turn),
            place: Place { source: "sheet.csv".into(), sheet: None, row: 2 },
            campaign: CampaignName::new("c"),
            stream: StreamId::new("st-1"),
            schedule: Schedule::Disable,
            in_doubt: false,
            attempts: 0,
            followers: 0,
            submitted_at: None,
        };
        turns.map(row).collect()
    }

    #[test]
    fn the_next_page_is_read_before_one_is_used_up_and_a_short_one_is_the_last() {
        let page = i64::try_from(PAGE).unwrap();
        let mut queue = Queue::new();
        assert_eq!(queue.wants_page_after(), Some(Turn(i64::MIN)));
        queue.add_page(rows(0..page));
        let mut taken = 0;
        while queue.wants_page_after().is_none() {
            queue.take(Moment::START, true, false).unwrap();
            taken += 1;
        }
        assert_eq!((taken, queue.wants_page_after()), (PAGE / 2 + 1, Some(Turn(page - 1))));
        queue.add_page(rows(page..page + 1));
        assert_eq!(queue.wants_page_after(), None, "the journal has no more");
        let left = std::iter::from_fn(|| queue.take(Moment::START, true, false)).map(|track| track.row.turn.0);
        assert!(left.eq(page / 2 + 1..page + 1));
        assert!(queue.is_empty());
    }

    #[test]
    fn rows_to_be_tried_again_go_when_they_are_ready_before_new_ones_and_in_the_order_of_their_turns() {
        let mut queue = Queue::new();
        queue.add_page(rows(0..8));
        let at = |second| Moment::START + std::time::Duration::from_secs(second);
        let taken: Vec<Track> = (0..7).map(|_| queue.take(at(0), true, false).unwrap()).collect();
        for (track, ready) in taken.into_iter().zip([3, 1, 4, 1, 5, 2, 1]) {
            queue.try_again(track, at(ready));
        }
        assert_eq!((queue.ready(at(0), true), queue.ready(at(0), false)), (Some(at(0)), Some(at(1))));
        assert!(queue.take(at(0), false, false).is_none(), "none of them is ready");
        let turns: Vec<i64> = (0..4).map(|_| queue.take(at(2), true, false).unwrap().row.turn.0).collect();
        assert_eq!(turns, [1, 3, 6, 5]);
        assert_eq!(queue.take(at(2), true, false).unwrap().row.turn.0, 7, "the new one, since the others aren't ready");
        assert_eq!((queue.ready(at(2), true), queue.is_empty()), (Some(at(3)), false));
        queue.add_page(rows(8..10));
        assert_eq!(queue.take(at(5), true, true).unwrap().row.turn.0, 8, "a new one was wanted");
        let turns: Vec<i64> = (0..3).map(|_| queue.take(at(5), false, true).unwrap().row.turn.0).collect();
        assert_eq!(turns, [0, 2, 4]);
        assert!(queue.take(at(5), false, true).is_none(), "no new one may go");
        assert_eq!(queue.take(at(5), true, false).unwrap().row.turn.0, 9);
        assert!(queue.is_empty());
    }
}
