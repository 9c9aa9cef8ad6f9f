//! What the catalogue says about a row: the problem and the warnings that only the platform knows.

use super::{Catalogue, Found};
use crate::model::{CampaignName, CellName, Code, Field, Finding, StreamId};

/// The states in which a campaign is known to take a schedule, or may well.
const GOOD_STATES: [&str; 5] = ["Ready", "Stopped", "Completed", "Scheduled", "Rescheduled"];

/// What the platform says about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineFinding {
    /// A problem; else a warning.
    pub is_problem: bool,
    /// What.
    pub finding: Finding,
}

impl Catalogue {
    /// All that there is to say about the campaign of a row, whose name stands in this cell.
    pub fn findings(&self, stream: &StreamId, campaign: &CampaignName, cell: Option<CellName>) -> Vec<OnlineFinding> {
        let about = |is_problem, code, message: String, hint: String| OnlineFinding {
            is_problem,
            finding: Finding {
                cell,
                field: Some(Field::CampaignName),
                code,
                value: Some(campaign.to_string()),
                message,
                hint,
            },
        };
        let (found, folded) = match self.find(stream, campaign) {
            Found::Missing => {
                let (message, hint) = self.missing(stream, campaign);
                return vec![about(true, Code::CampaignNotFound, message, hint)];
            }
            Found::Exact(found) => (found, None),
            Found::Folded(found) => (found, Some(&found.name)),
        };
        let mut findings = Vec::new();
        if let Some(name) = folded {
            findings.push(about(
                false,
                Code::CampaignNameCase,
                format!("the platform knows \"{campaign}\" as \"{name}\""),
                "write it as the platform does: whether it looks at case isn't documented".to_owned(),
            ));
        }
        if !GOOD_STATES.iter().any(|state| state.eq_ignore_ascii_case(&found.state)) {
            let state = if found.state.is_empty() { "in a state that isn't told" } else { &found.state };
            findings.push(about(
                false,
                Code::CampaignState,
                format!("\"{campaign}\" is {state}, and may not take a schedule so"),
                "wait until it is over or stop it on the platform, then run the sheet again".to_owned(),
            ));
        }
        findings
    }

    fn missing(&self, stream: &StreamId, campaign: &CampaignName) -> (String, String) {
        let listing = self.streams.get(stream);
        let refusals: Vec<_> = listing.into_iter().flat_map(|listing| &listing.refusals).cloned().collect();
        let mut message = format!("stream {stream} has no campaign \"{campaign}\"");
        if !refusals.is_empty() {
            message.push_str(&format!(" that can be seen ({})", refusals.join("; ")));
        }
        let is_empty = refusals.is_empty() && listing.is_none_or(|listing| listing.campaigns.is_empty());
        if is_empty {
            message.push_str(", nor any other");
        }
        let hint = match listing.and_then(|listing| listing.nearest(campaign)) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None if is_empty => {
                "check the stream id and the account; a `campaign-scheduler simulate` lists the campaigns \
                                 that --campaigns gives it"
                    .to_owned()
            }
            None => "check the name, and that the campaign belongs to this stream".to_owned(),
        };
        (message, hint)
    }
}
