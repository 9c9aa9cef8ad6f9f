//! The rows of a table, repeated ones as often as they are asked for.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::rows::put;
use super::{attribute, cell, damaged, malformed};
use crate::model::{Cell, CellName};
use crate::reader::columns::RawRow;
use crate::reader::error::Unreadable;
use crate::reader::merged::MergedCells;
use crate::reader::rows::Rows;

/// What all rows may come to, written out.
const BOUNDS: Bounds = Bounds { cells: 4_000_000, bytes: 128 * 1024 * 1024 };
/// As many rows as a spreadsheet has.
const MOST_ROWS: u32 = 1_048_576;

/// The most cells, and the most bytes of text.
#[derive(Clone, Copy)]
struct Bounds {
    cells: u64,
    bytes: u64,
}

/// The rows of one table.
pub(in crate::reader::workbook) struct TableRows<'a> {
    events: Reader<&'a [u8]>,
    has_ended: bool,
    /// The number of the last row that was read or passed over.
    number: u32,
    /// The row that is repeated, and how often it still comes.
    repeated: Option<(RawRow, u32)>,
    bounds: Bounds,
    cells: u64,
    bytes: u64,
    merged: MergedCells,
}

impl<'a> TableRows<'a> {
    /// The rows of the table with which these events begin.
    pub(super) fn new(events: Reader<&'a [u8]>) -> Self {
        Self {
            events,
            has_ended: false,
            number: 0,
            repeated: None,
            bounds: BOUNDS,
            cells: 0,
            bytes: 0,
            merged: MergedCells::default(),
        }
    }

    /// Reads on to the next row with anything in it, and how often it stands.
    fn read(&mut self) -> Result<Option<(RawRow, u32)>, Unreadable> {
        loop {
            match self.events.read_event().map_err(malformed)? {
                Event::Start(tag) => match tag.name().0 {
                    "table:table" if self.number == 0 => {}
                    "table:table-row" => {
                        let times = repeats(&tag, "table:number-rows-repeated")?;
                        let row = self.row()?;
                        if !row.cells.is_empty() {
                            return Ok(Some((row, times)));
                        }
                        self.number = self.number.saturating_add(times).min(MOST_ROWS);
                    }
                    "table:table-rows" | "table:table-header-rows" | "table:table-row-group" => {}
                    _ => {
                        self.events.read_to_end(tag.name()).map_err(malformed)?;
                    }
                },
                Event::End(tag) if tag.name().0 == "table:table" => return Ok(None),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn row(&mut self) -> Result<RawRow, Unreadable> {
        let mut row = RawRow { number: self.number.saturating_add(1), cells: Vec::new() };
        let (mut column, mut size) = (0_u32, 0);
        loop {
            match self.events.read_event().map_err(malformed)? {
                Event::Start(tag) if matches!(tag.name().0, "table:table-cell" | "table:covered-table-cell") => {
                    let times = repeats(&tag, "table:number-columns-repeated")?;
                    let spans = |name| repeats(&tag, name).map(|spans| spans - 1);
                    let (down, right) = (spans("table:number-rows-spanned")?, spans("table:number-columns-spanned")?);
                    let last = CellName { column: column.saturating_add(right), row: row.number.saturating_add(down) };
                    self.merged.add(CellName { column, row: row.number }, last)?;
                    let cell = cell::read(&tag, &mut self.events)?;
                    let after = column.saturating_add(times);
                    if cell != Cell::Empty {
                        for column in column..after {
                            put(&mut row, column, cell.clone(), &mut size)?;
                        }
                    }
                    column = after;
                }
                Event::Start(tag) => {
                    self.events.read_to_end(tag.name()).map_err(malformed)?;
                }
                Event::End(_) => return Ok(row),
                Event::Eof => return Err(damaged("its content is cut short")),
                _ => {}
            }
        }
    }

    /// Counts a row as it is given out.
    fn count(&mut self, row: &RawRow) -> Result<(), Unreadable> {
        if self.number > MOST_ROWS {
            return Err(Unreadable::TooManyRows);
        }
        let text = |cell: &Cell| if let Cell::Text(text) = cell { text.len() } else { 0 };
        let sum = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        self.cells += sum(row.cells.len());
        self.bytes += sum(row.cells.iter().map(text).sum());
        if self.cells > self.bounds.cells {
            return Err(too_large("4 million cells"));
        }
        if self.bytes > self.bounds.bytes { Err(too_large("128 MiB")) } else { Ok(()) }
    }
}

impl Rows<RawRow> for TableRows<'_> {
    fn merged(&mut self) -> MergedCells {
        std::mem::take(&mut self.merged)
    }

    fn next_row(&mut self, given: &mut RawRow) -> Result<bool, Unreadable> {
        if self.repeated.is_none() && !self.has_ended {
            self.repeated = self.read()?;
            self.has_ended = self.repeated.is_none();
        }
        let Some((row, times)) = self.repeated.take() else { return Ok(false) };
        self.number = self.number.saturating_add(1);
        self.count(&row)?;
        given.number = self.number;
        given.cells.clone_from(&row.cells);
        self.repeated = (times > 1).then(|| (row, times - 1));
        Ok(true)
    }
}

/// How often a row or cell stands, or over how many it spans.
fn repeats(tag: &BytesStart<'_>, name: &str) -> Result<u32, Unreadable> {
    match attribute(tag, name)? {
        None => Ok(1),
        Some(times) => times
            .trim()
            .parse()
            .map(|times: u32| times.max(1))
            .map_err(|_| damaged("a row is repeated no number of times")),
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
    use super::super::Document;
    use super::*;

    /// The rows of a table, under bounds of ten cells and ten bytes.
    fn count(rows: &str) -> Result<usize, Unreadable> {
        let content =
            format!("<office:spreadsheet><table:table table:name=\"A\">{rows}</table:table></office:spreadsheet>");
        let document = Document::open(content.into_bytes())?;
        let mut rows = TableRows { bounds: Bounds { cells: 10, bytes: 10 }, ..document.rows("A")? };
        let (mut count, mut row) = (0, RawRow::default());
        while rows.next_row(&mut row)? {
            count += 1;
        }
        Ok(count)
    }

    fn repeated(rows: u32, columns: u32, text: &str) -> Option<usize> {
        let cell = format!(
            "<table:table-cell table:number-columns-repeated='{columns}'><text:p>{text}</text:p></table:table-cell>"
        );
        count(&format!("<table:table-row table:number-rows-repeated='{rows}'>{cell}</table:table-row>")).ok()
    }

    #[test]
    fn what_is_written_out_has_bounds_on_both_sides() {
        assert_eq!(repeated(5, 2, "x"), Some(5));
        assert_eq!(repeated(11, 1, ""), Some(0));
        assert_eq!(repeated(1, 11, "x"), None);
        assert_eq!(repeated(4, 3, "x"), None);
        assert_eq!(repeated(2, 1, "12345"), Some(2));
        assert_eq!(repeated(2, 1, "123456"), None);
        assert_eq!(repeated(u32::MAX, 1, "x"), None);
    }

    #[test]
    fn what_stands_beside_the_rows_is_passed_over() {
        let cell = "<table:table-cell office:value-type='string'><text:p>x</text:p></table:table-cell>";
        let row = format!("<table:table-row>{cell}</table:table-row>");
        let shapes =
            "<table:shapes><draw:frame><table:table><table:table-row/></table:table></draw:frame></table:shapes>";
        let group = format!(
            "<table:table-row-group><table:table-header-rows>{row}</table:table-header-rows>{row}</table:table-row-group>"
        );
        assert_eq!(count(&[shapes, &group, "<!-- <table:table-row> -->", &row].concat()).ok(), Some(3));
        assert_eq!(count(&format!("<table:table-row><x:remark>no</x:remark>{cell}</table:table-row>")).ok(), Some(1));
        assert!(count("<table:table-row table:number-rows-repeated='-1'/>").is_err());
        assert!(
            count("<table:table-row><table:table-cell office:value-type='float' office:value='x'/></table:table-row>")
                .is_err()
        );
    }

    #[test]
    fn only_cells_are_cells_and_only_paragraphs_are_their_text() {
        let cell = |before: &str| {
            format!("<table:table-cell office:value-type='string'>{before}<text:p>x</text:p></table:table-cell>")
        };
        let content = |rows: &str| {
            format!("<office:spreadsheet><table:table table:name='A'>{rows}</table:table></office:spreadsheet>")
        };
        for (before, within) in [("<x:remark>no</x:remark>", ""), ("", "&#65;"), ("", "&amp;"), ("", "<![CDATA[no]]>")]
        {
            let row = format!("<table:table-row>{before}{}</table:table-row>", cell(within));
            let document = Document::open(content(&row).into_bytes()).unwrap();
            let mut first = RawRow::default();
            assert!(document.rows("A").unwrap().next_row(&mut first).unwrap());
            assert_eq!(first.cells, [Cell::Text("x".to_owned())], "{before}{within}");
        }
        let row = format!("<table:table-row>{}</table:table-row>", cell(""));
        assert_eq!(count(&format!("{row}<table:table>{row}</table:table>")).ok(), Some(1), "a table within the table");
    }

    #[test]
    fn the_last_row_of_a_sheet_is_its_last() {
        let document =
            Document::open(b"<office:spreadsheet><table:table table:name='A'/></office:spreadsheet>".to_vec());
        let document = document.unwrap();
        let counted = |number| {
            TableRows { number, ..document.rows("A").unwrap() }.count(&RawRow::default()).map_err(|error| error.code())
        };
        assert_eq!((counted(MOST_ROWS), counted(MOST_ROWS + 1)), (Ok(()), Err("too-many-rows")));
    }

    #[test]
    fn the_bounds_are_what_their_words_say_and_content_that_is_cut_short_is_damage() {
        assert_eq!((BOUNDS.cells, BOUNDS.bytes), (4_000_000, 128 << 20));
        let cut = "<office:spreadsheet><table:table table:name='A'><table:table-row></table:table-row>";
        assert_eq!(Document::open(cut.into()).err().map(|error| error.code()), Some("input-damaged"));
    }
}
