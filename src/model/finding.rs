//! Problems and warnings: what is wrong or suspicious with a row, cell by cell.
//!
//! A finding says three things apart: what stands there (`value`), what is wrong with it
//! (`message`), and what to do about it (`hint`). Its code never changes its meaning, so that
//! scripts can count on it.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{CellName, Field};

/// A problem or a warning of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The cell, where there is one.
    pub cell: Option<CellName>,
    /// The column's meaning, where it has one.
    pub field: Option<Field>,
    /// What kind of finding it is.
    pub code: Code,
    /// What stands in the cell; `None` if nothing does.
    pub value: Option<String>,
    /// What is wrong, as a fragment in lower case.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Display for Finding {
    /// `code: what is wrong; what to do`, as in `result_error`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}; {}", self.code, self.message, self.hint)
    }
}

/// Puts findings into the order of the sheet's columns; those without a cell come last.
pub fn in_column_order(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| finding.cell.map_or(u32::MAX, |cell| cell.column));
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// What kind of finding it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word in JSON and in the results.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

codes! {
    // Problems of any cell.
    /// A required cell is blank, or its column is missing.
    Missing = "missing",
    /// The cell holds an error value such as `#N/A`.
    ErrorValue = "error-value",
    /// The cell holds a formula and the file no value for it.
    FormulaWithoutValue = "formula-without-value",
    /// The cell is merged with one above it, which alone holds the value.
    MergedCell = "merged-cell",
    /// The cell is longer than a spreadsheet allows (32,767 characters).
    CellTooLong = "cell-too-long",
    /// There is a value beyond the header's last column.
    BeyondHeader = "beyond-header",
    /// The cell's type makes no sense here, such as TRUE for a date.
    WrongType = "wrong-type",
    // Problems of names and streams.
    /// The name was turned into a date by the program that saved the file.
    NameIsDate = "name-is-date",
    /// The name holds a line break or another control character.
    ControlCharacter = "control-character",
    /// The same campaign stands more than once and is to be scheduled differently.
    ConflictingRows = "conflicting-rows",
    /// The stream id holds a character that no id has.
    NotAStreamId = "not-a-stream-id",
    // Problems of dates and times.
    /// No date can be read from it.
    NotADate = "not-a-date",
    /// No time of day can be read from it.
    NotATime = "not-a-time",
    /// Written like a date, but there is no such day or hour.
    NoSuchDate = "no-such-date",
    /// Day and month can be taken either way.
    AmbiguousDate = "ambiguous-date",
    /// The day of the week beside the date isn't the date's.
    WeekdayDiffers = "weekday-differs",
    /// The order of day, month and year isn't the one of `--date-order`.
    DateOrder = "date-order",
    /// The year has two digits.
    TwoDigitYear = "two-digit-year",
    /// A bare number where a text file needs a date.
    BareNumber = "bare-number",
    /// The end isn't after the start.
    EndBeforeStart = "end-before-start",
    /// The start is past.
    StartPast = "start-past",
    /// The end is past.
    EndPast = "end-past",
    /// No such time zone.
    UnknownTimezone = "unknown-timezone",
    /// The row's zone differs from the platform's, which isn't known.
    PlatformTimezoneNeeded = "platform-timezone-needed",
    // Problems of intervals.
    /// No interval can be read from it.
    NotAnInterval = "not-an-interval",
    /// Zero, negative, broken or too large.
    IntervalOutOfRange = "interval-out-of-range",
    /// Interval, recurrence and days contradict each other.
    Contradiction = "contradiction",
    /// Neither daily nor weekly.
    NotARecurrence = "not-a-recurrence",
    /// Not days of the week.
    NotDays = "not-days",
    /// Neither enable nor disable.
    NotAnAction = "not-an-action",
    // Problems that only the platform knows.
    /// The platform has no campaign of this name.
    CampaignNotFound = "campaign-not-found",
    // Warnings.
    /// The interval is longer than the window, so the campaign runs once at most.
    IntervalExceedsWindow = "interval-exceeds-window",
    /// The name is longer than the platform takes for new campaigns.
    NameTooLong = "name-too-long",
    /// Another row's name differs from this one by case alone.
    NameDiffersByCase = "name-differs-by-case",
    /// An earlier row asks for the very same thing.
    RepeatedRow = "repeated-row",
    /// The name was a number; leading zeros are lost if there were any.
    NameWasNumber = "name-was-number",
    /// Invisible characters at the ends were taken off.
    InvisibleTrimmed = "invisible-trimmed",
    /// An invisible character stands within the name and is sent.
    InvisibleInside = "invisible-inside",
    /// A serial number was taken for a date.
    SerialDate = "serial-date",
    /// The start is past in some time zones.
    StartMayBePast = "start-may-be-past",
    /// The end is past in some time zones.
    EndMayBePast = "end-may-be-past",
    /// The start is less than 15 minutes away.
    StartSoon = "start-soon",
    /// The start comes before the quota lets the call leave.
    StartBeforeTurn = "start-before-turn",
    /// The local hour was skipped when the clocks changed; the hour after is taken.
    SkippedHour = "skipped-hour",
    /// The local hour came twice when the clocks changed; the first is taken.
    DoubledHour = "doubled-hour",
    /// The zone has no summer time, but its short name is used all year where there is one.
    NoSummerTime = "no-summer-time",
    /// Converting the start moved it to another day, and the weekdays with it.
    DaysMoved = "days-moved",
    /// The campaign is in a state that may not accept a schedule.
    CampaignState = "campaign-state",
    /// The platform knows the campaign under a name that differs by case.
    CampaignNameCase = "campaign-name-case",
    /// The platform has several campaigns of this name.
    CampaignNameTwice = "campaign-name-twice",
    /// The platform didn't show all of its campaigns, and this one isn't among those that it showed.
    CampaignNotSeen = "campaign-not-seen",
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == word)
            .ok_or_else(|| D::Error::custom(format!("\"{word}\" is not a code")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_codes_only_grows() {
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        insta::assert_snapshot!(codes.join("\n"));
    }

    #[test]
    fn no_two_codes_share_a_word() {
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Code::ALL.len());
    }
}
