//! The flags that a command was given, and which of them one that follows it is to be given too.

use std::ffi::OsString;

use serde::{Deserialize, Serialize};

/// A flag of the command line, without its dashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Its long name.
    pub name: String,
    /// Its value, if it takes one.
    pub value: Option<OsString>,
}

/// What a flag concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// Only the command that was given.
    Moment,
    /// Only the files of the command that was given.
    Files,
    /// Where things are found. No batch remembers it: each command about it is told anew.
    Place,
    /// Who asks. Those of the command at hand count.
    Credentials,
    /// What the rows mean and how they are sent: all that no other concern holds.
    Rows,
}

/// The flags that concern something other than the rows.
pub const CONCERNS: [(&str, Concern); 26] = [
    ("yes", Concern::Moment),
    ("quiet", Concern::Moment),
    ("verbose", Concern::Moment),
    ("format", Concern::Moment),
    ("progress", Concern::Moment),
    ("color", Concern::Moment),
    ("resend", Concern::Moment),
    ("online", Concern::Moment),
    ("dry-run", Concern::Moment),
    ("sheet", Concern::Files),
    ("header-row", Concern::Files),
    ("delimiter", Concern::Files),
    ("encoding", Concern::Files),
    ("results", Concern::Files),
    ("rejects", Concern::Files),
    ("report", Concern::Files),
    ("events", Concern::Files),
    ("metrics", Concern::Files),
    ("all-or-nothing", Concern::Files),
    ("journal", Concern::Place),
    ("config", Concern::Place),
    ("profile", Concern::Place),
    ("token-file", Concern::Credentials),
    ("client-id", Concern::Credentials),
    ("client-secret-file", Concern::Credentials),
    ("cacert", Concern::Credentials),
];

impl Flag {
    /// What it concerns.
    pub fn concern(&self) -> Concern {
        CONCERNS.iter().find(|(name, _)| *name == self.name).map_or(Concern::Rows, |(_, concern)| *concern)
    }
}
