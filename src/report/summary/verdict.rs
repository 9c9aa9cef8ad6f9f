//! The verdict: what became of the batch, in a sentence or two.

use crate::journal::BatchKind;
use crate::model::words::plural;
use crate::model::{Ending, Status, Tally};

/// How the batch ended, in words that need no explanation.
///
/// `counted` are the rows that no later batch took over; `simulated` if nothing real was scheduled: the
/// embedded simulator answered.
pub fn verdict(kind: BatchKind, tally: &Tally, counted: &Tally, ending: Ending, simulated: bool) -> String {
    let rows = tally.rows();
    let good = rows - tally.bad() - tally.of(Status::Pending);
    let mut text = match ending {
        Ending::Stopped(reason) => format!("Stopped early: {}. ", reason.as_str()),
        Ending::Signalled(signal) => format!("Stopped by {}. ", signal.as_str()),
        Ending::Finished => String::new(),
    };
    if rows == 0 {
        text.push_str("The sheet has no rows, so there was nothing to do.");
    } else if good == rows {
        text.push_str(&all_good(tally));
    } else {
        text.push_str(&mixed(kind, counted, good, rows));
    }
    if simulated {
        text.push_str(" This was a rehearsal against the simulator: nothing real was scheduled.");
    }
    text
}

fn all_good(tally: &Tally) -> String {
    let rows = tally.rows();
    let whole = if rows == 1 { "The one campaign".to_owned() } else { format!("All {rows} campaigns") };
    let (scheduled, disabled) = (tally.of(Status::Scheduled), tally.of(Status::Disabled));
    let unchanged = tally.of(Status::Unchanged);
    let was = if rows == 1 { "is" } else { "are" };
    match (scheduled, disabled, unchanged) {
        (_, 0, 0) => format!("{whole} {was} scheduled."),
        (0, _, 0) => format!("{whole} {was} disabled."),
        (0, 0, _) => {
            format!("{whole} {} accepted before: nothing to send.", if rows == 1 { "was" } else { "were" })
        }
        _ => {
            let parts = [(scheduled, "newly scheduled"), (disabled, "disabled"), (unchanged, "unchanged")];
            let parts: Vec<_> =
                parts.into_iter().filter(|part| part.0 > 0).map(|(count, word)| format!("{count} {word}")).collect();
            format!("{whole} {was} as the sheet wants: {}.", parts.join(", "))
        }
    }
}

fn mixed(kind: BatchKind, tally: &Tally, good: u64, rows: u64) -> String {
    let wish = match kind {
        BatchKind::Run => "as the sheet wants",
        BatchKind::Undo => "disabled",
    };
    let mut text =
        format!("{good} of {} {} {wish}", plural(rows, "row"), if good == 1 || rows == 1 { "is" } else { "are" });
    let to_mend = tally.of(Status::Invalid) + tally.of(Status::Rejected);
    let failed = tally.of(Status::Failed);
    let (unknown, pending) = (tally.of(Status::Unknown), tally.of(Status::Pending));
    let mut parts = Vec::new();
    if to_mend > 0 {
        parts.push(format!("{} to mend", is_or_are(to_mend)));
    }
    if failed > 0 {
        parts.push(format!("{failed} failed and can be tried again"));
    }
    if unknown > 0 {
        parts.push(format!("{unknown} may or may not have taken effect"));
    }
    if pending > 0 {
        parts.push(format!("{pending} {} still to be sent", if pending == 1 { "is" } else { "are" }));
    }
    let taken_over = rows - tally.rows();
    if taken_over > 0 {
        parts
            .push(format!("{taken_over} {} taken over by a later batch", if taken_over == 1 { "was" } else { "were" }));
    }
    text.push_str(&format!("; {}.", parts.join(", ")));
    text
}

fn is_or_are(count: u64) -> String {
    format!("{count} {}", if count == 1 { "is" } else { "are" })
}
