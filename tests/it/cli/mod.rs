//! The command line through the real binary: what is typed, what comes out, how it ends.

mod credentials;
mod envelopes;
mod errors;
mod events;
mod help;
mod hostile;
#[cfg(unix)]
mod next_commands;
mod online;
mod proxies;
mod reading;
mod report_again;
mod settings;
mod simulate;

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What a run of the binary gave.
pub struct Ended {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

/// The binary in a folder of its own, with an environment that holds nothing else.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campaign-scheduler"));
    command.current_dir(folder).env_clear().env("HOME", folder).env("XDG_STATE_HOME", folder.join("state"));
    // Windows finds neither its sockets nor its temporary folder without these.
    for name in ["SYSTEMROOT", "TEMP", "TMP"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.stdin(Stdio::null());
    command
}

fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    ended(program(folder.path()).args(arguments))
}

pub fn ended(command: &mut Command) -> Ended {
    told(command.output().unwrap())
}

/// What a run gave that was waited for elsewhere.
pub fn told(output: Output) -> Ended {
    Ended {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

impl Ended {
    /// What stands on stdout, of a run with `--format json`.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "exit {:?}\nstdout: {}\nstderr: {}", self.code, self.stdout, self.stderr)
    }
}
