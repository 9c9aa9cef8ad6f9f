//! The limits a user can set: quotas and pace.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// At most so many calls in any window of this length, counted per host and account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quota {
    /// How many calls.
    pub calls: u32,
    /// In how long.
    pub window: Duration,
}
