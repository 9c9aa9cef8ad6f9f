//! Which column each field has.

use super::candidate::{Candidate, Header};
use crate::model::{CellName, Field, ResultColumn};
use crate::reader::columns::{Columns, Owner, Places};
use crate::reader::error::Unreadable;
use crate::reader::front::ReadOptions;
use crate::reader::near_miss;
use crate::reader::synonyms;

/// A header whose columns have a meaning.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) row: u32,
    pub(super) headers: Vec<Header>,
    pub(super) places: Places,
    /// Which columns give way to others.
    pub(super) warnings: Vec<String>,
}

impl Resolved {
    /// What its columns mean, for whoever reads the rows.
    pub(super) fn columns(self) -> Columns {
        let owners = owners(&self.headers);
        let headers = self.headers.into_iter().map(|header| header.raw).collect();
        Columns { index_of: self.places, headers, owners }
    }
}

/// Says what the columns of a header mean, or what is missing, doubled or contradictory about it.
pub(super) fn resolve(candidate: Candidate, options: &ReadOptions) -> Result<Resolved, Unreadable> {
    check_map(&candidate.headers, options)?;
    let mut warnings = Vec::new();
    let mut places: Places = Default::default();
    for field in Field::ALL {
        places[field as usize] = column_for(field, &candidate, options, &mut warnings)?;
    }
    // Results of several inputs may have both, each filled by the rows of the inputs that had it.
    let is_both_allowed = candidate.headers.iter().any(|header| header.result.is_some());
    for parts in [[Field::Start, Field::StartDate, Field::StartTime], [Field::End, Field::EndDate, Field::EndTime]] {
        join_halves(&mut places, &candidate.headers, parts, is_both_allowed)?;
    }
    let missing = candidate.missing();
    if !missing.is_empty() {
        return Err(missing_columns(missing, &candidate));
    }
    check_unit(&places, &candidate.headers)?;
    check_denied(&places, &candidate.headers)?;
    Ok(Resolved { row: candidate.row, headers: candidate.headers, places, warnings })
}

fn owners(headers: &[Header]) -> Vec<Owner> {
    let mut owners: Vec<Owner> =
        headers.iter().map(|header| header.result.map_or(Owner::Sheet, Owner::Results)).collect();
    if let Some(status) = owners.iter().position(|owner| *owner == Owner::Results(ResultColumn::Status)) {
        let unnamed = headers[..status].iter().rev().take_while(|header| header.text.is_empty()).count();
        owners[status - unnamed..status].fill(Owner::BeyondHeader);
    }
    owners
}

fn check_map(headers: &[Header], options: &ReadOptions) -> Result<(), Unreadable> {
    for (field, column) in &options.map {
        if !headers.iter().any(|header| header.mapped.contains(field)) {
            let near_miss = near_miss::header_like(column, headers.iter().map(|header| header.text.as_str()));
            return Err(Unreadable::MappedColumnMissing { field: *field, column: column.clone(), near_miss });
        }
    }
    Ok(())
}

/// The fields that a field excludes: a date is whole or split.
const fn rivals(field: Field) -> &'static [Field] {
    match field {
        Field::Start => &[Field::StartDate, Field::StartTime],
        Field::StartDate | Field::StartTime => &[Field::Start],
        Field::End => &[Field::EndDate, Field::EndTime],
        Field::EndDate | Field::EndTime => &[Field::End],
        _ => &[],
    }
}

fn column_for(
    field: Field,
    candidate: &Candidate,
    options: &ReadOptions,
    warnings: &mut Vec<String>,
) -> Result<Option<usize>, Unreadable> {
    let headers = &candidate.headers;
    let of = |wanted: &dyn Fn(&Header) -> bool| -> Vec<usize> {
        headers.iter().enumerate().filter(|(_, header)| wanted(header)).map(|(index, _)| index).collect()
    };
    let mapped = of(&|header| header.mapped.contains(&field));
    if !mapped.is_empty() {
        return only_one(field, &mapped, candidate).map(Some);
    }
    let is_ruled_out = options.map.iter().any(|(mapped, _)| rivals(field).contains(mapped));
    if is_ruled_out {
        return Ok(None);
    }
    let is_free = |header: &Header| header.mapped.is_empty();
    let means = |header: &Header, own: bool| {
        is_free(header) && header.meaning.is_some_and(|meaning| meaning.field == field && meaning.is_own_name == own)
    };
    let own = of(&|header| means(header, true));
    let synonyms = of(&|header| means(header, false));
    if own.is_empty() {
        return if synonyms.is_empty() { Ok(None) } else { only_one(field, &synonyms, candidate).map(Some) };
    }
    let chosen = only_one(field, &own, candidate)?;
    for index in synonyms {
        warnings.push(format!(
            "the column \"{}\" could mean {field} too; \"{}\" is read, and it passes through",
            headers[index].text, headers[chosen].text
        ));
    }
    Ok(Some(chosen))
}

fn only_one(field: Field, columns: &[usize], candidate: &Candidate) -> Result<usize, Unreadable> {
    match columns {
        [one] => Ok(*one),
        several => {
            let cell = |index: usize| CellName { column: u32::try_from(index).unwrap_or(u32::MAX), row: candidate.row };
            let headers = several.iter().map(|index| (candidate.headers[*index].text.clone(), cell(*index))).collect();
            Err(Unreadable::DoubledColumn { field, headers })
        }
    }
}

/// A date beside a whole column is an error; a half without its other half is a whole column
/// under a short name ("Start Date" alone often holds the time as well).
fn join_halves(
    places: &mut Places,
    headers: &[Header],
    [whole, date, time]: [Field; 3],
    is_both_allowed: bool,
) -> Result<(), Unreadable> {
    let at = |field: Field| places[field as usize];
    match (at(whole), at(date), at(time)) {
        (Some(_), Some(_), Some(_)) if is_both_allowed => {}
        (Some(index), Some(half), _) | (Some(index), None, Some(half)) => {
            return Err(Unreadable::WholeAndSplit {
                field: whole,
                whole: headers[index].text.clone(),
                split: headers[half].text.clone(),
                is_time: at(date).is_none(),
            });
        }
        (None, Some(half), None) | (None, None, Some(half)) => {
            places[date as usize] = None;
            places[time as usize] = None;
            places[whole as usize] = Some(half);
        }
        (None, Some(_), Some(_)) | (_, None, None) => {}
    }
    Ok(())
}

fn missing_columns(missing: Vec<Field>, candidate: &Candidate) -> Unreadable {
    let unknown = candidate.headers.iter().filter(|header| header.is_unknown());
    let unknown = unknown.map(|header| header.text.clone()).collect();
    let recurrence = candidate.headers.iter().find(|header| header.means(Field::Recurrence));
    let recurrence = recurrence.map(|header| header.text.clone());
    Unreadable::MissingColumns { row: candidate.row, missing, recurrence, unknown }
}

/// A column that a remark keeps from being read can't be passed over: the rows that it disables would be enabled, and
/// the days that it names not be kept. Beside another of its field it can.
fn check_denied(places: &Places, headers: &[Header]) -> Result<(), Unreadable> {
    let denied = headers.iter().filter(|header| header.is_unknown()).find_map(|header| {
        let field = synonyms::denied(&header.text).filter(|field| places[*field as usize].is_none())?;
        Some(Unreadable::DeniedColumn { field, header: header.text.clone() })
    });
    denied.map_or(Ok(()), Err)
}

/// An interval can count days or weeks (which the header may say), and nothing else.
fn check_unit(places: &Places, headers: &[Header]) -> Result<(), Unreadable> {
    let Some(header) = places[Field::Interval as usize].map(|index| &headers[index]) else { return Ok(()) };
    // A header that --map names has a meaning of its own, or none.
    let own = header.meaning.filter(|meaning| meaning.field == Field::Interval).and_then(|meaning| meaning.unit);
    let unit = synonyms::unit_that_is_none(&header.text).or(own);
    match unit {
        None | Some("weeks") => Ok(()),
        Some(unit) => Err(Unreadable::IntervalUnit { header: header.text.clone(), unit }),
    }
}
