//! Whole rows: the rules between cells, and between them and the present.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::RowReader;
use crate::model::{Action, Cell, Code, Field, Finding, Row, Schedule, StreamId};
use crate::reader::columns::{Columns, RawRow, Source};
use crate::reader::front::{DateOrder, ReadOptions};

/// A sheet of a test: its fields in their order, and how it is read.
struct Sheet {
    fields: Vec<Option<Field>>,
    options: ReadOptions,
    is_text: bool,
    now: DateTime<Utc>,
    interval_header: Option<&'static str>,
}

impl Sheet {
    fn new() -> Self {
        use Field::{CampaignName, End, Interval, Start};
        Self::of(&[CampaignName, Start, End, Interval])
    }

    fn of(fields: &[Field]) -> Self {
        let now = "2027-01-01T12:00:00Z".parse().unwrap();
        let fields = fields.iter().copied().map(Some).collect();
        Self { fields, options: ReadOptions::default(), is_text: true, now, interval_header: None }
    }

    fn zone(mut self, timezone: &str) -> Self {
        self.options.timezone = Some(timezone.parse().unwrap());
        self
    }

    fn platform(mut self, timezone: &str) -> Self {
        self.options.platform_timezone = Some(timezone.parse::<Tz>().unwrap());
        self
    }

    fn at(mut self, now: &str) -> Self {
        self.now = now.parse().unwrap();
        self
    }

    fn reader(&self) -> RowReader {
        let mut index_of = [None; 13];
        for (index, field) in self.fields.iter().enumerate() {
            if let Some(field) = field {
                index_of[*field as usize] = Some(index);
            }
        }
        let header = |field: &Option<Field>| match (field, self.interval_header) {
            (Some(Field::Interval), Some(header)) => header.to_owned(),
            (field, _) => field.map_or("result_x".to_owned(), |field| field.to_string()),
        };
        let headers = self.fields.iter().map(header).collect();
        let is_result = self.fields.iter().map(Option::is_none).collect();
        let columns = Arc::new(Columns { index_of, headers, is_result });
        let source = Source { source: "q1".into(), sheet: None, is_text: self.is_text, input: 0, is_1904: false };
        RowReader::new(&self.options, columns, source, self.now)
    }

    fn read(&self, cells: Vec<Cell>) -> Row {
        self.reader().read(RawRow { number: 7, cells })
    }

    fn row(&self, cells: &[&str]) -> Row {
        self.read(cells.iter().map(|cell| text(cell)).collect())
    }
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

fn named(name: Cell) -> Vec<Cell> {
    vec![name, text("2027-01-27 18:29"), text("2027-02-27"), Cell::Number(1.0)]
}

fn shown(findings: &[Finding]) -> String {
    let shown = |f: &Finding| format!("{} {}", f.cell.map_or("-".to_owned(), |cell| cell.to_string()), f.code);
    findings.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// The digits that are sent, or the problems; then the warnings.
fn outcome(row: &Row) -> String {
    let mut outcome = match row.wish.as_ref().map(|wish| wish.schedule) {
        Some(Schedule::Enable { window, recurrence }) => format!("{} to {}, {recurrence}", window.start, window.end),
        Some(Schedule::Disable) => "disable".to_owned(),
        None => shown(&row.problems),
    };
    assert_eq!(row.wish.is_none(), !row.problems.is_empty());
    if !row.untimely.is_empty() {
        outcome.push_str(&format!("; untimely {}", shown(&row.untimely)));
    }
    if !row.warnings.is_empty() {
        outcome.push_str(&format!("; warned {}", shown(&row.warnings)));
    }
    outcome
}

#[test]
fn a_plain_row_is_what_it_says() {
    let row = Sheet::new().row(&["Spring | EU", "2027-01-27 18:29", "2027-02-27 18:29:05", "1"]);
    assert_eq!(outcome(&row), "2027-01-27 18:29:00 to 2027-02-27 18:29:05, every day");
    assert_eq!(row.campaign.unwrap().as_str(), "Spring | EU");
    assert_eq!((row.action, row.place.row, row.cells.len()), (Action::Enable, 7, 4));
}

#[test]
fn all_problems_are_told_in_the_order_of_the_columns() {
    use Field::{CampaignName, End, Interval, Start};
    let sheet = Sheet::of(&[Interval, End, Start, CampaignName]);
    let row = sheet.row(&["x", "27/01/30", "31/02/2027", ""]);
    assert_eq!(outcome(&row), "A7 not-an-interval, B7 two-digit-year, C7 no-such-date, D7 missing");
    assert_eq!(row.problems[0].value.as_deref(), Some("x"));
    assert_eq!(row.problems[3].value, None);
    assert_eq!(row.problems[3].field, Some(CampaignName));
}

#[test]
fn a_date_alone_is_a_whole_day() {
    let sheet = Sheet::new();
    let date = |day| Cell::Date(NaiveDate::from_ymd_opt(2027, 1, day).unwrap().and_hms_opt(0, 0, 0).unwrap());
    let expected = "2027-01-27 00:00:00 to 2027-01-28 23:59:59, every day";
    assert_eq!(outcome(&sheet.row(&["a", "27/01/2027", "2027-01-28", "1"])), expected);
    assert_eq!(outcome(&sheet.read(vec![text("a"), date(27), date(28), Cell::Number(1.0)])), expected);
    assert_eq!(
        outcome(&sheet.row(&["a", "2027-01-27", "2027-01-27", "1"])),
        "2027-01-27 00:00:00 to 2027-01-27 23:59:59, every day"
    );
    assert_eq!(
        outcome(&sheet.row(&["a", "2027-01-27 00:00", "2027-01-28 00:00", "1"])),
        "2027-01-27 00:00:00 to 2027-01-28 00:00:00, every day"
    );
}

#[test]
fn a_bare_number_is_a_date_in_workbooks_alone() {
    let mut sheet = Sheet::new();
    let cells = || vec![text("a"), Cell::Number(46_414.5), Cell::Number(46_420.0), Cell::Number(1.0)];
    assert_eq!(outcome(&sheet.read(cells())), "B7 bare-number, C7 bare-number");
    sheet.is_text = false;
    assert_eq!(
        outcome(&sheet.read(cells())),
        "2027-01-27 12:00:00 to 2027-02-02 23:59:59, every day; warned B7 serial-date, C7 serial-date"
    );
    let far = vec![text("a"), Cell::Number(20_300_127.0), text("2031-01-01"), Cell::Number(1.0)];
    assert_eq!(outcome(&sheet.read(far)), "B7 not-a-date");
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
    let date = Cell::Date("2027-01-27T00:00:00".parse().unwrap());
    let cells = vec![text("a"), date.clone(), Cell::Time(0.5), date, Cell::Time(0.75), Cell::Number(1.0)];
    assert_eq!(
        outcome(&sheet.read(cells)),
        "2027-01-27 12:00:00 to 2027-01-27 18:00:00, every day; warned F7 interval-exceeds-window"
    );
}

#[test]
fn names_are_sent_as_written() {
    let sheet = Sheet::new();
    let table = [
        ("  a b  ", "a b", ""),
        ("\u{a0}a\u{200b}", "a", "A7 invisible-trimmed"),
        ("a\n", "a", "A7 invisible-trimmed"),
        ("a\u{a0}b", "a\u{a0}b", ""),
        ("a\u{200b}b", "a\u{200b}b", "A7 invisible-inside"),
        ("a\u{202e}b", "a\u{202e}b", "A7 invisible-inside"),
        ("Caf\u{e9} 100%/&", "Caf\u{e9} 100%/&", ""),
        ("=1+1", "=1+1", ""),
    ];
    for (given, sent, warned) in table {
        let row = sheet.read(named(text(given)));
        assert_eq!(row.wish.unwrap().campaign.as_str(), sent);
        assert_eq!(shown(&row.warnings), warned, "{given:?}");
    }
    let row = sheet.read(named(text(&"n".repeat(48))));
    assert!(row.warnings.is_empty());
    assert_eq!(shown(&sheet.read(named(text(&"n".repeat(49)))).warnings), "A7 name-too-long");
}

#[test]
fn what_is_no_name_is_a_problem() {
    let sheet = Sheet::new();
    let date = Cell::Date("2027-03-01T00:00:00".parse().unwrap());
    let table = [
        (text("a\nb"), "A7 control-character"),
        (text("a\tb"), "A7 control-character"),
        (text("\u{200b} "), "A7 missing"),
        (Cell::Empty, "A7 missing"),
        (date, "A7 name-is-date"),
        (Cell::Time(0.5), "A7 name-is-date"),
        (Cell::Bool(true), "A7 wrong-type"),
        (text("#REF!"), "A7 error-value"),
        (Cell::Error("#N/A".to_owned()), "A7 error-value"),
        (Cell::UncomputedFormula, "A7 formula-without-value"),
        (text(&"n".repeat(32_768)), "A7 cell-too-long"),
    ];
    for (cell, expected) in table {
        assert_eq!(outcome(&sheet.read(named(cell.clone()))), expected, "{cell:?}");
    }
    let row = sheet.read(named(text(&"é".repeat(32_767))));
    assert_eq!(shown(&row.warnings), "A7 name-too-long");
    let row = sheet.read(named(Cell::Number(7.0)));
    assert_eq!(row.campaign.unwrap().as_str(), "7");
    assert_eq!(shown(&row.warnings), "A7 name-was-number");
}

#[test]
fn a_disable_row_needs_a_name_alone() {
    use Field::{Action, CampaignName, End, Interval, Start, StreamId};
    let sheet = Sheet::of(&[CampaignName, Action, Start, End, Interval, StreamId]);
    let row = |cells: &[&str]| outcome(&sheet.row(cells));
    assert_eq!(row(&["a", "disable"]), "disable");
    assert_eq!(row(&["a", "OFF", "nonsense", "#N/A", "0"]), "disable");
    assert_eq!(row(&["", "disable"]), "A7 missing");
    assert_eq!(row(&["a", "disabel"]), "B7 not-an-action");
    assert_eq!(row(&["a", "disabel", "x"]), "B7 not-an-action, C7 not-a-date");
    assert_eq!(row(&["a", "enable"]), "C7 missing, D7 missing, E7 missing");
    assert_eq!(row(&["a", "", "2027-01-27", "2027-01-28", "1", "st 1"]), "F7 not-a-stream-id");
    let sheet = Sheet::of(&[CampaignName, Action]);
    assert_eq!(outcome(&sheet.row(&["a", "disable"])), "disable");
    assert_eq!(outcome(&sheet.row(&["a", "enable"])), "- missing, - missing, - missing");
}

#[test]
fn values_beyond_the_header_are_problems_and_results_are_dropped() {
    let mut sheet = Sheet::new();
    sheet.fields.insert(1, None);
    let row = sheet.row(&["a", "old", "2027-01-27", "2027-01-28", "1", "", "x", " "]);
    assert_eq!(outcome(&row), "G7 beyond-header");
    assert_eq!(row.problems[0].field, None);
    assert_eq!(row.cells, ["a", "2027-01-27", "2027-01-28", "1"].map(text));
    let wide = sheet.read(vec![text("x"); 16_000]);
    let beyond: Vec<_> = wide.problems.iter().filter(|problem| problem.code == Code::BeyondHeader).collect();
    assert_eq!(beyond.len(), 20);
    assert!(beyond[19].message.ends_with("as do 15975 more cells"), "{}", beyond[19].message);
}

#[test]
fn the_past_is_judged_by_the_zone_that_is_known() {
    let row = |sheet: &Sheet, start: &str, end: &str| outcome(&sheet.row(&["a", start, end, "1"]));
    let window = |start: &str, end: &str| format!("{start}:00 to {end}:00, every day");
    let (start, end) = ("2027-01-27 18:29", "2027-02-27 18:29");
    let unknown = |now| Sheet::new().at(now);
    assert_eq!(row(&unknown("2027-01-27T04:29:00Z"), start, end), window(start, end));
    assert_eq!(row(&unknown("2027-01-27T04:29:01Z"), start, end), window(start, end) + "; warned B7 start-may-be-past");
    assert_eq!(row(&unknown("2027-01-28T06:29:00Z"), start, end), window(start, end) + "; warned B7 start-may-be-past");
    assert_eq!(row(&unknown("2027-01-28T06:29:01Z"), start, end), window(start, end) + "; untimely B7 start-past");
    assert_eq!(
        row(&unknown("2027-02-28T06:29:00Z"), start, end),
        window(start, end) + "; untimely B7 start-past, C7 end-past"
    );
    let berlin = |now| Sheet::new().zone("Europe/Berlin").at(now);
    assert_eq!(row(&berlin("2027-01-27T17:14:00Z"), start, end), window(start, end));
    assert_eq!(row(&berlin("2027-01-27T17:14:01Z"), start, end), window(start, end) + "; warned B7 start-soon");
    assert_eq!(row(&berlin("2027-01-27T17:29:00Z"), start, end), window(start, end) + "; warned B7 start-soon");
    assert_eq!(row(&berlin("2027-01-27T17:29:01Z"), start, end), window(start, end) + "; untimely B7 start-past");
    let mut allowed = berlin("2027-01-27T17:29:01Z");
    allowed.options.allow_past_start = true;
    assert_eq!(row(&allowed, start, end), window(start, end));
    allowed.now = "2027-03-01T00:00:00Z".parse().unwrap();
    assert_eq!(row(&allowed, start, end), window(start, end) + "; untimely C7 end-past");
}

#[test]
fn zones_convert_only_where_both_are_known() {
    use Field::{CampaignName, End, Interval, Start, Timezone};
    let fields = [CampaignName, Start, End, Interval, Timezone];
    let row =
        |sheet: &Sheet, zone: &str| outcome(&sheet.row(&["a", "2027-01-27 18:29", "2027-02-27 18:29", "1", zone]));
    let as_written = "2027-01-27 18:29:00 to 2027-02-27 18:29:00, every day";
    let hour_earlier = "2027-01-27 17:29:00 to 2027-02-27 17:29:00, every day";
    let needed = "B7 platform-timezone-needed, C7 platform-timezone-needed";
    let plain = Sheet::of(&fields);
    assert_eq!(row(&plain, ""), as_written);
    assert_eq!(row(&plain, "Europe/Berlin"), needed);
    assert_eq!(row(&plain, "Berlin"), "E7 unknown-timezone");
    assert_eq!(
        plain.row(&["a", "", "", "", "berlin"]).problems[3].hint.split('?').next(),
        Some("did you mean \"Europe/Berlin\"")
    );
    let berlin = Sheet::of(&fields).zone("Europe/Berlin");
    assert_eq!(row(&berlin, ""), as_written);
    assert_eq!(row(&berlin, "europe/paris"), as_written);
    assert_eq!(row(&berlin, "+01:00"), as_written);
    assert_eq!(row(&berlin, "UTC"), needed);
    let both = Sheet::of(&fields).zone("Europe/Berlin").platform("UTC");
    assert_eq!(row(&both, ""), hour_earlier);
    assert_eq!(row(&both, "UTC"), as_written);
    assert_eq!(row(&both, "UTC+1"), hour_earlier);
    let alone = Sheet::of(&fields).platform("UTC");
    assert_eq!(row(&alone, ""), as_written);
    assert_eq!(row(&alone, "Europe/Berlin"), hour_earlier);
    let offset = both.row(&["a", "2027-01-27T18:29+03:00", "2027-02-27 18:29Z", "1"]);
    assert_eq!(outcome(&offset), "2027-01-27 15:29:00 to 2027-02-27 18:29:00, every day");
}

#[test]
fn days_move_with_the_start() {
    let sheet = Sheet::new().zone("America/New_York").platform("UTC");
    let row = |start: &str, interval: &str| outcome(&sheet.row(&["a", start, "2027-02-27 12:00", interval]));
    assert_eq!(
        row("2027-01-27 20:00", "Wed/Sun"),
        "2027-01-28 01:00:00 to 2027-02-27 17:00:00, every week on Mon/Thu; warned D7 days-moved"
    );
    assert_eq!(row("2027-01-27 18:00", "Wed/Sun"), "2027-01-27 23:00:00 to 2027-02-27 17:00:00, every week on Wed/Sun");
    assert_eq!(row("2027-01-27 20:00", "weekly"), "2027-01-28 01:00:00 to 2027-02-27 17:00:00, every week on Thu");
    assert_eq!(row("2027-01-27 20:00", "2"), "2027-01-28 01:00:00 to 2027-02-27 17:00:00, every 2 days");
}

#[test]
fn skipped_and_doubled_hours_are_warned_of() {
    // Berlin skips 2027-03-28 02:00 to 03:00, and has 2027-10-31 02:00 to 03:00 twice.
    let as_written = Sheet::new().zone("Europe/Berlin");
    let converted = Sheet::new().zone("Europe/Berlin").platform("UTC");
    let row = |sheet: &Sheet, start: &str, end: &str| outcome(&sheet.row(&["a", start, end, "1"]));
    let (start, end) = ("2027-03-28 02:30", "2027-10-31 02:30");
    assert_eq!(
        row(&as_written, start, end),
        "2027-03-28 02:30:00 to 2027-10-31 02:30:00, every day; warned B7 skipped-hour, C7 doubled-hour"
    );
    assert_eq!(
        row(&converted, start, end),
        "2027-03-28 01:30:00 to 2027-10-31 00:30:00, every day; warned B7 skipped-hour, C7 doubled-hour"
    );
    use Field::{CampaignName, End, Interval, Start, Timezone};
    let neighbour = Sheet::of(&[CampaignName, Start, End, Interval, Timezone]).zone("Europe/Berlin");
    assert_eq!(
        outcome(&neighbour.row(&["a", start, end, "1", "Europe/Paris"])),
        "2027-03-28 02:30:00 to 2027-10-31 02:30:00, every day; warned B7 skipped-hour, C7 doubled-hour"
    );
    let into_doubled = Sheet::new().zone("UTC").platform("Europe/Berlin");
    assert_eq!(
        row(&into_doubled, "2027-03-28 01:30", "2027-10-31 01:30"),
        "2027-03-28 03:30:00 to 2027-10-31 02:30:00, every day; warned C7 doubled-hour"
    );
}

#[test]
fn the_window_has_a_length() {
    let sheet = Sheet::new();
    let row = |start: &str, end: &str, interval: &str| outcome(&sheet.row(&["a", start, end, interval]));
    assert_eq!(row("2027-02-01", "2027-01-31", "1"), "C7 end-before-start");
    assert_eq!(row("2027-02-01 10:00", "2027-02-01 10:00", "1"), "C7 end-before-start");
    assert_eq!(row("2027-02-01", "2027-02-05", "x"), "D7 not-an-interval");
    assert!(row("2027-02-01", "2027-02-05", "5").ends_with("every 5 days"));
    assert!(row("2027-02-01", "2027-02-05", "6").ends_with("warned D7 interval-exceeds-window"));
    assert!(row("2027-02-01", "2027-02-05", "weekly").ends_with("warned D7 interval-exceeds-window"));
    assert!(row("2027-02-01", "9999-12-31", "3650").ends_with("every 3650 days"));
    let beyond = Sheet::new().zone("America/New_York").platform("UTC");
    assert_eq!(outcome(&beyond.row(&["a", "2027-02-01", "9999-12-31", "1"])), "C7 no-such-date");
}

#[test]
fn an_ambiguous_date_learns_what_other_rows_suggest() {
    let sheet = Sheet::new();
    let mut reader = sheet.reader();
    let mut read = |number, start: &str| {
        reader.read(RawRow { number, cells: [text("a"), text(start), text("2027-12-31"), text("1")].to_vec() })
    };
    let mut problem = read(2, "03/02/2027").problems.remove(0);
    assert_eq!(problem.code, Code::AmbiguousDate);
    read(3, "27/02/2027");
    read(4, "28/02/2027");
    let mut alone = problem.clone();
    reader.finish().amend(&mut problem);
    assert_eq!(
        problem.message,
        "\"03/02/2027\" can be 3 February 2027 or 2 March 2027; \
         B3 \"27/02/2027\" and 1 more suggest day first (--date-order dmy)"
    );
    sheet.reader().finish().amend(&mut alone);
    assert!(alone.message.ends_with("; no other date of the sheet tells which"), "{}", alone.message);
}

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
    sheet.interval_header = Some("Every (days or weeks)");
    assert!(row(&sheet, ["2", ""]).ends_with("every 2 days"));
}

#[test]
fn the_options_reach_the_cells() {
    let mut sheet = Sheet::new();
    sheet.options.date_order = Some(DateOrder::MonthDayYear);
    let row = sheet.row(&["a", "03/02/2027", "04/02/2027", "1"]);
    assert_eq!(outcome(&row), "2027-03-02 00:00:00 to 2027-04-02 23:59:59, every day");
    use Field::{CampaignName, End, Interval, Start, StreamId as Stream};
    let row =
        Sheet::of(&[CampaignName, Start, End, Interval, Stream]).row(&["a", "2027-02-01", "2027-02-02", "1", " st-1 "]);
    assert_eq!(row.wish.unwrap().stream, Some(StreamId::new("st-1")));
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let number = prop_oneof![any::<f64>(), -2.0..60_000.0];
    let date = (1i32..=9_999, 1u32..=365, 0u32..86_400).prop_map(|(year, day, seconds)| {
        let date = NaiveDate::from_yo_opt(year, day).unwrap();
        Cell::Date(date.and_hms_opt(0, 0, 0).unwrap() + chrono::TimeDelta::seconds(i64::from(seconds)))
    });
    prop_oneof![
        Just(Cell::Empty),
        Just(Cell::UncomputedFormula),
        Just(Cell::Error("#N/A".to_owned())),
        any::<bool>().prop_map(Cell::Bool),
        number.clone().prop_map(Cell::Number),
        number.prop_map(Cell::Time),
        date,
        "\\PC{0,20}".prop_map(Cell::Text),
        "(0001|2027|2028|9999)-(01|03|10|12)-(28|31)( [0-2][0-9]:30)?([+-]14:00|Z)?".prop_map(Cell::Text),
        "(weekly|daily|2|Mon/Fri|disable|Asia/Tokyo|Pacific/Apia|\\+02:00|st-1|#REF!)".prop_map(Cell::Text),
    ]
}

proptest! {
    #[test]
    fn whatever_stands_in_it_a_row_is_a_wish_or_its_problems(
        cells in proptest::collection::vec(any_cell(), 0..16),
        timezone in proptest::sample::select(vec![None, Some(Tz::Europe__Berlin), Some(Tz::Pacific__Apia)]),
        platform in proptest::sample::select(vec![None, Some(Tz::UTC), Some(Tz::America__New_York)]),
        is_text in any::<bool>(),
    ) {
        let mut sheet = Sheet::of(&Field::ALL);
        sheet.is_text = is_text;
        sheet.options = ReadOptions { timezone, platform_timezone: platform, ..ReadOptions::default() };
        let row = sheet.read(cells);
        prop_assert_eq!(row.wish.is_none(), !row.problems.is_empty());
        if let Some(window) = row.wish.and_then(|wish| wish.schedule.window().copied()) {
            prop_assert!(window.start < window.end);
            prop_assert!((1..=9_999).contains(&window.start.year()) && window.end.year() <= 9_999);
        }
        for finding in row.problems.iter().chain(&row.untimely).chain(&row.warnings) {
            prop_assert!(!finding.message.is_empty() && !finding.hint.is_empty());
            prop_assert!(!finding.message.chars().any(char::is_control));
            prop_assert_eq!(finding.cell.is_some(), true);
        }
        let ordered = row.problems.windows(2).all(|pair| pair[0].cell <= pair[1].cell);
        prop_assert!(ordered);
    }
}

/// Cells of a workbook that make a valid row as a rule.
fn workbook_row() -> impl Strategy<Value = Vec<Cell>> {
    use proptest::option::weighted;
    let serial = |days: std::ops::Range<f64>| {
        prop_oneof![days.clone().prop_map(Cell::Number), days.prop_map(|days| Cell::Number(days.trunc())),]
    };
    let name = prop_oneof!["[a-z |]{1,9}x".prop_map(Cell::Text), (1.0..1e6).prop_map(Cell::Number)];
    let time = weighted(0.7, prop_oneof![(0.0..1.0).prop_map(Cell::Number), (0.0..0.999).prop_map(Cell::Time)]);
    let interval = prop_oneof![(1u32..99).prop_map(|days| Cell::Number(f64::from(days))), Just(text("Mon-Fri"))];
    (name, serial(46_500.0..46_600.0), serial(46_700.0..46_800.0), time, interval, any::<bool>()).prop_map(
        |(name, start, end, time, interval, is_date)| {
            let spelled = |cell: Cell| match cell {
                Cell::Number(days) if is_date => Cell::Date(crate::model::cell::date_of_serial(days, false).unwrap()),
                cell => cell,
            };
            let time = time.filter(|_| matches!(end, Cell::Number(days) if days.fract() == 0.0)).unwrap_or_default();
            vec![name, spelled(start), spelled(end), time, interval]
        },
    )
}

proptest! {
    #[test]
    fn results_in_text_mean_what_the_workbook_meant(cells in workbook_row()) {
        use Field::{CampaignName, EndDate, EndTime, Interval, Start};
        let mut sheet = Sheet::of(&[CampaignName, Start, EndDate, EndTime, Interval]);
        sheet.is_text = false;
        let row = sheet.read(cells);
        prop_assert!(row.wish.is_some(), "{:?}", row.problems);
        sheet.is_text = true;
        let again = sheet.read(row.cells.iter().map(|cell| text(&cell.display())).collect());
        prop_assert_eq!(again.wish, row.wish);
    }
}
