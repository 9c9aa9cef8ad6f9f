//! Whole inputs: rows or one error, and what must be true of either.

use std::convert::Infallible;

use campaign_scheduler::model::{Finding, Row};
use campaign_scheduler::reader::{Input, InputHeader, ReadOptions, RowSink, Stop, read};
use chrono::DateTime;

/// Looks at each row and keeps none.
#[derive(Default)]
struct Judge {
    last_row: u32,
    rows: u32,
}

impl RowSink for Judge {
    type Error = Infallible;

    fn header(&mut self, header: &InputHeader) -> Result<(), Infallible> {
        assert!(header.fields.iter().all(|field| (field.index as usize) < header.columns.len()));
        Ok(())
    }

    fn row(&mut self, row: &mut Row) -> Result<(), Infallible> {
        assert!(row.place.row > self.last_row, "rows come in their order");
        self.last_row = row.place.row;
        self.rows += 1;
        row_is_sound(row);
        Ok(())
    }
}

/// Reads an input to its end or to its error.
pub fn read_all(bytes: &[u8]) {
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
}

/// A row is a wish or its problems, and each of these can be shown on a line.
pub fn row_is_sound(row: &Row) {
    assert_eq!(row.wish.is_none(), !row.problems.is_empty());
    if let Some(window) = row.wish.as_ref().and_then(|wish| wish.schedule.window()) {
        assert!(window.start < window.end);
    }
    row.problems.iter().chain(&row.untimely).chain(&row.warnings).for_each(finding_is_sound);
}

fn finding_is_sound(finding: &Finding) {
    assert!(!finding.message.is_empty() && !finding.hint.is_empty());
    is_one_line(&finding.message);
    is_one_line(&finding.hint);
}

fn is_one_line(words: &str) {
    assert!(!words.chars().any(char::is_control), "{words:?}");
}
