//! Promise 9 where it is hardest: a row that is invalid comes back from results and rejects as
//! invalid as it went, until somebody mends it, and no row comes back meaning something else.

use std::io::{Cursor, Write as _};
use std::path::Path;

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Formula, Workbook};

use super::desk::{Desk, Told};

/// A cell of a sheet that a test writes.
#[derive(Debug, Clone)]
pub(super) enum Typed {
    Blank,
    Text(String),
    Number(f64),
    Bool(bool),
    /// As a serial number.
    Date(f64),
    Time(f64),
    /// As a span of time, which may be longer than a day.
    Span(f64),
    /// A number whose format shows it as a percentage.
    Percent(f64),
    /// What a formula came to.
    Formula(&'static str),
}

pub(super) fn text(text: &str) -> Typed {
    if text.is_empty() { Typed::Blank } else { Typed::Text(text.to_owned()) }
}

pub(super) fn workbook(path: &Path, header: &[&str], rows: &[Vec<Typed>]) {
    workbook_of(path, header, rows, false);
}

fn workbook_of(path: &Path, header: &[&str], rows: &[Vec<Typed>], is_1904: bool) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let time = Format::new().set_num_format("hh:mm:ss");
    let span = Format::new().set_num_format("[hh]:mm:ss");
    let percent = Format::new().set_num_format("0.00%");
    for (column, name) in (0..).zip(header) {
        sheet.write_string(0, column, *name).unwrap();
    }
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Typed::Blank => continue,
                Typed::Text(text) => sheet.write_string(line, column, as_much_as_fits(text)),
                Typed::Number(number) => sheet.write_number(line, column, *number),
                Typed::Bool(value) => sheet.write_boolean(line, column, *value),
                Typed::Date(moment) => sheet.write_number_with_format(line, column, *moment, &date),
                Typed::Time(fraction) => sheet.write_number_with_format(line, column, *fraction, &time),
                Typed::Span(days) => sheet.write_number_with_format(line, column, *days, &span),
                Typed::Percent(number) => sheet.write_number_with_format(line, column, *number, &percent),
                Typed::Formula(result) => sheet.write_formula(line, column, Formula::new("A1").set_result(*result)),
            }
            .unwrap();
        }
    }
    workbook.save(path).unwrap();
    if is_1904 {
        count_days_from_1904(path);
    }
}

/// No workbook holds more in a cell than so many UTF-16 units.
fn as_much_as_fits(text: &str) -> String {
    String::from_utf16_lossy(&text.encode_utf16().take(32_767).collect::<Vec<_>>())
}

/// The writer of workbooks knows the other date system only from afar.
fn count_days_from_1904(path: &Path) {
    let mut old = zip::ZipArchive::new(Cursor::new(std::fs::read(path).unwrap())).unwrap();
    let mut new = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for index in 0..old.len() {
        let part = old.by_index(index).unwrap();
        if part.name().unwrap() != "xl/workbook.xml" {
            new.raw_copy_file(part).unwrap();
            continue;
        }
        new.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let text = std::io::read_to_string(part).unwrap();
        assert!(text.contains("<workbookPr "), "{text}");
        new.write_all(text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").as_bytes()).unwrap();
    }
    new.finish().unwrap();
}

/// Lines of text; a cell is only ever text there. Only UTF-16 may hold a NUL.
fn lines(path: &Path, header: &[&str], rows: &[Vec<Typed>]) {
    let text = csv(header, rows);
    if text.contains('\0') {
        let units = format!("\u{feff}{text}");
        std::fs::write(path, units.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
    } else {
        std::fs::write(path, text).unwrap();
    }
}

fn csv(header: &[&str], rows: &[Vec<Typed>]) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(header).unwrap();
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Typed::Text(text) => text.clone(),
            Typed::Number(number) => number.to_string(),
            _ => String::new(),
        });
        writer.write_record(cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Hands every file in again, twice over: rows mean what they meant, and problems are still there.
fn comes_back(desk: &mut Desk, paths: &[&Path]) -> Vec<Told> {
    let first = desk.read(paths);
    let bad: Vec<Told> = first.rows.iter().filter(|row| row.key.is_none()).cloned().collect();
    // Nothing was sent, so that rejects hold the pending rows too.
    for (index, file) in first.files.iter().enumerate() {
        let again = desk.read(&[file]);
        assert_eq!(meanings(&again.rows), meanings(&first.rows), "{}", file.display());
        let twice = desk.read(&[&again.files[3 - index]]);
        assert_eq!(meanings(&twice.rows), meanings(&first.rows), "{}, twice", file.display());
    }
    bad
}

/// What text says of a problem is said in other words than what a workbook's cell says.
pub(super) fn meanings(rows: &[Told]) -> Vec<(&str, Option<[u8; 16]>)> {
    rows.iter().map(|row| (row.campaign.as_str(), row.key)).collect()
}

pub(super) const HEADER: [&str; 6] = ["Campaign", "Start", "End", "Interval", "Stream", "Timezone"];

pub(super) fn good() -> Vec<Typed> {
    vec![text("Spring"), text("2030-01-10 09:00"), text("2031-06-30"), Typed::Number(1.0)]
}

pub(super) fn with(index: usize, cell: Typed) -> Vec<Typed> {
    let mut row = good();
    row.resize(row.len().max(index + 1), Typed::Blank);
    row[index] = cell;
    row
}

#[test]
fn a_cell_beyond_the_header_keeps_its_row_invalid() {
    let mut desk = Desk::new();
    let header = "campaign_name,start,end,interval";
    let path =
        desk.file("q1.csv", &format!("{header}\nSpring, EU,2030-01-10,2031-01-10,1\nB,2030-01-10,2031-01-10,1\n"));
    let bad = comes_back(&mut desk, &[&path]);
    assert_eq!(bad.len(), 1);
    assert!(bad[0].codes.contains(&"beyond-header"), "{bad:?}");
    let results = std::fs::read_to_string(desk.folder().join("1.results.csv")).unwrap();
    assert!(results.starts_with(&format!("{header},,result_status,")), "{results}");
    assert!(results.contains("\nSpring, EU,2030-01-10,2031-01-10,1,invalid,"), "{results}");

    let mended = results.replace("Spring, EU,2030-01-10,2031-01-10,1,", "\"Spring, EU\",2030-01-10,2031-01-10,1,,");
    let mended = desk.file("mended.csv", &mended);
    assert!(comes_back(&mut desk, &[&mended]).is_empty());

    let clean = desk.file("q2.csv", &format!("{header}\nB,2030-01-10,2031-01-10,1\n"));
    let files = desk.read(&[&clean]).files;
    let results = std::fs::read_to_string(&files[0]).unwrap();
    assert!(results.starts_with(&format!("{header},result_status,")), "no column without need: {results}");
}

/// Results know nothing of merged cells, and a blank cell would be another wish.
#[test]
fn what_a_merged_cell_covers_keeps_its_row_invalid() {
    let mut desk = Desk::new();
    let path = desk.folder().join("q1.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["campaign_name", "start", "end", "interval", "action", "days"]).unwrap();
    for row in [1, 2] {
        sheet.write_row(row, 0, [&format!("c{row}"), "2037-01-27", "2037-02-27", "1"]).unwrap();
    }
    sheet.merge_range(1, 5, 2, 5, "Mon", &Format::new()).unwrap();
    workbook.save(&path).unwrap();
    let bad = comes_back(&mut desk, &[&path]);
    assert_eq!(
        bad.iter().map(|row| (row.campaign.as_str(), &*row.codes)).collect::<Vec<_>>(),
        [("c2", &["merged-cell"][..])]
    );
}

#[test]
fn what_only_the_kind_of_a_cell_makes_wrong_is_wrong_as_text_too() {
    let mut desk = Desk::new();
    let path = desk.folder().join("q1.xlsx");
    let rows = [
        with(0, Typed::Date(46_414.75)),
        with(0, Typed::Date(46_414.0)),
        with(0, Typed::Time(0.75)),
        with(0, Typed::Bool(true)),
        with(0, Typed::Formula("#N/A")),
        with(4, Typed::Bool(false)),
        with(4, Typed::Date(46_414.0)),
        with(5, Typed::Number(-5.0)),
        with(1, Typed::Bool(true)),
        with(1, Typed::Number(12.0)),
    ];
    workbook(&path, &HEADER, &rows);
    let bad = comes_back(&mut desk, &[&path]);
    let codes: Vec<_> = bad.iter().map(|row| row.codes.join(" ")).collect();
    let named = ["name-is-date", "name-is-date", "name-is-date", "wrong-type", "error-value"];
    let others = ["wrong-type", "wrong-type", "unknown-timezone", "wrong-type", "not-a-date"];
    assert_eq!(codes, [named, others].concat());

    // Whoever says that it is meant so is believed.
    let rows = [with(0, Typed::Date(46_414.0)), with(0, Typed::Bool(true))];
    workbook(&path, &HEADER, &rows);
    let results = std::fs::read_to_string(&desk.read(&[&path]).files[0]).unwrap();
    assert!(results.contains("name-is-date: "), "{results}");
    let lines = results.lines().map(|line| line.split(",invalid,").next().unwrap());
    let emptied = lines.map(|line| format!("{line}\n")).collect::<String>();
    let believed = desk.read(&[&desk.file("emptied.csv", &emptied)]);
    let names: Vec<_> = believed.rows.iter().map(|row| (row.campaign.as_str(), row.key.is_some())).collect();
    assert_eq!(names, [("2027-01-27", true), ("TRUE", true)]);
}

/// Text that a program could take for a number that is none, and times that show no more than zero.
#[test]
fn what_is_no_number_or_less_than_no_time_is_a_problem_however_often_it_comes_back() {
    let mut desk = Desk::new();
    let times = desk.file(
        "q1.csv",
        "Campaign,Start Date,Start Time,End,Interval\nA,2030-01-10,NaN,2031-01-10,1\nB,2030-01-10,inf,2031-01-10,1\n",
    );
    let names = desk.folder().join("q2.xlsx");
    let spans = [-0.0, -1e-7, 100_000.0, -2.5, f64::MAX];
    workbook(&names, &HEADER, &spans.map(|days| with(0, Typed::Span(days))));
    let bad = comes_back(&mut desk, &[&times, &names]);
    let codes: Vec<_> = bad.iter().map(|row| row.codes.join(" ")).collect();
    assert_eq!(codes, [vec!["not-a-time"; 2], vec!["name-is-date"; 4]].concat(), "the last is a number");
}

/// The last days of the one system of dates are beyond the years of the other.
#[test]
fn a_day_that_only_the_other_system_of_dates_knows_stays_a_problem() {
    let mut desk = Desk::new();
    let book = desk.folder().join("q1.xlsx");
    workbook_of(&book, &HEADER, &[with(2, Typed::Date(2_958_465.0)), with(2, Typed::Number(2_958_465.0))], true);
    let codes: Vec<_> = comes_back(&mut desk, &[&book]).iter().map(|row| row.codes.join(" ")).collect();
    assert_eq!(codes, ["not-a-date", "not-a-date"]);
}

#[test]
fn what_does_not_get_through_a_file_as_it_is_leaves_its_row_invalid() {
    let mut desk = Desk::new();
    let (book, text) = (desk.folder().join("q1.xlsx"), desk.folder().join("q2.csv"));
    let named = |name: &str| with(0, self::text(name));
    workbook(&book, &["Campaign\0", "Start", "End", "Interval"], &[named("a\0b"), named("\0"), named("\\u{0}")]);
    let long = [32_767, 32_768, 40_000].map(|length| "a".repeat(length));
    let emoji = "\u{1f600}".repeat(16_384);
    lines(&text, &HEADER, &[long.map(|name| named(&name)).as_slice(), &[named(&emoji)]].concat());
    let bad = comes_back(&mut desk, &[&book, &text]);
    let codes: Vec<_> = bad.iter().map(|row| row.codes.join(" ")).collect();
    let (nul, long) = ("control-character", "cell-too-long");
    assert_eq!(codes, [nul, nul, long, long, long]);
}

#[test]
fn inputs_that_split_their_dates_come_back_beside_those_that_do_not() {
    let mut desk = Desk::new();
    let whole = desk
        .file("whole.csv", "Campaign,Start Date,End,Interval\nA,2030-01-10 09:00,2031-01-10,1\nX,never,2031-01-10,1\n");
    let split = desk.folder().join("split.xlsx");
    let row = vec![text("B"), Typed::Date(47_500.0), Typed::Time(0.75), text("2031-01-10"), Typed::Number(2.0)];
    workbook(&split, &["Campaign", "Start Date", "Start Time", "End", "Interval (weeks)"], &[row]);
    let bad = comes_back(&mut desk, &[&whole, &split]);
    assert_eq!(bad.len(), 1);
    let results = std::fs::read_to_string(desk.folder().join("1.results.csv")).unwrap();
    assert!(results.starts_with("Campaign,start,End,interval,start_date,start_time,result_status"), "{results}");
    assert!(results.contains("\nB,,2031-01-10,2 weeks,2030-01-17,18:00:00,"), "{results}");

    let both = results.replace("\nB,,", "\nB,2030-01-17 18:00,");
    let both = desk.read(&[&desk.file("both.csv", &both)]).rows;
    assert_eq!(both[2].codes, ["contradiction"], "a row fills one of the two");
}

#[test]
fn a_number_whose_unit_its_own_header_named_comes_back_with_it_however_it_was_written() {
    let mut desk = Desk::new();
    let counts = ["2", "+2", "two", "ten", "2-", "\u{ff12}", "\u{200e}2", "\"2,0\"", "\"=\"\"2\"\"\"", "Mon", "3 days"];
    let rows = |prefix: &str, rest: &str| {
        let row = |(number, count): (usize, &&str)| format!("{prefix}{number},2030-01-10,2031-01-10,{count}{rest}\n");
        counts.iter().enumerate().map(row).collect::<String>()
    };
    let weeks = desk.file("weeks.csv", &format!("Campaign,Start,End,Interval (weeks)\n{}", rows("W", "")));
    let days = format!("Campaign,Start,End,Interval (days),Days\nD1,2030-01-10,2031-01-10,1,\n{}", rows("X", ",Tue"));
    let days = desk.file("days.csv", &days);
    let unclear = format!("Campaign,Start,End,Interval (mo),Recurrence\n{}{}", rows("M", ","), rows("N", ",weekly"));
    let unclear = desk.file("unclear.csv", &unclear);
    let bad = comes_back(&mut desk, &[&weeks, &days, &unclear]);
    let of = |prefix: char| bad.iter().filter(|row| row.campaign.starts_with(prefix)).count();
    assert_eq!(of('X'), counts.len(), "days and weekdays contradict each other");
    assert_eq!((of('W'), of('M'), of('N')), (0, 9, 1), "nobody knows what a bare number counts");
}

/// A row that an input's own header didn't take for its second half isn't that of its results either.
#[test]
fn a_row_that_looks_like_half_a_header_stays_a_row() {
    let mut desk = Desk::new();
    let upper =
        "Campaign,Kick-off,,Wrap-up,,Interval\n,Date,Time,Date,Time,\nA,2030-01-10,9:00,2031-01-10,10:00,daily\n";
    let odd = desk
        .file("odd.csv", &upper.replace("Kick-off", "Start").replace("Wrap-up", "End").replace("Time,Date", "x,Date"));
    let plain = desk.file("plain.csv", "Campaign,Start,End,Interval\nZ,2030-01-10,2031-01-10,1\n");
    comes_back(&mut desk, &[&odd, &plain]);
}

#[test]
fn inputs_that_ask_whether_to_enable_come_back_beside_those_that_say_what_to_do() {
    let mut desk = Desk::new();
    let window = "2030-01-10,2031-01-10,1";
    let asks = format!("Campaign,Start,End,Interval,Enabled\nA,{window},yes\nB,{window},no\nX,{window},maybe\n");
    let says = format!("Campaign,Start,End,Interval,Action\nC,{window},disable\nY,{window},no\n");
    let (asks, says) = (desk.file("asks.csv", &asks), desk.file("says.csv", &says));
    let bad = comes_back(&mut desk, &[&asks, &says]);
    assert_eq!(bad.iter().map(|row| row.campaign.as_str()).collect::<Vec<_>>(), ["X", "Y"]);
    let results = std::fs::read_to_string(desk.folder().join("1.results.csv")).unwrap();
    for row in ["A,2030-01-10,2031-01-10,1,enable,", "B,2030-01-10,2031-01-10,1,disable,"] {
        assert!(results.contains(row), "{results}");
    }
}

/// How many rows a sheet has at most.
const ROWS: usize = 20;

/// What spreadsheets, their file formats and their programs have rules of their own for.
const ODD: [&str; 60] = [
    "TRUE",
    "FALSE",
    "2027-01-27",
    "2027-01-27 18:29:00",
    "18:29:00",
    "36:00:00",
    "-01:00:00",
    "9.25",
    "007",
    "",
    " ",
    "1E21",
    "1e21",
    "1000000000000000000000",
    "0.30000000000000004",
    "12345678901234567",
    "1,5",
    "50%",
    "½",
    "-5",
    "'-5",
    "''-5",
    "=1+1",
    "'=1+1",
    "''=1+1",
    "'",
    "''",
    "@x",
    "'@x",
    "+49 30 1",
    "+3.2",
    "-",
    "+",
    "\t=1",
    "\r=1",
    "#N/A",
    "#VALUE!",
    "Err:508",
    "NaN",
    "inf",
    "_x000D_",
    "_x000d_",
    "_x0000_",
    "_x005F_",
    "_x005F_x0041_",
    "_xD83D_",
    "a_xFFFE_b",
    " edges ",
    "\u{a0}edges\u{a0}",
    "\u{feff}bom",
    "a\u{fffe}b",
    "a\u{ffff}b",
    "a\u{0}b",
    "a\u{fffd}b",
    "http://example.com/a b",
    "mailto:a@b.c",
    "sep=;",
    "a;b;c;d;e",
    "a\tb\tc",
    "\\u{0}",
];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(ODD.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => "[a-z'=+\\-@\t\r\n\"; ,|]{0,9}",
        1 => "(_x[0-9A-Fa-f]{4}_?|_|x|5){0,4}",
        1 => "[\u{0}-\u{1f}\u{80}-\u{9f}\u{202a}-\u{202e}\u{fffe}\u{ffff}a-c]{1,6}",
        1 => (32_765usize..32_770, "[a\u{e9}\u{1f600}]").prop_map(|(length, one)| one.repeat(length)),
    ]
}

fn any_number() -> impl Strategy<Value = f64> {
    let odd = vec![
        0.0,
        -0.0,
        1.0,
        2.0,
        1e21,
        1e15,
        1e16,
        1e-7,
        1.5e-300,
        1e300,
        0.1 + 0.2,
        12_345_678_901_234_567.0,
        123_456_789_012_345.6,
        f64::MAX,
        f64::MIN_POSITIVE,
        2_958_465.0,
        2_958_466.0,
        60.0,
        61.0,
        0.999_999_99,
    ];
    prop_oneof![
        proptest::sample::select(odd),
        -10.0..60_000.0,
        (-2_000i32..2_400).prop_map(|n| f64::from(n) / 100.0),
        (44_000u32..50_000).prop_map(f64::from),
    ]
}

fn any_typed() -> impl Strategy<Value = Typed> {
    prop_oneof![
        4 => any_text().prop_map(|own| text(&own)),
        1 => any_number().prop_map(Typed::Number),
        1 => any_number().prop_map(Typed::Percent),
        1 => any_number().prop_map(Typed::Date),
        1 => any_number().prop_map(Typed::Time),
        1 => any_number().prop_map(Typed::Span),
        1 => any::<bool>().prop_map(Typed::Bool),
        1 => (47_000u32..48_000).prop_map(|serial| Typed::Date(f64::from(serial))),
        1 => (47_000.0..48_000.0).prop_map(Typed::Date),
        1 => (-0.5..2.5).prop_map(Typed::Time),
        1 => proptest::sample::select(vec!["#N/A", "#NUM!", "2", "soon", ""]).prop_map(Typed::Formula),
    ]
}

fn any_row() -> impl Strategy<Value = Vec<Typed>> {
    let changes = proptest::collection::vec((0usize..10, any_typed()), 0..3);
    (0u32..1_000_000, changes).prop_map(|(number, changes)| {
        let mut row = good();
        row[0] = text(&format!("Campaign {number}"));
        row.resize(10, Typed::Blank);
        for (index, cell) in changes {
            row[index] = cell;
        }
        while matches!(row.last(), Some(Typed::Blank)) {
            row.pop();
        }
        row
    })
}

/// As many sheets as take a second or two, unless the environment wants more.
fn cases() -> u32 {
    std::env::var("CAMPAIGN_SCHEDULER_CASES").map_or(5, |text| text.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_stands_in_a_sheet_its_rows_come_back_as_they_went(
        typed in proptest::collection::vec(any_row(), 1..ROWS),
        plain in proptest::collection::vec(any_row(), 1..ROWS),
        is_together in any::<bool>(),
        is_1904 in any::<bool>(),
    ) {
        let mut desk = Desk::new();
        let book = desk.folder().join("q1.xlsx");
        workbook_of(&book, &HEADER, &typed, is_1904);
        let split = ["campaign", "Start Date", "End", "Interval", "Stream", "Start Time"];
        let text = desk.folder().join("q2.csv");
        lines(&text, &split, &plain);
        if is_together {
            comes_back(&mut desk, &[&book, &text]);
        } else {
            comes_back(&mut desk, &[&book]);
            comes_back(&mut desk, &[&text]);
        }
    }
}
