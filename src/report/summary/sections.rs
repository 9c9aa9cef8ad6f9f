//! What did not make it and what is suspicious, in as many lines as there are.

use super::closing::Closing;
use super::style::Style;
use super::wording::{height, wrapped};
use crate::model::Status;
use crate::model::visible::{on_terminal, shortened};
use crate::model::words::plural;
use crate::report::causes::{Cause, Location};

/// How many causes are told, however much room there is.
const MOST_CAUSES: usize = 8;
/// How many causes are enough for a person to begin with.
const ENOUGH: usize = 3;
/// How many lines what to do may take. It is told to its end or, where there is no room for that, not at all: what is
/// cut off may be the word that decides.
const HINT_LINES: usize = 4;
/// Below this many characters a line is short.
const NARROW: usize = 60;
/// How many places of a cause are named: of several sheets, whose names take room, and of one.
const MOST_PLACES: [usize; 2] = [1, 3];

/// Where there is no room for warnings.
const WARNINGS_ELSEWHERE: &str = "  and warnings: see result_warnings\n";

/// The lines that warnings need at least.
pub(super) fn least_of_warnings(closing: &Closing<'_>) -> usize {
    usize::from(!closing.causes.warnings().is_empty())
}

/// A section.
pub(super) struct Shown {
    pub(super) text: String,
    /// Whether it tells what it should.
    pub(super) is_enough: bool,
}

/// What did not make it. However little room there is, the first cause is told.
pub(super) fn problems(closing: &Closing<'_>, style: Style, room: usize) -> Shown {
    let causes = closing.causes.problems();
    let causes: Vec<_> = causes.into_iter().filter(|cause| cause.status != Some(Status::Pending)).collect();
    if causes.is_empty() {
        return Shown { text: String::new(), is_enough: true };
    }
    let room = room.max(least(&causes, closing, style));
    let (text, told) = section(("What did not make it", "result_error"), &causes, closing, style, room);
    Shown { text, is_enough: told >= causes.len().min(ENOUGH) }
}

/// The warnings, or at least a line that there are some.
pub(super) fn warnings(closing: &Closing<'_>, style: Style, room: usize) -> String {
    let causes = closing.causes.warnings();
    if causes.is_empty() {
        return String::new();
    }
    if least(&causes, closing, style) <= room {
        return section(("Warnings", "result_warnings"), &causes, closing, style, room).0;
    }
    WARNINGS_ELSEWHERE.to_owned()
}

/// The lines of a title, the first cause, and the word that there are more.
fn least(causes: &[&Cause], closing: &Closing<'_>, style: Style) -> usize {
    let first = causes.first().map_or(0, |cause| height(&block(cause, closing, style), style.width));
    2 + first + usize::from(causes.len() > 1)
}

/// As many causes as there is room for, and how many these are.
fn section(
    (title, column): (&str, &str),
    causes: &[&Cause],
    closing: &Closing<'_>,
    style: Style,
    room: usize,
) -> (String, usize) {
    let mut out = format!("\n{}\n", style.bold(title));
    let mut lines = 2;
    let mut told = 0;
    for cause in causes.iter().take(MOST_CAUSES) {
        let left = room.saturating_sub(lines + usize::from(told + 1 < causes.len()));
        let block = block(cause, closing, style);
        let high = height(&block, style.width);
        if high > left {
            break;
        }
        lines += high;
        out.push_str(&block);
        told += 1;
    }
    if told < causes.len() {
        let rest = plural((causes.len() - told) as u64, "kind");
        out.push_str(&format!("  and {rest} more: see {column}\n"));
    }
    (out, told)
}

/// A cause: how often, what, where, and what to do.
fn block(cause: &Cause, closing: &Closing<'_>, style: Style) -> String {
    let places = places(cause, closing.is_one_sheet);
    // Two lines at most, less what wrapping may lose of the first.
    let room = (2 * style.width).saturating_sub(places.chars().count() + 24).max(style.width / 2);
    let told = cause.told();
    let message = on_terminal(&told);
    let text = format!("{} × {} ({places})", cause.count, shortened(&message, room));
    let mut out = format!("  {}\n", wrapped(&text, style.width, "    "));
    if !cause.hint.is_empty() {
        let lines = if style.width < NARROW { HINT_LINES + 1 } else { HINT_LINES };
        let hint = on_terminal(&cause.hint).into_owned();
        let hint = format!("→ {}", shortened(&hint, lines * (style.width - 9)));
        out.push_str(&format!("    {}\n", wrapped(&hint, style.width, "      ")));
    }
    out
}

fn places(cause: &Cause, is_one_sheet: bool) -> String {
    let written = |spot: &Location| if is_one_sheet { spot.in_sheet() } else { spot.to_string() };
    let shown: Vec<_> = cause.places.iter().take(MOST_PLACES[usize::from(is_one_sheet)]).map(written).collect();
    let rest = cause.count.saturating_sub(shown.len() as u64);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    on_terminal(&format!("{}{more}", shown.join(", "))).into_owned()
}
