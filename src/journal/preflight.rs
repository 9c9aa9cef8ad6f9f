//! A sealed batch before its first call: what the platform says of its rows.

use chrono::{DateTime, Utc};

use super::amend::amend;
use super::commit::AT_ONCE;
use super::facts::BatchFacts;
use super::numbers::{RowNumber, Span};
use super::stored::to_micros;
use super::{Journal, JournalError, SqliteJournal, sql, stored, wording};
use crate::model::finding::in_column_order;
use crate::model::{CampaignName, Finding, Place, Status, StreamId, Tally};

/// A row whose campaign is looked up: one that waits, or has problems already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsentRow {
    /// Its number.
    pub number: RowNumber,
    /// Where it stands.
    pub place: Place,
    /// Which of the batch's inputs it comes from.
    pub input: u32,
    /// The campaign.
    pub campaign: CampaignName,
    /// The campaign's stream.
    pub stream: StreamId,
    /// It waits for a grant, or follows a row that does.
    pub is_pending: bool,
}

/// What a preflight asks of a journal beside what all calls do.
pub trait Preflight: Journal {
    /// How many attempts were granted for a batch.
    ///
    /// # Errors
    /// If the journal is lost.
    fn attempts_of(&mut self, span: Span) -> Result<u64, JournalError>;

    /// The first rows after this one that name a campaign and weren't sent, at most so many.
    ///
    /// # Errors
    /// If the journal is lost.
    fn unsent_rows(&mut self, span: Span, after: RowNumber, most: usize) -> Result<Vec<UnsentRow>, JournalError>;

    /// Adds to rows what was found about them, each with whether it is a problem: then the row is
    /// invalid, and isn't sent. What a row has been told already isn't told again.
    ///
    /// # Errors
    /// If the journal is lost; then nothing is added.
    fn add_findings(&mut self, findings: &[(RowNumber, bool, Finding)], now: DateTime<Utc>)
    -> Result<(), JournalError>;

    /// A row has problems, and it was all or nothing: nothing of the batch is sent, by a `resume` neither.
    ///
    /// # Errors
    /// If the journal is lost.
    fn empty_queue(&mut self, span: Span) -> Result<(), JournalError>;

    /// How the rows of a batch stand, and how many of them wait for a grant.
    ///
    /// # Errors
    /// If the journal is lost.
    fn standing(&mut self, span: Span) -> Result<(Tally, u64), JournalError>;
}

impl Preflight for SqliteJournal {
    fn attempts_of(&mut self, span: Span) -> Result<u64, JournalError> {
        Ok(self.calls_of(span)?.0)
    }

    fn unsent_rows(&mut self, span: Span, after: RowNumber, most: usize) -> Result<Vec<UnsentRow>, JournalError> {
        let batch = BatchFacts::of(&self.connection, span)?;
        let mut statement = self.connection.prepare_cached(sql::UNSENT_ROWS)?;
        let mut rows = statement.query((after.0, span.last(), i64::try_from(most).unwrap_or(i64::MAX)))?;
        let mut unsent = Vec::new();
        while let Some(row) = rows.next()? {
            unsent.push(UnsentRow {
                number: RowNumber(row.get(0)?),
                place: batch.place(row.get(1)?, row.get(2)?)?,
                input: row.get(1)?,
                campaign: CampaignName::new(row.get::<_, String>(3)?),
                stream: batch.stream(row.get(4)?),
                is_pending: stored::status_in(row, 5)? == Status::Pending,
            });
        }
        Ok(unsent)
    }

    fn add_findings(
        &mut self,
        findings: &[(RowNumber, bool, Finding)],
        now: DateTime<Utc>,
    ) -> Result<(), JournalError> {
        let transaction = self.connection.transaction_with_behavior(AT_ONCE)?;
        for (number, is_problem, finding) in findings {
            amend(&transaction, number.0, to_micros(now), |row| {
                let list = if *is_problem { &mut row.problems } else { &mut row.warnings };
                if !list.iter().any(|known| known.code == finding.code) {
                    list.push(finding.clone());
                    in_column_order(list);
                }
            })?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn empty_queue(&mut self, span: Span) -> Result<(), JournalError> {
        self.connection.execute(sql::EMPTY_QUEUE, (span.first(), span.last(), wording::ALL_OR_NOTHING))?;
        Ok(())
    }

    fn standing(&mut self, span: Span) -> Result<(Tally, u64), JournalError> {
        Ok((self.tally(span)?, self.to_send(span)?))
    }
}
