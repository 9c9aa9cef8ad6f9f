//! The summary for people: it fits a screen, and its last line says what to do next.
//!
//! It is a pure function to a string, so that what a marketing manager sees is in the tests. Colour
//! only repeats what the words say.
//!
//! What must be there comes first in the arithmetic: the verdict, the counts, the files, the next
//! command. The lines that the screen has left go to what did not make it, the most frequent first,
//! and what is left of those to the warnings. Where lines are few, the others say less: the counts
//! go into one, and of the next steps only the first is told. The rest is pointed at: every row of
//! the results says its own.

use super::Summary;
use super::closing::Closing;
use super::parts::{calls, counts, files, next, notes};
use super::sections::{self, least_of_warnings, problems, warnings};
use super::style::{HEIGHTS, Style};
use super::verdict::verdict;
use super::wording::{height, wrapped};
use crate::journal::BatchKind;
use crate::model::Status;

/// What no line gets narrower than.
const LEAST_WIDTH: usize = 40;
/// The summary on a screen.
pub fn render(closing: &Closing<'_>, style: Style) -> String {
    let style = Style { width: style.width.max(LEAST_WIDTH), ..style };
    // One line is the prompt's.
    let screen = style.height.clamp(HEIGHTS.0, HEIGHTS.1) - 1;
    let reserved = least_of_warnings(closing);
    let room = |parts: &Parts| screen.saturating_sub(parts.height(style) + reserved);
    let mut parts = Parts::new(closing, style, false);
    let mut problems = problems(closing, style, room(&parts));
    if !problems.is_enough {
        parts = Parts::new(closing, style, true);
        problems = sections::problems(closing, style, room(&parts));
    }
    let left = room(&parts).saturating_sub(height_of(&problems.text, style)) + reserved;
    let warnings = warnings(closing, style, left);
    [parts.before, problems.text, warnings, parts.after].concat()
}

/// What is always there, before and after what did not make it.
struct Parts {
    before: String,
    after: String,
}

impl Parts {
    fn new(closing: &Closing<'_>, style: Style, is_tight: bool) -> Self {
        let before = [
            head(closing, style),
            counts(closing, style, is_tight),
            calls(closing, style, is_tight),
            notes(closing, style),
        ];
        let after = [files(closing, style), next(closing, style, is_tight)];
        Self { before: before.concat(), after: after.concat() }
    }

    fn height(&self, style: Style) -> usize {
        height_of(&self.before, style) + height_of(&self.after, style)
    }
}

/// The lines of a part on a screen; what colours it takes no room.
fn height_of(part: &str, style: Style) -> usize {
    if !style.colour {
        return height(part, style.width);
    }
    let mut plain = String::with_capacity(part.len());
    let mut is_code = false;
    for character in part.chars() {
        match character {
            '\u{1b}' => is_code = true,
            'm' if is_code => is_code = false,
            character if !is_code => plain.push(character),
            _ => {}
        }
    }
    height(&plain, style.width)
}

fn head(closing: &Closing<'_>, style: Style) -> String {
    let verdict = match closing.summary {
        Summary { spared: Some(_), rows: 0, .. } => "There was nothing to disable.".to_owned(),
        summary => {
            // Only an undo spares campaigns, none as the case may be.
            let kind = if summary.spared.is_some() { BatchKind::Undo } else { BatchKind::Run };
            verdict(kind, &summary.outcomes, &summary.counted, closing.ending, closing.simulated)
        }
    };
    let verdict = wrapped(&verdict, style.width, "");
    let worst = Status::ALL.into_iter().filter(|s| closing.summary.outcomes.of(*s) > 0).max_by_key(|s| severity(*s));
    let painted = worst.map_or_else(|| verdict.clone(), |status| style.status(status, &verdict));
    format!("{}\n", style.bold(&painted))
}

const fn severity(status: Status) -> u8 {
    match status {
        Status::Scheduled | Status::Disabled | Status::Unchanged => 0,
        Status::Pending | Status::Unknown => 1,
        Status::Invalid | Status::Rejected | Status::Failed => 2,
    }
}

/// One line for a log: what a nightly run leaves behind.
pub fn log_line(summary: &Summary) -> String {
    let counts: Vec<_> = Status::ALL
        .into_iter()
        .filter(|status| summary.outcomes.of(*status) > 0)
        .map(|status| format!("{status}={}", summary.outcomes.of(status)))
        .collect();
    let between = if counts.is_empty() { "" } else { " " };
    let told = [
        ("missing_from_sheet", summary.missing_from_sheet),
        ("spared", summary.spared.unwrap_or(0)),
        ("withdrawn", summary.withdrawn),
    ];
    let told: String =
        told.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!(" {what}={count}")).collect();
    format!(
        "batch {} rows={}{between}{}{told} attempts={} elapsed={:.1}s exit={}",
        summary.batch,
        summary.rows,
        counts.join(" "),
        summary.attempts,
        summary.elapsed_seconds,
        summary.exit_code
    )
}
