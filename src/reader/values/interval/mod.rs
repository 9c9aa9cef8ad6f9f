//! Intervals as people write them: from three cells to a recurrence.
//!
//! ```text
//! interval = number                                 1, 2.0: days; weeks beside weekly or days
//!          | ["every"] [ count ] unit               daily, weekly, 2 days, every other week
//!          | ["every"] [ count ] [ unit ] days      Mon/Wed/Fri, every other Monday, 2 weeks on Tue
//!          | days ( "weekly" | "fortnightly" )      Monday weekly
//! count    = number | "one" to "twelve" | "other" | "second", "2nd" to "12th": between "every" and a unit
//! unit     = "day" | "days" | "daily" | "week" | "weeks" | "weekly" | "fortnight" | "d" | "w" | …
//! days     = ["on"] part { [ "/" | "," | ";" | "&" | "+" | "|" | "and" ] part }
//! part     = day [ ("-" | "to" | "through") day ] | "weekdays" | "week" "days" | "weekends"
//! ```
//!
//! Case, full stops and spaces don't matter. A span may go round the week (`Fri-Mon`). Biweekly is
//! a problem, since people mean twice a week by it as well as every other week. So is an ordinal anywhere
//! else (`first Monday`, `every 2nd Tuesday`, `third`): people mean days of the month by it, too. A `days` cell may also
//! say `every day`. Under a header that names days or weeks (`Interval (weeks)`) a bare number counts these. Two Mondays or
//! every third weekday are no interval.

mod combine;
mod days;
mod memo;
mod spoken;
mod words;

#[cfg(test)]
mod tests;

pub(super) use combine::{Cells, Plan, interval};
pub(crate) use days::weekday;
pub(super) use memo::Memo;
pub(crate) use spoken::is_unit;
