//! A batch of before that is taken up again by `resume` or `verify`: what it remembers holds wherever
//! no flag says otherwise.

use std::sync::Arc;

use super::sealed::{Batch, Work};
use super::{Connected, Remembered, check_outputs, check_sizes, reconnect, watchers};
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
    if !names_results && was_undone_before(&record) {
        out.results.clear();
    }
    check_outputs(&out, &remembered.sheets(&record), &[settings.files(), remembered.found.files()].concat())?;
    check_sizes(&out, &record.inputs, record.tally.rows())?;
    let connected = reconnect(&record, &remembered, &settings.target, send.timeout, clock).await?;
    let watchers = watchers(&out, &record.id, clock)?;
    let batch = Batch {
        work,
        send,
        out,
        inputs: remembered.sheets_still_there(&record),
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

/// True for an undo that found nothing to disable: one that was made before has told of these rows, and its file is
/// not to be emptied.
pub fn was_undone_before(record: &BatchRecord) -> bool {
    record.kind == BatchKind::Undo && record.tally.rows() == 0
}
