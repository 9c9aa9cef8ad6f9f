//! Which row is the header.

use super::Found;
use super::candidate::Candidate;
use super::columns::resolve;
use crate::model::{Cell, Field};
use crate::reader::columns::RawRow;
use crate::reader::error::Unreadable;
use crate::reader::front::ReadOptions;
use crate::reader::rows::Rows;

/// How many rows are searched for a header.
const HEADER_ROWS: u32 = 50;

/// The last row that must be looked at to find the header.
pub(crate) fn last_row(options: &ReadOptions) -> u32 {
    options.header_row.unwrap_or(HEADER_ROWS)
}

/// The first rows, among which the header is.
pub(crate) fn head(lines: &mut (impl Rows<RawRow> + ?Sized), options: &ReadOptions) -> Result<Vec<RawRow>, Unreadable> {
    let last = last_row(options);
    let mut head: Vec<RawRow> = Vec::new();
    loop {
        let mut row = RawRow::default();
        if !lines.next_row(&mut row)? {
            break;
        }
        let is_last = row.number >= last;
        let is_wanted = options.header_row.is_none_or(|wanted| row.number >= wanted);
        if is_wanted {
            head.push(row);
        }
        if is_last {
            break;
        }
    }
    if head.is_empty() && options.header_row.is_none() {
        return Err(Unreadable::Empty);
    }
    Ok(head)
}

/// How many fields the best of these rows names: how the delimiter of a text is told.
pub(crate) fn best_score(head: &[RawRow], options: &ReadOptions) -> usize {
    head.iter().map(|row| Candidate::of(row, options).score()).max().unwrap_or(0)
}

/// Finds the header among the first rows.
pub(crate) fn find(head: &[RawRow], options: &ReadOptions) -> Result<Found, Unreadable> {
    let rows = head.iter().filter(|row| match options.header_row {
        Some(wanted) => row.number == wanted,
        None => row.number <= HEADER_ROWS,
    });
    let mut nearest: Option<(usize, Candidate)> = None;
    for row in rows {
        let candidate = Candidate::of(row, options);
        if candidate.is_complete() {
            let below = head.iter().find(|below| below.number == row.number + 1);
            let joined = below.and_then(|below| over_two_rows(row, &candidate, below, options));
            return resolve(joined.unwrap_or(candidate), options);
        }
        let score = candidate.score();
        let is_asked_for = options.header_row.is_some() && candidate.filled() > 0;
        let is_likely = score > 0 && candidate.filled() > 1;
        if (is_asked_for || is_likely) && nearest.as_ref().is_none_or(|(most, _)| score > *most) {
            nearest = Some((score, candidate));
        }
    }
    match nearest {
        Some((_, candidate)) => resolve(candidate, options),
        None => Err(Unreadable::NoHeader { header_row: options.header_row }),
    }
}

/// The header of both rows together, if the lower one parts the dates of the upper: "Date" and "Time"
/// under "Start". By the upper row alone the times would pass through unread, and every campaign
/// would start at midnight.
fn over_two_rows(row: &RawRow, upper: &Candidate, below: &RawRow, options: &ReadOptions) -> Option<Candidate> {
    let has_time = |candidate: &Candidate| candidate.has(Field::StartTime) || candidate.has(Field::EndTime);
    if has_time(upper) {
        return None;
    }
    let text = |row: &RawRow, index: usize| row.cells.get(index).map(Cell::display).unwrap_or_default();
    let mut over = String::new();
    let joined = (0..row.cells.len().max(below.cells.len())).map(|index| {
        let (upper, lower) = (text(row, index), text(below, index));
        if !upper.trim().is_empty() {
            over.clone_from(&upper);
        }
        Cell::Text(if lower.trim().is_empty() { upper } else { format!("{over} {lower}") })
    });
    let joined = Candidate::of(&RawRow { number: below.number, cells: joined.collect() }, options);
    (has_time(&joined) && joined.is_complete()).then_some(joined)
}
