//! What is known of a row only once all were read, put to that row; and which rows are compared at all.

use std::convert::Infallible;

use campaign_scheduler::model::{Field, Finding, Row};
use campaign_scheduler::reader::{FieldColumn, Input, InputHeader, LateLook, ReadOptions, Reading, RowSink, read};

use rust_xlsxwriter::{Format, Workbook};

use super::{HEADER, Kept, kept, packed, parts_in, read_bytes};

/// The problems and the warnings of each row, the late ones among them.
fn told(kept: &mut Kept, reading: Reading) -> Vec<String> {
    for found in reading.cross_rows {
        let Row { campaign, place, action, problems, warnings, .. } = &mut kept.rows[found.ordinal as usize];
        LateLook { campaign: campaign.as_ref(), action: *action, line: place.row, problems, warnings }
            .take(&found, kept.headers.first());
    }
    let shown = |findings: &[Finding]| {
        let shown = findings.iter().map(|finding| format!("{} {}", finding.cell.unwrap(), finding.code));
        shown.collect::<Vec<_>>().join(", ")
    };
    kept.rows.iter().map(|row| format!("{}; {}", shown(&row.problems), shown(&row.warnings))).collect()
}

#[test]
fn a_late_finding_stands_at_the_campaign_among_the_problems_or_the_warnings() {
    let text = "result_status,Campaign,Start,End,Interval\n\
        ,Spring,2030-01-27,2030-02-27,1\n\
        ,Spring,2030-01-27,2030-02-27,2\n\
        ,Autumn,2030-01-27,2030-02-27,90\n\
        ,Autumn,2030-01-27,2030-02-27,90\n\
        ,AUTUMN,2030-01-27,2030-02-27,1\n";
    let (mut kept, reading) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    let campaign = FieldColumn { field: Field::CampaignName, index: 0, column: 1 };
    assert_eq!((kept.headers[0].fields.len(), kept.headers[0].fields[0]), (4, campaign));
    assert_eq!(
        told(&mut kept, reading),
        [
            "B2 conflicting-rows; ",
            "B3 conflicting-rows; ",
            "; B4 name-differs-by-case, E4 interval-exceeds-window",
            "; B5 repeated-row, B5 name-differs-by-case, E5 interval-exceeds-window",
            "; B6 name-differs-by-case",
        ]
    );
}

#[test]
fn an_ambiguous_date_is_told_what_the_rows_below_it_show() {
    let text = format!("{HEADER}A,03/02/2030,2030-12-31,1\nB,27/02/2030,2030-12-31,1\n");
    let (mut kept, reading) = read_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(told(&mut kept, reading), ["B2 ambiguous-date; ", "; "]);
    let message = &kept.rows[0].problems[0].message;
    assert!(message.ends_with("; B3 \"27/02/2030\" suggests day first (--date-order dmy)"), "{message}");
}

/// A sink that says of all rows whether they need no call.
struct Sent {
    kept: Kept,
    is_sent: bool,
}

impl RowSink for Sent {
    type Error = Infallible;

    fn header(&mut self, header: &InputHeader) -> Result<(), Infallible> {
        self.kept.header(header)
    }

    fn needs_no_call(&mut self, _: &Row) -> Result<bool, Infallible> {
        Ok(self.is_sent)
    }

    fn row(&mut self, row: &mut Row) -> Result<(), Infallible> {
        self.kept.row(row)
    }
}

#[test]
fn rows_that_are_late_are_compared_if_they_need_no_call() {
    let text = format!("{HEADER}A,2030-01-27,2030-02-27,1\nA,2030-01-27,2030-02-27,2\n");
    let now = "2030-02-01T00:00:00Z".parse().unwrap();
    let (inputs, options) = ([Input::Stdin], ReadOptions::default());
    for (is_sent, compared) in [(true, 2), (false, 0)] {
        let mut sink = Sent { kept: Kept::default(), is_sent };
        let reading = read(&inputs, &options, now, &mut text.as_bytes(), &mut sink).unwrap();
        assert!(sink.kept.rows.iter().all(|row| !row.untimely.is_empty()));
        assert_eq!(reading.cross_rows.count(), compared, "{is_sent}");
    }
    let reading = read(&inputs, &options, now, &mut text.as_bytes(), &mut Kept::default()).unwrap();
    assert_eq!(reading.cross_rows.count(), 0, "a sink that doesn't say");
}

#[test]
fn what_stood_beyond_the_header_is_a_problem_still_when_results_come_back() {
    let text = "campaign_name,start,end,interval,,result_status\nA,2030-01-27,2030-02-27,1,x,invalid\n";
    let [problem] = &kept(text).rows[0].problems[..] else { panic!("one problem") };
    assert_eq!(format!("{} {}", problem.cell.unwrap(), problem.code), "E2 beyond-header");
}

#[test]
fn a_warning_about_a_sheet_names_it() {
    let (_, reading) = read_bytes(HEADER.as_bytes(), &ReadOptions::default()).unwrap();
    let said = reading.warnings[0].to_string();
    assert_eq!(said, "stdin: there is a header and no row below it, so there is nothing to schedule");
}

/// A spreadsheet program shows one value over all rows, and a blank cell would mean something else.
#[test]
fn a_merged_cell_is_a_problem_of_each_row_below_its_first() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let header = ["", "Campaign", "Start", "End", "Interval", "Days", "Action", "Notes"];
    sheet.write_row(0, 0, header).unwrap();
    for row in [1, 2, 3, 6, 7, 8] {
        let cells = [&format!("c{row}"), "2037-01-27", "2037-02-27", "1"];
        sheet.write_row(row, 1, cells).unwrap();
    }
    // The days of three rows, the last of which disables; the action of two across a blank one; of a whole table notes.
    let merges = [(1, 5, 3, 5, "Mon/Wed"), (6, 6, 8, 6, "disable"), (1, 7, 8, 7, "ask Ann"), (2, 4, 3, 4, "2")];
    for (first_row, first, last_row, last, text) in merges {
        sheet.merge_range(first_row, first, last_row, last, text, &Format::new()).unwrap();
    }
    sheet.write_string(3, 6, "disable").unwrap();
    let (mut kept, reading) = read_bytes(&workbook.save_to_buffer().unwrap(), &ReadOptions::default()).unwrap();
    assert_eq!(
        told(&mut kept, reading),
        ["; ", "F3 merged-cell; ", "; ", "; ", "G8 merged-cell; ", "G9 merged-cell; "],
        "the fourth row disables, and its days and interval mean nothing"
    );
    assert_eq!(
        kept.rows[1].problems[0].message,
        "the cells F2:F4 are merged, and only the first row of them holds the value"
    );
}

#[test]
fn a_header_that_is_merged_into_the_row_below_it_has_two() {
    let refused_with = |last_row: u32, below: &[(u16, &str)]| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_row(0, 0, ["Campaign", "Start", "End", "Repeat every"]).unwrap();
        for (column, name) in (0..).zip(["Campaign", "Start", "End"]) {
            sheet.merge_range(0, column, last_row, column, name, &Format::new()).unwrap();
        }
        for (column, text) in below {
            sheet.write_string(1, *column, *text).unwrap();
        }
        sheet.write_row(2, 0, ["A", "2037-01-27", "2037-02-27", "2"]).unwrap();
        read_bytes(&workbook.save_to_buffer().unwrap(), &ReadOptions::default()).err().map(|error| error.to_string())
    };
    let said = refused_with(1, &[(3, "campaign rhythm")]).unwrap();
    let expected = "the header has more than one row: its cells A1:A2 are merged, and more of it stands in row 2";
    assert!(said.ends_with(expected), "{said}");
    let said = refused_with(1, &[(3, "weeks")]).unwrap();
    assert!(said.ends_with("the header has more than one row: row 2 says \"weeks\""), "{said}");
    assert_eq!(refused_with(1, &[]), None, "nothing stands beside it");
}

/// The library that reads it says nothing of them.
#[test]
fn a_merged_cell_of_an_xlsb_is_a_problem_of_the_rows_below_its_first_too() {
    let mut parts = parts_in("sheetjs-plan.xlsb");
    let (_, plan) = parts.iter_mut().find(|(name, _)| name == "xl/worksheets/sheet2.bin").unwrap();
    let cells_end = [0x92, 0x01, 0x00];
    let behind = plan.windows(3).position(|bytes| bytes == cells_end).unwrap() + 3;
    // Records of their begin with how many they are, of one with its rows and columns, of their end.
    let corners = [1_u32, 3, 3, 3].map(u32::to_le_bytes).concat();
    let merged = [&[0xb1, 0x01, 4, 1, 0, 0, 0, 0xb0, 0x01, 16][..], &corners, &[0xb2, 0x01, 0]].concat();
    plan.splice(behind..behind, merged);
    let options = ReadOptions { sheet: Some("plan".to_owned()), ..ReadOptions::default() };
    let (mut kept, reading) = read_bytes(&packed(&parts), &options).unwrap();
    let told = told(&mut kept, reading);
    assert_eq!(told[..2], ["; ", "D4 merged-cell; "], "{told:?}");
    assert!(!told[2..].concat().contains("merged"), "{told:?}");
}

#[test]
fn a_row_that_a_merged_cell_covers_is_compared_with_no_other() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["Campaign", "Start", "End", "Interval", "Days", "Action"]).unwrap();
    for (row, campaign) in [(1, "Y"), (2, "X"), (3, "Y"), (4, "X"), (5, "Z"), (6, "Z")] {
        sheet.write_row(row, 0, [campaign, "2037-01-27", "2037-02-27", "1"]).unwrap();
    }
    sheet.merge_range(2, 4, 4, 4, "Mon", &Format::new()).unwrap();
    sheet.write_string(4, 5, "disable").unwrap();
    let (mut kept, reading) = read_bytes(&workbook.save_to_buffer().unwrap(), &ReadOptions::default()).unwrap();
    assert_eq!(
        told(&mut kept, reading),
        ["; ", "A3 conflicting-rows; ", "E4 merged-cell; ", "A5 conflicting-rows; ", "; ", "; A7 repeated-row"],
        "a disable is compared all the same: its days mean nothing"
    );
}
