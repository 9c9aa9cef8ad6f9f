//! What is given to a sitting, and what comes of it.

use std::time::Duration;

use super::gate::GateLeft;
use super::reads::ReadAccount;
use super::wording::Course;
use crate::journal::{BatchKind, JournalError, Span};
use crate::model::{Ending, SendSettings, StopReason, Tally, Target};

/// A sealed batch, and how it is to be sent.
#[derive(Debug, Clone)]
pub struct Job {
    /// What it is.
    pub kind: BatchKind,
    /// Its rows in the journal.
    pub span: Span,
    /// Where they go.
    pub target: Target,
    /// How they are sent.
    pub settings: SendSettings,
    /// How they stand.
    pub tally: Tally,
    /// How many of them wait for a grant.
    pub to_send: u64,
    /// The account's gate, if there was a sitting before in this program.
    pub gate: GateLeft,
}

impl Job {
    pub(super) const fn course(&self) -> Course {
        Course { kind: self.kind, delivery: self.settings.delivery }
    }
}

/// What became of a batch in one sitting.
#[derive(Debug)]
pub struct Sitting {
    /// How it ended.
    pub ending: Ending,
    /// How the rows stand.
    pub tally: Tally,
    /// Wall time from the first grant asked for to the end.
    pub elapsed: Duration,
    /// Wall time in which nothing could be granted for the quota's sake.
    pub quota_wait: Duration,
    /// What the platform said, or what became of the last call, if it is why the batch stopped.
    pub said: Option<String>,
    /// Why the journal was lost, if it was.
    pub journal_error: Option<JournalError>,
}

impl Sitting {
    /// Nothing was done yet.
    pub const fn idle(tally: Tally) -> Self {
        Self {
            ending: Ending::Finished,
            tally,
            elapsed: Duration::ZERO,
            quota_wait: Duration::ZERO,
            said: None,
            journal_error: None,
        }
    }

    /// The journal was lost.
    #[must_use]
    pub fn lost(self, error: JournalError) -> Self {
        Self { ending: Ending::Stopped(StopReason::JournalLost), journal_error: Some(error), ..self }
    }

    /// What this one and the one after it come to. An early end of the first stands.
    #[must_use]
    pub fn and_then(self, next: Self) -> Self {
        Self {
            ending: if self.ending == Ending::Finished { next.ending } else { self.ending },
            tally: next.tally,
            elapsed: self.elapsed + next.elapsed,
            quota_wait: self.quota_wait + next.quota_wait,
            said: self.said.or(next.said),
            journal_error: self.journal_error.or(next.journal_error),
        }
    }

    /// With reads after it; the rows' sums stay to be taken from the journal.
    #[must_use]
    pub fn and_then_read(self, ending: Ending, account: ReadAccount) -> Self {
        let ReadAccount { elapsed, quota_wait, said, journal_error } = account;
        let tally = self.tally;
        self.and_then(Self { ending, tally, elapsed, quota_wait, said, journal_error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_adds_its_time_and_an_early_end_stands() {
        let sitting = |ending, seconds, waited| Sitting {
            ending,
            elapsed: Duration::from_secs(seconds),
            quota_wait: Duration::from_secs(waited),
            ..Sitting::idle(Tally::default())
        };
        let outage = Ending::Stopped(StopReason::Outage);
        for (first, next, both) in [
            (Ending::Finished, Ending::Finished, Ending::Finished),
            (Ending::Finished, outage, outage),
            (outage, Ending::Finished, outage),
        ] {
            let sum = sitting(first, 5, 3).and_then(sitting(next, 2, 1));
            assert_eq!(sum.ending, both);
            assert_eq!((sum.elapsed, sum.quota_wait), (Duration::from_secs(7), Duration::from_secs(4)));
        }
    }

    #[test]
    fn a_lost_journal_is_why_it_ended_and_is_kept() {
        let lost = Sitting::idle(Tally::default()).lost(JournalError::Value("torn".to_owned()));
        assert_eq!(lost.ending, Ending::Stopped(StopReason::JournalLost));
        assert_eq!(lost.journal_error.unwrap().to_string(), JournalError::Value("torn".to_owned()).to_string());
    }
}
