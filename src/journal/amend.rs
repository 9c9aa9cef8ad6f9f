//! What is found out about a row after it was taken in, and before it is sent.

use rusqlite::Connection;

use super::{JournalError, sql, stored};
use crate::model::{Action, CampaignName, Finding, Status};

/// Amends the findings of a row that wasn't sent.
pub(super) fn amend(
    connection: &Connection,
    number: i64,
    now: i64,
    amend: impl FnOnce(&mut Amendable),
) -> Result<(), JournalError> {
    let mut row = amendable(connection, number)?;
    amend(&mut row);
    connection.prepare_cached(sql::SET_WARNINGS)?.execute((number, stored::findings_as_json(&row.warnings)?))?;
    if !row.problems.is_empty() {
        let (problems, error) = (stored::findings_as_json(&row.problems)?, stored::in_words(&row.problems));
        connection.prepare_cached(sql::SET_PROBLEMS)?.execute((number, problems, error, Status::Invalid as u8, now))?;
    }
    Ok(())
}

fn amendable(connection: &Connection, number: i64) -> Result<Amendable, JournalError> {
    let mut statement = connection.prepare_cached(sql::AMENDABLE_ROW)?;
    let mut rows = statement.query([number])?;
    let row = rows.next()?.ok_or_else(|| JournalError::Value(format!("no row {number}")))?;
    Ok(Amendable {
        problems: stored::findings_in(row, 0)?,
        warnings: stored::findings_in(row, 1)?,
        campaign: row.get::<_, Option<String>>(2)?.map(CampaignName::new),
        input: row.get(3)?,
        line: row.get(4)?,
        action: stored::action_in(row, 5)?,
    })
}

/// What can be amended of a row after all rows were read, and what it takes to do so.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendable {
    /// Its problems.
    pub problems: Vec<Finding>,
    /// Its warnings.
    pub warnings: Vec<Finding>,
    /// Its campaign.
    pub campaign: Option<CampaignName>,
    /// What it asks for.
    pub action: Action,
    /// Which input it comes from.
    pub input: u32,
    /// Its row number as the user's program shows it.
    pub line: u32,
}
