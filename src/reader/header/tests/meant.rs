//! Headers whose columns are meant otherwise than their names say: what is told of them, and what is read.

use super::*;

#[test]
fn times_under_no_name_beside_dates_are_told() {
    let told = |header: &str, data: &str| {
        find(&[row(1, header), row(2, "x,y"), row(3, data)], &ReadOptions::default()).unwrap().warnings
    };
    let found = told("Campaign,Start,,End,,Interval", "a,2027-01-27,09:00,2027-02-27,17:00,1");
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        found[0],
        "C3 holds a time, but its column has no name and passes through unread, and a date alone under \"Start\" means \
         midnight; call the columns Start Date, Start Time, End Date and End Time"
    );
    assert!(found[1].starts_with("E3 holds a time") && found[1].contains("the day's last second"), "{found:?}");
    assert_eq!(told("Campaign,Start,,End,,Interval", "a,2027-01-27,soon,2027-02-27,,1"), [""; 0]);
    assert_eq!(told("Campaign,Start,Note,End,Interval", "a,2027-01-27,09:00,2027-02-27,1"), [""; 0]);
    assert_eq!(told("Campaign,Start,,End,Interval", "a,2027-01-27 08:00,0:30,2027-02-27,1"), [""; 0]);
    assert_eq!(told("Campaign,Start date,Start time,,End,Interval", "a,2027-01-27,9:00,9:00,2027-02-27,1"), [""; 0]);
}

#[test]
fn a_column_of_units_or_zones_by_whatever_name_is_told() {
    let told = |header: &str, cells: [&str; 2], interval: &str| {
        let [one, two] = cells.map(|cell| format!("a,2027-01-27,2027-02-27,{interval},{cell}"));
        let rows = [row(1, &format!("Campaign,Start,End,Interval,{header}")), row(2, &one), row(4, &two)];
        find(&rows, &ReadOptions::default()).unwrap().warnings
    };
    for (header, cells) in [
        ("Freq", ["weekly", ""]),
        ("Pattern", ["Daily", "Weekly"]),
        ("Interval period", ["day(s)", "week(s)"]),
        ("Days/Weeks", ["D", "W"]),
        ("Freqency", ["weeks", "days"]),
    ] {
        let found = told(header, cells, "2");
        let way_out = format!("if it says days or weeks, say --map 'recurrence={header}'");
        assert!(found.len() == 1 && found[0].ends_with(&way_out), "{header}: {found:?}");
    }
    for (header, cells) in [
        ("Market time zone", ["Europe/Berlin", "America/New_York"]),
        ("Fuseau horaire", ["UTC+2", ""]),
        ("Zona horaria", ["utc", "GMT"]),
    ] {
        let found = told(header, cells, "2");
        let way_out = format!("if the times of its rows are in them, say --map 'timezone={header}'");
        assert!(found.len() == 1 && found[0].ends_with(&way_out), "{header}: {found:?}");
    }
    assert_eq!(told("Freq", ["weekly", "weekly"], "every 2 weeks"), [""; 0], "the interval says it");
    for (header, cells) in [
        ("Type", ["weekly", "special"]),
        ("Pattern", ["", ""]),
        ("Country", ["Japan", "Poland"]),
        ("Market", ["PT", "UTC/x"]),
    ] {
        assert_eq!(told(header, cells, "2"), [""; 0], "{header}");
    }
}

#[test]
fn a_header_in_two_rows_may_be_asked_for_and_may_have_its_names_in_the_lower_one() {
    let rows = |upper: &str, lower: &str| [row(1, "Plan"), row(2, upper), row(3, lower), row(4, "a,b,c,d,e,f")];
    let fields = |rows: &[RawRow], options: &ReadOptions| {
        let found = find(rows, options).unwrap();
        use Field::{CampaignName, EndTime, Interval, StartDate, StartTime};
        let places = [CampaignName, StartDate, StartTime, EndTime, Interval].map(|field| found.columns.of(field));
        (found.row, places)
    };
    let expected = (3, [Some(0), Some(1), Some(2), Some(4), Some(5)]);
    let upper = rows("Campaign,Start,,End,,Interval", ",Date,Time,Date,Time,");
    let asked = ReadOptions { header_row: Some(2), ..ReadOptions::default() };
    assert_eq!(fields(&upper, &ReadOptions::default()), expected);
    assert_eq!(fields(&upper, &asked), expected);
    let lower = rows(",Start,,End,,", "Campaign,Date,Time,Date,Time,Interval");
    assert_eq!(fields(&lower, &ReadOptions::default()), expected);
    assert_eq!(fields(&lower, &asked), expected);
}

#[test]
fn a_zone_in_any_brackets_is_told_a_city_too() {
    for (header, zone) in [
        ("Start (DD/MM/YYYY) (UTC)", "UTC"),
        ("Start (MEZ)", "MEZ"),
        ("Start (local Berlin time)", "Europe/Berlin"),
        ("Start {UTC}", "UTC"),
        ("Start [IST]", "IST"),
    ] {
        let told = warned(&format!("Campaign,{header},End,Interval"));
        assert!(told.len() == 1 && told[0].contains(&format!("if its times are in {zone}")), "{header}: {told:?}");
    }
    assert_eq!(warned("Campaign,Start (date),End (dd.mm.yyyy hh:mm),Interval"), [""; 0]);
    assert_eq!(warned("Campaign,Start (Easter),End (North),Interval"), [""; 0]);
}

#[test]
fn a_time_beside_a_date_has_both_ways_out_whichever_is_called_how() {
    let error = found("Campaign,Start Date,End,Start (hh:mm),Interval", &[]).unwrap_err();
    assert_eq!(
        error.hint(),
        "if the time stands in \"Start (hh:mm)\", say --map 'start_date=Start Date' --map 'start_time=Start (hh:mm)'; \
         --map 'start=Start (hh:mm)' reads that column alone"
    );
    let told = warned("Campaign,Start Date,Time,End Date,Time,Interval");
    assert!(told.len() == 1 && told[0].ends_with("call the columns Start Time and End Time"), "{told:?}");
}

#[test]
fn names_that_may_be_counts_are_no_interval() {
    for header in ["Repeats", "Runs", "Number of days"] {
        let error = found(&format!("Campaign,Start,End,{header}"), &[]).unwrap_err();
        assert!(matches!(&error, Unreadable::MissingColumns { .. }), "{header}: {error}");
        assert!(error.hint().contains(header), "{header}: {}", error.hint());
        assert!(found(&format!("Campaign,Start,End,{header}"), &[(Field::Interval, header)]).is_ok());
    }
}

#[test]
fn what_we_wrote_has_its_header_in_one_row() {
    let rows = [row(1, "Campaign,Start,,End,,Interval,result_status"), row(2, ",Date,Time,Date,Time,,invalid")];
    assert_eq!(find(&rows, &ReadOptions::default()).unwrap().row, 1);
}

#[test]
fn a_name_that_may_be_a_unit_or_a_count_is_told_beside_an_interval() {
    for header in ["Repeats", "Runs", "Number of weeks"] {
        let told = warned(&format!("Campaign,Start,End,Repeat every,{header}"));
        assert!(told.len() == 1 && told[0].ends_with(&format!("say --map 'recurrence={header}'")), "{told:?}");
    }
    assert_eq!(warned("Campaign,Start,End,Interval (weeks),Unit"), [""; 0], "the header says it");
    let error = found("Campaign,Start,End,Repeats,Frequency", &[]).unwrap_err();
    assert!(error.hint().contains("\"Repeats\"") && !error.hint().contains("interval=Frequency"), "{}", error.hint());
}

#[test]
fn a_map_names_a_column_of_the_lower_of_two_rows() {
    let rows = [row(1, "Campaign,Start,,End,,"), row(2, ",Date,Time,Date,Time,Repeats")];
    let options = ReadOptions { map: vec![(Field::Interval, "Repeats".to_owned())], ..ReadOptions::default() };
    let found = find(&rows, &options).unwrap();
    assert_eq!((found.row, found.columns.of(Field::Interval)), (2, Some(5)));
}
