//! A step made durable.
//!
//! A commit touches as few pages as can be, because each is written to the log whole: rows, calls and
//! the indexes over them are numbered in the order of the queue, so that those of one step lie side by
//! side. The last state of a campaign lies wherever its key falls; what changes it is therefore only
//! noted, in order, and brought into the table later, when the keys of many can be sorted.
//!
//! What can't be written, because the disk is full, is shown all the same to those who read through this
//! connection: it stands in a transaction that is never committed, and needs no room.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::numbers::Span;
use super::step::{Effect, Step};
use super::stored::to_micros;
use super::{JournalError, SqliteJournal, sql};
use crate::failpoint;
use crate::model::{CampaignId, Target};

/// A backup or a browser of databases may hold the file for a moment. Only the taking of the lock waits for it; a
/// transaction that has begun to read is told at once that it can't write.
pub(super) const AT_ONCE: TransactionBehavior = TransactionBehavior::Immediate;

impl SqliteJournal {
    /// Writes a step; when it returns, the step is durable.
    pub(super) fn write(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        let transaction = self.connection.transaction_with_behavior(AT_ONCE)?;
        write_all(&transaction, span, target, step)?;
        if failpoint::fails_at("journal-commit") {
            return Err(JournalError::disk_full());
        }
        transaction.commit()?;
        Ok(())
    }

    /// Writes a step that was saved beside the journal, unless that was done before: what happened to
    /// its rows since must not be undone. A step is written whole or not at all, so one of its calls
    /// tells for all; where it answers none, one of its rows does.
    pub(super) fn write_once(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        if is_new(&self.connection, step)? { self.write(span, target, step) } else { Ok(()) }
    }

    /// Shows a step that was saved beside the journal, once, to whoever reads through this connection from now
    /// on; nothing is written any more through it.
    pub(super) fn show_unwritten(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        if self.connection.is_autocommit() {
            self.connection.execute_batch("PRAGMA cache_spill = OFF; BEGIN IMMEDIATE")?;
        }
        let savepoint = self.connection.savepoint()?;
        if is_new(&savepoint, step)? {
            write_all(&savepoint, span, target, &Step { grants: Vec::new(), ..step.clone() })?;
        }
        Ok(savepoint.commit()?)
    }

    /// Brings the campaigns' last states up to what happened. All that reads them begins with it.
    ///
    /// # Errors
    /// If the journal is lost; then nothing is changed.
    pub(super) fn settle_campaigns(&mut self) -> Result<(), JournalError> {
        let transaction = self.connection.transaction_with_behavior(AT_ONCE)?;
        transaction.execute(sql::SETTLE_CAMPAIGNS, [])?;
        transaction.execute(sql::FORGET_EFFECTS, [])?;
        transaction.commit()?;
        Ok(())
    }
}

/// True if what a saved step tells didn't happen yet as far as the journal knows.
fn is_new(connection: &Connection, step: &Step) -> Result<bool, JournalError> {
    Ok(match (step.answers.first(), step.changes.first()) {
        (Some(answer), _) => connection.query_row(sql::IS_CALL_OPEN, [answer.call.0], |row| row.get(0))?,
        (None, Some(change)) => {
            let since = (change.number.0, change.finished_at.map(to_micros));
            connection.query_row(sql::IS_ROW_OLDER, since, |row| row.get(0))?
        }
        (None, None) => false,
    })
}

fn write_all(connection: &Connection, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
    write_answers(connection, step)?;
    write_changes(connection, step)?;
    write_grants(connection, span, target, step)?;
    if let Some(until) = step.hold {
        let (host, account) = (target.host.as_str(), target.account.as_str());
        connection.prepare_cached(sql::SET_HOLD)?.execute((host, account, to_micros(until)))?;
    }
    Ok(())
}

fn write_answers(connection: &Connection, step: &Step) -> Result<(), JournalError> {
    let mut statement = connection.prepare_cached(sql::ANSWER_CALL)?;
    for answer in &step.answers {
        let at = to_micros(answer.answered_at);
        statement.execute((answer.call.0, at, answer.http_status, &*answer.verdict, &answer.message))?;
    }
    Ok(())
}

fn write_grants(connection: &Connection, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
    if step.grants.is_empty() {
        return Ok(());
    }
    let account = account(connection, target)?;
    let mut statement = connection.prepare_cached(sql::INSERT_CALL)?;
    for grant in &step.grants {
        let row = grant.row.map(|row| row.0);
        statement.execute((grant.call.0, span.batch, row, account, to_micros(grant.granted_at)))?;
    }
    Ok(())
}

/// The number of the target's account; that of its first call gives it one.
fn account(connection: &Connection, target: &Target) -> Result<i64, JournalError> {
    let names = (target.host.as_str(), target.account.as_str());
    let known = connection.prepare_cached(sql::ACCOUNT)?.query_row(names, |row| row.get(0)).optional()?;
    if let Some(number) = known {
        return Ok(number);
    }
    connection.execute(sql::INSERT_ACCOUNT, names)?;
    Ok(connection.last_insert_rowid())
}

fn write_changes(connection: &Connection, step: &Step) -> Result<(), JournalError> {
    if step.changes.is_empty() {
        return Ok(());
    }
    let mut change_row = connection.prepare_cached(sql::CHANGE_ROW)?;
    let mut change_followers = connection.prepare_cached(sql::CHANGE_FOLLOWERS)?;
    let mut add_effect = connection.prepare_cached(sql::ADD_EFFECT)?;
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
            let (number, status) = (change.number.0, change.status.of_followers());
            change_followers.execute((number, status as u8, id, &change.message, &change.error, finished_at))?;
        }
        if let Some(effect) = change.effect {
            add_effect.execute((change.number.0, effect == Effect::Accepted, id))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::thread::{self, JoinHandle};
    use std::time::Duration;

    use chrono::DateTime;

    use super::*;
    use crate::journal::{AnswerRecord, CallNumber, Grant, IfBusy, Journal};
    use crate::model::{AccountId, Host, StreamId};

    /// Another program that holds the file itself for a while.
    fn hold(path: &Path) -> JoinHandle<()> {
        let other = Connection::open(path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            other.execute_batch("ROLLBACK").unwrap();
        })
    }

    #[test]
    fn another_program_may_hold_the_file_for_a_moment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let now = DateTime::UNIX_EPOCH;
        let mut journal = SqliteJournal::open(&path, "run", IfBusy::Refuse, || now).unwrap();
        let (span, call) = (Span { batch: 1 }, CallNumber(1));
        let target = Target {
            host: Host::parse("platform.kore.ai").unwrap(),
            account: AccountId::new("a"),
            stream: StreamId::new("s"),
        };
        let grants = vec![Grant { call, row: None, granted_at: now }];
        let other = hold(&path);
        // It reads (who pays for the call?) before it writes.
        journal.commit(span, &target, &Step { grants, ..Step::default() }).unwrap();
        other.join().unwrap();
        let (http_status, verdict) = (Some(200), "accepted".into());
        let answers = vec![AnswerRecord { call, answered_at: now, http_status, verdict, message: "said".to_owned() }];
        let other = hold(&path);
        journal.show_unwritten(span, &target, &Step { answers, ..Step::default() }).unwrap();
        other.join().unwrap();
        let shown = journal.connection.query_row("SELECT message FROM call", [], |row| row.get::<_, String>(0));
        assert_eq!(shown.unwrap(), "said");
    }
}
