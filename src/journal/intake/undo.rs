//! The rows of an undo: what a batch enabled, to be disabled again.

use std::collections::HashMap;

use super::entry::Meaning;
use crate::journal::facts::Places;
use crate::journal::numbers::Span;
use crate::journal::reading::kept_row;
use crate::journal::{BatchRecord, Intake, JournalError, SqliteJournal, StoredRow, sql};
use crate::model::{Action, CampaignKey, Row, Schedule};

/// Rows read from the undone batch at once.
const PAGE: i64 = 512;

impl SqliteJournal {
    /// How many rows of a batch an undo spares, because a later batch changed their campaign.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn spared_by_undo(&mut self, span: Span) -> Result<u64, JournalError> {
        self.settle_campaigns()?;
        Ok(self.connection.query_row(sql::COUNT_SPARED, (span.before(), span.last()), |row| row.get(0))?)
    }
}

impl Intake<'_> {
    /// Adds a disable row for each row of a batch that enabled a campaign, or may have, and isn't
    /// spared. A campaign that the batch enabled twice (an old row in doubt, and a new one) is disabled
    /// once: the later rows follow the first. What the batch left unsettled is sent by no `resume` once this is
    /// sealed: it would enable what is undone.
    ///
    /// # Errors
    /// If the journal is lost.
    pub fn add_undo_of(&mut self, batch: &BatchRecord) -> Result<(), JournalError> {
        self.undoes = Some(batch.span);
        batch.inputs.iter().for_each(|input| self.add_input(input.clone()));
        let mut after = batch.span.before();
        let mut first: HashMap<CampaignKey, u32> = HashMap::new();
        let mut ordinal = 0;
        loop {
            let rows = self.enabling_rows(batch, after)?;
            let Some(latest) = rows.last() else { return Ok(()) };
            after = batch.span.first() + i64::try_from(latest.ordinal).unwrap_or(i64::MAX);
            for row in rows {
                let Some(row) = disabling(row) else { continue };
                self.add(&row)?;
                let Some((campaign, _)) = Meaning::of(&row, self.target()).keys else { continue };
                let leader = *first.entry(campaign).or_insert(ordinal);
                if leader != ordinal {
                    self.follow(ordinal, leader)?;
                }
                ordinal += 1;
            }
        }
    }

    fn enabling_rows(&self, batch: &BatchRecord, after: i64) -> Result<Vec<StoredRow>, JournalError> {
        let places = Places::of(&batch.inputs);
        let mut statement = self.connection().prepare_cached(sql::ENABLING_ROWS)?;
        let mut rows = statement.query((after, batch.span.last(), PAGE))?;
        let mut stored = Vec::new();
        while let Some(row) = rows.next()? {
            stored.push(kept_row(row, batch, &places, None)?.into_row()?);
        }
        Ok(stored)
    }
}

/// The row as its owner knows it, asking for the contrary.
fn disabling(row: StoredRow) -> Option<Row> {
    let StoredRow { place, input, cells, campaign, stream, .. } = row;
    let (campaign, stream) = (campaign?, Some(stream));
    Some(Row {
        place,
        input,
        cells,
        campaign: Some(campaign),
        stream,
        action: Action::Disable,
        schedule: Some(Schedule::Disable),
        problems: Vec::new(),
        untimely: Vec::new(),
        warnings: Vec::new(),
    })
}
