//! What those who watch are told. Everything here is already in the journal.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::model::quota::Cause;
use crate::model::{CampaignName, Ending, Place, Quota, Status, Tally};

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
        /// Rows that follow it and stand the same now.
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
}

/// What the breaker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerChange {
    /// Five rows in succession met no answer: one probe at a time from now on.
    Opened,
    /// The next probe leaves after this pause.
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
