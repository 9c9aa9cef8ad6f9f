//! The table of rows, written as they come.

use std::io::{self, Write};

use maud::{Markup, html};

use crate::journal::StoredRow;
use crate::model::visible::{on_terminal, shortened};
use crate::model::{Schedule, Status};
use crate::report::columns;

/// How many rows the table holds; browsers grow slow of more. What did not make it goes on for as
/// many again.
pub const MOST_ROWS: u64 = 20_000;
/// How many characters of a text are shown.
const MOST_CHARACTERS: usize = 1_000;

/// Writes rows and counts those that it leaves out.
#[derive(Debug, Default)]
pub(super) struct Table {
    shown: u64,
    left_out: u64,
}

impl Table {
    /// Writes a row, or counts it.
    pub(super) fn write(&mut self, out: &mut impl Write, row: &StoredRow) -> io::Result<()> {
        let room = if row.status.is_good() { MOST_ROWS } else { 2 * MOST_ROWS };
        if self.shown >= room {
            self.left_out += 1;
            return Ok(());
        }
        self.shown += 1;
        out.write_all(table_row(row).0.as_bytes())
    }

    /// How many rows were left out.
    pub(super) const fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// A word with a colour: never the colour alone.
pub(super) fn badge(status: Status) -> Markup {
    html! { span class={ "badge " (status) } { (status) } }
}

fn table_row(row: &StoredRow) -> Markup {
    let name = row.campaign.as_ref().map_or("", |name| name.as_str());
    html! {
        tr role="row" data-status=(row.status) {
            td role="cell" data-label="Row" { (text(&row.place.to_string())) }
            td role="cell" data-label="Campaign" { bdi { (text(name)) } }
            td role="cell" data-label="Schedule" { (schedule(row)) }
            td role="cell" data-label="Status" { (badge(row.status)) }
            td role="cell" data-label="What happened" { (what_happened(row)) }
        }
        "\n"
    }
}

fn schedule(row: &StoredRow) -> Markup {
    match &row.schedule {
        Some(Schedule::Enable { window, recurrence }) => html! {
            span.keep { (window.start.format("%Y-%m-%d %H:%M")) " –" } " "
            span.keep { (window.end.format("%Y-%m-%d %H:%M")) "," } " " (recurrence)
        },
        Some(Schedule::Disable) => html! { "disable" },
        None => html! { "–" },
    }
}

fn what_happened(row: &StoredRow) -> Markup {
    html! {
        @if !row.problems.is_empty() {
            @for problem in &row.problems {
                div {
                    @if let Some(cell) = problem.cell { b { (cell) } " " }
                    (text(&problem.message)) "; " (text(&problem.hint))
                }
            }
        } @else if let Some(error) = columns::error(row) {
            div { (text(&error)) }
        }
        @if let Some(message) = row.message.as_deref().filter(|message| !message.is_empty()) {
            div { "Platform: " (text(message)) }
        }
        @for warning in &row.warnings {
            div.warning {
                "Warning"
                @if let Some(cell) = warning.cell { " " b { (cell) } }
                ": " (text(&warning.message)) "; " (text(&warning.hint))
            }
        }
        @if let Some(id) = &row.id {
            div.dim { "id " (text(id.as_str())) }
        }
    }
}

/// Text from a sheet or from the platform, with what can't be seen made visible.
pub(super) fn text(text: &str) -> String {
    shortened(&on_terminal(text), MOST_CHARACTERS).into_owned()
}
