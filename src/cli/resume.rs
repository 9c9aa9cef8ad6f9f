//! `resume`: goes on with a batch that has rows left to send.

use std::num::NonZeroU32;
use std::sync::Arc;

use super::arguments::{Format, Resume};
use super::batch::{
    Anew, LastSitting, Prefer, Remembered, Work, choose_batch, find_batch, open_journal, runtime, send, take_up,
};
use super::settings::{SendArguments, Settings};
use super::signals;
use crate::clock::{Clock, SystemClock};
use crate::model::{Delivery, Ending, Order, Status, StopReason};

/// Sends what is left of a batch, and writes its files again.
///
/// # Errors
/// If there is no such batch, or anything is wrong before the first call: exit code 2.
pub fn run(command: Resume) -> anyhow::Result<u8> {
    let Resume { batch: id, retry, calls, sending, order, lateness, results, watch, wait, format, .. } =
        command.clone();
    let flags = command.general.typed.clone();
    let settings = Settings::of_process(command.into())?;
    let runtime = runtime()?;
    let signals = signals::listen_before_sending(matches!(format.format, Format::Json))?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let mut journal = open_journal(&settings.out, settings.send.wait, "resume", &*clock)?;
        let record = choose_batch(&journal, id.as_deref(), Prefer::Unfinished, &flags)?;
        let (id, span) = (record.id.clone(), record.span);
        journal.set_purpose(&format!("resume, batch {id}"));
        let order_before = Remembered::of(&record)?.send.order;
        let failed_canary = Ending::Stopped(StopReason::Canary);
        let has_failed_canary = LastSitting::of(&record).is_some_and(|last| last.ending == failed_canary);
        let sending = SendArguments { calls, sending, order, lateness, wait, ..SendArguments::default() };
        let anew = Anew { sending, results, watch, flags: flags.clone(), format: format.format };
        let work = Work::Send { to_send: 0, settled: 0, is_resumed: true };
        let (mut batch, connected) = take_up(record, work, anew, &settings, &clock).await?;
        let given_up = journal.given_up_at_opening(span);
        // What is in doubt is sent again at most once only where its owner says so, now.
        let settled = match batch.send.delivery {
            Delivery::AtMostOnce => given_up + journal.leave_doubtful(span, clock.wall())?,
            Delivery::AtLeastOnce => given_up,
        };
        for status in retry.iter().filter_map(|word| Status::from_word(word)) {
            journal.queue_again(span, status)?;
        }
        let order = batch.send.order;
        if order == Order::Start || order != order_before {
            journal.reorder(span, order)?;
        }
        batch.record = find_batch(&journal, id.as_str(), &flags)?;
        batch.work = Work::Send { to_send: journal.to_send(span)?, settled, is_resumed: true };
        // Where a canary failed, it was looked at: going on is what resume is for. One that was cut short wasn't.
        let accepted = batch.record.tally.of(Status::Scheduled) + batch.record.tally.of(Status::Disabled);
        let is_over = |rows: NonZeroU32| has_failed_canary || accepted >= u64::from(rows.get());
        batch.send.canary = batch.send.canary.filter(|rows| !is_over(*rows));
        journal.begin_sitting(span, batch.send.delivery)?;
        Ok(send(batch, journal, connected, clock, signals.end()).await)
    })
}
