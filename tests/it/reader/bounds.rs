//! The limits of an input, each from both sides: at the limit a sheet is read, one more and it is refused
//! with a message that names the limit and a hint that leads out.

use campaign_scheduler::reader::ReadOptions;

use super::{HEADER, archive_of, packed, parts_in, read_bytes, refused, said, workbook_around};

const MIB: usize = 1 << 20;

/// The rows that come out, or the error in full.
fn outcome(bytes: &[u8]) -> Result<u32, String> {
    read_bytes(bytes, &ReadOptions::default()).map(|(_, reading)| reading.rows).map_err(|error| said(&error))
}

fn cell(reference: &str, text: &str) -> String {
    format!("<c r=\"{reference}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A workbook with a header, and a row of these cells.
fn workbook_with(cells: &str) -> Vec<u8> {
    let header = [cell("A1", "Campaign"), cell("B1", "Action")].concat();
    workbook_around(&format!(
        "<worksheet><sheetData><row r=\"1\">{header}</row><row r=\"2\">{cells}</row></sheetData></worksheet>"
    ))
}

#[test]
fn a_row_of_one_mib_is_read_and_a_longer_one_is_not() {
    let refused = "row-too-long: stdin: row 2 holds more than 1 MiB \
                   (check that the file is a table with one campaign a row)";
    let text = |length: usize| format!("{HEADER}{},1,2,3\n", "x".repeat(length - 6)).into_bytes();
    assert_eq!(outcome(&text(MIB)), Ok(1));
    assert_eq!(outcome(&text(MIB + 1)), Err(refused.to_owned()));
    let sheet = |length: usize| workbook_with(&[cell("A2", "x"), cell("B2", &"y".repeat(length - 1))].concat());
    assert_eq!(outcome(&sheet(MIB)), Ok(1));
    assert_eq!(outcome(&sheet(MIB + 1)), Err(refused.replace("stdin: row", "stdin: sheet \"S\": row")));
    let quoted = format!("{HEADER}A,\"{}\",2,3\n", "x\n".repeat(MIB));
    assert!(outcome(quoted.as_bytes()).unwrap_err().ends_with(
        "holds more than 1 MiB, from the quote that opens on line 2 (most likely that quote was never closed: close it there)"
    ));
}

#[test]
fn a_row_of_16_384_columns_is_read_and_a_wider_one_is_not() {
    let refused = "too-many-columns: stdin: row 2 has more than 16,384 columns \
                   (delete the columns that aren't needed, and check --delimiter)";
    let text = |columns: usize| format!("{HEADER}A{}\n", ",".repeat(columns - 1)).into_bytes();
    assert_eq!(outcome(&text(16_384)), Ok(1));
    assert_eq!(outcome(&text(16_385)), Err(refused.to_owned()));
    assert_eq!(outcome(&text(1_000_000)), Err(refused.to_owned()));
    assert_eq!(outcome(&workbook_with(&cell("XFD2", "x"))), Ok(1));
    let beyond = outcome(&workbook_with(&cell("XFE2", "x"))).unwrap_err();
    assert_eq!(beyond, refused.replace("stdin: row", "stdin: sheet \"S\": row"));
}

/// A workbook whose list of shared strings is of this length: a string, and blanks behind it.
fn workbook_with_strings(length: usize) -> Vec<u8> {
    let (start, end) = ("<sst><si><t>Campaign</t></si><si><t>Action</t></si>", "</sst>");
    let strings = format!("{start}{}{end}", " ".repeat(length - start.len() - end.len()));
    let row = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>";
    let sheet = format!("<worksheet><sheetData>{row}</sheetData></worksheet>");
    archive_of(&[("xl/worksheets/sheet1.xml", sheet.as_bytes()), ("xl/sharedStrings.xml", strings.as_bytes())])
}

#[test]
fn shared_strings_of_128_mib_are_read_and_longer_ones_are_not() {
    assert_eq!(outcome(&workbook_with_strings(128 * MIB)), Ok(0));
    assert_eq!(
        outcome(&workbook_with_strings(128 * MIB + 1)),
        Err("input-too-large: stdin: the list of shared strings is larger than 128 MiB (save the sheet as .csv, or split it)".to_owned())
    );
}

const TOO_LARGE: &str = "input-too-large: stdin: the workbook is larger than 64 MiB \
                         (open it in a spreadsheet program and save it as .xlsx or .csv)";

/// A workbook of another program with one more part, so that all parts come to this length.
fn padded(name: &str, length: usize) -> Vec<u8> {
    let mut parts = parts_in(name);
    let sum: usize = parts.iter().map(|(_, content)| content.len()).sum();
    parts.push(("padding".to_owned(), vec![b' '; length - sum]));
    packed(&parts)
}

#[test]
fn an_open_document_of_64_mib_inflated_is_read_and_a_larger_one_is_not() {
    assert_eq!(outcome(&padded("libreoffice-1904.ods", 64 * MIB)), Ok(3));
    assert_eq!(outcome(&padded("libreoffice-1904.ods", 64 * MIB + 1)), Err(TOO_LARGE.to_owned()));
}

#[test]
fn an_xlsb_of_64_mib_inflated_is_read_and_a_larger_one_is_not() {
    assert_eq!(outcome(&padded("sheetjs-plan.xlsb", 64 * MIB)), Ok(4));
    assert_eq!(outcome(&padded("sheetjs-plan.xlsb", 64 * MIB + 1)), Err(TOO_LARGE.to_owned()));
}

#[test]
fn an_xls_of_64_mib_is_read_and_a_larger_one_is_not() {
    let path = format!("{}/tests/it/reader/programs/xlwt-dates.xls", env!("CARGO_MANIFEST_DIR"));
    let mut bytes = std::fs::read(path).unwrap();
    bytes.resize(64 * MIB, 0);
    assert_eq!(outcome(&bytes), Ok(2));
    bytes.push(0);
    assert_eq!(outcome(&bytes), Err(TOO_LARGE.to_owned()));
}

/// Says in an archive's headers and directory that a part is inflated to a few bytes.
fn belittled(mut archive: Vec<u8>, part: &str) -> Vec<u8> {
    let few = 100_u32.to_le_bytes();
    let mut told = 0;
    for (mark, size_at, name_at) in [(b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)] {
        for at in 0..archive.len() - name_at - part.len() {
            if archive[at..].starts_with(mark) && archive[at + name_at..].starts_with(part.as_bytes()) {
                archive[at + size_at..at + size_at + 4].copy_from_slice(&few);
                told += 1;
            }
        }
    }
    assert_eq!(told, 2, "the header and the directory");
    archive
}

/// What it says isn't believed; it is refused as soon as more comes out than it said.
#[test]
fn a_bomb_that_lies_about_its_size_is_stopped_while_it_inflates() {
    for (part, bomb) in [
        ("xl/sharedStrings.xml", workbook_with_strings(128 * MIB + 1)),
        ("padding", padded("libreoffice-1904.ods", 64 * MIB + 1)),
        ("padding", padded("sheetjs-plan.xlsb", 64 * MIB + 1)),
    ] {
        let bomb = belittled(bomb, part);
        assert!(bomb.len() < MIB, "{part}");
        let error = refused(bomb);
        assert_eq!(error.code(), "input-damaged", "{part}: {error}");
    }
}
