//! The columns of the template and its two example rows.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};

use crate::model::{Cell, Field};

/// The columns, required ones first. The split dates and times are left out: one way is enough to
/// start with, and the notes name the other.
pub(super) const COLUMNS: [Field; 9] = [
    Field::CampaignName,
    Field::Start,
    Field::End,
    Field::Interval,
    Field::Recurrence,
    Field::Days,
    Field::Action,
    Field::Timezone,
    Field::StreamId,
];

/// How far ahead the examples start.
const DAYS_AHEAD: u64 = 365;
/// How long they run.
const DAYS_LONG: u64 = 91;

/// Two rows that can be sent: one that runs every day, one on two days of every other week.
pub(super) fn examples(today: NaiveDate) -> [[Cell; 9]; 2] {
    let monday = next_monday(today.checked_add_days(Days::new(DAYS_AHEAD)).unwrap_or(today));
    let last = monday.checked_add_days(Days::new(DAYS_LONG)).unwrap_or(monday);
    let text = |text: &str| Cell::Text(text.to_owned());
    let daily = [
        text("Example: daily reminder"),
        at(monday, 9),
        at(last, 18),
        Cell::Number(1.0),
        text("daily"),
        Cell::Empty,
        text("enable"),
        Cell::Empty,
        Cell::Empty,
    ];
    let weekly = [
        text("Example: newsletter"),
        at(monday, 10),
        at(last, 18),
        Cell::Number(2.0),
        text("weekly"),
        text("Mon/Thu"),
        text("enable"),
        Cell::Empty,
        Cell::Empty,
    ];
    [daily, weekly]
}

fn next_monday(day: NaiveDate) -> NaiveDate {
    let days = (7 - day.weekday().num_days_from_monday()) % 7;
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day)
}

fn at(day: NaiveDate, hour: u32) -> Cell {
    Cell::Date(NaiveDateTime::new(day, NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use chrono::Weekday;

    use super::*;

    #[test]
    fn examples_start_on_a_monday_about_a_year_ahead() {
        for offset in 0..14 {
            let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap() + Days::new(offset);
            let [[_, Cell::Date(start), Cell::Date(end), ..], _] = examples(today) else { panic!() };
            assert_eq!(start.weekday(), Weekday::Mon);
            assert!((365..372).contains(&(start.date() - today).num_days()), "{start}");
            assert!(end > start);
        }
    }
}
