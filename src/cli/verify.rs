//! `verify`: reads back what a batch sent, settles what it can, writes the results again.

use std::sync::Arc;

use super::arguments::{Format, Verify};
use super::batch::{Anew, Prefer, Work, choose_batch, open_journal, runtime, send, take_up};
use super::error::Failure;
use super::settings::{SendArguments, Settings};
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
    let runtime = runtime()?;
    let signals = signals::listen_before_sending(matches!(format.format, Format::Json))?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let journal = open_journal(&settings.out, settings.send.wait, "verify", &*clock)?;
        let record = choose_batch(&journal, id.as_deref(), Prefer::Latest, &flags)?;
        if record.target.host.is_simulated() {
            return Err(Failure::new(
                "simulated-batch",
                format!("batch {} went to a simulator that is gone", record.id),
            )
            .hint("rehearse reading back with `campaign-scheduler run FILE --simulate --verify`")
            .into());
        }
        let span = record.span;
        journal.set_purpose(&format!("verify, batch {}", record.id));
        let sending = SendArguments { calls, wait, ..SendArguments::default() };
        let anew = Anew { sending, results, watch, flags, format: format.format };
        let (batch, connected) = take_up(record, Work::Verify, anew, &settings, &clock).await?;
        journal.begin_sitting(span, batch.send.delivery)?;
        Ok(send(batch, journal, connected, clock, signals.end()).await)
    })
}
