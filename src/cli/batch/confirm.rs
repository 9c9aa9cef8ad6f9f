//! The question before calls go to a real host.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::cli::error::Failure;
use crate::journal::BatchKind;
use crate::model::quota::{Outlook, forecast};
use crate::model::{Moment, Rate, SendSettings, Target};
use crate::progress::words_for_span;

/// Asks before calls go to a real host: on a terminal only, and never twice. `kind` says what
/// the calls do to campaigns.
///
/// # Errors
/// If the terminal can't be written or read.
pub fn is_confirmed(kind: BatchKind, settings: &SendSettings, target: &Target, calls: u64) -> Result<bool, Failure> {
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
    let asked = || -> io::Result<String> {
        let mut stderr = io::stderr().lock();
        write!(
            stderr,
            "{verb} {calls} campaigns {of} account {} on {} (about {time})? [y/N] ",
            target.account, target.host
        )?;
        stderr.flush()?;
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer)?;
        Ok(answer)
    };
    let answer = asked().map_err(|error| Failure::new("terminal", format!("the question can't be asked: {error}")))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
