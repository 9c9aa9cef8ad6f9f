//! A batch of before that is taken up again by `resume` or `verify`: what it remembers holds wherever
//! no flag says otherwise.

use std::path::PathBuf;
use std::sync::Arc;

use super::sealed::{Batch, Work};
use super::{Connected, Remembered, check_outputs, reconnect, watchers};
use crate::cli::arguments::{Format, ResultArguments, WatchArguments};
use crate::cli::settings::{SendArguments, Settings, over_batch};
use crate::clock::Clock;
use crate::journal::{BatchKind, BatchRecord};
use crate::report::summary::Flag;

/// What the command line says this time.
pub struct Anew {
    /// How it is sent.
    pub sending: SendArguments,
    /// The files written at the end.
    pub results: ResultArguments,
    /// The files written meanwhile.
    pub watch: WatchArguments,
    /// The flags as given.
    pub flags: Vec<Flag>,
    /// What stdout gets at the end.
    pub format: Format,
}

/// The batch as it is to be sent or read back now, and the platform that it goes to.
///
/// # Errors
/// If what it remembers doesn't go with the flags, or anything is wrong before the first call.
pub async fn take_up(
    record: BatchRecord,
    work: Work,
    anew: Anew,
    settings: &Settings,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<(Batch, Connected)> {
    let remembered = Remembered::of(&record)?;
    let send = over_batch(anew.sending, &remembered.send)?;
    let names_results = !anew.results.results.is_empty();
    let mut out = settings.out.clone().over_batch(anew.results, anew.watch, &remembered.out)?;
    if record.kind == BatchKind::Undo && record.tally.rows() == 0 && !names_results {
        // An undo that was made before has told of these rows: its file is not to be emptied.
        out.results.clear();
    }
    let inputs: Vec<_> = record.inputs.iter().map(|input| input.source.clone().into()).collect();
    check_outputs(&out, &inputs, &[settings.files(), remembered.found.files()].concat())?;
    let connected = reconnect(&record, &remembered, &settings.target, send.timeout, clock).await?;
    let watchers = watchers(&out, &record.id, clock)?;
    let batch = Batch {
        work,
        send,
        out,
        inputs: sheets_still_there(&record),
        headers: Vec::new(),
        flags_of_run: remembered.flags_of_run(&anew.flags),
        flags: anew.flags,
        spared: remembered.spared,
        withdrawn: 0,
        watchers,
        format: anew.format,
        record,
    };
    Ok((batch, connected))
}

/// The batch's inputs, if they can be run again: what came through stdin, or lies in another folder, can't.
pub fn sheets_still_there(record: &BatchRecord) -> Vec<PathBuf> {
    let mut sheets: Vec<PathBuf> = record.inputs.iter().map(|input| input.source.clone().into()).collect();
    sheets.dedup();
    if sheets.iter().all(|sheet| sheet.is_file()) { sheets } else { Vec::new() }
}
