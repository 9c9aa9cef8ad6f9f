//! The question before calls go to a platform; one on this machine may be a tunnel to the real one.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::journal::{BatchKind, Intake, JournalError};
use crate::model::quota::Forecast;
use crate::model::words::{about, plural};
use crate::model::{SendSettings, Target};

/// Asks before calls go to a platform, unless it is simulated here: on a terminal only, and never twice. `kind` says what the
/// calls do to campaigns, `forecast` when they would leave.
///
/// # Errors
/// If the journal is lost.
pub fn is_confirmed(
    kind: BatchKind,
    settings: &SendSettings,
    target: &Target,
    intake: &Intake<'_>,
    forecast: Forecast,
) -> Result<bool, JournalError> {
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    if settings.yes || !is_terminal || target.host.is_simulated() {
        return Ok(true);
    }
    let (calls, invalid) = intake.planned()?;
    if calls == 0 {
        return Ok(true);
    }
    let time = about(forecast.time_for(calls));
    let (verb, of) = match kind {
        BatchKind::Run => ("Send", "to"),
        BatchKind::Undo => ("Disable", "of"),
    };
    let campaigns = plural(calls, "campaign");
    let behind = match invalid {
        0 => String::new(),
        1 => "; 1 row has problems and stays behind".to_owned(),
        rows => format!("; {rows} rows have problems and stay behind"),
    };
    let _ = write!(
        io::stderr(),
        "{verb} {campaigns} {of} account {} on {} (about {time}{behind})? [y/N] ",
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
    Ok(read > 0 && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
