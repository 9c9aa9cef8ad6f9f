//! `verify`: reads back what a batch sent, settles what it can, writes the results again.

use std::sync::Arc;

use super::arguments::{Format, Verify};
use super::batch::{
    Batch, Prefer, Remembered, Work, check_outputs, choose_batch, open_journal, reconnect, send, watchers,
};
use super::error::Failure;
use super::settings::{SendArguments, Settings, over_batch};
use super::signals;
use crate::clock::{Clock, SystemClock};

/// Reads a batch's campaigns back.
///
/// # Errors
/// If there is no such batch, or anything is wrong before the first call: exit code 2.
pub fn run(command: Verify) -> anyhow::Result<u8> {
    let Verify { batch: id, calls, results, watch, wait, format, .. } = command.clone();
    let flags = command.general.typed.clone();
    let settings = Settings::of_process(command.into())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let signals = signals::listen_before_sending(matches!(format.format, Format::Json))?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let journal = open_journal(&settings.out, settings.send.wait, "verify", clock.wall())?;
        let record = choose_batch(&journal, id.as_deref(), Prefer::Latest)?;
        if record.target.host.is_simulated() {
            return Err(Failure::new(
                "simulated-batch",
                format!("batch {} went to a simulator that is gone", record.id),
            )
            .hint("rehearse reading back with `campaign-scheduler run FILE --simulate --verify`")
            .into());
        }
        let remembered = Remembered::of(&record)?;
        let send_settings = over_batch(SendArguments { calls, wait, ..SendArguments::default() }, &remembered.send)?;
        let out = settings.out.clone().over_batch(results, watch, &remembered.out)?;
        let inputs: Vec<_> = record.inputs.iter().map(|input| input.source.clone().into()).collect();
        check_outputs(&out, &inputs)?;
        let connected = reconnect(&record, &remembered, &settings.target, send_settings.timeout, &clock).await?;
        let watchers = watchers(&out, &record.id, &clock)?;
        let batch = Batch {
            record,
            work: Work::Verify,
            send: send_settings,
            out,
            inputs: Vec::new(),
            headers: Vec::new(),
            flags,
            spared: remembered.spared,
            watchers,
            format: format.format,
        };
        send(batch, journal, connected, clock, signals.end()).await
    })
}
