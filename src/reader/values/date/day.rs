//! The day of a written date: year, month and day in one of the orders that people use.

use chrono::{Datelike, NaiveDate, Weekday};

use super::Order;
use super::fault::DateFault;
use super::token::{Cursor, Token};
use crate::reader::front::DateOrder;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const ORDINALS: [&str; 4] = ["st", "nd", "rd", "th"];

/// One of the three parts of a day.
#[derive(Clone, Copy)]
enum Part {
    Number { value: u32, digits: usize },
    Month(u32),
}

/// What stands between two parts.
#[derive(Clone, Copy, PartialEq)]
enum Separator {
    Mark(char),
    Space,
    Nothing,
}

/// Reads a day, with a day of the week in front or without.
pub(super) fn day(cursor: &mut Cursor<'_>, asked: Option<DateOrder>) -> Result<(NaiveDate, Option<Order>), DateFault> {
    let weekday = weekday(cursor);
    if let Token::Number { value, digits: 8 } = cursor.peek(0) {
        cursor.advance(1);
        return Ok((checked(weekday, date(value / 10_000, value / 100 % 100, value % 100)?)?, None));
    }
    let first = part(cursor)?;
    let one = separator(cursor);
    let second = part(cursor)?;
    let two = separator(cursor);
    let is_year = |part: &Part| matches!(part, Part::Number { digits: 4, .. });
    let has_year = is_year(&first) || is_year(&second);
    if has_year && cursor.peek(0) == Token::End {
        let is_month = |part: &Part| matches!(part, Part::Month(_) | Part::Number { digits: 1 | 2, .. });
        let is_known = is_month(&first) || is_month(&second);
        return Err(if is_known { DateFault::DayMissing } else { DateFault::Unreadable });
    }
    let third = part(cursor)?;
    if cursor.peek(0) == Token::Mark(':') {
        return Err(if has_year || is_year(&third) { DateFault::Unreadable } else { DateFault::YearMissing });
    }
    let (day, order) = match (first, second, third) {
        (
            Part::Number { value: a, digits: m },
            Part::Number { value: b, digits: n },
            Part::Number { value: c, digits: o },
        ) => {
            if one != two || one == Separator::Nothing || n > 2 || (m != 4 && m > 2) {
                return Err(DateFault::Unreadable);
            }
            numbers(one, (a, m), b, (c, o), asked)?
        }
        (Part::Number { value: a, digits: 4 }, Part::Month(month), Part::Number { value: c, digits: 1 | 2 }) => {
            (date(a, month, c)?, None)
        }
        (Part::Number { value: day, digits: 1 | 2 }, Part::Month(month), Part::Number { value: year, digits })
        | (Part::Month(month), Part::Number { value: day, digits: 1 | 2 }, Part::Number { value: year, digits }) => {
            (date(full_year(year, digits)?, month, day)?, None)
        }
        _ => return Err(DateFault::Unreadable),
    };
    Ok((checked(weekday, day)?, order))
}

/// A day of three numbers.
fn numbers(
    separator: Separator,
    (first, digits): (u32, usize),
    second: u32,
    (third, last_digits): (u32, usize),
    asked: Option<DateOrder>,
) -> Result<(NaiveDate, Option<Order>), DateFault> {
    let other = |wanted: DateOrder| Err(DateFault::OtherOrder { wanted });
    if digits == 4 {
        if last_digits > 2 {
            return Err(DateFault::Unreadable);
        }
        // A year first with hyphens is ISO 8601, which no order forbids: the results write so.
        return match asked {
            Some(wanted @ (DateOrder::DayMonthYear | DateOrder::MonthDayYear)) if separator != Separator::Mark('-') => {
                other(wanted)
            }
            _ => Ok((date(first, second, third)?, None)),
        };
    }
    let year = full_year(third, last_digits)?;
    let day_first = date(year, second, first);
    let month_first = date(year, first, second);
    if separator == Separator::Mark('.') {
        return match asked {
            None | Some(DateOrder::DayMonthYear) => Ok((day_first?, None)),
            Some(wanted) => other(wanted),
        };
    }
    let shown = match (first > 12, second > 12) {
        (true, _) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        (false, false) => None,
    };
    match asked {
        Some(wanted @ DateOrder::YearMonthDay) => other(wanted),
        Some(wanted @ DateOrder::DayMonthYear) if second > 12 && first <= 12 => other(wanted),
        Some(wanted @ DateOrder::MonthDayYear) if first > 12 && second <= 12 => other(wanted),
        Some(DateOrder::DayMonthYear) => Ok((day_first?, shown)),
        Some(DateOrder::MonthDayYear) => Ok((month_first?, shown)),
        None => match shown {
            Some(Order::MonthFirst) => Ok((month_first?, shown)),
            Some(Order::DayFirst) => Ok((day_first?, shown)),
            None if first == second => Ok((day_first?, None)),
            None => Err(DateFault::Ambiguous { day_first: day_first?, month_first: month_first? }),
        },
    }
}

fn date(year: u32, month: u32, day: u32) -> Result<NaiveDate, DateFault> {
    let fault = DateFault::NoSuchDay { year, month, day };
    let number = i32::try_from(year).map_err(|_| fault.clone())?;
    if !(1..=9_999).contains(&number) {
        return Err(fault);
    }
    NaiveDate::from_ymd_opt(number, month, day).ok_or(fault)
}

fn full_year(year: u32, digits: usize) -> Result<u32, DateFault> {
    match digits {
        4 => Ok(year),
        1 | 2 => Err(DateFault::TwoDigitYear),
        _ => Err(DateFault::Unreadable),
    }
}

fn checked(weekday: Option<Weekday>, date: NaiveDate) -> Result<NaiveDate, DateFault> {
    match weekday {
        Some(named) if named != date.weekday() => Err(DateFault::WeekdayDiffers { named, date }),
        _ => Ok(date),
    }
}

fn weekday(cursor: &mut Cursor<'_>) -> Option<Weekday> {
    article(cursor);
    let Token::Word(word) = cursor.peek(0) else { return None };
    let weekday = crate::reader::values::interval::weekday(word)?;
    cursor.advance(1);
    cursor.mark('.');
    cursor.mark(',');
    cursor.spaces();
    article(cursor);
    Some(weekday)
}

fn article(cursor: &mut Cursor<'_>) {
    if cursor.word(&["the"]) {
        cursor.spaces();
    }
}

fn part(cursor: &mut Cursor<'_>) -> Result<Part, DateFault> {
    match cursor.peek(0) {
        Token::Number { value, digits } => {
            cursor.advance(1);
            cursor.word(&ORDINALS);
            Ok(Part::Number { value, digits })
        }
        Token::Mark('\'') => match cursor.peek(1) {
            Token::Number { digits: 2, .. } => Err(DateFault::TwoDigitYear),
            _ => Err(DateFault::Unreadable),
        },
        Token::Word(word) => {
            let month = month(word).ok_or_else(|| DateFault::UnknownWord(word.to_owned()))?;
            cursor.advance(1);
            Ok(Part::Month(month))
        }
        Token::End => Err(DateFault::YearMissing),
        Token::Mark(_) | Token::Space => Err(DateFault::Unreadable),
    }
}

fn separator(cursor: &mut Cursor<'_>) -> Separator {
    let spaces = cursor.spaces();
    for mark in ['-', '/', '.', ','] {
        if cursor.mark(mark) {
            // "Jan., 2030"
            if mark == '.' {
                cursor.mark(',');
            }
            cursor.spaces();
            return Separator::Mark(mark);
        }
    }
    if cursor.word(&["of"]) {
        cursor.spaces();
    }
    if spaces { Separator::Space } else { Separator::Nothing }
}

fn month(word: &str) -> Option<u32> {
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    let number = MONTHS.iter().position(|name| is(name) || is(&name[..3]) || (is("sept") && *name == "september"))?;
    u32::try_from(number + 1).ok()
}
