//! What the journal tells those who look at it: batches, rows in the order of the input, the calls
//! of one row.

use chrono::{DateTime, Utc};
use rusqlite::Row;

use super::facts::{Places, target_of};
use super::intake::{from_json, status_of, tally, to_send};
use super::kept::KeptRow;
use super::numbers::Span;
use super::record::{BatchKind, BatchRecord, InputRecord, StoredRow};
use super::time::{from_micros, to_micros};
use super::{JournalError, SqliteJournal, sql, wording};
use crate::model::{Action, BatchId, CampaignId, CampaignName, Schedule, Status, StreamId, Tally};

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
    /// All batches, the latest first.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn batches(&self) -> Result<Vec<BatchRecord>, JournalError> {
        let mut statement = self.connection.prepare(sql::BATCHES)?;
        let mut rows = statement.query([])?;
        let mut batches = Vec::new();
        while let Some(row) = rows.next()? {
            batches.push(self.counted_up(batch_record(row)?)?);
        }
        Ok(batches)
    }

    /// The latest batch that is wanted. Only the rows of that one are counted: while the question is
    /// asked, tallies are empty.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn latest_batch(&self, is_wanted: impl Fn(&BatchRecord) -> bool) -> Result<Option<BatchRecord>, JournalError> {
        let mut statement = self.connection.prepare(sql::BATCHES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let batch = batch_record(row)?;
            if is_wanted(&batch) {
                return self.counted_up(batch).map(Some);
            }
        }
        Ok(None)
    }

    fn counted_up(&self, batch: BatchRecord) -> Result<BatchRecord, JournalError> {
        let tally = self.tally(batch.span)?;
        let has_rows_to_send = batch.has_rows_to_send && tally.of(Status::Pending) > 0;
        Ok(BatchRecord { tally, has_rows_to_send, ..batch })
    }

    /// Who works on the batch just now, as far as can be told from outside.
    pub fn at_work(&self, batch: &BatchRecord) -> Option<&str> {
        self.holder.as_deref().filter(|_| batch.last_sitting.is_none() && batch.has_rows_to_send)
    }

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

    /// The names of the first campaigns that an earlier run of the batch's sheets scheduled and that are no
    /// longer in them.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn missing_from_sheet(&self, batch: &BatchRecord, most: usize) -> Result<Vec<CampaignName>, JournalError> {
        if batch.missing_from_sheet == 0 {
            return Ok(Vec::new());
        }
        let (host, account) = (batch.target.host.as_str(), batch.target.account.as_str());
        let inputs = serde_json::to_string(&batch.inputs)?;
        let mut statement = self.connection.prepare(sql::MISSING)?;
        let asked = (host, account, batch.span.batch, inputs, batch.created_at.timestamp(), most);
        let names = statement.query_map(asked, |row| row.get::<_, String>(0))?;
        Ok(names.collect::<Result<Vec<_>, _>>()?.into_iter().map(CampaignName::new).collect())
    }

    /// The calls made for a batch: attempts, and reads.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn calls_of(&self, span: Span) -> Result<(u64, u64), JournalError> {
        let (all, reads): (u64, u64) =
            self.connection.query_row(sql::CALLS_OF_BATCH, [span.batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((all - reads, reads))
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

    /// Gives every row of a batch to `take`, in the order of the input, one at a time.
    ///
    /// # Errors
    /// If the journal can't be read, or what `take` returned.
    pub fn for_each_row<E: From<JournalError>>(
        &self,
        batch: &BatchRecord,
        take: &mut dyn FnMut(StoredRow) -> Result<(), E>,
    ) -> Result<(), E> {
        self.give_rows(batch, false, &mut |row| take(row.into_row()?))
    }

    /// The same for those who read a row's texts themselves.
    ///
    /// # Errors
    /// If the journal can't be read, or what `take` returned.
    pub fn for_each_kept_row<E: From<JournalError>>(
        &self,
        batch: &BatchRecord,
        take: &mut dyn FnMut(KeptRow) -> Result<(), E>,
    ) -> Result<(), E> {
        self.give_rows(batch, false, take)
    }

    /// The same for the rows that aren't good, or have warnings.
    ///
    /// # Errors
    /// If the journal can't be read, or what `take` returned.
    pub fn for_each_noteworthy_row<E: From<JournalError>>(
        &self,
        batch: &BatchRecord,
        take: &mut dyn FnMut(StoredRow) -> Result<(), E>,
    ) -> Result<(), E> {
        self.give_rows(batch, true, &mut |row| take(row.into_row()?))
    }

    fn give_rows<E: From<JournalError>>(
        &self,
        batch: &BatchRecord,
        only_noteworthy: bool,
        take: &mut dyn FnMut(KeptRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = |error: rusqlite::Error| E::from(JournalError::Sql(error));
        let mut statement = self.connection.prepare_cached(sql::ROWS).map_err(sql)?;
        let (first, last) = (batch.span.first(), batch.span.last());
        let mut rows = statement.query((first, last, only_noteworthy)).map_err(sql)?;
        let places = Places::of(&batch.inputs);
        let at_work = self.at_work(batch);
        while let Some(row) = rows.next().map_err(sql)? {
            let kept = kept_row(row, batch, &places, at_work)?;
            take(kept.map(|row| self.left_open.show(batch.span, row)))?;
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

/// A batch whose rows aren't counted yet.
fn batch_record(row: &Row<'_>) -> Result<BatchRecord, JournalError> {
    let span = Span { batch: row.get(0)? };
    let host: String = row.get(5)?;
    Ok(BatchRecord {
        span,
        id: BatchId::new(row.get::<_, String>(1)?),
        kind: if row.get::<_, String>(2)? == BatchKind::Undo.as_str() { BatchKind::Undo } else { BatchKind::Run },
        created_at: from_micros(row.get(3)?)?,
        finished_at: row.get::<_, Option<i64>>(4)?.map(from_micros).transpose()?,
        target: target_of(&host, row.get(6)?, row.get(7)?)?,
        remembered: row.get(8)?,
        inputs: serde_json::from_str::<Vec<InputRecord>>(&row.get::<_, String>(9)?)?,
        missing_from_sheet: row.get(10)?,
        has_rows_to_send: row.get(11)?,
        last_sitting: row.get(12)?,
        tally: Tally::default(),
    })
}

/// The schedule in a column of a row, if there is one.
pub(super) fn schedule_in(row: &Row<'_>, column: usize) -> Result<Option<Schedule>, JournalError> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    Ok(text.map(serde_json::from_str).transpose()?)
}

/// A row as results tell it, while somebody may be at work on its batch.
pub(super) fn kept_row(
    row: &Row<'_>,
    batch: &BatchRecord,
    places: &Places,
    at_work: Option<&str>,
) -> Result<KeptRow, JournalError> {
    let status = status_of(row.get(8)?)?;
    let in_doubt: bool = row.get(9)?;
    let (taken_over_by, by_undo): (Option<String>, bool) = (row.get(19)?, row.get(20)?);
    let (message, error): (Option<String>, Option<String>) = (row.get(11)?, row.get(12)?);
    let attempts = row.get(16)?;
    let error = match status {
        Status::Pending => error.or_else(|| {
            let (taken_over_by, message) = (taken_over_by.as_deref(), message.as_deref());
            Some(wording::pending(&wording::Waiting {
                kind: batch.kind,
                in_doubt,
                taken_over_by,
                by_undo,
                at_work,
                attempts,
                message,
            }))
        }),
        _ => error,
    };
    let input: u32 = row.get(1)?;
    let number: i64 = row.get(0)?;
    let stored = StoredRow {
        ordinal: (number - batch.span.first()).unsigned_abs(),
        place: places.place(input, row.get(2)?)?,
        input,
        cells: Vec::new(),
        campaign: row.get::<_, Option<String>>(4)?.map(CampaignName::new),
        stream: row.get::<_, Option<String>>(5)?.map_or_else(|| batch.target.stream.clone(), StreamId::new),
        action: if row.get_ref(6)?.as_str().map_err(rusqlite::Error::from)? == Action::Disable.as_str() {
            Action::Disable
        } else {
            Action::Enable
        },
        schedule: None,
        status,
        id: row.get::<_, Option<String>>(10)?.map(CampaignId::new),
        message,
        error,
        problems: from_json(row.get::<_, Option<String>>(13)?.as_deref())?,
        warnings: from_json(row.get::<_, Option<String>>(14)?.as_deref())?,
        http_status: row.get(15)?,
        attempts,
        submitted_at: row.get::<_, Option<i64>>(17)?.map(from_micros).transpose()?,
        finished_at: row.get::<_, Option<i64>>(18)?.map(from_micros).transpose()?,
        taken_over_by: taken_over_by.map(BatchId::new),
    };
    Ok(KeptRow::new(stored, row.get(3)?, row.get(7)?))
}
