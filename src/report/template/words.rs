//! Every column in plain words.

use crate::model::Field;

/// What somebody needs to know to fill in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    /// Whether a row needs it.
    pub(super) needed: &'static str,
    /// What to write.
    pub(super) meaning: &'static str,
    /// How that looks.
    pub(super) examples: &'static str,
}

/// True for the columns that every row to schedule needs.
pub(super) const fn is_required(field: Field) -> bool {
    matches!(field, Field::CampaignName | Field::Start | Field::End | Field::Interval)
}

/// The words of a column.
pub(super) const fn of(field: Field) -> Words {
    let (needed, meaning, examples) = match field {
        Field::CampaignName => (
            "always",
            "The campaign's name, letter by letter as it is on the platform. The campaign must exist there.",
            "Spring offer EU",
        ),
        Field::Start => (
            "yes",
            "Date and time of the first run. A date alone means the start of that day. Must be in the future when the \
             row is sent.",
            "2027-01-27 18:29   27.01.2027 18:29   27 Jan 2027 6:29 pm",
        ),
        Field::StartDate => {
            ("instead of start", "The date of the first run, where its time has a column of its own.", "2027-01-27")
        }
        Field::StartTime => {
            ("no", "The time of the first run, beside start_date. Blank means 00:00:00.", "18:29   6:29 pm")
        }
        Field::End => (
            "yes",
            "Date and time after which the campaign runs no more. A date alone means the end of that day. Must be after \
             the start.",
            "2027-02-27 18:29   27.02.2027",
        ),
        Field::EndDate => ("instead of end", "The last date, where its time has a column of its own.", "2027-02-27"),
        Field::EndTime => {
            ("no", "The time on the last date, beside end_date. Blank means 23:59:59.", "18:29   6:29 pm")
        }
        Field::Interval => (
            "yes",
            "How often: a number of days, a number of weeks (if recurrence is weekly or days is filled), or words.",
            "1   every 2 days   weekly   Mon/Wed/Fri   weekdays   2 weeks on Tue",
        ),
        Field::Recurrence => ("no", "Whether a bare number in interval counts days or weeks.", "daily   weekly"),
        Field::Days => (
            "no",
            "On which days of the week, for weekly campaigns. Blank means the weekday of the start.",
            "Mon   Mon/Wed/Fri   Mon-Fri   weekdays",
        ),
        Field::Action => (
            "no",
            "enable sets the schedule; disable takes it away, and then only the name is needed. Blank means enable.",
            "enable   disable",
        ),
        Field::Timezone => (
            "no",
            "The time zone of this row's times, if it differs from the rest of the sheet.",
            "Europe/Berlin   America/New_York   UTC",
        ),
        Field::StreamId => {
            ("no", "The stream (bot) of the campaign, if it isn't the one of the whole run.", "st-1a2b3c4d")
        }
    };
    Words { needed, meaning, examples }
}
