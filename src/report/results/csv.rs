//! Results as CSV: UTF-8, commas, a line feed after each record.
//!
//! There is no byte-order mark: scripts read these files more often than spreadsheet programs do,
//! and for those there is XLSX.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::{Rows, quoting};
use crate::failpoint;
use crate::journal::{BatchRecord, StoredRow};
use crate::model::{BatchId, ResultColumn};
use crate::report::layout::Layout;
use crate::report::source::for_each_row;
use crate::report::{ReportError, RowSource, Written, atomic, cells, columns};

/// Writes the rows to a file that appears whole or not at all.
///
/// # Errors
/// If the rows can't be read or the file can't be written.
pub fn write(path: &Path, batch: &BatchRecord, rows: &dyn RowSource, which: Rows) -> Result<Written, ReportError> {
    atomic::write(path, |file| write_to(BufWriter::new(file), path, batch, rows, which))
}

/// Writes the rows to anything; `path` is for errors. Returns how many were written.
///
/// # Errors
/// If the rows can't be read or `out` takes no more.
pub fn write_to(
    out: impl Write,
    path: &Path,
    batch: &BatchRecord,
    rows: &dyn RowSource,
    which: Rows,
) -> Result<u64, ReportError> {
    let layout = Layout::new(&batch.inputs);
    let mut writer = csv::Writer::from_writer(out);
    let failed = |error: csv::Error| ReportError::Write { path: path.to_owned(), source: error.into() };
    let headers = layout.headers().iter().map(String::as_str).chain(ResultColumn::ALL.map(ResultColumn::as_str));
    writer.write_record(headers.map(|header| quoting::quoted(header).into_owned())).map_err(failed)?;
    let mut record = Vec::new();
    let mut written = 0;
    for_each_row(rows, &mut |row| {
        if which.holds(row) && !failpoint::fails_at("results-row") {
            fill(&mut record, row, &layout, &batch.id);
            writer.write_record(&record).map_err(failed)?;
            written += 1;
        }
        Ok(())
    })?;
    writer.flush().map_err(|source| ReportError::Write { path: path.to_owned(), source })?;
    Ok(written)
}

fn fill(record: &mut Vec<String>, row: &StoredRow, layout: &Layout, batch: &BatchId) {
    record.clear();
    record.resize(layout.headers().len(), String::new());
    for (cell, &target) in cells::of(row, layout).iter().zip(layout.targets(row.input)) {
        record[target] = quoting::quoted(&cell.display()).into_owned();
    }
    let ours = ResultColumn::ALL.into_iter().map(|column| columns::text(column, row, batch));
    record.extend(ours.map(|text| quoting::quoted(&text).into_owned()));
}
