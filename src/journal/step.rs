//! All that happened in one turn of the coordinator, written in one transaction.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::numbers::{CallNumber, RowNumber};
use crate::model::{CampaignId, Status};

/// A call that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its number.
    pub call: CallNumber,
    /// The row it schedules; `None` for a read.
    pub row: Option<RowNumber>,
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
}

/// A call that was answered or given up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// Its number.
    pub call: CallNumber,
    /// When.
    pub answered_at: DateTime<Utc>,
    /// The HTTP status, if there was one.
    pub http_status: Option<u16>,
    /// What it was taken for, in one word.
    pub verdict: Cow<'static, str>,
    /// What the platform said, or what became of the call.
    pub message: String,
}

/// What the last call of a row means for its campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// It has taken effect.
    Accepted,
    /// It may have taken effect.
    InDoubt,
}

/// A row's new state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowChange {
    /// The row as it was queued.
    pub number: RowNumber,
    /// Whether other rows follow it.
    pub has_followers: bool,
    /// The new status.
    pub status: Status,
    /// A call of it may have taken effect.
    pub in_doubt: bool,
    /// Calls made for it.
    pub attempts: u32,
    /// The platform's id.
    pub id: Option<CampaignId>,
    /// What the platform said.
    pub message: Option<String>,
    /// `code: what is wrong; what to do`.
    pub error: Option<String>,
    /// The last HTTP status.
    pub http_status: Option<u16>,
    /// When its first call was granted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was settled.
    pub finished_at: Option<DateTime<Utc>>,
    /// What its last call means for the campaign; `None` if that call has not taken effect.
    pub effect: Option<Effect>,
}

/// All that happened since the last transaction.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Step {
    /// Calls answered.
    pub answers: Vec<AnswerRecord>,
    /// Rows changed.
    pub changes: Vec<RowChange>,
    /// Calls granted.
    pub grants: Vec<Grant>,
    /// The account is held until then.
    pub hold: Option<DateTime<Utc>>,
}

impl Step {
    /// True if there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.changes.is_empty() && self.grants.is_empty() && self.hold.is_none()
    }
}
