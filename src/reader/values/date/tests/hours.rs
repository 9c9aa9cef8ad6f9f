//! Times of day, offsets behind them, and spans of hours that look alike.

use super::*;

#[test]
fn times_alone_are_read() {
    for (text, seconds) in [
        ("18:29", 66_540),
        ("6:29 pm", 66_540),
        ("18.29", 66_540),
        ("6pm", 64_800),
        ("24:00", 86_400),
        ("noon", 43_200),
        ("12 Noon", 43_200),
    ] {
        assert_eq!(read_time(text), Ok((seconds, None)), "{text}");
    }
    assert_eq!(read_time("18:29Z").unwrap().1, FixedOffset::east_opt(0));
    // What would end before it begins is no span of hours.
    assert_eq!(read_time("09:00-05:00").unwrap().1, FixedOffset::west_opt(5 * 3_600));
    for span in [
        "09:00-12:00",
        "08:00-10",
        "09:00-10:00",
        "00:00-01:00",
        "9:00-17:00",
        "9am-12",
        "9pm-5",
        "9h-11",
        "noon-5",
        "9:00 to 17:00",
        "9am until 5pm",
    ] {
        assert_eq!(read_time(span), Err(DateFault::SpanOfHours), "{span}");
    }
    // Fractions of a day, and halves of am and pm, which may be zones.
    for text in ["0.25", "0.50", "0.33", "0.5", "0.25.30", "6:30p", "9 A"] {
        assert_eq!(read_time(text), Err(DateFault::TimeUnreadable), "{text}");
    }
    for (text, seconds) in
        [("0:25", 1_500), ("00.25", 1_500), ("0.25 am", 1_500), ("0.25 Uhr", 1_500), ("0.25h", 1_500)]
    {
        assert_eq!(read_time(text), Ok((seconds, None)), "{text}");
    }
    for text in ["1829", "18", "midnight", "1 noon", "12:01 noon", "18:29 x", "", "18:2"] {
        assert!(read_time(text).is_err(), "{text}");
    }
}

#[test]
fn hours_from_and_to_are_no_offset() {
    for text in [
        "02.03.2037 09:00-11:00",
        "02.03.2037 09:00\u{2013}11:00",
        "2037-03-02 09:00\u{2013}11:00",
        "2 March 2037 09:00-5",
        "27/03/2037 10:00\u{2014}13:00",
        "2037-03-02 9am-12",
        "2037-03-02 9h-11",
        "2037-03-02 9Uhr-12",
        "2037-03-02 noon-5",
        "2037-03-02 9:00-12:00",
        "2037-03-02 09:00-5",
        "2 March 2037 9:00 -12:00",
        "02/13/2037 9am-5",
        "2 March 2037 9:00-17:00",
        "2 March 2037 9:00 to 17:00",
    ] {
        assert_eq!(read(text, None), Err(DateFault::SpanOfHours), "{text}");
    }
    for text in [
        "2037-03-02 09:00-05:00",
        "2037-03-02 03:00-05:00",
        "2037-03-02 09:00:00-05",
        "2037-03-02T09:00-05",
        "2037-03-02T09:00:00-0500",
        "20370302T0900-0500",
        "27.03.2037 09:00 -05:00",
        "27.03.2037 09:00 UTC-5",
        "2 March 2037 9am (-05:00)",
        "27/03/2037 9:00:00 AM -05:00",
        "27/03/2037 3:00:00 AM -05:00",
        "27/03/2037 9:00 AM -0500",
        "27/03/2037 9:00:00 -05:00",
        "2037-03-02 9:00:00-05:00",
    ] {
        assert_eq!(read(text, None).unwrap().offset.map(|offset| offset.local_minus_utc()), Some(-18_000), "{text}");
    }
}
