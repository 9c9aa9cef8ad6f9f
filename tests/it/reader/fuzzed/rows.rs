//! Whole inputs: rows or one error, and what must be true of either.

use std::convert::Infallible;

use campaign_scheduler::model::{CampaignName, Cell, Finding, Row, Schedule, StreamId};
use campaign_scheduler::reader::{Input, InputHeader, ReadOptions, RowSink, Stop, read};
use chrono::DateTime;

/// How many rows of an input are written down to be read again.
const MOST_WRITTEN: usize = 100;

/// What a row asks for.
type Wish = (Option<CampaignName>, Option<StreamId>, Schedule);

/// Looks at each row, and writes down the first that can be sent, as results in CSV would.
#[derive(Default)]
struct Judge {
    last_row: u32,
    rows: u32,
    wishes: Vec<Wish>,
    written: String,
}

impl RowSink for Judge {
    type Error = Infallible;

    fn header(&mut self, header: &InputHeader) -> Result<(), Infallible> {
        assert!(header.fields.iter().all(|field| (field.index as usize) < header.columns.len()));
        let columns = header.columns.iter().map(String::as_str);
        self.write(columns.chain(["result_status"]));
        Ok(())
    }

    fn row(&mut self, row: &mut Row) -> Result<(), Infallible> {
        assert!(row.place.row > self.last_row, "rows come in their order");
        self.last_row = row.place.row;
        self.rows += 1;
        row_is_sound(row);
        if let Some(schedule) = row.schedule.filter(|_| self.wishes.len() < MOST_WRITTEN) {
            self.wishes.push((row.campaign.clone(), row.stream.clone(), schedule));
            let cells: Vec<String> = row.cells.iter().map(Cell::display).collect();
            self.write(cells.iter().map(String::as_str));
        }
        Ok(())
    }
}

impl Judge {
    fn write<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        for (index, cell) in cells.enumerate() {
            let is_formula = cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
            let between = if index == 0 { "" } else { "," };
            let quote = if is_formula { "'" } else { "" };
            self.written.push_str(&format!("{between}\"{quote}{}\"", cell.replace('"', "\"\"")));
        }
        self.written.push('\n');
    }
}

/// Reads an input to its end or to its error; then once more what its results would hold.
pub fn read_all(bytes: &[u8]) {
    let first = judged(bytes);
    if !first.wishes.is_empty() {
        let again = judged(first.written.as_bytes());
        assert_eq!(again.wishes, first.wishes, "from {:?}", first.written);
        assert_eq!(usize::try_from(again.rows), Ok(first.wishes.len()));
    }
}

fn judged(bytes: &[u8]) -> Judge {
    let mut judge = Judge::default();
    match read(&[Input::Stdin], &ReadOptions::default(), DateTime::UNIX_EPOCH, &mut &*bytes, &mut judge) {
        Ok(reading) => {
            assert_eq!(reading.rows, judge.rows);
            reading.warnings.iter().for_each(|warning| is_one_line(&warning.to_string()));
            assert!(reading.cross_rows.count() <= 4 * judge.rows as usize);
        }
        Err(Stop::Unreadable(error)) => {
            assert!(!error.code().is_empty() && !error.hint().is_empty());
            is_one_line(&error.to_string());
            is_one_line(&error.hint());
        }
        Err(Stop::Sink(never)) => match never {},
    }
    judge
}

/// A row is a wish or its problems, and each of these can be shown on a line.
pub fn row_is_sound(row: &Row) {
    assert_eq!(row.schedule.is_none(), !row.problems.is_empty());
    if let Some(window) = row.schedule.as_ref().and_then(Schedule::window) {
        assert!(window.start < window.end);
    }
    let findings = || row.problems.iter().chain(&row.untimely).chain(&row.warnings);
    findings().for_each(|finding| finding_is_sound(finding, row.place.row));
    let columns =
        |findings: &[Finding]| -> Vec<_> { findings.iter().map(|f| f.cell.map(|cell| cell.column)).collect() };
    assert!(columns(&row.problems).is_sorted_by_key(|column| column.unwrap_or(u32::MAX)), "{:?}", row.problems);
}

fn finding_is_sound(finding: &Finding, row: u32) {
    assert!(finding.cell.is_none_or(|cell| cell.row == row), "{finding:?} in row {row}");
    assert!(finding.cell.is_some() || finding.value.is_none(), "{finding:?} has a value without a cell");
    assert!(!finding.message.is_empty() && !finding.hint.is_empty());
    is_one_line(&finding.message);
    is_one_line(&finding.hint);
}

fn is_one_line(words: &str) {
    assert!(!words.chars().any(char::is_control), "{words:?}");
}
