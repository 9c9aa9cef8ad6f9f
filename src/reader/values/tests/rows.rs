//! The rules of each column, and between the cells of a row.

use chrono::NaiveDate;

use super::*;
use crate::reader::front::DateOrder;

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
fn what_is_wrong_with_a_date_or_a_time_says_which_of_them_it_is() {
    use Field::{CampaignName, End, EndDate, EndTime, Interval, Start, StartDate, StartTime};
    let said = |fields: &[Field], is_text: bool, cells: Vec<Cell>| {
        let mut sheet = Sheet::of(fields);
        sheet.is_text = is_text;
        sheet.read(cells).problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let whole = [CampaignName, Start, End, Interval];
    let cells = |start: Cell, end: Cell| vec![text("a"), start, end, text("1")];
    assert_eq!(
        said(&whole, true, cells(text("2027-01-27 25:00"), text("18:29"))),
        [
            "the start \"2027-01-27 25:00\" names a time that doesn't exist",
            "the end \"18:29\" is a time without a date"
        ]
    );
    assert_eq!(
        said(&whole, false, cells(Cell::Number(-5.0), text("2027-02-30"))),
        [
            "the start is the number \"-5\", which is not a date",
            "the end \"2027-02-30\" names a day that doesn't exist"
        ]
    );
    let split = [CampaignName, StartDate, StartTime, EndDate, EndTime, Interval];
    assert_eq!(
        said(&split, true, ["a", "27 January", "25:00", "2027-02-27", "early", "1"].map(text).to_vec()),
        [
            "the date of the start \"27 January\" has no year",
            "the time of the start \"25:00\" names a time that doesn't exist",
            "the time of the end \"early\" is not a time"
        ]
    );
}

#[test]
fn a_time_cell_of_one_day_is_the_end_of_its_day_as_its_text_is() {
    use Field::{CampaignName, EndDate, EndTime, Interval, StartDate};
    let mut sheet = Sheet::of(&[CampaignName, StartDate, EndDate, EndTime, Interval]);
    let mut row = |time: Cell, is_text: bool| {
        sheet.is_text = is_text;
        let row = sheet.read(vec![text("a"), text("2027-01-27"), text("2027-02-27"), time, text("1")]);
        (outcome(&row), row.cells[3].display())
    };
    let midnight = "2027-01-27 00:00:00 to 2027-02-28 00:00:00, every day".to_owned();
    let cell = row(Cell::Time(1.0), false);
    assert_eq!(cell, (midnight.clone(), "24:00:00".to_owned()));
    assert_eq!(row(text(&cell.1), true).0, midnight);
    assert_eq!(row(text("24:00"), true).0, midnight);
    for beyond in [1.0 + 1.0 / 86_400.0, 1.5, 2.0, -0.25] {
        assert_eq!(row(Cell::Time(beyond), false).0, "D7 not-a-time", "{beyond}");
    }
    assert_eq!(row(Cell::Number(1.0), false).0, "D7 not-a-time");
}

#[test]
fn a_time_on_the_first_day_of_the_calendar_is_a_time_of_day() {
    use Field::{CampaignName, End, Interval, StartDate, StartTime};
    let mut sheet = Sheet::of(&[CampaignName, StartDate, StartTime, End, Interval]);
    sheet.is_text = false;
    let time = Cell::Date("1899-12-30T18:00:00".parse().unwrap());
    let row = sheet.read(vec![text("a"), text("2027-01-27"), time, text("2027-02-27"), Cell::Number(1.0)]);
    assert_eq!(outcome(&row), "2027-01-27 18:00:00 to 2027-02-27 23:59:59, every day");
    assert_eq!(row.cells[2], Cell::Time(0.75), "results show the time alone");
    let day = Cell::Date("1905-01-01T18:00:00".parse().unwrap());
    let row = sheet.read(vec![text("a"), text("2027-01-27"), day.clone(), text("2027-02-27"), Cell::Number(1.0)]);
    assert_eq!((outcome(&row).as_str(), &row.cells[2]), ("C7 not-a-time", &day));
    let clock = Cell::Date("2027-01-27T18:00:00".parse().unwrap());
    for (date, read) in
        [("27T00:00:00", Cell::Time(0.75)), ("27T18:00:00", Cell::Time(0.75)), ("26T00:00:00", clock.clone())]
    {
        let date = Cell::Date(format!("2027-01-{date}").parse().unwrap());
        let row = sheet.read(vec![text("a"), date, clock.clone(), text("2027-02-27"), Cell::Number(1.0)]);
        assert_eq!((row.schedule.is_some(), &row.cells[2]), (read != clock, &read), "of the same day it is its time");
    }
    let day = Cell::Date("2027-01-27T00:00:00".parse().unwrap());
    let row = sheet.read(vec![text("a"), day.clone(), day.clone(), text("2027-02-27"), Cell::Number(1.0)]);
    assert_eq!((outcome(&row).as_str(), &row.cells[2]), ("C7 not-a-time", &day), "a day that shows no time");
}

#[test]
fn whatever_nobody_sees_in_a_name_is_warned_of() {
    let (fillers, formats) = ("\u{34f}\u{115f}\u{1160}\u{2800}\u{3164}\u{ffa0}", "\u{180e}\u{e0001}");
    for invisible in fillers.chars().chain(formats.chars()).chain('\u{206a}'..='\u{206f}') {
        for name in [format!("Spring{invisible}"), format!("Spring{invisible}Sale")] {
            let row = Sheet::new().row(&[&name, "2027-01-27", "2027-02-27", "1"]);
            assert_eq!(row.campaign.as_ref().map(|name| name.as_str()), Some(name.as_str()), "{invisible:?}");
            assert_eq!(shown(&row.warnings), "A7 invisible-inside", "{invisible:?}");
            let told = &row.warnings[0].message;
            assert!(told.contains(&invisible.escape_unicode().to_string()), "{told}");
        }
    }
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
        ("a\u{fe0f}b", "a\u{fe0f}b", ""),
        ("\u{1f3f4}\u{e0067}\u{e007f}", "\u{1f3f4}\u{e0067}\u{e007f}", ""),
        ("Caf\u{e9} 100%/&", "Caf\u{e9} 100%/&", ""),
        ("=1+1", "=1+1", ""),
        ("Err:50", "Err:50", ""),
        ("Err:new", "Err:new", ""),
    ];
    for (given, sent, warned) in table {
        let row = sheet.read(named(text(given)));
        assert!(row.schedule.is_some(), "{given:?}");
        assert_eq!(row.campaign.unwrap().as_str(), sent);
        assert_eq!(shown(&row.warnings), warned, "{given:?}");
    }
    let row = sheet.read(named(text(&"n".repeat(48))));
    assert!(row.warnings.is_empty());
    assert_eq!(shown(&sheet.read(named(text(&"n".repeat(49)))).warnings), "A7 name-too-long");
    assert!(sheet.read(named(text(&"\u{e9}".repeat(48)))).warnings.is_empty(), "letters count, not bytes");
    assert_eq!(shown(&sheet.read(named(text(&"\u{e9}".repeat(49)))).warnings), "A7 name-too-long");
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
        (text("#BUSY!"), "A7 error-value"),
        (text("#NV"), "A7 error-value"),
        (text("Err:508"), "A7 error-value"),
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
    let mut book = sheet;
    book.is_text = false;
    let row = book.read(vec![text("a"), text("disable"), Cell::Number(46_414.5)]);
    assert_eq!(row.cells[2], Cell::Number(46_414.5), "what is ignored stays as it is");
    let sheet = Sheet::of(&[CampaignName, Action]);
    assert_eq!(outcome(&sheet.row(&["a", "disable"])), "disable");
    assert_eq!(outcome(&sheet.row(&["a", "enable"])), "- missing, - missing, - missing");
}

#[test]
fn yes_and_no_count_only_where_the_header_asks_for_them() {
    use Field::{Action, CampaignName};
    let no = [text("no"), text("N"), text("FALSE"), text("0"), Cell::Bool(false), Cell::Number(0.0)];
    let yes = [text("Yes"), text("y"), text("true"), text("1"), Cell::Bool(true), Cell::Number(1.0)];
    let said = |header, cell: &Cell| {
        let mut sheet = Sheet::of(&[CampaignName, Action]);
        sheet.action_header = Some(header);
        outcome(&sheet.read(vec![text("a"), cell.clone()]))
    };
    for header in ["Enabled", "Active", "is_enabled?", "enableSchedule", "On/Off"] {
        for cell in no.iter().chain(&[text("disabled"), text("off"), text("inactive")]) {
            assert_eq!(said(header, cell), "disable", "{header} {cell:?}");
        }
        for cell in yes.iter().chain(&[text("enable"), text("on"), text("active")]) {
            assert_eq!(said(header, cell), "- missing, - missing, - missing", "{header} {cell:?}");
        }
        assert_eq!(said(header, &Cell::Number(2.0)), "B7 not-an-action");
    }
    for header in [
        "Action",
        "Operation",
        "Switch",
        "Inactive",
        "To do",
        "Command",
        "Enable/Disable",
        "Action (enabled?)",
        "Activate or deactivate",
    ] {
        for cell in no.iter().chain(&yes).chain(&[text("cancel"), text("stop"), text("start"), text("none")]) {
            let said = said(header, cell);
            assert!(said.starts_with("B7 not-an-action"), "{header} {cell:?}: {said}");
        }
        for word in ["disable", "Disabled", "deactivate", "unschedule", "off"] {
            assert_eq!(said(header, &text(word)), "disable", "{header} {word}");
        }
    }
}

#[test]
fn values_beyond_the_header_are_problems_and_results_are_dropped() {
    let mut sheet = Sheet::new();
    sheet.fields.insert(1, None);
    let row = sheet.row(&["a", "old", "2027-01-27", "2027-01-28", "1", "", "x", " "]);
    assert_eq!(outcome(&row), "G7 beyond-header");
    assert_eq!(row.problems[0].field, None);
    assert!(row.problems[0].message.starts_with("\"x\" stands"), "{}", row.problems[0].message);
    assert_eq!(row.cells, ["a", "2027-01-27", "2027-01-28", "1", "x"].map(text));
    let mut cells = ["a", "old", "2027-01-27", "2027-01-28", "1"].map(text).to_vec();
    cells.push(Cell::UncomputedFormula);
    let formula = sheet.read(cells).problems.remove(0).message;
    assert!(formula.starts_with("a formula stands"), "{formula}");
    let wide = sheet.read(vec![text("x"); 16_000]);
    let beyond: Vec<_> = wide.problems.iter().filter(|problem| problem.code == Code::BeyondHeader).collect();
    assert_eq!((beyond.len(), wide.cells.len()), (20, 4 + 20));
    assert!(beyond[19].message.ends_with("as do 15975 more cells"), "{}", beyond[19].message);
    for (is_text, hint) in [(true, "if a value of the row holds a comma"), (false, "give the column a name")] {
        sheet.is_text = is_text;
        let problem = sheet.row(&["a", "old", "2027-01-27", "2027-01-28", "1", "x"]).problems.remove(0);
        assert!(problem.hint.starts_with(hint), "{}", problem.hint);
    }
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
fn a_text_that_is_guarded_against_spreadsheet_programs_is_what_it_guards() {
    let row = Sheet::new().row(&["=\"007\"", "=\"2027-01-27 18:29\"", "2027-02-27", "1"]);
    assert_eq!(row.campaign.as_ref().unwrap().as_str(), "007");
    assert_eq!(outcome(&row), "2027-01-27 18:29:00 to 2027-02-27 23:59:59, every day");
    assert_eq!(row.cells[0].display(), "=\"007\"", "as the file has it");
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
    assert!(row.schedule.is_some());
    assert_eq!(row.stream, Some(StreamId::new("st-1")));
}
