use std::fs;
use std::path::Path;

use campaign_scheduler::journal::{InputRecord, Later, StoredRow};
use campaign_scheduler::model::{Cell, Code, Field, Finding, Place, Status};
use campaign_scheduler::report::ReportError;
use campaign_scheduler::report::columns;
use campaign_scheduler::report::results::{self, Rows};

use super::fixture::{batch, finding, later, mixed, row, text, wall};

fn csv_of(rows: &[StoredRow], which: Rows) -> String {
    let mut out = Vec::new();
    results::csv::write_to(&mut out, Path::new("r.csv"), &batch(rows), &rows.to_vec(), which).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_row_stands_once_with_its_own_columns_first() {
    insta::assert_snapshot!("results_csv", csv_of(&mixed(), Rows::All));
}

#[test]
fn rejects_are_the_rows_that_did_not_make_it() {
    insta::assert_snapshot!("rejects_csv", csv_of(&mixed(), Rows::Rejects));
}

#[test]
fn cells_are_written_as_people_write_them() {
    let mut one = row(0, "007", Status::Unchanged);
    one.cells = vec![
        text("it's, \"quoted\"\nand broken"),
        Cell::Date(wall("2027-01-27 00:00:00")),
        Cell::Number(2.5),
        Cell::Bool(true),
        Cell::Time(0.770_138_888_89),
    ];
    let mut two = row(1, "-", Status::Unchanged);
    two.cells = vec![Cell::Number(-5.0), text("-5+1"), text("'=x"), Cell::Empty];
    let lines = csv_of(&[one, two], Rows::All);
    assert!(lines.contains("\"it's, \"\"quoted\"\"\nand broken\",2027-01-27,2.5,TRUE,18:29:00,unchanged,"), "{lines}");
    assert!(lines.contains("\n-5,'-5+1,''=x,,,unchanged,"), "{lines}");
}

#[test]
fn a_formula_without_a_value_does_not_come_back_as_a_blank() {
    let mut invalid = row(0, "Spring", Status::Invalid);
    invalid.cells[4] = Cell::UncomputedFormula;
    invalid.problems = vec![Finding {
        value: None,
        ..finding("E2", Field::StreamId, Code::FormulaWithoutValue, "", "no result", "save it again")
    }];
    let mut valid = row(1, "Autumn", Status::Scheduled);
    valid.cells[4] = Cell::UncomputedFormula;
    let mut shifted = row(2, "Winter", Status::Invalid);
    shifted.cells[4] = Cell::UncomputedFormula;
    shifted.problems = vec![Finding {
        value: None,
        field: None,
        ..finding("E4", Field::StreamId, Code::BeyondHeader, "", "beyond the header", "delete the cell")
    }];
    let out = csv_of(&[invalid, valid, shifted], Rows::All);
    assert_eq!(out.matches(",1,#VALUE!,invalid,").count(), 2, "{out}");
    assert!(out.contains(",1,,scheduled,"), "{out}");
}

#[test]
fn several_inputs_give_the_union_of_their_columns() {
    let mut second = row(1, "Autumn", Status::Unchanged);
    second.input = 1;
    second.place = Place { source: "q2.csv".into(), sheet: None, row: 2 };
    second.cells = vec![text("Ann"), text("Autumn")];
    let rows = vec![row(0, "Spring", Status::Unchanged), second];
    let mut batch = batch(&rows);
    batch.inputs.push(InputRecord {
        source: "q2.csv".to_owned(),
        sheet: None,
        columns: vec!["Owner".to_owned(), "campaign".to_owned()],
        fields: vec![None, Some(Field::CampaignName)],
        beyond: 0,
        is_results: false,
    });
    let mut out = Vec::new();
    results::csv::write_to(&mut out, Path::new("r.csv"), &batch, &rows, Rows::All).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.starts_with("Campaign,Start,End,Interval,Region,Owner,result_status,"), "{out}");
    assert!(out.contains("\nAutumn,,,,,Ann,unchanged,"), "{out}");
    assert!(out.contains(",q2.csv:2\n"), "{out}");
}

#[test]
fn a_file_is_replaced_whole_or_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q1.results.csv");
    fs::write(&path, "of yesterday").unwrap();
    let mut rows = mixed();
    rows[4].ordinal = 0;
    let error = results::write(&path, &batch(&rows), &rows, Rows::All).unwrap_err();
    assert!(matches!(error, ReportError::OutOfOrder { after: 3, found: 0 }));
    assert_eq!(fs::read_to_string(&path).unwrap(), "of yesterday");

    let rows = mixed();
    let written = results::write(&path, &batch(&rows), &rows, Rows::All).unwrap();
    assert_eq!((written.path, written.instead_of, written.rows), (path.clone(), None, 8));
    assert_eq!(fs::read_to_string(&path).unwrap(), csv_of(&rows, Rows::All));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn what_cannot_be_replaced_gets_a_neighbour() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q1.results.csv");
    fs::create_dir(&path).unwrap();
    fs::write(folder.path().join("q1.results-2.csv"), "taken").unwrap();
    let rows = mixed();
    let written = results::write(&path, &batch(&rows), &rows, Rows::All).unwrap();
    assert_eq!(written.path, folder.path().join("q1.results-3.csv"));
    assert_eq!(written.instead_of, Some(path));
    assert_eq!(fs::read_to_string(folder.path().join("q1.results-2.csv")).unwrap(), "taken");
}

#[test]
fn a_row_that_was_taken_over_is_sent_to_the_batch_that_has_it_now() {
    let taken = |status, error: &str| {
        let mut one = row(0, "x", status);
        one.error = Some(error.to_owned());
        one.taken_over_by = later();
        columns::error(&one).unwrap()
    };
    assert_eq!(
        taken(Status::Rejected, "rejected: the platform said no; mend it, then run the sheet again"),
        "rejected: the platform said no; batch later took this row over, so look at the results of that batch"
    );
    let waits = "taken-over: batch later asks for this campaign too; look at the results of that batch";
    assert_eq!(taken(Status::Pending, waits), waits);
    // An undo holds only what the batch enabled, or may have.
    let told = |is_undo, status| Later { is_undo, ..later().unwrap() }.told(status);
    assert_eq!(told(true, Status::Failed), "the undo later came after it; run the sheet again to send it");
    assert_eq!(told(true, Status::Unknown), told(false, Status::Unknown));
    let forgotten = Later { batch: None, is_undo: true }.told(Status::Pending);
    assert!(forgotten.starts_with("a later batch, forgotten since, took this row over"), "{forgotten}");
}

#[test]
fn what_was_read_as_a_date_leaves_the_same_number_elsewhere_alone() {
    let mut one = row(0, "x", Status::Scheduled);
    one.cells[1] = Cell::Date(wall("2027-01-27 18:00:00"));
    *one.cells.last_mut().unwrap() = Cell::Number(46_414.75);
    let message = "a number taken for a date";
    one.warnings = vec![finding("B2", Field::Start, Code::SerialDate, "46414.75", message, "write a date")];
    let lines = csv_of(&[one], Rows::All);
    assert!(lines.contains("\nx,2027-01-27 18:00:00,"), "{lines}");
    assert!(lines.contains(",46414.75,scheduled,"), "{lines}");
}

#[cfg(unix)]
#[test]
fn results_can_be_read_by_those_who_could_read_the_file_before_or_any_new_one_and_a_link_stays_a_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (ordinary, path) = (folder.path().join("ordinary"), folder.path().join("q1.results.csv"));
    fs::write(&ordinary, "").unwrap();
    let rows = mixed();
    results::write(&path, &batch(&rows), &rows, Rows::All).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&ordinary));
    for of_before in [0o600, 0o666] {
        fs::set_permissions(&path, fs::Permissions::from_mode(of_before)).unwrap();
        results::write(&path, &batch(&rows), &rows, Rows::All).unwrap();
        assert_eq!(mode(&path) & 0o777, of_before);
    }

    let link = folder.path().join("latest.csv");
    symlink(&path, &link).unwrap();
    fs::write(&path, "old").unwrap();
    assert_eq!(results::write(&link, &batch(&rows), &rows, Rows::All).unwrap().path, link);
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&path).unwrap(), csv_of(&rows, Rows::All));
}
