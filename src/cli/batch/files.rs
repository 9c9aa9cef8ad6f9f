//! The files at the end of a batch: results, rejects, report.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use crate::cli::error::Failure;
use crate::cli::settings::OutSettings;
use crate::journal::{BatchKind, BatchRecord, InputRecord, JournalError, SqliteJournal, StoredRow};
use crate::model::{BatchId, Delivery, Ending, SendSettings, Status, span};
use crate::report::causes::Causes;
use crate::report::html::calls::Calls;
use crate::report::html::{self, Page};
use crate::report::layout::Layout;
use crate::report::outputs::{self, OutputError};
use crate::report::results::{self, Rows};
use crate::report::source::FromFn;
use crate::report::{ReportError, Written};

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let hint = error.hint();
        Self::new("output", format!("{:#}", anyhow::Error::new(error))).hint(hint)
    }
}

/// `<first input's stem>.results.csv` in the current folder.
pub fn default_results(first_input: &str, kind: BatchKind) -> PathBuf {
    let stem = Path::new(first_input).file_stem().map_or_else(|| "stdin".into(), |stem| stem.to_string_lossy());
    match kind {
        BatchKind::Run => PathBuf::from(format!("{stem}.results.csv")),
        BatchKind::Undo => PathBuf::from(format!("{stem}.undo.results.csv")),
    }
}

/// Checks, before any call, that every output can be written and overwrites nothing it shouldn't,
/// and that the journal is a file of its own.
///
/// # Errors
/// The first reason against it.
pub fn check_outputs(out: &OutSettings, inputs: &[PathBuf], settings: &[PathBuf]) -> Result<(), Failure> {
    for path in out.results.iter().chain(&out.rejects) {
        outputs::check_format(path)?;
    }
    let all: Vec<PathBuf> = out
        .results
        .iter()
        .chain(&out.rejects)
        .chain(&out.report)
        .chain(out.events.iter().chain(&out.log_file).filter(|path| !outputs::is_stream(path)))
        .chain(&out.metrics)
        .cloned()
        .collect();
    outputs::check(&all, inputs)?;
    outputs::check_against_settings(settings, &all)?;
    let journal = SqliteJournal::files_of(out.journal()?);
    Ok(outputs::check_against_journal(&journal, inputs.iter().chain(&all))?)
}

/// Checks, before any call, that workbooks among the outputs can hold so many rows of these inputs. Whether all will
/// be rejects nobody knows, and all may be.
///
/// # Errors
/// If one can't.
pub fn check_sizes(out: &OutSettings, inputs: &[InputRecord], rows: u64) -> Result<(), Failure> {
    let columns = Layout::new(inputs).width();
    out.results.iter().chain(&out.rejects).try_for_each(|path| Ok(outputs::check_size(path, rows, columns)?))
}

/// How much of the end of a results file is looked at: more than what stands behind the last row's batch.
const END: u64 = 64 * 1024;

/// False if results in CSV end with a row of another batch, or with one that names none, and if a report tells of
/// another. What a workbook holds isn't looked for.
///
/// # Errors
/// If the file can't be read.
pub(super) fn is_of(path: &Path, batch: &BatchId) -> io::Result<bool> {
    let is = |ending| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending));
    let mut file = File::open(path)?;
    if is("html") {
        let mut head = Vec::new();
        file.take(END).read_to_end(&mut head)?;
        let title = format!(": {batch}</title>");
        return Ok(head.windows(title.len()).any(|window| window == title.as_bytes()));
    }
    if !is("csv") {
        return Ok(true);
    }
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END)))?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end)?;
    // What a spreadsheet program saves as UTF-16 is read without what such text has between its letters.
    end.retain(|byte| *byte != 0);
    Ok(holds_cell(&end, batch.as_str()))
}

/// True if a text holds a cell of these letters and no others, whatever stands between its cells: the words of another
/// batch's row may name this one, too.
fn holds_cell(text: &[u8], cell: &str) -> bool {
    let is_edge = |byte: u8| matches!(byte, b',' | b';' | b'\t' | b'|' | b'"');
    let mut around = text.windows(cell.len() + 2);
    around.any(|around| match around {
        [before, inside @ .., after] => is_edge(*before) && is_edge(*after) && inside == cell.as_bytes(),
        _ => false,
    })
}

/// What was written.
#[derive(Debug, Default)]
pub struct Files {
    /// The results.
    pub results: Vec<Written>,
    /// The rejects.
    pub rejects: Option<Written>,
    /// The HTML report.
    pub report: Option<Written>,
    /// What did not make it, grouped.
    pub causes: Causes,
    /// Whether a row that failed or is unknown could still be sent.
    pub can_try_again: bool,
    /// Why a file couldn't be written.
    pub failures: Vec<String>,
    /// What there is to say of a file that stays as it is.
    pub notes: Vec<String>,
}

impl Files {
    /// What there is to say of files that stand beside those that couldn't be replaced.
    pub fn beside(&self) -> Vec<String> {
        let all = self.results.iter().chain(&self.rejects).chain(&self.report);
        let told = all.filter_map(|file| {
            let (wanted, path) = (file.instead_of.as_ref()?.display(), file.path.display());
            Some(format!(
                "\"{wanted}\" could not be replaced; is it open in another program? \"{path}\" was written instead"
            ))
        });
        told.collect()
    }
}

/// Writes results, rejects and report from the journal. A file that can't be written doesn't keep
/// the others from being.
///
/// # Errors
/// If the journal can't be read.
pub fn write_files(
    journal: &SqliteJournal,
    batch: &BatchRecord,
    out: &OutSettings,
    send: &SendSettings,
    (ending, now): (Ending, DateTime<Utc>),
) -> Result<Files, Failure> {
    let mut files = Files::default();
    journal.for_each_noteworthy_row(batch, &mut |row| {
        files.causes.add(&row);
        files.can_try_again |= can_try_again(&row, send, now);
        Ok::<(), JournalError>(())
    })?;
    let rows = FromFn(|visitor: &mut crate::report::source::Visitor<'_>| visit(journal, batch, visitor));
    for path in &out.results {
        match results::write(path, batch, &rows, Rows::All) {
            Ok(written) => files.results.push(written),
            Err(error) => files.failures.push(in_words(error)),
        }
    }
    if let Some(path) = &out.rejects {
        match results::write(path, batch, &rows, Rows::Rejects) {
            Ok(written) => files.rejects = Some(written),
            Err(error) => files.failures.push(in_words(error)),
        }
    }
    if let Some(path) = &out.report {
        let page = Page { batch, ending, calls: calls(journal, batch, send)?, settings: told_settings(send) };
        match html::write(path, &page, &rows) {
            Ok(written) => files.report = Some(written),
            Err(error) => files.failures.push(in_words(error)),
        }
    }
    Ok(files)
}

/// Whether `resume --retry` would send this row.
fn can_try_again(row: &StoredRow, send: &SendSettings, now: DateTime<Utc>) -> bool {
    let is_left = match row.status {
        Status::Failed => true,
        // It might take effect twice.
        Status::Unknown => send.delivery == Delivery::AtLeastOnce,
        _ => false,
    };
    is_left
        && row.taken_over_by.is_none()
        && row.schedule.is_some_and(|schedule| !schedule.has_passed(send.allow_past_start, now))
}

fn calls(journal: &SqliteJournal, batch: &BatchRecord, send: &SendSettings) -> Result<Calls, Failure> {
    let shortest = send.quotas.iter().min_by_key(|quota| quota.window);
    let mut calls = Calls::new(shortest.map(|quota| (u64::from(quota.calls), quota.window)));
    journal.for_each_grant(batch.span, &mut |granted_at| calls.add(granted_at))?;
    Ok(calls)
}

/// The settings that explain what happened, beside the target and without secrets. Those that do
/// something only where they are set are told only there.
fn told_settings(send: &SendSettings) -> Vec<(String, String)> {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let quotas: Vec<_> = send.quotas.iter().map(ToString::to_string).collect();
    let always = [
        ("quota", or_none(Some(quotas.join(", ")).filter(|quotas| !quotas.is_empty()))),
        ("rate", or_none(send.rate.map(|rate| rate.to_string()))),
        ("concurrency", send.concurrency.to_string()),
        ("timeout", span::show(send.timeout)),
        ("retries", send.retries.to_string()),
        ("max-outage", span::show(send.max_outage)),
        ("max-failures", or_none(send.max_failures.map(|limit| limit.to_string()))),
        ("delivery", send.delivery.as_str().to_owned()),
        ("order", send.order.as_str().to_owned()),
    ];
    let where_set = [
        ("resend", send.resend),
        ("verify", send.verify),
        ("preflight", send.preflight),
        ("all-or-nothing", send.all_or_nothing),
        ("allow-past-start", send.allow_past_start),
    ];
    let where_set = where_set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| (name, "yes".to_owned()));
    let canary = send.canary.map(|rows| ("canary", rows.to_string()));
    always.into_iter().chain(canary).chain(where_set).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The journal's rows for the report's visitors, which may break off.
fn visit(
    journal: &SqliteJournal,
    batch: &BatchRecord,
    visitor: &mut crate::report::source::Visitor<'_>,
) -> Result<(), VisitError> {
    let visited = journal.for_each_kept_row(batch, &mut |row| match visitor(row) {
        std::ops::ControlFlow::Continue(()) => Ok(()),
        std::ops::ControlFlow::Break(()) => Err(VisitError::Broken),
    });
    match visited {
        Err(VisitError::Broken) => Ok(()),
        other => other,
    }
}

#[derive(Debug, thiserror::Error)]
enum VisitError {
    #[error("the visitor takes no more rows")]
    Broken,
    #[error(transparent)]
    Journal(#[from] JournalError),
}

fn in_words(error: ReportError) -> String {
    format!("{:#}", anyhow::Error::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_known_as_a_batchs_however_they_were_saved_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.csv");
        let is_of_b1 = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            is_of(&path, &BatchId::new("b-1")).unwrap()
        };
        for text in [
            "Spring,,b-1,q.csv:2\n",
            "Spring;;b-1;q.csv:2\n",
            "\"Spring\",\"\",\"b-1\",\"q.csv:2\"\n",
            "Spring\tb-1\tq",
        ] {
            assert!(is_of_b1(text.as_bytes()), "{text}");
        }
        let utf16: Vec<u8> = "Spring\tb-1\tq.csv:2".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_of_b1(&utf16));
        for text in ["Spring,,b-12,q.csv:2\n", "Spring,batch b-1 took it over,b-2,q.csv:2\n", "b-1", ""] {
            assert!(!is_of_b1(text.as_bytes()), "{text}");
        }
    }
}
