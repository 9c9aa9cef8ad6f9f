//! The summary for people: it fits a screen, and its last line says what to do next.
//!
//! It is a pure function to a string, so that what a marketing manager sees is in the tests. Colour
//! only repeats what the words say.

use std::path::PathBuf;

use super::Summary;
use crate::model::Ending;
use crate::model::Status;
use crate::report::Written;
use crate::report::causes::{Cause, Causes};
use crate::report::visible::{on_terminal, shortened};

use super::next::next_steps;
use super::verdict::verdict;

/// How many causes are named before the files are pointed at.
const MOST_PROBLEMS: usize = 3;
/// How many kinds of warnings are named.
const MOST_WARNINGS: usize = 1;
/// What no line gets narrower than.
const LEAST_WIDTH: usize = 40;

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub colour: bool,
    /// How many characters a line holds; the text is wrapped there, paths and commands aren't.
    pub width: usize,
}

impl Style {
    /// Without colour, 80 wide: for logs and for programs.
    pub const PLAIN: Self = Self { colour: false, width: 80 };

    fn paint(self, text: &str, code: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn bold(self, text: &str) -> String {
        self.paint(text, "1")
    }

    fn dim(self, text: &str) -> String {
        self.paint(text, "2")
    }

    fn status(self, status: Status, text: &str) -> String {
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
    /// Where the calls went, for people: `account a-1 on https://platform.kore.ai`.
    pub target: String,
    /// True if nothing real was scheduled: the embedded simulator answered.
    pub simulated: bool,
    /// The inputs as given; empty where there are none (after `resume`).
    pub inputs: Vec<String>,
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
    let mut out = String::new();
    let verdict = match closing.summary {
        Summary { spared: Some(_), rows: 0, .. } => "There was nothing to disable.".to_owned(),
        summary => verdict(&summary.outcomes, closing.ending, closing.simulated),
    };
    let verdict = wrapped(&verdict, style.width, "");
    let first = Status::ALL.into_iter().filter(|s| closing.summary.outcomes.of(*s) > 0).max_by_key(|s| severity(*s));
    out.push_str(&style.bold(&first.map_or_else(|| verdict.clone(), |status| style.status(status, &verdict))));
    out.push('\n');
    counts(&mut out, closing, style);
    causes(&mut out, closing, style);
    spared(&mut out, closing.summary, style);
    files(&mut out, closing, style);
    next(&mut out, closing, style);
    out
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

const fn severity(status: Status) -> u8 {
    match status {
        Status::Scheduled | Status::Disabled | Status::Unchanged => 0,
        Status::Pending | Status::Unknown => 1,
        Status::Invalid | Status::Rejected | Status::Failed => 2,
    }
}

/// What a status means, for people who have not read about it.
pub const fn meaning(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "the platform accepted the schedule",
        Status::Disabled => "the platform took the schedule away",
        Status::Unchanged => "accepted in an earlier run, nothing to send",
        Status::Invalid => "something in the row is wrong, so it was not sent",
        Status::Rejected => "the platform said no",
        Status::Failed => "given up; nothing took effect",
        Status::Unknown => "given up; it may or may not have taken effect",
        Status::Pending => "not done yet when the run stopped",
    }
}

fn counts(out: &mut String, closing: &Closing<'_>, style: Style) {
    let summary = closing.summary;
    let digits = summary.rows.to_string().len();
    if summary.rows > 0 {
        out.push('\n');
    }
    for status in Status::ALL {
        let count = summary.outcomes.of(status);
        if count > 0 {
            let line = format!("{count:>digits$} {:<9}", status.as_str());
            let room = style.width.saturating_sub(digits + 15);
            let meaning = meaning(status);
            let meaning = if meaning.len() <= room { style.dim(meaning) } else { String::new() };
            out.push_str(&format!("  {}  {meaning}\n", style.status(status, &line)));
        }
    }
    if summary.rows > 0 {
        let calls = format!("  {}\n", style.dim(&wrapped(&calls(closing), style.width, "  ")));
        out.push_str(&calls);
    }
}

fn calls(closing: &Closing<'_>) -> String {
    let summary = closing.summary;
    let made = match (summary.attempts, summary.reads) {
        (0, 0) => return "no call was needed".to_owned(),
        (calls, 0) => plural(calls, "call"),
        (0, reads) => plural(reads, "read"),
        (calls, reads) => format!("{} and {}", plural(calls, "call"), plural(reads, "read")),
    };
    let mut line = format!("{made} in {}", span(summary.elapsed_seconds));
    if summary.quota_wait_seconds >= 1.0 {
        line.push_str(&format!(", {} of it waiting for the quota", span(summary.quota_wait_seconds)));
    }
    if !closing.simulated {
        line.push_str(&format!(", to {}", on_terminal(&closing.target)));
    }
    line
}

fn causes(out: &mut String, closing: &Closing<'_>, style: Style) {
    let problems: Vec<_> =
        closing.causes.problems().into_iter().filter(|cause| cause.status != Some(Status::Pending)).collect();
    section(out, "What did not make it", &problems, MOST_PROBLEMS, style);
    section(out, "Warnings", &closing.causes.warnings(), MOST_WARNINGS, style);
    if closing.summary.missing_from_sheet > 0 {
        let are = if closing.summary.missing_from_sheet == 1 { "is" } else { "are" };
        let text = format!(
            "{} scheduled by an earlier run of this sheet {are} no longer in it and will go on running. To stop one, \
             put its row back with \"disable\" in an action column.",
            plural(closing.summary.missing_from_sheet, "campaign")
        );
        out.push_str(&format!("\n{}\n", wrapped(&text, style.width, "")));
    }
}

fn spared(out: &mut String, summary: &Summary, style: Style) {
    let Some(spared) = summary.spared.filter(|spared| *spared > 0) else { return };
    let were = if spared == 1 { "was" } else { "were" };
    let text = format!("{} {were} left alone, because a later batch had changed them.", plural(spared, "campaign"));
    out.push_str(&format!("\n{}\n", wrapped(&text, style.width, "")));
}

fn section(out: &mut String, title: &str, causes: &[&Cause], most: usize, style: Style) {
    if causes.is_empty() {
        return;
    }
    out.push_str(&format!("\n{}\n", style.bold(title)));
    for cause in causes.iter().take(most) {
        let message = shortened(&cause.message, 2 * style.width);
        let text = format!("{} × {}, in {}", cause.count, on_terminal(&message), places(cause));
        out.push_str(&format!("  {}\n", wrapped(&text, style.width, "    ")));
        if !cause.hint.is_empty() {
            let hint = format!("→ {}", on_terminal(&cause.hint));
            out.push_str(&format!("    {}\n", wrapped(&hint, style.width, "      ")));
        }
    }
    let rest = causes.len().saturating_sub(most);
    if rest > 0 {
        out.push_str(&format!("  and {} more; each row of the results says its own\n", plural(rest as u64, "kind")));
    }
}

fn places(cause: &Cause) -> String {
    let shown: Vec<_> = cause.places.iter().take(3).map(|place| on_terminal(place)).collect();
    let rest = cause.count.saturating_sub(shown.len() as u64);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

fn files(out: &mut String, closing: &Closing<'_>, style: Style) {
    out.push_str(&format!("\n{}\n", style.bold("Written")));
    let named = closing.results.iter().map(|file| ("results", file));
    let named = named.chain(closing.rejects.as_ref().map(|file| ("rejects", file)));
    for (name, file) in named.chain(closing.report.as_ref().map(|file| ("report", file))) {
        out.push_str(&format!("  {name:<9}{}\n", on_terminal(&file.path.to_string_lossy())));
        if let Some(wanted) = &file.instead_of {
            let wanted = wanted.display().to_string();
            let text = format!("{} could not be replaced; is it open in another program?", on_terminal(&wanted));
            out.push_str(&format!("  {:<9}{}\n", "", wrapped(&text, style.width, "           ")));
        }
    }
    out.push_str(&format!("  {:<9}{}\n", "batch", closing.summary.batch));
    out.push_str(&format!("  {:<9}{}\n", "journal", on_terminal(&closing.journal.to_string_lossy())));
}

fn next(out: &mut String, closing: &Closing<'_>, style: Style) {
    let steps = next_steps(closing);
    if steps.is_empty() {
        return;
    }
    out.push_str(&format!("\n{}\n", style.bold("Next")));
    for step in steps {
        out.push_str(&format!("  {}\n", wrapped(&step.what, style.width, "  ")));
        out.push_str(&format!("    {}\n", style.bold(&on_terminal(&step.command))));
    }
}

/// `1 row`, `2 rows`.
pub fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A span of time as people say it: `4.2 s`, `2 min 1 s`, `1 h 5 min`.
pub fn span(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round();
    let (minutes, rest) = ((whole / 60.0).floor(), whole % 60.0);
    let (large, small) = if whole < 60.0 {
        (String::new(), (whole, "s"))
    } else if minutes < 60.0 {
        (format!("{minutes:.0} min"), (rest, "s"))
    } else {
        (format!("{:.0} h", (minutes / 60.0).floor()), (minutes % 60.0, "min"))
    };
    let small = if small.0 > 0.0 { format!("{:.0} {}", small.0, small.1) } else { String::new() };
    format!("{large} {small}").trim().to_owned()
}

/// Breaks lines at spaces before the width; all but the first begin with the indent, whose length
/// the first line is taken to have too.
fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut column = indent.len();
    for (index, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if index > 0 && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        } else if index > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_as_people_say_them() {
        let said = [0.04, 9.94, 59.6, 121.4, 3_900.0].map(span);
        assert_eq!(said, ["0.0 s", "9.9 s", "1 min", "2 min 1 s", "1 h 5 min"]);
    }

    #[test]
    fn text_is_wrapped_at_spaces_and_words_stay_whole() {
        assert_eq!(wrapped("one two three", 9, "  "), "one two\n  three");
        assert_eq!(wrapped("unbreakable", 4, ""), "unbreakable");
    }
}
