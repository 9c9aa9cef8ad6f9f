//! What a sitting on a batch of before begins and ends with.

use chrono::{DateTime, Utc};

use super::numbers::Span;
use super::stored::to_micros;
use super::{JournalError, SqliteJournal, sql, wording};
use crate::model::Status;

impl SqliteJournal {
    /// Notes how the last sitting of a batch ended, as text that the journal doesn't read; `None` when
    /// another begins.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn note_sitting(&self, span: Span, sitting: Option<&str>) -> Result<(), JournalError> {
        self.connection.execute(sql::NOTE_SITTING, (span.batch, sitting))?;
        Ok(())
    }

    /// Rows of a batch that wait though an earlier call of theirs may have arrived are unknown from now on, so
    /// that a sitting at most once doesn't repeat it; says how many.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn leave_doubtful(&mut self, span: Span, now: DateTime<Utc>) -> Result<usize, JournalError> {
        let (unknown, error) = (Status::Unknown as u8, wording::UNKNOWN_BEFORE);
        let left = (span.first(), span.last(), unknown, error, to_micros(now));
        Ok(self.connection.execute(sql::LEAVE_DOUBTFUL, left)?)
    }

    /// Queues the rows of a batch that ended like this again; says how many.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn queue_again(&mut self, span: Span, status: Status) -> Result<usize, JournalError> {
        Ok(self.connection.execute(sql::QUEUE_AGAIN, (span.first(), span.last(), status as u8))?)
    }
}
