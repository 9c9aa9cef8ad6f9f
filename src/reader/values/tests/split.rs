//! A date and its time in columns of their own.

use super::*;

#[test]
fn what_is_said_of_a_split_time_quotes_both_cells_and_points_to_the_one_that_matters() {
    use Field::{CampaignName, EndDate, EndTime, Interval, StartDate, StartTime};
    let sheet = Sheet::of(&[CampaignName, StartDate, StartTime, EndDate, EndTime, Interval]);
    let said = |sheet: &Sheet, times: [&str; 4]| {
        let [start, time, end, end_time] = times;
        let Row { problems, untimely, warnings, .. } = sheet.row(&["a", start, time, end, end_time, "1"]);
        let finding = problems.into_iter().chain(untimely).chain(warnings).next().unwrap();
        format!("{} {}", finding.cell.unwrap(), finding.message)
    };
    assert_eq!(
        said(&sheet, ["2027-01-27", "11:00", "2027-01-27", "10:00"]),
        "D7 the end \"2027-01-27 10:00\" is not after the start \"2027-01-27 11:00\""
    );
    assert_eq!(
        said(&sheet, ["2027-01-27", "10:00+02:00", "2027-01-28", "11:00"]),
        "C7 \"10:00+02:00\" is in a zone of its own, and the zone of the platform isn't known"
    );
    assert_eq!(said(&sheet, ["2026-12-01", "", "2027-01-28", "11:00"]), "B7 the start \"2026-12-01\" is past");
    assert_eq!(
        said(&sheet.zone("Europe/Berlin"), ["2027-03-28", "02:30", "2027-10-01", ""]),
        "B7 the clocks go forward over \"2027-03-28 02:30\": there is no such hour that day"
    );
}

#[test]
fn split_dates_and_times_are_put_together() {
    use Field::{CampaignName, EndDate, EndTime, Interval, StartDate, StartTime};
    let sheet = Sheet::of(&[CampaignName, StartDate, StartTime, EndDate, EndTime, Interval]);
    let row = |start, time, end, end_time| outcome(&sheet.row(&["a", start, time, end, end_time, "1"]));
    let window = "2027-01-27 18:29:00 to 2027-02-27 23:59:59, every day";
    assert_eq!(row("2027-01-27", "18:29", "27/02/2027", ""), window);
    assert_eq!(row("2027-01-27", "6:29 pm", "27/02/2027", ""), window);
    assert_eq!(row("2027-01-27 18:29", "", "27/02/2027", ""), window);
    assert_eq!(row("2027-01-27 18:29", "18:30", "27/02/2027", ""), "C7 contradiction");
    assert_eq!(row("", "18:29", "27/02/2027", "x"), "B7 missing, E7 not-a-time");
    assert_eq!(row("2027-01-27", "25:00", "27/02/2027", "1829"), "C7 no-such-date, E7 not-a-time");
    assert_eq!(row("2027-01-27", "18:29 XYZT", "27/02/2027", ""), "C7 unknown-timezone");
    let date = Cell::Date("2027-01-27T00:00:00".parse().unwrap());
    let cells = vec![text("a"), date.clone(), Cell::Time(0.5), date, Cell::Time(0.75), Cell::Number(1.0)];
    assert_eq!(
        outcome(&sheet.read(cells)),
        "2027-01-27 12:00:00 to 2027-01-27 18:00:00, every day; warned F7 interval-exceeds-window"
    );
}

#[test]
fn where_results_have_whole_and_split_times_a_row_has_one_of_them() {
    use Field::{Action, CampaignName, End, Interval, Start, StartDate, StartTime};
    let sheet = Sheet::of(&[CampaignName, Start, StartDate, StartTime, End, Interval]);
    let row = |start, date, time| outcome(&sheet.row(&["a", start, date, time, "2027-02-27", "1"]));
    let window = "2027-01-27 18:29:00 to 2027-02-27 23:59:59, every day";
    assert_eq!(row("2027-01-27 18:29", "", ""), window);
    assert_eq!(row("", "2027-01-27", "18:29"), window);
    assert_eq!(row("", "2027-01-27 18:29", ""), window);
    assert_eq!(row("", "", "18:29"), "C7 missing");
    assert_eq!(row("", "", ""), "B7 missing");
    assert_eq!(row("2027-01-27 18:29", "2027-01-27", ""), "B7 contradiction");
    assert_eq!(row("2027-01-27 18:29", "", "18:29"), "B7 contradiction");
    let neither = Sheet::of(&[CampaignName, Action]).row(&["a", "enable"]);
    let missing: Vec<_> = neither.problems.iter().map(|problem| (problem.field.unwrap(), problem.cell)).collect();
    assert_eq!(missing, [(Start, None), (End, None), (Interval, None)]);
}

#[test]
fn a_missing_half_of_a_date_is_to_be_written_as_that_half() {
    use Field::{CampaignName, EndDate, EndTime, Interval, StartDate, StartTime};
    let sheet = Sheet::of(&[CampaignName, StartDate, StartTime, EndDate, EndTime, Interval]);
    let hints: Vec<_> =
        sheet.row(&["Total", "", "", "", "", "7"]).problems.into_iter().map(|found| found.hint).collect();
    assert_eq!(hints, ["write it as 2030-01-27, or delete the row if it is no campaign", "write it as 2030-01-27"]);
}
