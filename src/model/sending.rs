//! How a batch is sent: what the user set, and what its journal remembers for `resume`.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::limits::{FailureLimit, Quota, Rate};
use super::quota::Outlook;
use super::span;

/// What becomes of a row whose call may have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Its call is tried again: the call names a campaign, and repeating it sets the same thing.
    #[default]
    AtLeastOnce,
    /// It is `unknown`; nothing repeats the call by itself.
    AtMostOnce,
}

impl Delivery {
    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtLeastOnce => "at-least-once",
            Self::AtMostOnce => "at-most-once",
        }
    }
}

/// Which rows go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// As in the input.
    #[default]
    Input,
    /// The earliest campaign first.
    Start,
}

impl Order {
    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Start => "start",
        }
    }
}

/// How a batch is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendSettings {
    /// How many calls may be under way at once.
    pub concurrency: NonZeroU32,
    /// The pace inside the quota; `None` is as fast as the quota lets them go.
    pub rate: Option<Rate>,
    /// At most so many calls in any window, all of them at once; empty is no quota.
    pub quotas: Vec<Quota>,
    /// How long a whole call may take.
    #[serde(with = "span::spelled")]
    pub timeout: Duration,
    /// How long a first signal waits for calls in flight.
    #[serde(with = "span::spelled")]
    pub grace: Duration,
    /// Attempts of a row after its first.
    pub retries: u32,
    /// How long the platform may be out before the batch stops.
    #[serde(with = "span::spelled")]
    pub max_outage: Duration,
    /// How many failures stop the batch; `None` is any number.
    pub max_failures: Option<FailureLimit>,
    /// What becomes of calls that may have arrived.
    pub delivery: Delivery,
    /// Read the campaigns back afterwards.
    pub verify: bool,
    /// Which rows go first.
    pub order: Order,
    /// Send rows that were accepted before too.
    pub resend: bool,
    /// Send so many rows first, and go on only if all of them are accepted.
    pub canary: Option<NonZeroU32>,
    /// Ask the platform for every campaign before the first row.
    pub preflight: bool,
    /// Send nothing if any row has a problem.
    pub all_or_nothing: bool,
    /// Send rows whose start is past.
    pub allow_past_start: bool,
    /// Wait for a journal that another program holds. Belongs to the moment, so it is not remembered.
    #[serde(skip)]
    pub wait: bool,
    /// Ask no question. Belongs to the moment, so it is not remembered.
    #[serde(skip)]
    pub yes: bool,
}

impl Default for SendSettings {
    fn default() -> Self {
        const MINUTE: Duration = Duration::from_secs(60);
        Self {
            concurrency: NonZeroU32::MIN.saturating_add(7),
            rate: Some(Rate { calls: 10, period: Duration::from_secs(1) }),
            // The per-minute limit is documented for campaigns, the hourly one for the platform's
            // design-time calls; whether it counts campaigns too is open, so both are kept.
            quotas: vec![Quota { calls: 60, window: MINUTE }, Quota { calls: 1_800, window: MINUTE * 60 }],
            timeout: Duration::from_secs(30),
            grace: Duration::from_secs(30),
            retries: 4,
            max_outage: MINUTE * 15,
            max_failures: None,
            delivery: Delivery::default(),
            verify: false,
            order: Order::default(),
            resend: false,
            canary: None,
            preflight: false,
            all_or_nothing: false,
            allow_past_start: false,
            wait: false,
            yes: false,
        }
    }
}

impl SendSettings {
    /// The longest window of the quotas; nothing without any.
    pub fn longest_window(&self) -> Duration {
        self.quotas.iter().map(|quota| quota.window).max().unwrap_or_default()
    }

    /// What a forecast starts from where no call was made yet.
    pub fn fresh_outlook(&self) -> Outlook {
        let pace = self.rate.map_or(Duration::ZERO, Rate::interval);
        Outlook::fresh(&self.quotas, pace, usize::try_from(self.concurrency.get()).unwrap_or(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_journal_remembers_comes_back_as_it_was() {
        let settings = SendSettings { max_failures: Some(FailureLimit::Percent(5)), ..SendSettings::default() };
        let text = serde_json::to_string(&settings).unwrap();
        insta::assert_snapshot!(text);
        assert_eq!(serde_json::from_str::<SendSettings>(&text).unwrap(), settings);
    }
}
