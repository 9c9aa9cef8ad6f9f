//! The end of a run: one JSON object for programs, one screen of text for people.
//!
//! Both are made of the same [`Summary`], so neither can say what the other doesn't know.
//!
//! | file | says |
//! |---|---|
//! | [`closing`] | what the text is made of |
//! | [`text`] | the text: what is told, and what is left out where lines are few |
//! | [`verdict`] | its first sentence |
//! | `parts`, `sections` | what is always there; what did not make it and what is suspicious |
//! | [`next`] | the commands that can follow, with the flags that matter; those of `check` and `history` too |
//! | `flag` | the flags of a command, and which of them matter to what follows |
//! | `shell` | a word of a command as it can be pasted |
//! | [`wording`], [`style`] | what words mean, and how text is broken; colour, and the size of the screen |

pub mod closing;
mod flag;
pub mod next;
mod parts;
mod sections;
pub mod shell;
pub mod style;
pub mod text;
pub mod verdict;
pub mod wording;

pub use flag::{CONCERNS, Concern, Flag};
use serde::{Serialize, Serializer};

use crate::model::Ending;
use crate::model::{BatchId, Status, Tally};

/// What `run --format json` prints. The order of the fields is part of the contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The batch.
    pub batch: BatchId,
    /// How many rows it has: the sum of `outcomes`.
    pub rows: u64,
    /// How many rows ended how.
    #[serde(serialize_with = "by_word")]
    pub outcomes: Tally,
    /// The same without the rows that a later batch took over.
    #[serde(skip)]
    pub counted: Tally,
    /// Calls that were to schedule a row, in all sittings of the batch.
    pub attempts: u64,
    /// Calls that only read, in all sittings of the batch.
    pub reads: u64,
    /// Wall time of this sitting from the start to the end, in seconds.
    #[serde(serialize_with = "to_the_millisecond")]
    pub elapsed_seconds: f64,
    /// Wall time of this sitting in which nothing could be granted for the quota's sake, in seconds.
    #[serde(serialize_with = "to_the_millisecond")]
    pub quota_wait_seconds: f64,
    /// Campaigns that an earlier run of the same source scheduled and that are no longer in it.
    pub missing_from_sheet: u64,
    /// Of an undo: campaigns that were spared, because a later batch had changed them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spared: Option<u64>,
    /// Of an undo: rows of the batch that were still waiting, and are not sent any more.
    #[serde(skip)]
    pub withdrawn: u64,
    /// Nothing was sent, because rows have problems and that was asked for.
    #[serde(skip)]
    pub is_withheld: bool,
    /// The results files, as given.
    pub results: Vec<String>,
    /// The exit code.
    pub exit_code: u8,
}

impl Summary {
    /// The accounts of a batch; what isn't known from the tally is zero and can be set.
    ///
    /// `counted` are the rows that count for the exit code: those of `outcomes` that no later batch
    /// took over.
    pub fn new(batch: BatchId, outcomes: Tally, counted: &Tally, ending: Ending) -> Self {
        Self {
            batch,
            rows: outcomes.rows(),
            outcomes,
            counted: *counted,
            attempts: 0,
            reads: 0,
            elapsed_seconds: 0.0,
            quota_wait_seconds: 0.0,
            missing_from_sheet: 0,
            spared: None,
            withdrawn: 0,
            is_withheld: false,
            results: Vec::new(),
            exit_code: ending.exit_code(counted),
        }
    }
}

fn by_word<S: Serializer>(tally: &Tally, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(Status::ALL.map(|status| (status.as_str(), tally.of(status))))
}

fn to_the_millisecond<S: Serializer>(seconds: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((seconds * 1_000.0).round() / 1_000.0)
}
