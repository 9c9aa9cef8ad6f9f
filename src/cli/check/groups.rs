//! Findings as people can take them in: 400 identical mistakes are one line with a count and the
//! first places.

use std::collections::HashMap;

use super::Source;
use crate::model::{Code, Field, Finding};

/// How many places of a group are named.
const PLACES: usize = 4;

/// Findings of one kind in one column.
#[derive(Debug)]
pub struct Group {
    /// The first of them.
    pub first: Finding,
    /// How many.
    pub count: u64,
    /// True if all of them say the very same.
    pub same_message: bool,
    /// True if all of them have the same hint.
    pub same_hint: bool,
    /// The first places.
    pub places: Vec<String>,
}

/// Groups in the order in which they were first met.
#[derive(Debug, Default)]
pub struct Groups {
    groups: Vec<Group>,
    index: HashMap<(Code, Option<Field>), usize>,
}

impl Groups {
    /// Takes a finding of a row. There are no more groups than codes times fields, whatever the sheet.
    pub fn add(&mut self, finding: &Finding, row: u32, source: &Source, is_alone: bool) {
        let groups = &mut self.groups;
        let index = *self.index.entry((finding.code, finding.field)).or_insert_with(|| {
            groups.push(Group {
                first: finding.clone(),
                count: 0,
                same_message: true,
                same_hint: true,
                places: Vec::new(),
            });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(index) {
            group.count += 1;
            group.same_message &= group.first.message == finding.message;
            group.same_hint &= group.first.hint == finding.hint;
            if group.places.len() < PLACES {
                group.places.push(place(finding, row, source, is_alone));
            }
        }
    }

    /// The groups, the largest first.
    pub fn sorted(mut self) -> Vec<Group> {
        self.groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        self.groups
    }
}

/// `Launch!C7` in a workbook, `C7` in text, `row 7` without a cell; the file too where there are several.
fn place(finding: &Finding, row: u32, source: &Source, is_alone: bool) -> String {
    let cell = finding.cell.map_or_else(|| format!("row {row}"), |cell| cell.to_string());
    let cell = match &source.sheet {
        Some(sheet) => format!("{sheet}!{cell}"),
        None => cell,
    };
    if is_alone { cell } else { format!("{}: {cell}", source.name) }
}

/// One more group as text.
pub fn describe(group: &Group, text: &mut String) {
    let Group { first, count, places, .. } = group;
    let column = first.field.map_or_else(|| "row".to_owned(), |field| field.to_string());
    let more = if usize::try_from(*count).unwrap_or(usize::MAX) > places.len() { ", …" } else { "" };
    // What is said of the first can name its value and other rows: of the others it may not be true.
    let about = if group.same_message { "" } else { " (the first)" };
    let of_first = match places.first() {
        Some(first) if !group.same_hint => format!(" for {first}"),
        _ => String::new(),
    };
    text.push_str(&format!("  {count} × {column}{about}: {} [{}]\n", first.message, first.code));
    text.push_str(&format!("      at {}{more}\n      hint{of_first}: {}\n", places.join(", "), first.hint));
}
