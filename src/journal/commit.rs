//! A step made durable.
//!
//! A commit touches as few pages as can be, because each is written to the log whole: rows, calls and
//! the indexes over them are numbered in the order of the queue, so that those of one step lie side by
//! side. The last state of a campaign lies wherever its key falls; what changes it is therefore only
//! noted, in order, and brought into the table later, when the keys of many can be sorted.

use rusqlite::{OptionalExtension, Transaction};

use super::numbers::Span;
use super::step::{Effect, Step};
use super::time::to_micros;
use super::{JournalError, SqliteJournal, sql};
use crate::failpoint;
use crate::model::{CampaignId, Status, Target};

impl SqliteJournal {
    /// Writes a step; when it returns, the step is durable.
    pub(super) fn write(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        let transaction = self.connection.transaction()?;
        write_answers(&transaction, step)?;
        write_changes(&transaction, step)?;
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

    /// Writes a step that was saved beside the journal, unless that was done before: what happened to
    /// its rows since must not be undone. A step is written whole or not at all, so one of its calls
    /// tells for all; where it answers none, one of its rows does.
    pub(super) fn write_once(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        let is_new: bool = match (step.answers.first(), step.changes.first()) {
            (Some(answer), _) => self.connection.query_row(sql::IS_CALL_OPEN, [answer.call.0], |row| row.get(0))?,
            (None, Some(change)) => {
                let since = (change.number.0, change.finished_at.map(to_micros));
                self.connection.query_row(sql::IS_ROW_OLDER, since, |row| row.get(0))?
            }
            (None, None) => return Ok(()),
        };
        if is_new { self.write(span, target, step) } else { Ok(()) }
    }

    /// Brings the campaigns' last states up to what happened. All that reads them begins with it.
    ///
    /// # Errors
    /// If the journal is lost; then nothing is changed.
    pub(super) fn settle_campaigns(&mut self) -> Result<(), JournalError> {
        let transaction = self.connection.transaction()?;
        transaction.execute(sql::SETTLE_CAMPAIGNS, [])?;
        transaction.execute(sql::FORGET_EFFECTS, [])?;
        transaction.commit()?;
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
    if step.grants.is_empty() {
        return Ok(());
    }
    let account = account(transaction, target)?;
    let mut statement = transaction.prepare_cached(sql::INSERT_CALL)?;
    for grant in &step.grants {
        let row = grant.row.map(|row| row.0);
        statement.execute((grant.call.0, span.batch, row, account, to_micros(grant.granted_at)))?;
    }
    Ok(())
}

/// The number of the target's account; that of its first call gives it one.
fn account(transaction: &Transaction<'_>, target: &Target) -> Result<i64, JournalError> {
    let names = (target.host.as_str(), target.account.as_str());
    let known = transaction.prepare_cached(sql::ACCOUNT)?.query_row(names, |row| row.get(0)).optional()?;
    if let Some(number) = known {
        return Ok(number);
    }
    transaction.execute(sql::INSERT_ACCOUNT, names)?;
    Ok(transaction.last_insert_rowid())
}

fn write_changes(transaction: &Transaction<'_>, step: &Step) -> Result<(), JournalError> {
    if step.changes.is_empty() {
        return Ok(());
    }
    let mut change_row = transaction.prepare_cached(sql::CHANGE_ROW)?;
    let mut change_followers = transaction.prepare_cached(sql::CHANGE_FOLLOWERS)?;
    let mut add_effect = transaction.prepare_cached(sql::ADD_EFFECT)?;
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
            add_effect.execute((change.number.0, effect == Effect::Accepted, id))?;
        }
    }
    Ok(())
}
