//! Cells of a results file that have lost what kind of cell they were.
//!
//! A workbook's name that had been turned into a date is a problem; its CSV results show the date
//! as text, which would be a fine name. So in a text file that carries our `result_*` columns, a
//! cell is taken for what it was if two things agree: it is still written as a cell of that kind is
//! written, and the row's own `result_error` holds the problem that only that kind makes, with that
//! value. Whoever mends the cell, or empties `result_error`, is believed. Workbooks keep the kind, but
//! for one: some programs save TRUE and FALSE as the numbers 1 and 0.
//!
//! Two texts don't get through a file as they are: a workbook's cell ends at its limit, where results
//! say so by an ellipsis, and text that isn't UTF-16 holds no NUL, which results write as an escape.
//! Of both the same is asked.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::spot::{in_words, quote};
use crate::model::cell::{CUT, NUL, display_date, display_time, is_at_limit, shortest};
use crate::model::{Cell, CellName, Code, Field, Finding};
use crate::reader::columns::{Columns, RawRow};

/// What stands between two problems in `result_error`.
const BETWEEN: &str = " | ";

/// Gives cells their kind again where the row's own `result_error` tells it; says in which columns.
pub(super) fn restore(columns: &Columns, error: Option<usize>, raw: &mut RawRow, is_text: bool) -> Vec<u32> {
    let error = error.and_then(|index| raw.cells.get(index));
    let Some(error) = error.filter(|error| !error.is_blank()).map(Cell::display) else { return Vec::new() };
    let mut restored = Vec::new();
    for field in Field::ALL {
        let Some(index) = columns.of(field) else { continue };
        let Some(cell) = raw.cells.get_mut(index) else { continue };
        if let Some(text) = whole_text(cell, &error) {
            *cell = Cell::Text(text);
            continue;
        }
        let Some(kind) = kind_of(cell).filter(|_| is_text || matches!(cell, Cell::Number(_))) else { continue };
        if problem_of(field, &kind).is_some_and(|code| is_told_of(field, &error, code, &quote(&kind.display()))) {
            *cell = kind;
            restored.extend(u32::try_from(index));
        }
    }
    restored
}

/// Says of the problems of such cells how to have the text taken as text.
pub(super) fn amend(problems: &mut [Finding], restored: &[u32]) {
    for problem in problems {
        if problem.cell.is_some_and(|CellName { column, .. }| restored.contains(&column)) {
            problem.hint = "write what is meant; if it is meant as it stands, empty the row's result_error".to_owned();
        }
    }
}

/// A text that no longer shows what was wrong with it, made so that it does.
fn whole_text(cell: &Cell, error: &str) -> Option<String> {
    let Cell::Text(text) = cell else { return None };
    if text.ends_with(CUT) && is_at_limit(text) && is_told(error, Code::CellTooLong, "") {
        return Some(format!("{text}{CUT}"));
    }
    let with_nul = Some(text).filter(|text| text.contains(NUL))?.replace(NUL, "\0");
    is_told(error, Code::ControlCharacter, &quote(&with_nul)).then_some(with_nul)
}

/// The problem that a cell of this kind is in this column, and its text would not be.
const fn problem_of(field: Field, cell: &Cell) -> Option<Code> {
    match (field, cell) {
        (Field::CampaignName, Cell::Date(_) | Cell::Time(_)) => Some(Code::NameIsDate),
        (Field::CampaignName, Cell::Bool(_)) => Some(Code::WrongType),
        (Field::StreamId, Cell::Date(_) | Cell::Time(_) | Cell::Bool(_)) => Some(Code::WrongType),
        (Field::StartTime | Field::EndTime, Cell::Number(_)) => Some(Code::NotATime),
        (Field::Timezone, Cell::Number(_)) => Some(Code::UnknownTimezone),
        _ => None,
    }
}

/// True if the problem is told of this field's cell: another's may hold the same.
fn is_told_of(field: Field, error: &str, code: Code, quoted: &str) -> bool {
    let owner = if matches!(code, Code::WrongType | Code::NotATime) { in_words(field) } else { "" };
    told(error, code).any(|problem| problem.contains(quoted) && problem.contains(owner))
}

fn is_told(error: &str, code: Code, quoted: &str) -> bool {
    told(error, code).any(|problem| problem.contains(quoted))
}

/// The problems of one kind that are told.
fn told(error: &str, code: Code) -> impl Iterator<Item = &str> {
    let is_it = move |problem: &&str| problem.strip_prefix(code.as_str()).is_some_and(|rest| rest.starts_with(": "));
    error.split(BETWEEN).filter(is_it)
}

/// The cell whose written form this text is; `None` for text that is only text.
fn kind_of(cell: &Cell) -> Option<Cell> {
    let text = match cell {
        Cell::Text(text) => text,
        Cell::Number(1.0) => return Some(Cell::Bool(true)),
        Cell::Number(0.0) => return Some(Cell::Bool(false)),
        _ => return None,
    };
    let kind = match text.as_str() {
        "TRUE" => Cell::Bool(true),
        "FALSE" => Cell::Bool(false),
        text => number(text).map(Cell::Number).or_else(|| date(text)).or_else(|| time(text))?,
    };
    Some(kind)
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite() && shortest(*number) == text)
}

fn date(text: &str) -> Option<Cell> {
    let day = |text| NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN));
    let date = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").or_else(|_| day(text)).ok()?;
    (display_date(date) == text).then_some(Cell::Date(date))
}

fn time(text: &str) -> Option<Cell> {
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let mut parts = rest.split(':').map(|part| part.parse::<u32>().ok().map(f64::from));
    let [hours, minutes, seconds] = [parts.next()??, parts.next()??, parts.next()??];
    let fraction = sign * (hours * 3_600.0 + minutes * 60.0 + seconds) / 86_400.0;
    (display_time(fraction) == text).then_some(Cell::Time(fraction))
}
