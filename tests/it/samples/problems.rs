//! `problems.xlsx`: what goes wrong in sheets that people write, one kind a row, and a few good rows
//! between them. The column "What is wrong" says what `check` should find.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Worksheet};

const HEADER: [&str; 10] = [
    "What is wrong",
    "Campaign Name",
    "Start",
    "End",
    "Repeat every",
    "Recurrence",
    "Days",
    "Action",
    "Time zone",
    "Stream ID",
];
/// The header stands below two title lines.
const HEADER_ROW: u32 = 2;

/// What stands in a cell.
#[derive(Clone, Copy)]
enum Value {
    Nothing,
    Text(&'static str),
    Number(f64),
    Truth,
    Date(u16, u8, u8),
    /// An error value, as a formula leaves it.
    NotAvailable,
}

use Value::{Date, NotAvailable, Nothing, Number, Text, Truth};

/// What is wrong, name, start, end, repeat every; then recurrence, days, action, zone, stream.
type Row = (&'static str, [Value; 4], [&'static str; 5]);

const NONE: [&str; 5] = [""; 5];
const START: Value = Date(2037, 3, 2);
const END: Value = Date(2037, 6, 30);
const DAILY: Value = Text("daily");

#[rustfmt::skip]
const ROWS: [Row; 37] = [
    ("nothing",                             [Text("Spring Savings"), START, END, DAILY], NONE),
    ("no name",                             [Nothing, START, END, DAILY], NONE),
    ("no start",                            [Text("No Start"), Nothing, END, DAILY], NONE),
    ("no end and no interval",              [Text("No End"), START, Nothing, Nothing], NONE),
    ("no such day",                         [Text("February 31st"), Text("2037-02-31 09:00"), END, DAILY], NONE),
    ("not a date",                          [Text("Soon"), Text("next Tuesday"), END, DAILY], NONE),
    ("day or month first?",                 [Text("Ambiguous"), Text("03/02/2037"), END, DAILY], NONE),
    ("two-digit year",                      [Text("Short Year"), Text("27.01.37"), END, DAILY], NONE),
    ("true for a date",                     [Text("True"), Truth, END, DAILY], NONE),
    ("a serial number (warning)",           [Text("Serial"), Number(50_101.5), END, DAILY], NONE),
    ("end before start",                    [Text("Backwards"), END, START, DAILY], NONE),
    ("start is past",                       [Text("Long Gone"), Date(2019, 3, 1), END, DAILY], NONE),
    ("start and end are past",              [Text("Over"), Date(2019, 3, 1), Date(2019, 4, 1), DAILY], NONE),
    ("an error value",                      [Text("Lookup Failed"), NotAvailable, END, DAILY], NONE),
    ("not an interval",                     [Text("Now and Then"), START, END, Text("now and then")], NONE),
    ("interval of zero",                    [Text("Never"), START, END, Number(0.0)], NONE),
    ("broken interval",                     [Text("Every Day and a Half"), START, END, Number(1.5)], NONE),
    ("interval longer than window (warning)", [Text("Once at Most"), START, Date(2037, 3, 10), Number(90.0)], NONE),
    ("weekly against 2 days",               [Text("Contradiction"), START, END, Text("2 days")], ["weekly", "", "", "", ""]),
    ("daily with days",                     [Text("Daily on Monday"), START, END, Number(1.0)], ["daily", "Mon", "", "", ""]),
    ("not a recurrence",                    [Text("Hourly"), START, END, Number(1.0)], ["hourly", "", "", "", ""]),
    ("not days",                            [Text("Someday"), START, END, Number(1.0)], ["weekly", "Someday", "", "", ""]),
    ("not an action",                       [Text("Pause Please"), START, END, DAILY], ["", "", "pause", "", ""]),
    ("nothing: disable needs no dates",     [Text("Old Campaign"), Nothing, Nothing, Nothing], ["", "", "disable", "", ""]),
    ("no such zone",                        [Text("Nowhere"), START, END, DAILY], ["", "", "", "Europe/Berln", ""]),
    ("zone needs the platform's",           [Text("Elsewhere"), START, END, DAILY], ["", "", "", "Asia/Tokyo", ""]),
    ("not a stream",                        [Text("Lost Stream"), START, END, DAILY], ["", "", "", "", "st 1/2"]),
    ("name is a date",                      [Date(2037, 1, 9), START, END, DAILY], NONE),
    ("name is a number (warning)",          [Number(7.0), START, END, DAILY], NONE),
    ("line break in the name",              [Text("Two\nLines"), START, END, DAILY], NONE),
    ("invisible end (warning)",             [Text("Pasted from a Page\u{200b}"), START, END, DAILY], NONE),
    ("name too long (warning)",             [Text("A Name That Says Everything There Is to Say about It"), START, END, DAILY], NONE),
    ("same campaign, two wishes",           [Text("Wanted Twice"), START, END, DAILY], NONE),
    ("same campaign, two wishes",           [Text("Wanted Twice"), START, END, Text("weekly")], NONE),
    ("the same again (warning)",            [Text("Spring Savings"), START, END, DAILY], NONE),
    ("differs by case (warning)",           [Text("spring savings"), START, END, DAILY], NONE),
    ("several at once",                     [Nothing, Text("31/02/2037"), Text("x"), Number(-1.0)], ["", "", "", "Mars", ""]),
];

pub(super) fn xlsx() -> Vec<u8> {
    let mut workbook = super::workbook("What goes wrong");
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name("Launch").unwrap();
    sheet.write_with_format(0, 0, "Campaign plan 2037, draft", &bold).unwrap();
    for (column, header) in (0..).zip(HEADER) {
        sheet.write_with_format(HEADER_ROW, column, header, &bold).unwrap();
    }
    for (row, (what, values, words)) in (HEADER_ROW + 1..).zip(ROWS) {
        sheet.write(row, 0, what).unwrap();
        for (column, value) in (1..).zip(values) {
            write(sheet, row, column, value);
        }
        for (column, word) in (5..).zip(words).filter(|(_, word)| !word.is_empty()) {
            sheet.write(row, column, word).unwrap();
        }
    }
    let last = HEADER_ROW + 1 + u32::try_from(ROWS.len()).unwrap();
    beyond_header(sheet, last);
    sheet.set_column_width(0, 34).unwrap().set_column_width(1, 30).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// A value to the right of the header's last column: something has slipped.
fn beyond_header(sheet: &mut Worksheet, row: u32) {
    sheet.write(row, 0, "a value beyond the header").unwrap();
    for (column, value) in (1..).zip([Text("Slipped"), START, END, DAILY]) {
        write(sheet, row, column, value);
    }
    sheet.write(row, 10, "EMEA").unwrap();
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, value: Value) {
    match value {
        Nothing => Ok(sheet),
        Text(text) => sheet.write(row, column, text),
        Number(number) => sheet.write(row, column, number),
        Truth => sheet.write(row, column, true),
        Date(year, month, day) => {
            let date = ExcelDateTime::from_ymd(year, month, day).unwrap();
            sheet.write_with_format(row, column, &date, &Format::new().set_num_format("yyyy-mm-dd"))
        }
        NotAvailable => sheet.write(row, column, Formula::new("NA()").set_result("#N/A")),
    }
    .unwrap();
}
