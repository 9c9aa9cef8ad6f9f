//! The report for a browser: one file that needs nothing else, on a screen, on a phone, on paper.
//!
//! Markup is made by maud, which escapes every value by construction; the only text that goes out
//! unescaped are the style sheet and the script, which are constants. A policy in the page forbids
//! whatever would reach the network.
//!
//! Rows are visited twice, first for what stands on top (sums, causes, timeline, calls), then for
//! the table, which is written as it comes: so a report of a million rows needs no more memory than
//! one of a thousand. The table itself ends after [`table::MOST_ROWS`] rows, since browsers do not
//! stream; what did not make it goes on for as many again.

pub mod calls;
mod page;
mod svg;
pub mod table;
mod timeline;

use std::io::{BufWriter, Write};
use std::path::Path;

use self::calls::Calls;
use self::table::Table;
use self::timeline::Timeline;
use super::causes::Causes;
use super::source::for_each_row;
use super::{ReportError, RowSource, Written, atomic};
use crate::journal::{BatchRecord, Wanted};
use crate::model::{Ending, Tally};

/// What the report tells beside the rows.
#[derive(Debug)]
pub struct Page<'a> {
    /// The batch.
    pub batch: &'a BatchRecord,
    /// How it ended.
    pub ending: Ending,
    /// When the calls left.
    pub calls: Calls,
    /// The settings in force, by name, without secrets.
    pub settings: Vec<(String, String)>,
}

/// What is known after the first visit of the rows.
#[derive(Default)]
struct Gathered {
    tally: Tally,
    /// The same without the rows that a later batch took over.
    counted: Tally,
    causes: Causes,
    timeline: Timeline,
}

/// Writes the report to a file that appears whole or not at all.
///
/// # Errors
/// If the rows can't be read or the file can't be written.
pub fn write(path: &Path, page: &Page<'_>, rows: &dyn RowSource) -> Result<Written, ReportError> {
    atomic::write(path, |file| write_to(BufWriter::new(file), path, page, rows))
}

/// Writes the report to anything; `path` is for errors. Returns how many rows it tells of.
///
/// # Errors
/// If the rows can't be read or `out` takes no more.
pub fn write_to(
    mut out: impl Write + Send,
    path: &Path,
    page: &Page<'_>,
    rows: &dyn RowSource,
) -> Result<u64, ReportError> {
    let failed = |source| ReportError::Write { path: path.to_owned(), source };
    let mut gathered = Gathered::default();
    let count = for_each_row(rows, Wanted::Schedule, &mut |row| {
        gathered.tally.add(row.status, 1);
        gathered.counted.add(row.status, u64::from(row.taken_over_by.is_none()));
        gathered.causes.add(row);
        gathered.timeline.add(row);
        Ok(())
    })?;
    out.write_all(page::before_the_rows(page, &gathered).as_bytes()).map_err(failed)?;
    let mut table = Table::default();
    for_each_row(rows, Wanted::Schedule, &mut |row| table.write(&mut out, row).map_err(failed))?;
    out.write_all(page::after_the_rows(table.left_out()).as_bytes()).map_err(failed)?;
    out.flush().map_err(failed)?;
    Ok(count)
}
