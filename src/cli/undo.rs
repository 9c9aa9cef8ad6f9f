//! `undo`: disables what a batch enabled, as a batch of its own.

use std::sync::Arc;

use super::arguments::{Format, Undo};
use super::batch::{
    Batch, Remembered, Work, check_outputs, check_sizes, default_results, find_batch, is_confirmed, new_batch_id,
    open_journal, reconnect, runtime, send, was_undone_before, watchers,
};
use super::error::Failure;
use super::settings::{OutSettings, SendArguments, Settings, over_batch};
use super::signals;
use crate::clock::{Clock, SystemClock};
use crate::dispatch::outlook;
use crate::journal::{BatchKind, BatchRecord, NewBatch};
use crate::model::quota::forecast;
use crate::model::{SendSettings, Status};

/// Disables what a batch enabled.
///
/// # Errors
/// If there is no such batch, or anything is wrong before the first call: exit code 2.
pub fn run(command: Undo) -> anyhow::Result<u8> {
    let Undo { batch: undone, calls, sending, order, results, watch, wait, format, .. } = command.clone();
    let flags = command.general.typed.clone();
    let asks_for_no_results = results.results.is_empty();
    let settings = Settings::of_process(command.into())?;
    let runtime = runtime()?;
    let signals = signals::listen_before_sending(matches!(format.format, Format::Json))?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let id = new_batch_id(clock.wall());
        let mut journal = open_journal(&settings.out, settings.send.wait, &format!("undo, batch {id}"), &*clock)?;
        let now = clock.wall();
        let undone = find_batch(&journal, &undone, &flags)?;
        let before = Remembered::of(&undone)?;
        let flags_of_run = before.flags_of_run(&flags);
        let arguments = SendArguments { calls, sending, order, wait, ..SendArguments::default() };
        let send_settings = plain(over_batch(arguments, &before.send)?);
        let out = settings.out.clone().over_batch(results, watch, &own_files(&undone, &before.out))?;
        check_outputs(&out, &before.sheets(&undone), &[settings.files(), before.found.files()].concat())?;
        check_sizes(&out, &undone.inputs, undone.tally.rows())?;
        let connected = reconnect(&undone, &before, &settings.target, send_settings.timeout, &clock).await?;
        let watchers = watchers(&out, &id, &clock)?;
        let sheets = before.sheets_still_there(&undone);
        let withdrawn = journal.counted(undone.span)?.of(Status::Pending);
        let spared = Some(journal.spared_by_undo(undone.span)?);
        let remembered =
            Remembered { send: send_settings.clone(), out: out.clone().with_absolute_paths(), spared, ..before };
        let outlook = outlook(&mut journal, &send_settings, &undone.target, &clock)?;
        let mut intake = journal.begin(NewBatch {
            id: id.clone(),
            kind: BatchKind::Undo,
            target: undone.target.clone(),
            remembered: remembered.to_text()?,
            sending: send_settings.clone(),
            now,
        })?;
        intake.add_undo_of(&undone)?;
        let forecast = forecast(outlook, clock.now());
        if !is_confirmed(BatchKind::Undo, &send_settings, &undone.target, &intake, forecast)? {
            intake.discard()?;
            return Err(Failure::new("declined", "that was no yes, so nothing was sent")
                .hint("run it again and answer y, or with --yes")
                .into());
        }
        let signals = signals.end();
        let sealed = intake.seal()?;
        let record = find_batch(&journal, id.as_str(), &flags)?;
        let mut out = out;
        if asks_for_no_results && was_undone_before(&record) {
            out.results.clear();
        }
        let batch = Batch {
            record,
            work: Work::Send { to_send: sealed.to_send, settled: 0, is_resumed: false },
            send: send_settings,
            out,
            inputs: sheets,
            headers: Vec::new(),
            flags_of_run,
            flags,
            spared,
            withdrawn,
            watchers,
            format: format.format,
        };
        Ok(send(batch, journal, connected, clock, signals).await)
    })
}

/// What only a sheet can ask for isn't taken over from the batch that is undone.
fn plain(settings: SendSettings) -> SendSettings {
    SendSettings { resend: false, canary: None, preflight: false, all_or_nothing: false, ..settings }
}

/// Files of its own: those of the batch that is undone tell of that batch.
fn own_files(undone: &BatchRecord, before: &OutSettings) -> OutSettings {
    let first = undone.inputs.first().map_or("stdin", |input| input.source.as_str());
    let mut own = before.clone();
    own.results = vec![default_results(first, BatchKind::Undo)];
    (own.rejects, own.report, own.events, own.log_file, own.metrics) = (None, None, None, None, None);
    own
}
