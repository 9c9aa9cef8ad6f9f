//! Promise 9 where it is hardest: a row that is invalid comes back from results and rejects as
//! invalid as it went, until somebody mends it, and no row comes back meaning something else.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};

use super::desk::{Desk, Told};

/// A cell of a sheet that a test writes.
#[derive(Debug, Clone)]
pub(super) enum Typed {
    Blank,
    Text(String),
    Number(f64),
    Bool(bool),
    /// As a serial number.
    Date(f64),
    Time(f64),
    /// What a formula came to.
    Formula(&'static str),
}

pub(super) fn text(text: &str) -> Typed {
    if text.is_empty() { Typed::Blank } else { Typed::Text(text.to_owned()) }
}

pub(super) fn workbook(path: &Path, header: &[&str], rows: &[Vec<Typed>]) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let time = Format::new().set_num_format("hh:mm:ss");
    for (column, name) in (0..).zip(header) {
        sheet.write_string(0, column, *name).unwrap();
    }
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Typed::Blank => continue,
                Typed::Text(text) => sheet.write_string(line, column, text),
                Typed::Number(number) => sheet.write_number(line, column, *number),
                Typed::Bool(value) => sheet.write_boolean(line, column, *value),
                Typed::Date(moment) => sheet.write_number_with_format(line, column, *moment, &date),
                Typed::Time(fraction) => sheet.write_number_with_format(line, column, *fraction, &time),
                Typed::Formula(result) => sheet.write_formula(line, column, Formula::new("A1").set_result(*result)),
            }
            .unwrap();
        }
    }
    workbook.save(path).unwrap();
}

/// Lines of text; a cell is only ever text there.
fn csv(header: &[&str], rows: &[Vec<Typed>]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(header).unwrap();
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Typed::Text(text) => text.clone(),
            Typed::Number(number) => number.to_string(),
            _ => String::new(),
        });
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Hands every file in again, twice over: rows mean what they meant, and problems are still there.
fn comes_back(desk: &mut Desk, paths: &[&Path]) -> Vec<Told> {
    let first = desk.read(paths);
    let bad: Vec<Told> = first.rows.iter().filter(|row| row.key.is_none()).cloned().collect();
    // Nothing was sent, so that rejects hold the pending rows too.
    for (index, file) in first.files.iter().enumerate() {
        let again = desk.read(&[file]);
        assert_eq!(meanings(&again.rows), meanings(&first.rows), "{}", file.display());
        let twice = desk.read(&[&again.files[3 - index]]);
        assert_eq!(meanings(&twice.rows), meanings(&first.rows), "{}, twice", file.display());
    }
    bad
}

/// What text says of a problem is said in other words than what a workbook's cell says.
pub(super) fn meanings(rows: &[Told]) -> Vec<(&str, Option<[u8; 16]>)> {
    rows.iter().map(|row| (row.campaign.as_str(), row.key)).collect()
}

pub(super) const HEADER: [&str; 6] = ["Campaign", "Start", "End", "Interval", "Stream", "Timezone"];

pub(super) fn good() -> Vec<Typed> {
    vec![text("Spring"), text("2030-01-10 09:00"), text("2031-06-30"), Typed::Number(1.0)]
}

pub(super) fn with(index: usize, cell: Typed) -> Vec<Typed> {
    let mut row = good();
    row.resize(row.len().max(index + 1), Typed::Blank);
    row[index] = cell;
    row
}

#[test]
fn a_cell_beyond_the_header_keeps_its_row_invalid() {
    let mut desk = Desk::new();
    let header = "campaign_name,start,end,interval";
    let path =
        desk.file("q1.csv", &format!("{header}\nSpring, EU,2030-01-10,2031-01-10,1\nB,2030-01-10,2031-01-10,1\n"));
    let bad = comes_back(&mut desk, &[&path]);
    assert_eq!(bad.len(), 1);
    assert!(bad[0].codes.contains(&"beyond-header"), "{bad:?}");
    let results = std::fs::read_to_string(desk.folder().join("1.results.csv")).unwrap();
    assert!(results.starts_with(&format!("{header},,result_status,")), "{results}");
    assert!(results.contains("\nSpring, EU,2030-01-10,2031-01-10,1,invalid,"), "{results}");

    let mended = results.replace("Spring, EU,2030-01-10,2031-01-10,1,", "\"Spring, EU\",2030-01-10,2031-01-10,1,,");
    let mended = desk.file("mended.csv", &mended);
    assert!(comes_back(&mut desk, &[&mended]).is_empty());

    let clean = desk.file("q2.csv", &format!("{header}\nB,2030-01-10,2031-01-10,1\n"));
    let files = desk.read(&[&clean]).files;
    let results = std::fs::read_to_string(&files[0]).unwrap();
    assert!(results.starts_with(&format!("{header},result_status,")), "no column without need: {results}");
}

#[test]
fn what_only_the_kind_of_a_cell_makes_wrong_is_wrong_as_text_too() {
    let mut desk = Desk::new();
    let path = desk.folder().join("q1.xlsx");
    let rows = [
        with(0, Typed::Date(46_414.75)),
        with(0, Typed::Date(46_414.0)),
        with(0, Typed::Time(0.75)),
        with(0, Typed::Bool(true)),
        with(0, Typed::Formula("#N/A")),
        with(4, Typed::Bool(false)),
        with(4, Typed::Date(46_414.0)),
        with(5, Typed::Number(-5.0)),
        with(1, Typed::Bool(true)),
        with(1, Typed::Number(12.0)),
    ];
    workbook(&path, &HEADER, &rows);
    let bad = comes_back(&mut desk, &[&path]);
    let codes: Vec<_> = bad.iter().map(|row| row.codes.join(" ")).collect();
    let named = ["name-is-date", "name-is-date", "name-is-date", "wrong-type", "error-value"];
    let others = ["wrong-type", "wrong-type", "unknown-timezone", "wrong-type", "not-a-date"];
    assert_eq!(codes, [named, others].concat());

    // Whoever says that it is meant so is believed.
    let rows = [with(0, Typed::Date(46_414.0)), with(0, Typed::Bool(true))];
    workbook(&path, &HEADER, &rows);
    let results = std::fs::read_to_string(&desk.read(&[&path]).files[0]).unwrap();
    assert!(results.contains("name-is-date: "), "{results}");
    let lines = results.lines().map(|line| line.split(",invalid,").next().unwrap());
    let emptied = lines.map(|line| format!("{line}\n")).collect::<String>();
    let believed = desk.read(&[&desk.file("emptied.csv", &emptied)]);
    let names: Vec<_> = believed.rows.iter().map(|row| (row.campaign.as_str(), row.key.is_some())).collect();
    assert_eq!(names, [("2027-01-27", true), ("TRUE", true)]);
}

#[test]
fn inputs_that_split_their_dates_come_back_beside_those_that_do_not() {
    let mut desk = Desk::new();
    let whole = desk
        .file("whole.csv", "Campaign,Start Date,End,Interval\nA,2030-01-10 09:00,2031-01-10,1\nX,never,2031-01-10,1\n");
    let split = desk.folder().join("split.xlsx");
    let row = vec![text("B"), Typed::Date(47_500.0), Typed::Time(0.75), text("2031-01-10"), Typed::Number(2.0)];
    workbook(&split, &["Campaign", "Start Date", "Start Time", "End", "Interval (weeks)"], &[row]);
    let bad = comes_back(&mut desk, &[&whole, &split]);
    assert_eq!(bad.len(), 1);
    let results = std::fs::read_to_string(desk.folder().join("1.results.csv")).unwrap();
    assert!(results.starts_with("Campaign,start,End,interval,start_date,start_time,result_status"), "{results}");
    assert!(results.contains("\nB,,2031-01-10,2 weeks,2030-01-17,18:00:00,"), "{results}");

    let both = results.replace("\nB,,", "\nB,2030-01-17 18:00,");
    let both = desk.read(&[&desk.file("both.csv", &both)]).rows;
    assert_eq!(both[2].codes, ["contradiction"], "a row fills one of the two");
}

/// How many rows a sheet has at most.
const ROWS: usize = 20;

fn any_text() -> impl Strategy<Value = String> {
    let odd = vec!["TRUE", "FALSE", "2027-01-27", "18:29:00", "9.25", "-5", "'-5", "=1+1", "#N/A", "007", "", " "];
    prop_oneof![
        proptest::sample::select(odd).prop_map(str::to_owned),
        "\\PC{0,12}",
        "[a-z'=+\\-@\t\r\n\"; ,|]{0,9}",
        "[\u{0}-\u{1f}\u{80}-\u{9f}\u{202a}-\u{202e}a-c]{1,6}"
            .prop_filter("no text file holds it", |text| !text.contains('\0')),
    ]
}

fn any_typed() -> impl Strategy<Value = Typed> {
    let number = prop_oneof![-10.0..60_000.0, (-2_000i32..2_400).prop_map(|n| f64::from(n) / 100.0)];
    prop_oneof![
        4 => any_text().prop_map(|own| text(&own)),
        1 => number.prop_map(Typed::Number),
        1 => any::<bool>().prop_map(Typed::Bool),
        1 => (47_000u32..48_000).prop_map(|serial| Typed::Date(f64::from(serial))),
        1 => (47_000.0..48_000.0).prop_map(Typed::Date),
        1 => (0.0..1.5).prop_map(Typed::Time),
        1 => proptest::sample::select(vec!["#N/A", "2", "soon", ""]).prop_map(Typed::Formula),
    ]
}

fn any_row() -> impl Strategy<Value = Vec<Typed>> {
    let changes = proptest::collection::vec((0usize..10, any_typed()), 0..3);
    (0u32..1_000_000, changes).prop_map(|(number, changes)| {
        let mut row = good();
        row[0] = text(&format!("Campaign {number}"));
        row.resize(10, Typed::Blank);
        for (index, cell) in changes {
            row[index] = cell;
        }
        while matches!(row.last(), Some(Typed::Blank)) {
            row.pop();
        }
        row
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_stands_in_a_sheet_its_rows_come_back_as_they_went(
        typed in proptest::collection::vec(any_row(), 1..ROWS),
        plain in proptest::collection::vec(any_row(), 1..ROWS),
        is_together in any::<bool>(),
    ) {
        let mut desk = Desk::new();
        let book = desk.folder().join("q1.xlsx");
        workbook(&book, &HEADER, &typed);
        let split = ["campaign", "Start Date", "End", "Interval", "Stream", "Start Time"];
        let lines: PathBuf = desk.file("q2.csv", &csv(&split, &plain));
        if is_together {
            comes_back(&mut desk, &[&book, &lines]);
        } else {
            comes_back(&mut desk, &[&book]);
            comes_back(&mut desk, &[&lines]);
        }
    }
}
