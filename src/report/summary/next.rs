//! The next command: every end of a run that can be followed by something says by what.
//!
//! A command is there to be pasted, so it means what the one that was given meant, and whatever a
//! file is called, its name gets through the shell. A sheet that came through stdin is gone: in its
//! place stand its results, which mean the same when they are handed in.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::closing::Closing;
use super::flag::{Concern, Flag};
use super::shell::word;
use crate::model::{Delivery, Ending, Status, StopReason};

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
    let of_batch = |words: &str| in_journal(words, &closing.flags);
    let run_with = |flags: &[Flag]| {
        let (sheets, is_same) = sheets(closing)?;
        let is_kept = |concern| concern != Concern::Moment && (is_same || concern != Concern::Files);
        Some(command("run", sheets, flags, is_kept))
    };
    let run_again = || run_with(&closing.flags_of_run);
    let is_undo = closing.summary.spared.is_some();
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
        // A resume has nothing left to send then, and reads nothing.
        Ending::Stopped(_) | Ending::Signalled(_) if closing.is_to_be_read_back => {
            step("Read back what was sent:", of_batch(&format!("verify {batch}")));
        }
        Ending::Finished | Ending::Stopped(_) | Ending::Signalled(_) => {}
    }
    // What may have taken effect is not sent a second time unless it is asked for.
    let ended = if closing.delivery == Delivery::AtMostOnce { "failed" } else { "failed,unknown" };
    let is_refused = is_undo && closing.summary.counted.of(Status::Rejected) > 0;
    if is_undo && (is_refused || closing.can_try_again) {
        // Its rows ask for nothing that a sheet could say: handed in, they would be enabled again.
        let refused = if is_refused { ",rejected" } else { "" };
        step("Try the rest again:", of_batch(&format!("resume {batch} --retry {ended}{refused}")));
    } else if !is_undo && tally.of(Status::Invalid) + tally.of(Status::Rejected) > 0 {
        match &closing.rejects {
            Some(rejects) => {
                let is_kept = |concern| !matches!(concern, Concern::Moment | Concern::Files);
                let line = command("run", std::slice::from_ref(&rejects.path), &closing.flags_of_run, is_kept);
                step("Mend the rows in the rejects file and run it:", line);
            }
            None => {
                let what = match sheets(closing) {
                    Some((_, false)) => "Mend the rows in the results file and run it:",
                    _ => "Mend the sheet and run it again; what made it is not sent again:",
                };
                run_again().into_iter().for_each(|line| step(what, line));
            }
        }
    } else if closing.can_try_again {
        let what = if pending { "Or go on and try again what failed, too:" } else { "Try the rest again:" };
        step(what, of_batch(&format!("resume {batch} --retry {ended}")));
    }
    let is_asked_already = closing.was_read_back || closing.is_to_be_read_back;
    if closing.summary.counted.of(Status::Unknown) > 0 && !closing.simulated && !is_asked_already {
        step("Ask the platform what became of the unknown rows:", of_batch(&format!("verify {batch}")));
    }
    let (what, line) = if is_undo && tally.of(Status::Disabled) > 0 {
        ("Running the sheet again enables them again:", run_again())
    } else if closing.simulated && closing.summary.exit_code == 0 && tally.rows() > 0 {
        ("Schedule them for real:", run_with(&for_real(&closing.flags_of_run)))
    } else {
        return steps;
    };
    line.into_iter().for_each(|line| step(what, line));
    steps
}

/// The flags without what only a rehearsal can do without: the real account has its limits.
fn for_real(flags: &[Flag]) -> Vec<Flag> {
    let lifts_limit =
        |flag: &Flag| matches!(flag.name.as_str(), "quota" | "rate") && flag.value.as_deref() == Some("none".as_ref());
    flags.iter().filter(|flag| flag.name != "simulate" && !lifts_limit(flag)).cloned().collect()
}

/// True if there is a sheet that a command can name.
pub(super) fn names_a_sheet(closing: &Closing<'_>) -> bool {
    sheets(closing).is_some()
}

/// The files to run again, and whether they are those that were given; `None` if nothing is left to
/// run, as after `resume`, or after an undo of what came through stdin.
fn sheets<'a>(closing: &'a Closing<'_>) -> Option<(&'a [PathBuf], bool)> {
    if !is_from_stdin(&closing.inputs) {
        return Some((closing.inputs.as_slice(), true)).filter(|(inputs, _)| !inputs.is_empty());
    }
    closing.results.first().map(|results| (std::slice::from_ref(&results.path), false))
}

/// A command about what is in the journal that a command with these flags looked at.
pub fn in_journal(words: &str, flags: &[Flag]) -> String {
    command(words, &[], flags, |concern| concern == Concern::Place)
}

/// The `run` of these sheets that means what a `check` with these flags looked at.
pub fn run_of_checked(sheets: &[PathBuf], flags: &[Flag]) -> String {
    let mut flags = flags.to_vec();
    if flags.iter().any(|flag| flag.name == "online") {
        // Otherwise it would send what the platform has no campaign for.
        flags.push(Flag { name: "preflight".to_owned(), value: None });
    }
    let line = command("run", sheets, &flags, |concern| concern != Concern::Moment);
    if is_from_stdin(sheets) { format!("with the sheet on stdin, {line}") } else { line }
}

/// The `check` of a sheet.
pub fn check_of(sheet: &Path) -> String {
    command("check", &[sheet.to_owned()], &[], |_| false)
}

fn is_from_stdin(sheets: &[PathBuf]) -> bool {
    sheets.iter().any(|sheet| sheet == Path::new("-"))
}

/// A command that means what the one that was given meant: a `run` without its `--journal` would
/// send everything once more, one without its `--timezone` at other times.
fn command(words: &str, paths: &[PathBuf], flags: &[Flag], is_kept: impl Fn(Concern) -> bool) -> String {
    let mut line = format!("campaign-scheduler {words}");
    for path in paths {
        line.push_str(&format!(" {}", argument(path.as_os_str())));
    }
    for flag in flags.iter().filter(|flag| is_kept(flag.concern())) {
        line.push_str(&format!(" --{}", flag.name));
        if let Some(value) = &flag.value {
            // One that begins with a dash would be taken for a flag of its own.
            let between = if begins_with_dash(value) { '=' } else { ' ' };
            line.push_str(&format!("{between}{}", word(value)));
        }
    }
    line
}

/// A path as a word that isn't taken for a flag.
fn argument(path: &OsStr) -> String {
    if begins_with_dash(path) && path != "-" { word(Path::new(".").join(path).as_os_str()) } else { word(path) }
}

fn begins_with_dash(text: &OsStr) -> bool {
    text.as_encoded_bytes().starts_with(b"-")
}

fn sentence(hint: &str) -> String {
    let mut characters = hint.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
