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

use std::path::PathBuf;

use super::parts::{calls, counts, files, next, notes};
use super::sections::{self, least_of_warnings, problems, warnings};
use super::verdict::verdict;
use super::wording::{height, wrapped};
use super::{Flag, Summary};
use crate::model::{CampaignName, Ending, Status};
use crate::report::Written;
use crate::report::causes::Causes;

/// What no line gets narrower than.
const LEAST_WIDTH: usize = 40;
/// The lines that any screen has, and the most that a summary fills.
const HEIGHTS: (usize, usize) = (24, 40);

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub colour: bool,
    /// How many characters a line holds; the text is wrapped there, paths and commands aren't.
    pub width: usize,
    /// How many lines the screen holds.
    pub height: usize,
}

impl Style {
    /// Without colour, 80 wide: for logs and for programs.
    pub const PLAIN: Self = Self { colour: false, width: 80, height: HEIGHTS.0 };

    fn paint(self, text: &str, code: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.paint(text, "1")
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.paint(text, "2")
    }

    pub(super) fn status(self, status: Status, text: &str) -> String {
        let code = match status {
            Status::Scheduled | Status::Disabled | Status::Unchanged => "32",
            Status::Invalid | Status::Rejected | Status::Failed => "31",
            Status::Unknown | Status::Pending => "33",
        };
        self.paint(text, code)
    }
}

/// All that the summary tells.
#[derive(Debug)]
pub struct Closing<'a> {
    /// The accounts.
    pub summary: &'a Summary,
    /// How the batch ended.
    pub ending: Ending,
    /// What did not make it.
    pub causes: &'a Causes,
    /// Whether a row that failed or is unknown could still be sent: none whose start is past can.
    pub can_try_again: bool,
    /// The first of the campaigns that are no longer in the sheet.
    pub missing: Vec<CampaignName>,
    /// Where the calls went, for people: `account a-1 on https://platform.kore.ai`.
    pub target: String,
    /// True if nothing real was scheduled: the embedded simulator answered.
    pub simulated: bool,
    /// The inputs as given; empty where they aren't there any more.
    pub inputs: Vec<PathBuf>,
    /// True if all rows come from one sheet, so that its cells need no more than their names.
    pub is_one_sheet: bool,
    /// The flags as given, for the commands that come next.
    pub flags: Vec<Flag>,
    /// Those with which `run` reads the inputs as they were read: the same, but after `resume` and the like.
    pub flags_of_run: Vec<Flag>,
    /// The results files.
    pub results: Vec<Written>,
    /// The rejects file, if one was asked for.
    pub rejects: Option<Written>,
    /// The HTML report, if one was asked for.
    pub report: Option<Written>,
    /// The journal.
    pub journal: PathBuf,
}

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
        summary => verdict(&summary.outcomes, closing.ending, closing.simulated),
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
    format!(
        "batch {} rows={}{between}{} attempts={} elapsed={:.1}s exit={}",
        summary.batch,
        summary.rows,
        counts.join(" "),
        summary.attempts,
        summary.elapsed_seconds,
        summary.exit_code
    )
}
