//! A row's own cells as the results show them.
//!
//! They come out as they went in (a bare number that was taken for a date is one since it was read), with
//! three exceptions. In a row that is invalid for a formula without a stored value, such a cell is written as an
//! error value: left blank, it would turn into a row that can be sent, for the wrong stream or the wrong days,
//! once the file is handed in again. And where the results' header doesn't say any more that bare numbers are weeks, or that yes and no are actions, the cell
//! says it.

use std::borrow::Cow;

use crate::journal::StoredRow;
use crate::model::{Cell, Code, Field};
use crate::report::layout::Layout;

/// The cells of a row in the order of its input's columns.
pub fn of<'row>(row: &'row StoredRow, layout: &Layout) -> Cow<'row, [Cell]> {
    let mut cells = Cow::Borrowed(row.cells.as_slice());
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
