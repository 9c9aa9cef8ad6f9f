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

/// What an interval counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
}

/// What a bare number counts, where the interval's header says so: `Interval (weeks)`, `(7 = weekly)`. The platform's
/// own `onceEveryNdays` is a name, not a word about its values.
pub fn counted(header: &str) -> Option<Counted> {
    let header = header.to_lowercase();
    let mut parts = header.split(['(', '[']);
    let name = parts.next().unwrap_or_default();
    let remarks = parts.filter_map(|rest| rest.split([')', ']']).next());
    remarks.filter_map(counted_in_remark).next().or_else(|| {
        let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let is_platforms = name.trim_end().ends_with("onceeveryndays");
        one_of(says(&["day", "daily", "tage"]) && !is_platforms, says(&["week", "woche", "wöchentlich"]))
    })
}

/// A unit first, as in `(days, max. 4 weeks)`; the unit of a value, as in `(1 = daily, 7 = weekly)`; or a word for one
/// alone. `(days or weeks)` says nothing.
fn counted_in_remark(remark: &str) -> Option<Counted> {
    const DAYS: [&str; 5] = ["day", "days", "d", "tag", "tage"];
    const WEEKS: [&str; 7] = ["week", "weeks", "wk", "wks", "w", "woche", "wochen"];
    const DAILY: [&str; 2] = ["daily", "täglich"];
    const WEEKLY: [&str; 2] = ["weekly", "wöchentlich"];
    const BETWEEN: [&str; 6] = ["every", "each", "once", "a", "is", "means"];
    let is_end = |character: char| !character.is_alphanumeric();
    let words: Vec<&str> = remark.split(is_end).filter(|word| !word.is_empty() && !BETWEEN.contains(word)).collect();
    let (is_days, is_weeks) = (|word: &str| DAYS.contains(&word), |word: &str| WEEKS.contains(&word));
    let has_number = words.iter().any(|word| word.parse::<u32>().is_ok());
    let is_choice = remark.contains('/') || words.contains(&"or") || words.contains(&"oder");
    let of_value = |number: &str, word: &str| match (number, is_days(word) || DAILY.contains(&word)) {
        ("1", true) => Some(Counted::Days),
        ("1", false) if is_weeks(word) || WEEKLY.contains(&word) => Some(Counted::Weeks),
        ("7", false) if is_weeks(word) || WEEKLY.contains(&word) => Some(Counted::Days),
        _ => None,
    };
    let of_values = || {
        let found =
            words.windows(2).filter_map(|pair| of_value(pair[0], pair[1]).or_else(|| of_value(pair[1], pair[0])));
        let found: Vec<Counted> = found.collect();
        one_of(found.contains(&Counted::Days), found.contains(&Counted::Weeks))
    };
    match words.as_slice() {
        [] => None,
        [alone] if DAILY.contains(alone) => Some(Counted::Days),
        [alone] if WEEKLY.contains(alone) => Some(Counted::Weeks),
        _ if is_choice => None,
        [.., last] if is_days(last) && !words.iter().any(|word| is_weeks(word)) => Some(Counted::Days),
        [.., last] if is_weeks(last) && !has_number && !words.iter().any(|word| is_days(word)) => Some(Counted::Weeks),
        [first, ..] if has_number && is_days(first) => Some(Counted::Days),
        [first, ..] if has_number && is_weeks(first) => Some(Counted::Weeks),
        _ => of_values(),
    }
}

const fn one_of(days: bool, weeks: bool) -> Option<Counted> {
    match (days, weeks) {
        (true, false) => Some(Counted::Days),
        (false, true) => Some(Counted::Weeks),
        (true, true) | (false, false) => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_what_an_interval_counts_by_its_name_or_a_remark_unless_it_leaves_a_choice() {
        use Counted::{Days, Weeks};
        for (header, said) in [
            ("Interval (weeks)", Some(Weeks)),
            ("Interval (in weeks)", Some(Weeks)),
            ("Interval (week(s))", Some(Weeks)),
            ("Intervall (Wochen)", Some(Weeks)),
            ("Every [wks.]", Some(Weeks)),
            ("Interval (weekly)", Some(Weeks)),
            ("onceEveryNweeks", Some(Weeks)),
            ("Weekly interval (a number)", Some(Weeks)),
            ("Interval (1 = every week)", Some(Weeks)),
            ("Interval (1 = weekly, 2 = every 2 weeks)", Some(Weeks)),
            ("Interval (weekly: 1)", Some(Weeks)),
            ("Interval (number of weeks)", Some(Weeks)),
            ("Interval (weeks, 1 = every week)", Some(Weeks)),
            ("Interval (days)", Some(Days)),
            ("Interval (number of days)", Some(Days)),
            ("Every N days", Some(Days)),
            ("Daily interval", Some(Days)),
            ("Interval (1 = daily, 7 = weekly)", Some(Days)),
            ("Interval (days; weekly = 7)", Some(Days)),
            ("Interval (days, e.g. 7 = 1 week)", Some(Days)),
            ("Interval (days, max. 4 weeks)", Some(Days)),
            ("Interval (number; weekly is 7)", Some(Days)),
            ("Interval (7 = once a week, min. 1)", Some(Days)),
            ("Interval", None),
            ("Interval ()", None),
            ("onceEveryNdays", None),
            ("How often (daily or weekly)", None),
            ("Every (days or weeks)", None),
            ("Interval (min. 1)", None),
            ("Interval (days of the week)", None),
        ] {
            assert_eq!(counted(header), said, "{header}");
        }
    }
}
