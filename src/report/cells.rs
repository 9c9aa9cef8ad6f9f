//! A row's own cells as the results show them.
//!
//! They come out as they went in, with four exceptions. A bare number that was taken for a date, as
//! workbooks allow, is written as that date. In CSV the number would be no date any more, and in a
//! workbook of the other date system another one, so a results file that is handed in again would
//! ask for something else than the sheet did. And in a row that is invalid for a formula without a
//! stored value, such a cell is written as an error value: left blank, it would turn into a row
//! that can be sent, for the wrong stream or the wrong days, once the file is handed in again. And
//! where the results' header doesn't say any more that bare numbers are weeks, or that yes and no are actions, the cell
//! says it.

use std::borrow::Cow;

use chrono::NaiveDateTime;

use crate::journal::StoredRow;
use crate::model::cell::date_of_serial;
use crate::model::{Cell, Code, Field, Finding};
use crate::report::layout::Layout;

/// The cells of a row in the order of its input's columns.
pub fn of<'row>(row: &'row StoredRow, layout: &Layout) -> Cow<'row, [Cell]> {
    let mut cells = Cow::Borrowed(row.cells.as_slice());
    for warning in row.warnings.iter().filter(|warning| warning.code == Code::SerialDate) {
        let number = index_of(row, warning).and_then(|index| match row.cells.get(index) {
            Some(Cell::Number(number)) => Some((index, *number)),
            _ => None,
        });
        if let Some((index, date)) = number.and_then(|(index, number)| Some((index, date_read(row, number)?))) {
            cells.to_mut()[index] = Cell::Date(date);
        }
    }
    if row.problems.iter().any(|problem| problem.code == Code::FormulaWithoutValue) {
        for cell in cells.to_mut().iter_mut().filter(|cell| matches!(cell, Cell::UncomputedFormula)) {
            *cell = Cell::Error(NO_VALUE.to_owned());
        }
    }
    let in_weeks = layout.weeks(row.input).and_then(|index| Some((index, weeks(cells.get(index)?)?)));
    if let Some((index, weeks)) = in_weeks {
        cells.to_mut()[index] = weeks;
    }
    if let Some(index) = layout.answers(row.input).filter(|index| is_read_as_action(row, *index)) {
        cells.to_mut()[index] = Cell::Text(row.action.as_str().to_owned());
    }
    cells
}

/// A bare number as a number of weeks.
fn weeks(cell: &Cell) -> Option<Cell> {
    let shown = cell.display();
    let is_number = !matches!(cell, Cell::Error(_)) && shown.trim().parse::<f64>().is_ok();
    is_number.then(|| Cell::Text(format!("{} weeks", shown.trim())))
}

/// True if the row's action comes from this cell.
fn is_read_as_action(row: &StoredRow, index: usize) -> bool {
    let is_filled = row.cells.get(index).is_some_and(|cell| !cell.is_blank());
    is_filled && !row.problems.iter().any(|problem| problem.field == Some(Field::Action))
}

/// What a formula without a value is written as: the reader takes it for an error, not for text.
const NO_VALUE: &str = "#VALUE!";

/// The index of the cell that a finding names, if what stands there is what the finding says; else
/// of the only cell that holds the value (the sheet's first column may not be the header's).
pub fn index_of(row: &StoredRow, finding: &Finding) -> Option<usize> {
    let column = usize::try_from(finding.cell?.column).ok()?;
    let holds = |index: usize| {
        let text = row.cells.get(index).map(Cell::display).unwrap_or_default();
        text.trim() == finding.value.as_deref().unwrap_or_default().trim()
    };
    if holds(column) {
        return Some(column);
    }
    let mut others = (0..row.cells.len()).filter(|index| finding.value.is_some() && holds(*index));
    others.next().filter(|_| others.next().is_none())
}

/// The date that the reader made of a serial number. The journal doesn't say which of the two date
/// systems the workbook has, but they are four years apart and the schedule is near one of them.
fn date_read(row: &StoredRow, number: f64) -> Option<NaiveDateTime> {
    let is_near = |date: NaiveDateTime| {
        let window = row.schedule.as_ref().and_then(|schedule| schedule.window());
        window.is_some_and(|window| {
            [window.start, window.end].into_iter().any(|moment| (moment - date).num_days().abs() <= 2)
        })
    };
    let usual = date_of_serial(number, false);
    date_of_serial(number, true).filter(|date| is_near(*date) && !usual.is_some_and(is_near)).or(usual)
}
