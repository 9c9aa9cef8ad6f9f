//! `report`: writes a batch's files again from the journal.

use std::io::Write;

use serde_json::json;

use super::arguments::{Format, Report};
use super::batch::{LastSitting, Remembered, check_outputs, check_sizes, find_batch, was_undone_before, write_files};
use super::error::Failure;
use super::settings::Settings;
use super::stdout::stdout;
use crate::cli::arguments::WatchArguments;
use crate::clock::{Clock as _, SystemClock};
use crate::journal::SqliteJournal;
use crate::model::Ending;
use crate::model::visible::{in_json, on_terminal};

/// Writes results, rejects and report of a batch, to its own paths unless told otherwise.
///
/// # Errors
/// If there is no such batch, or a file can't be written.
pub fn run(command: Report) -> anyhow::Result<u8> {
    let Report { batch: id, results, format, .. } = command.clone();
    let flags = command.general.typed.clone();
    let settings = Settings::of_process(command.into())?;
    let journal = SqliteJournal::read(settings.out.journal()?).map_err(Failure::from)?;
    let record = find_batch(&journal, &id, &flags)?;
    let remembered = Remembered::of(&record)?;
    let own_files = settings.files();
    let asks_for_no_results = results.results.is_empty();
    let mut out = settings.out.over_batch(results, WatchArguments::default(), &remembered.out)?;
    out.events = None;
    out.log_file = None;
    out.metrics = None;
    if asks_for_no_results && was_undone_before(&record) {
        out.results.clear();
    }
    check_outputs(&out, &remembered.sheets(&record), &[own_files, remembered.found.files()].concat())?;
    check_sizes(&out, &record.inputs, record.tally.rows())?;
    let last = LastSitting::of(&record);
    let last = last.unwrap_or_else(|| LastSitting {
        ending: Ending::Finished,
        send: remembered.send.clone(),
        has_files: false,
    });
    let files = write_files(&journal, &record, &out, &last.send, (last.ending, SystemClock::start().wall()))?;
    if let Some(failure) = files.failures.first() {
        return Err(Failure::new("output", failure.clone()).hint("make room, or choose another path").into());
    }
    let written = files.results.iter().chain(&files.rejects).chain(&files.report);
    let paths: Vec<String> = written.map(|written| written.path.display().to_string()).collect();
    let mut stdout = stdout();
    match format.format {
        Format::Json => {
            let told = json!({ "batch": record.id, "written": paths, "exit_code": 0 }).to_string();
            writeln!(stdout, "{}", in_json(&told))?;
        }
        Format::Human => paths.iter().try_for_each(|path| writeln!(stdout, "written: {}", on_terminal(path)))?,
    }
    Ok(0)
}
