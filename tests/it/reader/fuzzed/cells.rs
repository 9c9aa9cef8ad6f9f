//! Single cells: what is read from them is read again from what it prints.

use std::sync::Arc;

use campaign_scheduler::model::{Cell, Field, Recurrence, Row, Schedule};
use campaign_scheduler::reader::columns::{Columns, Owner, RawRow, Source};
use campaign_scheduler::reader::values::RowReader;
use campaign_scheduler::reader::{DateOrder, ReadOptions};
use chrono::DateTime;

use super::rows::row_is_sound;

const END: &str = "9999-12-31 23:59:59";

/// A start: one byte that says how to read, then the cell.
pub fn date(bytes: &[u8]) {
    let Some((how, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let date_order = match how % 4 {
        0 => None,
        1 => Some(DateOrder::DayMonthYear),
        2 => Some(DateOrder::MonthDayYear),
        _ => Some(DateOrder::YearMonthDay),
    };
    let fields = [Field::CampaignName, Field::Start, Field::End, Field::Interval];
    let start = |text: &str| start_of(&read(&fields, &["A", text, END, "1"], date_order, how & 4 == 0));
    let found = start(text);
    if let Some(shown) = &found {
        assert_eq!(start(shown).as_ref(), Some(shown), "from {text:?}");
        assert_eq!(start(&shown.replace(' ', "T")).as_ref(), Some(shown), "from {text:?}");
        is_nothing_made_up(text, shown);
    }
    assert_eq!(start(&format!(" {}\u{a0}", text.to_ascii_uppercase())), found, "from {text:?}");
    if date_order.is_some() {
        order_decides_nothing_else(text, found, start_of(&read(&fields, &["A", text, END, "1"], None, how & 4 == 0)));
    }
    let fields = [Field::CampaignName, Field::StartDate, Field::StartTime, Field::End, Field::Interval];
    if let Some((day, time)) = text.split_once('\n') {
        let split = start_of(&read(&fields, &["A", day, time, END, "1"], date_order, how & 4 == 0));
        if let Some(split) = split {
            is_nothing_made_up(day, &split);
        }
    }
}

/// The year is one that stands there, in digits or in a serial number that is taken for a date.
fn is_nothing_made_up(text: &str, shown: &str) {
    let is_number = !text.trim().is_empty() && text.trim().parse::<f64>().is_ok();
    let is_end_of_year = shown.ends_with("-01-01 00:00:00");
    assert!(is_number || is_end_of_year || text.contains(&shown[..4]), "{shown} from {text:?}");
}

/// An order settles what is in doubt and may refuse what it doesn't fit, but reads nothing otherwise.
fn order_decides_nothing_else(text: &str, ordered: Option<String>, plain: Option<String>) {
    if let (Some(ordered), Some(plain)) = (ordered, plain) {
        assert_eq!(ordered, plain, "from {text:?}");
    }
}

/// The cells interval, recurrence and days, a line each.
pub fn interval(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let fields = [Field::CampaignName, Field::Start, Field::End, Field::Interval, Field::Recurrence, Field::Days];
    let recurrence = |cells: [&str; 3]| {
        let [interval, recurrence, days] = cells;
        let cells = ["A", "2027-01-27 18:29", END, interval, recurrence, days];
        match read(&fields, &cells, None, true).schedule? {
            Schedule::Enable { recurrence, .. } => Some(recurrence),
            Schedule::Disable => None,
        }
    };
    let cells = [line(), line(), line()];
    let found = recurrence(cells);
    let shouted = cells.map(|cell| format!("\u{a0}{} ", cell.to_ascii_uppercase()));
    assert_eq!(recurrence(shouted.each_ref().map(String::as_str)), found, "from {text:?}");
    let Some(wanted) = found else { return };
    assert_eq!(recurrence([&wanted.to_string(), "", ""]), Some(wanted), "from {text:?}");
    match wanted {
        Recurrence::Daily(days) => assert!((1..=3_650).contains(&days), "{days} from {text:?}"),
        Recurrence::Weekly(weeks, days) => {
            assert!((1..=520).contains(&weeks), "{weeks} from {text:?}");
            let apart = [weeks.to_string(), "Weekly".to_owned(), days.to_string()];
            assert_eq!(recurrence(apart.each_ref().map(String::as_str)), Some(wanted), "from {text:?}");
        }
    }
}

fn start_of(row: &Row) -> Option<String> {
    let window = row.schedule.as_ref()?.window()?;
    Some(window.start.format("%Y-%m-%d %H:%M:%S").to_string())
}

fn read(fields: &[Field], cells: &[&str], date_order: Option<DateOrder>, is_text: bool) -> Row {
    let mut index_of = [None; 13];
    for (index, field) in fields.iter().enumerate() {
        index_of[*field as usize] = Some(index);
    }
    let headers = fields.iter().map(ToString::to_string).collect();
    let columns = Arc::new(Columns { index_of, headers, owners: vec![Owner::Sheet; fields.len()] });
    let options = ReadOptions { date_order, allow_past_start: true, ..ReadOptions::default() };
    let source = Source { source: "a".into(), sheet: None, is_text, input: 0, is_1904: false };
    let cells = cells.iter().map(|cell| Cell::Text((*cell).to_owned())).collect();
    let row = RowReader::new(&options, columns, source, DateTime::UNIX_EPOCH).read(RawRow { number: 2, cells });
    row_is_sound(&row);
    row
}
