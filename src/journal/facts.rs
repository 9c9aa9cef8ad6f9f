//! What the rows of a batch have in common, read once for many of them.

use rusqlite::Connection;

use super::JournalError;
use super::numbers::Span;
use super::record::InputRecord;
use crate::model::{AccountId, Host, Place, StreamId, Target};

/// What the rows of a batch have in common.
pub(super) struct BatchFacts {
    inputs: Vec<InputRecord>,
    stream: StreamId,
}

impl BatchFacts {
    pub(super) fn of(connection: &Connection, span: Span) -> Result<Self, JournalError> {
        let mut statement = connection.prepare_cached("SELECT inputs, stream FROM batch WHERE number = ?1")?;
        let (inputs, stream): (String, String) =
            statement.query_row([span.batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { inputs: serde_json::from_str(&inputs)?, stream: StreamId::new(stream) })
    }

    /// The place of a row; `None` if the batch has no such input.
    pub(super) fn place(&self, input: u32, row: u32) -> Option<Place> {
        let input = self.inputs.get(usize::try_from(input).ok()?)?;
        Some(Place { source: input.source.as_str().into(), sheet: input.sheet.as_deref().map(Into::into), row })
    }

    /// The row's own stream, or the batch's.
    pub(super) fn stream(&self, own: Option<String>) -> StreamId {
        own.map_or_else(|| self.stream.clone(), StreamId::new)
    }
}

/// The target that a batch's columns name.
pub(super) fn target_of(host: &str, account: String, stream: String) -> Result<Target, JournalError> {
    let host: Host = serde_json::from_value(serde_json::Value::String(host.to_owned()))?;
    Ok(Target { host, account: AccountId::new(account), stream: StreamId::new(stream) })
}
