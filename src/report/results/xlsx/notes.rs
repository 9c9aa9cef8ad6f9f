//! Which cell a problem or warning belongs to, and what its note says.

use rust_xlsxwriter::Note;

use crate::journal::StoredRow;
use crate::model::{Cell, Finding, visible};
use crate::report::layout::Layout;

/// How many notes a workbook gets: they stay in memory, and spreadsheet programs grow slow of them.
pub(super) const MOST_NOTES: usize = 2_000;
/// How many characters a note holds.
const MOST_CHARACTERS: usize = 1_000;

/// The findings of a row by the index of its cell; `None` where the cell can't be told.
pub(super) fn by_cell(row: &StoredRow, layout: &Layout) -> Vec<(Option<usize>, String)> {
    let mut notes: Vec<(Option<usize>, String)> = Vec::new();
    let named = row.problems.iter().map(|finding| ("Problem", finding));
    for (kind, finding) in named.chain(row.warnings.iter().map(|finding| ("Warning", finding))) {
        let index = index_of(row, finding, layout);
        let text = format!("{kind}: {}\n{}", visible::in_file(&finding.message), visible::in_file(&finding.hint));
        match notes.iter_mut().find(|note| note.0 == index) {
            Some(note) => {
                note.1.push('\n');
                note.1.push_str(&text);
            }
            None => notes.push((index, text)),
        }
    }
    notes
}

/// Where a finding's field stands, or else the value that stood beyond the header.
fn index_of(row: &StoredRow, finding: &Finding, layout: &Layout) -> Option<usize> {
    match finding.field {
        Some(field) => layout.place(row.input, field),
        None => {
            let value = finding.value.as_deref()?.trim();
            let is_it = |cell: &Cell| cell.shown().trim() == value;
            let beyond = layout.own_width(row.input);
            row.cells.iter().skip(beyond).position(is_it).map(|index| beyond + index)
        }
    }
}

/// The note itself.
pub(super) fn note(text: &str) -> Note {
    let text: String = visible::shortened(text, MOST_CHARACTERS).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    let lines = text.lines().map(|line| 1 + line.chars().count() / 40).sum::<usize>();
    let height = u32::try_from(lines).unwrap_or(20).clamp(3, 20) * 18 + 10;
    Note::new(text).add_author_prefix(false).set_width(300).set_height(height)
}
