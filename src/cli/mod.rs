//! The command line: arguments, settings, one file per command. Glue, no logic.
//!
//! [`main`] is the whole program: it parses, calls the command, tells the user what went wrong in
//! the shape that was asked for, and gives the exit code. Errors of modules become a [`Failure`]
//! in the command that knows what they mean.
//!
//! | file | says |
//! |---|---|
//! | [`arguments`] | the command line as it is typed |
//! | [`settings`] | what the flags mean beside environment, settings file and defaults |
//! | [`error`] | the one shape of an error |
//! | [`check`] | `check`, and `run --dry-run` |
//! | [`run`], [`resume`], [`verify`], [`undo`] | a command each: how each comes to its batch |
//! | [`batch`] | what these four share from there on, to the last file and the exit code |
//! | [`history`], [`report`] | a command each, that looks into the journal |
//! | [`template`], [`simulate`], [`show_settings`] | a command each |
//! | [`packaging`] | `completions` and `man` |
//! | [`signals`] | what Ctrl-C and its like do |

pub mod arguments;
pub mod batch;
pub mod check;
pub mod error;
pub mod history;
pub mod packaging;
pub mod report;
pub mod resume;
pub mod run;
pub mod settings;
pub mod show_settings;
pub mod signals;
pub mod simulate;
mod stdout;
pub mod template;
pub mod undo;
pub mod verify;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;

use arguments::{Arguments, Command};
pub use error::Failure;

/// Runs the program with this command line, the program's own name first.
pub fn main(line: Vec<OsString>) -> ExitCode {
    keep_contained_panics_quiet();
    let wants_json = wants_json(&line);
    let arguments = match Arguments::of_line(&line) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, wants_json),
    };
    // Without it the program works as well, until a file meets its limit.
    #[cfg(unix)]
    let _ = signals::outlive_file_limits();
    match call(arguments.command) {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => say(&Failure::of(&error), wants_json),
    }
}

fn call(command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Run(command) => run::run(*command),
        Command::Resume(command) => resume::run(*command),
        Command::Report(command) => report::run(*command),
        Command::History(command) => history::run(*command),
        Command::Template(command) => template::run(&command),
        Command::Check(command) => {
            check::run(&command.files.clone(), command.format.format, command.online, (*command).into())
        }
        Command::Settings(command) => show_settings::run(*command),
        Command::Completions(command) => packaging::completions(&command),
        Command::Man(command) => packaging::man(&command),
        Command::Verify(command) => verify::run(*command),
        Command::Undo(command) => undo::run(*command),
        Command::Simulate(command) => simulate::run(&command),
    }
}

/// A library's panic that is turned into an error is told as that error alone.
fn keep_contained_panics_quiet() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !crate::contained::is_contained() {
            tell(panic);
        }
    }));
}

/// Whether `--format json` was given, also on a command line that can't be parsed: programs want
/// to know what was wrong with it in the shape that they read.
fn wants_json(line: &[OsString]) -> bool {
    let words: Vec<_> =
        line.iter().skip(1).map(|word| word.to_string_lossy()).take_while(|word| word != "--").collect();
    words.iter().any(|word| word == "--format=json") || words.windows(2).any(|two| two == ["--format", "json"])
}

/// Help and version go to stdout as they are; mistakes are told like all others.
fn usage(error: &clap::Error, wants_json: bool) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match error.print() {
            Ok(()) => ExitCode::SUCCESS,
            // Who closed the pipe has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => {
                stdout::complain_unless_written(Err(stdout::named(error)));
                ExitCode::from(error::NOTHING_SENT)
            }
        };
    }
    if !wants_json {
        // A terminal that is gone can't be told so.
        let _ = error.print();
        return ExitCode::from(error::NOTHING_SENT);
    }
    say(&usage_failure(error), true)
}

/// What clap found, in our shape: its first sentence, and its tips as the hint.
fn usage_failure(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(&message).to_owned();
    let tip = paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_owned));
    Failure::new("usage", message).hint(tip.unwrap_or_else(|| "--help shows the flags and their values".to_owned()))
}

fn say(failure: &Failure, as_json: bool) -> ExitCode {
    failure.say(as_json);
    ExitCode::from(failure.exit_code)
}

/// The reader of our output has seen enough, as `head` does: nothing went wrong.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn the_shape_is_known_even_where_the_line_is_nonsense() {
        assert!(wants_json(&line(&["x", "run", "--format", "json", "--nonsense"])));
        assert!(wants_json(&line(&["x", "--format=json"])));
        assert!(!wants_json(&line(&["x", "check", "--format", "jsonl", "json"])));
        assert!(!wants_json(&line(&["x", "check", "--", "--format=json"])));
    }
}
