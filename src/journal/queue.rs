//! What the coordinator asks of the journal: the next rows, and one transaction for all that
//! happened since its last turn.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

use super::record::InputRecord;
use super::time::{from_micros, to_micros};
use super::{JournalError, SqliteJournal, sql};
use crate::failpoint;
use crate::model::{
    AccountId, Action, CampaignId, CampaignKey, CampaignName, Host, Place, RowKey, Schedule, Status, StreamId, Target,
};

/// A row's number in the journal: its batch's number times 2³², plus its ordinal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowNumber(pub i64);

impl RowNumber {
    /// The row's place in its batch, from 0.
    pub const fn ordinal(self) -> u64 {
        (self.0 & 0xffff_ffff).unsigned_abs()
    }
}

/// A call's number in the journal, in the order of the grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallNumber(pub i64);

/// A place in the queue of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Turn(pub i64);

/// The rows of one batch: the numbers from its first to its last possible row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The batch's number.
    pub batch: i64,
}

impl Span {
    /// Calls that belong to no batch: those of `check --online`.
    pub const OUTSIDE: Self = Self { batch: 0 };

    /// The number before the first row.
    pub const fn before(self) -> i64 {
        (self.batch << 32) - 1
    }

    /// The number of the first row.
    pub const fn first(self) -> i64 {
        self.batch << 32
    }

    /// The number of the last possible row.
    pub const fn last(self) -> i64 {
        (self.batch << 32) + 0xffff_ffff
    }
}

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
    /// The campaign's key.
    pub campaign_key: CampaignKey,
    /// The row's key.
    pub row_key: RowKey,
    /// A call of it may have taken effect.
    pub in_doubt: bool,
    /// Calls made for it before.
    pub attempts: u32,
    /// Rows that follow it.
    pub followers: u32,
    /// When its first call was granted.
    pub submitted_at: Option<DateTime<Utc>>,
}

/// A call that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its number.
    pub call: CallNumber,
    /// The row it schedules; `None` for a read.
    pub row: Option<RowNumber>,
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
}

/// A call that was answered or given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// Its number.
    pub call: CallNumber,
    /// When.
    pub answered_at: DateTime<Utc>,
    /// The HTTP status, if there was one.
    pub http_status: Option<u16>,
    /// What it was taken for, in one word.
    pub verdict: Cow<'static, str>,
    /// What the platform said, or what became of the call.
    pub message: String,
}

/// What the last call of a row means for its campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// It has taken effect.
    Accepted,
    /// It may have taken effect.
    InDoubt,
}

/// A row's new state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowChange {
    /// The row as it was queued.
    pub number: RowNumber,
    /// Its campaign.
    pub campaign_key: CampaignKey,
    /// Its key.
    pub row_key: RowKey,
    /// Enable or disable.
    pub action: Action,
    /// Whether other rows follow it.
    pub has_followers: bool,
    /// The new status.
    pub status: Status,
    /// A call of it may have taken effect.
    pub in_doubt: bool,
    /// Calls made for it.
    pub attempts: u32,
    /// The platform's id.
    pub id: Option<CampaignId>,
    /// What the platform said.
    pub message: Option<String>,
    /// `code: what is wrong; what to do`.
    pub error: Option<String>,
    /// The last HTTP status.
    pub http_status: Option<u16>,
    /// When its first call was granted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was settled.
    pub finished_at: Option<DateTime<Utc>>,
    /// What its last call means for the campaign; `None` if that call has not taken effect.
    pub effect: Option<Effect>,
}

/// All that happened since the last transaction.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Step {
    /// Calls answered.
    pub answers: Vec<AnswerRecord>,
    /// Rows changed.
    pub changes: Vec<RowChange>,
    /// Calls granted.
    pub grants: Vec<Grant>,
    /// The account is held until then.
    pub hold: Option<DateTime<Utc>>,
}

impl Step {
    /// True if there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.changes.is_empty() && self.grants.is_empty() && self.hold.is_none()
    }
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
            queued.push(batch.queued_row(row)?);
        }
        Ok(queued)
    }

    fn commit(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        let transaction = self.connection.transaction()?;
        write_answers(&transaction, step)?;
        write_changes(&transaction, span, target, step)?;
        write_grants(&transaction, span, target, step)?;
        if let Some(until) = step.hold {
            transaction.prepare_cached(sql::SET_HOLD)?.execute((
                target.host.as_str(),
                target.account.as_str(),
                to_micros(until),
            ))?;
        }
        if failpoint::fails_at("journal-commit") {
            return Err(JournalError::disk_full());
        }
        transaction.commit()?;
        Ok(())
    }

    fn rescue(&mut self, span: Span, target: &Target, step: &Step) {
        self.emergency.save(span, target, step);
    }

    fn last_call(&mut self) -> Result<CallNumber, JournalError> {
        Ok(CallNumber(self.connection.query_row(sql::LAST_CALL, [], |row| row.get(0))?))
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
        Ok(())
    }
}

fn write_answers(transaction: &Transaction<'_>, step: &Step) -> Result<(), JournalError> {
    let mut statement = transaction.prepare_cached(sql::ANSWER_CALL)?;
    for answer in &step.answers {
        let at = to_micros(answer.answered_at);
        statement.execute((answer.call.0, at, answer.http_status, &*answer.verdict, &answer.message))?;
    }
    Ok(())
}

fn write_grants(transaction: &Transaction<'_>, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
    let mut statement = transaction.prepare_cached(sql::INSERT_CALL)?;
    for grant in &step.grants {
        let kind = if grant.row.is_some() { "attempt" } else { "read" };
        let row = grant.row.map(|row| row.0);
        let (host, account) = (target.host.as_str(), target.account.as_str());
        statement.execute((grant.call.0, span.batch, row, kind, host, account, to_micros(grant.granted_at)))?;
    }
    Ok(())
}

fn write_changes(transaction: &Transaction<'_>, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
    if step.changes.is_empty() {
        return Ok(());
    }
    let batch = BatchFacts::of(transaction, span)?;
    let mut change_row = transaction.prepare_cached(sql::CHANGE_ROW)?;
    let mut change_followers = transaction.prepare_cached(sql::CHANGE_FOLLOWERS)?;
    let mut set_campaign = transaction.prepare_cached(sql::SET_CAMPAIGN)?;
    for change in &step.changes {
        let id = change.id.as_ref().map(CampaignId::as_str);
        let finished_at = change.finished_at.map(to_micros);
        change_row.execute((
            change.number.0,
            change.status as u8,
            change.in_doubt,
            change.attempts,
            id,
            &change.message,
            &change.error,
            change.http_status,
            change.submitted_at.map(to_micros),
            finished_at,
        ))?;
        if change.has_followers {
            let status = match change.status {
                Status::Scheduled | Status::Disabled => Status::Unchanged,
                other => other,
            };
            let number = change.number.0;
            change_followers.execute((number, status as u8, id, &change.message, &change.error, finished_at))?;
        }
        if let Some(effect) = change.effect {
            set_campaign.execute((
                change.campaign_key.as_bytes(),
                change.row_key.as_bytes(),
                effect == Effect::Accepted,
                id,
                change.action == Action::Enable,
                batch.source_of(transaction, change.number)?,
                span.batch,
                change.number.0,
                target.host.as_str(),
                target.account.as_str(),
            ))?;
        }
    }
    Ok(())
}

/// What the rows of a batch have in common.
pub(super) struct BatchFacts {
    inputs: Vec<InputRecord>,
    stream: StreamId,
}

impl BatchFacts {
    pub(super) fn of(connection: &Connection, span: Span) -> Result<Self, JournalError> {
        let mut statement = connection.prepare_cached("SELECT inputs, stream FROM batch WHERE number = ?1")?;
        let (inputs, stream): (String, String) =
            statement.query_row([span.batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { inputs: serde_json::from_str(&inputs)?, stream: StreamId::new(stream) })
    }

    fn source_of(&self, connection: &Connection, row: RowNumber) -> Result<&str, JournalError> {
        if let [only] = self.inputs.as_slice() {
            return Ok(&only.source);
        }
        let mut statement = connection.prepare_cached("SELECT input FROM row WHERE number = ?1")?;
        let input: usize = statement.query_row([row.0], |row| row.get(0))?;
        Ok(self.inputs.get(input).map_or("", |input| &input.source))
    }

    /// The place of a row; `None` if the batch has no such input.
    pub(super) fn place(&self, input: u32, row: u32) -> Option<Place> {
        let input = self.inputs.get(usize::try_from(input).ok()?)?;
        Some(Place { source: input.source.as_str().into(), sheet: input.sheet.as_deref().map(Into::into), row })
    }

    /// The row's own stream, or the batch's.
    pub(super) fn stream(&self, own: Option<String>) -> StreamId {
        own.map_or_else(|| self.stream.clone(), StreamId::new)
    }

    fn queued_row(&self, row: &Row<'_>) -> Result<QueuedRow, JournalError> {
        let missing = |what: &str| JournalError::Value(format!("a queued row without {what}"));
        let schedule: Option<String> = row.get(6)?;
        let (campaign_key, row_key): (Vec<u8>, Vec<u8>) = (row.get(7)?, row.get(8)?);
        Ok(QueuedRow {
            number: RowNumber(row.get(0)?),
            turn: Turn(row.get(1)?),
            place: self.place(row.get(2)?, row.get(3)?).ok_or_else(|| missing("its input"))?,
            campaign: CampaignName::new(row.get::<_, String>(4)?),
            stream: self.stream(row.get(5)?),
            schedule: serde_json::from_str(&schedule.ok_or_else(|| missing("its schedule"))?)?,
            campaign_key: CampaignKey::from_bytes(&campaign_key).ok_or_else(|| missing("its campaign's key"))?,
            row_key: RowKey::from_bytes(&row_key).ok_or_else(|| missing("its key"))?,
            in_doubt: row.get(9)?,
            attempts: row.get(10)?,
            followers: row.get(11)?,
            submitted_at: row.get::<_, Option<i64>>(12)?.map(from_micros).transpose()?,
        })
    }
}

/// Kept here for the modules that know a target by its parts.
pub(super) fn target_of(host: &str, account: String, stream: String) -> Result<Target, JournalError> {
    let host: Host = serde_json::from_value(serde_json::Value::String(host.to_owned()))?;
    Ok(Target { host, account: AccountId::new(account), stream: StreamId::new(stream) })
}
