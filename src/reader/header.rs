//! Which row is the header, and which column means what.
//!
//! Called with the first rows of every input, and of every sheet that may be meant. The first row
//! that has all required columns is the header (with the row below it, if that one parts its dates); where none has, the row that comes closest is
//! named in the error, since that is the one its owner must mend. Columns are found by `--map`
//! first, then by a field's own name, then by a synonym.

use std::sync::Arc;

use super::columns::{Columns, Owner, RawRow};
use super::error::{MissingColumn, Unreadable};
use super::front::ReadOptions;
use super::near_miss;
use super::synonyms::{self, Meaning, bare};
use crate::model::cell::is_blank_character;
use crate::model::{Cell, Field, ResultColumn};

/// How many rows are searched for a header.
pub(crate) const HEADER_ROWS: u32 = 50;

/// The longest cell that can be a header, in bytes.
const LONGEST_HEADER: usize = 500;

/// A header that was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Its row, as the user's program shows it.
    pub(crate) row: u32,
    /// What its columns mean.
    pub(crate) columns: Arc<Columns>,
    /// What is suspicious about it.
    pub(crate) warnings: Vec<String>,
}

/// The last row that must be looked at to find the header.
pub(crate) fn last_row(options: &ReadOptions) -> u32 {
    options.header_row.unwrap_or(HEADER_ROWS)
}

/// Finds the header among the first rows.
pub(crate) fn find(head: &[RawRow], options: &ReadOptions) -> Result<Found, Unreadable> {
    let candidates = head.iter().filter(|row| match options.header_row {
        Some(wanted) => row.number == wanted,
        None => row.number <= HEADER_ROWS,
    });
    let mut best: Option<(usize, &RawRow, Vec<Header>)> = None;
    for row in candidates {
        let headers = headers_of(row, options);
        let score = score(&headers);
        if is_complete(&headers) {
            let below = head.iter().find(|below| below.number == row.number + 1);
            best = match below.and_then(|below| Some((below, over_two_rows(row, &headers, below, options)?))) {
                Some((below, headers)) => Some((score, below, headers)),
                None => Some((score, row, headers)),
            };
            break;
        }
        let filled = headers.iter().filter(|header| !header.text.is_empty()).count();
        let is_asked_for = options.header_row.is_some() && filled > 0;
        let is_likely = score > 0 && filled > 1;
        if (is_asked_for || is_likely) && best.as_ref().is_none_or(|(most, _, _)| score > *most) {
            best = Some((score, row, headers));
        }
    }
    let (_, row, headers) = best.ok_or(Unreadable::NoHeader { header_row: options.header_row })?;
    resolve(row.number, headers, options)
}

/// The header of both rows together, if the lower one parts the dates of the upper: "Date" and "Time"
/// under "Start". By the upper row alone the times would pass through unread, and every campaign
/// would start at midnight.
fn over_two_rows(row: &RawRow, headers: &[Header], below: &RawRow, options: &ReadOptions) -> Option<Vec<Header>> {
    let has_time = |headers: &[Header]| has(headers, Field::StartTime) || has(headers, Field::EndTime);
    if has_time(headers) {
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
    let joined = headers_of(&RawRow { number: below.number, cells: joined.collect() }, options);
    (has_time(&joined) && is_complete(&joined)).then_some(joined)
}

/// How many fields the best of these rows names: how the delimiter of a text is told.
pub(crate) fn best_score(head: &[RawRow], options: &ReadOptions) -> usize {
    head.iter().map(|row| score(&headers_of(row, options))).max().unwrap_or(0)
}

/// One cell of a row that may be the header.
#[derive(Debug)]
struct Header {
    /// As the file has it.
    raw: String,
    /// In one line, without the spaces around it.
    text: String,
    meaning: Option<Meaning>,
    mapped: Vec<Field>,
    result: Option<ResultColumn>,
}

impl Header {
    fn means(&self, field: Field) -> bool {
        if self.mapped.is_empty() {
            self.meaning.is_some_and(|meaning| meaning.field == field)
        } else {
            self.mapped.contains(&field)
        }
    }
}

fn headers_of(row: &RawRow, options: &ReadOptions) -> Vec<Header> {
    let mut headers: Vec<Header> = row.cells.iter().map(header_of).collect();
    let kept = headers.iter().rposition(|header| !header.text.is_empty()).map_or(0, |last| last + 1);
    headers.truncate(kept);
    for (field, column) in &options.map {
        let exact = headers.iter().any(|header| header.text == column.trim());
        for header in &mut headers {
            let matches = if exact {
                header.text == column.trim()
            } else {
                !header.text.is_empty() && bare(&header.text) == bare(column)
            };
            if matches && header.result.is_none() {
                header.mapped.push(*field);
            }
        }
    }
    headers
}

fn header_of(cell: &Cell) -> Header {
    let raw = cell.display();
    // A line break in a header is layout, and nobody could type it behind --map.
    let text = raw.trim_matches(is_blank_character).split_whitespace().collect::<Vec<_>>().join(" ");
    let result = ResultColumn::ALL.into_iter().find(|column| column.as_str().eq_ignore_ascii_case(&text));
    let meaning = if text.len() > LONGEST_HEADER || result.is_some() { None } else { synonyms::meaning(&text) };
    Header { raw, text, meaning, mapped: Vec::new(), result }
}

fn has(headers: &[Header], field: Field) -> bool {
    headers.iter().any(|header| header.means(field))
}

fn score(headers: &[Header]) -> usize {
    Field::ALL.into_iter().filter(|field| has(headers, *field)).count()
}

/// The required fields that these headers lack; a part of a split date counts as the date.
fn missing(headers: &[Header]) -> Vec<Field> {
    let has_any = |fields: &[Field]| fields.iter().any(|field| has(headers, *field));
    let is_optional = has(headers, Field::Action);
    let mut missing = Vec::new();
    if !has_any(&[Field::CampaignName]) {
        missing.push(Field::CampaignName);
    }
    if !is_optional {
        let groups: [&[Field]; 3] = [
            &[Field::Start, Field::StartDate, Field::StartTime],
            &[Field::End, Field::EndDate, Field::EndTime],
            &[Field::Interval],
        ];
        missing.extend(groups.into_iter().filter(|group| !has_any(group)).map(|group| group[0]));
    }
    missing
}

fn is_complete(headers: &[Header]) -> bool {
    missing(headers).is_empty()
}

fn resolve(row: u32, headers: Vec<Header>, options: &ReadOptions) -> Result<Found, Unreadable> {
    check_map(&headers, options)?;
    let mut warnings = Vec::new();
    let mut index_of = [None; 13];
    for field in Field::ALL {
        index_of[field as usize] = column_for(field, &headers, options, &mut warnings)?;
    }
    // Results of several inputs may have both, each filled by the rows of the inputs that had it.
    let is_both_allowed = headers.iter().any(|header| header.result.is_some());
    join_halves(&mut index_of, &headers, [Field::Start, Field::StartDate, Field::StartTime], is_both_allowed)?;
    join_halves(&mut index_of, &headers, [Field::End, Field::EndDate, Field::EndTime], is_both_allowed)?;
    let missing = missing(&headers);
    if !missing.is_empty() {
        return Err(missing_columns(row, &missing, &headers));
    }
    check_unit(&index_of, &headers)?;
    warnings.extend(zone_warning(&index_of, &headers, options));
    let owners = owners(&headers);
    let headers = headers.into_iter().map(|header| header.raw).collect();
    Ok(Found { row, columns: Arc::new(Columns { index_of, headers, owners }), warnings })
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
    headers: &[Header],
    options: &ReadOptions,
    warnings: &mut Vec<String>,
) -> Result<Option<usize>, Unreadable> {
    let of = |wanted: &dyn Fn(&Header) -> bool| -> Vec<usize> {
        headers.iter().enumerate().filter(|(_, header)| wanted(header)).map(|(index, _)| index).collect()
    };
    let mapped = of(&|header| header.mapped.contains(&field));
    if !mapped.is_empty() {
        return only_one(field, &mapped, headers).map(Some);
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
        return if synonyms.is_empty() { Ok(None) } else { only_one(field, &synonyms, headers).map(Some) };
    }
    let chosen = only_one(field, &own, headers)?;
    for index in synonyms {
        warnings.push(format!(
            "the column \"{}\" could mean {field} too; \"{}\" is read, and it passes through",
            headers[index].text, headers[chosen].text
        ));
    }
    Ok(Some(chosen))
}

fn only_one(field: Field, columns: &[usize], headers: &[Header]) -> Result<usize, Unreadable> {
    match columns {
        [one] => Ok(*one),
        several => {
            let headers = several.iter().map(|index| headers[*index].text.clone()).collect();
            Err(Unreadable::DoubledColumn { field, headers })
        }
    }
}

/// A date beside a whole column is an error; a half without its other half is a whole column
/// under a short name ("Start Date" alone often holds the time as well).
fn join_halves(
    index_of: &mut [Option<usize>; 13],
    headers: &[Header],
    [whole, date, time]: [Field; 3],
    is_both_allowed: bool,
) -> Result<(), Unreadable> {
    let at = |field: Field| index_of[field as usize];
    match (at(whole), at(date), at(time)) {
        (Some(_), Some(_), Some(_)) if is_both_allowed => {}
        (Some(index), Some(half), _) | (Some(index), None, Some(half)) => {
            return Err(Unreadable::WholeAndSplit {
                field: whole,
                whole: headers[index].text.clone(),
                split: headers[half].text.clone(),
            });
        }
        (None, Some(half), None) | (None, None, Some(half)) => {
            index_of[date as usize] = None;
            index_of[time as usize] = None;
            index_of[whole as usize] = Some(half);
        }
        (None, Some(_), Some(_)) | (_, None, None) => {}
    }
    Ok(())
}

fn missing_columns(row: u32, missing: &[Field], headers: &[Header]) -> Unreadable {
    let unknown: Vec<&str> = headers
        .iter()
        .filter(|header| {
            header.meaning.is_none() && header.mapped.is_empty() && header.result.is_none() && !header.text.is_empty()
        })
        .map(|header| header.text.as_str())
        .collect();
    let missing = missing
        .iter()
        .map(|field| MissingColumn { field: *field, near_miss: near_miss::header_for(*field, unknown.iter().copied()) })
        .collect();
    Unreadable::MissingColumns { row, missing, unknown: unknown.into_iter().map(str::to_owned).collect() }
}

/// A zone in a header ("Start (UTC)") is not read: the flag, a column or the cells say it. Silence
/// would let all campaigns start hours off.
fn zone_warning(index_of: &[Option<usize>; 13], headers: &[Header], options: &ReadOptions) -> Option<String> {
    let times = [Field::Start, Field::StartDate, Field::StartTime, Field::End, Field::EndDate, Field::EndTime];
    let has_zones = index_of[Field::Timezone as usize].is_some();
    if options.timezone.is_some() || has_zones {
        return None;
    }
    let of_times = times.into_iter().filter_map(|field| Some(headers[index_of[field as usize]?].text.as_str()));
    let (header, zone) = of_times.filter_map(|header| Some((header, synonyms::zone_in_brackets(header)?))).next()?;
    Some(format!(
        "the column \"{header}\" names a time zone, which is not read from a header; \
         if its times are in {zone}, say so with --timezone, and with --platform-timezone which zone the platform reads"
    ))
}

/// An interval can count days or weeks (which the header may say), and nothing else.
fn check_unit(index_of: &[Option<usize>; 13], headers: &[Header]) -> Result<(), Unreadable> {
    let Some(header) = index_of[Field::Interval as usize].map(|index| &headers[index]) else { return Ok(()) };
    let unit = header.meaning.filter(|_| header.mapped.is_empty()).and_then(|meaning| meaning.unit);
    match unit {
        None | Some("weeks") => Ok(()),
        Some(unit) => Err(Unreadable::IntervalUnit { header: header.text.clone(), unit }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u32, cells: &str) -> RawRow {
        RawRow { number, cells: cells.split(',').map(|cell| Cell::Text(cell.to_owned())).collect() }
    }

    fn found(header: &str, map: &[(Field, &str)]) -> Result<Vec<(Field, usize)>, Unreadable> {
        let map = map.iter().map(|(field, column)| (*field, (*column).to_owned())).collect();
        let options = ReadOptions { map, ..ReadOptions::default() };
        let columns = find(&[row(1, header)], &options)?.columns;
        Ok(Field::ALL.into_iter().filter_map(|field| Some((field, columns.of(field)?))).collect())
    }

    #[test]
    fn a_half_of_a_split_date_alone_is_the_whole() {
        use Field::{CampaignName, End, Interval, Start, StartDate, StartTime};
        assert_eq!(
            found("Campaign,Start Date,End Date,Interval", &[]).unwrap(),
            [(CampaignName, 0), (Start, 1), (End, 2), (Interval, 3)]
        );
        assert_eq!(
            found("Campaign,Start Date,Start Time,End Time,Interval", &[]).unwrap(),
            [(CampaignName, 0), (StartDate, 1), (StartTime, 2), (End, 3), (Interval, 4)]
        );
        assert!(matches!(
            found("Campaign,Start,Start Time,End,Interval", &[]),
            Err(Unreadable::WholeAndSplit { field: Start, .. })
        ));
    }

    #[test]
    fn a_header_in_two_rows_is_read_as_one_where_the_lower_parts_the_dates() {
        let of = |upper: &str, lower: &str| {
            let found = find(&[row(3, upper), row(4, lower)], &ReadOptions::default()).unwrap();
            (found.row, found.columns.of(Field::StartTime), found.columns.of(Field::EndTime))
        };
        assert_eq!(of("Campaign,Start,,End,,Interval", ",Date,Time,Date,Time,(days)"), (4, Some(2), Some(4)));
        assert_eq!(of("Campaign,Start,,End,Interval", ",Date,Time"), (4, Some(2), None));
        assert_eq!(of("Campaign,Start,,End,,Interval", "A,2030-01-27,09:00,2030-02-27,18:00,1").0, 3);
        assert_eq!(of("Campaign,Start,End,Interval", ",Date,Date,").0, 3);
        let parted = of("Campaign,Start Date,Start Time,End,Interval", ",,,,");
        assert_eq!(parted, (3, Some(2), None));
    }

    #[test]
    fn a_map_resolves_what_is_doubled_and_must_be_met() {
        use Field::{CampaignName, End, Interval, Start};
        assert_eq!(
            found("Campaign,Start,Start Date,End,Interval", &[(Start, "start date")]).unwrap(),
            [(CampaignName, 0), (Start, 2), (End, 3), (Interval, 4)]
        );
        let error = found("Campaign,Start,End,Interval", &[(Start, "Strat")]).unwrap_err();
        assert_eq!(error.code(), "mapped-column-missing");
        assert_eq!(error.hint(), "is \"Start\" meant?");
        let error = found("Campaign,Start,End,Interval", &[(End, "Start")]).unwrap_err();
        assert!(error.to_string().ends_with("no column for start"), "{error}");
    }

    #[test]
    fn an_interval_of_hours_is_refused() {
        let error = found("Campaign,Start,End,Interval (hours)", &[]).unwrap_err();
        assert_eq!(error.code(), "interval-unit");
        assert!(found("Campaign,Start,End,Interval (weeks)", &[]).is_ok());
    }

    #[test]
    fn the_first_complete_row_is_the_header_and_else_the_nearest() {
        let rows = [
            row(1, "Campaign,notes"),
            row(3, "Campaign,Start,End,Interval"),
            row(4, "Campaign,Start,End,Interval,Days"),
        ];
        assert_eq!(find(&rows, &ReadOptions::default()).unwrap().row, 3);
        let rows = [row(1, "Campaign,notes"), row(3, "Campaign,Start,End")];
        assert!(matches!(find(&rows, &ReadOptions::default()), Err(Unreadable::MissingColumns { row: 3, .. })));
    }
    #[test]
    fn a_zone_in_a_header_is_warned_of_unless_the_zone_is_known() {
        let warned = |header: &str, options: &ReadOptions| find(&[row(1, header)], options).unwrap().warnings.len();
        let utc = ReadOptions { timezone: Some(chrono_tz::UTC), ..ReadOptions::default() };
        assert_eq!(warned("Campaign,Start (UTC),End (UTC),Interval", &ReadOptions::default()), 1);
        assert_eq!(warned("Campaign,Start (UTC),End (UTC),Interval", &utc), 0);
        assert_eq!(warned("Campaign,Start (UTC),End,Interval,Timezone", &ReadOptions::default()), 0);
        assert_eq!(warned("Campaign,Start (24h),End,Interval", &ReadOptions::default()), 0);
    }
}
