//! What the results add to a row, as text.
//!
//! One place for every format, so that CSV, XLSX and HTML can't say different things of one row.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::journal::StoredRow;
use crate::model::visible;
use crate::model::{BatchId, Finding, ResultColumn, Status};

/// What stands between two problems or warnings of one row.
const BETWEEN: &str = " | ";

/// The text of one of our columns for a row of this batch.
pub fn text<'a>(column: ResultColumn, row: &'a StoredRow, batch: &'a BatchId) -> Cow<'a, str> {
    let optional = |text: Option<&'a str>| Cow::Borrowed(text.unwrap_or_default());
    match column {
        ResultColumn::Status => Cow::Borrowed(row.status.as_str()),
        ResultColumn::Id => visible::in_file(row.id.as_ref().map_or("", |id| id.as_str())),
        ResultColumn::Message => row.message.as_deref().map_or(optional(None), visible::in_file),
        ResultColumn::Error => error(row).map_or(optional(None), |text| Cow::Owned(visible::in_file(&text).into())),
        ResultColumn::Warnings if row.warnings.is_empty() => optional(None),
        ResultColumn::Warnings => Cow::Owned(visible::in_file(&findings(&row.warnings)).into()),
        ResultColumn::HttpStatus => Cow::Owned(row.http_status.map(|status| status.to_string()).unwrap_or_default()),
        ResultColumn::Attempts => Cow::Owned(row.attempts.to_string()),
        ResultColumn::SubmittedAt => Cow::Owned(row.submitted_at.map(time).unwrap_or_default()),
        ResultColumn::FinishedAt => Cow::Owned(row.finished_at.map(time).unwrap_or_default()),
        ResultColumn::Batch => Cow::Borrowed(batch.as_str()),
        ResultColumn::Source => Cow::Owned(row.place.to_string()),
    }
}

/// `code: what is wrong; what to do`, for every row that isn't good; `None` for the good ones.
///
/// The journal knows the reason. Where it has none, the status itself still says what to do, so
/// that no row is left without a word.
pub fn error(row: &StoredRow) -> Option<String> {
    if row.status.is_good() {
        return None;
    }
    let text = match &row.error {
        Some(error) if !error.is_empty() => error.clone(),
        _ if !row.problems.is_empty() => findings(&row.problems),
        _ => from_status(row.status).to_owned(),
    };
    Some(match &row.taken_over_by {
        // What was to be done about the row is the later batch's affair. One that waits says so itself.
        Some(later) if row.status != Status::Pending => {
            let what = &text[..hint_at(&text, row).unwrap_or(text.len())];
            format!("{what}; {}", later.told(row.status))
        }
        _ => text,
    })
}

/// An error of a row in its parts: the code, what is wrong, and what to do.
pub fn parts<'a>(error: &'a str, row: &StoredRow) -> (&'a str, &'a str, &'a str) {
    let (rest, hint) = match hint_at(error, row) {
        Some(at) => (&error[..at], &error[at + AHEAD_OF_HINT.len()..]),
        None => (error, ""),
    };
    let (code, what) = rest.split_once(": ").unwrap_or(("", rest));
    (code, what, hint)
}

/// What stands before the hint.
const AHEAD_OF_HINT: &str = "; ";

/// Where the hint begins: behind the platform's words, which may hold anything.
fn hint_at(error: &str, row: &StoredRow) -> Option<usize> {
    let said = row.message.as_deref().unwrap_or_default();
    // What we added to the message stands outside its quotes in the error.
    let plain = said.rsplit_once(" (").map_or(said, |(plain, _)| plain);
    let behind = [said, plain].into_iter().find_map(|said| Some(error.find(said)? + said.len())).unwrap_or(0);
    error[behind..].find(AHEAD_OF_HINT).map(|at| behind + at)
}

/// Findings on one line.
pub fn findings(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join(BETWEEN)
}

/// ISO 8601 in UTC, to the second.
pub fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

const fn from_status(status: Status) -> &'static str {
    match status {
        Status::Scheduled | Status::Disabled | Status::Unchanged => "",
        Status::Invalid => "invalid: the row has problems and was never sent; mend the row and run the sheet again",
        Status::Rejected => "rejected: the platform said no; see result_message, mend the row and run the sheet again",
        Status::Failed => "failed: the platform could not be reached for this row; run the sheet again",
        Status::Unknown => "unknown: a call may have taken effect, but its answer was lost; run the sheet again",
        Status::Pending => "pending: the batch stopped before this row was settled; resume the batch",
    }
}
