//! Who watches a batch: the terminal, the log, the events file.

use std::io::{self, ErrorKind, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::error::Failure;
use crate::cli::settings::{OutSettings, ProgressMode};
use crate::clock::Clock;
use crate::model::BatchId;
use crate::progress::Watchers;

/// Who watches the batch of this name.
///
/// # Errors
/// If a file that is written line by line can't be opened.
pub fn watchers(out: &OutSettings, id: &BatchId, clock: &Arc<dyn Clock>) -> Result<Watchers, Failure> {
    let mut watchers = spectators(out, clock);
    let unopened = |path: &PathBuf, error: io::Error| {
        let way_out = match error.kind() {
            ErrorKind::TimedOut => "start what reads it first, or choose a file",
            _ => "choose a file that you may write to",
        };
        Failure::new("output", format!("\"{}\" can't be opened: {error}", path.display())).hint(way_out)
    };
    if let Some(path) = &out.log_file {
        watchers.add_log(path, id.clone(), Arc::clone(clock), out.verbosity).map_err(|error| unopened(path, error))?;
    }
    if let Some(path) = &out.events {
        watchers.add_events(path, id.clone(), Arc::clone(clock)).map_err(|error| unopened(path, error))?;
    }
    Ok(watchers)
}

/// Those at the terminal, or at what stands in its place.
pub fn spectators(out: &OutSettings, clock: &Arc<dyn Clock>) -> Watchers {
    let mut watchers = Watchers::default();
    let is_terminal = io::stderr().is_terminal();
    match out.progress {
        _ if out.quiet => {}
        ProgressMode::None => {}
        // Without a terminal there is no line that can move, and nothing would be told.
        ProgressMode::Bar if is_terminal => watchers.add_bar(size),
        ProgressMode::Auto if is_terminal && out.verbosity == 0 => watchers.add_bar(size),
        ProgressMode::Bar | ProgressMode::Auto | ProgressMode::Plain => {
            watchers.add_lines(Arc::clone(clock), out.verbosity)
        }
    }
    watchers
}

/// The terminal's size now; a usual one where it can't be told.
fn size() -> (u16, u16) {
    let told = terminal_size::terminal_size_of(io::stderr());
    told.map_or((80, 24), |(columns, lines)| (columns.0, lines.0))
}
