//! What the journal gives back to those who read it.

use chrono::{DateTime, Utc};

use super::numbers::Span;
use crate::model::{
    Action, BatchId, CampaignId, CampaignName, Cell, Field, Finding, Place, Schedule, Status, StreamId, Tally, Target,
};

/// A row as the journal knows it: all that results and reports show.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRow {
    /// Its number in the batch, from 0, in the order of the input.
    pub ordinal: u64,
    /// Where it stands.
    pub place: Place,
    /// Which of the batch's inputs it comes from.
    pub input: u32,
    /// Its cells, in the order of its input's columns, then what stood beyond the header; trailing
    /// empty ones may be left out.
    pub cells: Vec<Cell>,
    /// The campaign's name as far as it could be read.
    pub campaign: Option<CampaignName>,
    /// The stream it goes to.
    pub stream: StreamId,
    /// Enable or disable.
    pub action: Action,
    /// What it asks for, if it could be read.
    pub schedule: Option<Schedule>,
    /// How it ended.
    pub status: Status,
    /// The platform's id of the campaign.
    pub id: Option<CampaignId>,
    /// What the platform said.
    pub message: Option<String>,
    /// `code: what is wrong; what to do`, for every row that isn't good.
    pub error: Option<String>,
    /// Problems of an invalid row, cell by cell.
    pub problems: Vec<Finding>,
    /// Warnings, cell by cell.
    pub warnings: Vec<Finding>,
    /// The last answer's HTTP status.
    pub http_status: Option<u16>,
    /// How many calls were made for it.
    pub attempts: u32,
    /// When the first of them was granted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was settled.
    pub finished_at: Option<DateTime<Utc>>,
    /// The later batch that took it over, if one did.
    pub taken_over_by: Option<Later>,
}

/// An input of a batch.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InputRecord {
    /// The path as given, or `stdin`.
    pub source: String,
    /// The sheet; `None` for text files.
    pub sheet: Option<String>,
    /// The header cells.
    pub columns: Vec<String>,
    /// What they mean, in the same order; cells without a meaning at the end may be left out.
    #[serde(default)]
    pub fields: Vec<Option<Field>>,
    /// How many cells stand beyond the header's last column, in the row that has most of them.
    #[serde(default)]
    pub beyond: usize,
    /// It carries what an earlier run wrote: a results or rejects file.
    #[serde(default)]
    pub is_results: bool,
}

/// A later batch that took a row over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// Its id; `None` if it was forgotten since.
    pub batch: Option<BatchId>,
    /// It undid the row's batch.
    pub is_undo: bool,
}

/// What kind of batch it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BatchKind {
    /// The rows of a `run`.
    Run,
    /// The rows of an `undo`.
    Undo,
}

impl BatchKind {
    const ALL: [Self; 2] = [Self::Run, Self::Undo];

    /// The word in the journal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Undo => "undo",
        }
    }

    /// The kind of this word.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A batch as the journal knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRecord {
    /// Its rows in the journal.
    pub span: Span,
    /// Its id.
    pub id: BatchId,
    /// A run or an undo.
    pub kind: BatchKind,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ended, if it did.
    pub finished_at: Option<DateTime<Utc>>,
    /// Where its rows go.
    pub target: Target,
    /// Its inputs, in order.
    pub inputs: Vec<InputRecord>,
    /// What `resume` remembers of its settings, as JSON that the journal doesn't read.
    pub remembered: String,
    /// How its last sitting ended, as JSON that the journal doesn't read; `None` if it was killed.
    pub last_sitting: Option<String>,
    /// Campaigns that an earlier run of the same sources scheduled and that were no longer in them.
    pub missing_from_sheet: u64,
    /// True if rows wait for a grant.
    pub has_rows_to_send: bool,
    /// How its rows stand.
    pub tally: Tally,
}
