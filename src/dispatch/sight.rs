//! What reading back showed of a row's campaign, and the words for it.

use crate::model::CampaignName;
use crate::platform::CampaignState;

/// What was seen of a row's campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// The campaign.
    Campaign(CampaignState),
    /// The listing has none of its name.
    Missing,
    /// The listing has none of its name, but this one, whose name differs by case: another campaign,
    /// for all we know. To take it for the row's would give the row its id, and call it settled.
    OtherCase(CampaignName),
    /// The platform wouldn't show it, and said so.
    Refused(String),
}

impl Seen {
    /// In words; `may_be_other` if a schedule that is shown may be another one that was accepted before.
    pub(super) fn words(&self, may_be_other: bool) -> String {
        match self {
            Self::Campaign(campaign) => {
                let state = if campaign.state.is_empty() { "not told" } else { &campaign.state };
                let shows = match campaign.is_scheduled {
                    Some(true) if may_be_other => "shows a schedule, which may be another one that was accepted before",
                    Some(true) => "shows a schedule",
                    Some(false) => "shows no schedule",
                    None => "doesn't show whether it has a schedule",
                };
                format!("the campaign {shows} (state: {state})")
            }
            Self::Missing => "the platform lists no campaign of this name".to_owned(),
            Self::OtherCase(other) => format!(
                "the platform lists no campaign of this name, only \"{other}\", which differs by upper and lower case"
            ),
            Self::Refused(said) => format!("the platform said \"{said}\""),
        }
    }
}

/// The error of a row whose campaign doesn't show what the row asked for.
pub(super) fn not_verified(sight: &str) -> String {
    format!("unknown: read back, {sight}; run the sheet again, or look at the campaign on the platform")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CampaignId;

    #[test]
    fn what_a_campaign_shows_is_said_for_what_it_is() {
        let seen = |state: &str, is_scheduled| {
            let (id, name) = (CampaignId::new("cd-1"), CampaignName::new("c"));
            Seen::Campaign(CampaignState { id, name, state: state.to_owned(), is_scheduled })
        };
        let words = [(Some(true), false), (Some(true), true), (Some(false), true), (None, true)]
            .map(|(is_scheduled, may_be_other)| seen("Ready", is_scheduled).words(may_be_other));
        assert_eq!(
            words,
            [
                "the campaign shows a schedule (state: Ready)",
                "the campaign shows a schedule, which may be another one that was accepted before (state: Ready)",
                "the campaign shows no schedule (state: Ready)",
                "the campaign doesn't show whether it has a schedule (state: Ready)",
            ]
        );
        assert_eq!(seen("", Some(false)).words(false), "the campaign shows no schedule (state: not told)");
    }
}
