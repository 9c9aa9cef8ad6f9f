//! The starter sheet: what somebody fills in who has never seen one.
//!
//! The workbook offers what there is to choose, formats its dates, and explains every column in
//! plain words on a second sheet; the CSV has the header and the same two examples. Both can be
//! checked and run as they are. The dates of the examples are counted from a given day and lie a
//! year ahead, so that a template doesn't turn stale the week after it was made.

mod example;
mod words;
mod xlsx;

use std::io;
use std::path::Path;

use chrono::NaiveDate;

use self::example::{COLUMNS, examples};
use super::results::Format;
use super::{ReportError, Written, atomic};

/// Writes a starter sheet for somebody who starts on this day; CSV if the name says so, else a
/// workbook. A file that is there already is never replaced: it may be a sheet that was filled in.
///
/// # Errors
/// If there is such a file, or it can't be written.
pub fn write(path: &Path, today: NaiveDate) -> Result<Written, ReportError> {
    if path.exists() {
        let source = io::Error::new(io::ErrorKind::AlreadyExists, "there is a file of this name, and it is kept");
        return Err(ReportError::Write { path: path.to_owned(), source });
    }
    match Format::of(path) {
        Some(Format::Csv) => atomic::write(path, |file| {
            write_csv(file, today).map_err(|error| ReportError::Write { path: path.to_owned(), source: error.into() })
        }),
        Some(Format::Xlsx) | None => atomic::write(path, |file| {
            xlsx::write(file, today)
                .map_err(|error| ReportError::Workbook { path: path.to_owned(), reason: error.to_string() })
        }),
    }
}

fn write_csv(out: impl io::Write, today: NaiveDate) -> Result<u64, csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS.map(|field| field.as_str()))?;
    let examples = examples(today);
    for example in &examples {
        writer.write_record(example.iter().map(|cell| cell.display()))?;
    }
    writer.flush()?;
    Ok(examples.len() as u64)
}
