//! Open documents through the reader, as office programs write them.

use std::convert::Infallible;
use std::io::{Cursor, Write};

use campaign_scheduler::model::Row;
use campaign_scheduler::reader::{Input, InputHeader, ReadError, ReadOptions, RowSink, Stop, read};

#[derive(Default)]
struct Kept(Vec<Row>);

impl RowSink for Kept {
    type Error = Infallible;

    fn header(&mut self, _header: &InputHeader) -> Result<(), Infallible> {
        Ok(())
    }

    fn row(&mut self, row: &mut Row) -> Result<(), Infallible> {
        self.0.push(row.clone());
        Ok(())
    }
}

fn rows_of(bytes: &[u8]) -> Result<Vec<Row>, ReadError> {
    let mut kept = Kept::default();
    let now = "2029-01-01T00:00:00Z".parse().unwrap();
    match read(&[Input::Stdin], &ReadOptions::default(), now, &mut Cursor::new(bytes), &mut kept) {
        Ok(_) => Ok(kept.0),
        Err(Stop::Unreadable(error)) => Err(error),
        Err(Stop::Sink(never)) => match never {},
    }
}

/// A document with one sheet of these rows.
fn document(rows: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
         <table:table table:name=\"Launch\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    let manifest =
        "<?xml version=\"1.0\"?><manifest:manifest><manifest:file-entry manifest:full-path=\"/\"/></manifest:manifest>";
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    archive.start_file("mimetype", stored).unwrap();
    archive.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    for (name, text) in [("META-INF/manifest.xml", manifest), ("content.xml", &content)] {
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
    let shown: Vec<String> = rows[0].cells.iter().map(campaign_scheduler::model::Cell::display).collect();
    assert_eq!(shown[1..], ["2030-01-27", "18:29:00", "2030-02-27 10:00:00", "2"]);
    assert_eq!(rows[0].problems, []);
    assert!(rows[0].wish.is_some());
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
