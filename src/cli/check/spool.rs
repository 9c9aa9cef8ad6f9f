//! Rows on their way from the first look to the last: what depends on other rows is known when all
//! are read, and memory must not grow with them, so they wait in a private temporary file that has
//! no name and is gone after any end.
//!
//! Most rows are plain: a name, a start, nothing to say about them. These wait as their bare bytes,
//! since JSON would take most of a check's time; all others wait as JSON. Either way a row is one
//! record: how it waits (a byte), how long it is (four), when it starts if it is plain (eight), and
//! itself. So who needs nothing but the start of a plain row can pass over the rest.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::{Action, Finding};

/// The file is written and read in pieces of so many bytes.
const PIECE: usize = 64 * 1024;
/// How a row waits: the first byte of each.
const AS_JSON: u8 = 0;
const PLAIN: u8 = 1;
/// What goes before each row, in bytes: how it waits, how long it is, when it starts.
const HEAD: usize = 13;
/// What goes before a plain row's texts: input, row, and how long the first text is.
const PLAIN_HEAD: usize = 12;

/// A row as `check` needs it at the end.
#[derive(Debug, Serialize, Deserialize)]
pub struct SpooledRow {
    /// Which input, from 0.
    pub input: u32,
    /// The row number in it.
    pub row: u32,
    /// The campaign's name as far as it could be read.
    pub campaign: Option<String>,
    /// Enable or disable.
    pub action: Action,
    /// The row's own stream.
    pub stream: Option<String>,
    /// The body that the row stands for; `None` if it has problems, or no line will show it.
    pub request: Option<Box<RawValue>>,
    /// When it starts; `None` for a disable and for a row with problems.
    pub start: Option<Start>,
    /// Its problems.
    pub problems: Vec<Finding>,
    /// Its warnings.
    pub warnings: Vec<Finding>,
}

impl SpooledRow {
    /// The row as a plain one, if it is.
    fn plain(&self) -> Option<PlainRow<'_>> {
        let Self { input, row, campaign, action, stream, request, start, problems, warnings } = self;
        let (Some(campaign), Some(Start { past, value })) = (campaign, start) else { return None };
        let is_plain = *action == Action::Enable && stream.is_none() && request.is_none();
        (is_plain && problems.is_empty() && warnings.is_empty()).then_some(PlainRow {
            input: *input,
            row: *row,
            past: *past,
            campaign,
            start: value,
        })
    }
}

/// A row to be enabled in the run's own stream, with nothing to say about it and no request to show.
#[derive(Debug, Clone, Copy)]
pub struct PlainRow<'a> {
    /// Which input, from 0.
    pub input: u32,
    /// The row number in it.
    pub row: u32,
    /// When its start is past beyond doubt.
    pub past: DateTime<Utc>,
    /// The campaign's name.
    pub campaign: &'a str,
    /// What stands in the cell of its start.
    pub start: &'a str,
}

/// When a row starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// When it is past beyond doubt.
    pub past: DateTime<Utc>,
    /// What stands in the cell, for findings that come late.
    pub value: String,
}

/// Where rows wait.
#[derive(Debug)]
pub struct Spool {
    file: BufWriter<File>,
    rows: u64,
    /// How many of them are plain, and the earliest start of these.
    plain: u64,
    earliest: i64,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// If no temporary file can be made.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(PIECE, tempfile::tempfile()?), rows: 0, plain: 0, earliest: i64::MAX })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn push(&mut self, row: &SpooledRow) -> io::Result<()> {
        match row.plain() {
            Some(plain) => self.push_plain(plain),
            None => {
                let json = serde_json::to_vec(row)?;
                self.file.write_all(&head(AS_JSON, json.len(), 0)?)?;
                self.file.write_all(&json)?;
                self.rows += 1;
                Ok(())
            }
        }
    }

    /// Adds a plain row.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn push_plain(&mut self, row: PlainRow<'_>) -> io::Result<()> {
        let PlainRow { input, row, past, campaign, start } = row;
        let length = PLAIN_HEAD + campaign.len() + start.len();
        let past = past.timestamp_micros();
        let mut heads = [0; HEAD + PLAIN_HEAD];
        heads[..HEAD].copy_from_slice(&head(PLAIN, length, past)?);
        heads[HEAD..HEAD + 4].copy_from_slice(&input.to_le_bytes());
        heads[HEAD + 4..HEAD + 8].copy_from_slice(&row.to_le_bytes());
        heads[HEAD + 8..].copy_from_slice(&four_bytes(campaign.len())?);
        self.rows += 1;
        self.plain += 1;
        self.earliest = self.earliest.min(past);
        [&heads, campaign.as_bytes(), start.as_bytes()].into_iter().try_for_each(|part| self.file.write_all(part))
    }

    /// How many rows wait.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The earliest start, in microseconds since 1970, if all rows are plain.
    pub fn earliest_if_plain(&self) -> Option<i64> {
        (self.plain == self.rows).then_some(self.earliest)
    }

    /// Gives the rows in their order, as often as it is asked.
    ///
    /// # Errors
    /// If the file can't be read again.
    pub fn read(&mut self) -> io::Result<Waiting<'_>> {
        self.file.flush()?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0))?;
        let row = SpooledRow {
            input: 0,
            row: 0,
            campaign: None,
            action: Action::Enable,
            stream: None,
            request: None,
            start: None,
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        let file = BufReader::with_capacity(PIECE, file);
        Ok(Waiting { file, left: self.rows, at_hand: Head::default(), unread: 0, bytes: Vec::new(), row })
    }
}

/// The rows as they come out again. One has the room of the one before, so it is lent and not given.
#[derive(Debug)]
pub struct Waiting<'spool> {
    file: BufReader<&'spool mut File>,
    left: u64,
    at_hand: Head,
    /// How much of the row at hand is still in the file.
    unread: u32,
    bytes: Vec<u8>,
    row: SpooledRow,
}

/// What goes before a row.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    kind: u8,
    past: i64,
}

impl Waiting<'_> {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn next_row(&mut self) -> io::Result<Option<&mut SpooledRow>> {
        if self.advance()? { self.row().map(Some) } else { Ok(None) }
    }

    /// Goes on to the next row; false after the last.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn advance(&mut self) -> io::Result<bool> {
        self.file.seek_relative(i64::from(self.unread))?;
        self.unread = 0;
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        self.left = left;
        let [kind, a, b, c, d, past @ ..]: [u8; HEAD] = read_bytes(&mut self.file)?;
        self.unread = u32::from_le_bytes([a, b, c, d]);
        self.at_hand = Head { kind, past: i64::from_le_bytes(past) };
        Ok(true)
    }

    /// When the row at hand starts, in microseconds since 1970, if it waits as a plain one: all that
    /// need be known of most rows.
    pub fn plain_start(&self) -> Option<i64> {
        (self.at_hand.kind == PLAIN).then_some(self.at_hand.past)
    }

    /// The row at hand.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn row(&mut self) -> io::Result<&mut SpooledRow> {
        if self.unread > 0 {
            self.bytes.resize(usize::try_from(self.unread).map_err(io::Error::other)?, 0);
            self.file.read_exact(&mut self.bytes)?;
            self.unread = 0;
            if self.at_hand.kind == PLAIN {
                self.plain()?;
            } else {
                self.row = serde_json::from_slice(&self.bytes)?;
            }
        }
        Ok(&mut self.row)
    }

    fn plain(&mut self) -> io::Result<()> {
        let Self { bytes, row, at_hand, .. } = self;
        let mut rest = bytes.as_slice();
        row.input = u32::from_le_bytes(read_bytes(&mut rest)?);
        row.row = u32::from_le_bytes(read_bytes(&mut rest)?);
        let campaign_length = usize::try_from(u32::from_le_bytes(read_bytes(&mut rest)?)).map_err(io::Error::other)?;
        let texts = std::str::from_utf8(rest).map_err(io::Error::other)?;
        let (campaign, value) = texts.split_at_checked(campaign_length).ok_or(io::ErrorKind::InvalidData)?;
        let start = row.start.get_or_insert_default();
        start.past = DateTime::from_timestamp_micros(at_hand.past).unwrap_or_default();
        for (text, room) in [(campaign, row.campaign.get_or_insert_default()), (value, &mut start.value)] {
            room.clear();
            room.push_str(text);
        }
        row.action = Action::Enable;
        row.stream = None;
        row.request = None;
        row.problems.clear();
        row.warnings.clear();
        Ok(())
    }
}

/// What goes before a row.
fn head(kind: u8, length: usize, past: i64) -> io::Result<[u8; HEAD]> {
    let mut head = [kind; HEAD];
    head[1..5].copy_from_slice(&four_bytes(length)?);
    head[5..].copy_from_slice(&past.to_le_bytes());
    Ok(head)
}

/// Lengths are kept in four bytes.
fn four_bytes(length: usize) -> io::Result<[u8; 4]> {
    u32::try_from(length).map(u32::to_le_bytes).map_err(io::Error::other)
}

fn read_bytes<const N: usize>(bytes: &mut impl Read) -> io::Result<[u8; N]> {
    let mut read = [0; N];
    bytes.read_exact(&mut read)?;
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Code, Field};

    #[test]
    fn rows_come_back_as_they_were_however_they_waited() {
        let start = Start { past: DateTime::from_timestamp(-5, 0).unwrap(), value: "2037-01-27 18:29".to_owned() };
        let plain = |row| SpooledRow {
            input: 3,
            row,
            campaign: Some("Spring \u{1f331}".to_owned()),
            action: Action::Enable,
            stream: None,
            request: None,
            start: Some(start.clone()),
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        let finding = Finding {
            cell: None,
            field: Some(Field::Start),
            code: Code::StartPast,
            value: None,
            message: "m".to_owned(),
            hint: "h".to_owned(),
        };
        let rows = [
            plain(2),
            SpooledRow { warnings: vec![finding.clone()], ..plain(u32::MAX) },
            SpooledRow { problems: vec![finding], start: None, campaign: None, ..plain(4) },
            SpooledRow { action: Action::Disable, start: None, ..plain(5) },
            SpooledRow { stream: Some("st-1".to_owned()), ..plain(6) },
            SpooledRow { request: Some(RawValue::from_string("{\"a\":1.0}".to_owned()).unwrap()), ..plain(7) },
            plain(8),
        ];
        let mut spool = Spool::new().unwrap();
        rows.iter().for_each(|row| spool.push(row).unwrap());
        let shown = |row: &SpooledRow| format!("{row:?}");
        for _ in 0..2 {
            let mut waiting = spool.read().unwrap();
            let mut read = Vec::new();
            while let Some(row) = waiting.next_row().unwrap() {
                read.push(shown(row));
            }
            assert_eq!(read, rows.iter().map(shown).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_row_that_is_passed_over_leaves_the_next_one_whole() {
        let row = |number| PlainRow {
            input: 0,
            row: number,
            past: DateTime::from_timestamp(i64::from(number), 0).unwrap(),
            campaign: "Spring",
            start: "2037-01-27",
        };
        let mut spool = Spool::new().unwrap();
        let count = u32::try_from(3 * PIECE / HEAD).unwrap();
        (0..count).for_each(|number| spool.push_plain(row(number)).unwrap());
        let mut waiting = spool.read().unwrap();
        for number in 0..count {
            assert!(waiting.advance().unwrap());
            assert_eq!(waiting.plain_start(), Some(i64::from(number) * 1_000_000));
            if number % 7 == 0 {
                for _ in 0..2 {
                    let read = waiting.row().unwrap();
                    assert_eq!((read.row, read.campaign.as_deref()), (number, Some("Spring")));
                }
            }
        }
        assert!(!waiting.advance().unwrap());
    }
}
