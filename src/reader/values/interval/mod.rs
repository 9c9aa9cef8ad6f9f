//! Intervals as people write them: from three cells to a recurrence.
//!
//! ```text
//! interval = number                              1, 2.0: days, or weeks beside weekly or days
//!          | ["every"] [ count ] unit            daily, weekly, fortnightly, 2 days, every other week
//!          | ["every"] [ count ] [unit "on"] days   Mon/Wed/Fri, every other Monday, 2 weeks on Tue
//! count    = number | one … twelve | other | second | 2nd | …
//! unit     = day, days, d, daily | week, weeks, w, weekly | fortnight
//! days     = part { ("/" | "," | ";" | "&" | "+" | "|" | "and" | spaces) part }
//! part     = day [ ("-" | "to" | "through") day ] | weekdays | weekends | "all"
//! ```
//!
//! Case, full stops and spaces don't matter. A span may go round the week (`Fri-Mon`). Biweekly is
//! a problem, since people mean twice a week by it as well as every other week.

mod combine;
mod days;
mod words;

#[cfg(test)]
mod tests;

pub(super) use combine::{Plan, interval};
pub(super) use days::weekday;
