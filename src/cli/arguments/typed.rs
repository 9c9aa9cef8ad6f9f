//! The flags as they were given, for commands that the program proposes afterwards.

use std::ffi::OsString;

use clap::{ArgAction, ArgMatches, Command as Clap, CommandFactory, FromArgMatches, parser::ValueSource};

use super::{Arguments, Command, GeneralArguments};
use crate::report::summary::Flag;

impl Arguments {
    /// Parses a command line, the program's own name first, and keeps how it was given.
    ///
    /// # Errors
    /// If it makes no sense, or asks for help.
    pub fn of_line(line: &[OsString]) -> Result<Self, clap::Error> {
        let mut surface = Self::command();
        let matches = surface.try_get_matches_from_mut(line)?;
        let mut arguments = Self::from_arg_matches(&matches).map_err(|error| error.format(&mut surface))?;
        if let (Some((name, matches)), Some(general)) = (matches.subcommand(), arguments.command.general_mut())
            && let Some(surface) = surface.find_subcommand(name)
        {
            general.typed = typed(surface, matches);
        }
        Ok(arguments)
    }
}

/// True of the name of a flag that some command has.
pub fn is_flag(name: &str) -> bool {
    let has = |command: &Clap| command.get_arguments().any(|argument| argument.get_long() == Some(name));
    Arguments::command().get_subcommands().any(has)
}

impl Command {
    /// What every command knows that reads settings: each may propose another command.
    fn general_mut(&mut self) -> Option<&mut GeneralArguments> {
        match self {
            Self::Run(run) => Some(&mut run.general),
            Self::Resume(resume) => Some(&mut resume.general),
            Self::Verify(verify) => Some(&mut verify.general),
            Self::Undo(undo) => Some(&mut undo.general),
            Self::Check(check) => Some(&mut check.general),
            Self::History(history) => Some(&mut history.general),
            Self::Report(report) => Some(&mut report.general),
            Self::Settings(settings) => Some(&mut settings.general),
            Self::Template(_) | Self::Simulate(_) | Self::Completions(_) | Self::Man(_) => None,
        }
    }
}

fn typed(surface: &Clap, matches: &ArgMatches) -> Vec<Flag> {
    let given = surface
        .get_arguments()
        .filter(|argument| matches.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine));
    let mut flags = Vec::new();
    for argument in given {
        let Some(name) = argument.get_long().map(str::to_owned) else { continue };
        if matches!(argument.get_action(), ArgAction::SetTrue | ArgAction::Count) {
            flags.push(Flag { name, value: None });
            continue;
        }
        for value in matches.get_raw(argument.get_id().as_str()).into_iter().flatten() {
            flags.push(Flag { name: name.clone(), value: Some(value.to_owned()) });
        }
    }
    flags
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::report::summary::{CONCERNS, Concern};

    /// Every other one is proposed with what follows a command, and a new one may not be meant to.
    #[test]
    fn what_a_flag_concerns_is_said_of_flags_that_there_are() {
        let surface = Arguments::command();
        let flags_of = |name: &str| -> Vec<String> {
            let command = surface.find_subcommand(name).unwrap();
            command.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned)).collect()
        };
        let all: Vec<String> = surface.get_subcommands().flat_map(|command| flags_of(command.get_name())).collect();
        for (name, _) in CONCERNS {
            assert!(all.iter().any(|flag| flag == name), "--{name} is no flag");
        }
        let of_rows = |name: &String| Flag { name: name.clone(), value: None }.concern() == Concern::Rows;
        let kept: Vec<String> = flags_of("run").into_iter().filter(of_rows).collect();
        let expected = "simulate host stream-id account-id iid map date-order timezone platform-timezone concurrency rate \
                        quota timeout grace retries max-outage max-failures delivery verify order canary preflight \
                        allow-past-start log-file wait";
        assert_eq!(kept.join(" "), expected, "whether one that is new is to follow from command to command");
    }

    #[test]
    fn what_was_typed_is_known_flag_by_flag() {
        let line = "campaign-scheduler run q1.csv -q --quota 60/1m --date-order=dmy q2.csv --quota 9/1h --simulate";
        let line: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let Command::Run(run) = Arguments::of_line(&line).unwrap().command else { panic!("not a run") };
        let shown = |flag: &Flag| format!("{} {}", flag.name, flag.value.as_deref().unwrap_or("-".as_ref()).display());
        let mut shown: Vec<_> = run.general.typed.iter().map(shown).collect();
        shown.sort();
        assert_eq!(shown, ["date-order dmy", "quiet -", "quota 60/1m", "quota 9/1h", "simulate -"]);
    }
}
