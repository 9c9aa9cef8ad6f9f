//! Why a text is not a date, in words that help to mend it.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::model::Code;
use crate::reader::front::DateOrder;

/// How every hint ends that has nothing better to offer.
const WAY_OUT: &str = "write it as 2030-01-27 18:29";

/// Why a text is not a date or a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DateFault {
    /// Nothing known.
    Unreadable,
    /// The day is there, but what follows is no time.
    TimeUnreadable,
    /// A time from and a time to.
    SpanOfHours,
    /// Day and month without a year.
    YearMissing,
    /// A month of a year without a day.
    DayMissing,
    /// A time without a day.
    TimeAlone,
    /// A word where a month belongs.
    UnknownWord(String),
    /// A zone that is no offset, behind the time.
    UnknownZone(String),
    /// `#####`: the column was too narrow when the file was saved.
    TooNarrow,
    /// No such day.
    NoSuchDay {
        /// The year as written.
        year: u32,
        /// The month as written.
        month: u32,
        /// The day as written.
        day: u32,
    },
    /// No such hour, minute, second or offset.
    NoSuchHour,
    /// The day of the week isn't the date's.
    WeekdayDiffers {
        /// As written.
        named: Weekday,
        /// As read.
        date: NaiveDate,
    },
    /// Day and month can be taken either way.
    Ambiguous {
        /// Taken as day, month, year.
        day_first: NaiveDate,
        /// Taken as month, day, year.
        month_first: NaiveDate,
    },
    /// Not in the order of `--date-order`.
    OtherOrder {
        /// What `--date-order` says.
        wanted: DateOrder,
    },
    /// 27/01/30.
    TwoDigitYear,
    /// 46414.
    BareNumber,
}

impl DateFault {
    /// The code of a date's problem.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Unreadable
            | Self::TimeUnreadable
            | Self::SpanOfHours
            | Self::YearMissing
            | Self::DayMissing
            | Self::TimeAlone
            | Self::UnknownWord(_)
            | Self::TooNarrow => Code::NotADate,
            Self::UnknownZone(_) => Code::UnknownTimezone,
            Self::NoSuchDay { .. } | Self::NoSuchHour => Code::NoSuchDate,
            Self::WeekdayDiffers { .. } => Code::WeekdayDiffers,
            Self::Ambiguous { .. } => Code::AmbiguousDate,
            Self::OtherOrder { .. } => Code::DateOrder,
            Self::TwoDigitYear => Code::TwoDigitYear,
            Self::BareNumber => Code::BareNumber,
        }
    }

    /// What is wrong with the value, which is given as the sentence begins with it.
    pub(crate) fn message(&self, value: &str) -> String {
        match self {
            Self::Unreadable => format!("{value} is not a date"),
            Self::TimeUnreadable => format!("{value} begins with a date, but what follows is not a time"),
            Self::SpanOfHours => format!("{value} holds a span of hours, where one time belongs"),
            Self::YearMissing => format!("{value} has no year"),
            Self::DayMissing => format!("{value} has no day"),
            Self::TimeAlone => format!("{value} is a time without a date"),
            Self::UnknownWord(word) => format!("{value} is not a date: \"{word}\" is not an English month"),
            Self::UnknownZone(zone) => format!("{value} names a time zone, \"{zone}\", that isn't an offset"),
            Self::TooNarrow => format!("{value} is not a date: the column was too narrow when the file was saved"),
            Self::NoSuchDay { .. } => format!("{value} names a day that doesn't exist"),
            Self::NoSuchHour => format!("{value} names a time that doesn't exist"),
            Self::WeekdayDiffers { named, date } => {
                format!("{value} says {}, but {date} is a {}", full(*named), full(date.weekday()))
            }
            Self::Ambiguous { day_first, month_first } => {
                format!("{value} can be {} or {}", day_first.format("%-d %B %Y"), month_first.format("%-d %B %Y"))
            }
            Self::OtherOrder { wanted } => format!("{value} doesn't fit the date order {}", word(*wanted)),
            Self::TwoDigitYear => format!("{value} has a year of two digits"),
            Self::BareNumber => format!("{value} is a bare number, not a date"),
        }
    }

    /// What to do.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Unreadable | Self::TimeUnreadable | Self::UnknownWord(_) | Self::NoSuchHour => WAY_OUT.to_owned(),
            Self::SpanOfHours => {
                "give the start and the end a column each; an offset is written as +02:00 or UTC-5".to_owned()
            }
            Self::YearMissing => "add the year in four digits, such as 27 January 2030 18:29".to_owned(),
            Self::DayMissing => "add the day, such as 27 January 2030 18:29".to_owned(),
            Self::TimeAlone => "put the date in front, such as 2030-01-27 18:29".to_owned(),
            Self::UnknownZone(_) => {
                "write an offset such as +02:00 instead, or give the zone's name in a column \"timezone\"".to_owned()
            }
            Self::TooNarrow => "widen the column until the date shows, and save the file again".to_owned(),
            Self::NoSuchDay { year, month, day } => match (last_day(*year, *month), date(*year, *day, *month)) {
                (Some(last), _) => format!("write a day that exists, up to {last}"),
                (None, Some(swapped)) => format!("if month and day are the wrong way round, write it as {swapped}"),
                (None, None) => "write a day and a month that exist, in the form 2030-01-27 18:29".to_owned(),
            },
            Self::WeekdayDiffers { .. } => "mend the day of the week or the date".to_owned(),
            Self::Ambiguous { day_first, month_first } => {
                format!("say which with --date-order dmy or --date-order mdy, or write {day_first} or {month_first}")
            }
            Self::OtherOrder { .. } => format!("{WAY_OUT}, or change --date-order"),
            Self::TwoDigitYear => "write the year in four digits".to_owned(),
            Self::BareNumber => {
                "format the column as a date in the spreadsheet program and save again, or write it as 2030-01-27 18:29"
                    .to_owned()
            }
        }
    }
}

fn word(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayMonthYear => "dmy",
        DateOrder::MonthDayYear => "mdy",
        DateOrder::YearMonthDay => "ymd",
    }
}

fn last_day(year: u32, month: u32) -> Option<NaiveDate> {
    (28..=31).rev().find_map(|day| date(year, month, day))
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| (1..=9_999).contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

pub(crate) fn full(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    }
}
