//! `resume`: goes on with a batch that has rows left to send.

use std::sync::Arc;

use super::arguments::{Format, Resume};
use super::batch::{
    Batch, Remembered, check_outputs, connect, connect_simulator, find_batch, open_journal, send, watchers,
};
use super::error::Failure;
use super::settings::{SendArguments, Settings, over_batch};
use super::signals;
use crate::clock::{Clock, SystemClock};
use crate::journal::{BatchRecord, SqliteJournal};
use crate::model::Status;
use crate::platform::ConnectionSettings;

/// Sends what is left of a batch, and writes its files again.
///
/// # Errors
/// If there is no such batch, or anything is wrong before the first call: exit code 2.
pub fn run(command: Resume) -> anyhow::Result<u8> {
    let Resume { batch: id, retry, calls, sending, lateness, results, watch, wait, format, .. } = command.clone();
    let settings = Settings::of_process(command.into())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let signals = signals::listen_before_sending(matches!(format.format, Format::Json))?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let mut journal = open_journal(&settings.out, settings.send.wait, "resume", clock.wall())?;
        let id = choose(&journal, id.as_deref())?.id;
        let span = find_batch(&journal, id.as_str())?.span;
        for word in &retry {
            if let Some(status) = Status::from_word(word) {
                journal.queue_again(span, status)?;
            }
        }
        let record = find_batch(&journal, id.as_str())?;
        let remembered = Remembered::of(&record)?;
        let arguments = SendArguments { calls, sending, lateness, wait, ..SendArguments::default() };
        let send_settings = over_batch(arguments, &remembered.send)?;
        let out = settings.out.clone().over_batch(results, watch, &remembered.out)?;
        let inputs: Vec<_> = record.inputs.iter().map(|input| input.source.clone().into()).collect();
        check_outputs(&out, &inputs)?;
        let connected = if record.target.host.is_simulated() {
            connect_simulator(&record.target, send_settings.timeout, &clock).await?
        } else {
            let credentials = match settings.target.credentials() {
                Ok(credentials) => credentials,
                Err(missing) => remembered.found.credentials().ok_or(missing)?,
            };
            let connection = ConnectionSettings {
                host: record.target.host.clone(),
                account: record.target.account.clone(),
                iid: remembered.iid.clone(),
                timeout: send_settings.timeout,
                cacert: settings.target.cacert.clone().or(remembered.cacert),
            };
            connect(connection, credentials, &clock)?
        };
        let to_send = journal.to_send(span)?;
        // What ran out of its canary was looked at: going on is what resume is for.
        let send_settings = crate::model::SendSettings { canary: None, ..send_settings };
        let watchers = watchers(&out, &record.id, &clock)?;
        let batch = Batch {
            record,
            to_send,
            send: send_settings,
            out,
            inputs: Vec::new(),
            is_resumed: true,
            watchers,
            format: format.format,
        };
        let code = send(batch, journal, connected, clock, signals.end()).await?;
        Ok(code)
    })
}

/// The batch of this name; else the latest with rows left to send, else the latest.
fn choose(journal: &SqliteJournal, id: Option<&str>) -> Result<BatchRecord, Failure> {
    if let Some(id) = id {
        return find_batch(journal, id);
    }
    let mut real: Vec<_> = journal.batches()?.into_iter().filter(|batch| !batch.target.host.is_simulated()).collect();
    let first = real.iter().position(|batch| batch.has_rows_to_send).unwrap_or(0);
    if real.is_empty() {
        return Err(Failure::new("no-such-batch", "the journal has no batch to go on with")
            .hint("name a --simulate batch, or another journal with --journal"));
    }
    Ok(real.swap_remove(first))
}
