use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;

use super::*;
use crate::model::quota::Outlook;
use crate::model::{
    Action, CampaignName, CellName, Code, Field, Finding, Moment, Order, Place, Quota, Recurrence, Window,
};
use crate::reader::FieldColumn;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn plan(order: Order) -> Plan {
    let quota = Quota { calls: 2, window: Duration::from_secs(60) };
    Plan {
        outlook: Outlook::fresh(&[quota], Duration::ZERO, 8),
        order,
        begin: Moment::START,
        now: now(),
        all_or_nothing: false,
    }
}

/// A row whose start lies so many seconds ahead.
fn row(number: u32, name: &str, starts_in: i64) -> Row {
    let date = NaiveDate::from_ymd_opt(2037, 1, 27).unwrap().and_hms_opt(18, 29, 0).unwrap();
    let start_past = now() + chrono::TimeDelta::seconds(starts_in);
    let window = Window { start: date, end: date, start_past, end_past: start_past };
    let schedule = Schedule::Enable { window, recurrence: Recurrence::Daily(1) };
    Row {
        place: Place { source: "q1.xlsx".into(), sheet: Some("Launch".into()), row: number },
        input: 0,
        cells: vec![Cell::Text(name.to_owned()), Cell::Date(date)],
        campaign: Some(CampaignName::new(name)),
        stream: None,
        action: Action::Enable,
        schedule: Some(schedule),
        problems: Vec::new(),
        untimely: Vec::new(),
        warnings: Vec::new(),
    }
}

fn finding(code: Code, column: u32, row: u32) -> Finding {
    Finding {
        cell: Some(CellName { column, row }),
        field: Some(Field::Interval),
        code,
        value: Some("x".to_owned()),
        message: "\"x\" is not an interval".to_owned(),
        hint: "write it as every 2 days".to_owned(),
    }
}

fn invalid(number: u32, name: &str) -> Row {
    Row { schedule: None, problems: vec![finding(Code::NotAnInterval, 3, number)], ..row(number, name, 1_000_000) }
}

fn checked(rows: Vec<Row>, late: Vec<Late>, order: Order, view: View) -> (String, Totals) {
    let body: Body = |_| "{\"a\":1.0,\"b\":\"2037-01-27 18:29:00\"}".to_owned();
    checked_by(Checker::new(Some(body)).unwrap(), rows, late, order, view)
}

fn checked_by(mut checker: Checker, rows: Vec<Row>, late: Vec<Late>, order: Order, view: View) -> (String, Totals) {
    let start = FieldColumn { field: Field::Start, index: 1, column: 2 };
    let columns = vec!["Campaign".to_owned(), "Start".to_owned()];
    let header = InputHeader {
        input: 0,
        source: "q1.xlsx".to_owned(),
        sheet: Some("Launch".to_owned()),
        columns,
        fields: vec![start],
        is_results: false,
    };
    checker.header(&header).unwrap();
    rows.into_iter().for_each(|mut row| checker.row(&mut row).unwrap());
    let mut out = Vec::new();
    let totals =
        checker.finish(late.into_iter(), &plan(order), view, "campaign-scheduler run q1.xlsx", &mut out).unwrap();
    (String::from_utf8(out).unwrap(), totals)
}

#[test]
fn lines_have_their_names_in_their_order() {
    let untimely = Row { untimely: vec![finding(Code::StartPast, 1, 8)], ..row(8, "Past", -5) };
    let (text, _) = checked(
        vec![row(7, "Spring | EU", 1_000_000), untimely, invalid(9, "Ünder")],
        Vec::new(),
        Order::Input,
        View::Rows,
    );
    insta::assert_snapshot!(text);
}

#[test]
fn what_other_rows_say_takes_a_rows_request_away() {
    let late = |row, is_problem, code| Late::Platform { row, is_problem, finding: finding(code, 0, 7) };
    let late = vec![
        late(0, true, Code::ConflictingRows),
        late(1, false, Code::RepeatedRow),
        late(2, true, Code::ConflictingRows),
    ];
    let rows = vec![row(7, "A", 1_000_000), row(8, "B", 1_000_000), row(9, "A", 1_000_000)];
    let (text, totals) = checked(rows, late, Order::Input, View::Rows);
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (line, problems, warnings) in [(0, 1, 0), (1, 0, 1), (2, 1, 0)] {
        assert_eq!(lines[line]["problems"].as_array().unwrap().len(), problems, "line {line}");
        assert_eq!(lines[line]["warnings"].as_array().unwrap().len(), warnings, "line {line}");
        assert_eq!(lines[line]["request"].is_null(), problems > 0, "line {line}");
    }
    // The row that repeats another follows it and costs no call; here its first is the conflict.
    assert_eq!((totals.rows, totals.valid, totals.invalid, totals.calls, totals.exit_code()), (3, 1, 2, 0, 1));
}

#[test]
fn rows_that_take_a_schedule_away_are_told_apart() {
    let told = |disables: u32| {
        let off = |number| Row { action: Action::Disable, schedule: Some(Schedule::Disable), ..row(number, "off", 9) };
        let bad = Row { action: Action::Disable, ..invalid(9, "bad") };
        let rows = (2..2 + disables).map(off).chain([row(7, "on", 1_000_000), bad]).collect();
        checked(rows, Vec::new(), Order::Input, View::Summary).0
    };
    assert!(!told(0).contains("disable"), "{}", told(0));
    assert!(told(1).contains("\n1 of them disables its campaign\n"), "{}", told(1));
    assert!(told(2).contains("\n2 of them disable their campaigns\n"), "{}", told(2));
}

#[test]
fn blank_rows_are_told_and_a_run_is_proposed_where_it_would_send() {
    let told = |blank_rows, rows| {
        let mut checker = Checker::new(None).unwrap();
        checker.passed_over(blank_rows);
        let text = checked_by(checker, rows, Vec::new(), Order::Input, View::Summary).0;
        let line = |word: &str| text.lines().find(|line| line.contains(word)).unwrap_or_default().to_owned();
        (line("blank"), line("next: "))
    };
    let (good, bad) = (row(7, "A", 1_000_000), invalid(8, "B"));
    let run = "campaign-scheduler run q1.xlsx";
    assert_eq!(told(0, vec![good.clone()]), (String::new(), format!("next: {run}")));
    assert_eq!(told(1, vec![bad.clone()]).0, "1 blank row was passed over");
    assert_eq!(told(2, vec![bad.clone()]).1, "next: mend the sheet and check again");
    let both = told(2, vec![good, bad]);
    assert_eq!(both.0, "2 blank rows were passed over");
    assert_eq!(both.1, format!("next: mend the sheet and check again, or send the rest: {run}"));
    let totals = Totals { rows: 2, valid: 1, invalid: 1, ..Totals::default() };
    let all_or_nothing = human::Summary::new(0).text(&totals, run, true);
    assert!(all_or_nothing.ends_with("\nnext: mend the sheet and check again\n"), "{all_or_nothing}");
    assert_eq!(told(3, Vec::new()), ("3 blank rows were passed over".to_owned(), String::new()));
}

#[test]
fn campaigns_that_would_start_before_their_turn_are_named() {
    // Two calls a minute: the third leaves after a minute, the fifth after two.
    let rows = || vec![row(2, "a", 500), row(3, "b", 500), row(4, "c", 30), row(5, "d", 90), row(6, "e", 90)];
    let early = |order| {
        let (text, totals) = checked(rows(), Vec::new(), order, View::Rows);
        let is_early = |line: &&str| line.contains("start-before-turn");
        let names: Vec<_> = text
            .lines()
            .filter(is_early)
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(line["warnings"][0]["cell"], format!("C{}", line["row"]));
                assert_eq!(line["warnings"][0]["value"], "2037-01-27 18:29:00");
                line["campaign_name"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(totals.warnings, names.len() as u64);
        names.join(" ")
    };
    assert_eq!(early(Order::Input), "c e");
    assert_eq!(early(Order::Start), "");
}

#[test]
fn rows_that_are_passed_over_count_as_those_that_are_looked_at() {
    let starts = [500, 500, -1, 30, 30, 90, 1_000_000, 0, 90];
    let rows = || (2..).zip(starts).map(|(number, starts_in)| row(number, &number.to_string(), starts_in));
    let late = |row, is_problem, code| Late::Platform { row, is_problem, finding: finding(code, 0, 7) };
    let late = || vec![late(1, false, Code::RepeatedRow), late(4, true, Code::ConflictingRows)];
    for order in [Order::Input, Order::Start] {
        // Without a request to show, all of these rows are plain.
        let checker = Checker::new(None).unwrap();
        let (text, totals) = checked_by(checker, rows().collect(), late(), order, View::Summary);
        assert_eq!((text, totals), checked(rows().collect(), late(), order, View::Summary), "{order:?}");
        assert!(totals.warnings > 1 && totals.last_leaves.is_some(), "{order:?}");
    }
}

#[test]
fn sums_are_one_object() {
    let (text, _) = checked(
        vec![row(2, "a", 1_000_000), row(3, "b", 1_000_000), row(4, "c", 1_000_000), invalid(5, "d")],
        Vec::new(),
        Order::Input,
        View::Sums,
    );
    insta::assert_snapshot!(text, @r#"{"rows":4,"valid":3,"invalid":1,"warnings":0,"calls":3,"estimated_seconds":60.4,"exit_code":1}"#);
}

#[test]
fn people_read_four_hundred_identical_mistakes_as_one() {
    let mut rows: Vec<_> = (2..402).map(|number| invalid(number, "Winter")).collect();
    rows.extend([row(402, "a", 1_000_000), row(403, "b\u{1b}[31m", 1_000_000), row(404, "c\u{1b}[31m", 30)]);
    let (text, _) = checked(rows, Vec::new(), Order::Input, View::Summary);
    insta::assert_snapshot!(text);
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn programs_read_each_of_four_hundred_identical_mistakes() {
    let rows: Vec<_> = (2..402).map(|number| invalid(number, "Winter")).collect();
    let (text, _) = checked(rows, Vec::new(), Order::Input, View::Rows);
    let cells = text.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["problems"][0]["cell"].as_str().unwrap().to_owned()
    });
    assert!(cells.eq((2..402).map(|row| format!("D{row}"))));
}

#[test]
fn no_rows_are_no_problem() {
    let (text, totals) = checked(Vec::new(), Vec::new(), Order::Input, View::Sums);
    insta::assert_snapshot!(text, @r#"{"rows":0,"valid":0,"invalid":0,"warnings":0,"calls":0,"estimated_seconds":0.0,"exit_code":0}"#);
    assert_eq!(totals.exit_code(), 0);
}

proptest! {
    /// Calls leave in twos, a minute and an answer apart; whatever is passed over, it is told which of them
    /// come after their start, and when the last leaves.
    #[test]
    fn whatever_need_not_be_looked_at_changes_no_sum(
        starts in prop::collection::vec(prop::option::weighted(0.9, -100i64..900), 0..40),
        by_start in any::<bool>(),
    ) {
        let rows = (2..).zip(&starts).map(|(number, start)| match start {
            Some(start) => row(number, "x", *start),
            None => invalid(number, "x"),
        });
        let order = if by_start { Order::Start } else { Order::Input };
        let (_, totals) = checked_by(Checker::new(None).unwrap(), rows.collect(), Vec::new(), order, View::Sums);
        let mut calls: Vec<i64> = starts.iter().flatten().copied().collect();
        if by_start {
            calls.sort_unstable();
        }
        let millis = |call: usize| (call as i64 / 2) * 60_200;
        let late = calls.iter().enumerate().filter(|(call, start)| **start > 0 && **start * 1_000 < millis(*call));
        let last = calls.len().checked_sub(1).map(millis);
        prop_assert_eq!(totals.warnings, late.count() as u64);
        prop_assert_eq!((totals.rows, totals.calls), (starts.len() as u64, calls.len() as u64));
        prop_assert_eq!((totals.valid, totals.invalid), (totals.calls, totals.rows - totals.calls));
        prop_assert_eq!(totals.last_leaves, last.map(|last| now() + chrono::TimeDelta::milliseconds(last)));
        let estimated = last.map_or(Duration::ZERO, |last| Duration::from_millis(last as u64 + 200));
        prop_assert_eq!(totals.estimated, estimated);
    }
}
