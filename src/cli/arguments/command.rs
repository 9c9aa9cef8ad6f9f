//! The commands: each is the groups of flags that make sense for it, and its own arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::help;
use super::{
    BatchArguments, CallArguments, CheckFormatArguments, CredentialArguments, FormatArguments, GeneralArguments,
    JournalArguments, LatenessArguments, OrderArguments, ReadingArguments, ResultArguments, RunArguments, SENDING,
    SimulateArguments, TARGET, TargetArguments, WaitArguments, WatchArguments,
};

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Schedule every row of a sheet; safe to repeat
    Run(Box<Run>),
    /// Read and validate only: show every problem, send nothing
    Check(Box<Check>),
    /// Go on with a batch that has rows left to send
    Resume(Box<Resume>),
    /// Read campaigns back from the platform and settle what is unknown
    Verify(Box<Verify>),
    /// Disable what a batch enabled
    Undo(Box<Undo>),
    /// Show the batches, one batch, or every attempt of one row
    History(Box<History>),
    /// Write a batch's results and reports again
    Report(Box<Report>),
    /// Write a starter sheet
    Template(Template),
    /// Start the simulator as a server on this machine
    Simulate(Box<SimulateArguments>),
    /// Show the settings in force and where each comes from
    Settings(Box<SettingsCommand>),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man(Man),
}

/// `run`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::run())]
pub struct Run {
    /// The sheets, in order; - is stdin
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Send to an embedded simulator: a rehearsal that needs no target and no credentials
    #[arg(long, help_heading = TARGET)]
    pub simulate: bool,
    /// Where the calls go.
    #[command(flatten)]
    pub target: TargetArguments,
    /// With whose credentials.
    #[command(flatten)]
    pub credentials: CredentialArguments,
    /// How the sheet is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// How calls are made.
    #[command(flatten)]
    pub calls: CallArguments,
    /// How the batch is sent.
    #[command(flatten)]
    pub sending: BatchArguments,
    /// The order of the rows.
    #[command(flatten)]
    pub order: OrderArguments,
    /// What concerns one `run` alone.
    #[command(flatten)]
    pub run: RunArguments,
    /// What becomes of starts that are past.
    #[command(flatten)]
    pub lateness: LatenessArguments,
    /// Read and validate only, as check does
    #[arg(long, help_heading = SENDING)]
    pub dry_run: bool,
    /// The files written at the end.
    #[command(flatten)]
    pub results: ResultArguments,
    /// The files written meanwhile.
    #[command(flatten)]
    pub watch: WatchArguments,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What to do about a journal that another program holds.
    #[command(flatten)]
    pub wait: WaitArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: CheckFormatArguments,
}

/// `check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::check())]
pub struct Check {
    /// The sheets, in order; - is stdin
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// With --online, ask an embedded simulator: it needs no target and no credentials
    #[arg(long, help_heading = TARGET)]
    pub simulate: bool,
    /// Ask the platform for every campaign too (pays quota)
    #[arg(long, help_heading = TARGET)]
    pub online: bool,
    /// Where the calls go.
    #[command(flatten)]
    pub target: TargetArguments,
    /// With whose credentials.
    #[command(flatten)]
    pub credentials: CredentialArguments,
    /// How the sheet is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// How calls are made.
    #[command(flatten)]
    pub calls: CallArguments,
    /// The order of the rows.
    #[command(flatten)]
    pub order: OrderArguments,
    /// What becomes of starts that are past.
    #[command(flatten)]
    pub lateness: LatenessArguments,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What to do about a journal that another program holds.
    #[command(flatten)]
    pub wait: WaitArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: CheckFormatArguments,
}

/// `resume`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::resume())]
pub struct Resume {
    /// The batch's id; the latest with rows left to send by default
    #[arg(value_name = "BATCH")]
    pub batch: Option<String>,
    /// With whose credentials.
    #[command(flatten)]
    pub credentials: CredentialArguments,
    /// Send rows again that ended so
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = ["failed", "unknown", "rejected"], help_heading = SENDING)]
    pub retry: Vec<String>,
    /// How calls are made.
    #[command(flatten)]
    pub calls: CallArguments,
    /// How the batch is sent.
    #[command(flatten)]
    pub sending: BatchArguments,
    /// The order of the rows.
    #[command(flatten)]
    pub order: OrderArguments,
    /// What becomes of starts that are past.
    #[command(flatten)]
    pub lateness: LatenessArguments,
    /// The files written at the end.
    #[command(flatten)]
    pub results: ResultArguments,
    /// The files written meanwhile.
    #[command(flatten)]
    pub watch: WatchArguments,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What to do about a journal that another program holds.
    #[command(flatten)]
    pub wait: WaitArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}

/// `verify`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::verify())]
pub struct Verify {
    /// The batch's id; the latest by default
    #[arg(value_name = "BATCH")]
    pub batch: Option<String>,
    /// With whose credentials.
    #[command(flatten)]
    pub credentials: CredentialArguments,
    /// How calls are made.
    #[command(flatten)]
    pub calls: CallArguments,
    /// The files written at the end.
    #[command(flatten)]
    pub results: ResultArguments,
    /// The files written meanwhile.
    #[command(flatten)]
    pub watch: WatchArguments,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What to do about a journal that another program holds.
    #[command(flatten)]
    pub wait: WaitArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}

/// `undo`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::undo())]
pub struct Undo {
    /// The batch's id
    #[arg(value_name = "BATCH")]
    pub batch: String,
    /// With whose credentials.
    #[command(flatten)]
    pub credentials: CredentialArguments,
    /// How calls are made.
    #[command(flatten)]
    pub calls: CallArguments,
    /// How the batch is sent.
    #[command(flatten)]
    pub sending: BatchArguments,
    /// The order of the rows.
    #[command(flatten)]
    pub order: OrderArguments,
    /// The files written at the end.
    #[command(flatten)]
    pub results: ResultArguments,
    /// The files written meanwhile.
    #[command(flatten)]
    pub watch: WatchArguments,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What to do about a journal that another program holds.
    #[command(flatten)]
    pub wait: WaitArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}

/// `history`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::history())]
pub struct History {
    /// The batch's id; all of them by default
    #[arg(value_name = "BATCH")]
    pub batch: Option<String>,
    /// Tell every attempt of one row, by its place as in result_source (q1.xlsx:Launch:7)
    #[arg(long, value_name = "PLACE")]
    pub row: Option<String>,
    /// Delete what is older, except last states, unfinished batches and calls that still count
    #[arg(long, value_name = "TIME", conflicts_with_all = ["batch", "row"])]
    pub prune: Option<String>,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What to do about a journal that another program holds.
    #[command(flatten)]
    pub wait: WaitArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}

/// `report`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::report())]
pub struct Report {
    /// The batch's id
    #[arg(value_name = "BATCH")]
    pub batch: String,
    /// The files written at the end.
    #[command(flatten)]
    pub results: ResultArguments,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}

/// `template`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::TEMPLATE)]
pub struct Template {
    /// Where to write it, .xlsx or .csv
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}

/// `settings`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::settings())]
pub struct SettingsCommand {
    /// Show the settings of a rehearsal, which needs no target and no credentials
    #[arg(long, help_heading = TARGET)]
    pub simulate: bool,
    /// Where the calls go.
    #[command(flatten)]
    pub target: TargetArguments,
    /// With whose credentials.
    #[command(flatten)]
    pub credentials: CredentialArguments,
    /// How the sheet is read.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// How calls are made.
    #[command(flatten)]
    pub calls: CallArguments,
    /// How the batch is sent.
    #[command(flatten)]
    pub sending: BatchArguments,
    /// The order of the rows.
    #[command(flatten)]
    pub order: OrderArguments,
    /// What concerns one `run` alone.
    #[command(flatten)]
    pub run: RunArguments,
    /// What becomes of starts that are past.
    #[command(flatten)]
    pub lateness: LatenessArguments,
    /// The files written at the end.
    #[command(flatten)]
    pub results: ResultArguments,
    /// The files written meanwhile.
    #[command(flatten)]
    pub watch: WatchArguments,
    /// The journal.
    #[command(flatten)]
    pub journal: JournalArguments,
    /// What to do about a journal that another program holds.
    #[command(flatten)]
    pub wait: WaitArguments,
    /// What every command knows.
    #[command(flatten)]
    pub general: GeneralArguments,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}

/// `completions`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::COMPLETIONS)]
pub struct Completions {
    /// For which shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `man`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::MAN)]
pub struct Man {
    /// The command whose page it is; the program's own by default
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}
