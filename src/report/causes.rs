//! What did not make it, grouped by what is wrong.
//!
//! A thousand rows with the same mistake are one thing to mend, so the summaries name causes, not
//! rows: how many, what is wrong in the words of the first, what to do, and the first places. Two
//! rows have the same cause if status, code and message agree but for numbers and quoted values.
//! However hostile the sheet, no more than `MOST_CAUSES` are told apart; the rest is counted.

use std::borrow::Cow;
use std::collections::HashMap;

use std::fmt;

use super::columns;
use crate::journal::StoredRow;
use crate::model::visible::shortened;
use crate::model::{CellName, Finding, Place, Status};

/// How many causes are told apart.
const MOST_CAUSES: usize = 1_000;
/// How many places of a cause are kept.
const MOST_PLACES: usize = 5;
/// How many characters of a message are kept.
const MOST_CHARACTERS: usize = 300;

/// Rows with one thing wrong, or one thing suspicious.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// How these rows ended; `None` for a warning.
    pub status: Option<Status>,
    /// What kind of problem it is, in a word for scripts.
    pub code: String,
    /// What is wrong, in the words of the first row.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// True if the words are those of all the rows: else they name a value or a row of the first.
    pub same_message: bool,
    /// How many rows (or cells of a row) have it.
    pub count: u64,
    /// The first places.
    pub places: Vec<Location>,
}

impl Cause {
    /// What is wrong, and of whom that is said.
    pub fn told(&self) -> Cow<'_, str> {
        if self.same_message {
            Cow::Borrowed(&self.message)
        } else {
            Cow::Owned(format!("the first: {}", self.message))
        }
    }
}

/// Where something is wrong. Written as `q1.csv:7 (C7)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The row.
    pub place: Place,
    /// The cell, where it is one cell.
    pub cell: Option<CellName>,
}

impl Location {
    /// The same for somebody who has one sheet before him: `C7`, or `row 7`.
    pub fn in_sheet(&self) -> String {
        self.cell.map_or_else(|| format!("row {}", self.place.row), |cell| cell.to_string())
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cell {
            Some(cell) => write!(out, "{} ({cell})", self.place),
            None => write!(out, "{}", self.place),
        }
    }
}

/// Collects causes, row by row.
#[derive(Debug, Default)]
pub struct Causes {
    by_shape: HashMap<(Option<Status>, String, String), usize>,
    causes: Vec<Cause>,
    others: u64,
}

impl Causes {
    /// Takes a row's problems or its error, and its warnings.
    pub fn add(&mut self, row: &StoredRow) {
        if row.status == Status::Invalid && !row.problems.is_empty() {
            for problem in &row.problems {
                self.add_finding(Some(row.status), problem, row);
            }
        } else if let Some(error) = columns::error(row) {
            let (code, message, hint) = columns::parts(&error, row);
            let message = row.message.as_deref().filter(|_| row.status == Status::Rejected).unwrap_or(message);
            self.add_one(Some(row.status), code, message, hint, || Location { place: row.place.clone(), cell: None });
        }
        for warning in &row.warnings {
            self.add_finding(None, warning, row);
        }
    }

    /// The problems, most frequent first.
    pub fn problems(&self) -> Vec<&Cause> {
        self.sorted(|cause| cause.status.is_some())
    }

    /// The warnings, most frequent first.
    pub fn warnings(&self) -> Vec<&Cause> {
        self.sorted(|cause| cause.status.is_none())
    }

    /// How many problems and warnings were counted without being told apart.
    pub const fn others(&self) -> u64 {
        self.others
    }

    fn sorted(&self, wanted: impl Fn(&Cause) -> bool) -> Vec<&Cause> {
        let mut causes: Vec<_> = self.causes.iter().filter(|cause| wanted(cause)).collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
        causes
    }

    fn add_finding(&mut self, status: Option<Status>, finding: &Finding, row: &StoredRow) {
        self.add_one(status, finding.code.as_str(), &finding.message, &finding.hint, || Location {
            place: row.place.clone(),
            cell: finding.cell,
        });
    }

    fn add_one(
        &mut self,
        status: Option<Status>,
        code: &str,
        message: &str,
        hint: &str,
        spot: impl FnOnce() -> Location,
    ) {
        let key = (status, code.to_owned(), shape(message));
        let message = shortened(message, MOST_CHARACTERS);
        let index = match self.by_shape.get(&key) {
            Some(&index) => index,
            None if self.causes.len() >= MOST_CAUSES => {
                self.others += 1;
                return;
            }
            None => {
                self.causes.push(Cause {
                    status,
                    code: code.to_owned(),
                    message: message.clone().into_owned(),
                    hint: shortened(hint, MOST_CHARACTERS).into(),
                    same_message: true,
                    count: 0,
                    places: Vec::new(),
                });
                self.by_shape.insert(key, self.causes.len() - 1);
                self.causes.len() - 1
            }
        };
        let cause = &mut self.causes[index];
        cause.count += 1;
        cause.same_message &= cause.message == message;
        if cause.places.len() < MOST_PLACES {
            cause.places.push(spot());
        }
    }
}

/// The message with its numbers and quoted values taken out.
fn shape(message: &str) -> String {
    let mut shape = String::new();
    let mut is_quoted = false;
    for character in message.chars().take(MOST_CHARACTERS) {
        if character == '"' {
            is_quoted = !is_quoted;
        }
        if is_quoted && character != '"' {
            continue;
        }
        let character = if character.is_ascii_digit() { '0' } else { character };
        if character != '0' || !shape.ends_with('0') {
            shape.push(character);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_numbers_are_no_part_of_a_cause() {
        assert_eq!(shape("\"31/02/2027\" is not a date"), shape("\"30/02/27\" is not a date"));
        assert_eq!(shape("row 7 and row 12"), shape("row 123 and row 9"));
        assert_ne!(shape("\"x\" is not a date"), shape("\"x\" is not a time"));
    }
}
