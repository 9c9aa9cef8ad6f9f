//! A small batch with a row of every kind, and ways to make others.

use campaign_scheduler::journal::{BatchKind, BatchRecord, InputRecord, Later, Span, StoredRow};
use campaign_scheduler::model::{
    AccountId, Action, BatchId, CampaignId, CampaignName, Cell, CellName, Code, Field, Finding, Host, Place,
    Recurrence, Schedule, Status, StreamId, Tally, Target, Window,
};
use chrono::{DateTime, NaiveDateTime, Utc};

pub(super) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
}

pub(super) fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

pub(super) fn finding(cell: &str, field: Field, code: Code, value: &str, message: &str, hint: &str) -> Finding {
    Finding {
        cell: CellName::parse(cell),
        field: Some(field),
        code,
        value: Some(value.to_owned()),
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

/// Not a date, in the cell `B` of the row.
pub(super) fn not_a_date(row: u32, value: &str) -> Finding {
    let message = format!("\"{value}\" is not a date");
    finding(&format!("B{row}"), Field::Start, Code::NotADate, value, &message, "write it as 2027-02-28 18:29")
}

/// A row as it comes out of the reader: nothing has happened to it yet.
pub(super) fn row(ordinal: u64, name: &str, status: Status) -> StoredRow {
    let start = wall("2027-01-27 18:29:00") + chrono::TimeDelta::days(i64::try_from(ordinal).unwrap());
    let window = Window {
        start,
        end: start + chrono::TimeDelta::days(31),
        start_past: start.and_utc(),
        end_past: start.and_utc() + chrono::TimeDelta::days(31),
    };
    let number = u32::try_from(ordinal).unwrap() + 2;
    StoredRow {
        ordinal,
        place: Place { source: "q1.xlsx".into(), sheet: Some("Launch".into()), row: number },
        input: 0,
        cells: vec![text(name), Cell::Date(window.start), Cell::Date(window.end), Cell::Number(1.0), text("EMEA")],
        campaign: Some(CampaignName::new(name)),
        stream: StreamId::new("st-1"),
        action: Action::Enable,
        schedule: Some(Schedule::Enable { window, recurrence: Recurrence::Daily(1) }),
        status,
        id: None,
        message: None,
        error: None,
        problems: Vec::new(),
        warnings: Vec::new(),
        http_status: None,
        attempts: 0,
        submitted_at: None,
        finished_at: None,
        taken_over_by: None,
    }
}

/// A row that the platform answered.
pub(super) fn sent(ordinal: u64, name: &str, status: Status, http_status: u16, message: &str) -> StoredRow {
    let second = u32::try_from(ordinal % 60).unwrap();
    StoredRow {
        id: status.is_good().then(|| CampaignId::new(format!("cmp-{ordinal}"))),
        message: Some(message.to_owned()),
        http_status: Some(http_status),
        attempts: 1,
        submitted_at: Some(utc(&format!("2026-11-23T09:00:{second:02}.250Z"))),
        finished_at: Some(utc(&format!("2026-11-23T09:00:{second:02}.900Z"))),
        ..row(ordinal, name, status)
    }
}

pub(super) fn mixed() -> Vec<StoredRow> {
    let mut invalid = row(1, "Summer | US", Status::Invalid);
    invalid.cells[1] = text("31/02/2027");
    invalid.problems = vec![
        not_a_date(3, "31/02/2027"),
        finding("D3", Field::Interval, Code::NotAnInterval, "often", "\"often\" is not an interval", "write 2 days"),
    ];
    invalid.schedule = None;
    let mut warned = sent(2, "=HYPERLINK(\"http://evil.example\")", Status::Scheduled, 200, "Campaign scheduled");
    let message = "every 90 days is longer than the window of 31 days";
    warned.warnings =
        vec![finding("D4", Field::Interval, Code::IntervalExceedsWindow, "90", message, "check interval and end")];
    let mut rejected = sent(3, "Gone", Status::Rejected, 404, "Campaign \u{1b}[31mnot\nfound");
    rejected.error = Some("rejected: the platform said no (404); check the name on the platform".to_owned());
    let mut unknown = sent(5, "Lost", Status::Unknown, 504, "Gateway Timeout");
    unknown.attempts = 5;
    unknown.error = Some("unknown: no answer could be read after 5 calls; run the sheet again".to_owned());
    let mut unchanged = row(4, "Weekly news", Status::Unchanged);
    unchanged.id = Some(CampaignId::new("cmp-old"));
    let mut failed = row(6, "Unlucky", Status::Failed);
    failed.error = Some("failed: the connection was refused; run the sheet again".to_owned());
    failed.attempts = 5;
    let mut disabled = sent(7, "Old one", Status::Disabled, 200, "Campaign disabled");
    disabled.schedule = Some(Schedule::Disable);
    disabled.action = Action::Disable;
    let first = sent(0, "Spring | EU", Status::Scheduled, 200, "Campaign scheduled");
    vec![first, invalid, warned, rejected, unchanged, unknown, failed, disabled]
}

pub(super) fn tally(rows: &[StoredRow]) -> Tally {
    let mut tally = Tally::default();
    rows.iter().for_each(|row| tally.add(row.status, 1));
    tally
}

pub(super) fn batch(rows: &[StoredRow]) -> BatchRecord {
    let columns = ["Campaign", "Start", "End", "Interval", "Region"];
    BatchRecord {
        span: Span { batch: 1 },
        remembered: "{}".to_owned(),
        last_sitting: None,
        missing_from_sheet: 0,
        has_rows_to_send: false,
        id: BatchId::new("20261123-090000-7f3a"),
        kind: BatchKind::Run,
        created_at: utc("2026-11-23T09:00:00Z"),
        finished_at: Some(utc("2026-11-23T09:02:01Z")),
        target: Target {
            host: Host::parse("platform.kore.ai").unwrap(),
            account: AccountId::new("a-1"),
            stream: StreamId::new("st-1"),
        },
        inputs: vec![InputRecord {
            source: "q1.xlsx".to_owned(),
            sheet: Some("Launch".to_owned()),
            columns: columns.map(str::to_owned).to_vec(),
            fields: [Field::CampaignName, Field::Start, Field::End, Field::Interval].map(Some).to_vec(),
            beyond: 0,
            is_results: false,
        }],
        tally: tally(rows),
    }
}

/// A later batch that took a row over.
pub fn later() -> Option<Later> {
    Some(Later { batch: Some(BatchId::new("later")), is_undo: false })
}
