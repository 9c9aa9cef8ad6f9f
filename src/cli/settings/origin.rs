//! Where a value comes from.

use std::fmt;
use std::path::PathBuf;

use super::key::Key;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// This variable.
    Environment(&'static str),
    /// A settings file.
    File {
        /// Which.
        path: PathBuf,
        /// The profile's table, if it stands in one.
        profile: Option<String>,
    },
    /// The batch that is resumed.
    Batch,
    /// Nobody said anything.
    Default,
}

impl Origin {
    /// The word in JSON.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Environment(_) => "environment",
            Self::File { .. } => "file",
            Self::Batch => "batch",
            Self::Default => "default",
        }
    }

    /// How a message names the setting where it was given, or where it may be: `--quota`, `KORE_HOST`,
    /// `x.toml: quota`. A secret has no flag.
    pub fn names(&self, key: Key) -> String {
        match (self, key.variable) {
            (Self::Flag | Self::Batch | Self::Default, Some(variable)) if key.is_secret() => variable.to_owned(),
            _ => self.names_openly(key),
        }
    }

    fn names_openly(&self, key: Key) -> String {
        match self {
            Self::Flag | Self::Batch | Self::Default => format!("--{}", key.name),
            Self::Environment(variable) => (*variable).to_owned(),
            Self::File { .. } => format!("{self}: {}", key.name),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag | Self::Batch | Self::Default => out.write_str(self.word()),
            Self::Environment(variable) => out.write_str(variable),
            Self::File { path, profile: None } => write!(out, "{}", path.display()),
            Self::File { path, profile: Some(profile) } => write!(out, "{} [profile.{profile}]", path.display()),
        }
    }
}

/// A setting in force: its value as it would be written, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which setting.
    pub key: Key,
    /// Its values; empty if it isn't set. A secret's are never here: see [`Entry::is_set`].
    pub values: Vec<String>,
    /// True if it has a value, shown or not.
    pub is_set: bool,
    /// Where it comes from.
    pub origin: Origin,
}
