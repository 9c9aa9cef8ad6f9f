//! The exact log of what arrived and what became of it.
//!
//! Written under the platform's one lock, so its order is the order in which the platform saw the calls. Tests of the
//! promises read it in process; `/_sim/calls` shows it to people.

use std::time::Duration;

use serde::Serialize;

/// Microseconds of a span, as times are kept here.
pub(super) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// One call as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// Its number, from 1.
    pub call: u64,
    /// When it arrived, in microseconds on the clock's monotonic axis.
    pub at_micros: i64,
    /// The method.
    pub method: String,
    /// The path, raw.
    pub path: String,
    /// The query, raw, without the question mark.
    pub query: String,
    /// The body; bytes that are not UTF-8 are replaced.
    pub body: String,
    /// The campaign that it names, by name or by id.
    pub campaign: Option<String>,
    /// The flag of a schedule call.
    pub enable: Option<bool>,
    /// The HTTP status that was answered; none while the call is open, and where no status was ever sent.
    pub status: Option<u16>,
    /// The body that was answered, as far as it is one text.
    pub answer: Option<String>,
    /// The fault that struck, as it was written.
    pub fault: Option<String>,
    /// Whether it changed a campaign.
    pub took_effect: bool,
}

/// What is known of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CampaignView {
    /// The stream that it belongs to.
    pub stream: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its state, in the platform's word.
    pub state: &'static str,
    /// The body of the schedule in force, as received; none where there is none.
    pub schedule: Option<String>,
    /// How many calls changed it.
    pub changes: u64,
}

/// The log.
#[derive(Debug)]
pub(super) struct Ledger {
    keep: bool,
    calls: u64,
    effects: u64,
    arrivals: Vec<Arrival>,
}

impl Ledger {
    pub(super) const fn new(keep: bool) -> Self {
        Self { keep, calls: 0, effects: 0, arrivals: Vec::new() }
    }

    /// The number of the call that arrives now.
    pub(super) const fn count(&mut self) -> u64 {
        self.calls += 1;
        self.calls
    }

    /// Keeps the call, where calls are kept.
    pub(super) fn write(&mut self, arrival: impl FnOnce() -> Arrival) {
        if self.keep {
            self.arrivals.push(arrival());
        }
    }

    /// Adds what was answered to a call.
    pub(super) fn answered(&mut self, call: u64, status: Option<u16>, body: Option<&str>) {
        if let Some(arrival) = self.arrival(call) {
            arrival.status = status;
            arrival.answer = body.map(str::to_owned);
        }
    }

    /// Notes that a call changed a campaign.
    pub(super) fn took_effect(&mut self, call: u64) {
        self.effects += 1;
        if let Some(arrival) = self.arrival(call) {
            arrival.took_effect = true;
        }
    }

    fn arrival(&mut self, call: u64) -> Option<&mut Arrival> {
        let index = usize::try_from(call).ok()?.checked_sub(1)?;
        self.arrivals.get_mut(index)
    }

    pub(super) const fn calls(&self) -> u64 {
        self.calls
    }

    pub(super) const fn effects(&self) -> u64 {
        self.effects
    }

    pub(super) fn arrivals(&self) -> &[Arrival] {
        &self.arrivals
    }
}

/// The most arrivals in any window so long that is open at its end.
pub(super) fn busiest(arrivals: &[Arrival], window: Duration) -> usize {
    let length = micros(window);
    let mut first = 0;
    let mut most = 0;
    for (index, arrival) in arrivals.iter().enumerate() {
        while arrivals.get(first).is_some_and(|early| early.at_micros.saturating_add(length) <= arrival.at_micros) {
            first += 1;
        }
        most = most.max(index + 1 - first);
    }
    most
}
