//! The grammar by table: what is written, and what is read or why not.

mod hours;

use proptest::prelude::*;

use super::*;
use crate::model::Code;

/// What a text is read as, in the one spelling that the grammar prints, or the code of its fault.
fn reading(text: &str, order: Option<DateOrder>) -> String {
    match read(text, order) {
        Ok(written) => written.to_string(),
        Err(fault) => fault.code().to_string(),
    }
}

fn all(table: &[(&str, &str)], order: Option<DateOrder>) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(text, expected)| (text, expected, reading(text, order)))
        .filter(|(_, expected, found)| *expected != found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn dates_are_read_as_a_careful_person_would() {
    all(
        &[
            ("2030-01-27", "2030-01-27"),
            ("2030-01-27 18:29", "2030-01-27 18:29:00"),
            ("2030-01-27 18:29:05", "2030-01-27 18:29:05"),
            ("2030-01-27T18:29", "2030-01-27 18:29:00"),
            ("2030-01-27T18:29:05", "2030-01-27 18:29:05"),
            ("2030-01-27t18:29:05z", "2030-01-27 18:29:05+00:00"),
            ("2030-01-27T18:29:05Z", "2030-01-27 18:29:05+00:00"),
            ("2030-01-27T18:29:05.123Z", "2030-01-27 18:29:05+00:00"),
            ("2030-01-27T18:29:05.1234567890Z", "2030-01-27 18:29:05+00:00"),
            ("2030-01-27T18:29:05+02:00", "2030-01-27 18:29:05+02:00"),
            ("2030-01-27T18:29:05-0500", "2030-01-27 18:29:05-05:00"),
            ("2030-01-27T18:29+02", "2030-01-27 18:29:00+02:00"),
            ("2030-01-27 18:29 +05:30", "2030-01-27 18:29:00+05:30"),
            ("2030-01-27 18:29 UTC", "2030-01-27 18:29:00+00:00"),
            ("2030-01-27 18:29 (UTC+2)", "2030-01-27 18:29:00+02:00"),
            ("2030-01-27 18:29 GMT-3", "2030-01-27 18:29:00-03:00"),
            ("20300127T1829", "2030-01-27 18:29:00"),
            ("20300127T182905Z", "2030-01-27 18:29:05+00:00"),
            ("2030-1-7 6:05", "2030-01-07 06:05:00"),
            ("2030/01/27", "2030-01-27"),
            ("2030/03/02 09:00", "2030-03-02 09:00:00"),
            ("2030.03.02", "2030-03-02"),
            ("27.01.2030", "2030-01-27"),
            ("03.02.2030", "2030-02-03"),
            ("3.2.2030 9:00", "2030-02-03 09:00:00"),
            ("03. 02. 2030", "2030-02-03"),
            ("03.02.2030, 18:29", "2030-02-03 18:29:00"),
            ("03.02.2030 18.29", "2030-02-03 18:29:00"),
            ("03.02.2030 18:29 Uhr", "2030-02-03 18:29:00"),
            ("27/01/2030", "2030-01-27"),
            ("27/1/2030 6:29 pm", "2030-01-27 18:29:00"),
            ("27/01/2030 6:29 pm", "2030-01-27 18:29:00"),
            ("27/01/2030 6:29\u{202f}PM", "2030-01-27 18:29:00"),
            ("27/01/2030 6:29:05PM", "2030-01-27 18:29:05"),
            ("27/01/2030 6pm", "2030-01-27 18:00:00"),
            ("27/01/2030 6 p.m.", "2030-01-27 18:00:00"),
            ("27/01/2030 12:00 am", "2030-01-27 00:00:00"),
            ("27/01/2030 12:00 pm", "2030-01-27 12:00:00"),
            ("27/01/2030 18:29 pm", "2030-01-27 18:29:00"),
            ("27/01/2030 18h29", "2030-01-27 18:29:00"),
            ("27/01/2030 18h", "2030-01-27 18:00:00"),
            ("27/01/2030 at 18:29", "2030-01-27 18:29:00"),
            ("27/01/2030 - 18:29", "2030-01-27 18:29:00"),
            ("27/01/2030_18:29", "2030-01-27 18:29:00"),
            ("27\u{2013}01\u{2013}2030", "2030-01-27"),
            ("18:29 27/01/2030", "2030-01-27 18:29:00"),
            ("6:29 pm, 27 January 2030", "2030-01-27 18:29:00"),
            ("18:29 on 27 January 2030", "2030-01-27 18:29:00"),
            ("01/27/2030", "2030-01-27"),
            ("1/27/2030 6:29 AM", "2030-01-27 06:29:00"),
            ("27-01-2030", "2030-01-27"),
            ("01-27-2030", "2030-01-27"),
            ("27 01 2030", "2030-01-27"),
            ("05/05/2030", "2030-05-05"),
            ("Jan 27, 2030", "2030-01-27"),
            ("Jan. 27, 2030", "2030-01-27"),
            ("January 27th, 2030 6:29 pm", "2030-01-27 18:29:00"),
            ("27 January 2030 18:29", "2030-01-27 18:29:00"),
            ("27 january 2030, 18:29", "2030-01-27 18:29:00"),
            ("27th of January 2030", "2030-01-27"),
            ("27-Jan-2030", "2030-01-27"),
            ("27-JAN-2030 18:29:00", "2030-01-27 18:29:00"),
            ("27Jan2030", "2030-01-27"),
            ("27 Jan., 2030", "2030-01-27"),
            ("27/Jan/2030", "2030-01-27"),
            ("2030-Jan-27", "2030-01-27"),
            ("1 Sept 2030", "2030-09-01"),
            ("Sunday, 27 January 2030", "2030-01-27"),
            ("the 3rd of February 2030", "2030-02-03"),
            ("6pm 27 January 2030", "2030-01-27 18:00:00"),
            ("03.02.2030 - 05.02 Uhr", "2030-02-03 05:02:00"),
            ("03.02.2030 - 05:02", "2030-02-03 05:02:00"),
            ("03.02.2030 00.25", "2030-02-03 00:25:00"),
            ("Sun, Jan 27, 2030 6:29 PM", "2030-01-27 18:29:00"),
            ("Sun 27/01/2030", "2030-01-27"),
            ("2030-01-27 24:00", "2030-01-27 24:00:00"),
            ("29/02/2028", "2028-02-29"),
            ("9999-12-31 23:59:59", "9999-12-31 23:59:59"),
        ],
        None,
    );
}

#[test]
fn what_is_not_a_date_says_why() {
    all(
        &[
            ("03/02/2030", "ambiguous-date"),
            ("3/2/2030 18:29", "ambiguous-date"),
            ("03-02-2030", "ambiguous-date"),
            ("03 02 2030", "ambiguous-date"),
            ("31/02/2030", "no-such-date"),
            ("02/30/2030", "no-such-date"),
            ("30/30/2030", "no-such-date"),
            ("00/05/2030", "no-such-date"),
            ("2030-02-29", "no-such-date"),
            ("2030-13-01", "no-such-date"),
            ("31.04.2030", "no-such-date"),
            ("31 April 2030", "no-such-date"),
            ("0000-01-01", "no-such-date"),
            ("2030-01-27 25:00", "no-such-date"),
            ("2030-01-27 24:01", "no-such-date"),
            ("2030-01-27 18:60", "no-such-date"),
            ("2030-01-27 18:29:60", "no-such-date"),
            ("27/01/2030 18:29 am", "no-such-date"),
            ("27/01/2030 0:29 pm", "no-such-date"),
            ("2030-01-27 18:29+15:00", "no-such-date"),
            ("2030-01-27 18:29 a", "not-a-date"),
            ("2030-01-27 18:29 p", "not-a-date"),
            ("2030-0:-01", "not-a-date"),
            ("2030-01-27 1::00", "not-a-date"),
            ("2030-01-27x18:29", "not-a-date"),
            ("27-,Jan 2030", "not-a-date"),
            ("2030-01-27 18:29+14:01", "no-such-date"),
            ("2030-01-27 18:29-14:01", "no-such-date"),
            ("2030-01-27 18:29+02:60", "no-such-date"),
            ("27/01/30", "two-digit-year"),
            ("27.01.30 18:29", "two-digit-year"),
            ("01-02-30", "two-digit-year"),
            ("27 Jan 30", "two-digit-year"),
            ("27 Jan '30", "two-digit-year"),
            ("Jan 27, 30", "two-digit-year"),
            ("46414", "bare-number"),
            ("46414.77", "bare-number"),
            ("46414,77013888889", "bare-number"),
            ("20300127", "bare-number"),
            ("2030", "bare-number"),
            ("Monday, 27 January 2030", "weekday-differs"),
            ("27 January", "not-a-date"),
            ("27 January 18:29", "not-a-date"),
            ("Jan 2030", "not-a-date"),
            ("18:29", "not-a-date"),
            ("27 Januar 2030", "not-a-date"),
            ("tomorrow", "not-a-date"),
            ("tbd", "not-a-date"),
            ("########", "not-a-date"),
            ("2030-01-27 18", "not-a-date"),
            ("03.02.2030 - 05.02", "not-a-date"),
            ("2030-01-27 0.25", "not-a-date"),
            ("2030-01-27 18:2", "not-a-date"),
            ("2030-01-27 midnight", "not-a-date"),
            ("2030-01-27 18:29 2", "not-a-date"),
            ("2030-01-27 18:29 CET", "unknown-timezone"),
            ("2030-01-27 18:29 Europe/Berlin", "unknown-timezone"),
            ("2030-01/27", "not-a-date"),
            ("27/01/20301", "not-a-date"),
            ("27/001/2030", "not-a-date"),
            ("2030-01-27-2030-01-28", "not-a-date"),
            ("-", "not-a-date"),
            ("27\u{661}/01/2030", "not-a-date"),
        ],
        None,
    );
}

#[test]
fn the_date_order_governs_dates_of_numbers_alone() {
    let dmy = Some(DateOrder::DayMonthYear);
    all(
        &[
            ("03/02/2030", "2030-02-03"),
            ("03.02.2030", "2030-02-03"),
            ("27/01/2030", "2030-01-27"),
            ("01/27/2030", "date-order"),
            ("2030/01/27", "date-order"),
            ("2030-01-27", "2030-01-27"),
            ("2030-1-27", "2030-01-27"),
            ("Jan 27, 2030", "2030-01-27"),
            ("03/02/30", "two-digit-year"),
        ],
        dmy,
    );
    let mdy = Some(DateOrder::MonthDayYear);
    all(
        &[
            ("03/02/2030", "2030-03-02"),
            ("03-02-2030", "2030-03-02"),
            ("03.02.2030", "date-order"),
            ("27/01/2030", "date-order"),
            ("27 January 2030", "2030-01-27"),
            ("2030-01-27T18:29Z", "2030-01-27 18:29:00+00:00"),
        ],
        mdy,
    );
    let ymd = Some(DateOrder::YearMonthDay);
    all(
        &[
            ("2030/01/27", "2030-01-27"),
            ("2030.01.27", "2030-01-27"),
            ("03/02/2030", "date-order"),
            ("05/05/2030", "date-order"),
            ("27.01.2030", "date-order"),
            ("27 Jan 2030", "2030-01-27"),
        ],
        ymd,
    );
}

#[test]
fn nothing_is_said_to_be_missing_that_is_there() {
    for (text, said) in [
        ("27 January", "v has no year"),
        ("27 January 18:29", "v has no year"),
        ("Mon 27/01", "v has no year"),
        ("2030-01", "v has no day"),
        ("Jan 2030", "v has no day"),
        ("01/2030", "v has no day"),
        ("2030-027", "v is not a date"),
        ("2030 2030", "v is not a date"),
        ("29/Jan/2030:18:29:00", "v is not a date"),
    ] {
        assert_eq!(read(text, None).unwrap_err().message("v"), said, "{text}");
    }
}

#[test]
fn every_fault_says_what_to_do() {
    let faults = [
        "03/02/2030",
        "31/02/2030",
        "27/01/30",
        "x",
        "46414",
        "Mon, 27/01/2030",
        "18:29",
        "##",
        "27 Jan",
        "2030-01-27 9am-12",
    ];
    for text in faults.into_iter().chain(["Jan 2030"]) {
        let fault = read(text, None).unwrap_err();
        assert!(fault.message("\"v\"").contains("\"v\""), "{fault:?}");
        assert!(!fault.hint().is_empty());
    }
    let fault = read("31/02/2030", None).unwrap_err();
    assert_eq!(fault.code(), Code::NoSuchDate);
    assert_eq!(fault.hint(), "write a day that exists, up to 2030-02-28");
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (1i32..=9_999, 1u32..=366).prop_filter_map("leap days", |(year, day)| NaiveDate::from_yo_opt(year, day))
}

proptest! {
    #[test]
    fn what_it_prints_it_reads(
        date in any_date(),
        seconds in proptest::option::of(0u32..=DAY_SECONDS),
        offset in proptest::option::of(-840i32..=840),
    ) {
        let offset = offset.and_then(|minutes| FixedOffset::east_opt(minutes * 60)).filter(|_| seconds.is_some());
        let written = Written { date, seconds, offset, order: None };
        prop_assert_eq!(read(&written.to_string(), None), Ok(written));
    }

    #[test]
    fn every_layout_of_a_moment_reads_the_same(date in any_date(), second in 0u32..DAY_SECONDS) {
        let at = date.and_hms_opt(0, 0, 0).unwrap() + chrono::TimeDelta::seconds(i64::from(second));
        for layout in [
            "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%-d %B %Y %H:%M:%S", "%b %-d, %Y %I:%M:%S %p",
            "%A, %-d %B %Y, %H:%M:%S", "%d-%b-%Y %-I:%M:%S%P", "%H:%M:%S %d %b %Y", "%Y%m%dT%H%M%S",
            "%Y-%m-%dT%H:%M:%S%.3f",
        ] {
            let text = at.format(layout).to_string();
            prop_assert_eq!(reading(&text, None), at.format("%Y-%m-%d %H:%M:%S").to_string(), "{}", text);
        }
    }

    #[test]
    fn slashes_are_never_guessed(date in any_date()) {
        use chrono::Datelike;
        let text = date.format("%d/%m/%Y").to_string();
        let dmy = read(&text, Some(DateOrder::DayMonthYear)).unwrap();
        prop_assert_eq!(dmy.date, date);
        let plain = read(&text, None);
        if date.day() > 12 || date.day() == date.month() {
            prop_assert_eq!(plain.unwrap().date, date);
        } else {
            prop_assert_eq!(plain.unwrap_err().code(), Code::AmbiguousDate);
        }
    }

    #[test]
    fn the_fast_path_agrees_with_the_grammar(
        text in "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-2][0-9]:[0-6][0-9](:[0-6][0-9])?)?",
    ) {
        // A space at the end takes the text past the fast path.
        if let Some(fast) = iso::read(&text) {
            let slow = read(&text.replace('-', "\u{2010}"), None);
            prop_assert_eq!(slow, Ok(fast));
        }
    }

    #[test]
    fn no_text_is_too_much(text in "\\PC{0,60}") {
        let _ = read(&text, None);
        let _ = read_time(&text);
    }

    #[test]
    fn no_jumble_of_pieces_is_too_much(text in "([0-9]{1,10}|[-/.,:+' ()]|Jan|Mon|pm|a|T|Z|UTC|th|of|at|h){0,14}") {
        let _ = read(&text, None);
    }
}

#[test]
fn the_furthest_offsets_and_minutes_are_read() {
    for (offset, seconds) in [("+14:00", 50_400), ("-14:00", -50_400), ("+02:59", 10_740)] {
        let read = read(&format!("2030-01-27 18:59:59{offset}"), None).unwrap();
        assert_eq!(read.offset.map(|offset| offset.local_minus_utc()), Some(seconds), "{offset}");
        assert_eq!(read.seconds, Some(18 * 3_600 + 59 * 60 + 59));
        assert_eq!(read_offset(offset), read.offset);
    }
}

#[test]
fn a_date_shows_its_order_if_one_of_its_numbers_can_be_no_month() {
    for (date, order) in [
        ("13/12/2030", Some(Order::DayFirst)),
        ("31/12/2030", Some(Order::DayFirst)),
        ("12/13/2030", Some(Order::MonthFirst)),
        ("01/31/2030", Some(Order::MonthFirst)),
        ("12/12/2030", None),
        ("27.01.2030", None),
        ("2030-01-27", None),
    ] {
        assert_eq!(read(date, None).unwrap().order, order, "{date}");
    }
    let asked = |date: &str, order: DateOrder| read(date, Some(order)).map(|written| written.date.to_string());
    for (date, asked, order) in [
        ("13/12/2030", DateOrder::DayMonthYear, Some(Order::DayFirst)),
        ("12/13/2030", DateOrder::MonthDayYear, Some(Order::MonthFirst)),
        ("11/12/2030", DateOrder::DayMonthYear, None),
    ] {
        assert_eq!(read(date, Some(asked)).unwrap().order, order, "{date}");
    }
    assert_eq!(asked("12/12/2030", DateOrder::DayMonthYear).as_deref(), Ok("2030-12-12"));
    assert_eq!(asked("11/12/2030", DateOrder::DayMonthYear).as_deref(), Ok("2030-12-11"));
    assert_eq!(asked("12/11/2030", DateOrder::MonthDayYear).as_deref(), Ok("2030-12-11"));
    assert_eq!(asked("12/13/2030", DateOrder::MonthDayYear).as_deref(), Ok("2030-12-13"));
    assert_eq!(asked("13/12/2030", DateOrder::DayMonthYear).as_deref(), Ok("2030-12-13"));
    for (date, order, word) in [
        ("12/13/2030", DateOrder::DayMonthYear, "dmy"),
        ("13/12/2030", DateOrder::MonthDayYear, "mdy"),
        ("12/11/2030", DateOrder::YearMonthDay, "ymd"),
    ] {
        let fault = read(date, Some(order)).unwrap_err();
        assert_eq!(fault.message("it"), format!("it doesn't fit the date order {word}"));
    }
    assert_eq!(
        read("Friday, 1 March 2030 noon", None).map(|written| written.to_string()).as_deref(),
        Ok("2030-03-01 12:00:00")
    );
    let fault = read("Monday, 2 March 2030", None).unwrap_err();
    assert_eq!(fault.message("it"), "it says Monday, but 2030-03-02 is a Saturday");
    assert_eq!(fault.hint(), "mend the day of the week or the date");
}
