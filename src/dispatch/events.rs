//! What those who watch are told. Everything here is already in the journal.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::model::quota::Cause;
use crate::model::{CampaignId, CampaignName, Ending, Place, Quota, Status, StreamId, Tally};
use crate::platform::{Channel, Request};

/// Something that happened, for people and programs that watch.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The sending begins.
    Started {
        /// How the rows stand before the first call.
        tally: Tally,
        /// Calls that count against each quota from before.
        used: Vec<(Quota, usize)>,
    },
    /// A call leaves.
    Granted {
        /// The row's place.
        place: Place,
        /// The row's campaign.
        campaign: CampaignName,
        /// Which call of the row it is, from 1.
        attempt: u32,
        /// When.
        at: DateTime<Utc>,
    },
    /// A call came back.
    Answered {
        /// The row's place.
        place: Place,
        /// The row's campaign.
        campaign: CampaignName,
        /// Which call of the row it was, from 1.
        attempt: u32,
        /// When.
        at: DateTime<Utc>,
        /// What it was taken for, in one word.
        verdict: &'static str,
        /// The HTTP status, if there was one.
        http_status: Option<u16>,
        /// What the platform said, or what became of the call.
        message: String,
        /// How the row stands now; pending if it is to be tried again.
        status: Status,
        /// Rows that follow it: they stand as [`Status::of_followers`] says.
        followers: u32,
    },
    /// A row was settled without a call.
    Settled {
        /// The row's place.
        place: Place,
        /// The row's campaign.
        campaign: CampaignName,
        /// How it stands.
        status: Status,
        /// When.
        at: DateTime<Utc>,
        /// Rows that follow this one: they stand as [`Status::of_followers`] says.
        followers: u32,
    },
    /// The platform says that the account is over its quota: nothing leaves until then.
    Held {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The breaker opened, probes, or closed.
    Breaker(BreakerChange),
    /// How things stand, before the coordinator waits.
    Snapshot(Snapshot),
    /// The granting has ended early; calls in flight are waited for.
    Stopping {
        /// Why.
        ending: Ending,
        /// How many calls are out.
        in_flight: usize,
    },
    /// All is over.
    Ended {
        /// How.
        ending: Ending,
        /// How the rows stand.
        tally: Tally,
    },
    /// The platform is read: before a batch is sent, or after.
    ReadingStarted {
        /// What for.
        purpose: Purpose,
    },
    /// A read leaves.
    ReadGranted {
        /// What is read.
        read: Read,
        /// When.
        at: DateTime<Utc>,
    },
    /// A read came back.
    ReadAnswered {
        /// What was read.
        read: Read,
        /// When.
        at: DateTime<Utc>,
        /// What the answer was taken for, in one word.
        verdict: &'static str,
        /// The HTTP status, if there was one.
        http_status: Option<u16>,
        /// What the platform said, or what became of the call.
        message: String,
    },
    /// How the reads stand, before they wait.
    ReadSnapshot(ReadSnapshot),
    /// The reads are over.
    ReadingEnded {
        /// What they were for.
        purpose: Purpose,
        /// How they ended.
        ending: Ending,
        /// How many calls were made.
        reads: u64,
    },
}

/// What the platform is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To see whether the campaigns exist, before anything is sent.
    LookUp,
    /// To see what became of them, after.
    ReadBack,
}

/// What one read asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// A page of a stream's listing.
    Page {
        /// Whose campaigns.
        stream: StreamId,
        /// `voice` or `sms`.
        channel: &'static str,
        /// From 1.
        page: u32,
    },
    /// One campaign.
    Campaign {
        /// The stream it belongs to.
        stream: StreamId,
        /// Its id.
        id: CampaignId,
    },
}

impl Read {
    /// What a request reads; `None` if it is no read.
    pub(super) fn of(request: &Request) -> Option<Self> {
        match request {
            Request::Schedule { .. } => None,
            Request::Campaign { stream, id, .. } => Some(Self::Campaign { stream: stream.clone(), id: id.clone() }),
            Request::Listing { stream, channel, page, .. } => {
                Some(Self::Page { stream: stream.clone(), channel: channel_word(*channel), page: *page })
            }
        }
    }
}

/// The platform's word for a kind of campaigns.
pub(super) const fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Voice => "voice",
        Channel::Sms => "sms",
    }
}

/// What the breaker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerChange {
    /// Five rows in succession met a 5xx or no readable answer: one probe at a time from now on.
    Opened,
    /// The next probe leaves after this pause at the earliest.
    Waiting(Duration),
    /// The platform answered: on as before.
    Closed,
}

/// How things stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// How the rows stand.
    pub tally: Tally,
    /// Calls out.
    pub in_flight: usize,
    /// Calls that count against each quota.
    pub used: Vec<(Quota, usize)>,
    /// What the next call waits for, and for how long; `None` if it waits for answers alone.
    pub wait: Option<(Cause, Duration)>,
    /// How long the rest will take, as far as the quotas say.
    pub remaining: Option<Duration>,
}

/// How the reads stand.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadSnapshot {
    /// What they are for.
    pub purpose: Purpose,
    /// Reads that are over.
    pub done: u64,
    /// Reads that are out, wait, or are known to follow: a listing tells with each page whether
    /// there is another.
    pub left: u64,
    /// Calls that count against each quota.
    pub used: Vec<(Quota, usize)>,
    /// What the next read waits for, and for how long; `None` if it waits for answers alone.
    pub wait: Option<(Cause, Duration)>,
    /// How long those that are left will take, as far as the quotas say.
    pub remaining: Duration,
}
