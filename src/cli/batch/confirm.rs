//! The question before calls go to a real host.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::mpsc::RecvTimeoutError;

use tokio::sync::mpsc;

use super::stopped_while_reading;
use crate::cli::error::Failure;
use crate::journal::BatchKind;
use crate::model::quota::{Outlook, forecast};
use crate::model::{Moment, Rate, SendSettings, Signal, Target};
use crate::progress::words_for_span;

/// Asks before calls go to a real host: on a terminal only, and never twice. `kind` says what the
/// calls do to campaigns.
///
/// # Errors
/// If a signal came instead of an answer.
pub fn is_confirmed(
    kind: BatchKind,
    settings: &SendSettings,
    target: &Target,
    calls: u64,
    signals: &mut mpsc::Receiver<Signal>,
) -> Result<bool, Failure> {
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    if settings.yes || !is_terminal || calls == 0 || target.host.is_simulated() || target.host.is_loopback() {
        return Ok(true);
    }
    let pace = settings.rate.map_or(std::time::Duration::ZERO, Rate::interval);
    let workers = usize::try_from(settings.concurrency.get()).unwrap_or(1);
    let outlook = Outlook::fresh(&settings.quotas, pace, workers);
    let time = words_for_span(forecast(outlook, Moment::START).time_for(calls));
    let (verb, of) = match kind {
        BatchKind::Run => ("Send", "to"),
        BatchKind::Undo => ("Disable", "of"),
    };
    let _ = write!(
        io::stderr(),
        "{verb} {calls} campaigns {of} account {} on {} (about {time})? [y/N] ",
        target.account,
        target.host
    );
    let answer = answer(signals)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// The answer typed on the terminal. It is read on a thread of its own, so that Ctrl-C is heard.
fn answer(signals: &mut mpsc::Receiver<Signal>) -> Result<String, Failure> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer).map(|_| answer);
        // Nobody waits for it any more after a signal.
        let _ = sender.send(read);
    });
    loop {
        match receiver.recv_timeout(std::time::Duration::from_millis(50)) {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Ok(String::new()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Ok(signal) = signals.try_recv() {
            return Err(stopped_while_reading(signal));
        }
    }
}
