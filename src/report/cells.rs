//! A row's own cells as the results show them.
//!
//! They come out as they went in (a bare number that was taken for a date is one since it was read), with
//! three exceptions. In a row that is invalid for a formula without a stored value, for what stands beyond the
//! header or for a merged cell, such a cell is written as an error value: left blank, it would turn into a row that
//! can be sent, for the wrong stream or the wrong days, once the file is handed in again. And where the results'
//! header doesn't say any more what bare numbers count, or that yes and no are actions, the cell says it.

use std::borrow::Cow;

use crate::journal::StoredRow;
use crate::model::cell::shortest;
use crate::model::counted::Counted;
use crate::model::{Cell, Code, Field, count};
use crate::report::layout::Layout;

/// The cells of a row in the order of its input's columns.
pub fn of<'row>(row: &'row StoredRow, layout: &Layout) -> Cow<'row, [Cell]> {
    let mut cells = Cow::Borrowed(row.cells.as_slice());
    let refuses_formulas = |code| matches!(code, Code::FormulaWithoutValue | Code::BeyondHeader);
    if row.problems.iter().any(|problem| refuses_formulas(problem.code)) {
        for cell in cells.to_mut().iter_mut().filter(|cell| matches!(cell, Cell::UncomputedFormula)) {
            *cell = Cell::Error(NO_VALUE.to_owned());
        }
    }
    let merged = row.problems.iter().filter(|problem| problem.code == Code::MergedCell);
    for index in merged.filter_map(|problem| layout.place(row.input, problem.field?)) {
        let cells = cells.to_mut();
        // Blank cells at the end of a row aren't kept.
        cells.resize(cells.len().max(index + 1), Cell::Empty);
        cells[index] = Cell::Error(NO_VALUE.to_owned());
    }
    let is_refused = row.problems.iter().any(|problem| problem.field == Some(Field::Interval));
    let counted = layout.counted(row.input).filter(|(_, unit)| *unit != Counted::Unclear || is_refused);
    let counted = counted.and_then(|(index, unit)| Some((index, spelled(cells.get(index)?, unit)?)));
    if let Some((index, spelled)) = counted {
        cells.to_mut()[index] = spelled;
    }
    if let Some(index) = layout.answers(row.input).filter(|index| is_read_as_action(row, *index)) {
        cells.to_mut()[index] = Cell::Text(row.action.as_str().to_owned());
    }
    cells
}

/// A bare number with what it counts. A 1 that counts days may count weeks too, so it stays as it is. What was refused
/// because nobody knows what it counts is refused again.
fn spelled(cell: &Cell, counted: Counted) -> Option<Cell> {
    let number = match cell {
        Cell::Number(number) => *number,
        Cell::Text(text) => count::bare(text)?,
        _ => return None,
    };
    let unit = match counted {
        Counted::Days if number == 1.0 => return None,
        Counted::Days => "days",
        Counted::Weeks => "weeks",
        Counted::Unclear => "?",
    };
    Some(Cell::Text(format!("{} {unit}", shortest(number))))
}

/// True if the row's action comes from this cell.
fn is_read_as_action(row: &StoredRow, index: usize) -> bool {
    let is_filled = row.cells.get(index).is_some_and(|cell| !cell.is_blank());
    is_filled && !row.problems.iter().any(|problem| problem.field == Some(Field::Action))
}

/// What a cell is written as whose value the file doesn't hold: the reader takes it for an error, not for text.
const NO_VALUE: &str = "#VALUE!";
