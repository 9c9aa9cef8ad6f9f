//! What a sitting on a batch of before begins and ends with.

use chrono::{DateTime, Utc};

use super::numbers::Span;
use super::stored::to_micros;
use super::{JournalError, SqliteJournal, sql, wording};
use crate::model::{Delivery, Order, Status};

impl SqliteJournal {
    /// A sitting begins: should it be killed, it didn't end as the one before did, and its own delivery says what
    /// becomes of the calls that were out.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn begin_sitting(&self, span: Span, delivery: Delivery) -> Result<(), JournalError> {
        self.connection.execute(sql::BEGIN_SITTING, (span.batch, delivery.as_str()))?;
        Ok(())
    }

    /// Notes how the last sitting of a batch ended, as text that the journal doesn't read.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn note_sitting(&self, span: Span, sitting: &str) -> Result<(), JournalError> {
        self.connection.execute(sql::NOTE_SITTING, (span.batch, sitting))?;
        Ok(())
    }

    /// Puts the rows of a batch that wait in another order.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn reorder(&mut self, span: Span, order: Order) -> Result<(), JournalError> {
        let statement = match order {
            Order::Input => sql::ORDER_BY_INPUT,
            Order::Start => sql::ORDER_BY_START,
        };
        self.connection.execute(statement, (span.first(), span.last()))?;
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
        self.settle_campaigns()?;
        Ok(self.connection.execute(sql::QUEUE_AGAIN, (span.first(), span.last(), status as u8))?)
    }
}
