//! What the unambiguous dates of a column say about the ambiguous ones.
//!
//! Nothing is decided by it: a person is told, and decides. It is known when the last row is read,
//! so it is added to the findings afterwards.

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

    /// With what another part of the same input shows.
    pub(in crate::reader) fn and(mut self, other: Self) -> Self {
        for (column, shown) in other.columns {
            match self.columns.iter_mut().find(|(own, _)| *own == column) {
                Some((_, own)) => own.iter_mut().zip(shown).for_each(|(own, other)| own.add(other)),
                None => self.columns.push((column, shown)),
            }
        }
        self.columns.sort_by_key(|(column, _)| *column);
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
}
