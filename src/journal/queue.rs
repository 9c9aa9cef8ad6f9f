//! What the coordinator asks of the journal: the next rows of a batch, a step made durable, and what
//! binds it from before.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row};

use super::facts::BatchFacts;
use super::numbers::{CallNumber, RowNumber, Span, Turn};
use super::step::Step;
use super::stored::schedule_in;
use super::stored::{from_micros, to_micros};
use super::{JournalError, SqliteJournal, emergency, sql};
use crate::model::{CampaignName, Place, Schedule, StreamId, Target};

/// A row that waits for a grant.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedRow {
    /// Its number.
    pub number: RowNumber,
    /// Its place in the queue.
    pub turn: Turn,
    /// Where it stands.
    pub place: Place,
    /// The campaign.
    pub campaign: CampaignName,
    /// The campaign's stream.
    pub stream: StreamId,
    /// What it asks for.
    pub schedule: Schedule,
    /// A call of it may have taken effect.
    pub in_doubt: bool,
    /// Calls made for it before.
    pub attempts: u32,
    /// Rows that follow it.
    pub followers: u32,
    /// When its first call was granted.
    pub submitted_at: Option<DateTime<Utc>>,
}

/// What the coordinator asks of a journal, for one batch at one target.
pub trait Journal: Send + 'static {
    /// The first rows of the queue after this turn, at most so many.
    ///
    /// # Errors
    /// If the journal is lost.
    fn next_rows(&mut self, span: Span, after: Turn, most: usize) -> Result<Vec<QueuedRow>, JournalError>;

    /// Writes a step in one transaction. When it returns, the step is durable.
    ///
    /// # Errors
    /// If the journal is lost; then nothing of the step is written.
    fn commit(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError>;

    /// Saves the answers of a step that couldn't be written beside the journal, where the next
    /// opening finds them; at the last, says them on stderr.
    fn rescue(&mut self, span: Span, target: &Target, step: &Step);

    /// Writes a step; if it can't be written, its answers are saved beside the journal, for they
    /// could be lost here and nowhere else.
    ///
    /// # Errors
    /// If the journal is lost.
    fn commit_or_rescue(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        let written = self.commit(span, target, step);
        if written.is_err() {
            self.rescue(span, target, step);
        }
        written
    }

    /// The number of the last call.
    ///
    /// # Errors
    /// If the journal is lost.
    fn last_call(&mut self) -> Result<CallNumber, JournalError>;

    /// True if the platform answered a call of the batch, whatever it said.
    ///
    /// # Errors
    /// If the journal is lost.
    fn was_answered(&mut self, span: Span) -> Result<bool, JournalError>;

    /// When the latest calls at this host and account were answered, at most so many.
    ///
    /// # Errors
    /// If the journal is lost.
    fn recent_answers(&mut self, target: &Target, most: usize) -> Result<Vec<DateTime<Utc>>, JournalError>;

    /// Until when the platform holds the account.
    ///
    /// # Errors
    /// If the journal is lost.
    fn hold(&mut self, target: &Target) -> Result<Option<DateTime<Utc>>, JournalError>;

    /// Notes that the batch was worked on until now; `is_done` if no row is left to send.
    ///
    /// # Errors
    /// If the journal is lost.
    fn close(
        &mut self,
        span: Span,
        now: DateTime<Utc>,
        quota_wait: Duration,
        elapsed: Duration,
        is_done: bool,
    ) -> Result<(), JournalError>;
}

impl Journal for SqliteJournal {
    fn next_rows(&mut self, span: Span, after: Turn, most: usize) -> Result<Vec<QueuedRow>, JournalError> {
        let batch = BatchFacts::of(&self.connection, span)?;
        let mut statement = self.connection.prepare_cached(sql::NEXT_ROWS)?;
        let mut rows =
            statement.query((after.0.max(span.before()), span.last(), i64::try_from(most).unwrap_or(i64::MAX)))?;
        let mut queued = Vec::new();
        while let Some(row) = rows.next()? {
            queued.push(queued_row(row, &batch)?);
        }
        Ok(queued)
    }

    fn commit(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        if self.is_gone() {
            // The answers still reach the results of this run, which are read from the open file.
            self.write(span, target, &Step { grants: Vec::new(), ..step.clone() })?;
            return Err(JournalError::Gone { path: self.path().to_owned() });
        }
        self.write(span, target, step)
    }

    fn rescue(&mut self, span: Span, target: &Target, step: &Step) {
        if self.is_gone() {
            // What lies beside a journal is for that journal.
            emergency::say(span, target, step);
        } else {
            self.emergency.save(span, target, step);
            // At the worst these rows are told as waiting, as the journal has them.
            let _ = self.show_unwritten(span, target, step);
        }
    }

    fn last_call(&mut self) -> Result<CallNumber, JournalError> {
        Ok(CallNumber(self.connection.query_row(sql::LAST_CALL, [], |row| row.get(0))?))
    }

    fn was_answered(&mut self, span: Span) -> Result<bool, JournalError> {
        Ok(self.connection.query_row(sql::WAS_ANSWERED, [span.batch], |row| row.get(0))?)
    }

    fn recent_answers(&mut self, target: &Target, most: usize) -> Result<Vec<DateTime<Utc>>, JournalError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql::RECENT_CALLS)?;
        let times = statement
            .query_map((target.host.as_str(), target.account.as_str(), most), |row| row.get::<_, i64>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        times.into_iter().map(from_micros).collect()
    }

    fn hold(&mut self, target: &Target) -> Result<Option<DateTime<Utc>>, JournalError> {
        let until = self
            .connection
            .query_row(sql::HOLD, (target.host.as_str(), target.account.as_str()), |row| row.get::<_, i64>(0))
            .optional()?;
        until.map(from_micros).transpose()
    }

    fn close(
        &mut self,
        span: Span,
        now: DateTime<Utc>,
        quota_wait: Duration,
        elapsed: Duration,
        is_done: bool,
    ) -> Result<(), JournalError> {
        let micros = |span: Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        self.connection
            .execute(sql::CLOSE, (span.batch, to_micros(now), micros(quota_wait), is_done, micros(elapsed)))?;
        if self.is_gone() { Err(JournalError::Gone { path: self.path().to_owned() }) } else { Ok(()) }
    }
}

fn queued_row(row: &Row<'_>, batch: &BatchFacts) -> Result<QueuedRow, JournalError> {
    let without_schedule = || JournalError::Value("a queued row without its schedule".to_owned());
    Ok(QueuedRow {
        number: RowNumber(row.get(0)?),
        turn: Turn(row.get(1)?),
        place: batch.place(row.get(2)?, row.get(3)?)?,
        campaign: CampaignName::new(row.get::<_, String>(4)?),
        stream: batch.stream(row.get(5)?),
        schedule: schedule_in(row, 6)?.ok_or_else(without_schedule)?,
        in_doubt: row.get(7)?,
        attempts: row.get(8)?,
        followers: row.get(9)?,
        submitted_at: row.get::<_, Option<i64>>(10)?.map(from_micros).transpose()?,
    })
}
