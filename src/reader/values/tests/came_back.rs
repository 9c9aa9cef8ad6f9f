//! Cells of a results file that come back as the kind that they were when their row had a problem.

use super::*;
use crate::model::cell::{CUT, MOST_UNITS, NUL, date_of_serial};

const HINT: &str = "write what is meant; if it is meant as it stands, empty the row's result_error";

/// A sheet with a name, a stream, both times and an interval, and with our own column of errors.
fn sheet(is_text: bool) -> Sheet {
    use Field::{CampaignName, End, Interval, Start, StreamId};
    let mut sheet = Sheet::of(&[CampaignName, StreamId, Start, End, Interval]);
    sheet.fields.push(None);
    sheet.is_text = is_text;
    sheet
}

fn row(name: Cell, stream: Cell, error: &str) -> Vec<Cell> {
    vec![name, stream, text("2027-01-27 18:29"), text("2027-12-27"), text("1"), text(error)]
}

/// What the results say of the row, whose one problem is of its cell's kind.
fn told(row: &Row) -> String {
    let [problem] = &row.problems[..] else { panic!("{:?}", row.problems) };
    problem.to_string()
}

/// The same problem, with how to have the text taken as it stands.
fn is_the_same(again: &Row, first: &Row) {
    let of = |row: &Row| (row.problems.len(), row.problems[0].code, row.problems[0].message.clone());
    assert_eq!(of(again), of(first));
    assert_eq!(again.problems[0].hint, HINT);
    assert_ne!(first.problems[0].hint, HINT);
}

#[test]
fn what_was_wrong_by_its_kind_is_wrong_as_text_and_taken_as_text_once_its_error_is_emptied() {
    let date = || Cell::Date(date_of_serial(46_500.0, false).unwrap());
    let kinds = [date(), Cell::Time(0.75), Cell::Time(-0.0625), Cell::Time(-1.5), Cell::Bool(true), Cell::Bool(false)];
    for cell in kinds {
        for (name, stream) in [(cell.clone(), Cell::Empty), (text("Spring"), cell)] {
            let first = sheet(false).read(row(name.clone(), stream.clone(), ""));
            let cells = |error: &str| row(text(&name.display()), text(&stream.display()), error);
            let again = sheet(true).read(cells(&told(&first)));
            is_the_same(&again, &first);
            let believed = sheet(true).read(cells(""));
            assert!(
                believed.problems.iter().all(|problem| problem.code != first.problems[0].code),
                "{name:?} {stream:?}"
            );
        }
    }
}

#[test]
fn a_truth_that_another_program_saved_as_a_number_is_still_no_name() {
    for (truth, number) in [(true, 1.0), (false, 0.0)] {
        let first = sheet(false).read(row(Cell::Bool(truth), Cell::Empty, ""));
        let again = sheet(false).read(row(Cell::Number(number), Cell::Empty, &told(&first)));
        is_the_same(&again, &first);
        let other = sheet(false).read(row(Cell::Number(number + 2.0), Cell::Empty, &told(&first)));
        assert_eq!(other.problems, [], "whoever mends the cell is believed");
    }
}

#[test]
fn a_number_that_was_wrong_as_a_number_is_wrong_as_text() {
    use Field::{CampaignName, EndDate, EndTime, Interval, StartDate, StartTime, Timezone};
    let mut book = Sheet::of(&[CampaignName, StartDate, StartTime, EndDate, EndTime, Interval, Timezone]);
    book.fields.push(None);
    book.options.platform_timezone = Some(Tz::UTC);
    book.is_text = false;
    let good = ["Spring", "2027-01-27", "18:29", "2027-12-27", "18:29", "1", "+02:00", ""];
    for (place, number) in [(2, 9.25), (4, 1830.0), (6, 2.0)] {
        let mut cells = good.map(text);
        cells[place] = Cell::Number(number);
        book.is_text = false;
        let first = book.read(cells.to_vec());
        cells[place] = text(&cells[place].display());
        cells[7] = text(&told(&first));
        book.is_text = true;
        is_the_same(&book.read(cells.to_vec()), &first);
        // However near, another text is one that somebody wrote.
        cells[place] = text(&format!("0{}", cells[place].display()));
        assert!(book.read(cells.to_vec()).problems.iter().all(|problem| problem.hint != HINT));
    }
}

#[test]
fn a_problem_of_another_value_or_kind_says_nothing_of_a_cell() {
    let of = |cell| told(&sheet(false).read(row(cell, Cell::Empty, "")));
    let other_value = of(Cell::Bool(false));
    let other_kind = of(Cell::Bool(true)).replace("wrong-type", "control-character");
    let mut interval = row(text("Spring"), Cell::Empty, "");
    interval[4] = Cell::Bool(true);
    let other_field = told(&sheet(false).read(interval));
    for error in [other_value, other_kind, other_field, "wrong-typed: \"TRUE\"".to_owned()] {
        assert_eq!(sheet(true).read(row(text("TRUE"), Cell::Empty, &error)).problems, [], "{error}");
    }
}

#[test]
fn a_name_that_results_had_to_cut_or_to_escape_is_still_wrong() {
    let long = "x".repeat(MOST_UNITS + 1);
    let first = sheet(true).read(row(text(&long), Cell::Empty, ""));
    let cut = format!("{}{CUT}", &long[2..]);
    let again = sheet(false).read(row(text(&cut), Cell::Empty, &told(&first)));
    assert_eq!(again.problems[0].code, first.problems[0].code);
    for mended in ["x".repeat(MOST_UNITS), format!("Spring{CUT}")] {
        let row = sheet(false).read(row(text(&mended), Cell::Empty, &told(&first)));
        assert_eq!(row.problems, [], "{} letters", mended.len());
    }
    assert_eq!(sheet(false).read(row(text(&cut), Cell::Empty, "")).problems, []);

    let first = sheet(false).read(row(text("a\0b"), Cell::Empty, ""));
    let escaped = format!("a{NUL}b");
    let again = sheet(true).read(row(text(&escaped), Cell::Empty, &told(&first)));
    assert_eq!(told(&again), told(&first));
    for (name, error) in [("a b", told(&first)), (&escaped, told(&first).replace('b', "c")), (&escaped, String::new())]
    {
        assert_eq!(sheet(true).read(row(text(name), Cell::Empty, &error)).problems, [], "{name} {error}");
    }
}
