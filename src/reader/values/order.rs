//! What the unambiguous dates of a column say about the ambiguous ones.
//!
//! Nothing is decided by it: a person is told, and decides. It is known when the last row is read,
//! so it is added to the findings afterwards.

use chrono::{Datelike, NaiveDateTime};

use crate::model::{CellName, Code, Finding};

use super::date::Order;
use super::spot::quote;

/// The cells of one column that show an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Shown {
    first: Option<(CellName, String)>,
    count: u32,
}

impl Shown {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first = match (self.first.take(), other.first) {
            (Some(one), Some(other)) => Some(if other.0.row < one.0.row { other } else { one }),
            (one, other) => one.or(other),
        };
    }
}

/// What the dates of one input show about the order of day and month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateOrders {
    columns: Vec<(u32, [Shown; 2])>,
    /// The first real date whose day may be a month, by column.
    real: Vec<CellName>,
    /// Columns with a real date whose day is no month: no program has turned these round.
    sound: Vec<u32>,
}

impl DateOrders {
    /// Counts a date that shows its order.
    pub(super) fn count(&mut self, cell: CellName, text: &str, order: Order) {
        let at = match self.columns.iter().position(|(column, _)| *column == cell.column) {
            Some(at) => at,
            None => {
                self.columns.push((cell.column, Default::default()));
                self.columns.len() - 1
            }
        };
        let shown = &mut self.columns[at].1[usize::from(order == Order::MonthFirst)];
        shown.count += 1;
        shown.first.get_or_insert_with(|| (cell, quote(text)));
    }

    /// Counts a real date: one whose day may be a month may have been turned round by the program that made it one.
    pub(super) fn count_date(&mut self, cell: CellName, date: NaiveDateTime) {
        if date.day() > 12 {
            if !self.sound.contains(&cell.column) {
                self.sound.push(cell.column);
            }
        } else if date.day() != date.month() && !self.real.iter().any(|real| real.column == cell.column) {
            self.real.push(cell);
        }
    }

    /// What is to be said of a sheet in which some dates are real and others are text of numbers: a program that read
    /// a text file in the other order has turned the days up to the twelfth into months, and left the others.
    pub(in crate::reader) fn mixed(&self) -> Option<String> {
        let suspects = self.real.iter().filter(|real| !self.sound.contains(&real.column));
        suspects.into_iter().find_map(|real| {
            let (_, shown) = self.columns.iter().find(|(column, _)| *column == real.column)?;
            let (text, quoted) = shown.iter().find_map(|shown| shown.first.as_ref())?;
            Some(format!(
                "{real} is a real date and {text} {quoted} is text: a program that opens a text file in another order of \
                 day and month leaves such a mixture, with day and month of the real dates turned round; compare them \
                 with the original"
            ))
        })
    }

    /// With what another part of the same input shows.
    pub(in crate::reader) fn and(mut self, other: Self) -> Self {
        for (column, shown) in other.columns {
            match self.columns.iter_mut().find(|(own, _)| *own == column) {
                Some((_, own)) => own.iter_mut().zip(shown).for_each(|(own, other)| own.add(other)),
                None => self.columns.push((column, shown)),
            }
        }
        self.columns.sort_by_key(|(column, _)| *column);
        self.sound.extend(other.sound.into_iter().filter(|column| !self.sound.contains(column)).collect::<Vec<_>>());
        for real in other.real {
            match self.real.iter_mut().find(|own| own.column == real.column) {
                Some(own) if real.row < own.row => *own = real,
                Some(_) => {}
                None => self.real.push(real),
            }
        }
        self
    }

    /// Adds to a finding about an ambiguous date what other cells suggest: those of its column, or
    /// those of the input's other date columns if it has none.
    ///
    /// Findings of other codes stay as they are.
    pub fn amend(&self, finding: &mut Finding) {
        if finding.code != Code::AmbiguousDate {
            return;
        }
        let own = |(column, _): &&(u32, _)| finding.cell.is_some_and(|cell| cell.column == *column);
        let told: Vec<String> = match self.columns.iter().find(own) {
            Some((_, shown)) => suggestions(shown),
            None => self.columns.iter().flat_map(|(_, shown)| suggestions(shown)).collect(),
        };
        if told.is_empty() {
            finding.message.push_str("; no other date of the sheet tells which");
        } else {
            finding.message.push_str("; ");
            finding.message.push_str(&told.join(", but "));
        }
    }
}

fn suggestions(shown: &[Shown; 2]) -> Vec<String> {
    let named = shown.iter().zip(["day first (--date-order dmy)", "month first (--date-order mdy)"]);
    named
        .filter_map(|(shown, order)| {
            let (cell, text) = shown.first.as_ref()?;
            Some(match shown.count - 1 {
                0 => format!("{cell} {text} suggests {order}"),
                more => format!("{cell} {text} and {more} more suggest {order}"),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_parts_show_is_what_the_whole_shows() {
        let shown =
            [(2, 5, Order::DayFirst), (1, 6, Order::DayFirst), (1, 7, Order::MonthFirst), (2, 9, Order::DayFirst)];
        let of = |rows: &[usize]| {
            let mut orders = DateOrders::default();
            for row in rows {
                let (column, number, order) = shown[*row];
                orders.count(CellName { column, row: number }, &format!("text {number}"), order);
            }
            orders
        };
        let whole = of(&[0, 1, 2, 3]).and(DateOrders::default());
        for parts in
            [[&[0, 1][..], &[2, 3]], [&[2, 3], &[0, 1]], [&[0, 3], &[1, 2]], [&[1, 2, 3], &[0]], [&[], &[0, 1, 2, 3]]]
        {
            assert_eq!(of(parts[0]).and(of(parts[1])), whole, "{parts:?}");
        }
    }

    #[test]
    fn real_dates_beside_text_of_numbers_are_told_where_they_may_have_been_turned_round() {
        let at = |column, row| CellName { column, row };
        let date = |text: &str| text.parse::<NaiveDateTime>().unwrap();
        let mixed = |real: &[(CellName, &str)]| {
            let mut orders = DateOrders::default();
            orders.count(at(1, 9), "01/27/2027", Order::MonthFirst);
            real.iter().for_each(|(cell, text)| orders.count_date(*cell, date(text)));
            (orders.clone().and(DateOrders::default()).mixed(), DateOrders::default().and(orders).mixed())
        };
        let (told, later) = mixed(&[(at(1, 2), "2027-02-01T09:00:00"), (at(1, 3), "2027-03-01T09:00:00")]);
        assert!(told.as_ref().unwrap().starts_with("B2 is a real date and B9 \"01/27/2027\" is text"), "{told:?}");
        assert_eq!(told, later);
        assert_eq!(
            mixed(&[(at(1, 2), "2027-02-01T09:00:00"), (at(1, 3), "2027-02-27T09:00:00")]).0,
            None,
            "not turned"
        );
        for harmless in
            [(at(1, 2), "2027-02-13T09:00:00"), (at(1, 2), "2027-02-02T09:00:00"), (at(2, 2), "2027-02-01T09:00:00")]
        {
            assert_eq!(mixed(&[harmless]), (None, None), "{harmless:?}");
        }
    }
}
