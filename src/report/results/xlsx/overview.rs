//! The second sheet: the sums, and what did not make it by cause.
//!
//! Its cells never look like the header of a sheet of campaigns, so that the workbook has one sheet
//! to read when it is handed in again.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::formats::Formats;
use crate::journal::BatchRecord;
use crate::model::visible;
use crate::model::{Status, Tally};
use crate::report::causes::{Cause, Causes};
use crate::report::columns;
use crate::report::summary::wording::meaning;
use crate::report::wrapping::height_of;

/// How many causes are listed.
const MOST_CAUSES: usize = 100;
/// The widths of the columns in characters, and the height of the first row in points.
const WIDTHS: [u32; 5] = [24, 12, 70, 50, 60];
const TITLE_HEIGHT: u32 = 24;

/// The sheet.
pub(super) fn sheet(
    batch: &BatchRecord,
    tally: &Tally,
    causes: &Causes,
    formats: &Formats,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("Summary")?;
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_row_height(0, TITLE_HEIGHT)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, "What became of the rows", &formats.title)?;
    let mut line = 2;
    for status in Status::ALL {
        sheet.write_string_with_format(line, 0, status.as_str(), formats.status(status))?;
        write_count(&mut sheet, line, tally.of(status), formats)?;
        sheet.write_string(line, 2, meaning(status))?;
        line += 1;
    }
    sheet.write_string_with_format(line, 0, "rows", &formats.bold)?;
    write_count(&mut sheet, line, tally.rows(), formats)?;
    line += 2;
    for (name, text) in facts(batch) {
        sheet.write_string_with_format(line, 0, name, &formats.bold)?;
        sheet.write_string(line, 1, text)?;
        line += 1;
    }
    line = write_causes(&mut sheet, line + 1, "What did not make it", &causes.problems(), formats)?;
    write_causes(&mut sheet, line + 1, "Warnings", &causes.warnings(), formats)?;
    Ok(sheet)
}

fn facts(batch: &BatchRecord) -> [(&'static str, String); 4] {
    [
        ("batch", batch.id.to_string()),
        ("made at", columns::time(batch.created_at)),
        ("platform", batch.target.host.to_string()),
        ("account", batch.target.account.to_string()),
    ]
}

fn write_count(sheet: &mut Worksheet, line: u32, count: u64, formats: &Formats) -> Result<(), XlsxError> {
    sheet.write_number_with_format(line, 1, u32::try_from(count).unwrap_or(u32::MAX), &formats.count)?;
    Ok(())
}

fn write_causes(
    sheet: &mut Worksheet,
    mut line: u32,
    title: &str,
    causes: &[&Cause],
    formats: &Formats,
) -> Result<u32, XlsxError> {
    if causes.is_empty() {
        return Ok(line);
    }
    sheet.write_string_with_format(line, 0, title, &formats.bold)?;
    sheet.write_string_with_format(line, 1, "how many", &formats.count_title)?;
    for (column, name) in (2..).zip(["what is wrong", "what to do", "first places"]) {
        sheet.write_string_with_format(line, column, name, &formats.bold)?;
    }
    for cause in causes.iter().take(MOST_CAUSES) {
        line += 1;
        sheet.write_string_with_format(line, 0, visible::in_file(&cause.code), &formats.wrapped)?;
        write_count(sheet, line, cause.count, formats)?;
        let places: Vec<_> = cause.places.iter().map(ToString::to_string).collect();
        let texts = [&*cause.told(), &cause.hint, &places.join(", ")].map(|text| visible::in_file(text).into_owned());
        sheet.set_row_height(line, height_of(texts.iter().zip(&WIDTHS[2..]).map(|(text, width)| (&**text, *width))))?;
        for (column, text) in (2..).zip(texts) {
            sheet.write_string_with_format(line, column, text, &formats.wrapped)?;
        }
    }
    Ok(line + 1)
}
