//! The life of a row: every state, every event, the next state.
//!
//! A row is *queued* (in the journal, waiting for a grant), *in flight* (a call is out), or
//! *settled* with a [`Status`]. Beside its state it carries one fact that outlives every answer but
//! an acceptance: whether a call of it **may have taken effect** (written `?` below).
//!
//! | state | event | next state |
//! |---|---|---|
//! | – | read, with problems | invalid |
//! | – | read, accepted before and nothing may have taken effect since | unchanged |
//! | – | read, its own last call unsettled, at-most-once | unknown |
//! | – | read, start or end past | invalid; unknown if its own last call is unsettled |
//! | – | read, wants what an earlier row wants | follows that row |
//! | – | read, wants something else for the campaign of another row without problems (a row that would be unchanged has none, however late it is) | invalid, as that row |
//! | – | read, otherwise | queued (`?` if its own last call is unsettled) |
//! | queued | granted | in flight |
//! | queued | its turn came, but the token is past its time, and its file holds no other | queued, the granting ends |
//! | queued | start or end passed while it waited | invalid; unknown if `?` |
//! | in flight | accepted | scheduled, disabled |
//! | in flight | rejected | rejected (`?` stays, and the message says so) |
//! | in flight | rate-limited, up to nine times | queued, account held |
//! | in flight | rate-limited, the tenth time | failed; unknown if `?` |
//! | in flight | credentials refused, first time | queued, credentials renewed |
//! | in flight | credentials refused, second time | queued, the granting ends |
//! | in flight | unsettled, at-least-once, retries left or breaker open | queued `?`, backing off |
//! | in flight | unsettled, at-least-once, no retries left | unknown `?` |
//! | in flight | unsettled, at-most-once | unknown `?` |
//! | in flight | not taken, retries left or breaker open | queued, backing off |
//! | in flight | not taken, no retries left | failed; unknown if `?` |
//! | in flight | abandoned (grace over, outage, kill), at-least-once | queued `?` |
//! | in flight | abandoned, at-most-once | unknown `?` |
//! | in flight | its worker panicked | unknown `?` |
//! | queued `?` | `resume` at most once, unless its `--retry` queues it again | unknown `?` |
//! | queued, unknown | a later run contains its campaign | the same, taken over: never sent by `resume` |
//! | failed, rejected | a later run contains its campaign | the same, never queued again by `resume --retry` |
//! | failed, unknown, rejected | `resume --retry` | queued |
//! | scheduled, unknown (enable) | verified: shows a schedule, and none but its own is known to be settled | scheduled |
//! | disabled, unknown (disable) | verified: shows no schedule | disabled |
//! | scheduled, disabled, unknown | verified: shows anything else | unknown `?` |
//! | scheduled, disabled, unknown | verified: nothing could be read | the same |
//! | unchanged, because it follows another row | that row is verified | as that row (unchanged if it is good) |
//! | any other, or taken over | verified | the same: it is not read |
//! | enable, scheduled or `?`, last to change its campaign | undone | the same; a disable row of the undo takes it over if unsettled |
//! | enable, its campaign changed by a later batch | undone | the same: spared, no row of the undo |
//! | enable, only disables of its campaign came later and the last isn't settled | undone | the same: an undo that was killed is made again |
//! | queued, unknown, failed, rejected | its batch is undone | the same, taken over: never sent by `resume` |
//! | queued | preflight finds a problem | invalid |
//!
//! Retry budgets are those of one sitting: a `resume` starts them anew, `attempts` counts on.

use std::time::Duration;

use super::{Action, Delivery, Status};

/// What the journal knows of a row's campaign when the row is read: the last thing that may have
/// taken effect for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastEffect {
    /// It was this very schedule.
    pub is_this_schedule: bool,
    /// It was accepted; else it is in doubt.
    pub is_accepted: bool,
}

/// What becomes of a row when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It has problems.
    Invalid,
    /// It was accepted before.
    Unchanged,
    /// Its own last call is in doubt and must not be repeated.
    Unknown,
    /// Its own last call is in doubt, and it is too late to repeat it.
    UnknownAndLate,
    /// It waits for a grant.
    Queued,
}

/// What was found about a row when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtIntake {
    /// It has problems that hold at any time.
    pub has_problems: bool,
    /// It has problems that hold only if it would be sent now.
    pub is_untimely: bool,
    /// What may have taken effect last for its campaign.
    pub last: Option<LastEffect>,
}

impl AtIntake {
    /// The first rows of the table above.
    pub const fn arrival(self, delivery: Delivery, resend: bool) -> Arrival {
        if self.has_problems {
            return Arrival::Invalid;
        }
        match self.last {
            Some(LastEffect { is_this_schedule: true, is_accepted: true }) if !resend => Arrival::Unchanged,
            Some(LastEffect { is_this_schedule: true, is_accepted: false })
                if matches!(delivery, Delivery::AtMostOnce) =>
            {
                Arrival::Unknown
            }
            Some(LastEffect { is_this_schedule: true, is_accepted: false }) if self.is_untimely => {
                Arrival::UnknownAndLate
            }
            _ if self.is_untimely => Arrival::Invalid,
            _ => Arrival::Queued,
        }
    }

    /// A call for this very schedule may have taken effect, and nothing has settled it since: the
    /// row carries that on, whichever batch made the call.
    pub fn is_in_doubt(self) -> bool {
        self.last == Some(LastEffect { is_this_schedule: true, is_accepted: false })
    }
}

/// The rate-limited answers after which a row is given up.
pub const MOST_RATE_LIMITED: u32 = 10;

/// How a row stands whose campaign was read back. `shows_schedule` is `None` if the platform didn't
/// say; a schedule that shows may be another that is known to be settled (a disable is none).
pub const fn verified(action: Action, shows_schedule: Option<bool>, is_other_schedule_settled: bool) -> Status {
    match (action, shows_schedule) {
        (Action::Enable, Some(true)) if !is_other_schedule_settled => Status::Scheduled,
        (Action::Disable, Some(false)) => Status::Disabled,
        (Action::Enable | Action::Disable, _) => Status::Unknown,
    }
}

/// Where a row stands within its batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for a grant.
    Queued,
    /// A call is out.
    InFlight,
    /// Done.
    Settled(Status),
}

/// What a row has been through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Enable or disable: decides the word for success.
    pub action: Action,
    /// Where it stands.
    pub state: State,
    /// A call of it may have taken effect.
    pub may_have_taken_effect: bool,
    /// Calls made for it, in all sittings.
    pub attempts: u32,
    /// Retries used in this sitting.
    pub retries: u32,
    /// Rate-limited answers in this sitting.
    pub rate_limited: u32,
    /// Refused credentials in this sitting.
    pub refusals: u32,
}

impl Life {
    /// A row that was read and may be sent.
    pub const fn queued(action: Action) -> Self {
        Self {
            action,
            state: State::Queued,
            may_have_taken_effect: false,
            attempts: 0,
            retries: 0,
            rate_limited: 0,
            refusals: 0,
        }
    }

    /// The status that the journal and the results give the row now.
    pub const fn status(&self) -> Status {
        match self.state {
            State::Queued | State::InFlight => Status::Pending,
            State::Settled(status) => status,
        }
    }
}

/// The rules in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// `--delivery`.
    pub delivery: Delivery,
    /// `--retries`: attempts after the first.
    pub retries: u32,
    /// The breaker is open, so that a call is a probe and uses up no retry.
    pub is_probing: bool,
}

/// What happens to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// The coordinator granted a call.
    Granted,
    /// Its turn came, but its start (or end) had passed.
    TooLate,
    /// The platform did it.
    Accepted,
    /// The platform said no.
    Rejected,
    /// The account's quota is used up as the platform counts it.
    RateLimited,
    /// The token was refused.
    CredentialsRefused,
    /// The call may have taken effect; another try waits at least so long.
    Unsettled(Option<Duration>),
    /// The call has not taken effect, another may.
    NotTaken,
    /// The call was given up while it was out.
    Abandoned,
    /// The worker panicked.
    Panicked,
}

/// What is to be done after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the row is settled, or in flight, or stays pending.
    Rest,
    /// Try again after the back-off of this retry (counted from 1), at least after `floor`.
    BackOff {
        /// Which retry it will be.
        retry: u32,
        /// The least pause.
        floor: Option<Duration>,
    },
    /// Try again when the account's hold is over.
    WaitForHold,
    /// Renew the credentials and try again.
    RenewCredentials,
    /// End the granting: the credentials are refused for good.
    StopForCredentials,
}

impl Life {
    /// The table above, for a row of a batch that is being sent. What makes no sense in the row's
    /// state changes nothing.
    #[must_use]
    pub fn after(self, happening: Happening, rules: Rules) -> (Self, Next) {
        match self.state {
            State::Settled(_) => (self, Next::Rest),
            State::Queued => self.after_waiting(happening),
            State::InFlight => self.after_call(happening, rules),
        }
    }

    fn after_waiting(self, happening: Happening) -> (Self, Next) {
        match happening {
            Happening::Granted => (Self { state: State::InFlight, attempts: self.attempts + 1, ..self }, Next::Rest),
            Happening::TooLate => self.settled(self.if_unsettled(Status::Unknown, Status::Invalid)),
            Happening::Accepted
            | Happening::Rejected
            | Happening::RateLimited
            | Happening::CredentialsRefused
            | Happening::Unsettled(_)
            | Happening::NotTaken
            | Happening::Abandoned
            | Happening::Panicked => (self, Next::Rest),
        }
    }

    fn after_call(self, happening: Happening, rules: Rules) -> (Self, Next) {
        let given_up = self.if_unsettled(Status::Unknown, Status::Failed);
        match happening {
            Happening::Granted | Happening::TooLate => (self, Next::Rest),
            Happening::Accepted => {
                let word = match self.action {
                    Action::Enable => Status::Scheduled,
                    Action::Disable => Status::Disabled,
                };
                Self { may_have_taken_effect: false, ..self }.settled(word)
            }
            Happening::Rejected => self.settled(Status::Rejected),
            Happening::RateLimited if self.rate_limited + 1 >= MOST_RATE_LIMITED => self.settled(given_up),
            Happening::RateLimited => {
                (Self { state: State::Queued, rate_limited: self.rate_limited + 1, ..self }, Next::WaitForHold)
            }
            Happening::CredentialsRefused => {
                let next = if self.refusals == 0 { Next::RenewCredentials } else { Next::StopForCredentials };
                (Self { state: State::Queued, refusals: self.refusals + 1, ..self }, next)
            }
            Happening::Unsettled(floor) => {
                let unsettled = Self { may_have_taken_effect: true, ..self };
                match rules.delivery {
                    Delivery::AtMostOnce => unsettled.settled(Status::Unknown),
                    Delivery::AtLeastOnce => unsettled.tried_again(floor, rules, Status::Unknown),
                }
            }
            Happening::NotTaken => self.tried_again(None, rules, given_up),
            Happening::Abandoned => {
                let unsettled = Self { may_have_taken_effect: true, ..self };
                match rules.delivery {
                    Delivery::AtMostOnce => unsettled.settled(Status::Unknown),
                    Delivery::AtLeastOnce => (Self { state: State::Queued, ..unsettled }, Next::Rest),
                }
            }
            Happening::Panicked => Self { may_have_taken_effect: true, ..self }.settled(Status::Unknown),
        }
    }

    const fn settled(self, status: Status) -> (Self, Next) {
        (Self { state: State::Settled(status), ..self }, Next::Rest)
    }

    const fn if_unsettled(&self, unsettled: Status, settled: Status) -> Status {
        if self.may_have_taken_effect { unsettled } else { settled }
    }

    fn tried_again(self, floor: Option<Duration>, rules: Rules, given_up: Status) -> (Self, Next) {
        if rules.is_probing {
            return (Self { state: State::Queued, ..self }, Next::BackOff { retry: 0, floor });
        }
        if self.retries >= rules.retries {
            return self.settled(given_up);
        }
        let retry = self.retries + 1;
        (Self { state: State::Queued, retries: retry, ..self }, Next::BackOff { retry, floor })
    }
}

#[cfg(test)]
mod tests;
