//! How values stand in the columns, and what columns hold: times, words and numbers that mean something, JSON.
//! What a newer program may have written there is an error, never the nearest thing.

use chrono::{DateTime, Utc};
use rusqlite::Row;

use super::JournalError;
use super::record::BatchKind;
use crate::model::{Action, Finding, Schedule, Status};

/// Microseconds since 1970, UTC.
pub(super) fn to_micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// The time of so many microseconds since 1970, UTC.
pub(super) fn from_micros(micros: i64) -> Result<DateTime<Utc>, JournalError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| JournalError::Value(format!("time {micros}")))
}

/// A row's status in a column.
pub(super) fn status_in(row: &Row<'_>, column: usize) -> Result<Status, JournalError> {
    let number: u8 = row.get(column)?;
    Status::from_number(number).ok_or_else(|| JournalError::Value(format!("status {number}")))
}

/// A row's action in a column.
pub(super) fn action_in(row: &Row<'_>, column: usize) -> Result<Action, JournalError> {
    let word = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    Action::from_word(word).ok_or_else(|| JournalError::Value(format!("action {word}")))
}

/// A batch's kind in a column.
pub(super) fn kind_in(row: &Row<'_>, column: usize) -> Result<BatchKind, JournalError> {
    let word = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    BatchKind::from_word(word).ok_or_else(|| JournalError::Value(format!("kind of batch {word}")))
}

/// The schedule in a column of a row, if there is one.
pub(super) fn schedule_in(row: &Row<'_>, column: usize) -> Result<Option<Schedule>, JournalError> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    Ok(text.map(serde_json::from_str).transpose()?)
}

/// Findings as a column holds them; none as `NULL`.
pub(super) fn findings_as_json(findings: &[Finding]) -> Result<Option<String>, JournalError> {
    if findings.is_empty() { Ok(None) } else { Ok(Some(serde_json::to_string(findings)?)) }
}

/// The findings in a column.
pub(super) fn findings_in(row: &Row<'_>, column: usize) -> Result<Vec<Finding>, JournalError> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
    text.map_or_else(|| Ok(Vec::new()), |text| Ok(serde_json::from_str(text)?))
}

/// Several problems of one row, as `result_error` shows them.
pub(super) fn in_words(problems: &[Finding]) -> String {
    problems.iter().map(Finding::to_string).collect::<Vec<_>>().join(" | ")
}
