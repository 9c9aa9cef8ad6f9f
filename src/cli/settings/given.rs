//! What each command's flags say about settings. A command that lacks a group of flags says
//! nothing about it, and the environment and the settings file still hold.

use super::SendArguments;
use crate::cli::arguments::{
    Check, CredentialArguments, GeneralArguments, History, JournalArguments, ReadingArguments, Report, ResultArguments,
    Resume, Run, SettingsCommand, TargetArguments, Undo, Verify, WatchArguments,
};

/// What the command line says about settings.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--simulate`.
    pub simulate: bool,
    /// Where the calls go.
    pub target: TargetArguments,
    /// With whose credentials.
    pub credentials: CredentialArguments,
    /// How the sheet is read.
    pub reading: ReadingArguments,
    /// How a batch is sent.
    pub send: SendArguments,
    /// The files written at the end.
    pub results: ResultArguments,
    /// The files written meanwhile.
    pub watch: WatchArguments,
    /// The journal.
    pub journal: JournalArguments,
    /// What every command knows.
    pub general: GeneralArguments,
}

impl From<Run> for Given {
    fn from(command: Run) -> Self {
        let Run {
            files: _,
            simulate,
            target,
            credentials,
            reading,
            calls,
            sending,
            order,
            run,
            lateness,
            dry_run: _,
            results,
            watch,
            journal,
            wait,
            general,
            format: _,
        } = command;
        let send = SendArguments { calls, sending, order, run, lateness, wait };
        Self { simulate, target, credentials, reading, send, results, watch, journal, general }
    }
}

impl From<Check> for Given {
    fn from(command: Check) -> Self {
        let Check {
            files: _,
            simulate,
            online: _,
            target,
            credentials,
            reading,
            calls,
            order,
            lateness,
            journal,
            wait,
            general,
            format: _,
        } = command;
        let send = SendArguments { calls, order, lateness, wait, ..SendArguments::default() };
        Self { simulate, target, credentials, reading, send, journal, general, ..Self::default() }
    }
}

impl From<Resume> for Given {
    fn from(command: Resume) -> Self {
        let Resume {
            batch: _,
            retry: _,
            credentials,
            calls,
            sending,
            order,
            lateness,
            results,
            watch,
            journal,
            wait,
            general,
            format: _,
        } = command;
        let send = SendArguments { calls, sending, order, lateness, wait, ..SendArguments::default() };
        Self { credentials, send, results, watch, journal, general, ..Self::default() }
    }
}

impl From<Verify> for Given {
    fn from(command: Verify) -> Self {
        let Verify { batch: _, credentials, calls, results, watch, journal, wait, general, format: _ } = command;
        let send = SendArguments { calls, wait, ..SendArguments::default() };
        Self { credentials, send, results, watch, journal, general, ..Self::default() }
    }
}

impl From<Undo> for Given {
    fn from(command: Undo) -> Self {
        let Undo { batch: _, credentials, calls, sending, order, results, watch, journal, wait, general, format: _ } =
            command;
        let send = SendArguments { calls, sending, order, wait, ..SendArguments::default() };
        Self { credentials, send, results, watch, journal, general, ..Self::default() }
    }
}

impl From<History> for Given {
    fn from(command: History) -> Self {
        let History { batch: _, row: _, prune: _, journal, wait, general, format: _ } = command;
        let send = SendArguments { wait, ..SendArguments::default() };
        Self { send, journal, general, ..Self::default() }
    }
}

impl From<Report> for Given {
    fn from(command: Report) -> Self {
        let Report { batch: _, results, journal, general, format: _ } = command;
        Self { results, journal, general, ..Self::default() }
    }
}

impl From<SettingsCommand> for Given {
    fn from(command: SettingsCommand) -> Self {
        let SettingsCommand {
            simulate,
            target,
            credentials,
            reading,
            calls,
            sending,
            order,
            run,
            lateness,
            results,
            watch,
            journal,
            wait,
            general,
            format: _,
        } = command;
        let send = SendArguments { calls, sending, order, run, lateness, wait };
        Self { simulate, target, credentials, reading, send, results, watch, journal, general }
    }
}
