//! How many rows of a batch stand how.

use rusqlite::Connection;

use super::numbers::Span;
use super::{JournalError, SqliteJournal, sql, stored};
use crate::model::Tally;

impl SqliteJournal {
    /// How many rows of a batch wait for a grant.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn to_send(&self, span: Span) -> Result<u64, JournalError> {
        to_send(&self.connection, span)
    }

    /// How the rows of a batch stand.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn tally(&self, span: Span) -> Result<Tally, JournalError> {
        Ok(self.left_open.shift(span, tally(&self.connection, sql::TALLY, span)?, false))
    }

    /// The same without the rows that a later batch took over: what counts for the exit code.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn counted(&self, span: Span) -> Result<Tally, JournalError> {
        // Only a later batch takes rows over, and all rows are counted faster than those that it left.
        let is_last: bool = self.connection.query_row(sql::IS_LAST_BATCH, [span.batch], |row| row.get(0))?;
        let statement = if is_last { sql::TALLY } else { sql::COUNTED };
        Ok(self.left_open.shift(span, tally(&self.connection, statement, span)?, true))
    }
}

/// How the rows of a batch stand, by one of the statements that count them.
pub(super) fn tally(connection: &Connection, statement: &str, span: Span) -> Result<Tally, JournalError> {
    let mut tally = Tally::default();
    let mut statement = connection.prepare_cached(statement)?;
    let mut rows = statement.query((span.first(), span.last()))?;
    while let Some(row) = rows.next()? {
        tally.add(stored::status_in(row, 0)?, row.get(1)?);
    }
    Ok(tally)
}

pub(super) fn to_send(connection: &Connection, span: Span) -> Result<u64, JournalError> {
    Ok(connection.query_row(sql::TO_SEND, (span.first(), span.last()), |row| row.get(0))?)
}
