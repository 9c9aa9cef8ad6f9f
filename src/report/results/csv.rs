//! Results as CSV: UTF-8, commas, a line feed after each record.
//!
//! There is no byte-order mark: scripts read these files more often than spreadsheet programs do,
//! and for those there is XLSX. There is no NUL either, which a workbook's cell can hold and no
//! reader of text takes: a cell shows it as an escape, from which the reader of ours knows it again.

use std::borrow::Cow;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::{Rows, quoting};
use crate::failpoint;
use crate::journal::{BatchRecord, StoredRow, Wanted};
use crate::model::cell::NUL;
use crate::model::{BatchId, Cell, ResultColumn};
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
    out: impl Write + Send,
    path: &Path,
    batch: &BatchRecord,
    rows: &dyn RowSource,
    which: Rows,
) -> Result<u64, ReportError> {
    let layout = Layout::new(&batch.inputs);
    let mut writer = csv::Writer::from_writer(out);
    let failed = |error: csv::Error| ReportError::Write { path: path.to_owned(), source: error.into() };
    let headers = layout.headers().iter().map(String::as_str).chain(ResultColumn::ALL.map(ResultColumn::as_str));
    // The reader looks past this character in a header, as it does past NUL.
    let written = |header: &str| quoting::quoted(&header.replace('\0', "\u{fffd}")).into_owned();
    writer.write_record(headers.map(written)).map_err(failed)?;
    let mut written = 0;
    for_each_row(rows, Wanted::Cells, &mut |row| {
        if which.holds(row) && !failpoint::fails_at("results-row") {
            let cells = cells::of(row, &layout);
            let fields = fields(&cells, row, &layout, &batch.id);
            writer.write_record(fields.iter().map(|field| field.as_bytes())).map_err(failed)?;
            written += 1;
        }
        Ok(())
    })?;
    writer.flush().map_err(|source| ReportError::Write { path: path.to_owned(), source })?;
    Ok(written)
}

/// The fields of a row, borrowed from it where they stand there as they are written.
fn fields<'row>(
    cells: &'row [Cell],
    row: &'row StoredRow,
    layout: &Layout,
    batch: &'row BatchId,
) -> Vec<Cow<'row, str>> {
    let mut fields = Vec::with_capacity(layout.headers().len() + ResultColumn::ALL.len());
    fields.resize(layout.headers().len(), Cow::Borrowed(""));
    for (cell, &target) in cells.iter().zip(layout.targets(row.input)) {
        fields[target] = quoted(match cell {
            Cell::Text(text) if text.contains('\0') => Cow::Owned(text.replace('\0', NUL)),
            Cell::Text(text) => Cow::Borrowed(text.as_str()),
            other => Cow::Owned(other.display()),
        });
    }
    fields.extend(ResultColumn::ALL.map(|column| quoted(columns::text(column, row, batch))));
    fields
}

fn quoted(text: Cow<'_, str>) -> Cow<'_, str> {
    match quoting::quoted(&text) {
        Cow::Owned(quoted) => Cow::Owned(quoted),
        Cow::Borrowed(_) => text,
    }
}
