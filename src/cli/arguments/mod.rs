//! The command line as it is typed: names, values as text, help. What the values mean is decided
//! in [`settings`](super::settings), where a flag, a variable and a settings file meet, so that one
//! mistake gets one message wherever it was made.
//!
//! Flags stand in groups by what they are about; a command is made of the groups that make sense
//! for it.

mod command;
pub mod help;
mod out;
mod reading;
mod sending;
mod simulate;
mod target;
mod typed;

use clap::Parser;

pub use command::{
    Check, Command, Completions, History, Man, Report, Resume, Run, SettingsCommand, Template, Undo, Verify,
};
pub use out::{
    CheckFormat, CheckFormatArguments, Format, FormatArguments, GeneralArguments, ResultArguments, WatchArguments,
};
pub use reading::ReadingArguments;
pub use sending::{
    BatchArguments, CallArguments, JournalArguments, LatenessArguments, OrderArguments, RunArguments, WaitArguments,
};
pub use simulate::SimulateArguments;
pub use target::{CredentialArguments, TargetArguments};
pub use typed::is_flag;

const TARGET: &str = "Target";
const READING: &str = "Reading";
const SENDING: &str = "Sending";
const OUT: &str = "Out";
const GENERAL: &str = "General";

/// Schedules the campaigns of a spreadsheet on the Kore.ai contact-centre platform: nothing lost, nothing sent twice,
/// never over quota.
#[derive(Debug, Clone, Parser)]
#[command(
    name = "campaign-scheduler",
    version,
    after_help = help::program(),
    arg_required_else_help = false,
    subcommand_required = true,
    max_term_width = 100
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_surface_is_consistent() {
        Arguments::command().debug_assert();
    }
}
