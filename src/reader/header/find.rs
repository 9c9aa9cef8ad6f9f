//! Which row is the header.

use std::sync::Arc;

use super::Found;
use super::candidate::Candidate;
use super::columns::{Resolved, resolve};
use super::unread;
use crate::model::counted::{Counted, counted};
use crate::model::{Cell, Field};
use crate::reader::columns::{Columns, RawRow};
use crate::reader::error::Unreadable;
use crate::reader::front::ReadOptions;
use crate::reader::rows::Rows;
use crate::reader::synonyms;

/// How many rows are searched for a header.
const HEADER_ROWS: u32 = 50;

/// How many rows below a header that was asked for are looked at: the second row of one, and what columns hold.
const ROWS_BELOW: u32 = 5;

/// The last row that must be looked at to find the header.
pub(crate) fn last_row(options: &ReadOptions) -> u32 {
    options.header_row.map_or(HEADER_ROWS, |row| row.saturating_add(ROWS_BELOW))
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
    candidates(head, options).map(|row| Candidate::of(row, options).score()).max().unwrap_or(0)
}

/// The rows that may be the header.
fn candidates<'a>(head: &'a [RawRow], options: &ReadOptions) -> impl Iterator<Item = &'a RawRow> + use<'a> {
    let wanted = options.header_row;
    head.iter().filter(move |row| wanted.map_or(row.number <= HEADER_ROWS, |wanted| row.number == wanted))
}

/// Finds the header among the first rows.
pub(crate) fn find(head: &[RawRow], options: &ReadOptions) -> Result<Found, Unreadable> {
    let mut resolved = find_row(head, options)?;
    let row = resolved.row;
    let below = head.iter().filter(|below| below.number > row);
    let mut warnings = std::mem::take(&mut resolved.warnings);
    warnings.extend(unread::warnings(&resolved.headers, &resolved.places, below.clone(), options));
    let columns = Arc::new(resolved.columns());
    if let Some(below) = below.clone().find(|below| below.number == row + 1) {
        check_below(&columns, below)?;
    }
    warnings.extend(unread::unnamed_times(&columns, below));
    Ok(Found { row, columns, warnings })
}

/// The same, for whoever only asks whether there is one.
pub(crate) fn columns(head: &[RawRow], options: &ReadOptions) -> Result<Columns, Unreadable> {
    find_row(head, options).map(Resolved::columns)
}

fn find_row(head: &[RawRow], options: &ReadOptions) -> Result<Resolved, Unreadable> {
    let mut nearest: Option<(usize, Candidate)> = None;
    for row in candidates(head, options) {
        let candidate = Candidate::of(row, options);
        let below = head.iter().find(|below| below.number == row.number + 1);
        let joined = below.and_then(|below| over_two_rows(row, &candidate, below, options));
        if let Some(joined) = joined {
            return resolve(joined, options);
        }
        if candidate.is_complete() {
            return resolve(candidate, options);
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

/// Refuses a header below which a row holds units or zones and nothing of a campaign: as a row of its own it would be
/// refused, and the numbers and times under it would mean something else.
fn check_below(columns: &Columns, below: &RawRow) -> Result<(), Unreadable> {
    use Field::{Action, CampaignName, Days, End, EndDate, EndTime, Interval, Recurrence, Start, StartDate, StartTime};
    let of = |field: Field| {
        let cell = below.cells.get(columns.of(field)?).filter(|cell| !cell.is_blank())?;
        Some(cell.display().trim().trim_matches(['(', ')', '[', ']']).trim().to_owned())
    };
    let names_unit = |text: &String| {
        if matches!(text.to_lowercase().as_str(), "daily" | "weekly") {
            return false;
        }
        let remark = format!("({text})");
        let is_unit = matches!(counted(&remark), Some(Counted::Days | Counted::Weeks));
        is_unit || synonyms::unit_that_is_none(&remark).is_some()
    };
    let names_zone = |text: &String| synonyms::zone_named(&format!("({text})"), false).is_some();
    let is_value = |cell: &Cell| match cell {
        Cell::Text(text) => text.contains(|c: char| c.is_ascii_digit()) && !names_zone(text),
        cell => !cell.is_blank(),
    };
    let is_remark = |text: &str| text.starts_with(['(', '[']) && text.ends_with([')', ']']);
    let is_of_campaign = [Action, Recurrence, Days].into_iter().any(|field| of(field).is_some());
    let name = columns.of(CampaignName).and_then(|index| below.cells.get(index));
    let is_named = name.is_some_and(|cell| match cell {
        Cell::Text(text) => !text.trim().is_empty() && !is_remark(text.trim()),
        cell => !cell.is_blank(),
    });
    if columns.has_results() || is_named || is_of_campaign || below.cells.iter().any(is_value) {
        return Ok(());
    }
    let unit = of(Interval).filter(names_unit);
    let mut times = [Start, StartDate, StartTime, End, EndDate, EndTime].into_iter().filter_map(of);
    match unit.or_else(|| times.find(names_zone)) {
        Some(said) => Err(Unreadable::HeaderOverRows(format!("row {} says \"{said}\"", below.number))),
        None => Ok(()),
    }
}

/// The header of both rows together, if the lower one parts the dates of the upper: "Date" and "Time"
/// under "Start". By the upper row alone the times would pass through unread, and every campaign
/// would start at midnight. What has a name of its own in the lower row needs none above it.
fn over_two_rows(row: &RawRow, upper: &Candidate, below: &RawRow, options: &ReadOptions) -> Option<Candidate> {
    let has_time = |candidate: &Candidate| candidate.has(Field::StartTime) || candidate.has(Field::EndTime);
    // What we wrote ourselves has one row.
    let is_results = upper.headers.iter().any(|header| header.result.is_some());
    if is_results || has_time(upper) || !(upper.has(Field::Start) || upper.has(Field::End)) {
        return None;
    }
    let is_of_times = |field: Field| {
        use Field::{End, EndDate, EndTime, Start, StartDate, StartTime};
        matches!(field, Start | StartDate | StartTime | End | EndDate | EndTime)
    };
    let stands_alone = |name: &str| {
        let is_mapped = options.map.iter().any(|(_, column)| column.trim() == name.trim());
        is_mapped || synonyms::meaning(name.trim()).is_some_and(|own| !is_of_times(own.field))
    };
    let text = |row: &RawRow, index: usize| row.cells.get(index).map(Cell::display).unwrap_or_default();
    let mut over = String::new();
    let joined = (0..row.cells.len().max(below.cells.len())).map(|index| {
        let (upper, lower) = (text(row, index), text(below, index));
        if !upper.trim().is_empty() {
            over.clone_from(&upper);
        }
        Cell::Text(match lower.trim() {
            "" => upper,
            _ if upper.trim().is_empty() && stands_alone(&lower) => lower,
            _ => format!("{over} {lower}"),
        })
    });
    let joined = Candidate::of(&RawRow { number: below.number, cells: joined.collect() }, options);
    (has_time(&joined) && joined.is_complete()).then_some(joined)
}
