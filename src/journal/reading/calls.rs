//! The calls of a batch, and of one of its rows.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::journal::numbers::Span;
use crate::journal::record::BatchRecord;
use crate::journal::stored::from_micros;
use crate::journal::{JournalError, SqliteJournal, sql};

/// One call of one row, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
    /// When it was answered or given up.
    pub answered_at: Option<DateTime<Utc>>,
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// What it was taken for, in one word.
    pub verdict: Option<String>,
    /// What the platform said.
    pub message: Option<String>,
}

impl SqliteJournal {
    /// The calls made for a batch: attempts, and reads.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn calls_of(&self, span: Span) -> Result<(u64, u64), JournalError> {
        let (all, reads): (u64, u64) =
            self.connection.query_row(sql::CALLS_OF_BATCH, [span.batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((all - reads, reads))
    }

    /// How long a batch's rows were sent, in all of its sittings, and how much of that nothing could be granted for the
    /// quota's sake. A sitting that was killed isn't counted.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn time_spent(&self, span: Span) -> Result<(Duration, Duration), JournalError> {
        let span_of = |micros: i64| Duration::from_micros(micros.unsigned_abs());
        let read = |row: &rusqlite::Row<'_>| Ok((span_of(row.get(0)?), span_of(row.get(1)?)));
        Ok(self.connection.query_row(sql::TIME_SPENT, [span.batch], read)?)
    }

    /// Gives `take` the time of each grant of a batch, in their order.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn for_each_grant(&self, span: Span, take: &mut dyn FnMut(DateTime<Utc>)) -> Result<(), JournalError> {
        let mut statement = self.connection.prepare(sql::GRANTS_OF_BATCH)?;
        let mut rows = statement.query([span.batch])?;
        while let Some(row) = rows.next()? {
            take(from_micros(row.get(0)?)?);
        }
        Ok(())
    }

    /// The calls of one row in a batch, in order.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn calls_of_row(&self, batch: &BatchRecord, ordinal: u64) -> Result<Vec<CallRecord>, JournalError> {
        let number = batch.span.first() + i64::try_from(ordinal).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare(sql::CALLS_OF_ROW)?;
        let mut rows = statement.query((batch.span.batch, number))?;
        let mut calls = Vec::new();
        while let Some(row) = rows.next()? {
            calls.push(CallRecord {
                granted_at: from_micros(row.get(0)?)?,
                answered_at: row.get::<_, Option<i64>>(1)?.map(from_micros).transpose()?,
                http_status: row.get(2)?,
                verdict: row.get(3)?,
                message: row.get(4)?,
            });
        }
        Ok(calls)
    }
}
