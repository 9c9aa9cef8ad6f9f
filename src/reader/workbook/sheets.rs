//! Which sheet is meant.
//!
//! `--sheet` decides: an exact name, else one that differs by case alone, else a number from 1
//! over all sheets. By itself the reader takes the visible worksheet that has the columns; where
//! several have, or only hidden ones, it asks rather than guesses.

use super::{SheetInfo, Workbook};
use crate::reader::columns::Columns;
use crate::reader::error::Unreadable;
use crate::reader::front::ReadOptions;
use crate::reader::header;

/// How many cells are looked at to find the sheet that is meant: a few bytes can say that a workbook has any number.
const MOST_CELLS: usize = 1_000_000;

/// As many cells' time does it take to open a sheet.
const CELLS_OF_A_SHEET: usize = 100;

/// A sheet that was chosen.
pub(crate) struct Chosen {
    pub(crate) name: String,
    /// What is suspicious about the choice.
    pub(crate) warning: Option<String>,
}

/// The sheet that is meant.
pub(super) fn choose(workbook: &mut Workbook, options: &ReadOptions) -> Result<Chosen, Unreadable> {
    match &options.sheet {
        Some(asked) => Ok(Chosen { name: named(&workbook.sheets, asked)?, warning: None }),
        None => fitting(workbook, options),
    }
}

fn named(sheets: &[SheetInfo], asked: &str) -> Result<String, Unreadable> {
    // Spaces at the ends of a name, which nobody sees, make no other name either, unless it is another's.
    let ways: [fn(&str) -> String; 3] = [str::to_owned, str::to_lowercase, |name| name.trim().to_lowercase()];
    let named = ways.iter().find_map(|way| sheets.iter().find(|sheet| way(&sheet.name) == way(asked)));
    let number = || asked.trim().parse::<usize>().ok().and_then(|number| sheets.get(number.checked_sub(1)?));
    let sheet = named
        .or_else(number)
        .ok_or_else(|| Unreadable::NoSuchSheet { asked: asked.to_owned(), sheets: names(sheets) })?;
    if sheet.holds_cells { Ok(sheet.name.clone()) } else { Err(Unreadable::NotAWorksheet(sheet.name.clone())) }
}

fn names(sheets: &[SheetInfo]) -> Vec<String> {
    sheets.iter().map(|sheet| sheet.name.clone()).collect()
}

fn fitting(workbook: &mut Workbook, options: &ReadOptions) -> Result<Chosen, Unreadable> {
    let (visible, hidden): (Vec<_>, Vec<_>) =
        workbook.sheets.iter().filter(|sheet| sheet.holds_cells).cloned().partition(|sheet| sheet.is_visible);
    let (visible, hidden) = (names(&visible), names(&hidden));
    if let ([only], []) = (visible.as_slice(), hidden.as_slice()) {
        return Ok(Chosen { name: only.clone(), warning: None });
    }
    let mut candidates = Vec::new();
    let mut is_results = false;
    let mut nearest: Option<(u8, String, Unreadable)> = None;
    let mut left = MOST_CELLS;
    for sheet in &visible {
        match columns(workbook, sheet, options, &mut left) {
            Err(Unreadable::TooManySheets) => return Err(Unreadable::TooManySheets),
            Ok(columns) => {
                candidates.push(sheet.clone());
                is_results = columns.has_results();
            }
            Err(cause) => {
                let rank = rank(&cause);
                if nearest.as_ref().is_none_or(|(best, _, _)| rank > *best) {
                    nearest = Some((rank, sheet.clone(), cause));
                }
            }
        }
    }
    let is_far = nearest.as_ref().is_none_or(|(rank, _, _)| *rank <= NO_HEADER);
    if candidates.is_empty() && is_far {
        let fits = |sheet: &String| columns(workbook, sheet, options, &mut left).is_ok();
        let hidden: Vec<String> = hidden.into_iter().filter(fits).collect();
        if !hidden.is_empty() {
            return Err(Unreadable::OnlyHiddenSheets { sheets: hidden });
        }
    }
    match (candidates.as_slice(), nearest) {
        ([only], nearest) => {
            // Beside the results stands a sheet of ours that tells of them.
            let passed_over = nearest.filter(|(rank, _, _)| *rank >= NEARLY_RIGHT && !is_results);
            let warning = passed_over.map(|(_, sheet, cause)| {
                format!(
                    "of all sheets this one alone is read; \"{sheet}\" is passed over: {cause}; if that one is meant, \
                     mend its header, or name it with --sheet"
                )
            });
            Ok(Chosen { name: only.clone(), warning })
        }
        ([], None) => Err(Unreadable::NoVisibleSheet { sheets: names(&workbook.sheets) }),
        ([], Some((0, _, cause))) => Err(cause),
        ([], Some((_, sheet, cause))) => Err(Unreadable::InSheet { sheet, cause: Box::new(cause) }),
        (_, _) => Err(Unreadable::SeveralSheets { sheets: candidates }),
    }
}

/// The rank of a sheet in which nothing looks like a header.
const NO_HEADER: u8 = 1;

/// The rank of a sheet that lacks no more than two columns: one slip in its header, and another sheet would be
/// sent in its place.
const NEARLY_RIGHT: u8 = 8;

/// How much an error tells the owner: a sheet that is nearly right beats one that holds notes.
fn rank(cause: &Unreadable) -> u8 {
    match cause {
        Unreadable::Empty => 0,
        Unreadable::NoHeader { .. } => NO_HEADER,
        Unreadable::MappedColumnMissing { .. } => 2,
        Unreadable::MissingColumns { missing, .. } => 10_u8.saturating_sub(u8::try_from(missing.len()).unwrap_or(7)),
        _ => 11,
    }
}

/// What the columns of a sheet mean, if it has those of a schedule and as many cells are left to look at.
fn columns(
    workbook: &mut Workbook,
    sheet: &str,
    options: &ReadOptions,
    left: &mut usize,
) -> Result<Columns, Unreadable> {
    let mut take = |cells: usize| {
        *left = left.saturating_sub(cells);
        if *left > 0 { Ok(()) } else { Err(Unreadable::TooManySheets) }
    };
    take(CELLS_OF_A_SHEET)?;
    let mut rows = workbook.rows(sheet)?;
    let head = header::head(rows.as_mut(), options)?;
    take(head.iter().map(|row| row.cells.len()).sum())?;
    header::columns_of(&head, options)
}
