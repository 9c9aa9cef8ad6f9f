//! The way of results through a spreadsheet program that somebody opened and saved them with.
//!
//! The program is real, so this is tried only where it is installed; elsewhere the test says that it
//! was skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::came_back::{HEADER, Typed, good, meanings, text, with, workbook};
use super::desk::Desk;
use crate::tools::needs;

/// Saves a file in another format, as its owner would by hand.
fn saved_as(office: &Path, source: &Path, format: &str, filter: &str, folder: &Path) -> PathBuf {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let target = folder.join(format);
    let ended = Command::new(office)
        .args([&profile, "--headless", "--convert-to", &format!("{format}:{filter}"), "--outdir"])
        .args([&target, source])
        .output()
        .unwrap();
    let saved = target.join(source.with_extension(format).file_name().unwrap());
    assert!(saved.is_file(), "{}", String::from_utf8_lossy(&ended.stderr));
    saved
}

/// Four kinds of names aren't among them. One that begins with a quote and a sign looks, saved as CSV, like a
/// quote that results put there. The program takes the escape `_x0041_` for what it stands for, however it was
/// escaped itself; of a long number it saves what it shows, `1E+021`; and into
/// ODS it saves no control characters, so that the name is mended thereby.
fn rows() -> Vec<Vec<Typed>> {
    let names = [
        "Frühling | EU",
        "=SUM(A1)",
        "'quoted",
        "+49 call",
        "-5",
        "+3.2",
        "@home",
        "a;b",
        "say \"hi\"",
        "a, b",
        "0042",
        "TRUE",
        "2030-01-10",
        "1e5",
        "18:29:00",
        "\u{202a}odd",
        "#N/A",
        "line\nbreak",
        "50%",
        "1/2",
        " edges ",
        "1000000000000000000000",
        "0.30000000000000004",
        "12345678901234567",
        "1,5",
        "_x000D_",
        "_x000d_",
        "36:00:00",
        "2030-01-10 18:29:00",
        "http://example.com/a b",
        "FALSE",
        "'tis",
        "-",
        "+",
    ];
    let mut rows: Vec<_> = names.iter().map(|name| with(0, text(name))).collect();
    let typed = [
        (0, Typed::Number(7.0)),
        (0, Typed::Percent(0.5)),
        (0, Typed::Date(47_493.0)),
        (0, Typed::Bool(true)),
        (0, Typed::Time(0.75)),
        (1, Typed::Date(47_493.0)),
        (1, Typed::Date(47_493.770_138_888_89)),
        (1, Typed::Number(47_493.5)),
        (1, Typed::Text("31/02/2030".to_owned())),
        (3, Typed::Number(2.0)),
        (3, text("Mon/Wed/Fri")),
        (3, text("1-2")),
        (4, Typed::Bool(false)),
        (4, Typed::Formula("#N/A")),
        (5, Typed::Number(-5.0)),
        (6, text("beyond, the header")),
    ];
    for (number, (index, cell)) in (0..).zip(typed) {
        let mut row = with(index, cell);
        if index > 0 {
            row[0] = text(&format!("Typed {number}"));
        }
        rows.push(row);
    }
    rows.push(good());
    rows
}

#[test]
fn results_that_a_spreadsheet_program_saved_mean_what_they_meant() {
    let Some(office) = needs(&["soffice"], "results that LibreOffice saved") else { return };
    let mut desk = Desk::new();
    let path = desk.folder().join("q1.xlsx");
    workbook(&path, &HEADER, &rows());
    let first = desk.read(&[&path]);
    assert!(first.rows.iter().any(|row| row.key.is_none()) && first.rows.iter().any(|row| row.key.is_some()));
    let folder = desk.folder().to_owned();
    let comma_separated_utf_8 = "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false";
    // CSV isn't tried: what the program makes of text when it opens it is its guess about every cell.
    let results = &first.files[1];
    for (format, filter) in [("xlsx", "Calc MS Excel 2007 XML"), ("ods", "calc8"), ("csv", comma_separated_utf_8)] {
        let saved = saved_as(&office, results, format, filter, &folder);
        let again = desk.read(&[&saved]).rows;
        assert_eq!(again.len(), first.rows.len(), "results saved as {format}");
        let (again, first) = (meanings(&again), meanings(&first.rows));
        let changed: Vec<_> = first.iter().zip(&again).filter(|(first, again)| first != again).collect();
        assert!(changed.is_empty(), "results saved as {format}: {changed:?}");
    }
}
