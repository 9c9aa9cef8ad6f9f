use calamine::{Data, Reader, Xlsx, open_workbook};
use campaign_scheduler::model::Field;
use campaign_scheduler::report::{ReportError, template};
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

#[test]
fn the_csv_template() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.csv");
    template::write(&path, today()).unwrap();
    insta::assert_snapshot!(std::fs::read_to_string(&path).unwrap());
}

#[test]
fn the_workbook_has_examples_with_real_dates_and_explains_every_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.xlsx");
    assert_eq!(template::write(&path, today()).unwrap().rows, 2);
    let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
    let campaigns = workbook.worksheet_range("Campaigns").unwrap();
    assert_eq!(campaigns.height(), 3);
    assert!(matches!(campaigns.get_value((1, 1)), Some(Data::DateTime(_))));
    let notes = workbook.worksheet_range("Notes").unwrap();
    let explained: Vec<_> = notes.rows().map(|row| row[0].to_string()).collect();
    assert!(Field::ALL.iter().all(|field| explained.iter().any(|name| name == field.as_str())));
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let sheet = std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert!(sheet.contains("orientation=\"landscape\"") && sheet.contains("fitToHeight=\"0\""), "{sheet}");
    assert!(sheet.contains("\"enable,disable\"") && sheet.contains("\"daily,weekly\""), "{sheet}");
}

/// LibreOffice doesn't make rows as high as their wrapped text: lines lay upon each other.
#[test]
fn rows_of_the_notes_are_as_high_as_their_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.xlsx");
    template::write(&path, today()).unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
    let sheet = std::io::read_to_string(archive.by_name("xl/worksheets/sheet2.xml").unwrap()).unwrap();
    let rows: Vec<&str> = sheet.split("<row ").skip(1).filter(|row| row.contains("customHeight=\"1\"")).collect();
    assert!(rows.iter().filter(|row| row.contains("ht=\"30\"") || row.contains("ht=\"45\"")).count() >= 5, "{sheet}");
}

#[test]
fn a_sheet_that_is_there_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheet.csv");
    std::fs::write(&path, "mine").unwrap();
    assert!(matches!(template::write(&path, today()), Err(ReportError::Write { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}
