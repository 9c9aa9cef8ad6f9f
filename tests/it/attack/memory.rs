//! Promise 11 on the real binary: however long the sheet, memory grows by a few bytes a row.
//!
//! The system's own count is read, the most that the process ever held; a long sheet is compared with
//! a short one, so that the program itself doesn't count.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::site::{Site, settings};

/// What the contract allows.
const BYTES_A_ROW: u64 = 32;
/// What buffers may differ by from one run to the next.
const SLACK: u64 = 1 << 20;
/// Rows of the short sheet, and by how many the long one has more.
const ROWS: (usize, usize) = (5_000, 60_000);

/// The most that a program held in memory, in bytes, and how it ended.
fn peak(command: &mut Command) -> (u64, Option<i32>) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    // It only grows, so the last look before the end is as good as one at the end.
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak = peak.max(kibibytes.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(peak > 0, "the system told nothing");
    (peak, ended.code())
}

#[test]
fn memory_grows_by_no_more_than_a_few_bytes_a_row() {
    let site = Site::new(settings(Duration::ZERO));
    for words in [&["check", "sheet.csv"][..], &["check", "sheet.csv", "--format", "jsonl"]] {
        let peak_of = |rows: usize| {
            site.write_names((1..=rows).map(|row| format!("Spring Savings | Region {row}")));
            peak(&mut site.program(words.iter().copied())).0
        };
        let (short, long) = (peak_of(ROWS.0), peak_of(ROWS.0 + ROWS.1));
        let allowed = BYTES_A_ROW * ROWS.1 as u64 + SLACK;
        let grown = long.saturating_sub(short);
        assert!(grown <= allowed, "{words:?}: {} bytes a row: {short} grew to {long}", grown / ROWS.1 as u64);
    }
}

/// Rows wait between threads, on their way into the journal and into the results: not so many that wide ones
/// add up. A page of such rows counted alone would be 64 MiB.
#[test]
fn wide_rows_wait_in_pages_of_few_bytes() {
    let site = Site::new(settings(Duration::ZERO));
    let (notes, wide) = (",Note".repeat(16), format!(",{}", "x".repeat(32_000)).repeat(16));
    let mut sheet = std::fs::File::create(site.path("sheet.csv")).unwrap();
    writeln!(sheet, "Campaign,Start,End,Interval{notes}").unwrap();
    for row in 0..150 {
        writeln!(sheet, "Spring {row},2037-03-02 09:00,2037-04-30 18:00,daily{wide}").unwrap();
    }
    let held = peak(&mut site.run([])).0 >> 20;
    assert!(held <= 64, "{held} MiB");
    assert!(std::fs::metadata(site.path("sheet.results.csv")).unwrap().len() > 150 * 16 * 32_000);
}

/// An archive in which the last of these parts is followed by blanks: a few hundred KiB on disk.
fn inflated(parts: &[(&str, &str)], mebibytes: usize) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    for _ in 0..mebibytes {
        archive.write_all(&[b' '; 1 << 20]).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Each is far over a limit, and is refused before much of it is held; `most` is in MiB, the program included.
#[test]
fn a_hostile_file_is_refused_within_the_bound() {
    let site = Site::new(settings(Duration::ZERO));
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let relation =
        format!("<Relationships><Relationship Id=\"a\" Type=\"{office}\" Target=\"xl/workbook.xml\"/></Relationships>");
    let strings =
        [("_rels/.rels", relation.as_str()), ("xl/workbook.xml", "<workbook/>"), ("xl/sharedStrings.xml", "<sst>")];
    let rows = "<office:spreadsheet><table:table table:name=\"A\">\
        <table:table-row><table:table-cell><text:p>Campaign</text:p></table:table-cell>\
        <table:table-cell><text:p>Action</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"4294967295\">\
        <table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell>\
        </table:table-row></table:table></office:spreadsheet>";
    for (name, most, bytes) in [
        ("strings.xlsx", 176, inflated(&strings, 192)),
        ("sheet.ods", 40, inflated(&[("content.xml", "<office:spreadsheet>")], 96)),
        ("rows.ods", 128, inflated(&[("content.xml", rows)], 0)),
        ("book.xlsb", 40, inflated(&[("xl/workbook.bin", "x")], 96)),
        ("cell.csv", 40, vec![b'x'; 96 << 20]),
        ("quote.csv", 40, [b"a,\"", vec![b'\n'; 96 << 20].as_slice()].concat()),
        ("columns.csv", 40, vec![b','; 96 << 20]),
    ] {
        std::fs::write(site.path(name), bytes).unwrap();
        let (held, code) = peak(&mut site.program(["check", name]));
        assert!(held >> 20 <= most, "{name}: {} MiB", held >> 20);
        assert_eq!(code, Some(2), "{name}");
    }
}
