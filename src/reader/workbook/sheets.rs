//! Which sheet is meant.
//!
//! `--sheet` decides: an exact name, else one that differs by case alone, else a number from 1
//! over all sheets. By itself the reader takes the visible worksheet that has the columns; where
//! several have, it asks rather than guesses.

use super::{SheetInfo, Workbook};
use crate::reader::error::Unreadable;
use crate::reader::front::ReadOptions;
use crate::reader::{header, reading};

/// The name of the sheet that is meant.
pub(super) fn choose(workbook: &mut Workbook, options: &ReadOptions) -> Result<String, Unreadable> {
    match &options.sheet {
        Some(asked) => named(&workbook.sheets, asked),
        None => fitting(workbook, options),
    }
}

fn named(sheets: &[SheetInfo], asked: &str) -> Result<String, Unreadable> {
    let exact = sheets.iter().find(|sheet| sheet.name == asked);
    let any_case = || sheets.iter().find(|sheet| sheet.name.to_lowercase() == asked.to_lowercase());
    let number = || asked.trim().parse::<usize>().ok().and_then(|number| sheets.get(number.checked_sub(1)?));
    let sheet = exact
        .or_else(any_case)
        .or_else(number)
        .ok_or_else(|| Unreadable::NoSuchSheet { asked: asked.to_owned(), sheets: names(sheets) })?;
    if sheet.holds_cells { Ok(sheet.name.clone()) } else { Err(Unreadable::NotAWorksheet(sheet.name.clone())) }
}

fn names(sheets: &[SheetInfo]) -> Vec<String> {
    sheets.iter().map(|sheet| sheet.name.clone()).collect()
}

fn fitting(workbook: &mut Workbook, options: &ReadOptions) -> Result<String, Unreadable> {
    let visible: Vec<String> = workbook
        .sheets
        .iter()
        .filter(|sheet| sheet.is_visible && sheet.holds_cells)
        .map(|sheet| sheet.name.clone())
        .collect();
    if let [only] = visible.as_slice() {
        return Ok(only.clone());
    }
    let mut candidates = Vec::new();
    let mut nearest: Option<(u8, String, Unreadable)> = None;
    for sheet in &visible {
        match has_table(workbook, sheet, options) {
            Ok(()) => candidates.push(sheet.clone()),
            Err(cause) => {
                let rank = rank(&cause);
                if nearest.as_ref().is_none_or(|(best, _, _)| rank > *best) {
                    nearest = Some((rank, sheet.clone(), cause));
                }
            }
        }
    }
    match (candidates.as_slice(), nearest) {
        ([only], _) => Ok(only.clone()),
        ([], None) => Err(Unreadable::NoVisibleSheet { sheets: names(&workbook.sheets) }),
        ([], Some((0, _, cause))) => Err(cause),
        ([], Some((_, sheet, cause))) => Err(Unreadable::InSheet { sheet, cause: Box::new(cause) }),
        (_, _) => Err(Unreadable::SeveralSheets { sheets: candidates }),
    }
}

/// How much an error tells the owner: a sheet that is nearly right beats one that holds notes.
fn rank(cause: &Unreadable) -> u8 {
    match cause {
        Unreadable::Empty => 0,
        Unreadable::NoHeader { .. } => 1,
        Unreadable::MappedColumnMissing { .. } => 2,
        Unreadable::MissingColumns { missing, .. } => 10_u8.saturating_sub(u8::try_from(missing.len()).unwrap_or(7)),
        _ => 11,
    }
}

fn has_table(workbook: &mut Workbook, sheet: &str, options: &ReadOptions) -> Result<(), Unreadable> {
    let mut rows = workbook.rows(sheet)?;
    let head = reading::head(rows.as_mut(), options)?;
    header::find(&head, options).map(|_| ())
}
