//! The platform's catalogue: which campaigns there are, and what a row's name finds among them.
//!
//! The API has no look-up by name, so one listing, voice and SMS, paged to its end, serves all rows
//! of a stream. Where the platform refuses a page, or shows fewer campaigns than it counts, what isn't
//! here may be there: a name is missing only from a listing without such a gap. `check --online` and
//! `run --preflight` are [`Catalogue::findings`] over the rows; `verify` looks here for campaigns whose
//! id no answer gave.

mod findings;
mod listing;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use self::listing::{Listing, Page};
use super::events::Purpose;
use super::reads::{Brought, Emit, ReadAccount, ReadJob, Reads};
use crate::clock::Clock;
use crate::journal::Journal;
use crate::model::{CampaignName, Ending, Signal, StreamId};
use crate::platform::{CampaignState, Channel, Content, Platform, Request};

pub use findings::OnlineFinding;

/// The campaigns of some streams.
#[derive(Debug, Default)]
pub struct Catalogue {
    streams: HashMap<StreamId, Listing>,
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
        // Another try may bring the page: a preflight without it would let rows pass that are to be stopped.
        given_up.map_or(Ok(()), |said| Err(reads.give_up(said)))
    }

    /// Takes a page; asks for the next one.
    fn take(&mut self, request: &Request, brought: Brought) -> Option<Request> {
        let Request::Listing { stream, channel, page, skip } = request else { return None };
        let listing = self.streams.entry(stream.clone()).or_default();
        match brought {
            Brought::Content(Content::Page { campaigns, rows, has_more, total }) => {
                let (page, skip) = (page.saturating_add(1), skip.saturating_add(rows));
                let next = Request::Listing { stream: stream.clone(), channel: *channel, page, skip };
                listing.take(*channel, Page { campaigns, rows, has_more, total }).then_some(next)
            }
            Brought::Refused(said) => {
                listing.refused(*channel, &said);
                None
            }
            Brought::Content(Content::None | Content::Campaign(_)) | Brought::Nothing(_) => None,
        }
    }

    /// What a campaign's name finds on its stream.
    pub fn find(&self, stream: &StreamId, campaign: &CampaignName) -> Found<'_> {
        self.streams.get(stream).map_or(Found::Missing, |listing| listing.find(campaign))
    }

    /// Why a stream may have campaigns that aren't here, so that what is missing may be there all the same.
    fn gap(&self, stream: &StreamId) -> Option<String> {
        self.streams.get(stream).and_then(Listing::gap)
    }

    /// Why the campaign that a name finds, or that it finds none, says nothing of the row that has the name.
    pub(super) fn doubt(&self, stream: &StreamId, campaign: &CampaignName) -> Option<String> {
        self.streams.get(stream).and_then(|listing| listing.doubt(campaign))
    }
}

#[cfg(test)]
mod tests;
