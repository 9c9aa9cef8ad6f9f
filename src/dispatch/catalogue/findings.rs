//! What the catalogue says about a row: the problem and the warnings that only the platform knows.

use super::{Catalogue, Found, Listing};
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
                let gap = self.gap(stream);
                let code = if gap.is_some() { Code::CampaignNotSeen } else { Code::CampaignNotFound };
                let (message, hint) = self.missing(stream, campaign, gap.as_deref());
                return vec![about(gap.is_none(), code, message, hint)];
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
        if let Some(namesakes) = self.streams.get(stream).and_then(|listing| listing.namesakes(campaign)) {
            let hint = "rename all but one of them there: which of them a call reaches isn't documented".to_owned();
            findings.push(about(false, Code::CampaignNameTwice, namesakes, hint));
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

    fn missing(&self, stream: &StreamId, campaign: &CampaignName, gap: Option<&str>) -> (String, String) {
        let listing = self.streams.get(stream);
        let is_empty = gap.is_none() && listing.is_none_or(Listing::is_empty);
        let message = match gap {
            Some(gap) => format!("whether stream {stream} has a campaign \"{campaign}\" can't be told: {gap}"),
            None if is_empty => format!("stream {stream} has no campaign \"{campaign}\", nor any other"),
            None => format!("stream {stream} has no campaign \"{campaign}\""),
        };
        let hint = match listing.and_then(|listing| listing.nearest(campaign)) {
            Some(name) if name.as_str().trim() != name.as_str() => {
                format!(
                    "did you mean \"{name}\"? rename it on the platform: a sheet's names have no spaces at their ends"
                )
            }
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
