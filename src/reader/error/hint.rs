//! The way out of each: what to do about an input that can't be read as a whole.

use std::io;

use super::{Unreadable, quoted};
use crate::model::{CellName, Field};
use crate::reader::{flags, near_miss};

impl Unreadable {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => "check the path".to_owned(),
            Self::Io(_) => "check that the file can be read and isn't locked by another program".to_owned(),
            Self::NoTemporaryFile(_) => "set TMPDIR to a folder with room that you may write to".to_owned(),
            Self::Folder => "name the files in it".to_owned(),
            Self::SameFile(_) => "name each file once".to_owned(),
            Self::Empty => "`campaign-scheduler template campaigns.xlsx` writes a sheet to start from".to_owned(),
            Self::NotASpreadsheet(_) => "save the table as .xlsx or .csv and name that file".to_owned(),
            Self::Encrypted => "open it, take the password off, and save it again".to_owned(),
            Self::Damaged(_) => {
                "copy or download it again, or open it in a spreadsheet program and save it as .xlsx".to_owned()
            }
            Self::UnknownErrorValue { .. } => "mend or clear that cell, or save the sheet as .csv".to_owned(),
            Self::UnclosedQuote { .. } => {
                "close the quote there, or double it (\"\") where it belongs to the text".to_owned()
            }
            Self::NulByte { .. } => {
                "if it is UTF-16 without a byte-order mark, say --encoding utf-16le (or utf-16be); otherwise save it as \
                 CSV UTF-8"
                    .to_owned()
            }
            Self::UnknownEncoding(_) => {
                "name it as web pages do, such as utf-8, windows-1252, utf-16le or shift_jis".to_owned()
            }
            Self::WrongEncoding { .. } => {
                "name the encoding that it was saved in with --encoding, or save it as CSV UTF-8 or .xlsx".to_owned()
            }
            Self::MixedEncoding { .. } => {
                "mend that line and save as CSV UTF-8, or say --encoding windows-1252 to read it all so".to_owned()
            }
            Self::RowTooLong { quote_line: Some(_), .. } => {
                "most likely that quote was never closed: close it there".to_owned()
            }
            Self::RowTooLong { quote_line: None, .. } => {
                "check that the file is a table with one campaign a row".to_owned()
            }
            Self::TooManyColumns { .. } => "delete the columns that aren't needed, and check --delimiter".to_owned(),
            Self::TooManyRows => "split the file".to_owned(),
            Self::TooLarge { other_format: true, .. } => {
                "open it in a spreadsheet program and save it as .xlsx or .csv".to_owned()
            }
            Self::TooLarge { other_format: false, .. } => "save the sheet as .csv, or split it".to_owned(),
            Self::StreamTooLong { .. } => "write it to a file, and name the file".to_owned(),
            Self::NoHeader { header_row: None } => {
                format!("one {HEADER_NAMES}; if it stands further down, say so with --header-row")
            }
            Self::NoHeader { header_row: Some(_) } => {
                format!("that {HEADER_NAMES}")
            }
            Self::MissingColumns { missing, recurrence, unknown, .. } => {
                missing_hint(missing, recurrence.as_deref(), unknown)
            }
            Self::DoubledColumn { field, headers } => doubled_hint(*field, headers),
            Self::WholeAndSplit { field, whole, split, is_time: true } => format!(
                "if the time stands in \"{split}\", say {} {}; {} reads that column alone",
                flags::map(format!("{field}_date"), whole),
                flags::map(format!("{field}_time"), split),
                flags::map(field, whole)
            ),
            Self::WholeAndSplit { field, whole, split, .. } => format!(
                "if the time stands in \"{whole}\", say {} {}; {} reads that column alone",
                flags::map(format!("{field}_date"), split),
                flags::map(format!("{field}_time"), whole),
                flags::map(field, whole)
            ),
            Self::MappedColumnMissing { near_miss: Some(header), .. } => format!("is \"{header}\" meant?"),
            Self::MappedColumnMissing { near_miss: None, .. } => {
                "write the column as the header has it; an input without that column is run by itself".to_owned()
            },
            Self::IntervalUnit { .. } => {
                "the platform repeats by days or weeks: write the interval as such, and name the column interval"
                    .to_owned()
            }
            Self::DeniedColumn { field, header } => {
                format!(
                    "if it holds what its name says, say {}; if not, call it something else, and write what is to be done \
                     into a column {field}",
                    flags::map(*field, header)
                )
            }
            Self::HeaderOverRows(_) => {
                "write each column's whole name into one row, with its unit, such as Interval (weeks), unmerge its cells, \
                 and delete the other rows of the header"
                    .to_owned()
            }
            Self::NoSuchSheet { sheets, .. } => format!("the sheets are {}", quoted(sheets)),
            Self::NotAWorksheet(_) => "name a sheet that holds a table with --sheet".to_owned(),
            Self::NoVisibleSheet { sheets } if sheets.is_empty() => "save the table as .xlsx or .csv".to_owned(),
            Self::NoVisibleSheet { sheets } => format!("name one with --sheet: {}", quoted(sheets)),
            Self::TooManySheets => "name the one that is meant with --sheet".to_owned(),
            Self::SeveralSheets { sheets } | Self::OnlyHiddenSheets { sheets } => {
                format!("name one: {}", flags::sheet(sheets.first().map_or("", String::as_str)))
            }
            Self::InSheet { cause, .. } => cause.hint(),
        }
    }
}

/// What a header is.
const HEADER_NAMES: &str = "row must name the columns campaign_name, start, end and interval (or common names for them); \
     say which columns of other names are meant with --map, such as --map 'campaign_name=COLUMN'";

/// Columns that are called the same can't be told apart by `--map`.
fn doubled_hint(field: Field, headers: &[(String, CellName)]) -> String {
    let first = headers.first().map_or("", |(header, _)| header);
    match headers.iter().skip(1).find(|(header, _)| header == first) {
        Some((_, cell)) => format!("delete or rename the column at {cell}: two have the same name"),
        None => {
            let maps = headers.iter().take(MOST_UNKNOWN).map(|(header, _)| flags::map(field, header));
            format!("say which one is meant: {}", maps.collect::<Vec<_>>().join(" or "))
        }
    }
}

/// The most columns that are named as not read, or as one that may be meant.
const MOST_UNKNOWN: usize = 5;

fn missing_hint(missing: &[Field], recurrence: Option<&str>, unknown: &[String]) -> String {
    let near = |field: &Field| Some((*field, near(*field, recurrence, unknown)?));
    let all: Vec<(Field, (usize, String))> = missing.iter().filter_map(near).collect();
    // A column that is as near to another field, such as a "Window" over both, is of neither.
    let is_of_one = |(field, (distance, header)): &&(Field, (usize, String))| {
        !all.iter().any(|(other, (as_near, name))| other != field && name == header && as_near <= distance)
    };
    let guessed: Vec<&(Field, (usize, String))> = all.iter().filter(is_of_one).collect();
    let is_guessed = |field: &Field| guessed.iter().any(|(guess, _)| guess == field);
    let left: Vec<Field> = missing.iter().copied().filter(|field| !is_guessed(field)).collect();
    let is_left = |header: &&String| !guessed.iter().any(|(_, (_, guess))| guess == header.trim());
    let unread: Vec<String> = unknown.iter().filter(is_left).cloned().collect();
    if guessed.is_empty() {
        return format!("add the columns{}", one_of(&left, &unread));
    }
    let guesses: Vec<String> = guessed.iter().map(|(field, (_, header))| flags::map(*field, header)).collect();
    let said = format!("if these columns are meant, say {}", guesses.join(" "));
    if left.is_empty() {
        return said;
    }
    let names: Vec<&str> = left.iter().map(|field| field.as_str()).collect();
    format!("{said}; {} must have a column too{}", names.join(", "), one_of(&left, &unread))
}

/// How one of the columns that aren't read is taken for a field, if there are any.
fn one_of(missing: &[Field], unread: &[String]) -> String {
    if unread.is_empty() {
        return String::new();
    }
    let field = missing.first().map_or("start", |field| field.as_str());
    let rest = match unread.len().saturating_sub(MOST_UNKNOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let unread = quoted(&unread[..unread.len().min(MOST_UNKNOWN)]);
    format!(", or say which one is meant with --map '{field}=COLUMN' (not read so far: {unread}{rest})")
}

/// The header that may be meant for a field. "Frequency" is taken for the recurrence, and may hold all that an interval
/// says. With how near it is.
fn near(field: Field, recurrence: Option<&str>, unknown: &[String]) -> Option<(usize, String)> {
    match recurrence {
        // Beside "Repeats" a "Frequency" is the unit, and both are named.
        Some(_) if field == Field::Interval && unknown.iter().any(|header| near_miss::counts_runs(header)) => None,
        Some(header) if field == Field::Interval => Some((0, header.to_owned())),
        _ => near_miss::header_for(field, unknown.iter().map(String::as_str)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_needs_another_path_and_one_that_is_needs_to_be_readable() {
        let hint = |kind: io::ErrorKind| Unreadable::Io(kind.into()).hint();
        assert_eq!(hint(io::ErrorKind::NotFound), "check the path");
        assert_eq!(
            hint(io::ErrorKind::PermissionDenied),
            "check that the file can be read and isn't locked by another program"
        );
    }

    #[test]
    fn sheets_are_named_where_none_is_visible_if_there_are_any() {
        let hint = |names: &[&str]| {
            Unreadable::NoVisibleSheet { sheets: names.iter().map(|name| (*name).to_owned()).collect() }.hint()
        };
        assert_eq!(hint(&[]), "save the table as .xlsx or .csv");
        assert_eq!(hint(&["A", "B"]), "name one with --sheet: \"A\", \"B\"");
    }
}
