//! Which delimiter a text uses.
//!
//! The text is read with each of the four; the one that brings out the most columns that mean
//! something is the delimiter. Where none does, it is the one under which most rows have the same
//! number of cells. Reading, not counting, is what keeps quoted text from being counted.

use std::collections::HashMap;

use super::cut::Cut;
use super::fill;
use super::records::Records;
use crate::reader::columns::RawRow;
use crate::reader::front::ReadOptions;
use crate::reader::header;

/// In the order in which they win when nothing else tells them apart.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A first line such as `sep=;`, which spreadsheet programs read and don't show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SeparatorLine {
    pub(super) delimiter: u8,
    /// The length of the line with its end, in bytes.
    pub(super) length: usize,
}

/// The `sep=` line of a text, if it has one.
pub(super) fn separator_line(sample: &[u8]) -> Option<SeparatorLine> {
    let end = sample.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(sample.len());
    let line = &sample[..end];
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (word, delimiter) = line.split_at_checked(4)?;
    let &[delimiter] = delimiter else { return None };
    let is_delimiter = delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\r' | b'\n' | 0);
    if !word.eq_ignore_ascii_case(b"sep=") || !is_delimiter {
        return None;
    }
    let line_end = match &sample[end..] {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    };
    Some(SeparatorLine { delimiter, length: end + line_end })
}

/// The delimiter that fits best.
pub(super) fn delimiter(sample: &[u8], options: &ReadOptions) -> u8 {
    let mut best = (b',', (0, 0, 0));
    for delimiter in DELIMITERS {
        let rows = first_rows(sample, delimiter, header::last_row(options));
        let (rows_alike, cells) = commonest_width(&rows);
        let fit = (header::best_score(&rows, options), rows_alike, cells);
        if fit > best.1 {
            best = (delimiter, fit);
        }
    }
    best.0
}

fn first_rows(sample: &[u8], delimiter: u8, last_row: u32) -> Vec<RawRow> {
    let mut records = Records::new(sample, delimiter, 1);
    let mut cut = Cut::default();
    let mut rows = Vec::new();
    while rows.len() < last_row as usize && matches!(records.advance(&mut cut), Ok(true)) {
        let Some(record) = cut.take() else { break };
        let mut row = RawRow { number: record.number, cells: Vec::new() };
        fill(&mut row.cells, record.fields());
        rows.push(row);
    }
    rows
}

/// How many rows have the commonest number of cells above one, and that number.
fn commonest_width(rows: &[RawRow]) -> (usize, usize) {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for row in rows.iter().filter(|row| row.cells.len() > 1) {
        *counts.entry(row.cells.len()).or_default() += 1;
    }
    counts.into_iter().map(|(cells, rows)| (rows, cells)).max().unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> char {
        char::from(delimiter(text.as_bytes(), &ReadOptions::default()))
    }

    #[test]
    fn the_delimiter_is_the_one_that_brings_out_the_columns() {
        assert_eq!(told("campaign,start,end,interval\na,b,c,d\n"), ',');
        assert_eq!(told("campaign;start;end;interval\n\"a,b,c,d,e\";\"1,2\";c;d\n"), ';');
        assert_eq!(told("campaign\tstart\tend\tinterval\n"), '\t');
        assert_eq!(told("campaign|start|end|interval\nx, y, z|1|2|3\n"), '|');
        assert_eq!(told("\"a;b;c;d\",x\n\"a;b;c;d\",y\n"), ',');
        assert_eq!(told("x;y\n1,5;2,5\n1;2\n3;4"), ';');
        // More cells and as many rows alike, but not the columns.
        assert_eq!(told("Campaign;Start;End;Interval;a,b,c,d,e,f\nA;1;2;3;1,2,3,4,5,6\n"), ';');
        assert_eq!(told("a title\nof\nthree lines\na;b\n"), ';');
        assert_eq!(told("name\nx\n"), ',');
    }

    #[test]
    fn a_separator_line_is_told_from_text() {
        let line = |text: &str| separator_line(text.as_bytes()).map(|line| (char::from(line.delimiter), line.length));
        assert_eq!(line("sep=;\r\na;b"), Some((';', 7)));
        assert_eq!(line("SEP=\t\na"), Some(('\t', 6)));
        assert_eq!(line("\"sep=,\"\na"), Some((',', 8)));
        assert_eq!(line("sep=;"), Some((';', 5)));
        assert_eq!(line("sep=;;\n"), None);
        assert_eq!(line("separate\n"), None);
        assert_eq!(line("name;\n"), None);
        assert_eq!(line("sep=\"\n"), None);
        assert!(separator_line(b"sep=\xff\n").is_none());
        assert_eq!(line(""), None);
    }
}
