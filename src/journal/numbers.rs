//! How rows, calls and batches are numbered in the journal.

use serde::{Deserialize, Serialize};

/// A row's number in the journal: its batch's number times 2³², plus its ordinal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowNumber(pub i64);

impl RowNumber {
    /// The row's place in its batch, from 0.
    pub const fn ordinal(self) -> u64 {
        (self.0 & 0xffff_ffff).unsigned_abs()
    }
}

/// A call's number in the journal, in the order of the grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallNumber(pub i64);

/// A place in the queue of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Turn(pub i64);

/// The rows of one batch: the numbers from its first to its last possible row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The batch's number.
    pub batch: i64,
}

impl Span {
    /// Calls that belong to no batch: those of `check --online`.
    pub const OUTSIDE: Self = Self { batch: 0 };

    /// The number before the first row.
    pub const fn before(self) -> i64 {
        (self.batch << 32) - 1
    }

    /// The number of the first row.
    pub const fn first(self) -> i64 {
        self.batch << 32
    }

    /// The number of the last possible row.
    pub const fn last(self) -> i64 {
        (self.batch << 32) + 0xffff_ffff
    }
}
