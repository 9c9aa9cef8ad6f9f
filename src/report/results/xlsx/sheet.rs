//! The sheet of rows.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::formats::Formats;
use super::notes::{self, MOST_NOTES};
use crate::journal::{BatchRecord, StoredRow};
use crate::model::cell::{CUT, MOST_UNITS, units_beyond_limit};
use crate::model::{BatchId, Cell, Field, ResultColumn};
use crate::report::layout::Layout;
use crate::report::{cells, columns};

/// Columns are this wide at least and at most, in characters.
const WIDTHS: (usize, usize) = (9, 50);
/// How many rows the widths are taken from.
const ROWS_FOR_WIDTHS: u64 = 1_000;

/// Writes rows one under the other.
pub(super) struct RowSheet<'a> {
    sheet: &'a mut Worksheet,
    formats: &'a Formats,
    layout: Layout,
    batch: &'a BatchId,
    widths: Vec<usize>,
    notes: usize,
    rows: u64,
}

impl<'a> RowSheet<'a> {
    /// Writes the header.
    pub(super) fn start(
        sheet: &'a mut Worksheet,
        formats: &'a Formats,
        batch: &'a BatchRecord,
    ) -> Result<Self, XlsxError> {
        let layout = Layout::new(&batch.inputs);
        let mut widths = Vec::new();
        let own = layout.headers().iter().map(|header| (header.as_str(), &formats.header));
        for (header, format) in own.chain(ResultColumn::ALL.map(|column| (column.as_str(), &formats.our_header))) {
            sheet.write_string_with_format(0, column_number(widths.len())?, &*fitting(header), format)?;
            widths.push(header.chars().count() + 3);
        }
        // Beside what became of a row stands its name, however far to the right that is.
        let is_name_first = batch.inputs.iter().all(|input| input.fields.first() == Some(&Some(Field::CampaignName)));
        sheet.set_freeze_panes(1, u16::from(is_name_first))?;
        // On paper each page says which campaign and which column it shows.
        sheet.set_landscape().set_repeat_rows(0, 0)?.set_repeat_columns(0, 0)?;
        Ok(Self { sheet, formats, layout, batch: &batch.id, widths, notes: 0, rows: 0 })
    }

    /// Writes the next row.
    pub(super) fn write(&mut self, row: &StoredRow) -> Result<(), XlsxError> {
        self.rows += 1;
        let line = u32::try_from(self.rows).map_err(|_| XlsxError::RowColumnLimitError)?;
        let targets = self.layout.targets(row.input).to_vec();
        // Cells must be written from left to right; of several inputs the columns may be crossed.
        let cells = cells::of(row, &self.layout);
        let mut cells: Vec<_> = targets.iter().copied().zip(cells.iter()).collect();
        cells.sort_by_key(|(target, _)| *target);
        for (target, cell) in cells {
            self.write_cell(line, target, cell)?;
        }
        for (index, column) in ResultColumn::ALL.into_iter().enumerate() {
            self.write_ours(line, self.layout.headers().len() + index, column, row)?;
        }
        self.write_notes(line, &targets, row)
    }

    /// Sets what depends on all rows; returns how many there are.
    pub(super) fn finish(self) -> Result<u64, XlsxError> {
        for (index, width) in self.widths.iter().enumerate() {
            let width = u32::try_from((*width).clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(10);
            self.sheet.set_column_width(column_number(index)?, width)?;
        }
        let last = u32::try_from(self.rows).map_err(|_| XlsxError::RowColumnLimitError)?;
        self.sheet.autofilter(0, 0, last, column_number(self.widths.len() - 1)?)?;
        Ok(self.rows)
    }

    fn write_cell(&mut self, line: u32, target: usize, cell: &Cell) -> Result<(), XlsxError> {
        let column = column_number(target)?;
        match cell {
            Cell::Empty | Cell::UncomputedFormula => return Ok(()),
            Cell::Text(text) | Cell::Error(text) if text.is_empty() => return Ok(()),
            Cell::Text(text) | Cell::Error(text) => {
                self.sheet.write_string(line, column, &*fitting(text))?;
            }
            Cell::Number(number) => {
                self.sheet.write_number(line, column, *number)?;
            }
            Cell::Bool(value) => {
                self.sheet.write_boolean(line, column, *value)?;
            }
            Cell::Date(date) => {
                let format = if date.time() == NaiveTime::MIN { &self.formats.day } else { &self.formats.moment };
                self.sheet.write_number_with_format(line, column, serial(*date), format)?;
            }
            Cell::Time(fraction) => {
                self.sheet.write_number_with_format(line, column, *fraction, &self.formats.time_of_day)?;
            }
        }
        self.measure(target, || cell.display().chars().count());
        Ok(())
    }

    fn write_ours(&mut self, line: u32, target: usize, ours: ResultColumn, row: &StoredRow) -> Result<(), XlsxError> {
        let column = column_number(target)?;
        let utc = &self.formats.utc;
        match ours {
            ResultColumn::Attempts => {
                self.sheet.write_number(line, column, row.attempts)?;
            }
            ResultColumn::HttpStatus => {
                if let Some(status) = row.http_status {
                    self.sheet.write_number(line, column, status)?;
                }
            }
            ResultColumn::SubmittedAt | ResultColumn::FinishedAt => {
                let time = if ours == ResultColumn::SubmittedAt { row.submitted_at } else { row.finished_at };
                if let Some(time) = time {
                    self.sheet.write_number_with_format(line, column, utc_serial(time), utc)?;
                }
            }
            ResultColumn::Status => {
                let format = self.formats.status(row.status);
                self.sheet.write_string_with_format(line, column, row.status.as_str(), format)?;
            }
            ResultColumn::Id
            | ResultColumn::Message
            | ResultColumn::Error
            | ResultColumn::Warnings
            | ResultColumn::Batch
            | ResultColumn::Source => {
                let text = columns::text(ours, row, self.batch);
                if !text.is_empty() {
                    self.sheet.write_string(line, column, &*fitting(&text))?;
                }
            }
        }
        self.measure(target, || columns::text(ours, row, self.batch).chars().count());
        Ok(())
    }

    fn write_notes(&mut self, line: u32, targets: &[usize], row: &StoredRow) -> Result<(), XlsxError> {
        if row.problems.is_empty() && row.warnings.is_empty() {
            return Ok(());
        }
        for (index, text) in notes::by_cell(row, &self.layout) {
            if self.notes >= MOST_NOTES {
                break;
            }
            if let Some(target) = index.and_then(|index| targets.get(index)) {
                self.sheet.insert_note(line, column_number(*target)?, &notes::note(&text))?;
                self.notes += 1;
            }
        }
        Ok(())
    }

    fn measure(&mut self, target: usize, width: impl FnOnce() -> usize) {
        if self.rows <= ROWS_FOR_WIDTHS {
            self.widths[target] = self.widths[target].max(width() + 2);
        }
    }
}

fn column_number(index: usize) -> Result<u16, XlsxError> {
    u16::try_from(index).map_err(|_| XlsxError::RowColumnLimitError)
}

/// As much of the text as a cell holds, with a sign where something is left off: the reader must be
/// able to tell a text that was too long from one that just fits.
fn fitting(text: &str) -> Cow<'_, str> {
    if units_beyond_limit(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut room = MOST_UNITS - CUT.len_utf16();
    let mut fitting = String::with_capacity(MOST_UNITS + CUT.len_utf8());
    for character in text.chars() {
        match room.checked_sub(character.len_utf16()) {
            Some(left) => room = left,
            None => break,
        }
        fitting.push(character);
    }
    // A character of two units may not have found room for its second.
    fitting.extend(std::iter::repeat_n(CUT, 1 + room));
    Cow::Owned(fitting)
}

/// The serial number of a wall time in the 1900 system.
fn serial(date: NaiveDateTime) -> f64 {
    let since = date - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default().and_time(NaiveTime::MIN);
    let seconds = i32::try_from(since.num_seconds().rem_euclid(86_400)).unwrap_or(0);
    let days = i32::try_from(since.num_seconds().div_euclid(86_400)).unwrap_or(0);
    f64::from(days) + f64::from(seconds) / 86_400.0
}

fn utc_serial(time: DateTime<Utc>) -> f64 {
    serial(time.naive_utc())
}
