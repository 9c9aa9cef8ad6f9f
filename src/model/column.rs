//! The columns that mean something: those the reader looks for, and those the results add.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column that the reader understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The campaign's name on the platform.
    CampaignName,
    /// When the schedule starts: date and time in one cell.
    Start,
    /// The date of the start, where its time stands in a column of its own.
    StartDate,
    /// The time of the start, beside [`Field::StartDate`].
    StartTime,
    /// When the schedule ends: date and time in one cell.
    End,
    /// The date of the end, where its time stands in a column of its own.
    EndDate,
    /// The time of the end, beside [`Field::EndDate`].
    EndTime,
    /// How often.
    Interval,
    /// Daily or weekly, where the interval alone doesn't say.
    Recurrence,
    /// The days of the week.
    Days,
    /// Enable or disable.
    Action,
    /// The zone of the row's times.
    Timezone,
    /// The stream, where it isn't the run's.
    StreamId,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::CampaignName,
        Self::Start,
        Self::StartDate,
        Self::StartTime,
        Self::End,
        Self::EndDate,
        Self::EndTime,
        Self::Interval,
        Self::Recurrence,
        Self::Days,
        Self::Action,
        Self::Timezone,
        Self::StreamId,
    ];

    /// True if it means something of a row that disables its campaign, too.
    pub const fn is_of_disable(self) -> bool {
        matches!(self, Self::CampaignName | Self::Action | Self::StreamId)
    }

    /// The canonical name, as in JSON, in `--map` and in the template.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CampaignName => "campaign_name",
            Self::Start => "start",
            Self::StartDate => "start_date",
            Self::StartTime => "start_time",
            Self::End => "end",
            Self::EndDate => "end_date",
            Self::EndTime => "end_time",
            Self::Interval => "interval",
            Self::Recurrence => "recurrence",
            Self::Days => "days",
            Self::Action => "action",
            Self::Timezone => "timezone",
            Self::StreamId => "stream_id",
        }
    }

    /// The field of this canonical name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// True for `Enabled` or `On/Off?`, under which yes means enable and no means disable. Under `Action` or
/// `Enable/Disable` they would mean what nobody can tell: `no` may be nothing to do.
pub fn asks_yes_or_no(header: &str) -> bool {
    let header: String = header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let asks = ["enable", "active", "onoff", "onoroff"].iter().any(|word| header.contains(word));
    asks && !["action", "disable", "inactive"].iter().any(|word| header.contains(word))
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// A column that the results add, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ResultColumn {
    /// How the row ended.
    Status,
    /// The platform's id of the campaign.
    Id,
    /// What the platform said.
    Message,
    /// `code: what is wrong; what to do`.
    Error,
    /// What is suspicious.
    Warnings,
    /// The last answer's HTTP status.
    HttpStatus,
    /// How many calls were made for the row.
    Attempts,
    /// When the first of them left.
    SubmittedAt,
    /// When the row was settled.
    FinishedAt,
    /// The batch.
    Batch,
    /// The row's place.
    Source,
}

impl ResultColumn {
    /// All of them in their order.
    pub const ALL: [Self; 11] = [
        Self::Status,
        Self::Id,
        Self::Message,
        Self::Error,
        Self::Warnings,
        Self::HttpStatus,
        Self::Attempts,
        Self::SubmittedAt,
        Self::FinishedAt,
        Self::Batch,
        Self::Source,
    ];

    /// The header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Status => "result_status",
            Self::Id => "result_id",
            Self::Message => "result_message",
            Self::Error => "result_error",
            Self::Warnings => "result_warnings",
            Self::HttpStatus => "result_http_status",
            Self::Attempts => "result_attempts",
            Self::SubmittedAt => "result_submitted_at",
            Self::FinishedAt => "result_finished_at",
            Self::Batch => "result_batch",
            Self::Source => "result_source",
        }
    }
}
