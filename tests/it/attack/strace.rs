//! The program under `strace`, which sees every call to the system and can make one fail.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use super::site::Site;
use crate::tools::needs;

/// Where the calls are written down.
const TRACE: &str = "strace.txt";

/// The tool, where it is installed.
pub(super) struct Strace(PathBuf);

impl Strace {
    pub(super) fn find(not_shown: &str) -> Option<Self> {
        needs(&["strace"], not_shown).map(Self)
    }

    /// The same command under the tool, with these words for it.
    pub(super) fn over(&self, program: &Command, words: &[OsString]) -> Command {
        let mut command = Command::new(&self.0);
        command.args(["-f", "-qq", "-o", TRACE]).args(words);
        command.arg(program.get_program()).args(program.get_args()).env_clear();
        command.current_dir(program.get_current_dir().unwrap());
        command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command
    }

    /// What was written down: empty where nothing was.
    pub(super) fn told(&self, site: &Site) -> String {
        std::fs::read_to_string(site.path(TRACE)).unwrap_or_default()
    }
}
