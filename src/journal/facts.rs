//! What the rows of a batch have in common, read once for many of them.

use std::sync::Arc;

use rusqlite::Connection;

use super::numbers::Span;
use super::record::InputRecord;
use super::{JournalError, sql};
use crate::model::{AccountId, Host, Place, StreamId, Target};

/// What the rows of a batch have in common.
pub(super) struct BatchFacts {
    places: Places,
    stream: StreamId,
}

/// The places' common parts, shared by all rows of an input.
pub(super) struct Places(Vec<(Arc<str>, Option<Arc<str>>)>);

impl BatchFacts {
    pub(super) fn of(connection: &Connection, span: Span) -> Result<Self, JournalError> {
        let mut statement = connection.prepare_cached(sql::BATCH_FACTS)?;
        let (inputs, stream): (String, String) =
            statement.query_row([span.batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let inputs: Vec<InputRecord> = serde_json::from_str(&inputs)?;
        Ok(Self { places: Places::of(&inputs), stream: StreamId::new(stream) })
    }

    /// The place of a row.
    pub(super) fn place(&self, input: u32, row: u32) -> Result<Place, JournalError> {
        self.places.place(input, row)
    }

    /// The row's own stream, or the batch's.
    pub(super) fn stream(&self, own: Option<String>) -> StreamId {
        own.map_or_else(|| self.stream.clone(), StreamId::new)
    }
}

impl Places {
    pub(super) fn of(inputs: &[InputRecord]) -> Self {
        let parts = |input: &InputRecord| (input.source.as_str().into(), input.sheet.as_deref().map(Into::into));
        Self(inputs.iter().map(parts).collect())
    }

    pub(super) fn place(&self, input: u32, row: u32) -> Result<Place, JournalError> {
        let (source, sheet) = usize::try_from(input)
            .ok()
            .and_then(|input| self.0.get(input))
            .ok_or_else(|| JournalError::Value(format!("input {input}")))?;
        Ok(Place { source: Arc::clone(source), sheet: sheet.clone(), row })
    }
}

/// The target that a batch's columns name.
pub(super) fn target_of(host: &str, account: String, stream: String) -> Result<Target, JournalError> {
    let host: Host = serde_json::from_value(serde_json::Value::String(host.to_owned()))?;
    Ok(Target { host, account: AccountId::new(account), stream: StreamId::new(stream) })
}
