//! The cells of a sheet as rows.

use calamine::{DataRef, Range, Reader, XlsxError};

use super::{Book, cells};
use crate::model::{Cell, CellName};
use crate::reader::columns::RawRow;
use crate::reader::contained::contained;
use crate::reader::error::Unreadable;
use crate::reader::rows::Rows;

/// The longest row, in bytes of its text.
const LONGEST_ROW: usize = 1024 * 1024;
/// The most columns a spreadsheet has.
const MOST_COLUMNS: u32 = 16_384;

/// The rows of a sheet.
pub(super) fn open<'a>(
    book: &'a mut Book,
    is_1904: bool,
    sheet: &str,
) -> Result<Box<dyn Rows<RawRow> + 'a>, Unreadable> {
    match book {
        Book::Xlsx(book, verdict) => {
            let verdict = verdict.clone();
            let mut reader =
                book.worksheet_cells_reader(sheet).map_err(|error| verdict.or(cells::xlsx_error(error)))?;
            let mut row = 0;
            Ok(Box::new(Grouped::new(move || {
                let record = reader.next_cell_with_formula_metadata().map_err(|error| match error {
                    // Its place is lost with it, so it can't be a problem of its row.
                    XlsxError::CellError(value) => Unreadable::UnknownErrorValue { row: row + 1, value },
                    other => verdict.or(cells::xlsx_error(other)),
                })?;
                Ok(record.map(|record| {
                    row = record.pos.0;
                    let cell = cells::cell_of(record.value, record.formula.is_some(), is_1904);
                    (record.pos.0, record.pos.1, cell)
                }))
            })))
        }
        Book::Xlsb(book) => {
            let mut reader = book.worksheet_cells_reader(sheet).map_err(cells::damaged)?;
            Ok(Box::new(Grouped::new(move || {
                let cell = reader.next_cell().map_err(cells::damaged)?;
                Ok(cell.map(|cell| {
                    let (row, column) = cell.get_position();
                    let value: DataRef<'_> = cell.get_value().clone();
                    (row, column, cells::cell_of(value, false, is_1904))
                }))
            })))
        }
        Book::Xls(book) => {
            let range = book.worksheet_range(sheet).map_err(cells::xls_error)?;
            let formulas = book.worksheet_formula(sheet).unwrap_or_default();
            Ok(Box::new(RangeRows::new(range, formulas, is_1904)))
        }
        Book::Document(document) => Ok(Box::new(document.rows(sheet)?)),
    }
}

/// Row and column, both from 0, and what stands there.
type Placed = (u32, u32, Cell);

/// Gathers cells, which come in the order of the file, into rows within bounds.
struct Grouped<C> {
    next_cell: C,
    next: Option<Placed>,
    has_ended: bool,
}

impl<C: FnMut() -> Result<Option<Placed>, Unreadable>> Grouped<C> {
    fn new(next_cell: C) -> Self {
        Self { next_cell, next: None, has_ended: false }
    }

    fn row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        row.cells.clear();
        let mut has_begun = false;
        let mut size = 0;
        loop {
            let placed = match self.next.take() {
                Some(placed) => Some(placed),
                None if self.has_ended => None,
                None => (self.next_cell)()?,
            };
            let Some((index, column, cell)) = placed else {
                self.has_ended = true;
                return Ok(has_begun);
            };
            let number = index.checked_add(1).ok_or(Unreadable::TooManyRows)?;
            if has_begun && number > row.number {
                self.next = Some((index, column, cell));
                return Ok(true);
            }
            if has_begun && number < row.number {
                return Err(Unreadable::Damaged(format!("row {number} comes after row {}", row.number)));
            }
            has_begun = true;
            row.number = number;
            put(row, column, cell, &mut size)?;
        }
    }
}

/// Puts a cell into its row. Which of two that stand in one place is meant, nobody can tell.
pub(super) fn put(row: &mut RawRow, column: u32, cell: Cell, size: &mut usize) -> Result<(), Unreadable> {
    if column >= MOST_COLUMNS {
        return Err(Unreadable::TooManyColumns { row: row.number });
    }
    if let Cell::Text(text) = &cell {
        *size += text.len();
    }
    if *size > LONGEST_ROW {
        return Err(Unreadable::RowTooLong { row: row.number, quote_line: None });
    }
    let index = column as usize;
    if row.cells.get(index).is_some_and(|before| *before != Cell::Empty) {
        let name = CellName { column, row: row.number };
        return Err(Unreadable::Damaged(format!("the cell {name} stands in it twice")));
    }
    if cell == Cell::Empty {
        return Ok(());
    }
    if row.cells.len() <= index {
        row.cells.resize(index + 1, Cell::Empty);
    }
    row.cells[index] = cell;
    Ok(())
}

impl<C: FnMut() -> Result<Option<Placed>, Unreadable>> Rows<RawRow> for Grouped<C> {
    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        contained(|| self.row(row))
    }
}

/// The rows of a sheet that was read whole.
struct RangeRows {
    values: Range<calamine::Data>,
    formulas: Range<String>,
    is_1904: bool,
    next: u32,
}

impl RangeRows {
    fn new(values: Range<calamine::Data>, formulas: Range<String>, is_1904: bool) -> Self {
        Self { values, formulas, is_1904, next: 0 }
    }

    fn cell(&self, row: u32, column: u32) -> Cell {
        let cell =
            self.values.get_value((row, column)).map_or(Cell::Empty, |value| cells::cell_of_data(value, self.is_1904));
        // XLS has one mark for a formula that gives an empty text and for one that was never calculated
        // (xlwt writes it so): a problem that is none costs less than a blank that is none.
        let is_formula = || self.formulas.get_value((row, column)).is_some_and(|formula| !formula.is_empty());
        if cell == Cell::Empty && is_formula() { Cell::UncomputedFormula } else { cell }
    }
}

impl Rows<RawRow> for RangeRows {
    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        let ends = [self.values.end(), self.formulas.end()];
        let Some(last_row) = ends.iter().flatten().map(|end| end.0).max() else { return Ok(false) };
        if self.next > last_row {
            return Ok(false);
        }
        let number = self.next + 1;
        let last_column = ends.iter().flatten().map(|end| end.1).max().unwrap_or(0);
        if last_column >= MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns { row: number });
        }
        row.number = number;
        row.cells.clear();
        let mut size = 0;
        for column in 0..=last_column {
            let cell = self.cell(self.next, column);
            put(row, column, cell, &mut size)?;
        }
        self.next += 1;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(cells: &[(u32, u32, &str)]) -> Result<Vec<RawRow>, String> {
        let cell = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
        let mut cells = cells.iter().map(|(row, column, text)| (*row, *column, cell(text)));
        let mut grouped = Grouped::new(|| Ok(cells.next()));
        let mut rows = Vec::new();
        let mut row = RawRow::default();
        while grouped.next_row(&mut row).map_err(|error| error.to_string())? {
            rows.push(row.clone());
        }
        Ok(rows)
    }

    #[test]
    fn a_cell_that_stands_twice_is_damage() {
        let row = grouped(&[(1, 1, "b"), (1, 0, "a"), (1, 2, ""), (1, 2, "c"), (2, 0, "d")]).unwrap();
        assert_eq!(row[0].cells, ["a", "b", "c"].map(|text| Cell::Text(text.to_owned())));
        assert_eq!((row.len(), row[1].number), (2, 3));
        for second in ["x", "b", ""] {
            let said = grouped(&[(1, 0, "a"), (1, 1, "b"), (1, 1, second)]).unwrap_err();
            assert!(said.contains("the cell B2 stands in it twice"), "{said}");
        }
    }
}
