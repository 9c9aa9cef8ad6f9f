//! Results as a workbook: what a marketing team opens.
//!
//! The first sheet holds the rows, so that the file can be handed in again as it is; the second the
//! sums and the causes. Rows go to the disk as they come (the writer's constant-memory mode); what
//! stays in memory is a bounded number of notes and causes.
//!
//! The writer of workbooks panics where its temporary file takes no more bytes, so a full disk is
//! caught here and becomes an error like any other.

mod formats;
mod notes;
mod overview;
mod sheet;

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use self::formats::Formats;
use self::sheet::RowSheet;
use super::Rows;
use crate::contained::contained;
use crate::journal::{BatchRecord, Wanted};
use crate::model::Tally;
use crate::report::atomic::{folder_of, real_path};
use crate::report::causes::Causes;
use crate::report::source::for_each_row;
use crate::report::{ReportError, RowSource, Written, atomic};

/// Writes the rows to a workbook that appears whole or not at all.
///
/// # Errors
/// If the rows can't be read, are more than a sheet holds, or the file can't be written.
pub fn write(path: &Path, batch: &BatchRecord, rows: &dyn RowSource, which: Rows) -> Result<Written, ReportError> {
    atomic::write(path, |file| {
        contained(|| write_to(file, path, batch, rows, which)).unwrap_or_else(|| Err(took_no_more(path)))
    })
}

fn took_no_more(path: &Path) -> ReportError {
    let reason = "its temporary file took no more; is the disk full?".to_owned();
    ReportError::Workbook { path: path.to_owned(), reason }
}

fn write_to(
    file: &mut File,
    path: &Path,
    batch: &BatchRecord,
    rows: &dyn RowSource,
    which: Rows,
) -> Result<u64, ReportError> {
    let failed = |error: XlsxError| ReportError::Workbook { path: path.to_owned(), reason: error.to_string() };
    let formats = Formats::new();
    let mut causes = Causes::default();
    let mut tally = Tally::default();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(batch).map_err(failed)?);
    workbook.set_tempdir(folder_of(&real_path(path))).map_err(failed)?;
    let mut sheet = workbook.new_worksheet_with_constant_memory().map_err(failed)?;
    sheet.set_name(if which == Rows::All { "Results" } else { "Rejects" }).map_err(failed)?;
    let mut writer = RowSheet::start(&mut sheet, &formats, batch).map_err(failed)?;
    for_each_row(rows, Wanted::Cells, &mut |row| {
        if which.holds(row) {
            // In the thread that writes rows, of which this one hears no panic but an error.
            contained(|| writer.write(row)).ok_or_else(|| took_no_more(path))?.map_err(failed)?;
            tally.add(row.status, 1);
            causes.add(row);
        }
        Ok(())
    })?;
    let written = writer.finish().map_err(failed)?;
    let overview = overview::sheet(batch, &tally, &causes, &formats).map_err(failed)?;
    workbook.push_worksheet(sheet);
    workbook.push_worksheet(overview);
    workbook.save_to_writer(BufWriter::new(file)).map_err(failed)?;
    Ok(written)
}

/// A workbook says when it was made. It is the batch's time, so that the same rows give the same
/// file whenever they are written.
fn properties(batch: &BatchRecord) -> Result<DocProperties, XlsxError> {
    let made_at = ExcelDateTime::from_timestamp(batch.created_at.timestamp())?;
    Ok(DocProperties::new().set_creation_datetime(&made_at))
}
