//! What a simulated platform is like: whose it is, what it holds, how it answers where the documentation is silent.
//!
//! Every field whose documentation says *assumed* is a switch for a silence of the platform's documentation: the
//! default is our reading, and a user who learns better sets it.

use std::fmt;
use std::time::Duration;

use uuid::Uuid;

use super::fault::Fault;

/// How a simulated platform is set up. Start from [`Settings::practice`] and change what matters.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The account that may call.
    pub account: String,
    /// Whether others than [`Settings::account`] may call too, each under quotas of its own.
    pub any_account: bool,
    /// The stream that the credentials belong to.
    pub stream: String,
    /// Whether streams other than [`Settings::stream`] are known too.
    pub any_stream: bool,
    /// What the header `iid` must say; with `None` anything that isn't empty. Assumed: the documentation calls it now
    /// a stream's id, now an application's.
    pub iid: Option<String>,
    /// The id of the app whose tokens are accepted: their claim `appId`.
    pub client_id: String,
    /// The key of those tokens.
    pub client_secret: ClientSecret,
    /// Whether the app has the scope Campaign Management.
    pub scope: bool,
    /// Whether a token without `jti` is refused ("Enforce JTI"). With a `jti` the rules about it hold in any case.
    pub enforce_jti: bool,
    /// So many calls in any window so long, for the account, counted at arrival. Several hold together.
    pub quotas: Vec<(usize, Duration)>,
    /// How the answer to a call over quota looks.
    pub rate_limit: RateLimitAnswer,
    /// Whether a call that was refused for the quota's sake counts all the same. Assumed: it doesn't.
    pub count_refused_calls: bool,
    /// How long every answer takes; the effect comes before it.
    pub latency: Duration,
    /// The script of what goes wrong.
    pub faults: Vec<Fault>,
    /// Which campaigns exist.
    pub campaigns: Campaigns,
    /// Decides all that looks random: states of seeded campaigns, faults by probability.
    pub seed: u64,
    /// Whether a name that matches but for its case finds the campaign. Assumed: it does (the platform keeps a
    /// lower-cased name).
    pub ignore_case: bool,
    /// Whether a start that has passed is accepted. Assumed: it is.
    pub past_start_accepted: bool,
    /// The offset from UTC, in seconds, of the zone that the platform reads the two times in. Assumed: UTC.
    pub utc_offset_seconds: i32,
    /// The states in which a campaign takes no schedule. Assumed: active alone.
    pub locked_states: Vec<CampaignState>,
    /// The campaign service's word for a refusal. Assumed: `error`; some pages say `failure`.
    pub refusal_word: String,
    /// The most rows that one page of a listing has; a larger limit is cut to it. Assumed: 100.
    pub page_limit: usize,
    /// Whether each arrival is kept in detail; otherwise only counted, for long measurements.
    pub keep_arrivals: bool,
}

/// A secret that doesn't show itself in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Takes a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(secret)")
    }
}

/// The undocumented part of the answer to a call over quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitAnswer {
    /// The HTTP status. Assumed: 429; 200 with the failure in the body is the other plausible reading.
    pub status: u16,
    /// The word in the body's `status`. Assumed: `error`.
    pub word: String,
    /// The header `Retry-After`. Assumed: none.
    pub retry_after: RetryAfter,
}

/// A form of the header `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// No such header.
    None,
    /// Whole seconds, rounded up.
    Seconds,
    /// An HTTP date, rounded up to a second.
    Date,
}

/// Which campaigns exist, on every known stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Campaigns {
    /// Every name that is asked for exists from then on, as a voice campaign in state Ready.
    EveryName,
    /// `Campaign 1` to `Campaign N`: by turns voice and sms, mostly in state Ready, the others by the seed.
    Seeded(usize),
    /// These and no others.
    Listed(Vec<ListedCampaign>),
}

/// A campaign that the settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCampaign {
    /// Its name.
    pub name: String,
    /// Which listing shows it.
    pub channel: Channel,
    /// Its state at the start.
    pub state: CampaignState,
}

impl ListedCampaign {
    /// A voice campaign in state Ready.
    pub fn ready(name: impl Into<String>) -> Self {
        Self { name: name.into(), channel: Channel::Voice, state: CampaignState::Ready }
    }
}

/// The two kinds of campaign, each with a listing of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Voice campaigns; their rows carry `_id`.
    Voice,
    /// SMS campaigns; their rows carry `id`.
    Sms,
}

/// The documented states of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the platform names them and says no more")]
pub enum CampaignState {
    Active,
    Completed,
    Ready,
    Paused,
    Preparing,
    Stopped,
    Scheduled,
    Rescheduled,
}

impl CampaignState {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Active,
        Self::Completed,
        Self::Ready,
        Self::Paused,
        Self::Preparing,
        Self::Stopped,
        Self::Scheduled,
        Self::Rescheduled,
    ];

    /// The platform's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Completed => "Completed",
            Self::Ready => "Ready",
            Self::Paused => "Paused",
            Self::Preparing => "Preparing",
            Self::Stopped => "Stopped",
            Self::Scheduled => "Scheduled",
            Self::Rescheduled => "Rescheduled",
        }
    }
}

impl Settings {
    /// A platform to practise on: every name exists, any stream will do, account and credentials are made up afresh, the
    /// quotas are the documented ones.
    pub fn practice() -> Self {
        Self {
            account: Uuid::new_v4().simple().to_string().chars().take(24).collect(),
            any_account: false,
            stream: format!("st-{}", Uuid::new_v4()),
            any_stream: true,
            iid: None,
            client_id: format!("cs-{}", Uuid::new_v4()),
            client_secret: ClientSecret::new(
                Uuid::new_v4().simple().to_string() + &Uuid::new_v4().simple().to_string(),
            ),
            scope: true,
            enforce_jti: true,
            quotas: vec![(60, Duration::from_secs(60)), (1_800, Duration::from_secs(3_600))],
            rate_limit: RateLimitAnswer { status: 429, word: "error".to_owned(), retry_after: RetryAfter::None },
            count_refused_calls: false,
            latency: Duration::ZERO,
            faults: Vec::new(),
            campaigns: Campaigns::EveryName,
            seed: 0,
            ignore_case: true,
            past_start_accepted: true,
            utc_offset_seconds: 0,
            locked_states: vec![CampaignState::Active],
            refusal_word: "error".to_owned(),
            page_limit: 100,
            keep_arrivals: true,
        }
    }
}
