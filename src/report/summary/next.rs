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

/// A flag of the command line, without its dashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its long name.
    pub name: String,
    /// Its value, if it takes one.
    pub value: Option<String>,
}

/// What only concerns the command that was given.
const OF_THE_MOMENT: [&str; 7] = ["yes", "quiet", "verbose", "format", "progress", "color", "resend"];
/// What only concerns the files of the command that was given.
const OF_ITS_FILES: [&str; 10] = [
    "sheet",
    "header-row",
    "delimiter",
    "encoding",
    "results",
    "rejects",
    "report",
    "events",
    "metrics",
    "all-or-nothing",
];
/// What a batch doesn't remember.
const NOT_REMEMBERED: [&str; 3] = ["journal", "config", "profile"];

/// What can be done next, the most urgent first.
pub fn next_steps(closing: &Closing<'_>) -> Vec<Step> {
    let tally = &closing.summary.outcomes;
    let batch = &closing.summary.batch;
    let mut steps = Vec::new();
    let mut step = |what: &str, command: String| steps.push(Step { what: what.to_owned(), command });
    let of_batch = |words: &str| command(words, &[], closing, |name| NOT_REMEMBERED.contains(&name));
    let run_again = |but: &[&str]| {
        command("run", &closing.inputs, closing, |name| !OF_THE_MOMENT.contains(&name) && !but.contains(&name))
    };
    let pending = tally.of(Status::Pending) > 0;
    match closing.ending {
        Ending::Stopped(StopReason::ResultsUnwritable | StopReason::AccountsOpen) => {
            step("Write the results again:", of_batch(&format!("report {batch}")));
        }
        Ending::Stopped(reason) if pending => {
            step(&format!("{}:", sentence(reason.hint())), of_batch(&format!("resume {batch}")));
        }
        Ending::Signalled(_) if pending => {
            step("Go on where it stopped:", of_batch(&format!("resume {batch}")));
        }
        Ending::Finished | Ending::Stopped(_) | Ending::Signalled(_) => {}
    }
    if tally.of(Status::Invalid) + tally.of(Status::Rejected) > 0 {
        match &closing.rejects {
            Some(rejects) => {
                let path = [rejects.path.to_string_lossy().into_owned()];
                let is_kept = |name: &str| !OF_THE_MOMENT.contains(&name) && !OF_ITS_FILES.contains(&name);
                step("Mend the rows in the rejects file and run it:", command("run", &path, closing, is_kept));
            }
            None if closing.inputs.is_empty() || closing.summary.spared.is_some() => {}
            None => step("Mend the sheet and run it again; what made it is not sent again:", run_again(&[])),
        }
    } else if closing.can_try_again {
        step("Try the rest again:", of_batch(&format!("resume {batch} --retry failed,unknown")));
    }
    if tally.of(Status::Unknown) > 0 && !closing.simulated {
        step("Ask the platform what became of the unknown rows:", of_batch(&format!("verify {batch}")));
    }
    if closing.summary.spared.is_some() && tally.of(Status::Disabled) > 0 && !closing.inputs.is_empty() {
        step("Running the sheet again enables them again:", run_again(&OF_ITS_FILES));
    } else if closing.simulated && closing.summary.exit_code == 0 && !closing.inputs.is_empty() {
        step("Schedule them for real:", run_again(&["simulate"]));
    }
    steps
}

/// A command that means what the one that was given meant: a `run` without its `--journal` would
/// send everything once more, one without its `--timezone` at other times.
fn command(words: &str, paths: &[String], closing: &Closing<'_>, is_kept: impl Fn(&str) -> bool) -> String {
    let mut line = format!("campaign-scheduler {words}");
    for path in paths {
        line.push_str(&format!(" {}", for_shell(path)));
    }
    for flag in closing.flags.iter().filter(|flag| is_kept(&flag.name)) {
        line.push_str(&format!(" --{}", flag.name));
        if let Some(value) = &flag.value {
            line.push_str(&format!(" {}", for_shell(value)));
        }
    }
    line
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
