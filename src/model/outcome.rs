//! How a row ended, and the sums over a batch that decide the exit code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a row ended: the `result_status` of the results. The numbers stand in journals and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The platform accepted the schedule.
    Scheduled = 0,
    /// The platform accepted the end of the schedule.
    Disabled = 1,
    /// This very schedule was accepted before.
    Unchanged = 2,
    /// The row has problems and was never sent.
    Invalid = 3,
    /// The platform said no.
    Rejected = 4,
    /// Given up, and no call can have taken effect.
    Failed = 5,
    /// Given up, and a call may have taken effect.
    Unknown = 6,
    /// Not settled when the batch stopped.
    Pending = 7,
}

impl Status {
    /// All of them, in the order in which summaries name them.
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Disabled,
        Self::Unchanged,
        Self::Invalid,
        Self::Rejected,
        Self::Failed,
        Self::Unknown,
        Self::Pending,
    ];

    /// The word in files and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Disabled => "disabled",
            Self::Unchanged => "unchanged",
            Self::Invalid => "invalid",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
        }
    }

    /// The status of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// The status of this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|status| *status as u8 == number)
    }

    /// How the rows stand that follow one which stands so.
    #[must_use]
    pub const fn of_followers(self) -> Self {
        match self {
            Self::Scheduled | Self::Disabled => Self::Unchanged,
            other => other,
        }
    }

    /// True if the row asks nothing more of anybody.
    pub const fn is_good(self) -> bool {
        match self {
            Self::Scheduled | Self::Disabled | Self::Unchanged => true,
            Self::Invalid | Self::Rejected | Self::Failed | Self::Unknown | Self::Pending => false,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// How many rows ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    counts: [u64; 8],
}

impl Tally {
    /// Counts so many rows more.
    pub fn add(&mut self, status: Status, rows: u64) {
        self.counts[status as usize] += rows;
    }

    /// Moves one row from one status to another.
    pub fn shift(&mut self, from: Status, to: Status) {
        self.counts[from as usize] = self.counts[from as usize].saturating_sub(1);
        self.counts[to as usize] += 1;
    }

    /// The rows with this status.
    pub const fn of(&self, status: Status) -> u64 {
        self.counts[status as usize]
    }

    /// All rows.
    pub fn rows(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The rows that are neither good nor pending: they make exit code 1.
    pub fn bad(&self) -> u64 {
        [Status::Invalid, Status::Rejected, Status::Failed, Status::Unknown].into_iter().map(|s| self.of(s)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_by_its_word_and_counted_in_its_place() {
        let mut tally = Tally::default();
        for (index, status) in Status::ALL.into_iter().enumerate() {
            assert_eq!(status as usize, index);
            assert_eq!(Status::from_word(status.as_str()), Some(status));
            tally.add(status, index as u64);
        }
        assert_eq!(tally.rows(), 28);
        assert_eq!(tally.of(Status::Pending), 7);
        assert_eq!(tally.bad(), 3 + 4 + 5 + 6);
    }
}
