//! Why an input can't be read as a whole.
//!
//! Each way of being unreadable has a code that scripts can count on, a message that names the
//! place, and a hint that says how out of it. Problems of single rows are no errors: they are
//! findings of the row.

mod hint;

use std::io;

use crate::model::visible::{on_terminal, shortened};
use crate::model::{CellName, Field};

/// How much a message or hint says at most: what it repeats of a file may be of any length.
const LONGEST_WORDS: usize = 1_000;

/// An input that can't be read as a whole. What it repeats of the file is made visible, since a damaged
/// or hostile one may hold anything.
#[derive(Debug, thiserror::Error)]
#[error("{}", told(&format!("{source_name}: {cause}")))]
pub struct ReadError {
    /// The path as given, or `stdin`.
    pub source_name: String,
    /// Why.
    #[source]
    pub cause: Unreadable,
}

impl ReadError {
    /// The word that stands for the kind of error in JSON.
    pub fn code(&self) -> &'static str {
        self.cause.code()
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        told(&self.cause.hint())
    }
}

/// Words for a person, on one line.
pub(super) fn told(words: &str) -> String {
    on_terminal(&shortened(words, LONGEST_WORDS)).into_owned()
}

/// A way of being unreadable.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file can't be opened or read.
    #[error("{0}")]
    Io(io::Error),
    /// It must be copied to a file first, and none can be made.
    #[error("no temporary file can be made for it: {0}")]
    NoTemporaryFile(io::Error),
    /// A folder.
    #[error("is a folder, not a file")]
    Folder,
    /// The same file was named before.
    #[error("is the same file as \"{0}\", named before it")]
    SameFile(String),
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// Something else than a spreadsheet, in words ("a PDF document").
    #[error("is {0}, not a spreadsheet")]
    NotASpreadsheet(&'static str),
    /// Protected by a password.
    #[error("is encrypted")]
    Encrypted,
    /// Cut short or broken.
    #[error("is damaged or cut short: {0}")]
    Damaged(String),
    /// A cell holds an error value of a newer program.
    #[error("a cell in or after row {row} holds the error value {value}")]
    UnknownErrorValue {
        /// The last row that was begun before it.
        row: u32,
        /// The error value, such as `#SPILL!`.
        value: String,
    },
    /// A quote is opened and never closed.
    #[error("the quote that opens on line {line} is never closed")]
    UnclosedQuote {
        /// The line as a text editor counts it.
        line: u64,
    },
    /// A byte of value zero in text.
    #[error("line {line} holds a NUL byte, so it is not text in an encoding that can be told from it")]
    NulByte {
        /// The line as a text editor counts it.
        line: u64,
    },
    /// `--encoding` names no encoding.
    #[error("\"{0}\" is not a text encoding")]
    UnknownEncoding(String),
    /// Bytes that make no sense in the encoding.
    #[error("line {line} holds bytes that are not {encoding}")]
    WrongEncoding {
        /// The encoding.
        encoding: &'static str,
        /// The line as a text editor counts it.
        line: u64,
    },
    /// Text that is UTF-8 in one line and not in another.
    #[error("line {line} holds bytes that are not UTF-8, though other lines are UTF-8 beyond doubt")]
    MixedEncoding {
        /// The first such line as a text editor counts it.
        line: u64,
    },
    /// A row over 1 MiB.
    #[error("row {row} holds more than 1 MiB{}", opened(*.quote_line))]
    RowTooLong {
        /// The row.
        row: u32,
        /// Where the quote opened in which the row goes on and on.
        quote_line: Option<u64>,
    },
    /// A row of more than 16,384 columns.
    #[error("row {row} has more than 16,384 columns")]
    TooManyColumns {
        /// The row.
        row: u32,
    },
    /// More rows than can be counted.
    #[error("has more than 4,294,967,295 rows")]
    TooManyRows,
    /// A part of the workbook is larger than can be read within bounds.
    #[error("{part} is larger than {limit}")]
    TooLarge {
        /// What is too large.
        part: String,
        /// In words, with the unit.
        limit: &'static str,
        /// True if another format would help.
        other_format: bool,
    },
    /// No header was found.
    #[error("no header was found in {}", header_area(*.header_row))]
    NoHeader {
        /// `--header-row`, where it was given.
        header_row: Option<u32>,
    },
    /// Required columns are missing.
    #[error("row {row} is the header, and it has no column for {}", missing_names(.missing))]
    MissingColumns {
        /// The row that was taken for the header.
        row: u32,
        /// All that are missing.
        missing: Vec<Field>,
        /// The header that was taken for the recurrence.
        recurrence: Option<String>,
        /// The headers that mean nothing to the reader.
        unknown: Vec<String>,
    },
    /// Several columns for one field.
    #[error("the columns {} each mean {field}", placed(.headers))]
    DoubledColumn {
        /// The field.
        field: Field,
        /// The headers as written, with their cells.
        headers: Vec<(String, CellName)>,
    },
    /// A date column that is whole and split at once.
    #[error("the column \"{whole}\" stands beside \"{split}\", and both say when the {} is", .field.as_str())]
    WholeAndSplit {
        /// Start or end.
        field: Field,
        /// The header of the whole column.
        whole: String,
        /// The header of the split one.
        split: String,
        /// True if it holds the time alone.
        is_time: bool,
    },
    /// `--map` names a column that isn't there.
    #[error("--map {field}={column}: the header has no column \"{column}\"")]
    MappedColumnMissing {
        /// The field.
        field: Field,
        /// The column that was asked for.
        column: String,
        /// A header that looks like it.
        near_miss: Option<String>,
    },
    /// The header says that the interval counts neither days nor weeks.
    #[error("the column \"{header}\" counts {unit}, and an interval counts days or weeks")]
    IntervalUnit {
        /// The header as written.
        header: String,
        /// What it counts.
        unit: &'static str,
    },
    /// A remark says the contrary of a column's name, or seems to.
    #[error("the column \"{header}\" may hold the contrary of {field}, and no other column says it")]
    DeniedColumn {
        /// What it would be but for the remark.
        field: Field,
        /// The header as written.
        header: String,
    },
    /// The header goes on in a row that would be taken for a campaign's.
    #[error("the header has more than one row: {0}")]
    HeaderOverRows(String),
    /// A stream that doesn't end, or nearly so.
    #[error("is longer than {limit}")]
    StreamTooLong {
        /// The limit in words.
        limit: &'static str,
    },
    /// `--sheet` names no sheet.
    #[error("there is no sheet \"{asked}\"")]
    NoSuchSheet {
        /// What was asked for.
        asked: String,
        /// The sheets there are.
        sheets: Vec<String>,
    },
    /// The sheet holds a chart or the like.
    #[error("the sheet \"{0}\" holds no cells")]
    NotAWorksheet(String),
    /// No visible worksheet.
    #[error("no visible sheet holds cells")]
    NoVisibleSheet {
        /// The sheets there are.
        sheets: Vec<String>,
    },
    /// Looking at all sheets would take too long.
    #[error("has more sheets, or larger ones, than are looked at to find the one that is meant")]
    TooManySheets,
    /// Several sheets have the columns.
    #[error("the sheets {} all have the columns of a schedule", quoted(.sheets))]
    SeveralSheets {
        /// The candidates.
        sheets: Vec<String>,
    },
    /// Only sheets that nobody sees have the columns.
    #[error("no visible sheet has the columns of a schedule, and hidden {} has them", quoted(.sheets))]
    OnlyHiddenSheets {
        /// The candidates.
        sheets: Vec<String>,
    },
    /// Something about one sheet.
    #[error("sheet \"{sheet}\": {cause}")]
    InSheet {
        /// The sheet.
        sheet: String,
        /// What.
        cause: Box<Unreadable>,
    },
}

impl Unreadable {
    /// The word that stands for the kind of error in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => "input-not-found",
            Self::Io(_) | Self::Folder => "input-unreadable",
            Self::NoTemporaryFile(_) => "no-temporary-file",
            Self::SameFile(_) => "same-input-twice",
            Self::Empty => "input-empty",
            Self::NotASpreadsheet(_) => "not-a-spreadsheet",
            Self::Encrypted => "input-encrypted",
            Self::Damaged(_) => "input-damaged",
            Self::UnknownErrorValue { .. } => "unknown-error-value",
            Self::UnclosedQuote { .. } => "unclosed-quote",
            Self::NulByte { .. } => "nul-byte",
            Self::UnknownEncoding(_) => "unknown-encoding",
            Self::WrongEncoding { .. } => "wrong-encoding",
            Self::MixedEncoding { .. } => "mixed-encoding",
            Self::RowTooLong { .. } => "row-too-long",
            Self::TooManyColumns { .. } => "too-many-columns",
            Self::TooManyRows => "too-many-rows",
            Self::TooLarge { .. } | Self::StreamTooLong { .. } => "input-too-large",
            Self::NoHeader { .. } => "no-header",
            Self::MissingColumns { .. } => "missing-columns",
            Self::DoubledColumn { .. } | Self::WholeAndSplit { .. } => "doubled-column",
            Self::MappedColumnMissing { .. } => "mapped-column-missing",
            Self::IntervalUnit { .. } => "interval-unit",
            Self::DeniedColumn { .. } => "denied-column",
            Self::HeaderOverRows(_) => "header-over-rows",
            Self::NoSuchSheet { .. } => "no-such-sheet",
            Self::NotAWorksheet(_) => "not-a-worksheet",
            Self::NoVisibleSheet { .. } => "no-visible-sheet",
            Self::TooManySheets => "too-many-sheets",
            Self::SeveralSheets { .. } => "several-sheets",
            Self::OnlyHiddenSheets { .. } => "only-hidden-sheets",
            Self::InSheet { cause, .. } => cause.code(),
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn opened(quote_line: Option<u64>) -> String {
    quote_line.map_or_else(String::new, |line| format!(", from the quote that opens on line {line}"))
}

fn header_area(header_row: Option<u32>) -> String {
    header_row.map_or_else(|| "the first 50 rows".to_owned(), |row| format!("row {row}"))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn placed(headers: &[(String, CellName)]) -> String {
    headers.iter().map(|(header, cell)| format!("\"{header}\" ({cell})")).collect::<Vec<_>>().join(", ")
}

fn missing_names(missing: &[Field]) -> String {
    missing.iter().map(|field| field.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_read_is_another_matter_than_one_that_is_not_there() {
        let code = |kind: io::ErrorKind| Unreadable::from(io::Error::from(kind)).code();
        assert_eq!(code(io::ErrorKind::NotFound), "input-not-found");
        assert_eq!(code(io::ErrorKind::PermissionDenied), "input-unreadable");
    }

    #[test]
    fn where_a_header_was_looked_for_is_said() {
        let said = |header_row| Unreadable::NoHeader { header_row }.to_string();
        assert_eq!(said(None), "no header was found in the first 50 rows");
        assert_eq!(said(Some(3)), "no header was found in row 3");
    }
}
