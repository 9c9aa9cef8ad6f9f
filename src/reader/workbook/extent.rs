//! How large the tables of an open document become when their repetitions are written out.
//!
//! The format says "this cell a thousand times, this row a million times" in a few bytes, and the
//! library that reads it writes all of them out. So a document far below the limit on inflated size
//! could still fill any memory. Here the same counting is done without writing anything out. What
//! isn't well-formed is left to the library to complain about.

use crate::reader::error::Unreadable;

/// The most cells of all tables, written out. An honest document of 64 MiB has a quarter of it.
const MOST_CELLS: u64 = 4_000_000;
/// The most bytes of all cells, written out.
const MOST_BYTES: u64 = 128 * 1024 * 1024;
/// As many rows as the library takes of one table.
const MOST_ROWS: u64 = 1_048_576;
/// As many columns.
const MOST_COLUMNS: u64 = 16_384;

/// Refuses a document whose tables are too large once written out.
pub(super) fn check(content: &[u8]) -> Result<(), Unreadable> {
    let mut extent = Extent::default();
    let mut tags = Tags { bytes: content, at: 0 };
    tags.try_for_each(|tag| extent.take(&tag))
}

/// A tag, and where it stands.
struct Tag<'a> {
    /// What stands between the angle brackets.
    inside: &'a [u8],
    start: usize,
    end: usize,
}

impl Tag<'_> {
    fn name(&self) -> &[u8] {
        let end = self.inside.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(self.inside.len());
        let name = &self.inside[..end];
        name.strip_suffix(b"/").unwrap_or(name)
    }

    fn is_empty(&self) -> bool {
        self.inside.ends_with(b"/")
    }

    /// The number in an attribute; 1 where there is none. Where it stands more than once, or is no
    /// plain number, as much as can be: what is read here must not be less than what the library reads.
    fn repeats(&self, attribute: &str) -> u64 {
        let text = String::from_utf8_lossy(self.inside);
        let values = text.match_indices(attribute).map(|(at, name)| {
            let value = text[at + name.len()..].trim_start().strip_prefix('=').unwrap_or_default().trim_start();
            let digits = value.get(1..).unwrap_or_default();
            let end = digits.find(['"', '\'']).unwrap_or(digits.len());
            digits[..end].parse().unwrap_or(u64::MAX)
        });
        values.max().unwrap_or(1)
    }

    /// True if the cell holds something, for all that its tag says.
    fn has_value(&self) -> bool {
        let holds = |word: &[u8]| self.inside.windows(word.len()).any(|window| window == word);
        !self.is_empty() || holds(b"office:") || holds(b"table:formula")
    }
}

/// The tags of a document, without comments, character data and instructions.
struct Tags<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let start = self.at + self.bytes.get(self.at..)?.iter().position(|byte| *byte == b'<')?;
            let rest = &self.bytes[start..];
            let special = [(&b"<!--"[..], &b"-->"[..]), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")];
            if let Some((opening, closing)) = special.iter().find(|(opening, _)| rest.starts_with(opening)) {
                let after = &rest[opening.len()..];
                let length = after.windows(closing.len()).position(|window| window == *closing)?;
                self.at = start + opening.len() + length + closing.len();
                continue;
            }
            let mut quote = None;
            let length = rest.iter().position(|byte| match (quote, byte) {
                (None, b'>') => true,
                (None, b'"' | b'\'') => {
                    quote = Some(*byte);
                    false
                }
                (Some(open), byte) if open == *byte => {
                    quote = None;
                    false
                }
                _ => false,
            })?;
            self.at = start + length + 1;
            return Some(Tag { inside: &rest[1..length], start, end: self.at });
        }
    }
}

/// The sums so far.
#[derive(Default)]
struct Extent {
    /// Cells and bytes of the tables before, and bytes of this one.
    cells: u64,
    bytes: u64,
    /// This table: its rows up to the last filled one, those after it, and its widest row.
    rows: u64,
    empty_rows: u64,
    width: u64,
    /// Cells as they stand in the rows, before rows are repeated.
    written: u64,
    row: Row,
}

/// The row at hand.
#[derive(Default)]
struct Row {
    repeats: u64,
    width: u64,
    empty: u64,
    bytes: u64,
    /// The cell at hand: where it begins, and how often it stands.
    cell: Option<(usize, u64)>,
}

impl Extent {
    fn take(&mut self, tag: &Tag<'_>) -> Result<(), Unreadable> {
        match tag.name() {
            b"table:table" => self.end_table(),
            b"table:table-row" => {
                self.row = Row { repeats: tag.repeats("table:number-rows-repeated").min(MOST_ROWS), ..Row::default() };
                if tag.is_empty() {
                    self.end_row();
                }
            }
            b"/table:table-row" => self.end_row(),
            b"table:table-cell" | b"table:covered-table-cell" => self.begin_cell(tag),
            b"/table:table-cell" | b"/table:covered-table-cell" => self.end_cell(tag.end),
            _ => return Ok(()),
        }
        let cells = self.cells.saturating_add(self.rows.saturating_mul(self.width)).max(self.written);
        if cells > MOST_CELLS {
            return Err(too_large("4 million cells"));
        }
        if self.bytes.saturating_add(self.row.bytes) > MOST_BYTES {
            return Err(too_large("128 MiB"));
        }
        Ok(())
    }

    fn begin_cell(&mut self, tag: &Tag<'_>) {
        let repeats = tag.repeats("table:number-columns-repeated").min(MOST_COLUMNS);
        if !tag.has_value() {
            self.row.empty = (self.row.empty + repeats).min(MOST_COLUMNS);
            return;
        }
        let width = (self.row.width + self.row.empty + repeats).min(MOST_COLUMNS);
        self.written += width - self.row.width;
        self.row.width = width;
        self.row.empty = 0;
        self.row.cell = Some((tag.start, repeats));
        if tag.is_empty() {
            self.end_cell(tag.end);
        }
    }

    fn end_cell(&mut self, end: usize) {
        if let Some((start, repeats)) = self.row.cell.take() {
            let length = u64::try_from(end.saturating_sub(start)).unwrap_or(u64::MAX);
            self.row.bytes = self.row.bytes.saturating_add(length.saturating_mul(repeats));
        }
    }

    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if row.width == 0 {
            self.empty_rows = (self.empty_rows + row.repeats).min(MOST_ROWS);
            return;
        }
        self.width = self.width.max(row.width);
        self.bytes = self.bytes.saturating_add(row.bytes.saturating_mul(row.repeats));
        // Empty rows above the first filled one are not written out.
        let gap = if self.rows == 0 { 0 } else { self.empty_rows };
        self.rows = (self.rows + gap + row.repeats).min(MOST_ROWS);
        self.empty_rows = 0;
    }

    fn end_table(&mut self) {
        self.cells = self.cells.saturating_add(self.rows.saturating_mul(self.width));
        (self.rows, self.empty_rows, self.width) = (0, 0, 0);
    }
}

fn too_large(limit: &'static str) -> Unreadable {
    Unreadable::TooLarge {
        part: "the workbook, with its repeated rows and cells".to_owned(),
        limit,
        other_format: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &str) -> String {
        format!("<office:body><table:table table:name=\"a>b\">{rows}</table:table></office:body>")
    }

    fn row(times: u64, cells: &str) -> String {
        format!("<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>")
    }

    fn cell(times: u64, text: &str) -> String {
        format!("<table:table-cell table:number-columns-repeated='{times}'><text:p>{text}</text:p></table:table-cell>")
    }

    fn is_good(content: &str) -> bool {
        check(content.as_bytes()).is_ok()
    }

    #[test]
    fn repetitions_have_bounds_on_both_sides() {
        assert!(is_good(&table(&row(100_000, &cell(10, "x")))));
        assert!(!is_good(&table(&row(400_001, &cell(10, "")))));
        assert!(!is_good(&table(&row(1_000_000, &cell(1_000_000, "x")))));
        assert!(!is_good(&table(&row(u64::MAX, &cell(u64::MAX, "x")))));
        let wide = row(1, &cell(16_384, "x"));
        assert!(is_good(&table(&wide)));
        assert!(!is_good(&table(&wide.repeat(245))));
    }

    #[test]
    fn a_long_text_is_counted_as_often_as_it_stands() {
        let text = "x".repeat(1024 * 1024);
        assert!(is_good(&table(&row(1, &cell(100, &text)))));
        assert!(!is_good(&table(&row(1, &cell(130, &text)))));
        assert!(!is_good(&table(&row(13, &cell(10, &text)))));
    }

    #[test]
    fn the_empty_rest_of_a_sheet_costs_nothing() {
        let blank = "<table:table-cell table:number-columns-repeated=\"16384\"/>";
        let honest = [row(3, blank), row(1, &cell(3, "x")), row(1_048_000, blank)].concat();
        assert!(is_good(&table(&honest)));
        assert!(is_good(&table(&[row(1_000_000, blank), row(1, &cell(100, "x"))].concat())));
        let far = [row(1, &cell(100, "x")), row(1_000_000, blank), row(1, &cell(1, "x"))].concat();
        assert!(!is_good(&table(&far)));
    }

    #[test]
    fn tags_in_comments_and_quotes_are_no_tags() {
        let bomb = row(1_000_000, &cell(1_000, "x"));
        assert!(is_good(&format!("<!--{bomb}--><![CDATA[{bomb}]]>{}", table(&row(1, &cell(1, "x"))))));
        assert!(!is_good(&format!("<a b=\">\">{}", table(&bomb))));
        assert!(!is_good(&format!("<!--><a b=\"-->{}<b c=\"\">", table(&bomb))));
        assert!(!is_good(&table(&row(1_000_000, &cell(1_000, "x")).replace("1000000", "1&#48;00000"))));
        assert!(!is_good(&table(&bomb.replace("table:number", "x='' no-table:number-rows-repeated='1' table:number"))));
    }
}
