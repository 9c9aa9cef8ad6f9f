//! From the cells of the library that reads workbooks to ours.

use calamine::{Data, DataRef, ExcelDateTime, XlsError, XlsxError};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use crate::model::Cell;
use crate::model::cell::{date_of_serial, just_before, whole_seconds};
use crate::reader::error::Unreadable;

/// No spreadsheet knows a day, or counts a span of days, beyond so many.
const LONGEST_SPAN: f64 = 2_958_466.0;

/// A cell of a workbook that streams.
pub(super) fn cell_of(value: DataRef<'_>, is_formula: bool, is_1904: bool) -> Cell {
    match value {
        DataRef::Empty if is_formula => Cell::UncomputedFormula,
        DataRef::Empty => Cell::Empty,
        DataRef::SharedString(text) => text_cell(text.to_owned()),
        DataRef::String(text) => text_cell(text),
        #[expect(clippy::cast_precision_loss, reason = "spreadsheets know no other numbers")]
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => number_cell(number),
        DataRef::Bool(value) => Cell::Bool(value),
        DataRef::DateTime(date) => date_cell(date, is_1904),
        DataRef::DateTimeIso(text) => iso_date(text),
        DataRef::DurationIso(text) => iso_duration(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// A cell of a workbook that was read whole.
pub(super) fn cell_of_data(value: &Data, is_1904: bool) -> Cell {
    match value {
        Data::Empty => Cell::Empty,
        Data::String(text) => text_cell(text.clone()),
        #[expect(clippy::cast_precision_loss, reason = "spreadsheets know no other numbers")]
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => number_cell(*number),
        Data::Bool(value) => Cell::Bool(*value),
        Data::DateTime(date) => date_cell(*date, is_1904),
        Data::DateTimeIso(text) => iso_date(text.clone()),
        Data::DurationIso(text) => iso_duration(text.clone()),
        Data::Error(error) => Cell::Error(error.to_string()),
    }
}

fn text_cell(text: String) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// A number; spreadsheets show what is none, such as a result beyond all numbers, as an error.
fn number_cell(number: f64) -> Cell {
    if number.is_finite() { Cell::Number(number) } else { Cell::Error("#NUM!".to_owned()) }
}

/// A number whose format shows a date, a time or a span of time. What lies within the first day
/// is a time of day; what is no date or span that spreadsheets agree on stays a number.
pub(super) fn date_cell(date: ExcelDateTime, is_1904: bool) -> Cell {
    let serial = date.as_f64();
    if (date.is_duration() && serial.abs() < LONGEST_SPAN) || (0.0..1.0).contains(&serial) {
        Cell::Time(serial)
    } else {
        date_of_serial(serial, is_1904).map_or_else(|| number_cell(serial), Cell::Date)
    }
}

/// A date or a time that is written out; what no calendar of a spreadsheet has stays a text.
pub(super) fn iso_date(text: String) -> Cell {
    let parsed = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M"))
        .or_else(|_| NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN)));
    match parsed {
        Ok(date) if !(1..=9_999).contains(&date.year()) => text_cell(text),
        Ok(date) => {
            let of_day = f64::from(date.num_seconds_from_midnight()) + f64::from(date.nanosecond()) / 1e9;
            #[expect(clippy::cast_possible_truncation, reason = "from 0 to 86,400")]
            let seconds = TimeDelta::seconds(whole_seconds(of_day / 86_400.0) as i64);
            let midnight = date.date().and_time(NaiveTime::MIN);
            let rounded = midnight.checked_add_signed(seconds).unwrap_or(midnight);
            Cell::Date(if rounded.date() > date.date() { just_before(rounded) } else { rounded })
        }
        Err(_) => match NaiveTime::parse_from_str(&text, "%H:%M:%S%.f") {
            Ok(time) => Cell::Time(f64::from(time.num_seconds_from_midnight()) / 86_400.0),
            Err(_) => text_cell(text),
        },
    }
}

/// `PT18H29M00S`, as ODS writes times of day.
pub(super) fn iso_duration(text: String) -> Cell {
    fraction_of_duration(&text).map_or_else(|| text_cell(text), Cell::Time)
}

fn fraction_of_duration(text: &str) -> Option<f64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (days, time) = rest.strip_prefix('P')?.split_once('T').map_or((rest.strip_prefix('P')?, ""), |parts| parts);
    let mut seconds = 0.0;
    for (part, units) in [(days, &[('D', 86_400.0)][..]), (time, &[('H', 3_600.0), ('M', 60.0), ('S', 1.0)][..])] {
        let mut part = part;
        for (letter, factor) in units {
            if let Some((number, after)) = part.split_once(*letter) {
                seconds += number.parse::<f64>().ok()? * factor;
                part = after;
            }
        }
        if !part.is_empty() {
            return None;
        }
    }
    let days = seconds / 86_400.0;
    (days.abs() < LONGEST_SPAN).then_some(sign * days)
}

/// What the library says of a file that it can't read.
pub(super) fn damaged(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}

pub(super) fn xlsx_error(error: XlsxError) -> Unreadable {
    match error {
        XlsxError::Password => Unreadable::Encrypted,
        other => damaged(other),
    }
}

pub(super) fn xls_error(error: XlsError) -> Unreadable {
    match error {
        XlsError::Password => Unreadable::Encrypted,
        other => damaged(other),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn date(text: &str) -> Cell {
        Cell::Date(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap())
    }

    #[test]
    fn dates_and_times_of_every_kind_become_ours() {
        let serial = |value, kind| DataRef::DateTime(ExcelDateTime::new(value, kind, false));
        use ExcelDateTimeType::{DateTime, TimeDelta};
        let just_before_midnight = Cell::Date("2027-01-27T23:59:59.999".parse().unwrap());
        for (value, cell) in [
            (serial(46_414.770_138_888_89, DateTime), date("2027-01-27 18:29:00")),
            (serial(0.5, DateTime), Cell::Time(0.5)),
            (serial(1.5, TimeDelta), Cell::Time(1.5)),
            (serial(-3.0, DateTime), Cell::Number(-3.0)),
            (DataRef::DateTimeIso("2027-01-27T18:28:59.7".to_owned()), date("2027-01-27 18:29:00")),
            (DataRef::DateTimeIso("2027-01-27T23:59:59.997".to_owned()), date("2027-01-27 23:59:59")),
            (DataRef::DateTimeIso("2027-01-27T23:59:59.9999".to_owned()), just_before_midnight),
            (DataRef::DateTimeIso("2027-01-27".to_owned()), date("2027-01-27 00:00:00")),
            (DataRef::DurationIso("PT12H00M00S".to_owned()), Cell::Time(0.5)),
            (DataRef::DateTimeIso("18:00:00".to_owned()), Cell::Time(0.75)),
            (DataRef::DurationIso("P1DT6H".to_owned()), Cell::Time(1.25)),
            (DataRef::DurationIso("-PT6H".to_owned()), Cell::Time(-0.25)),
            (DataRef::DurationIso("soon".to_owned()), Cell::Text("soon".to_owned())),
            (serial(3e6, TimeDelta), Cell::Number(3e6)),
            (serial(LONGEST_SPAN, TimeDelta), Cell::Number(LONGEST_SPAN)),
            (DataRef::DurationIso("PT72000000H".to_owned()), Cell::Text("PT72000000H".to_owned())),
            (DataRef::DurationIso("PT71003184H".to_owned()), Cell::Text("PT71003184H".to_owned())),
            (DataRef::DurationIso("P-1e300D".to_owned()), Cell::Text("P-1e300D".to_owned())),
            (DataRef::DurationIso("P-infD".to_owned()), Cell::Text("P-infD".to_owned())),
            (DataRef::DurationIso("PTNaNS".to_owned()), Cell::Text("PTNaNS".to_owned())),
            (DataRef::DateTimeIso("-262143-01-01".to_owned()), Cell::Text("-262143-01-01".to_owned())),
            (DataRef::DateTimeIso("0000-12-31T23:59:59".to_owned()), Cell::Text("0000-12-31T23:59:59".to_owned())),
            (DataRef::DateTimeIso("+10000-01-01".to_owned()), Cell::Text("+10000-01-01".to_owned())),
        ] {
            assert_eq!(cell_of(value, false, false), cell);
        }
    }

    #[test]
    fn what_is_no_number_is_an_error_value() {
        for none in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let error = Cell::Error("#NUM!".to_owned());
            assert_eq!(cell_of(DataRef::Float(none), false, false), error);
            assert_eq!(cell_of_data(&Data::Float(none), false), error);
            for kind in [ExcelDateTimeType::DateTime, ExcelDateTimeType::TimeDelta] {
                assert_eq!(cell_of(DataRef::DateTime(ExcelDateTime::new(none, kind, false)), false, false), error);
            }
        }
    }

    #[test]
    fn a_formula_without_a_value_is_no_blank() {
        assert_eq!(cell_of(DataRef::Empty, true, false), Cell::UncomputedFormula);
        assert_eq!(cell_of(DataRef::Empty, false, false), Cell::Empty);
        assert_eq!(cell_of(DataRef::Float(2.0), true, false), Cell::Number(2.0));
    }
}
