//! Times as the journal stores them: microseconds since 1970, UTC.

use chrono::{DateTime, Utc};

use super::JournalError;

pub(super) fn to_micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

pub(super) fn from_micros(micros: i64) -> Result<DateTime<Utc>, JournalError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| JournalError::Value(format!("time {micros}")))
}
