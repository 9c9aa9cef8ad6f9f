//! What `check` says to people.

use std::time::Duration;

use super::Source;
use super::groups::{self, Groups};
use super::spool::SpooledRow;
use super::verdict::Totals;
use crate::model::visible::lines_on_terminal;
use crate::model::words::{about, plural};
use crate::model::{Action, Code};

/// How many groups of a kind are shown.
const SHOWN: usize = 20;
/// How many campaigns that would start before their turn are named.
const NAMED: usize = 10;

/// Gathers what is to be said.
#[derive(Debug, Default)]
pub struct Summary {
    problems: Groups,
    warnings: Groups,
    early: Vec<String>,
    early_count: u64,
    blank_rows: u64,
    disables: u64,
}

impl Summary {
    /// Of sheets in which so many rows are blank.
    pub fn new(blank_rows: u64) -> Self {
        Self { blank_rows, ..Self::default() }
    }

    /// Takes a row.
    pub fn add(&mut self, row: &SpooledRow, source: &Source, is_alone: bool) {
        self.disables += u64::from(row.action == Action::Disable && row.problems.is_empty());
        for problem in &row.problems {
            self.problems.add(problem, row.row, source, is_alone);
        }
        for warning in &row.warnings {
            self.warnings.add(warning, row.row, source, is_alone);
            if warning.code == Code::StartBeforeTurn {
                self.early_count += 1;
                if self.early.len() < NAMED {
                    self.early.extend(row.campaign.clone());
                }
            }
        }
    }

    /// The text; `next` is the command that sends what can be sent, if that isn't all or nothing.
    pub fn text(self, totals: &Totals, next: &str, all_or_nothing: bool) -> String {
        let mut text = String::new();
        section(&mut text, "problems", self.problems);
        section(&mut text, "warnings", self.warnings);
        text.push_str(&line(totals));
        let Totals { valid, invalid, calls, estimated, last_leaves, .. } = totals;
        if self.disables > 0 {
            let disable = if self.disables == 1 { "disables its campaign" } else { "disable their campaigns" };
            text.push_str(&format!("{} of them {disable}\n", self.disables));
        }
        if self.blank_rows > 0 {
            let were = if self.blank_rows == 1 { "was" } else { "were" };
            text.push_str(&format!("{} {were} passed over\n", plural(self.blank_rows, "blank row")));
        }
        if let Some(last) = last_leaves {
            text.push_str(&format!(
                "{} at the quota {} about {}; started now, the last leaves at {}\n",
                plural(*calls, "call"),
                if *calls == 1 { "takes" } else { "take" },
                foreseen(*estimated),
                last.format("%Y-%m-%d %H:%M:%SZ")
            ));
        }
        if self.early_count > 0 {
            let more = if self.early_count > self.early.len() as u64 { ", …" } else { "" };
            text.push_str(&format!(
                "{} would start before {} turn: {}{more}\n",
                plural(self.early_count, "campaign"),
                if self.early_count == 1 { "its" } else { "their" },
                self.early.join(", ")
            ));
        }
        text.push_str("nothing was sent\n");
        text.push_str(&match (valid, invalid) {
            (0, 0) => String::new(),
            (_, 0) => format!("next: {next}\n"),
            (0, _) => "next: mend the sheet and check again\n".to_owned(),
            _ if all_or_nothing => "next: mend the sheet and check again\n".to_owned(),
            _ => format!("next: mend the sheet and check again, or send the rest: {next}\n"),
        });
        lines_on_terminal(&text).into_owned()
    }
}

/// The sums in one line.
pub fn line(totals: &Totals) -> String {
    let Totals { rows, valid, invalid, warnings, .. } = totals;
    format!(
        "{}: {valid} can be sent, {}, {}\n",
        plural(*rows, "row"),
        if *invalid == 0 { "none has problems".to_owned() } else { format!("{invalid} can't") },
        plural(*warnings, "warning"),
    )
}

fn section(text: &mut String, title: &str, groups: Groups) {
    let groups = groups.sorted();
    if groups.is_empty() {
        return;
    }
    text.push_str(&format!("{title}:\n"));
    for group in groups.iter().take(SHOWN) {
        groups::describe(group, text);
    }
    if groups.len() > SHOWN {
        text.push_str(&format!("  and {} kinds more: --format jsonl shows all\n", groups.len() - SHOWN));
    }
    text.push('\n');
}

/// Whole seconds, rounded up: a forecast isn't better than that.
fn foreseen(span: Duration) -> String {
    about(Duration::from_secs(span.as_secs_f64().ceil().max(1.0) as u64))
}
