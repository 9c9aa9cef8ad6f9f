//! Rows of anything, and rows that come back from a results file.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;

use super::*;

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
        prop_assert_eq!(row.schedule.is_none(), !row.problems.is_empty());
        if let Some(window) = row.schedule.and_then(|schedule| schedule.window().copied()) {
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
        prop_assert!(row.schedule.is_some(), "{:?}", row.problems);
        sheet.is_text = true;
        let again = sheet.read(row.cells.iter().map(|cell| text(&cell.display())).collect());
        prop_assert_eq!(again.schedule, row.schedule);
    }
}

/// Cells of any kind that a workbook may have in any column, among them those that look like
/// something else once they are text.
fn typed_cell() -> impl Strategy<Value = Cell> {
    let numbers =
        vec![-5.0, -1.0, 0.0, 0.25, 1.0, 2.0, 2.5, 7.15, 9.25, 20.3, 930.0, 1_830.0, 5_000.0, 20_300_127.0, 1e21];
    let number = prop_oneof![
        proptest::sample::select(numbers),
        -20.0..60_000.0,
        (-2_400i32..2_400).prop_map(|n| f64::from(n) / 100.0)
    ];
    prop_oneof![
        any::<bool>().prop_map(Cell::Bool),
        number.clone().prop_map(Cell::Number),
        (-20.0..6_000.0).prop_map(Cell::Time),
        (46_500.0..46_600.0).prop_map(|serial| Cell::Date(crate::model::cell::date_of_serial(serial, false).unwrap())),
        (46_500u32..46_600)
            .prop_map(|day| Cell::Date(crate::model::cell::date_of_serial(f64::from(day), false).unwrap())),
        proptest::sample::select(vec!["#N/A", "#REF!", "#DATA!"]).prop_map(|error| Cell::Error(error.to_owned())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn a_row_with_a_problem_has_it_still_when_it_comes_back_in_text(
        cell in typed_cell(),
        field in proptest::sample::select(Field::ALL.to_vec()),
        is_split in any::<bool>(),
    ) {
        use Field::{Action, CampaignName, Days, End, EndDate, EndTime, Interval, Recurrence, Start, StartDate, StartTime, StreamId, Timezone};
        let mut fields = vec![CampaignName, Interval, Recurrence, Days, Action, Timezone, StreamId];
        fields.extend(if is_split { vec![StartDate, StartTime, EndDate, EndTime] } else { vec![Start, End] });
        let Some(at) = fields.iter().position(|own| *own == field) else { return Ok(()) };
        let mut cells: Vec<Cell> = ["Spring", "1", "", "", "", "", ""].into_iter().map(text).collect();
        let times = if is_split { vec!["2027-01-27", "18:29", "2027-12-27", ""] } else { vec!["2027-01-27 18:29", "2027-12-27"] };
        cells.extend(times.into_iter().map(text));
        cells[at] = cell;
        let mut sheet = Sheet::of(&fields);
        sheet.options.platform_timezone = Some(Tz::UTC);
        sheet.is_text = false;
        let row = sheet.read(cells);
        sheet.is_text = true;
        sheet.fields.push(None);
        let mut back: Vec<Cell> = row.cells.iter().map(|cell| text(&cell.display())).collect();
        back.resize(fields.len(), Cell::Empty);
        back.push(text(&row.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ")));
        let again = sheet.read(back.clone());
        prop_assert_eq!(&again.schedule, &row.schedule, "{}", shown(&row.problems));
        let twice = sheet.read(back);
        prop_assert_eq!(&twice.schedule, &row.schedule);
    }
}
