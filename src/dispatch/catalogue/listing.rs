//! The listing of one stream: its voice campaigns and its SMS campaigns, and what either lacks.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::Found;
use crate::dispatch::events::channel_word;
use crate::model::nearest::Names;
use crate::model::{CampaignId, CampaignName};
use crate::platform::{CampaignState, Channel};

/// The campaigns of a stream.
#[derive(Debug, Default)]
pub(super) struct Listing {
    voice: Kind,
    sms: Kind,
    /// The names of all campaigns, for those that find none; made when the first is asked for.
    names: OnceCell<Names>,
}

/// The campaigns of one kind.
#[derive(Debug, Default)]
pub(super) struct Kind {
    campaigns: Vec<CampaignState>,
    /// The campaigns of each name, after NFC.
    exact: HashMap<String, Vec<usize>>,
    /// The first of each name, without regard to case.
    folded: HashMap<String, usize>,
    ids: HashSet<CampaignId>,
    /// Rows without a name or id: they can be neither found nor read.
    passed_over: u64,
    /// The most campaigns that a page said there are in all.
    total: u64,
    /// Why there may be more of them.
    gap: Option<String>,
}

/// A page of a listing.
pub(super) struct Page {
    pub(super) campaigns: Vec<CampaignState>,
    pub(super) rows: u32,
    pub(super) has_more: bool,
    pub(super) total: Option<u64>,
}

impl Listing {
    /// Takes a page; true if the next one is to be asked for.
    pub(super) fn take(&mut self, channel: Channel, page: Page) -> bool {
        self.names.take();
        let kind = self.kind_mut(channel);
        let is_news = kind.add(page.campaigns, page.rows, page.total);
        let has_more = page.has_more || kind.count() < kind.total;
        // A platform that gives the same page for ever is read once.
        if has_more && !is_news {
            kind.gap = Some(kind.shortfall(channel_word(channel)));
        }
        has_more && is_news
    }

    /// The platform wouldn't show a page, and said so.
    pub(super) fn refused(&mut self, channel: Channel, said: &str) {
        let kind = channel_word(channel);
        self.kind_mut(channel).gap = Some(format!("asked for the {kind} campaigns, the platform said \"{said}\""));
    }

    /// Why there may be campaigns that aren't here; `None` if there are none.
    pub(super) fn gap(&self) -> Option<String> {
        let gaps: Vec<_> = self.kinds().iter().filter_map(|kind| kind.gap.as_deref()).collect();
        (!gaps.is_empty()).then(|| gaps.join("; "))
    }

    /// Why what a name finds, or doesn't, needn't be all: several have it, or it may be where nothing was shown.
    pub(super) fn doubt(&self, campaign: &CampaignName) -> Option<String> {
        match self.find(campaign) {
            Found::Exact(_) => self.namesakes(campaign),
            Found::Folded(_) | Found::Missing => self.gap(),
        }
    }

    /// What a name finds: voice before SMS, whichever was listed first.
    pub(super) fn find(&self, campaign: &CampaignName) -> Found<'_> {
        let name = normal(campaign);
        let folded = || self.kinds().into_iter().find_map(|kind| kind.at(*kind.folded.get(&name.to_lowercase())?));
        match self.of_name(&name).next() {
            Some(campaign) => Found::Exact(campaign),
            None => folded().map_or(Found::Missing, Found::Folded),
        }
    }

    /// That several campaigns have this very name, so that any of them may be meant.
    pub(super) fn namesakes(&self, campaign: &CampaignName) -> Option<String> {
        // A platform that doesn't tell the kinds apart lists one under both.
        let ids: BTreeSet<_> = self.of_name(&normal(campaign)).map(|campaign| campaign.id.as_str()).collect();
        let told = || ids.iter().copied().collect::<Vec<_>>().join(", ");
        (ids.len() > 1).then(|| format!("the platform has {} campaigns \"{campaign}\" ({})", ids.len(), told()))
    }

    /// The campaign whose name may have been meant.
    pub(super) fn nearest(&self, campaign: &CampaignName) -> Option<&CampaignName> {
        let names = || Names::new(self.campaigns().map(|campaign| campaign.name.as_str()));
        let place = self.names.get_or_init(names).nearest(campaign.as_str())?;
        self.campaigns().nth(place).map(|campaign| &campaign.name)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.campaigns().next().is_none()
    }

    fn campaigns(&self) -> impl Iterator<Item = &CampaignState> {
        self.kinds().into_iter().flat_map(|kind| &kind.campaigns)
    }

    fn of_name(&self, name: &str) -> impl Iterator<Item = &CampaignState> {
        self.kinds()
            .into_iter()
            .flat_map(move |kind| kind.exact.get(name).into_iter().flatten().filter_map(|place| kind.at(*place)))
    }

    const fn kinds(&self) -> [&Kind; 2] {
        [&self.voice, &self.sms]
    }

    const fn kind_mut(&mut self, channel: Channel) -> &mut Kind {
        match channel {
            Channel::Voice => &mut self.voice,
            Channel::Sms => &mut self.sms,
        }
    }
}

impl Kind {
    fn at(&self, place: usize) -> Option<&CampaignState> {
        self.campaigns.get(place)
    }

    /// Adds the campaigns of a page; false if it knew them all.
    fn add(&mut self, campaigns: Vec<CampaignState>, rows: u32, total: Option<u64>) -> bool {
        let before = self.campaigns.len();
        let passed_over = u64::from(rows).saturating_sub(campaigns.len() as u64);
        self.total = self.total.max(total.unwrap_or(0));
        for campaign in campaigns {
            if self.ids.insert(campaign.id.clone()) {
                let (name, place) = (normal(&campaign.name), self.campaigns.len());
                self.folded.entry(name.to_lowercase()).or_insert(place);
                self.exact.entry(name).or_default().push(place);
                self.campaigns.push(campaign);
            }
        }
        let is_news = self.campaigns.len() > before;
        if is_news {
            self.passed_over += passed_over;
        }
        is_news
    }

    /// How many campaigns were shown.
    fn count(&self) -> u64 {
        self.campaigns.len() as u64 + self.passed_over
    }

    fn shortfall(&self, kind: &str) -> String {
        let (shown, total) = (self.count(), self.total);
        if shown < total {
            format!("of {total} {kind} campaigns the platform showed {shown}")
        } else {
            format!("the platform says that there are more {kind} campaigns than the {shown} that it showed")
        }
    }
}

/// A name as it is compared.
fn normal(campaign: &CampaignName) -> String {
    campaign.as_str().nfc().collect()
}
