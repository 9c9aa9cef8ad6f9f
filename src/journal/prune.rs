//! Forgetting: what is old and settled goes; what the future needs stays.
//!
//! The last state of each campaign stays (a sheet that was accepted years ago is still unchanged),
//! so do batches with rows left to send, and calls that a quota's longest window may still count.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::numbers::Span;
use super::time::to_micros;
use super::{JournalError, SqliteJournal, sql};

/// Calls younger than this may count against a quota: no window is longer than a day in practice,
/// and a day of calls is small.
const LONGEST_WINDOW: TimeDelta = TimeDelta::days(1);

impl SqliteJournal {
    /// Forgets batches that ended longer ago than `age`, and gives their room back. Returns how many.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn prune(&mut self, now: DateTime<Utc>, age: Duration) -> Result<usize, JournalError> {
        let age = TimeDelta::from_std(age).unwrap_or(TimeDelta::MAX);
        let before = now.checked_sub_signed(age).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let kept_calls = before.min(now - LONGEST_WINDOW);
        self.settle_campaigns()?;
        let transaction = self.connection.transaction()?;
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
        transaction.execute(sql::PRUNE_CALLS, (Span::OUTSIDE.batch, to_micros(kept_calls)))?;
        transaction.commit()?;
        self.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")?;
        Ok(batches.len())
    }
}
