//! The question before calls go to a platform; one on this machine may be a tunnel to the real one.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::journal::BatchKind;
use crate::model::quota::Forecast;
use crate::model::words::{about, plural};
use crate::model::{SendSettings, Target};

/// Asks before calls go to a platform, unless it is simulated here: on a terminal only, and never twice. `kind` says what the
/// calls do to campaigns, `forecast` when they would leave.
pub fn is_confirmed(kind: BatchKind, settings: &SendSettings, target: &Target, calls: u64, forecast: Forecast) -> bool {
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    if settings.yes || !is_terminal || calls == 0 || target.host.is_simulated() {
        return true;
    }
    let time = about(forecast.time_for(calls));
    let (verb, of) = match kind {
        BatchKind::Run => ("Send", "to"),
        BatchKind::Undo => ("Disable", "of"),
    };
    let campaigns = plural(calls, "campaign");
    let _ = write!(
        io::stderr(),
        "{verb} {campaigns} {of} account {} on {} (about {time})? [y/N] ",
        target.account,
        target.host
    );
    let mut answer = String::new();
    // A terminal that is gone has not said yes.
    let read = io::stdin().lock().read_line(&mut answer).unwrap_or(0);
    if !answer.ends_with('\n') {
        // Nobody pressed Enter, so what is said next would stand behind the question.
        let _ = writeln!(io::stderr());
    }
    read > 0 && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}
