//! Dates in digits, by hand: every row has two of them, in its cells, its key and its call, and a general
//! formatter takes ten times as long.

use chrono::{Datelike, NaiveDateTime, Timelike};

/// Writes `2027-01-27`.
pub(super) fn push_date(text: &mut String, date: NaiveDateTime) {
    let Some(year) = u32::try_from(date.year()).ok().filter(|year| *year <= 9_999) else {
        return text.push_str(&date.date().to_string());
    };
    push_two(text, year / 100);
    push_two(text, year % 100);
    for number in [date.month(), date.day()] {
        text.push('-');
        push_two(text, number);
    }
}

/// Writes `2027-01-27 18:29:00`: a moment as the platform gets it.
pub fn push_date_time(text: &mut String, time: NaiveDateTime) {
    push_date(text, time);
    for (before, number) in [(' ', time.hour()), (':', time.minute()), (':', time.second())] {
        text.push(before);
        push_two(text, number);
    }
}

fn push_two(text: &mut String, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        text.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn a_date_is_written_as_the_general_formatter_would() {
        for (year, month, day, hour) in
            [(2027, 1, 27, 18), (1, 12, 3, 0), (9_999, 10, 31, 7), (10_000, 1, 2, 3), (-4, 5, 6, 0)]
        {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(hour, 29, 8).unwrap();
            let mut text = String::new();
            push_date_time(&mut text, date);
            assert_eq!(text, date.to_string());
        }
    }
}
