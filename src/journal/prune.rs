//! Forgetting: what is old and settled goes; what the future needs stays.
//!
//! The last state of each campaign stays (a sheet that was accepted years ago is still unchanged),
//! so do batches with rows left to send, and calls that a quota's longest window may still count.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::commit::AT_ONCE;
use super::numbers::Span;
use super::stored::to_micros;
use super::{JournalError, SqliteJournal, sql};
use crate::failpoint;

/// What came of forgetting.
#[derive(Debug)]
pub struct Pruned {
    /// How many batches are forgotten.
    pub batches: usize,
    /// Why their room couldn't be given back to the disk: that takes room for a copy of the journal.
    pub room_kept: Option<JournalError>,
}

impl SqliteJournal {
    /// Forgets batches that ended longer ago than `age`, and gives their room back.
    /// Calls that were answered within `longest_window` stay, since a quota may count them.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn prune(
        &mut self,
        now: DateTime<Utc>,
        age: Duration,
        longest_window: Duration,
    ) -> Result<Pruned, JournalError> {
        let ago = |span: Duration| {
            let span = TimeDelta::from_std(span).unwrap_or(TimeDelta::MAX);
            now.checked_sub_signed(span).unwrap_or(DateTime::<Utc>::MIN_UTC)
        };
        let before = ago(age);
        let kept_calls = before.min(ago(longest_window));
        self.settle_campaigns()?;
        let transaction = self.connection.transaction_with_behavior(AT_ONCE)?;
        let batches: Vec<i64> = transaction
            .prepare(sql::PRUNABLE)?
            .query_map([to_micros(before)], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for batch in &batches {
            let span = Span { batch: *batch };
            transaction.execute(sql::DISCARD_ROWS_OF, (span.first(), span.last()))?;
            transaction.execute(sql::PRUNE_CALLS, (batch, to_micros(kept_calls)))?;
            transaction.execute(sql::DISCARD_BATCH, [batch])?;
        }
        transaction.execute(sql::PRUNE_LEFT_CALLS, [to_micros(kept_calls)])?;
        transaction.commit()?;
        Ok(Pruned { batches: batches.len(), room_kept: self.give_room_back().err() })
    }

    fn give_room_back(&self) -> Result<(), JournalError> {
        if failpoint::fails_at("journal-vacuum") {
            return Err(JournalError::disk_full());
        }
        Ok(self.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{AnswerRecord, CallNumber, Grant, IfBusy, Journal, Step};
    use crate::model::{AccountId, Host, StreamId, Target};

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn calls_stay_as_long_as_a_quota_may_count_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let called = DateTime::UNIX_EPOCH;
        let mut journal = SqliteJournal::open(&path, "run", IfBusy::Refuse, || called).unwrap();
        let target = Target {
            host: Host::parse("platform.kore.ai").unwrap(),
            account: AccountId::new("a"),
            stream: StreamId::new("s"),
        };
        for call in [1, 2].map(CallNumber) {
            let answers = vec![AnswerRecord {
                call,
                answered_at: called,
                http_status: Some(200),
                verdict: "read".into(),
                message: String::new(),
            }];
            let grants = vec![Grant { call, row: None, granted_at: called }];
            journal.commit(Span::OUTSIDE, &target, &Step { grants, ..Step::default() }).unwrap();
            journal.commit(Span::OUTSIDE, &target, &Step { answers, ..Step::default() }).unwrap();
        }
        let mut left = |age, longest_window| {
            journal.prune(called + 3 * DAY, age, longest_window).unwrap();
            journal.recent_answers(&target, 9).unwrap().len()
        };
        assert_eq!(left(2 * DAY, 7 * DAY), 2, "in the window");
        assert_eq!(left(7 * DAY, 2 * DAY), 2, "not old enough");
        assert_eq!(left(2 * DAY, 2 * DAY), 1, "the last, so that no number is given twice");
        assert_eq!(journal.last_call().unwrap(), CallNumber(2));
    }
}
