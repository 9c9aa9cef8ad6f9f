//! The parts of the summary that are always there: counts, calls, files, the next command.

use std::time::Duration;

use super::closing::{CallCount, Closing};
use super::next::{names_a_sheet, next_steps};
use super::style::Style;
use super::wording::{meaning, waiting, wrapped};
use crate::model::Status;
use crate::model::visible::{on_terminal, shortened};
use crate::model::words::{plural, span};

/// How much of a campaign's name is said.
const LONGEST_NAME: usize = 48;

/// How the rows ended.
pub(super) fn counts(closing: &Closing<'_>, style: Style, is_tight: bool) -> String {
    if closing.summary.rows == 0 {
        return String::new();
    }
    if is_tight { counts_in_a_line(closing, style) } else { counts_in_words(closing, style) }
}

/// A line a status, with what it means where there is room for that.
fn counts_in_words(closing: &Closing<'_>, style: Style) -> String {
    let summary = closing.summary;
    let digits = summary.rows.to_string().len();
    let mut out = "\n".to_owned();
    for status in Status::ALL {
        let count = summary.outcomes.of(status);
        if count > 0 {
            let line = format!("{count:>digits$} {:<9}", status.as_str());
            let room = style.width.saturating_sub(digits + 15);
            let meaning = Some(meaning(status)).filter(|meaning| meaning.len() <= room);
            let meaning = meaning.map_or_else(String::new, |meaning| format!("  {}", style.dim(meaning)));
            out.push_str(&format!("  {}{meaning}\n", style.status(status, &line)));
        }
    }
    out
}

/// All counts one after the other.
fn counts_in_a_line(closing: &Closing<'_>, style: Style) -> String {
    let outcomes = &closing.summary.outcomes;
    let counts = Status::ALL.into_iter().filter(|status| outcomes.of(*status) > 0);
    let counts: Vec<_> = counts.map(|status| format!("{} {status}", outcomes.of(status))).collect();
    format!("  {}\n", wrapped(&counts.join(", "), style.width, "  "))
}

/// How many calls there were in this sitting, and to where.
pub(super) fn calls(closing: &Closing<'_>, style: Style, is_tight: bool) -> String {
    if closing.summary.rows == 0 {
        return String::new();
    }
    format!("  {}\n", style.dim(&wrapped(&calls_in_words(closing, !is_tight && !closing.simulated), style.width, "  ")))
}

fn calls_in_words(closing: &Closing<'_>, with_target: bool) -> String {
    let summary = closing.summary;
    let all = CallCount { attempts: summary.attempts, reads: summary.reads };
    let made = made(closing);
    let is_open = summary.outcomes.bad() + summary.outcomes.of(Status::Pending) > 0;
    let mut line = match counted(made) {
        Some(made) => format!("{made} in {}", span(Duration::from_secs_f64(summary.elapsed_seconds))),
        None if is_open || closing.was_read_back => "no call was made".to_owned(),
        None => "no call was needed".to_owned(),
    };
    let waited = waiting(Duration::from_secs_f64(summary.quota_wait_seconds), closing.has_quota);
    line.extend(waited.filter(|_| made != CallCount::default()));
    if let Some(all) = counted(all).filter(|_| closing.earlier != CallCount::default()) {
        line.push_str(&format!(" ({all} since the batch began)"));
    }
    if made != CallCount::default() && with_target {
        line.push_str(&format!(", to {}", on_terminal(&closing.target)));
    }
    line
}

/// The calls of this sitting.
fn made(closing: &Closing<'_>) -> CallCount {
    CallCount {
        attempts: closing.summary.attempts.saturating_sub(closing.earlier.attempts),
        reads: closing.summary.reads.saturating_sub(closing.earlier.reads),
    }
}

/// `30 calls and 2 reads`; `None` if there were none.
fn counted(count: CallCount) -> Option<String> {
    match (count.attempts, count.reads) {
        (0, 0) => None,
        (calls, 0) => Some(plural(calls, "call")),
        (0, reads) => Some(plural(reads, "read")),
        (calls, reads) => Some(format!("{} and {}", plural(calls, "call"), plural(reads, "read"))),
    }
}

/// What goes on outside the sheet's rows.
pub(super) fn notes(closing: &Closing<'_>, style: Style) -> String {
    let summary = closing.summary;
    let mut out = String::new();
    let mut note = |text: String| out.push_str(&format!("\n{}\n", wrapped(&text, style.width, "")));
    if summary.missing_from_sheet > 0 {
        let are = if summary.missing_from_sheet == 1 { "is" } else { "are" };
        note(format!(
            "{} scheduled by an earlier run of this sheet {are} no longer in it and will go on running{}. To stop one, \
             put its row back with \"disable\" in an action column.",
            plural(summary.missing_from_sheet, "campaign"),
            missing_by_name(closing)
        ));
    }
    if summary.spared.is_some() && summary.outcomes.of(Status::Disabled) > 0 && !names_a_sheet(closing) {
        // Where the sheet can be named, the command that does so is told.
        note("Running the sheet again enables them again.".to_owned());
    }
    if closing.was_read_back && made(closing).reads == 0 && summary.outcomes.of(Status::Unchanged) > 0 {
        note(
            "Nothing was read back: only what a batch sent itself is, and the unchanged rows were accepted before. To see \
             what the platform shows of them, verify the batch that sent them; to send them again, run the sheet with \
             --resend."
                .to_owned(),
        );
    }
    if summary.is_withheld {
        note("Nothing is sent while a row has a problem, as --all-or-nothing asks.".to_owned());
    }
    if summary.withdrawn > 0 {
        let (was, is) = if summary.withdrawn == 1 { ("was", "is") } else { ("were", "are") };
        note(format!(
            "{} of the batch {was} still to be sent, and {is} not sent any more by \"resume\".",
            plural(summary.withdrawn, "row")
        ));
    }
    if let Some(spared) = summary.spared.filter(|spared| *spared > 0) {
        let (were, them) = if spared == 1 { ("was", "it") } else { ("were", "them") };
        note(format!(
            "{} {were} left alone, because a later batch had changed or disabled {them}.",
            plural(spared, "campaign")
        ));
    }
    out
}

/// `: Winter 2`, `: Winter 2, Winter 3 and 5 more`; nothing where no name is known any more.
fn missing_by_name(closing: &Closing<'_>) -> String {
    let names: Vec<_> = closing.missing.iter().map(|name| shortened(name.as_str(), LONGEST_NAME)).collect();
    if names.is_empty() {
        return String::new();
    }
    let rest = closing.summary.missing_from_sheet.saturating_sub(names.len() as u64);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    on_terminal(&format!(": {}{more}", names.join(", "))).into_owned()
}

/// Where everything is.
pub(super) fn files(closing: &Closing<'_>, style: Style) -> String {
    let mut out = "\n".to_owned();
    let mut line = |name: &str, value: &str| out.push_str(&format!("  {name:<9}{value}\n"));
    let named = closing.results.iter().map(|file| ("results", file));
    let named = named.chain(closing.rejects.as_ref().map(|file| ("rejects", file)));
    for (name, file) in named.chain(closing.report.as_ref().map(|file| ("report", file))) {
        line(name, &on_terminal(&file.path.to_string_lossy()));
        if let Some(wanted) = &file.instead_of {
            let wanted = wanted.display().to_string();
            let text = format!("{} could not be replaced; is it open in another program?", on_terminal(&wanted));
            line("", &wrapped(&text, style.width, "           "));
        }
    }
    line("batch", closing.summary.batch.as_str());
    line("journal", &on_terminal(&closing.journal.to_string_lossy()));
    out
}

/// What to do next, and the command that does it.
pub(super) fn next(closing: &Closing<'_>, style: Style, is_tight: bool) -> String {
    let mut steps = next_steps(closing);
    if is_tight {
        steps.truncate(1);
    }
    let mut out = String::new();
    if !steps.is_empty() && !is_tight {
        out.push('\n');
    }
    for step in steps {
        out.push_str(&format!("{}\n", wrapped(&step.what, style.width, "")));
        out.push_str(&format!("  {}\n", style.bold(&on_terminal(&step.command))));
    }
    out
}
