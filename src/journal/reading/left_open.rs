//! Rows whose call a kill left open, for those who only look.
//!
//! The next opening for work settles such calls; a look can't write, and another program may be at work on
//! the journal, so that its calls are simply out. If nobody holds the lock, they are out no more: under
//! at-least-once their rows wait on (that a call may have arrived is told beside each), under
//! at-most-once they are unknown, and are shown as what the next opening will make of them.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::journal::numbers::Span;
use crate::journal::record::StoredRow;
use crate::journal::{JournalError, sql, wording};
use crate::model::{Delivery, Status, Tally};

/// Rows that are unknown though the journal still calls them pending: their numbers, and whether a later
/// batch took them over.
#[derive(Debug, Default)]
pub(in crate::journal) struct LeftOpen {
    rows: BTreeSet<i64>,
    taken_over: BTreeSet<i64>,
}

impl LeftOpen {
    /// Those of a journal that nobody works on.
    pub(in crate::journal) fn of(connection: &Connection) -> Result<Self, JournalError> {
        let mut statement = connection.prepare(sql::ROWS_LEFT_OPEN)?;
        let mut rows = statement.query((Delivery::AtMostOnce.as_str(), Status::Pending as u8))?;
        let mut left = Self::default();
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            left.rows.insert(number);
            if row.get(1)? {
                left.taken_over.insert(number);
            }
        }
        Ok(left)
    }

    /// A row as it is to be shown.
    pub(in crate::journal) fn show(&self, span: Span, row: StoredRow) -> StoredRow {
        let number = i64::try_from(row.ordinal).map(|ordinal| span.first() + ordinal);
        if row.status != Status::Pending || !number.is_ok_and(|number| self.rows.contains(&number)) {
            return row;
        }
        let error = Some(wording::KILLED_AT_MOST_ONCE.to_owned());
        StoredRow { status: Status::Unknown, error, ..row }
    }

    /// The sums of a batch as they are to be shown; `counted` leaves out what a later batch took over.
    pub(in crate::journal) fn shift(&self, span: Span, mut tally: Tally, counted: bool) -> Tally {
        for number in self.rows.range(span.first()..=span.last()) {
            if !(counted && self.taken_over.contains(number)) {
                tally.shift(Status::Pending, Status::Unknown);
            }
        }
        tally
    }
}
