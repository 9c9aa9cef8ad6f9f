//! Where the calls go, and with whose credentials. No flag takes a secret's value: what stands on
//! a command line stands in the process list.

use std::path::PathBuf;

use clap::Args;

use super::TARGET;

/// Where the calls go.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = TARGET)]
pub struct TargetArguments {
    /// The platform's host, such as platform.kore.ai [env: KORE_HOST]
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// The stream (bot) of rows that name none themselves [env: KORE_STREAM_ID]
    #[arg(long, value_name = "ID")]
    pub stream_id: Option<String>,
    /// The account whose quota the calls pay [env: KORE_ACCOUNT_ID]
    #[arg(long, value_name = "ID")]
    pub account_id: Option<String>,
    /// The `iid` header; the row's stream id by default [env: KORE_IID]
    #[arg(long, value_name = "ID")]
    pub iid: Option<String>,
}

/// With whose credentials.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = TARGET)]
pub struct CredentialArguments {
    /// A file with a ready-made token; its value itself: [env: KORE_JWT]
    #[arg(long, value_name = "PATH")]
    pub token_file: Option<PathBuf>,
    /// The client id of the JWT app, to sign tokens here [env: KORE_CLIENT_ID]
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// A file with the app's client secret; its value itself: [env: KORE_CLIENT_SECRET]
    #[arg(long, value_name = "PATH")]
    pub client_secret_file: Option<PathBuf>,
    /// A PEM file of certificate authorities to trust besides the usual ones
    #[arg(long, value_name = "PATH")]
    pub cacert: Option<PathBuf>,
}
