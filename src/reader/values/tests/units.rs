//! What an interval counts where its header says so.

use super::*;

#[test]
fn a_header_that_names_weeks_is_believed() {
    use Field::{CampaignName, End, Interval, Recurrence, Start};
    let mut sheet = Sheet::of(&[CampaignName, Start, End, Interval, Recurrence]);
    let row = |sheet: &Sheet, cells: [&str; 2]| {
        let line =
            RawRow { number: 7, cells: ["a", "2027-01-27", "2027-12-31", cells[0], cells[1]].map(text).to_vec() };
        outcome(&sheet.reader().read(line))
    };
    sheet.interval_header = Some("Interval (weeks)");
    assert!(row(&sheet, ["2", ""]).ends_with("every 2 weeks on Wed"));
    assert!(row(&sheet, ["2 days", ""]).ends_with("every 2 days"));
    assert_eq!(row(&sheet, ["2", "daily"]), "D7 contradiction");
    assert_eq!(row(&sheet, ["", ""]), "D7 missing");
    for header in ["Intervall (Wochen)", "Every [wks]", "Interval (w)"] {
        sheet.interval_header = Some(header);
        assert!(row(&sheet, ["2", ""]).ends_with("every 2 weeks on Wed"), "{header}");
    }
    sheet.interval_header = Some("Every (days or weeks)");
    assert!(row(&sheet, ["2", ""]).ends_with("every 2 days"));
    sheet.interval_header = Some("Interval (1 = daily, 7 = weekly)");
    assert!(row(&sheet, ["7", ""]).ends_with("every 7 days"));
    sheet.interval_header = Some("Interval (1 = weekly)");
    assert!(row(&sheet, ["1", ""]).ends_with("every week on Wed"));
}

#[test]
fn a_header_that_names_days_contradicts_a_weekly_row() {
    use Field::{CampaignName, Days, End, Interval, Recurrence, Start};
    let mut sheet = Sheet::of(&[CampaignName, Start, End, Interval, Recurrence, Days]);
    sheet.interval_header = Some("Every N days");
    let row = |cells: [&str; 3]| {
        let [interval, recurrence, days] = cells;
        outcome(&sheet.row(&["a", "2027-01-27", "2027-12-31", interval, recurrence, days]))
    };
    assert!(row(["7", "", ""]).ends_with("every 7 days"));
    assert_eq!(row(["7", "weekly", ""]), "D7 contradiction");
    assert_eq!(row(["7", "", "Mon"]), "F7 contradiction");
    assert!(row(["2 weeks", "weekly", ""]).ends_with("every 2 weeks on Wed"));
    assert!(row(["1", "weekly", "Mon"]).ends_with("every week on Mon"), "once a week is once");
}
