//! The breaker: when the platform is down, one probe at a time with growing pauses, instead of every
//! row using up its retries.
//!
//! It opens when five different rows in succession met a 5xx or no readable answer, with no other
//! answer in between. Rows that were lost with one connection count once: a connection that breaks
//! says one thing, however many calls it carried. Calls that were out when it opened are no probes:
//! that they fail as well says nothing new, and with many workers it would make the first pause a minute.
//!
//! Every other probe is of a row that was never tried: rows that the platform fails at each time must not be all
//! that is asked of it, or the others would wait for ever.

use std::time::Duration;

use crate::journal::RowNumber;
use crate::model::Moment;
use crate::platform::Reply;

use super::events::BreakerChange;

const ROWS_TO_OPEN: usize = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long a batch goes on that was never answered at all.
const SILENCE: Duration = Duration::from_secs(30);

/// Whether the platform is taken to be up.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    streak: Vec<RowNumber>,
    connections: Vec<u64>,
    outage: Option<Outage>,
    was_answered: bool,
}

#[derive(Debug, Clone, Copy)]
struct Outage {
    opened: Moment,
    probe_ready: Moment,
    pause: Duration,
    /// How many probes met no other answer.
    probes: u32,
}

impl Breaker {
    /// For a batch of which calls were answered before, or weren't.
    pub(super) fn of_batch(was_answered: bool) -> Self {
        Self { was_answered, ..Self::default() }
    }

    /// Takes note of what came back for a row's call that was granted then; says what that changes.
    pub(super) fn observe(
        &mut self,
        row: RowNumber,
        reply: Reply,
        granted: Moment,
        now: Moment,
    ) -> Option<BreakerChange> {
        self.was_answered |= !matches!(reply, Reply::Nothing { .. });
        let connection = match reply {
            Reply::Readable => return self.close(),
            Reply::Nothing { connection } => connection,
            Reply::ServerError | Reply::Unreadable => None,
        };
        if let Some(outage) = &mut self.outage {
            if granted <= outage.opened {
                return None;
            }
            outage.probes += 1;
            outage.pause = (outage.pause * 2).min(LONGEST_PAUSE);
            outage.probe_ready = now + outage.pause;
            return Some(BreakerChange::Waiting(outage.pause));
        }
        let counted_with_connection = connection.is_some_and(|number| self.connections.contains(&number));
        if !self.streak.contains(&row) && !counted_with_connection {
            self.streak.push(row);
            self.connections.extend(connection);
        }
        if self.streak.len() < ROWS_TO_OPEN {
            return None;
        }
        self.outage = Some(Outage { opened: now, probe_ready: now + FIRST_PAUSE, pause: FIRST_PAUSE, probes: 0 });
        Some(BreakerChange::Opened)
    }

    fn close(&mut self) -> Option<BreakerChange> {
        self.streak.clear();
        self.connections.clear();
        self.outage.take().map(|_| BreakerChange::Closed)
    }

    /// True while calls are probes.
    pub(super) const fn is_open(&self) -> bool {
        self.outage.is_some()
    }

    /// When the next probe may leave, if it is open.
    pub(super) fn probe_ready(&self) -> Option<Moment> {
        self.outage.map(|outage| outage.probe_ready)
    }

    /// True if the next probe is to be of a row that was never tried, if one is left.
    pub(super) fn wants_new_row(&self) -> bool {
        self.outage.is_some_and(|outage| !outage.probes.is_multiple_of(2))
    }

    /// How long no probe leaves after `since`, if it is open: its pause, and longer where every row waits longer.
    pub(super) fn next_try(&self, row_ready: Option<Moment>, since: Moment) -> Option<Duration> {
        let ready = self.probe_ready()?;
        Some(row_ready.map_or(ready, |row_ready| row_ready.max(ready)).since(since))
    }

    /// When the batch is to stop, if nothing changes until then.
    pub(super) fn deadline(&self, max_outage: Duration) -> Option<Moment> {
        let patience = if self.was_answered { max_outage } else { max_outage.min(SILENCE) };
        self.outage.map(|outage| outage.opened + patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Reply = Reply::Nothing { connection: None };

    fn observe(breaker: &mut Breaker, row: i64, reply: Reply) -> Option<BreakerChange> {
        breaker.observe(RowNumber(row), reply, Moment::START, Moment::START)
    }

    fn probe(breaker: &mut Breaker, row: i64, reply: Reply) -> Option<BreakerChange> {
        let ready = breaker.probe_ready().unwrap();
        breaker.observe(RowNumber(row), reply, ready, ready)
    }

    #[test]
    fn five_different_rows_in_succession_open_it_and_any_other_answer_closes_it() {
        let mut breaker = Breaker::default();
        for row in [1, 2, 2, 2, 3, 4] {
            assert_eq!(observe(&mut breaker, row, Reply::ServerError), None);
        }
        assert_eq!(observe(&mut breaker, 5, Reply::Unreadable), Some(BreakerChange::Opened));
        assert_eq!(probe(&mut breaker, 6, LOST), Some(BreakerChange::Waiting(Duration::from_secs(2))));
        assert_eq!(probe(&mut breaker, 6, LOST), Some(BreakerChange::Waiting(Duration::from_secs(4))));
        assert_eq!(probe(&mut breaker, 6, Reply::Readable), Some(BreakerChange::Closed));
        assert!(!breaker.is_open());
    }

    #[test]
    fn calls_that_were_out_when_it_opened_are_no_probes() {
        let mut breaker = Breaker::default();
        for row in 0..5 {
            observe(&mut breaker, row, LOST);
        }
        let first = breaker.probe_ready();
        for row in 5..50 {
            assert_eq!(observe(&mut breaker, row, LOST), None);
        }
        assert_eq!(breaker.probe_ready(), first);
        assert_eq!(observe(&mut breaker, 50, Reply::Readable), Some(BreakerChange::Closed));
    }

    #[test]
    fn the_next_try_comes_when_pause_and_rows_allow_it() {
        let mut breaker = Breaker::default();
        let after = |seconds| Moment::START + Duration::from_secs(seconds);
        assert_eq!(breaker.next_try(Some(after(9)), after(0)), None, "it is closed");
        for row in 0..5 {
            observe(&mut breaker, row, LOST);
        }
        assert_eq!(breaker.next_try(None, after(0)), Some(FIRST_PAUSE), "all rows are out");
        assert_eq!(breaker.next_try(Some(after(0)), after(0)), Some(FIRST_PAUSE));
        assert_eq!(breaker.next_try(Some(after(9)), after(0)), Some(Duration::from_secs(9)));
    }

    #[test]
    fn an_answer_in_between_begins_the_count_anew() {
        let mut breaker = Breaker::default();
        for row in 0..4 {
            observe(&mut breaker, row, LOST);
        }
        observe(&mut breaker, 9, Reply::Readable);
        for row in 0..4 {
            assert_eq!(observe(&mut breaker, row, LOST), None);
        }
        assert_eq!(observe(&mut breaker, 4, LOST), Some(BreakerChange::Opened));
    }

    #[test]
    fn rows_lost_with_one_connection_count_once() {
        let mut breaker = Breaker::default();
        for row in 0..8 {
            assert_eq!(observe(&mut breaker, row, Reply::Nothing { connection: Some(1) }), None);
        }
        for row in 10..13 {
            assert_eq!(observe(&mut breaker, row, LOST), None);
        }
        assert_eq!(observe(&mut breaker, 13, LOST), Some(BreakerChange::Opened));
    }

    #[test]
    fn a_batch_that_was_never_answered_gives_up_after_half_a_minute() {
        let mut breaker = Breaker::default();
        for row in 0..5 {
            observe(&mut breaker, row, LOST);
        }
        let quarter = Duration::from_secs(900);
        assert_eq!(breaker.deadline(quarter), Some(Moment::START + Duration::from_secs(30)));
        observe(&mut breaker, 5, Reply::ServerError);
        assert_eq!(breaker.deadline(quarter), Some(Moment::START + quarter));
    }
}
