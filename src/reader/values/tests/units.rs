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
    sheet.interval_header = Some("Interval (1 = daily, 7 = weekly)");
    assert!(row(&sheet, ["7", ""]).ends_with("every 7 days"));
    sheet.interval_header = Some("Interval (1 = weekly)");
    assert!(row(&sheet, ["1", ""]).ends_with("every week on Wed"));
}

#[test]
fn a_bare_number_needs_its_unit_where_the_header_speaks_of_one_that_is_not_plain() {
    use Field::{CampaignName, Days, End, Interval, Recurrence, Start};
    let mut sheet = Sheet::of(&[CampaignName, Start, End, Interval, Recurrence, Days]);
    for header in ["Every (days or weeks)", "Interval (mo)", "Interval (1 = daily, 2 = Mon-Fri)"] {
        sheet.interval_header = Some(header);
        let row = |cells: [&str; 3]| {
            let [interval, recurrence, days] = cells;
            outcome(&sheet.row(&["a", "2027-01-27", "2027-12-31", interval, recurrence, days]))
        };
        assert_eq!(row(["2", "", ""]), "D7 not-an-interval", "{header}");
        assert_eq!(row(["1", "", "Mon"]), "D7 not-an-interval", "{header}");
        assert!(row(["2", "weekly", ""]).ends_with("every 2 weeks on Wed"), "{header}");
        assert!(row(["every 2 weeks", "", ""]).ends_with("every 2 weeks on Wed"), "{header}");
        assert!(row(["2 days", "", ""]).ends_with("every 2 days"), "{header}");
        assert!(row(["", "", "Mon"]).ends_with("every week on Mon"), "{header}");
    }
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

#[test]
fn marks_of_direction_and_full_width_mean_nothing_but_in_names() {
    use Field::{Action as Act, CampaignName, Days, End, Interval, Start, Timezone};
    let sheet = Sheet::of(&[CampaignName, Start, End, Interval, Days, Timezone, Act]).platform("Europe/Berlin");
    for (name, [start, end, interval, days, zone, action]) in [
        (
            "a",
            [
                "\u{200e}27\u{200e}/1\u{200e}/2027 \u{200f}9:00",
                "２０２７/０３/０１　０９：００",
                "２",
                "Ｍｏｎ／Tue",
                "",
                "\u{202a}enable\u{202c}",
            ],
        ),
        (
            "b\u{200e}",
            [
                "2027-01-27 09:00",
                "\u{2066}2027\u{2069}-03-01\u{61c} 09:00",
                "\u{200f}2 weeks",
                "\u{200e}Mon, Tue",
                "\u{200e}Europe/Berlin",
                "\u{200e}",
            ],
        ),
    ] {
        let row = sheet.row(&[name, start, end, interval, days, zone, action]);
        let warned = if name == "a" { "" } else { "; warned A7 invisible-inside" };
        let read = format!("2027-01-27 09:00:00 to 2027-03-01 09:00:00, every 2 weeks on Mon/Tue{warned}");
        assert_eq!(outcome(&row), read);
        assert_eq!((row.campaign.unwrap().as_str(), &row.cells[1]), (name, &text(start)), "as the file has it");
    }
    let long = format!("1{}", "\u{200e}".repeat(40_000));
    assert_eq!(outcome(&Sheet::new().row(&["a", "2027-01-27", "2027-02-27", &long])), "D7 cell-too-long");
}
