//! What is written, and what the terminal shows.

use std::path::PathBuf;

use clap::Args;

use super::{GENERAL, OUT};
use crate::report::summary::Flag;

/// Files that a batch writes at its end.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = OUT)]
pub struct ResultArguments {
    /// The results, .csv or .xlsx; repeatable [default: the first input with .results.csv, here]
    #[arg(long, value_name = "PATH")]
    pub results: Vec<PathBuf>,
    /// The rows that did not make it, .csv or .xlsx: mend them and run this file
    #[arg(long, value_name = "PATH")]
    pub rejects: Option<PathBuf>,
    /// A report for people
    #[arg(long, value_name = "PATH.html")]
    pub report: Option<PathBuf>,
}

/// Files that a batch writes while it goes on, or for a monitor.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = OUT)]
pub struct WatchArguments {
    /// Every attempt and change of state as it happens, one JSON line each
    #[arg(long, value_name = "PATH.jsonl")]
    pub events: Option<PathBuf>,
    /// What was logged, in a file too
    #[arg(long, value_name = "PATH")]
    pub log_file: Option<PathBuf>,
    /// Figures of the batch for node_exporter's textfile collector
    #[arg(long, value_name = "PATH")]
    pub metrics: Option<PathBuf>,
    /// How progress is shown on stderr [default: auto]
    #[arg(long, value_name = "HOW", value_parser = ["auto", "bar", "plain", "none"])]
    pub progress: Option<String>,
}

/// What every command knows.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = GENERAL)]
pub struct GeneralArguments {
    /// The settings file [default: campaign-scheduler.toml here or in the user's config folder]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// A [profile.NAME] table of the settings file
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// When to use colour; NO_COLOR in the environment means never [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = ["auto", "always", "never"])]
    pub color: Option<String>,
    /// Say more; repeatable
    #[arg(long, short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say less: no progress, and one line for a summary
    #[arg(long, short = 'q', conflicts_with = "verbose")]
    pub quiet: bool,
    /// All flags as they were given.
    #[arg(skip)]
    pub typed: Vec<Flag>,
}

/// The shape of what goes to stdout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object at the end, whatever the end
    Json,
}

/// The shape of what goes to stdout.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = GENERAL)]
pub struct FormatArguments {
    /// The shape of stdout: human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum, hide_possible_values = true)]
    pub format: Format,
}

/// The shape of what `check` says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum CheckFormat {
    /// For people
    #[default]
    Human,
    /// One JSON object at the end, whatever the end
    Json,
    /// One JSON line for each row
    Jsonl,
}

/// The shape of what `check` says.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = GENERAL)]
pub struct CheckFormatArguments {
    /// The shape of stdout: human, json, or (check and --dry-run) jsonl
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum, hide_possible_values = true)]
    pub format: CheckFormat,
}
