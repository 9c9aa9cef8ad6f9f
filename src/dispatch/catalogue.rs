//! The platform's catalogue: which campaigns there are, and what a row's name finds among them.
//!
//! The API has no look-up by name, so one listing, voice and SMS, paged to its end, serves all rows
//! of a stream. `check --online` and `run --preflight` are [`Catalogue::findings`] over the rows;
//! `verify` looks here for campaigns whose id no answer gave.

mod findings;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;
use unicode_normalization::UnicodeNormalization;

use super::events::{Purpose, channel_word};
use super::reads::{Brought, Emit, ReadAccount, ReadJob, Reads};
use crate::clock::Clock;
use crate::journal::Journal;
use crate::model::nearest::Names;
use crate::model::{CampaignId, CampaignName, Ending, Signal, StreamId};
use crate::platform::{CampaignState, Channel, Content, Platform, Request};

pub use findings::OnlineFinding;

/// The campaigns of some streams.
#[derive(Debug, Default)]
pub struct Catalogue {
    streams: HashMap<StreamId, Listing>,
}

#[derive(Debug, Default)]
struct Listing {
    campaigns: Vec<CampaignState>,
    /// The first campaign of each name, after NFC.
    exact: HashMap<String, usize>,
    /// The same without regard to case.
    folded: HashMap<String, usize>,
    ids: HashSet<CampaignId>,
    /// What the platform said where it refused to list.
    refusals: Vec<String>,
    /// The names of all campaigns, for those that find none; made when the first is asked for.
    names: OnceCell<Names>,
}

/// What a name finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// The campaign of this very name.
    Exact(&'a CampaignState),
    /// A campaign whose name differs by case alone.
    Folded(&'a CampaignState),
    /// None.
    Missing,
}

/// Lists the campaigns of these streams.
///
/// The account says why, if the catalogue couldn't be had.
pub async fn list<J: Journal>(
    job: ReadJob,
    streams: impl IntoIterator<Item = StreamId>,
    journal: Arc<Mutex<J>>,
    platform: Arc<dyn Platform>,
    clock: Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: Emit<'_>,
) -> (Result<Catalogue, Ending>, ReadAccount) {
    let mut reads = Reads::begin(Purpose::LookUp, job, journal, platform, clock).await;
    let mut catalogue = Catalogue::default();
    let listed = catalogue.add(&mut reads, streams, signals, emit).await;
    (listed.map(|()| catalogue), reads.end(emit))
}

impl Catalogue {
    /// Lists streams that it doesn't hold yet.
    pub(super) async fn add<J: Journal>(
        &mut self,
        reads: &mut Reads<J>,
        streams: impl IntoIterator<Item = StreamId>,
        signals: &mut mpsc::Receiver<Signal>,
        emit: Emit<'_>,
    ) -> Result<(), Ending> {
        let mut first = Vec::new();
        for stream in streams {
            if !self.streams.contains_key(&stream) {
                self.streams.insert(stream.clone(), Listing::default());
                let page = |channel| Request::Listing { stream: stream.clone(), channel, page: 1, skip: 0 };
                first.extend([Channel::Voice, Channel::Sms].map(page));
            }
        }
        let mut given_up = None;
        reads
            .read(first, signals, emit, &mut |request, brought| match brought {
                Brought::Nothing(said) => {
                    given_up.get_or_insert(said);
                    None
                }
                brought => self.take(request, brought),
            })
            .await?;
        // Half a listing would call campaigns missing that are on the other half.
        given_up.map_or(Ok(()), |said| Err(reads.give_up(said)))
    }

    /// Takes a page; asks for the next one.
    fn take(&mut self, request: &Request, brought: Brought) -> Option<Request> {
        let Request::Listing { stream, channel, page, skip } = request else { return None };
        let listing = self.streams.entry(stream.clone()).or_default();
        match brought {
            Brought::Content(Content::Page { campaigns, rows, has_more }) => {
                let is_news = listing.add(campaigns);
                // A platform that gives the same page for ever is read once.
                let (page, skip) = (page.saturating_add(1), skip.saturating_add(rows));
                let next = Request::Listing { stream: stream.clone(), channel: *channel, page, skip };
                (has_more && is_news).then_some(next)
            }
            Brought::Refused(said) => {
                let kind = channel_word(*channel);
                listing.refusals.push(format!("asked for the {kind} campaigns, the platform said \"{said}\""));
                None
            }
            Brought::Content(Content::None | Content::Campaign(_)) | Brought::Nothing(_) => None,
        }
    }

    /// What a campaign's name finds on its stream.
    pub fn find(&self, stream: &StreamId, campaign: &CampaignName) -> Found<'_> {
        let Some(listing) = self.streams.get(stream) else { return Found::Missing };
        let name = normal(campaign);
        let at = |place: Option<&usize>| place.and_then(|place| listing.campaigns.get(*place));
        match (at(listing.exact.get(&name)), at(listing.folded.get(&name.to_lowercase()))) {
            (Some(campaign), _) => Found::Exact(campaign),
            (None, Some(campaign)) => Found::Folded(campaign),
            (None, None) => Found::Missing,
        }
    }
}

impl Listing {
    /// The campaign whose name may have been meant.
    fn nearest(&self, campaign: &CampaignName) -> Option<&CampaignName> {
        let names = || Names::new(self.campaigns.iter().map(|campaign| campaign.name.as_str()));
        let place = self.names.get_or_init(names).nearest(campaign.as_str())?;
        self.campaigns.get(place).map(|campaign| &campaign.name)
    }

    /// Adds the campaigns of a page; false if it knew them all.
    fn add(&mut self, campaigns: Vec<CampaignState>) -> bool {
        let before = self.campaigns.len();
        self.names.take();
        for campaign in campaigns {
            if self.ids.insert(campaign.id.clone()) {
                let (name, place) = (normal(&campaign.name), self.campaigns.len());
                self.folded.entry(name.to_lowercase()).or_insert(place);
                self.exact.entry(name).or_insert(place);
                self.campaigns.push(campaign);
            }
        }
        self.campaigns.len() > before
    }
}

/// A name as it is compared.
fn normal(campaign: &CampaignName) -> String {
    campaign.as_str().nfc().collect()
}

#[cfg(test)]
mod tests;
