//! One line of the input after reading.

use super::{Action, CampaignName, Cell, Finding, Place, Schedule, StreamId};

/// A row: where it stands, what stood in it, and what it asks for or why it can't be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where it stands.
    pub place: Place,
    /// Which input of the run it comes from, counted from 0.
    pub input: u32,
    /// Its cells under the input's header, in the input's order, then those that stood beyond the
    /// header (only in a row that has that problem); trailing empty ones may be left out.
    pub cells: Vec<Cell>,
    /// The campaign's name as far as it could be read, even if the row has problems.
    pub campaign: Option<CampaignName>,
    /// The row's own stream; `None` where the run's stream is meant.
    pub stream: Option<StreamId>,
    /// What it asks for in a word; enable where no column says.
    pub action: Action,
    /// What it asks for; `None` if and only if it has `problems` (`untimely` ones don't count).
    pub schedule: Option<Schedule>,
    /// Why it can never be sent: all reasons, in the order of the sheet's columns.
    pub problems: Vec<Finding>,
    /// Why it can't be sent now, though it could once (its start or end is past). A row that was
    /// accepted before is passed over, and then these don't matter: so a sheet stays good for years.
    pub untimely: Vec<Finding>,
    /// What is suspicious about it though it can be sent.
    pub warnings: Vec<Finding>,
}

impl Default for Row {
    /// Room for a row: nothing yet.
    fn default() -> Self {
        Self {
            place: Place::default(),
            input: 0,
            cells: Vec::new(),
            campaign: None,
            stream: None,
            action: Action::Enable,
            schedule: None,
            problems: Vec::new(),
            untimely: Vec::new(),
            warnings: Vec::new(),
        }
    }
}
