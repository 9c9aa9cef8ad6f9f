//! Whole rows: the rules between cells, and between them and the present.

mod came_back;
mod midnight;
mod random;
mod rows;
mod split;
mod units;
mod wording;
mod zones;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::RowReader;
use crate::model::{Action, Cell, Code, Field, Finding, Row, Schedule, StreamId};
use crate::reader::columns::{Columns, Owner, RawRow, Source};
use crate::reader::front::ReadOptions;

/// A sheet of a test: its fields in their order, and how it is read.
struct Sheet {
    fields: Vec<Option<Field>>,
    options: ReadOptions,
    is_text: bool,
    now: DateTime<Utc>,
    interval_header: Option<&'static str>,
    action_header: Option<&'static str>,
}

impl Sheet {
    fn new() -> Self {
        use Field::{CampaignName, End, Interval, Start};
        Self::of(&[CampaignName, Start, End, Interval])
    }

    fn of(fields: &[Field]) -> Self {
        let now = "2027-01-01T12:00:00Z".parse().unwrap();
        let fields = fields.iter().copied().map(Some).collect();
        Self { fields, options: ReadOptions::default(), is_text: true, now, interval_header: None, action_header: None }
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
        let header = |field: &Option<Field>| match (field, self.interval_header, self.action_header) {
            (Some(Field::Interval), Some(header), _) | (Some(Field::Action), _, Some(header)) => header.to_owned(),
            (field, ..) => field.map_or("result_x".to_owned(), |field| field.to_string()),
        };
        let headers = self.fields.iter().map(header).collect();
        let ours = Owner::Results(crate::model::ResultColumn::Error);
        let owners = self.fields.iter().map(|field| if field.is_some() { Owner::Sheet } else { ours }).collect();
        let columns = Arc::new(Columns { index_of, headers, owners });
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
    let mut outcome = match row.schedule {
        Some(Schedule::Enable { window, recurrence }) => format!("{} to {}, {recurrence}", window.start, window.end),
        Some(Schedule::Disable) => "disable".to_owned(),
        None => shown(&row.problems),
    };
    assert_eq!(row.schedule.is_none(), !row.problems.is_empty());
    if !row.untimely.is_empty() {
        outcome.push_str(&format!("; untimely {}", shown(&row.untimely)));
    }
    if !row.warnings.is_empty() {
        outcome.push_str(&format!("; warned {}", shown(&row.warnings)));
    }
    outcome
}
