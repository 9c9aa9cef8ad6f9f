//! How a batch ended, and the exit code that follows from it and from the accounts.

use crate::model::{Status, Tally};

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everything that could be done was done.
    Finished,
    /// Granting ended early; `resume` goes on.
    Stopped(StopReason),
    /// A signal of this number (2, 15 or 1) ended the granting, and calls in flight were settled.
    Signal(u8),
}

/// Why granting ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// The platform refused the token twice.
    Credentials,
    /// Nothing but errors for longer than `--max-outage`.
    Outage,
    /// Twenty answers in succession said that the quota is used up.
    RateLimited,
    /// More rows failed than `--max-failures` allows.
    TooManyFailures,
    /// Not all rows of `--canary` were accepted.
    CanaryFailed,
    /// The journal can't be written any more.
    JournalLost,
    /// The batch went well, but its results couldn't be written.
    ResultsNotWritten,
}

impl StopReason {
    /// Why, as the end of the sentence "stopped early: …".
    pub const fn as_sentence(self) -> &'static str {
        match self {
            Self::Credentials => "the platform refused the token",
            Self::Outage => "the platform could not be reached",
            Self::RateLimited => "the platform kept saying that the account's quota is used up",
            Self::TooManyFailures => "more rows failed than --max-failures allows",
            Self::CanaryFailed => "not every row of the canary was accepted",
            Self::JournalLost => "the journal can't be written any more",
            Self::ResultsNotWritten => "the results couldn't be written",
        }
    }

    /// What to do before going on.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Credentials => "get a fresh token, then go on",
            Self::Outage => "when the platform is up again, go on",
            Self::RateLimited => "find out who else uses the account, or set a lower --quota, then go on",
            Self::TooManyFailures => "look at the results first, then go on",
            Self::CanaryFailed => "look at the results first, then go on",
            Self::JournalLost => "make room on the journal's disk, then go on",
            Self::ResultsNotWritten => "make room or close the file, then write the results again",
        }
    }
}

impl Ending {
    /// The exit code. `counted` are the rows that count: those that a later batch took over don't.
    pub fn exit_code(self, counted: &Tally) -> u8 {
        match self {
            Self::Signal(number) => 128u8.saturating_add(number),
            Self::Stopped(_) => 3,
            Self::Finished if counted.rows() == good(counted) => 0,
            Self::Finished => 1,
        }
    }
}

fn good(tally: &Tally) -> u64 {
    Status::ALL.into_iter().filter(|status| status.is_good()).map(|status| tally.of(status)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_finished_batch_of_good_rows_is_zero() {
        let mut good = Tally::default();
        good.add(Status::Unchanged, 3);
        assert_eq!(Ending::Finished.exit_code(&good), 0);
        assert_eq!(Ending::Finished.exit_code(&Tally::default()), 0);
        for status in [Status::Invalid, Status::Rejected, Status::Failed, Status::Unknown, Status::Pending] {
            let mut tally = good;
            tally.add(status, 1);
            assert_eq!(Ending::Finished.exit_code(&tally), 1, "{status}");
        }
        assert_eq!(Ending::Stopped(StopReason::Outage).exit_code(&good), 3);
        assert_eq!([2, 15, 1].map(|signal| Ending::Signal(signal).exit_code(&good)), [130, 143, 129]);
    }
}
