//! The cells of a sheet as rows.
//!
//! Formats that stream give cell after cell; they become rows where they are read, or, for a whole sheet, on
//! the other side of a thread ([`super::ahead`]).

use calamine::{DataRef, Dimensions, Range, Reader, XlsxError};

use super::guard::Verdict;
use super::{Book, cells};
use crate::model::{Cell, CellName};
use crate::reader::columns::RawRow;
use crate::reader::contained::contained;
use crate::reader::error::Unreadable;
use crate::reader::merged::MergedCells;
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
        Book::Xls(book) => {
            let range = book.worksheet_range(sheet).map_err(cells::xls_error)?;
            let formulas = book.worksheet_formula(sheet).unwrap_or_default();
            let merged = merged_cells(&book.merge_cells_by_sheet_name(sheet).unwrap_or_default())?;
            Ok(Box::new(RangeRows { merged, ..RangeRows::new(range, formulas, is_1904) }))
        }
        Book::Document(document) => Ok(Box::new(document.rows(sheet)?)),
        Book::Xlsx(..) | Book::Xlsb(..) => {
            let verdict = book.verdict(sheet);
            let cells = AtHand { next_cell: streamed(book, sheet)?, value: Cell::Empty, is_1904 };
            Ok(Box::new(Grouped::new(cells, verdict)))
        }
    }
}

/// A cell where it stands.
pub(super) struct Placed<'a> {
    /// Counted from 0, as the column is.
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) value: DataRef<'a>,
    pub(super) is_formula: bool,
}

/// Gives one cell after the other, in the order of the file.
pub(super) type NextCell<'a> = Box<dyn FnMut() -> Result<Option<Placed<'a>>, Unreadable> + 'a>;

/// The cells of a sheet, where the format streams.
pub(super) fn streamed<'a>(book: &'a mut Book, sheet: &str) -> Result<NextCell<'a>, Unreadable> {
    match book {
        Book::Xlsx(book, verdict) => {
            let verdict = verdict.clone();
            let mut reader =
                book.worksheet_cells_reader(sheet).map_err(|error| verdict.or(cells::xlsx_error(error)))?;
            let mut row = 0;
            Ok(Box::new(move || {
                let record = reader.next_cell_with_formula_metadata().map_err(|error| match error {
                    // Its place is lost with it, so it can't be a problem of its row.
                    XlsxError::CellError(value) => Unreadable::UnknownErrorValue { row: row + 1, value },
                    other => verdict.or(cells::xlsx_error(other)),
                })?;
                Ok(record.map(|record| {
                    row = record.pos.0;
                    let is_formula = record.formula.is_some();
                    Placed { row, column: record.pos.1, value: record.value, is_formula }
                }))
            }))
        }
        Book::Xlsb(book, _) => {
            let mut reader = book.worksheet_cells_reader(sheet).map_err(cells::damaged)?;
            Ok(Box::new(move || {
                let cell = reader.next_cell().map_err(cells::damaged)?;
                Ok(cell.map(|cell| {
                    let (row, column) = cell.get_position();
                    Placed { row, column, value: cell.get_value().clone(), is_formula: false }
                }))
            }))
        }
        Book::Xls(_) | Book::Document(_) => Err(cells::damaged("its format is read whole")),
    }
}

/// Cells one after the other.
pub(super) trait Cells {
    /// Goes on to the next cell: its row and its column, both from 0; `None` behind the last.
    fn advance(&mut self) -> Result<Option<(u32, u32)>, Unreadable>;

    /// True if nothing stands there.
    fn is_empty(&self) -> bool;

    /// Puts what stands there into the room of an earlier cell.
    fn read_into(&mut self, cell: &mut Cell);
}

/// Cells as they are read here.
struct AtHand<'a> {
    next_cell: NextCell<'a>,
    value: Cell,
    is_1904: bool,
}

impl Cells for AtHand<'_> {
    fn advance(&mut self) -> Result<Option<(u32, u32)>, Unreadable> {
        let Some(Placed { row, column, value, is_formula }) = contained(&mut self.next_cell)? else { return Ok(None) };
        self.value = cells::cell_of(value, is_formula, self.is_1904);
        Ok(Some((row, column)))
    }

    fn is_empty(&self) -> bool {
        self.value == Cell::Empty
    }

    fn read_into(&mut self, cell: &mut Cell) {
        *cell = std::mem::take(&mut self.value);
    }
}

/// Gathers cells into rows within bounds.
pub(super) struct Grouped<C> {
    cells: C,
    /// Where the cell stands that was read to see that a row had ended.
    next: Option<(u32, u32)>,
    has_ended: bool,
    /// Who knows which cells are merged.
    verdict: Option<Verdict>,
}

impl<C: Cells> Grouped<C> {
    pub(super) const fn new(cells: C, verdict: Option<Verdict>) -> Self {
        Self { cells, next: None, has_ended: false, verdict }
    }
}

impl<C: Cells> Rows<RawRow> for Grouped<C> {
    fn merged(&mut self) -> MergedCells {
        self.verdict.as_ref().map(Verdict::merged).unwrap_or_default()
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, Unreadable> {
        let mut has_begun = false;
        let (mut filled, mut size) = (0, 0);
        loop {
            let place = match self.next.take() {
                Some(place) => Some(place),
                None if self.has_ended => None,
                None => self.cells.advance()?,
            };
            let Some((index, column)) = place else {
                self.has_ended = true;
                row.cells.truncate(filled);
                return Ok(has_begun);
            };
            let number = index.checked_add(1).ok_or(Unreadable::TooManyRows)?;
            if has_begun && number > row.number {
                self.next = Some((index, column));
                row.cells.truncate(filled);
                return Ok(true);
            }
            if has_begun && number < row.number {
                return Err(Unreadable::Damaged(format!("row {number} comes after row {}", row.number)));
            }
            has_begun = true;
            row.number = number;
            if let Some(cell) = place_of(row, column, self.cells.is_empty(), &mut filled)? {
                self.cells.read_into(cell);
                check_size(cell, number, &mut size)?;
            }
        }
    }
}

/// The room of a cell in its row, of whose cells so many are this row's and what follows an earlier one's; `None`
/// if an empty one needs none. Which of two cells that stand in one place is meant, nobody can tell.
fn place_of<'a>(
    row: &'a mut RawRow,
    column: u32,
    is_empty: bool,
    filled: &mut usize,
) -> Result<Option<&'a mut Cell>, Unreadable> {
    if column >= MOST_COLUMNS {
        return Err(Unreadable::TooManyColumns { row: row.number });
    }
    let index = column as usize;
    if index < *filled && row.cells[index] != Cell::Empty {
        let name = CellName { column, row: row.number };
        return Err(Unreadable::Damaged(format!("the cell {name} stands in it twice")));
    }
    if is_empty {
        return Ok(None);
    }
    if index >= *filled {
        if row.cells.len() <= index {
            row.cells.resize(index + 1, Cell::Empty);
        }
        row.cells[*filled..index].fill(Cell::Empty);
        *filled = index + 1;
    }
    Ok(Some(&mut row.cells[index]))
}

fn check_size(cell: &Cell, row: u32, size: &mut usize) -> Result<(), Unreadable> {
    if let Cell::Text(text) = cell {
        *size += text.len();
    }
    if *size > LONGEST_ROW { Err(Unreadable::RowTooLong { row, quote_line: None }) } else { Ok(()) }
}

/// Puts a cell into its row.
pub(super) fn put(row: &mut RawRow, column: u32, cell: Cell, size: &mut usize) -> Result<(), Unreadable> {
    check_size(&cell, row.number, size)?;
    let mut filled = row.cells.len();
    if let Some(room) = place_of(row, column, cell == Cell::Empty, &mut filled)? {
        *room = cell;
    }
    Ok(())
}

/// The rows of a sheet that was read whole.
struct RangeRows {
    values: Range<calamine::Data>,
    formulas: Range<String>,
    is_1904: bool,
    next: u32,
    merged: MergedCells,
}

fn merged_cells(ranges: &[Dimensions]) -> Result<MergedCells, Unreadable> {
    let mut merged = MergedCells::default();
    for range in ranges {
        let name = |(row, column): (u32, u32)| CellName { column, row: row.saturating_add(1) };
        merged.add(name(range.start), name(range.end))?;
    }
    Ok(merged)
}

impl RangeRows {
    fn new(values: Range<calamine::Data>, formulas: Range<String>, is_1904: bool) -> Self {
        Self { values, formulas, is_1904, next: 0, merged: MergedCells::default() }
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
    fn merged(&mut self) -> MergedCells {
        std::mem::take(&mut self.merged)
    }

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
        let mut cells = cells.iter().map(|(row, column, text)| {
            let value = if text.is_empty() { DataRef::Empty } else { DataRef::String((*text).to_owned()) };
            Placed { row: *row, column: *column, value, is_formula: false }
        });
        let next_cell = Box::new(|| Ok(cells.next()));
        let mut grouped = Grouped::new(AtHand { next_cell, value: Cell::Empty, is_1904: false }, None);
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
