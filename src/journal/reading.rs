//! What the journal tells those who look at it: batches, rows in the order of the input, the calls
//! of one row.

mod calls;
mod kept;
mod left_open;

use rusqlite::Row;

use super::facts::{Places, target_of};
use super::numbers::Span;
use super::record::{BatchRecord, InputRecord, Later, StoredRow};
use super::stored::{self, from_micros};
use super::{JournalError, SqliteJournal, sql, wording};
use crate::model::{BatchId, CampaignId, CampaignName, Status, StreamId, Tally};

pub use calls::CallRecord;
pub use kept::{KeptRow, Wanted};
pub(super) use left_open::LeftOpen;

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
        let holder = self.holder.as_deref()?;
        let is_its = holder.split(|c: char| c.is_whitespace()).any(|word| word == batch.id.as_str());
        (is_its && batch.last_sitting.is_none() && batch.has_rows_to_send).then_some(holder)
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
}

/// A batch whose rows aren't counted yet.
fn batch_record(row: &Row<'_>) -> Result<BatchRecord, JournalError> {
    let span = Span { batch: row.get(0)? };
    let host: String = row.get(5)?;
    Ok(BatchRecord {
        span,
        id: BatchId::new(row.get::<_, String>(1)?),
        kind: stored::kind_in(row, 2)?,
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

/// A row as results tell it, while somebody may be at work on its batch.
pub(super) fn kept_row(
    row: &Row<'_>,
    batch: &BatchRecord,
    places: &Places,
    at_work: Option<&str>,
) -> Result<KeptRow, JournalError> {
    let status = stored::status_in(row, 8)?;
    let in_doubt: bool = row.get(9)?;
    let taken_over_by = match row.get::<_, Option<bool>>(20)? {
        Some(is_undo) => Some(Later { batch: row.get::<_, Option<String>>(19)?.map(BatchId::new), is_undo }),
        None => None,
    };
    let (message, error): (Option<String>, Option<String>) = (row.get(11)?, row.get(12)?);
    let attempts = row.get(16)?;
    let error = match status {
        Status::Pending => error.or_else(|| {
            let (taken_over_by, message) = (taken_over_by.as_ref(), message.as_deref());
            Some(wording::pending(&wording::Waiting { batch, in_doubt, taken_over_by, at_work, attempts, message }))
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
        action: stored::action_in(row, 6)?,
        schedule: None,
        status,
        id: row.get::<_, Option<String>>(10)?.map(CampaignId::new),
        message,
        error,
        problems: stored::findings_in(row, 13)?,
        warnings: stored::findings_in(row, 14)?,
        http_status: row.get(15)?,
        attempts,
        submitted_at: row.get::<_, Option<i64>>(17)?.map(from_micros).transpose()?,
        finished_at: row.get::<_, Option<i64>>(18)?.map(from_micros).transpose()?,
        taken_over_by,
    };
    Ok(KeptRow::new(stored, row.get(3)?, row.get(7)?))
}
