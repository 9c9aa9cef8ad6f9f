//! What all rows together say of one, put to that row.
//!
//! By the time it is known, the row has gone to its sink: into the journal, or into the spool of
//! `check`. Both take it out again, have it looked at here, and put it back, so that they can't
//! come to different words.

use super::cross_row::{CrossKind, CrossRow};
use super::front::InputHeader;
use crate::model::finding::in_column_order;
use crate::model::{Action, CampaignName, CellName, Code, Field, Finding};

/// The part of a row that the others can change.
#[derive(Debug)]
pub struct LateLook<'row> {
    /// Its campaign.
    pub campaign: Option<&'row CampaignName>,
    /// What it asks for.
    pub action: Action,
    /// Its row number as the user's program shows it.
    pub line: u32,
    /// Its problems.
    pub problems: &'row mut Vec<Finding>,
    /// Its warnings.
    pub warnings: &'row mut Vec<Finding>,
}

impl LateLook<'_> {
    /// Adds what was found about the row, whose input has this header.
    pub fn take(self, found: &CrossRow, header: Option<&InputHeader>) {
        if let CrossKind::AmbiguousDate(orders) = &found.kind {
            self.problems.iter_mut().for_each(|problem| orders.amend(problem));
            return;
        }
        if let CrossKind::Covered(covered) = &found.kind {
            if covered.counts_for(self.action == Action::Disable) {
                // That it is blank is no news then.
                self.problems.retain(|problem| (problem.code, problem.field) != (Code::Missing, Some(covered.field())));
                self.problems.push(covered.finding(self.line));
                in_column_order(self.problems);
            }
            return;
        }
        let Some(campaign) = self.campaign else { return };
        let name = header.and_then(|header| header.fields.iter().find(|column| column.field == Field::CampaignName));
        let cell = name.map(|name| CellName { column: name.column, row: self.line });
        let Some(finding) = found.finding(campaign, cell) else { return };
        let list = if found.is_problem() == Some(true) { self.problems } else { self.warnings };
        list.push(finding);
        in_column_order(list);
    }
}
