//! `check` and `run --dry-run`: what the sheet says, what would be sent and when; nothing is.
//!
//! The reader gives rows as it reads them; what depends on other rows comes after the last. So rows
//! wait in a [`spool`], the last look ([`verdict`]) adds what the others, the platform and the quota
//! say, and only then is anything written: an input that is unreadable as a whole yields no line.
//! All three formats are views of that one pass.

pub mod groups;
pub mod human;
pub mod late;
pub mod lines;
mod online;
mod run;
pub mod spool;
pub mod verdict;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::arguments::CheckFormat;
use crate::model::finding::in_column_order;
use crate::model::{Cell, Row, Schedule};
use crate::reader::{InputHeader, RowSink};
pub use late::Late;
pub use run::run;
use spool::{PlainRow, Spool, SpooledRow, Start};
pub use verdict::{Plan, Totals};

/// One input as the output names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path as given, or `stdin`.
    pub name: String,
    /// The sheet; `None` for text files.
    pub sheet: Option<String>,
}

/// Writes the body of the call that a schedule stands for: the platform's own writer.
pub type Body = fn(&Schedule) -> String;

/// What is written in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Everything that people want to know.
    Summary,
    /// The sums in one line, as `--quiet` asks for.
    OneLine,
    /// The sums as one object.
    Sums,
    /// A line for each row.
    Rows,
}

impl View {
    /// What `--format` and `--quiet` ask for; a program gets the same however quiet.
    pub const fn of(format: CheckFormat, is_quiet: bool) -> Self {
        match format {
            CheckFormat::Human if is_quiet => Self::OneLine,
            CheckFormat::Human => Self::Summary,
            CheckFormat::Json => Self::Sums,
            CheckFormat::Jsonl => Self::Rows,
        }
    }
}

/// Takes rows from the reader.
#[derive(Debug)]
pub struct Checker {
    spool: Spool,
    sources: Vec<Source>,
    headers: Vec<InputHeader>,
    body: Option<Body>,
    blank_rows: u64,
}

impl Checker {
    /// A checker without rows; `body` where the output shows requests.
    ///
    /// # Errors
    /// If no temporary file can be made.
    pub fn new(body: Option<Body>) -> io::Result<Self> {
        Ok(Self { spool: Spool::new()?, sources: Vec::new(), headers: Vec::new(), body, blank_rows: 0 })
    }

    /// So many blank rows were passed over.
    pub const fn passed_over(&mut self, blank_rows: u64) {
        self.blank_rows = blank_rows;
    }

    /// How many rows it has.
    pub const fn rows(&self) -> u64 {
        self.spool.rows()
    }

    /// Writes everything, when all rows are in. `late` comes in the order of the rows; `next` is the
    /// command that sends them.
    ///
    /// # Errors
    /// If the spool can't be read or `out` can't be written.
    pub fn finish(
        self,
        late: impl Iterator<Item = Late>,
        plan: &Plan,
        view: View,
        next: &str,
        out: &mut impl Write,
    ) -> io::Result<Totals> {
        let unknown = Source { name: String::new(), sheet: None };
        let Self { spool, sources, headers, blank_rows, .. } = self;
        let source_of = |row: &SpooledRow| sources.get(row.input as usize).unwrap_or(&unknown);
        let totals = match view {
            View::Summary => {
                let mut summary = human::Summary::new(blank_rows);
                let is_alone = sources.len() <= 1;
                let totals = verdict::pass(spool, &headers, late, plan, |row| {
                    summary.add(row, source_of(row), is_alone);
                    Ok(())
                })?;
                out.write_all(summary.text(&totals, next, plan.all_or_nothing).as_bytes())?;
                totals
            }
            View::OneLine => {
                let totals = verdict::pass(spool, &headers, late, plan, |_| Ok(()))?;
                out.write_all(human::line(&totals).as_bytes())?;
                totals
            }
            View::Sums => {
                let totals = verdict::pass(spool, &headers, late, plan, |_| Ok(()))?;
                serde_json::to_writer(&mut *out, &Sums::of(&totals))?;
                out.write_all(b"\n")?;
                totals
            }
            View::Rows => verdict::pass(spool, &headers, late, plan, |row| lines::write(row, source_of(row), out))?,
        };
        out.flush()?;
        Ok(totals)
    }
}

impl RowSink for Checker {
    type Error = io::Error;

    fn header(&mut self, header: &InputHeader) -> io::Result<()> {
        self.sources.push(Source { name: header.source.clone(), sheet: header.sheet.clone() });
        self.headers.push(header.clone());
        Ok(())
    }

    fn row(&mut self, row: &mut Row) -> io::Result<()> {
        let Row { place, input, cells, campaign, stream, action, schedule, problems, untimely, warnings } = row;
        let (input, action) = (*input, *action);
        problems.append(untimely);
        let schedule = schedule.as_ref().filter(|_| problems.is_empty());
        let window = schedule.and_then(Schedule::window);
        let value = window
            .and_then(|_| verdict::start_column(&self.headers, input))
            .and_then(|column| cells.get(column.index as usize))
            .map(Cell::shown)
            .unwrap_or_default();
        if let (Some(campaign), Some(window), None, None) = (&campaign, window, &stream, self.body)
            && warnings.is_empty()
        {
            let (past, campaign) = (window.start_past, campaign.as_str());
            return self.spool.push_plain(PlainRow { input, row: place.row, past, campaign, start: &value });
        }
        in_column_order(problems);
        let body = self.body.zip(schedule).map(|(body, schedule)| body(schedule));
        let request = body.map(RawValue::from_string).transpose()?;
        self.spool.push(&SpooledRow {
            input,
            row: place.row,
            campaign: campaign.take().map(Into::into),
            action,
            stream: stream.take().map(Into::into),
            request,
            start: window.map(|window| Start { past: window.start_past, value: value.into_owned() }),
            problems: std::mem::take(problems),
            warnings: std::mem::take(warnings),
        })
    }
}

/// `--format json`.
#[derive(Serialize)]
struct Sums {
    rows: u64,
    valid: u64,
    invalid: u64,
    warnings: u64,
    calls: u64,
    estimated_seconds: f64,
    exit_code: u8,
}

impl Sums {
    fn of(totals: &Totals) -> Self {
        let Totals { rows, valid, invalid, warnings, calls, estimated, last_leaves: _ } = *totals;
        // Tenths of a second: a forecast isn't better than that.
        let estimated_seconds = (estimated.as_secs_f64() * 10.0).round() / 10.0;
        Self { rows, valid, invalid, warnings, calls, estimated_seconds, exit_code: totals.exit_code() }
    }
}

impl Totals {
    /// How `check` ends: 1 if any row has problems.
    pub const fn exit_code(&self) -> u8 {
        if self.invalid == 0 { 0 } else { 1 }
    }
}
