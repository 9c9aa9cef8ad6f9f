//! Merged cells: a spreadsheet program shows one value over several rows, and the file holds it in the first alone.
//!
//! The others would be read as blank, which in an optional column is a wish of its own, and another than the one
//! that is seen. So each of them is a problem. A workbook may say only behind its last row which cells are merged;
//! so this is put to its rows as what other rows say of them.

use super::error::Unreadable;
use crate::model::{CellName, Code, Field, Finding};

/// The most merged cells that are looked at: far more than anybody makes.
const MOST: usize = 100_000;

/// A merged cell that spans rows: its corners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MergedCell {
    pub(super) first: CellName,
    pub(super) last: CellName,
}

/// The merged cells of a sheet, as far as they span rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MergedCells(Vec<MergedCell>);

impl MergedCells {
    /// Adds the cell between these corners.
    pub(super) fn add(&mut self, first: CellName, last: CellName) -> Result<(), Unreadable> {
        if first.row >= last.row {
            return Ok(());
        }
        if self.0.len() == MOST {
            let part = "the list of merged cells".to_owned();
            return Err(Unreadable::TooLarge { part, limit: "100,000 merged cells", other_format: false });
        }
        self.0.push(MergedCell { first, last });
        Ok(())
    }

    /// The cell of a column that begins in this row or above it, and goes on below.
    pub(super) fn over(&self, row: u32, column: u32) -> Option<MergedCell> {
        self.0.iter().copied().find(|MergedCell { first, last }| {
            (first.column..=last.column).contains(&column) && first.row <= row && row < last.row
        })
    }

    /// The rows of a column that show the value of another, from above; where cells overlap, only the upper counts.
    pub(super) fn covered(&self, field: Field, column: u32) -> Vec<Covered> {
        let mut covered: Vec<_> = self
            .0
            .iter()
            .filter(|cell| (cell.first.column..=cell.last.column).contains(&column))
            .map(|cell| Covered { field, column, first: cell.first.row.saturating_add(1), cell: *cell })
            .collect();
        covered.sort_unstable_by_key(|covered| covered.first);
        let mut free = 0;
        covered.retain_mut(|covered| {
            covered.first = covered.first.max(free);
            free = free.max(covered.last().saturating_add(1));
            covered.first <= covered.last()
        });
        covered
    }
}

/// Rows of a column that show the value of a cell above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    field: Field,
    column: u32,
    /// The first of the rows.
    pub(super) first: u32,
    cell: MergedCell,
}

impl Covered {
    /// The last of the rows.
    pub(super) const fn last(&self) -> u32 {
        self.cell.last.row
    }

    /// What they show.
    pub(super) const fn field(&self) -> Field {
        self.field
    }

    /// True if it is a problem of a row that disables its campaign, or of one that doesn't.
    pub(super) const fn counts_for(&self, is_disable: bool) -> bool {
        !is_disable || self.field.is_of_disable()
    }

    /// The problem of one of the rows.
    pub(super) fn finding(&self, row: u32) -> Finding {
        let MergedCell { first, last } = self.cell;
        Finding {
            cell: Some(CellName { column: self.column, row }),
            field: Some(self.field),
            code: Code::MergedCell,
            value: None,
            message: format!("the cells {first}:{last} are merged, and only the first row of them holds the value"),
            hint: "unmerge the cells and write the value into each row".to_owned(),
        }
    }
}

/// Refuses a header whose cells are merged with those of a row below it that isn't blank: it has two rows.
pub(super) fn check_header(
    merged: &MergedCells,
    row: u32,
    next: Option<u32>,
    columns: &[u32],
) -> Result<(), Unreadable> {
    let over = columns.iter().find_map(|column| merged.over(row, *column));
    match (over, next) {
        (Some(MergedCell { first, last }), Some(next)) if next <= last.row => Err(Unreadable::HeaderOverRows(format!(
            "its cells {first}:{last} are merged, and more of it stands in row {next}"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(ranges: &[(&str, &str)]) -> MergedCells {
        let mut cells = MergedCells::default();
        for (first, last) in ranges {
            cells.add(CellName::parse(first).unwrap(), CellName::parse(last).unwrap()).unwrap();
        }
        cells
    }

    #[test]
    fn the_rows_below_the_first_are_covered_once() {
        let cells = cells(&[("B5", "C9"), ("B2", "B4"), ("A1", "D1"), ("C8", "C12"), ("C9", "C10")]);
        let rows = |column| -> Vec<_> {
            cells.covered(Field::Days, column).iter().map(|covered| (covered.first, covered.last())).collect()
        };
        assert_eq!((rows(0), rows(1), rows(2)), (vec![], vec![(3, 4), (6, 9)], vec![(6, 9), (10, 12)]));
    }

    #[test]
    fn there_is_a_bound_on_how_many_are_kept() {
        let (mut cells, name) = (MergedCells::default(), |row| CellName { column: 0, row });
        let mut rows = 1..;
        let refused = rows.find_map(|row| cells.add(name(row), name(row + 1)).err()).unwrap();
        assert_eq!((cells.0.len(), refused.code()), (MOST, "input-too-large"));
    }
}
