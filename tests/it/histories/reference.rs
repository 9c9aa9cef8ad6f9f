//! The reference: what may be known of each campaign, in the contract's words.
//!
//! "The last thing that may have taken effect for its campaign, and whether it was accepted." After
//! a kill the test can't see whether the last answer had become durable, so the reference holds all
//! that may be known; each run narrows it down.

use campaign_scheduler::model::{Schedule, Status};

/// The last thing that may have taken effect, and whether it was accepted.
pub type Last = Option<(Schedule, bool)>;

/// All that may be known of a campaign.
#[derive(Debug, Clone, PartialEq)]
pub struct Known(Vec<Last>);

impl Default for Known {
    fn default() -> Self {
        Self(vec![None])
    }
}

/// How a run is made, as far as rows that were known before are concerned.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    pub at_most_once: bool,
    pub resend: bool,
    /// The start is past beyond doubt; `None` if it is near.
    pub is_past: Option<bool>,
}

impl Known {
    pub fn accepted(&mut self, schedule: Schedule) {
        self.0 = vec![Some((schedule, true))];
    }

    pub fn in_doubt(&mut self, schedule: Schedule) {
        self.0 = vec![Some((schedule, false))];
    }

    /// It may as well be so.
    pub fn or(&mut self, other: Self) {
        for last in other.0 {
            if !self.0.contains(&last) {
                self.0.push(last);
            }
        }
    }

    pub fn is_surely_in_doubt(&self, schedule: Schedule) -> bool {
        self.0.iter().all(|last| *last == Some((schedule, false)))
    }

    pub fn may_be_in_doubt(&self, schedule: Schedule) -> bool {
        self.0.contains(&Some((schedule, false)))
    }

    /// Keeps what agrees with how the row was read; false if nothing does.
    pub fn narrow(&mut self, schedule: Schedule, manner: Manner, read_as: Status) -> bool {
        self.0.retain(|last| may_be_read_as(*last, schedule, manner, read_as));
        !self.0.is_empty()
    }
}

fn may_be_read_as(last: Last, schedule: Schedule, manner: Manner, read_as: Status) -> bool {
    let is_this = |accepted: bool| last == Some((schedule, accepted));
    if is_this(true) && !manner.resend {
        return read_as == Status::Unchanged;
    }
    if is_this(false) && manner.at_most_once {
        return read_as == Status::Unknown;
    }
    let too_late = if is_this(false) { Status::Unknown } else { Status::Invalid };
    match manner.is_past {
        Some(true) => read_as == too_late,
        Some(false) => read_as == Status::Pending,
        None => read_as == too_late || read_as == Status::Pending,
    }
}
