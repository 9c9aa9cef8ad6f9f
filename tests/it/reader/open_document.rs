//! Open documents through the reader, as office programs write them.

use std::io::{Cursor, Write};

use campaign_scheduler::model::{Cell, Row};
use campaign_scheduler::reader::{ReadError, ReadOptions};

use super::read_bytes;

fn rows_of(bytes: &[u8]) -> Result<Vec<Row>, ReadError> {
    read_bytes(bytes, &ReadOptions::default()).map(|(kept, _)| kept.rows)
}

/// A document with one sheet of these rows.
fn document(rows: &str) -> Vec<u8> {
    archive(&content(rows))
}

fn content(rows: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"Launch\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    )
}

fn archive(content: &str) -> Vec<u8> {
    let manifest =
        "<?xml version=\"1.0\"?><manifest:manifest><manifest:file-entry manifest:full-path=\"/\"/></manifest:manifest>";
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("mimetype", stored).unwrap();
    archive.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    for (name, text) in [("META-INF/manifest.xml", manifest), ("content.xml", content)] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

fn text(text: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
}

fn value(kind: &str, attribute: &str, value: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"{kind}\" office:{attribute}=\"{value}\"><text:p>shown</text:p></table:table-cell>"
    )
}

#[test]
fn dates_times_and_numbers_are_read_by_value_not_as_shown() {
    let rest = "<table:table-row table:number-rows-repeated=\"1048570\">\
                <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let header = ["Campaign", "Start date", "Start time", "End", "Interval"].map(text);
    let blank = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"5\"/></table:table-row>";
    let campaign = [
        text("Spring &amp; <text:s/>co"),
        value("date", "date-value", "2030-01-27"),
        value("time", "time-value", "PT18H29M00S"),
        value("date", "date-value", "2030-02-27T10:00:00"),
        value("float", "value", "2"),
    ];
    let rows = rows_of(&document(&[row(&header), blank.to_owned(), row(&campaign), rest.to_owned()].concat())).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].place.to_string(), "stdin:Launch:4");
    let shown: Vec<String> = rows[0].cells.iter().map(Cell::display).collect();
    assert_eq!(shown[1..], ["2030-01-27", "18:29:00", "2030-02-27 10:00:00", "2"]);
    assert_eq!(rows[0].problems, []);
    assert!(rows[0].schedule.is_some());
}

#[test]
fn a_few_bytes_that_ask_for_a_million_rows_are_refused() {
    let bomb = format!(
        "<table:table-row table:number-rows-repeated=\"1000000\">{}</table:table-row>",
        text("x").replace("<table:table-cell", "<table:table-cell table:number-columns-repeated=\"1000\"")
    );
    let header = ["Campaign", "Start", "End", "Interval"].map(text);
    let error = rows_of(&document(&[row(&header), bomb].concat())).unwrap_err();
    assert_eq!(error.code(), "input-too-large");
    assert_eq!(error.hint(), "open it in a spreadsheet program and save it as .xlsx or .csv");
}

#[test]
fn a_document_laid_out_over_lines_is_read_as_one_that_is_not() {
    let cell = |text: &str| {
        format!(
            "\n  <table:table-cell office:value-type=\"string\">\n   <text:p>{text}</text:p>\n  </table:table-cell>\n"
        )
    };
    let header = ["Campaign", "Start", "End", "Interval"].map(cell);
    let spread = "<text:span>Spring</text:span>\n    of <text:s text:c=\"2\"/><text:ruby><text:ruby-base>2030</text:ruby-base><text:ruby-text>no</text:ruby-text></text:ruby>&#33;<office:annotation><text:p>no</text:p></office:annotation>";
    let rows = rows_of(&document(&["\n", &row(&header), "\n", &row(&[cell(spread)]), "\n"].concat())).unwrap();
    assert_eq!(rows[0].cells, [Cell::Text("Spring of   2030!".to_owned())]);
}

#[test]
fn tabs_breaks_and_raw_text_of_a_cell_are_what_the_program_shows() {
    let header = ["Campaign", "Start", "End", "Interval"].map(text);
    let cell = "<table:table-cell><![CDATA[no]]><text:p>a<text:tab/>b<text:line-break/>c<![CDATA[<d>]]></text:p></table:table-cell>";
    let rows = rows_of(&document(&[row(&header), row(&[cell.to_owned()])].concat())).unwrap();
    assert_eq!(rows[0].cells, [Cell::Text("a\tb\nc<d>".to_owned())]);
}

#[test]
fn errors_and_formulas_without_a_value_are_no_text_and_no_blank() {
    let header = ["Campaign", "Start", "End", "Interval"].map(text);
    let error = "<table:table-cell table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#DIV/0!</text:p></table:table-cell>";
    let formula = "<table:table-cell table:formula=\"of:=[.A1]\" office:value-type=\"date\"/>";
    let rows = rows_of(&document(&[row(&header), row(&[error.to_owned(), formula.to_owned()])].concat())).unwrap();
    assert_eq!(rows[0].cells, [Cell::Error("#DIV/0!".to_owned()), Cell::UncomputedFormula]);
}

/// LibreOffice saves yes-or-no values of another program's file so.
#[test]
fn a_formula_of_true_or_false_is_a_yes_or_no_value() {
    let header = ["Campaign", "Action"].map(text);
    let of = |formula: &str, number: u8| {
        format!(
            "<table:table-cell table:formula=\"of:={formula}()\" office:value-type=\"float\" office:value=\"{number}\"><text:p>{formula}</text:p></table:table-cell>"
        )
    };
    let rows = [row(&[text("A"), of("TRUE", 1)]), row(&[text("B"), of("FALSE", 0)]), row(&[text("C"), of("PI", 3)])];
    let rows = rows_of(&document(&[row(&header), rows.concat()].concat())).unwrap();
    let second: Vec<&Cell> = rows.iter().map(|row| &row.cells[1]).collect();
    assert_eq!(second, [&Cell::Bool(true), &Cell::Bool(false), &Cell::Number(3.0)]);
}

#[test]
fn a_bare_number_counts_from_the_day_that_the_document_names() {
    let header = ["Campaign", "Start", "End", "Interval"].map(text);
    let campaign = [text("A"), value("float", "value", "48639.375"), text("2037-04-30"), value("float", "value", "1")];
    let start = |day: &str| {
        let day = format!("<table:null-date table:date-value=\"{day}\"/>");
        let settings = format!("<table:calculation-settings>{day}</table:calculation-settings><table:table ");
        let content = content(&[row(&header), row(&campaign)].concat()).replace("<table:table ", &settings);
        let rows = rows_of(&archive(&content)).unwrap();
        rows[0].schedule.unwrap().window().unwrap().start.to_string()
    };
    assert_eq!(start("1904-01-01"), "2037-03-02 09:00:00");
    assert_eq!(start("1899-12-30"), "2033-03-01 09:00:00");
}

/// LibreOffice gives such a cell an empty paragraph and no type.
#[test]
fn a_formula_that_gives_an_empty_text_is_blank() {
    let header = ["Campaign", "Start", "End", "Interval", "Note"].map(text);
    let of = |rest: &str| format!("<table:table-cell table:formula=\"of:=IF(0;1;&quot;&quot;)\"{rest}");
    let empty = of("><text:p/></table:table-cell>");
    let typed = of(" office:value-type=\"string\" office:string-value=\"\"/>");
    let blank = row(&[empty.clone(), typed.clone(), empty.clone()]);
    let filled = row(&[text("A"), empty, typed, of("/>")]);
    let rows = rows_of(&document(&[row(&header), blank, filled].concat())).unwrap();
    assert_eq!(rows.iter().map(|row| row.place.row).collect::<Vec<_>>(), [3]);
    assert_eq!(rows[0].cells[1..], [Cell::Empty, Cell::Empty, Cell::UncomputedFormula]);
}

#[test]
fn a_repeated_row_is_as_many_rows() {
    let header = ["Campaign", "Start", "End", "Interval"].map(text);
    let repeated = row(&[text("A")]).replace("<table:table-row>", "<table:table-row table:number-rows-repeated=\"3\">");
    let rows = rows_of(&document(&[row(&header), repeated, row(&[text("B")])].concat())).unwrap();
    assert_eq!(rows.iter().map(|row| row.place.row).collect::<Vec<_>>(), [2, 3, 4, 5]);
}

#[test]
fn a_document_that_is_cut_short_or_locked_is_refused() {
    let whole = document(&row(&["Campaign", "Start", "End", "Interval"].map(text)));
    assert!(rows_of(&whole).is_ok());
    let refused = |content: &str, manifest: &str| {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [("META-INF/manifest.xml", manifest), ("content.xml", content)] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        rows_of(&archive.finish().unwrap().into_inner()).unwrap_err().code()
    };
    let open = "<office:spreadsheet><table:table table:name=\"A\"><table:table-row>";
    assert_eq!(refused(open, "<m/>"), "input-damaged");
    assert_eq!(refused("<office:spreadsheet><b></office:spreadsheet>", "<m/>"), "input-damaged");
    assert_eq!(refused("\u{1}", "<m><manifest:encryption-data/></m>"), "input-encrypted");
}

#[test]
fn repetitions_have_bounds_on_both_sides() {
    let header = row(&["Campaign", "Start", "End", "Interval"].map(text));
    let read = |rows: &str| rows_of(&document(&[header.as_str(), rows].concat())).map_err(|error| error.code());
    let repeated = |columns: u32, name: &str| {
        let attribute = format!("<table:table-cell table:number-columns-repeated=\"{columns}\"");
        read(&row(&[text(name).replacen("<table:table-cell", &attribute, 1)])).map(|rows| rows.len())
    };
    assert_eq!(repeated(16_384, "x"), Ok(1));
    assert_eq!(repeated(16_385, "x"), Err("too-many-columns"));
    assert_eq!(repeated(u32::MAX, "x"), Err("too-many-columns"));
    assert_eq!(repeated(1, &"x".repeat(1 << 20)), Ok(1));
    assert_eq!(repeated(1, &"x".repeat((1 << 20) + 1)), Err("row-too-long"));
    assert_eq!(repeated(1, "<text:s text:c=\"4000000000\"/>"), Err("row-too-long"));
    let far = |rows: u32| {
        let gap =
            format!("<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell/></table:table-row>");
        read(&[gap, row(&[text("x")])].concat()).map(|rows| rows[0].place.row)
    };
    assert_eq!(far(1_048_574), Ok(1_048_576));
    assert_eq!(far(1_048_575), Err("too-many-rows"));
    assert_eq!(far(u32::MAX), Err("too-many-rows"));
}

#[test]
fn a_workbook_of_more_sheets_than_anybody_looks_through_is_to_be_told_which() {
    let sheets: String =
        (0..10_001).map(|name| format!("<table:table table:name=\"S{name}\"></table:table>")).collect();
    let none = "<table:table table:name=\"Launch\"></table:table>";
    let bytes = archive(&content("").replace(none, &sheets));
    let error = rows_of(&bytes).unwrap_err();
    assert_eq!((error.code(), error.hint().as_str()), ("too-many-sheets", "name the one that is meant with --sheet"));
    let named = ReadOptions { sheet: Some("S10000".to_owned()), ..ReadOptions::default() };
    assert_eq!(read_bytes(&bytes, &named).map(|_| ()).unwrap_err().code(), "input-empty");
}
