//! A row made ready for the journal: all that takes time and needs nothing of what stands there.
//!
//! It is made where the row was read, so that the thread that writes has nothing left to do but to write.

use crate::journal::JournalError;
use crate::model::transition::{AtIntake, LastEffect};
use crate::model::{Action, CampaignKey, CampaignName, Cell, Finding, Row, RowKey, StreamId, Target};

/// What a row means, as far as that decides what becomes of it when it is taken in.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// Of its campaign, if that could be read, and of its schedule, if it has one.
    pub(in crate::journal) keys: Option<(CampaignKey, Option<RowKey>)>,
    has_problems: bool,
    is_untimely: bool,
}

impl Meaning {
    /// Of a row that goes to this target.
    pub fn of(row: &Row, target: &Target) -> Self {
        let keys = row.campaign.as_ref().map(|campaign| {
            let stream = row.stream.as_ref().unwrap_or(&target.stream);
            let campaign = CampaignKey::new(&target.host, &target.account, stream, campaign);
            (campaign, row.schedule.as_ref().map(|schedule| RowKey::new(&campaign, schedule)))
        });
        Self { keys, has_problems: row.schedule.is_none(), is_untimely: !row.untimely.is_empty() }
    }

    pub(in crate::journal) const fn at_intake(&self, last: Option<LastEffect>) -> AtIntake {
        AtIntake { has_problems: self.has_problems, is_untimely: self.is_untimely, last }
    }
}

/// A row as it will be written.
#[derive(Debug)]
pub struct Entry {
    pub(in crate::journal) meaning: Meaning,
    pub(in crate::journal) input: u32,
    pub(in crate::journal) line: u32,
    /// How many cells it has, beyond the header too.
    pub(in crate::journal) width: usize,
    pub(in crate::journal) cells: String,
    pub(in crate::journal) campaign: Option<CampaignName>,
    pub(in crate::journal) stream: Option<StreamId>,
    pub(in crate::journal) action: Action,
    pub(in crate::journal) schedule: Option<String>,
    pub(in crate::journal) problems: Vec<Finding>,
    pub(in crate::journal) untimely: Vec<Finding>,
    pub(in crate::journal) warnings: Vec<Finding>,
}

impl Entry {
    /// Of a row that goes to this target.
    ///
    /// # Errors
    /// If a cell can't be kept.
    pub fn of(row: &Row, target: &Target) -> Result<Self, JournalError> {
        let trailing = row.cells.iter().rev().take_while(|cell| **cell == Cell::Empty).count();
        Ok(Self {
            meaning: Meaning::of(row, target),
            input: row.input,
            line: row.place.row,
            width: row.cells.len(),
            cells: serde_json::to_string(&row.cells[..row.cells.len() - trailing])?,
            campaign: row.campaign.clone(),
            stream: row.stream.clone(),
            action: row.action,
            schedule: row.schedule.as_ref().map(serde_json::to_string).transpose()?,
            problems: row.problems.clone(),
            untimely: row.untimely.clone(),
            warnings: row.warnings.clone(),
        })
    }

    /// About how many bytes it holds, where these are many.
    pub const fn weight(&self) -> usize {
        self.cells.len()
    }
}
