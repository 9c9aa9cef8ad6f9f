//! The border to the platform: what can be asked of it, and what its answers mean.
//!
//! The rest of the program knows the platform through [`Platform`] alone. An implementation sends
//! a call once, classifies the answer by one pure table and gives both back: it never waits,
//! retries or decides.
//!
//! | file | says |
//! |---|---|
//! | [`wire`] | what leaves: method, address, body, to the byte |
//! | `answer` | the table: what an answer means |
//! | `json`, `text`, `content`, `retry_after` | what the table reads out of an answer |
//! | `explain` | what a person should do about it |
//! | `transport` | the HTTP client, and what is known of a lost call |
//! | `connection` | settings, and why there can be no connection |
//! | `credentials`, `token`, `issuer` | secrets, and how each call gets its token |
//! | `http` | all of it behind [`Platform`] |

mod answer;
mod connection;
mod content;
mod credentials;
mod explain;
mod http;
mod issuer;
mod json;
mod retry_after;
mod text;
mod token;
mod transport;
pub mod wire;

pub use connection::{ConnectionError, ConnectionSettings};
pub use credentials::{Secret, SecretError, TokenSource, looks_like_token};
pub use explain::explain;
pub use http::HttpPlatform;

use std::fmt;
use std::time::Duration;

use futures::future::BoxFuture;

use crate::model::{CampaignId, CampaignName, Schedule, StreamId};

/// The contact-centre platform, or what stands in for it in tests.
pub trait Platform: Send + Sync + fmt::Debug + 'static {
    /// Sends one call, once, and says what its answer means. Never fails: a call without an answer
    /// is an [`Answer`] too. The call is made ready at once, and leaves when the future is polled.
    fn call(&self, request: Request) -> BoxFuture<'static, Answer>;

    /// Reads the credentials again where they come from a file: after a refusal, before the row's one
    /// second try, and where [`Self::refusal`] knows of one.
    fn renew_credentials(&self);

    /// Why the credentials could not be read again when that was tried last, the file with them.
    fn unrenewed(&self) -> Option<String> {
        None
    }

    /// The refusal that any call would meet, where that is known before one leaves: the token is past its time.
    fn refusal(&self) -> Option<Answer> {
        None
    }
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Sets a campaign's schedule or takes it away.
    Schedule {
        /// The stream the campaign belongs to.
        stream: StreamId,
        /// The campaign's name.
        campaign: CampaignName,
        /// What is to hold for it.
        schedule: Schedule,
    },
    /// Reads one campaign with its schedule flags.
    Campaign {
        /// The stream it belongs to.
        stream: StreamId,
        /// Its id.
        id: CampaignId,
        /// Its name, which the platform may say back.
        campaign: CampaignName,
    },
    /// Reads one page of the listing.
    Listing {
        /// Whose campaigns.
        stream: StreamId,
        /// Voice and SMS campaigns are two listings.
        channel: Channel,
        /// The page, from 1.
        page: u32,
        /// How many campaigns the pages before it brought: they may be shorter than was asked for.
        skip: u32,
    },
}

/// The two kinds of campaigns, each with a listing of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Voice campaigns.
    Voice,
    /// SMS campaigns.
    Sms,
}

/// What came back for one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status, if one was read.
    pub http_status: Option<u16>,
    /// What the answer means.
    pub disposition: Disposition,
    /// What the platform said, or what became of the connection, in words fit for the results:
    /// control characters escaped, secrets never in it.
    pub message: String,
    /// What the breaker and the outage clock take it for.
    pub reply: Reply,
}

/// What an answer means for the row that it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub enum Disposition {
    /// The platform did it.
    Accepted {
        /// The campaign's id, if the answer had one.
        id: Option<CampaignId>,
        /// What a read brought.
        content: Content,
    },
    /// The platform said no, and another try would change nothing.
    Rejected,
    /// The account's quota is used up as the platform counts it. Not taken effect.
    RateLimited(Hold),
    /// The token was refused. Not taken effect.
    CredentialsRefused,
    /// The call may have taken effect.
    Unsettled {
        /// The least pause before another try, if the answer asked for one.
        floor: Option<Duration>,
    },
    /// The call has not taken effect, and another try may succeed.
    NotTaken,
}

/// For how long a rate-limited account waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// As long as the answer said (at most an hour).
    For(Duration),
    /// For the longest quota window: the answer spoke of the hour.
    LongestWindow,
    /// For the shortest quota window: the answer said nothing.
    ShortestWindow,
}

/// How much of an answer there was: what the breaker goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Nothing: refused, unresolved, reset, timed out.
    Nothing {
        /// Calls that were lost together with one connection carry its number.
        connection: Option<u64>,
    },
    /// A 5xx.
    ServerError,
    /// A success that can't be read.
    Unreadable,
    /// Any other answer.
    Readable,
}

/// What a read brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Content {
    /// Nothing to read: the answer of a schedule call.
    #[default]
    None,
    /// One campaign.
    Campaign(CampaignState),
    /// One page of the listing.
    Page {
        /// The campaigns on it.
        campaigns: Vec<CampaignState>,
        /// How many the platform counts on it, those without a name or id among them.
        rows: u32,
        /// More pages follow.
        has_more: bool,
        /// How many there are on all pages, if the platform says so.
        total: Option<u64>,
    },
}

/// A campaign as the platform shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignState {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: CampaignName,
    /// Its state in the platform's word (`Ready`, `Active`, …).
    pub state: String,
    /// Whether it shows a schedule; `None` if the answer didn't say.
    pub is_scheduled: Option<bool>,
}
