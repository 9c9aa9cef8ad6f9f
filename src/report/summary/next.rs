//! The next command: every end of a run that can be followed by something says by what.

use super::text::Closing;
use crate::model::Status;
use crate::model::{Ending, StopReason};

/// What to do, and the command that does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is for.
    pub what: String,
    /// The command.
    pub command: String,
}

/// What can be done next, the most urgent first.
pub fn next_steps(closing: &Closing<'_>) -> Vec<Step> {
    let tally = &closing.summary.outcomes;
    let batch = &closing.summary.batch;
    let mut steps = Vec::new();
    let mut step = |what: &str, command: String| steps.push(Step { what: what.to_owned(), command });
    let pending = tally.of(Status::Pending) > 0;
    match closing.ending {
        Ending::Stopped(StopReason::ResultsUnwritable | StopReason::AccountsOpen) => {
            step("Write the results again:", format!("campaign-scheduler report {batch}"));
        }
        Ending::Stopped(reason) if pending => {
            step(&format!("{}:", sentence(reason.hint())), format!("campaign-scheduler resume {batch}"));
        }
        Ending::Signalled(_) if pending => {
            step("Go on where it stopped:", format!("campaign-scheduler resume {batch}"));
        }
        Ending::Finished | Ending::Stopped(_) | Ending::Signalled(_) => {}
    }
    if tally.of(Status::Invalid) + tally.of(Status::Rejected) > 0 {
        match &closing.rejects {
            Some(rejects) => {
                let path = rejects.path.to_string_lossy();
                step("Mend the rows in the rejects file and run it:", run(&[path.into_owned()]));
            }
            None if closing.inputs.is_empty() || closing.summary.spared.is_some() => {}
            None => step("Mend the sheet and run it again; what made it is not sent again:", run(&closing.inputs)),
        }
    } else if tally.of(Status::Failed) + tally.of(Status::Unknown) > 0 {
        step("Try the rest again:", format!("campaign-scheduler resume {batch} --retry failed,unknown"));
    }
    if tally.of(Status::Unknown) > 0 {
        step("Ask the platform what became of the unknown rows:", format!("campaign-scheduler verify {batch}"));
    }
    if closing.summary.spared.is_some() && tally.of(Status::Disabled) > 0 && !closing.inputs.is_empty() {
        step("Running the sheet again enables them again:", run(&closing.inputs));
    } else if closing.simulated && closing.summary.exit_code == 0 && !closing.inputs.is_empty() {
        step("Schedule them for real:", run(&closing.inputs));
    }
    steps
}

fn run(paths: &[String]) -> String {
    let quoted: Vec<_> = paths.iter().map(|path| for_shell(path)).collect();
    format!("campaign-scheduler run {}", quoted.join(" "))
}

fn sentence(hint: &str) -> String {
    let mut characters = hint.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// The path as it can be pasted into a shell.
fn for_shell(path: &str) -> String {
    let is_plain =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '/' | '\\' | ':');
    if !path.is_empty() && path.chars().all(is_plain) {
        path.to_owned()
    } else if cfg!(windows) {
        format!("\"{path}\"")
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_can_be_pasted() {
        assert_eq!(for_shell("q1/Größe.csv"), "q1/Größe.csv");
        #[cfg(not(windows))]
        assert_eq!(for_shell("Bob's list.csv"), "'Bob'\\''s list.csv'");
    }
}
