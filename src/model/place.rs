//! Where a row stands, as the program that its owner opens the file with shows it.

use std::fmt;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The place of a row: file, sheet, row number. A row is known by it for life.
///
/// Written as `q1.xlsx:Launch:7`, `q1.csv:7` or `stdin:7`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The path as given on the command line, or `stdin`.
    pub source: Arc<str>,
    /// The sheet's name; `None` for text files.
    pub sheet: Option<Arc<str>>,
    /// The row number that a spreadsheet program shows, from 1.
    pub row: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sheet {
            Some(sheet) => write!(out, "{}:{}:{}", self.source, sheet, self.row),
            None => write!(out, "{}:{}", self.source, self.row),
        }
    }
}

/// A cell's name in A1 style, such as `C7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellName {
    /// The column, counted from 0.
    pub column: u32,
    /// The row, counted from 1.
    pub row: u32,
}

impl fmt::Display for CellName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", column_letters(self.column), self.row)
    }
}

impl CellName {
    /// Reads `C7`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        let (letters, row) = text.split_at(digits);
        let number = letters.bytes().try_fold(0u32, |number, letter| {
            let digit = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
            number.checked_mul(26)?.checked_add(digit)
        })?;
        Some(Self { column: number.checked_sub(1)?, row: row.parse().ok()? })
    }
}

impl Serialize for CellName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CellName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a cell")))
    }
}

/// The letters of a column: 0 is `A`, 25 is `Z`, 26 is `AA`.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        let named = [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")];
        for (column, letters) in named {
            assert_eq!(column_letters(column), letters);
            assert_eq!(CellName::parse(&format!("{letters}7")), Some(CellName { column, row: 7 }));
        }
    }

    #[test]
    fn a_place_names_the_sheet_only_where_there_is_one() {
        let text = Place { source: "q1.csv".into(), sheet: None, row: 7 };
        let workbook = Place { source: "q1.xlsx".into(), sheet: Some("Launch".into()), row: 7 };
        assert_eq!(text.to_string(), "q1.csv:7");
        assert_eq!(workbook.to_string(), "q1.xlsx:Launch:7");
    }
}
