use std::path::Path;

use calamine::{Data, Range, Reader, Xlsx, open_workbook};
use campaign_scheduler::journal::StoredRow;
use campaign_scheduler::model::{Cell, Code, Field, ResultColumn, Status};
use campaign_scheduler::report::results::{self, Rows};
use proptest::prelude::*;

use super::fixture::{batch, finding, mixed, not_a_date, row, text, wall};

fn open(path: &Path, sheet: &str) -> Range<Data> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    workbook.worksheet_range(sheet).unwrap()
}

fn written(rows: &[StoredRow], which: Rows, sheet: &str) -> Range<Data> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q1.results.xlsx");
    results::write(&path, &batch(rows), &rows.to_vec(), which).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    open(&path, sheet)
}

#[test]
fn a_workbook_holds_every_row_with_real_dates_and_numbers() {
    let sheet = written(&mixed(), Rows::All, "Results");
    let header: Vec<_> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(header[..5], ["Campaign", "Start", "End", "Interval", "Region"]);
    assert_eq!(header[5..], ResultColumn::ALL.map(ResultColumn::as_str));
    assert_eq!(sheet.height(), 9);
    let value = |row: u32, column: u32| sheet.get_value((row, column)).unwrap().clone();
    let Data::DateTime(start) = value(1, 1) else { panic!("{:?} is no date", value(1, 1)) };
    assert_eq!(start.as_datetime(), Some(wall("2027-01-27 18:29:00")));
    let Data::DateTime(submitted) = value(1, 12) else { panic!("{:?} is no date", value(1, 12)) };
    assert_eq!(submitted.as_datetime().map(|time| time.format("%F %T").to_string()).unwrap(), "2026-11-23 09:00:00");
    assert_eq!(value(1, 3), Data::Float(1.0));
    assert_eq!(value(2, 1), Data::String("31/02/2027".to_owned()));
    assert_eq!(value(3, 0), Data::String("=HYPERLINK(\"http://evil.example\")".to_owned()), "text, not a formula");
    assert_eq!(value(4, 7), Data::String("Campaign \\u{1b}[31mnot\\u{a}found".to_owned()));
    assert_eq!(value(4, 10), Data::Float(404.0));
    let statuses: Vec<_> = (1..9).map(|line| value(line, 5).to_string()).collect();
    let expected = mixed().iter().map(|row| row.status.to_string()).collect::<Vec<_>>();
    assert_eq!(statuses, expected);
}

#[test]
fn no_formula_is_in_a_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.xlsx");
    let rows = mixed();
    results::write(&path, &batch(&rows), &rows, Rows::All).unwrap();
    let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
    for sheet in ["Results", "Summary"] {
        assert!(workbook.worksheet_formula(sheet).unwrap().is_empty());
    }
}

#[test]
fn rejects_and_the_summary_sheet_close_their_accounts() {
    let sheet = written(&mixed(), Rows::Rejects, "Rejects");
    assert_eq!(sheet.height(), 1 + 4);
    let summary = written(&mixed(), Rows::All, "Summary");
    let counts: Vec<_> = (2..11)
        .map(|line| format!("{}={}", summary.get_value((line, 0)).unwrap(), summary.get_value((line, 1)).unwrap()))
        .collect();
    assert_eq!(
        counts.join(" "),
        "scheduled=2 disabled=1 unchanged=1 invalid=1 rejected=1 failed=1 unknown=1 pending=0 rows=8"
    );
}

#[test]
fn a_workbook_is_as_old_as_its_batch_and_ready_for_paper() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.xlsx");
    results::write(&path, &batch(&mixed()), &mixed(), Rows::All).unwrap();
    let core = part(&path, "docProps/core.xml");
    assert!(core.contains(">2026-11-23T09:00:00Z</dcterms:created>"), "{core}");
    let names = part(&path, "xl/workbook.xml");
    assert!(names.contains("Results!$A:$A,Results!$1:$1"), "{names}");
    assert!(part(&path, "xl/worksheets/sheet1.xml").contains("orientation=\"landscape\""));
}

/// The part of the workbook's archive with this name.
fn part(path: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

#[test]
fn cells_with_problems_carry_notes_and_there_is_an_end_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.xlsx");
    let rows: Vec<_> = (0..2_500)
        .map(|ordinal| {
            let mut invalid = row(ordinal, "x", Status::Invalid);
            invalid.cells[1] = text("31/02/2027");
            invalid.problems = vec![not_a_date(u32::try_from(ordinal).unwrap() + 2, "31/02/2027")];
            invalid
        })
        .collect();
    results::write(&path, &batch(&rows), &rows, Rows::All).unwrap();
    let notes = part(&path, "xl/comments1.xml");
    assert!(notes.contains("<comment ref=\"B2\""), "{}", &notes[..400]);
    assert_eq!(notes.matches("<comment ref=").count(), 2_000);
    let sheet = part(&path, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<autoFilter ref=\"A1:P2501\"/>") && sheet.contains("state=\"frozen\""));
}

#[test]
fn a_note_stands_at_the_cell_of_its_field_whatever_stands_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.xlsx");
    let mut one = row(0, "x", Status::Scheduled);
    one.cells[1] = Cell::Date(wall("2027-01-27 18:00:00"));
    *one.cells.last_mut().unwrap() = Cell::Number(46_414.75);
    one.warnings =
        vec![finding("B2", Field::Start, Code::SerialDate, "46414.75", "a number taken for a date", "write it")];
    let rows = vec![one];
    results::write(&path, &batch(&rows), &rows, Rows::All).unwrap();
    let notes = part(&path, "xl/comments1.xml");
    assert!(notes.contains("<comment ref=\"B2\"") && notes.matches("<comment ref=").count() == 1, "{notes}");
}

#[test]
fn what_a_cell_cannot_hold_is_cut_and_the_row_stays() {
    let mut long = row(0, "x", Status::Invalid);
    long.cells[4] = text(&"😀".repeat(20_000));
    let sheet = written(&[long], Rows::All, "Results");
    let cut = sheet.get_value((1, 4)).unwrap().to_string();
    assert_eq!((cut.encode_utf16().count(), cut.chars().count()), (32_767, 16_384));
    assert!(cut.ends_with("😀…"), "a sign says that something is left off");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn hostile_text_comes_out_of_a_workbook_as_it_went_in(
        names in proptest::collection::vec("[ =+\\-@'\t\n]?(_x00[0-9A-F]{2}_)?[\\PC\u{1}\u{1b}\r<>&\"]{1,12}", 1..6)
    ) {
        let rows: Vec<_> = (0..).zip(&names).map(|(ordinal, name)| row(ordinal, name, Status::Unchanged)).collect();
        let sheet = written(&rows, Rows::All, "Results");
        for (line, name) in (1..).zip(&names) {
            prop_assert_eq!(sheet.get_value((line, 0)), Some(&Data::String(name.clone())));
        }
    }
}

#[test]
fn whole_days_times_and_truth_values_keep_their_kind() {
    let mut one = row(0, "x", Status::Unchanged);
    one.cells = vec![text("x"), Cell::Date(wall("2027-01-27 00:00:00")), Cell::Time(0.75), Cell::Bool(true)];
    let sheet = written(&[one], Rows::All, "Results");
    let value = |column: u32| sheet.get_value((1, column)).unwrap().clone();
    assert!(matches!(value(1), Data::DateTime(day) if day.as_f64() == 46_414.0), "{:?}", value(1));
    assert!(matches!(value(2), Data::DateTime(time) if time.as_f64() == 0.75), "{:?}", value(2));
    assert_eq!(value(3), Data::Bool(true));
}
