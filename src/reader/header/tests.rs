//! Headers as teams write them, one row or two at a time.

mod meant;
mod unread;

use super::*;
use crate::model::{Cell, Field};
use crate::reader::columns::{Owner, RawRow};
use crate::reader::error::Unreadable;
use crate::reader::front::{DateOrder, ReadOptions};

fn row(number: u32, cells: &str) -> RawRow {
    RawRow { number, cells: cells.split(',').map(|cell| Cell::Text(cell.to_owned())).collect() }
}

fn found(header: &str, map: &[(Field, &str)]) -> Result<Vec<(Field, usize)>, Unreadable> {
    let map = map.iter().map(|(field, column)| (*field, (*column).to_owned())).collect();
    let options = ReadOptions { map, ..ReadOptions::default() };
    let columns = find(&[row(1, header)], &options)?.columns;
    Ok(Field::ALL.into_iter().filter_map(|field| Some((field, columns.of(field)?))).collect())
}

fn warned(header: &str) -> Vec<String> {
    find(&[row(1, header)], &ReadOptions::default()).unwrap().warnings
}

#[test]
fn a_half_of_a_split_date_alone_is_the_whole() {
    use Field::{CampaignName, End, Interval, Start, StartDate, StartTime};
    assert_eq!(
        found("Campaign,Start Date,End Date,Interval", &[]).unwrap(),
        [(CampaignName, 0), (Start, 1), (End, 2), (Interval, 3)]
    );
    assert_eq!(
        found("Campaign,Start Date,Start Time,End Time,Interval", &[]).unwrap(),
        [(CampaignName, 0), (StartDate, 1), (StartTime, 2), (End, 3), (Interval, 4)]
    );
    assert!(matches!(
        found("Campaign,Start,Start Time,End,Interval", &[]),
        Err(Unreadable::WholeAndSplit { field: Start, .. })
    ));
}

#[test]
fn a_header_in_two_rows_is_read_as_one_where_the_lower_parts_the_dates() {
    let of = |upper: &str, lower: &str| {
        let found = find(&[row(3, upper), row(4, lower)], &ReadOptions::default()).unwrap();
        (found.row, found.columns.of(Field::StartTime), found.columns.of(Field::EndTime))
    };
    assert_eq!(of("Campaign,Start,,End,,Interval", ",Date,Time,Date,Time,(days)"), (4, Some(2), Some(4)));
    assert_eq!(of("Campaign,Start,,End,Interval", ",Date,Time"), (4, Some(2), None));
    assert_eq!(of("Campaign,Start,,End,,Interval", "A,2030-01-27,09:00,2030-02-27,18:00,1").0, 3);
    assert_eq!(of("Campaign,Start,End,Interval", ",Date,Date,").0, 3);
    let parted = of("Campaign,Start Date,Start Time,End,Interval", ",,,,");
    assert_eq!(parted, (3, Some(2), None));
}

#[test]
fn a_row_of_units_or_zones_below_the_header_is_no_campaign() {
    let found =
        |lower: &str| find(&[row(3, "Campaign,Start,End,Interval,Note"), row(4, lower)], &ReadOptions::default());
    for (lower, said) in [
        (",,,weeks", "weeks"),
        (",,,(days),", "days"),
        (",,,[hours]", "hours"),
        (",(UTC),,", "UTC"),
        (",UTC+2,UTC+2", "UTC+2"),
        ("(as on the platform),dd.mm.yyyy,dd.mm.yyyy,(in weeks),optional", "in weeks"),
    ] {
        let error = found(lower).unwrap_err();
        assert_eq!(error.to_string(), format!("the header has more than one row: row 4 says \"{said}\""), "{lower}");
        assert!(error.hint().starts_with("write each column's whole name into one row, with its unit"), "{error}");
    }
    for lower in [
        "A,,,weeks",
        ",2030-01-27,,weeks",
        ",,,7",
        ",,,Mon/Wed",
        ",soon,later",
        "(A),UTC,UTC,7",
        ",,,",
        ",,,daily",
        "[EU] Spring,,,weeks",
    ] {
        assert!(found(lower).is_ok(), "{lower}");
    }
    let results = [row(1, "Campaign,Start,End,Interval,result_status"), row(2, ",,,weeks,invalid")];
    assert!(find(&results, &ReadOptions::default()).is_ok(), "a row that was refused is refused again");
}

#[test]
fn a_map_resolves_what_is_doubled_and_must_be_met() {
    use Field::{CampaignName, End, Interval, Start};
    assert_eq!(
        found("Campaign,Start,Start Date,End,Interval", &[(Start, "start date")]).unwrap(),
        [(CampaignName, 0), (Start, 2), (End, 3), (Interval, 4)]
    );
    let error = found("Campaign,Start,End,Interval", &[(Start, "Strat")]).unwrap_err();
    assert_eq!(error.code(), "mapped-column-missing");
    assert_eq!(error.hint(), "is \"Start\" meant?");
    let error = found("Campaign,Start,End,Interval", &[(End, "Start")]).unwrap_err();
    assert!(error.to_string().ends_with("no column for start"), "{error}");
}

#[test]
fn a_map_of_a_whole_time_rules_its_halves_out_and_of_halves_the_whole() {
    use Field::{CampaignName, End, EndDate, EndTime, Interval, Start, StartDate, StartTime};
    for (header, map, columns) in [
        ("Start Date,Start Time,When,End", &[(Start, "When")][..], [(Start, 3), (End, 4)].as_slice()),
        ("Start,Day,Hour,End", &[(StartDate, "Day"), (StartTime, "Hour")], &[(StartDate, 2), (StartTime, 3), (End, 4)]),
        ("Start,End Date,End Time,When", &[(End, "When")], &[(Start, 1), (End, 4)]),
        ("Start,End,Day,Hour", &[(EndDate, "Day"), (EndTime, "Hour")], &[(Start, 1), (EndDate, 3), (EndTime, 4)]),
    ] {
        let all: Vec<_> = [(CampaignName, 0)].iter().chain(columns).chain(&[(Interval, 5)]).copied().collect();
        assert_eq!(found(&format!("Campaign,{header},Interval"), map).unwrap(), all, "{header}");
    }
}

#[test]
fn an_interval_of_hours_is_refused() {
    let error = found("Campaign,Start,End,Interval (hours)", &[]).unwrap_err();
    assert_eq!(error.code(), "interval-unit");
    let mapped = found("Campaign,Start,End,Interval (hours)", &[(Field::Interval, "Interval (hours)")]).unwrap_err();
    assert_eq!(mapped.code(), "interval-unit", "days are sent, whatever the flag says");
    let mapped = found("Campaign,Start,End,Every so often (hrs)", &[(Field::Interval, "Every so often (hrs)")]);
    assert_eq!(
        mapped.unwrap_err().to_string(),
        "the column \"Every so often (hrs)\" counts hours, and an interval counts days or weeks"
    );
    assert!(found("Campaign,Start,End,Interval (x per week)", &[]).is_err(), "three a week are no three weeks");
    let error = found("Campaign,Start,Start time,End,Interval", &[]).unwrap_err();
    assert!(error.hint().contains("--map 'start_date=Start' --map 'start_time=Start time'"), "{}", error.hint());
    assert!(found("Campaign,Start,End,Interval (weeks)", &[]).is_ok());
}

#[test]
fn the_first_complete_row_is_the_header_and_else_the_nearest() {
    let rows =
        [row(1, "Campaign,notes"), row(3, "Campaign,Start,End,Interval"), row(4, "Campaign,Start,End,Interval,Days")];
    assert_eq!(find(&rows, &ReadOptions::default()).unwrap().row, 3);
    let rows = [row(1, "Campaign,notes"), row(3, "Campaign,Start,End")];
    assert!(matches!(find(&rows, &ReadOptions::default()), Err(Unreadable::MissingColumns { row: 3, .. })));
}

#[test]
fn a_zone_in_a_header_is_warned_of_unless_the_zone_is_known() {
    let warned = |header: &str, options: &ReadOptions| find(&[row(1, header)], options).unwrap().warnings.len();
    let utc = ReadOptions { timezone: Some(chrono_tz::UTC), ..ReadOptions::default() };
    assert_eq!(warned("Campaign,Start (UTC),End (UTC),Interval", &ReadOptions::default()), 1);
    assert_eq!(warned("Campaign,Start (UTC),End (UTC),Interval", &utc), 0);
    let berlin = ReadOptions { timezone: Some(chrono_tz::Europe::Berlin), ..ReadOptions::default() };
    for (zone, warnings) in
        [("UTC", 1), ("GMT", 1), ("America/New_York", 1), ("europe/berlin", 0), ("CET", 0), ("UTC+2", 0)]
    {
        assert_eq!(warned(&format!("Campaign,Start ({zone}),End,Interval"), &berlin), warnings, "{zone}");
    }
    assert_eq!(warned("Campaign,Start (UTC),End,Interval,Timezone", &ReadOptions::default()), 0);
    for (zone, count) in [("UTC", 0), ("", 1)] {
        let rows = [row(1, "Campaign,Start (UTC),End,Interval,Timezone"), row(2, &format!("a,b,c,1,{zone}"))];
        assert_eq!(find(&rows, &ReadOptions::default()).unwrap().warnings.len(), count, "{zone}");
    }
    assert_eq!(warned("Campaign,Start (24h),End,Interval", &ReadOptions::default()), 0);
    let platform = |zone| ReadOptions { platform_timezone: Some(zone), ..ReadOptions::default() };
    assert_eq!(warned("Campaign,Start (CET),End,Interval", &platform(chrono_tz::Europe::Berlin)), 0);
    assert_eq!(warned("Campaign,Start (CET),End,Interval", &platform(chrono_tz::America::New_York)), 1);
    let new_york = ReadOptions { timezone: Some(chrono_tz::America::New_York), ..ReadOptions::default() };
    assert_eq!(warned("Campaign,Start (EST),End (EST),Interval", &new_york), 0);
    assert_eq!(warned("Campaign,Start (EST),End (PST),Interval", &new_york), 1);
    let mapped = ReadOptions { map: vec![(Field::Start, "Start UTC".to_owned())], ..berlin };
    assert_eq!(warned("Campaign,Start UTC,End,Interval", &mapped), 1);
}

#[test]
fn an_order_of_dates_in_a_header_is_held_against_the_flag() {
    let warned = |header: &str, order: DateOrder| {
        let options = ReadOptions { date_order: Some(order), ..ReadOptions::default() };
        find(&[row(1, &format!("Campaign,{header},End,Interval"))], &options).unwrap().warnings.len()
    };
    for (header, order, count) in [
        ("Start (MM/DD/YYYY ET)", DateOrder::DayMonthYear, 2),
        ("Start (m/d/yy)", DateOrder::DayMonthYear, 1),
        ("Start (hh:mm, dd/mm/yyyy)", DateOrder::DayMonthYear, 0),
        ("Start (DD-MM-YYYY)", DateOrder::MonthDayYear, 1),
        ("Start (MM/DD/YYYY)", DateOrder::MonthDayYear, 0),
        ("Start (YYYY-MM-DD)", DateOrder::DayMonthYear, 0),
    ] {
        assert_eq!(warned(header, order), count, "{header} {order:?}");
    }
}

#[test]
fn columns_of_one_name_are_told_apart_by_their_cells() {
    let error = found("Campaign,Start,End,Interval,,Campaign", &[]).unwrap_err();
    assert_eq!(error.to_string(), "the columns \"Campaign\" (A1), \"Campaign\" (F1) each mean campaign_name");
    assert_eq!(error.hint(), "delete or rename the column at F1: two have the same name");
    let error = found("Campaign,Start,End,Interval,Title", &[]).unwrap_err();
    assert_eq!(error.hint(), "say which one is meant: --map 'campaign_name=Campaign' or --map 'campaign_name=Title'");
    assert!(found("Campaign,Start,End,Interval,Title", &[(Field::CampaignName, "Campaign")]).is_ok());
}

#[test]
fn a_header_further_down_has_a_way_out() {
    let error = find(&[row(1, "note")], &ReadOptions::default()).unwrap_err();
    assert!(error.hint().ends_with("if it stands further down, say so with --header-row"), "{}", error.hint());
    assert!(error.hint().contains("--map 'campaign_name=COLUMN'"), "{}", error.hint());
    let asked = ReadOptions { header_row: Some(2), ..ReadOptions::default() };
    assert!(find(&[row(1, "note")], &asked).unwrap_err().hint().starts_with("that row must name"));
}

#[test]
fn the_row_that_comes_closest_is_named_and_a_title_is_not() {
    let refused = |rows: &[RawRow], options: &ReadOptions| match find(rows, options) {
        Err(Unreadable::MissingColumns { row, .. }) => Some(row),
        Err(Unreadable::NoHeader { .. }) => None,
        other => panic!("{other:?}"),
    };
    let plain = ReadOptions::default();
    let asked = ReadOptions { header_row: Some(2), ..ReadOptions::default() };
    assert_eq!(refused(&[row(1, "Campaign,Start"), row(2, "Campaign,End")], &plain), Some(1));
    assert_eq!(refused(&[row(1, "Campaign,x"), row(2, "Campaign,End")], &plain), Some(2));
    assert_eq!(refused(&[row(1, "Campaign")], &plain), None);
    assert_eq!(refused(&[row(1, "x,y")], &plain), None);
    assert_eq!(refused(&[row(1, "Campaign,End"), row(2, "x,y")], &asked), Some(2));
    assert_eq!(refused(&[row(1, "Campaign,End"), row(2, "x")], &asked), Some(2));
    assert_eq!(refused(&[row(1, "Campaign,End"), row(2, ",,")], &asked), None);
}

#[test]
fn a_field_s_own_name_beats_a_synonym_wherever_they_stand() {
    for (header, index) in [("Title,Campaign Name", 1), ("Campaign Name,Title", 0)] {
        let header = format!("{header},Start,End,Interval");
        assert_eq!(found(&header, &[]).unwrap()[0], (Field::CampaignName, index), "{header}");
        assert_eq!(
            warned(&header),
            ["the column \"Title\" could mean campaign_name too; \"Campaign Name\" is read, and it passes through"]
        );
    }
}

#[test]
fn a_remark_in_brackets_takes_a_column_its_field_s_own_name() {
    for header in ["Campaign Name (old),Campaign,Start,End,Interval", "Name,Start,End,Interval (days),Interval (weeks)"]
    {
        assert!(matches!(found(header, &[]), Err(Unreadable::DoubledColumn { .. })), "{header}");
    }
    assert_eq!(found("Campaign Name (old),Campaign_name*,Start,End,Interval", &[]).unwrap()[0].1, 1);
}

#[test]
fn a_header_that_counts_what_can_t_be_repeated_by_is_refused_by_whatever_way_it_was_chosen() {
    for header in ["Every month", "Cadence (hourly)", "Cycle (1=daily; 2=weekly)", "Cycle (x/week)"] {
        let found = found(&format!("Campaign,Start,End,{header}"), &[(Field::Interval, header)]);
        assert!(matches!(found, Err(Unreadable::IntervalUnit { .. })), "{header}: {found:?}");
    }
    let error = found("Campaign,Start,End,Every month", &[]).unwrap_err();
    assert!(!error.hint().contains("interval=Every month"), "{}", error.hint());
}

#[test]
fn a_frequency_is_offered_where_there_is_no_interval() {
    let error = found("Campaign,Start,End,Frequency", &[]).unwrap_err();
    assert_eq!(error.hint(), "if these columns are meant, say --map 'interval=Frequency'");
    let error = found("Campaign,Start,Hasta,Frequency", &[]).unwrap_err();
    let hint = "if these columns are meant, say --map 'interval=Frequency'; end must have a column too, or say which \
                one is meant with --map 'end=COLUMN' (not read so far: \"Hasta\")";
    assert_eq!(error.hint(), hint);
}

#[test]
fn one_column_is_not_offered_for_two_fields() {
    let hint = |header: &str| found(header, &[]).unwrap_err().hint();
    assert!(hint("Campaign,Window,,Interval").starts_with("add the columns, or say which one is meant with --map"));
    let expected = "if these columns are meant, say --map 'start=Strat'; end must have a column too";
    assert_eq!(hint("Campaign,Strat,Interval"), expected);
    assert!(hint("Campaign,Strat,Window,Interval").starts_with(&format!("{expected}, or say which one is meant")));
}

#[test]
fn a_text_of_over_500_bytes_is_no_header() {
    let header = |length: usize| format!("Campaign ({}),Start,End,Interval", "x".repeat(length - "Campaign ()".len()));
    assert!(found(&header(500), &[]).is_ok());
    assert!(found(&header(501), &[]).is_err());
}

#[test]
fn only_results_may_have_a_date_whole_and_split() {
    let header = "Campaign,Start,Start date,Start time,End,Interval";
    assert!(matches!(found(header, &[]), Err(Unreadable::WholeAndSplit { field: Field::Start, .. })));
    assert!(found(&format!("{header},result_status"), &[]).is_ok());
    let columns =
        find(&[row(1, "Campaign,Start,End,Interval,,,result_status,")], &ReadOptions::default()).unwrap().columns;
    let beyond = columns.owners.iter().filter(|owner| **owner == Owner::BeyondHeader).count();
    assert_eq!((beyond, columns.owners[4], columns.owners[5]), (2, Owner::BeyondHeader, Owner::BeyondHeader));
}
