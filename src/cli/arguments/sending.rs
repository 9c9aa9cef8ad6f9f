//! How calls are made, how a batch is sent, and what concerns one `run` alone.

use clap::Args;

use super::SENDING;

/// How calls are made: for every command that makes any.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = SENDING)]
pub struct CallArguments {
    /// Calls under way at once [default: 8]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<String>,
    /// The pace inside the quota, evenly spaced, or none [default: 10/s]
    #[arg(long, value_name = "CALLS/TIME")]
    pub rate: Option<String>,
    /// Most calls in any window, or none; repeatable, all hold at once [default: 60/1m 1800/1h]
    #[arg(long, value_name = "CALLS/TIME")]
    pub quota: Vec<String>,
    /// How long a whole call may take [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<String>,
    /// How long the first Ctrl-C waits for calls in flight [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub grace: Option<String>,
    /// Attempts of a row after its first [default: 4]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub retries: Option<String>,
    /// How long the platform may be out before the batch stops [default: 15m]
    #[arg(long, value_name = "TIME")]
    pub max_outage: Option<String>,
}

/// How a batch is sent: for every command that sends rows.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = SENDING)]
pub struct BatchArguments {
    /// Stop when more rows than this ended rejected, failed or unknown (P%: of the rows settled by a call, from 20
    /// on) [default: never]
    #[arg(long, value_name = "N|P%")]
    pub max_failures: Option<String>,
    /// Whether a call that may have arrived is tried again [default: at-least-once]
    #[arg(long, value_name = "HOW", value_parser = ["at-least-once", "at-most-once"])]
    pub delivery: Option<String>,
    /// Read the campaigns back afterwards (pays quota)
    #[arg(long)]
    pub verify: bool,
    /// Ask no question before sending
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// The order of the rows: for those who only foresee the sending, too.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = SENDING)]
pub struct OrderArguments {
    /// Which rows go first; start: the earliest campaign [default: input]
    #[arg(long, value_name = "ORDER", value_parser = ["input", "start"])]
    pub order: Option<String>,
}

/// What concerns one `run` alone.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = SENDING)]
pub struct RunArguments {
    /// Send rows that were accepted before too
    #[arg(long)]
    pub resend: bool,
    /// Send N rows first, and go on only if all of them are accepted
    #[arg(long, value_name = "N")]
    pub canary: Option<String>,
    /// Ask the platform for every campaign before the first row (pays quota)
    #[arg(long)]
    pub preflight: bool,
    /// Send nothing if any row has a problem
    #[arg(long)]
    pub all_or_nothing: bool,
}

/// The one rule about the present that a user may switch off.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = SENDING)]
pub struct LatenessArguments {
    /// Take rows whose start is past
    #[arg(long)]
    pub allow_past_start: bool,
}

/// The journal.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = super::OUT)]
pub struct JournalArguments {
    /// The journal [default: campaign-scheduler/journal.db in the user's state folder]
    #[arg(long, value_name = "PATH")]
    pub journal: Option<std::path::PathBuf>,
}

/// What to do about a journal that another program holds.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = super::OUT)]
pub struct WaitArguments {
    /// Wait for a journal that another program holds
    #[arg(long)]
    pub wait: bool,
}
