//! The simulator as a server.

use std::path::PathBuf;

use clap::Args;

use super::{FormatArguments, help};

/// `simulate`.
#[derive(Debug, Clone, Args)]
#[command(after_help = help::simulate())]
pub struct SimulateArguments {
    /// Where to listen: a loopback address, port 0 for any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: std::net::SocketAddr,
    /// The account that may call [default: any, each under quotas of its own] [env: KORE_ACCOUNT_ID]
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// The client id that tokens must name; with a secret, or neither [default: made up and shown] [env: KORE_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// A file with the secret that tokens must be signed with [default: made up and shown]; its value
    /// itself: [env: KORE_CLIENT_SECRET]
    #[arg(long, value_name = "PATH")]
    pub client_secret_file: Option<PathBuf>,
    /// Most calls in any window, or none; repeatable [default: 60/1m 1800/1h]
    #[arg(long, value_name = "CALLS/TIME")]
    pub quota: Vec<String>,
    /// How long each answer takes
    #[arg(long, value_name = "TIME", default_value = "0s")]
    pub latency: String,
    /// A fault to play, or a TOML file of faults; repeatable
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
    /// What the platform's documentation leaves open, such as retry-after=seconds; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub switch: Vec<String>,
    /// How many campaigns exist, named Campaign 1 and so on; or a sheet whose campaigns exist, all of them Ready
    /// [default: every name exists]
    #[arg(long, value_name = "N|SHEET")]
    pub campaigns: Option<String>,
    /// The shape of stdout.
    #[command(flatten)]
    pub format: FormatArguments,
}
