//! The rows that a `verify` reads back, with what is known of their campaigns.

use rusqlite::Row;

use super::facts::BatchFacts;
use super::numbers::{RowNumber, Span};
use super::stored::from_micros;
use super::{Journal, JournalError, SqliteJournal, sql, stored};
use crate::model::{Action, CampaignId, CampaignName, Place, Status, StreamId};

/// A row that was sent, and is scheduled, disabled or unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct SentRow {
    /// Its number.
    pub number: RowNumber,
    /// Where it stands.
    pub place: Place,
    /// The campaign.
    pub campaign: CampaignName,
    /// The campaign's stream.
    pub stream: StreamId,
    /// Enable or disable.
    pub action: Action,
    /// How it stands.
    pub status: Status,
    /// The campaign's id, if an answer to this row or another gave it.
    pub id: Option<CampaignId>,
    /// Calls made for it.
    pub attempts: u32,
    /// Rows that follow it.
    pub followers: u32,
    /// When its first call was granted.
    pub submitted_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The last answer's HTTP status.
    pub http_status: Option<u16>,
    /// The last thing known to be settled for the campaign is another schedule.
    pub is_other_schedule_settled: bool,
    /// It is the last thing that may have taken effect for its campaign.
    pub is_last_effect: bool,
}

/// What `verify` asks of a journal beside what all calls do.
pub trait ReadBack: Journal {
    /// How many rows a `verify` of this batch reads back.
    ///
    /// # Errors
    /// If the journal is lost.
    fn count_sent(&mut self, span: Span) -> Result<u64, JournalError>;

    /// The first rows after this one that a `verify` reads back, at most so many. Rows that follow
    /// another, and rows that a later batch took over, aren't among them.
    ///
    /// # Errors
    /// If the journal is lost.
    fn sent_rows(&mut self, span: Span, after: RowNumber, most: usize) -> Result<Vec<SentRow>, JournalError>;

    /// Rows that a `verify` made unknown, and whose campaign a later batch changed meanwhile, are left
    /// to that batch: sent again, an older wish would overwrite a newer one.
    ///
    /// # Errors
    /// If the journal is lost.
    fn yield_to_later(&mut self, span: Span) -> Result<(), JournalError>;
}

impl ReadBack for SqliteJournal {
    fn count_sent(&mut self, span: Span) -> Result<u64, JournalError> {
        Ok(self.connection.query_row(sql::COUNT_SENT, (span.before(), span.last()), |row| row.get(0))?)
    }

    fn sent_rows(&mut self, span: Span, after: RowNumber, most: usize) -> Result<Vec<SentRow>, JournalError> {
        self.settle_campaigns()?;
        let batch = BatchFacts::of(&self.connection, span)?;
        let mut statement = self.connection.prepare_cached(sql::SENT_ROWS)?;
        let mut rows = statement.query((after.0, span.last(), i64::try_from(most).unwrap_or(i64::MAX)))?;
        let mut sent = Vec::new();
        while let Some(row) = rows.next()? {
            sent.push(sent_row(row, &batch)?);
        }
        Ok(sent)
    }

    fn yield_to_later(&mut self, span: Span) -> Result<(), JournalError> {
        self.settle_campaigns()?;
        self.connection.execute(sql::YIELD_TO_LATER, (span.first(), span.last()))?;
        Ok(())
    }
}

fn sent_row(row: &Row<'_>, batch: &BatchFacts) -> Result<SentRow, JournalError> {
    Ok(SentRow {
        number: RowNumber(row.get(0)?),
        place: batch.place(row.get(1)?, row.get(2)?)?,
        campaign: CampaignName::new(row.get::<_, String>(3)?),
        stream: batch.stream(row.get(4)?),
        action: stored::action_in(row, 5)?,
        status: stored::status_in(row, 6)?,
        id: row.get::<_, Option<String>>(7)?.map(CampaignId::new),
        attempts: row.get(8)?,
        followers: row.get(9)?,
        submitted_at: row.get::<_, Option<i64>>(10)?.map(from_micros).transpose()?,
        http_status: row.get(11)?,
        is_other_schedule_settled: row.get(12)?,
        is_last_effect: row.get(13)?,
    })
}
