//! The records of delimited text, numbered as a spreadsheet program numbers its rows.
//!
//! Why not the `csv` crate's reader: it passes over blank lines without counting them, and takes
//! an unclosed quote for one that ends with the file, so neither the row that a user sees nor the
//! line of the quote could be told. The reading is that of spreadsheet programs: a quote opens
//! only at the start of a cell, a doubled one stands for itself, and what follows a closed one
//! belongs to the cell.

use std::io::BufRead;

use super::cut::Cut;
use super::decode::unreadable;
use crate::reader::error::Unreadable;

/// The longest row, in bytes of UTF-8, with its delimiters and quotes and without its line end.
pub(crate) const LONGEST_ROW: usize = 1024 * 1024;
/// How far the end of a record is looked for at once: far enough for nearly all, and not so far that a
/// text without line feeds would be looked through again and again.
const NEAR: usize = 1024;
/// The most columns: as many as a spreadsheet has.
pub(crate) const MOST_COLUMNS: usize = 16_384;

/// Where in a record the reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a cell.
    CellStart,
    /// In a cell without quotes, or after its closing quote.
    Plain,
    /// Between quotes.
    Quoted,
    /// After a quote between quotes: the end, or the first half of a doubled one.
    QuoteInQuoted,
}

/// Reads record after record.
#[derive(Debug)]
pub(super) struct Records<R> {
    input: R,
    delimiter: u8,
    row: u32,
    /// The line as a text editor counts it, at which the reading stands.
    line: u64,
    /// The line on which the last quote opened.
    quote_line: u64,
    /// The last byte was a carriage return, whose line feed belongs to it.
    after_return: bool,
}

impl<R: BufRead> Records<R> {
    /// Reads from `input`, whose first line is `line`.
    pub(super) fn new(input: R, delimiter: u8, line: u64) -> Self {
        Self { input, delimiter, row: 0, line, quote_line: 0, after_return: false }
    }

    /// Puts the next record behind those that are cut; false at the end.
    pub(super) fn advance(&mut self, cut: &mut Cut) -> Result<bool, Unreadable> {
        let cells_before = cut.ends.len();
        let mut state = State::CellStart;
        let mut has_begun = false;
        let mut length = 0;
        loop {
            let buffer = self.input.fill_buf().map_err(unreadable)?;
            if buffer.is_empty() {
                return self.end_of_text(state, has_begun, cut);
            }
            let mut at = 0;
            if self.after_return && !has_begun {
                self.after_return = false;
                at = usize::from(buffer[0] == b'\n');
            }
            if let Some((line, length)) = (!has_begun).then(|| plain_line(&buffer[at..])).flatten() {
                let begin = cut.text.len();
                cut.text.extend_from_slice(line);
                cut.ends.extend(memchr::memchr_iter(self.delimiter, line).map(|end| begin + end));
                cut.ends.push(cut.text.len());
                self.line += 1;
                self.input.consume(at + length);
                return self.complete(cut, 1);
            }
            has_begun |= at < buffer.len();
            let mut step = Step {
                delimiter: self.delimiter,
                text: &mut cut.text,
                ends: &mut cut.ends,
                line: &mut self.line,
                quote_line: &mut self.quote_line,
                after_return: &mut self.after_return,
                state,
            };
            let begin = at;
            let is_complete = step.run(buffer, &mut at);
            state = step.state;
            length += at - begin - usize::from(is_complete);
            self.input.consume(at);
            self.check_bounds(state, length, cut.ends.len() - cells_before)?;
            if is_complete {
                return self.complete(cut, 0);
            }
        }
    }

    /// Between the cells of the record stand so many bytes that belong to none.
    fn complete(&mut self, cut: &mut Cut, gap: usize) -> Result<bool, Unreadable> {
        self.row = self.row.checked_add(1).ok_or(Unreadable::TooManyRows)?;
        cut.complete(self.row, gap);
        Ok(true)
    }

    fn end_of_text(&mut self, state: State, has_begun: bool, cut: &mut Cut) -> Result<bool, Unreadable> {
        if state == State::Quoted {
            return Err(Unreadable::UnclosedQuote { line: self.quote_line });
        }
        if !has_begun {
            return Ok(false);
        }
        cut.ends.push(cut.text.len());
        self.complete(cut, 0)
    }

    fn check_bounds(&self, state: State, length: usize, columns: usize) -> Result<(), Unreadable> {
        let row = self.row.saturating_add(1);
        if length > LONGEST_ROW {
            let quote_line = (state == State::Quoted).then_some(self.quote_line);
            return Err(Unreadable::RowTooLong { row, quote_line });
        }
        if columns > MOST_COLUMNS {
            return Err(Unreadable::TooManyColumns { row });
        }
        Ok(())
    }
}

/// The record that begins here without its end, and its length with it, if it ends near by and
/// nothing in it means anything but the delimiter: nearly every record of a large text. It is taken as
/// one piece, which is all that the steps below would make of it, and is too short for any bound.
fn plain_line(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let near = &bytes[..bytes.len().min(NEAR)];
    let end = memchr::memchr3(b'\n', b'\r', b'"', near)?;
    match near[end..] {
        [b'\n', ..] => Some((&near[..end], end + 1)),
        [b'\r', b'\n', ..] => Some((&near[..end], end + 2)),
        _ => None,
    }
}

/// The reading of one buffer. Bounds are checked buffer by buffer, so a record can outgrow them by
/// one buffer at most.
struct Step<'a> {
    delimiter: u8,
    text: &'a mut Vec<u8>,
    ends: &'a mut Vec<usize>,
    line: &'a mut u64,
    quote_line: &'a mut u64,
    after_return: &'a mut bool,
    state: State,
}

impl Step<'_> {
    /// Reads until the record or the buffer ends; true if the record did.
    fn run(&mut self, buffer: &[u8], at: &mut usize) -> bool {
        while *at < buffer.len() {
            let is_complete = match self.state {
                State::CellStart if buffer[*at] == b'"' => {
                    *self.quote_line = *self.line;
                    *self.after_return = false;
                    self.state = State::Quoted;
                    *at += 1;
                    false
                }
                State::QuoteInQuoted if buffer[*at] == b'"' => {
                    self.text.push(b'"');
                    self.state = State::Quoted;
                    *at += 1;
                    false
                }
                State::Quoted => {
                    self.quoted(buffer, at);
                    false
                }
                State::CellStart | State::Plain | State::QuoteInQuoted => self.plain(buffer, at),
            };
            if is_complete {
                return true;
            }
        }
        false
    }

    /// Takes a cell up to its delimiter; true if the record ends with it.
    fn plain(&mut self, buffer: &[u8], at: &mut usize) -> bool {
        let rest = &buffer[*at..];
        let delimiter = self.delimiter;
        let end = memchr::memchr3(delimiter, b'\n', b'\r', rest);
        let Some(end) = end else {
            self.text.extend_from_slice(rest);
            self.state = State::Plain;
            *at = buffer.len();
            return false;
        };
        self.text.extend_from_slice(&rest[..end]);
        self.ends.push(self.text.len());
        self.state = State::CellStart;
        *at += end + 1;
        if rest[end] == delimiter {
            return false;
        }
        *self.line += 1;
        *self.after_return = rest[end] == b'\r';
        true
    }

    /// Takes text up to the next quote, counting its lines.
    fn quoted(&mut self, buffer: &[u8], at: &mut usize) {
        let rest = &buffer[*at..];
        let end = memchr::memchr(b'"', rest);
        let taken = &rest[..end.unwrap_or(rest.len())];
        for byte in taken {
            // A line ends with CR, LF, or both, which may stand in two buffers.
            if *byte == b'\r' || (*byte == b'\n' && !*self.after_return) {
                *self.line += 1;
            }
            *self.after_return = *byte == b'\r';
        }
        self.text.extend_from_slice(taken);
        *at += taken.len();
        if end.is_some() {
            *self.after_return = false;
            self.state = State::QuoteInQuoted;
            *at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn read(text: &[u8], capacity: usize) -> Result<Vec<(u32, Vec<String>)>, Unreadable> {
        let mut records = Records::new(BufReader::with_capacity(capacity, text), b',', 1);
        let mut cut = Cut::default();
        while records.advance(&mut cut)? {}
        let mut all = Vec::new();
        while let Some(record) = cut.take() {
            all.push((record.number, record.fields().map(Cow::into_owned).collect()));
        }
        Ok(all)
    }

    fn shown(text: &str) -> String {
        let shown = |capacity| {
            read(text.as_bytes(), capacity)
                .unwrap()
                .into_iter()
                .map(|(row, cells)| format!("{row}:{}", cells.join("|")))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let whole = shown(1024);
        for capacity in 1..6 {
            assert_eq!(shown(capacity), whole, "{text:?} with buffers of {capacity}");
        }
        whole
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
        assert_eq!(shown("a,b\n\n\nc,d\n"), "1:a|b 2: 3: 4:c|d");
        assert_eq!(shown("a\r\n\r\nb\r\n"), "1:a 2: 3:b");
        assert_eq!(shown("a\r\rb\r"), "1:a 2: 3:b");
        assert_eq!(shown("\"x\ny\r\nz\",1\nb,2"), "1:x\ny\r\nz|1 2:b|2");
        assert_eq!(shown(",\n,"), "1:| 2:|");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn quotes_are_read_as_spreadsheets_read_them() {
        assert_eq!(shown("\"a\"\"b\",\"\",\"c\"d,e\"f\"\n"), "1:a\"b||cd|e\"f\"");
        assert_eq!(shown("\"\"\"\"\n"), "1:\"");
        assert_eq!(shown("\"a,b\"\r\nc"), "1:a,b 2:c");
    }

    #[test]
    fn an_unclosed_quote_names_the_line_where_it_opened() {
        for capacity in [1, 2, 3, 64] {
            for text in ["a,b\n\"x\r\ny\",c\nd,\"e\nf\ng", "a,b\r\"x\ry\",c\rd,\"e\rf"] {
                assert!(matches!(read(text.as_bytes(), capacity), Err(Unreadable::UnclosedQuote { line: 4 })));
            }
        }
    }

    #[test]
    fn a_row_has_bounds_on_both_sides() {
        for (around, line_end) in [("\"", "\n"), ("\"", "\r\n"), (",", "\n"), ("", "")] {
            let row = |length: usize| {
                let cell = "x".repeat(length - 2 * around.len());
                format!("a\r\n{around}{cell}{around}{line_end}")
            };
            assert!(read(row(LONGEST_ROW).as_bytes(), 4096).is_ok(), "{around:?} {line_end:?}");
            let over = read(row(LONGEST_ROW + 1).as_bytes(), 4096);
            assert!(matches!(over, Err(Unreadable::RowTooLong { row: 2, .. })), "{around:?} {line_end:?}");
        }
        let columns = |count: usize| format!("a\n{}\n", ",".repeat(count - 1));
        assert!(read(columns(MOST_COLUMNS).as_bytes(), 4096).is_ok());
        assert!(matches!(read(columns(MOST_COLUMNS + 1).as_bytes(), 4096), Err(Unreadable::TooManyColumns { row: 2 })));
    }

    proptest! {
        #[test]
        fn what_is_written_with_quotes_is_read_again(
            rows in prop::collection::vec(prop::collection::vec("[a,\"\r\n ]{0,5}", 1..4), 1..5),
            capacity in 1_usize..9,
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let text: String =
                rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n").collect();
            let got: Vec<Vec<String>> = read(text.as_bytes(), capacity).unwrap().into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(got, rows);
        }

        #[test]
        fn a_record_taken_as_one_piece_is_what_its_steps_make_of_it(
            text in "[ab\u{e9},,\n\n\r\"]{0,40}",
            capacity in 2_usize..60,
        ) {
            // No end of a record is ever in sight but that of an empty one.
            let in_steps = read(text.as_bytes(), 1).map_err(|error| error.to_string());
            let got = read(text.as_bytes(), capacity).map_err(|error| error.to_string());
            prop_assert_eq!(got, in_steps);
        }

        #[test]
        fn any_bytes_end_in_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, 7);
        }
    }
}
