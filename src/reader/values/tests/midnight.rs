//! Times beside midnight: of cells that programs fill with the last moment of a day, and of dates beside a time.

use super::*;

#[test]
fn a_time_just_before_midnight_ends_the_day_and_starts_the_next() {
    let sheet = Sheet { is_text: false, ..Sheet::new() };
    let last = |day| Cell::Date(crate::model::cell::date_of_serial(day - 1e-11, false).unwrap());
    let row = sheet.read(vec![text("a"), last(46_415.0), last(46_436.0), Cell::Number(1.0)]);
    assert_eq!(outcome(&row), "2027-01-28 00:00:00 to 2027-02-17 23:59:59, every day");
    assert_eq!(row.cells[1].display(), "2027-01-28", "as it is understood, so that it comes back as that");
    assert_eq!(row.cells[2].display(), "2027-02-17 23:59:59");
}

#[test]
fn what_stands_just_before_midnight_is_told_and_comes_back_as_it_is_understood() {
    use Field::{CampaignName, End, EndDate, EndTime, Interval, Start, StartDate, StartTime};
    let number = |day: f64| Cell::Number(day - 1e-11);
    let date = |day: f64| Cell::Date(crate::model::cell::date_of_serial(day - 1e-11, false).unwrap());
    let whole = Sheet { is_text: false, ..Sheet::of(&[CampaignName, Start, End, Interval]) };
    let row = whole.read(vec![text("a"), number(46_415.0), number(46_436.0), Cell::Number(1.0)]);
    assert!(outcome(&row).starts_with("2027-01-28 00:00:00 to 2027-02-17 23:59:59, every day; warned"));
    assert!(row.warnings[0].message.ends_with("was taken for the date 2027-01-28"), "{}", row.warnings[0].message);
    assert_eq!([&row.cells[1], &row.cells[2]].map(Cell::display), ["2027-01-28", "2027-02-17 23:59:59"]);
    let row = whole.read(vec![text("a"), date(46_415.0), date(46_415.0), Cell::Number(1.0)]);
    let told = &row.problems[0].message;
    assert_eq!(told, "the end \"2027-01-27 23:59:59\" is not after the start \"2027-01-28\"");
    // The date and the time of one moment in two cells.
    let split =
        Sheet { is_text: false, ..Sheet::of(&[CampaignName, StartDate, StartTime, EndDate, EndTime, Interval]) };
    let time = Cell::Time(1.0 - 1e-11);
    for date in [date, number as fn(f64) -> Cell] {
        let cells = vec![text("a"), date(46_415.0), time.clone(), date(46_436.0), time.clone(), Cell::Number(1.0)];
        let row = split.read(cells);
        assert!(
            outcome(&row).starts_with("2027-01-28 00:00:00 to 2027-02-17 23:59:59, every day"),
            "{}",
            outcome(&row)
        );
        let shown = row.cells[1..5].iter().map(Cell::display).collect::<Vec<_>>();
        assert_eq!(shown, ["2027-01-27", "24:00:00", "2027-02-17", "23:59:59"]);
    }
}

#[test]
fn midnight_beside_a_time_says_nothing() {
    use Field::{CampaignName, EndDate, EndTime, Interval, StartDate, StartTime};
    let sheet = Sheet::of(&[CampaignName, StartDate, StartTime, EndDate, EndTime, Interval]);
    let row = |start: &str| outcome(&sheet.row(&["a", start, "09:00:00", "2027-02-27 00:00:00", "17:00", "1"]));
    assert_eq!(row("2027-01-27 00:00:00"), "2027-01-27 09:00:00 to 2027-02-27 17:00:00, every day");
    assert_eq!(row("2027-01-27 08:00:00"), "C7 contradiction");
}
