//! A batch being read: row after row into the journal, then sealed.
//!
//! Until [`Intake::seal`] the batch doesn't exist for anybody: a kill before it leaves nothing to
//! resume, and the next opening discards what was written.

mod arrival;
mod entry;
mod undo;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use self::arrival::{Known, insert_row, known};
use super::amend::{self, Amendable};
use super::count::{tally, to_send};
use super::numbers::Span;
use super::record::{BatchKind, InputRecord};
use super::stored::to_micros;
use super::{JournalError, SqliteJournal, sql, wording};
use crate::failpoint;
use crate::model::transition::Arrival;
use crate::model::{BatchId, Order, Row, SendSettings, Status, Tally, Target};

pub use entry::{Entry, Meaning};

/// Rows per transaction while a batch is read.
const ROWS_PER_TRANSACTION: u64 = 10_000;

/// What a batch is made of before its first row.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// Its id, unique in the journal.
    pub id: BatchId,
    /// A run or an undo.
    pub kind: BatchKind,
    /// Where its rows go.
    pub target: Target,
    /// What `resume` must remember, as JSON that the journal doesn't read.
    pub remembered: String,
    /// How it is sent.
    pub sending: SendSettings,
    /// When it is made.
    pub now: DateTime<Utc>,
}

/// A batch being read.
#[derive(Debug)]
pub struct Intake<'journal> {
    connection: &'journal mut Connection,
    batch: NewBatch,
    span: Span,
    inputs: Vec<InputRecord>,
    rows: u64,
    rows_in_transaction: u64,
    /// False while nothing was ever sent: then there is nothing to look up.
    knows_campaigns: bool,
    /// The batch that it is the undo of.
    pub(super) undoes: Option<Span>,
}

/// A batch whose rows are all in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// Its rows in the journal.
    pub span: Span,
    /// How they stand: none was sent yet.
    pub tally: Tally,
    /// Rows that wait for a grant.
    pub to_send: u64,
    /// Campaigns that an earlier run of the same sources scheduled and that are no longer in them.
    pub missing_from_sheet: u64,
}

impl SqliteJournal {
    /// Begins a batch.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn begin(&mut self, batch: NewBatch) -> Result<Intake<'_>, JournalError> {
        self.settle_campaigns()?;
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.connection.execute(
            sql::INSERT_BATCH,
            (
                batch.id.as_str(),
                batch.kind.as_str(),
                to_micros(batch.now),
                batch.target.host.as_str(),
                batch.target.account.as_str(),
                batch.target.stream.as_str(),
                &batch.remembered,
                batch.sending.delivery.as_str(),
            ),
        )?;
        let span = Span { batch: self.connection.last_insert_rowid() };
        let knows_campaigns = self.connection.query_row(sql::KNOWS_CAMPAIGNS, [], |row| row.get(0))?;
        Ok(Intake {
            connection: &mut self.connection,
            batch,
            span,
            inputs: Vec::new(),
            rows: 0,
            rows_in_transaction: 0,
            knows_campaigns,
            undoes: None,
        })
    }
}

impl Intake<'_> {
    /// An input begins: the rows that follow are its.
    pub fn add_input(&mut self, input: InputRecord) {
        self.inputs.push(input);
    }

    /// Takes the next row. What was accepted before is settled at once.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn add(&mut self, row: &Row) -> Result<(), JournalError> {
        self.add_entries(&[Entry::of(row, &self.batch.target)?])
    }

    /// The same of rows that were made ready elsewhere, for this batch's target.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn add_entries(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let Self { connection, batch, span, inputs, rows, rows_in_transaction, knows_campaigns, .. } = self;
        // To look a statement up costs a tenth of what it does.
        let mut look_up = connection.prepare_cached(sql::LOOK_UP_CAMPAIGN)?;
        let mut mark_seen = connection.prepare_cached(sql::MARK_SEEN)?;
        let mut insert = connection.prepare_cached(sql::INSERT_ROW)?;
        for entry in entries {
            let known = if *knows_campaigns { known(&mut look_up, &entry.meaning)? } else { Known::default() };
            if let (Some((campaign_key, _)), Some(_)) = (&entry.meaning.keys, known.last) {
                mark_seen.execute((campaign_key.as_bytes(), span.batch))?;
            }
            count_beyond_header(inputs, entry);
            let number = span.first() + i64::try_from(*rows).unwrap_or(i64::MAX);
            insert_row(&mut insert, number, entry, known, batch)?;
            failpoint::die_at("row-inserted");
            if failpoint::fails_at("journal-insert") {
                return Err(JournalError::disk_full());
            }
            *rows += 1;
            *rows_in_transaction += 1;
            if *rows_in_transaction == ROWS_PER_TRANSACTION {
                connection.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
                *rows_in_transaction = 0;
            }
        }
        Ok(())
    }

    /// The inputs so far.
    pub fn inputs(&self) -> &[InputRecord] {
        &self.inputs
    }

    /// Where its rows go.
    pub const fn target(&self) -> &Target {
        &self.batch.target
    }

    /// True if a row that means this would be `unchanged`, however late it is.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn is_unchanged(&self, meaning: &Meaning) -> Result<bool, JournalError> {
        let SendSettings { delivery, resend, .. } = self.batch.sending;
        let mut look_up = self.connection.prepare_cached(sql::LOOK_UP_CAMPAIGN)?;
        let known = known(&mut look_up, meaning)?;
        Ok(meaning.at_intake(known.last).arrival(delivery, resend) == Arrival::Unchanged)
    }

    /// Amends the findings of one row, for what only the other rows show. A row that has problems
    /// then is invalid, whatever it was before.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn amend(&mut self, ordinal: u32, amend: impl FnOnce(&mut Amendable)) -> Result<(), JournalError> {
        let number = self.span.first() + i64::from(ordinal);
        amend::amend(self.connection, number, to_micros(self.batch.now), amend)
    }

    /// The row wants what an earlier one wants, and follows it if both would be sent, now or later.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn follow(&mut self, ordinal: u32, leader: u32) -> Result<(), JournalError> {
        let (number, leader) = (self.span.first() + i64::from(ordinal), self.span.first() + i64::from(leader));
        if self.connection.prepare_cached(sql::FOLLOW)?.execute((number, leader))? == 1 {
            self.connection.prepare_cached(sql::COUNT_FOLLOWER)?.execute([leader])?;
        }
        Ok(())
    }

    pub(super) const fn connection(&self) -> &Connection {
        self.connection
    }

    /// How many rows would be sent, and how many would stay behind for their problems.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn planned(&self) -> Result<(u64, u64), JournalError> {
        let invalid = tally(self.connection, sql::TALLY, self.span)?.of(Status::Invalid);
        if self.batch.sending.all_or_nothing && invalid > 0 {
            return Ok((0, invalid));
        }
        Ok((to_send(self.connection, self.span)?, invalid))
    }

    /// All rows are in: takes over what earlier batches left unsettled for these campaigns, an undo all that its
    /// batch left unsettled, and makes the batch exist.
    ///
    /// # Errors
    /// If the journal is lost; then the batch is discarded when it is opened again.
    pub fn seal(self) -> Result<Sealed, JournalError> {
        let Self { connection, batch, span, inputs, undoes, .. } = self;
        let inputs = serde_json::to_string(&inputs)?;
        if batch.sending.order == Order::Start {
            connection.execute(sql::ORDER_BY_START, (span.first(), span.last()))?;
        }
        connection.execute(sql::TAKE_OVER, (span.batch, span.first()))?;
        if let Some(undone) = undoes {
            connection.execute(sql::WITHDRAW, (span.batch, undone.first(), undone.last()))?;
        }
        let tally = tally(connection, sql::TALLY, span)?;
        if batch.sending.all_or_nothing && tally.of(Status::Invalid) > 0 {
            connection.execute(sql::EMPTY_QUEUE, (span.first(), span.last(), wording::ALL_OR_NOTHING))?;
        }
        let (host, account) = (batch.target.host.as_str(), batch.target.account.as_str());
        let missing: u64 = match batch.kind {
            BatchKind::Run => connection.query_row(
                sql::COUNT_MISSING,
                (host, account, span.batch, &inputs, batch.now.timestamp()),
                |row| row.get(0),
            )?,
            // An undo has the rows of a batch, not of a sheet.
            BatchKind::Undo => 0,
        };
        connection.execute(sql::SEAL, (span.batch, &inputs, missing))?;
        let to_send = to_send(connection, span)?;
        failpoint::die_at("before-seal");
        connection.execute_batch("COMMIT")?;
        failpoint::die_at("after-seal");
        Ok(Sealed { span, tally, to_send, missing_from_sheet: missing })
    }

    /// The input can't be read to its end: the batch never was.
    ///
    /// # Errors
    /// If the journal is lost; then the batch is discarded when it is opened again.
    pub fn discard(self) -> Result<(), JournalError> {
        self.connection.execute_batch("COMMIT")?;
        self.connection.execute(sql::DISCARD_ROWS_OF, (self.span.first(), self.span.last()))?;
        self.connection.execute(sql::DISCARD_BATCH, [self.span.batch])?;
        Ok(())
    }
}

fn count_beyond_header(inputs: &mut [InputRecord], entry: &Entry) {
    if let Some(input) = usize::try_from(entry.input).ok().and_then(|input| inputs.get_mut(input)) {
        input.beyond = input.beyond.max(entry.width.saturating_sub(input.columns.len()));
    }
}
