//! How a batch's sitting ended, and the exit code that follows from it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Status, Tally};

/// A signal that asks the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP.
    HangUp,
}

impl Signal {
    /// 128 plus the signal's number.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
            Self::HangUp => 129,
        }
    }

    /// What people call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interrupt => "Ctrl-C",
            Self::Terminate => "SIGTERM",
            Self::HangUp => "SIGHUP",
        }
    }
}

/// Why a batch stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StopReason {
    /// The platform refused the credentials, or the token expired.
    Credentials,
    /// The platform didn't answer, or answered with errors of its own, for too long.
    Outage,
    /// The platform's list of campaigns couldn't be read, however often it was tried.
    Unlisted,
    /// The platform went on saying that the account is rate-limited.
    RateLimited,
    /// More rows than `--max-failures` didn't make it.
    TooManyFailures,
    /// A row of the canary wasn't accepted.
    Canary,
    /// The journal can't be written any more.
    JournalLost,
    /// The results couldn't be written at the end.
    ResultsUnwritable,
    /// Rows in, outcomes and rows in the results don't agree: a fault of the program, or of its disk.
    AccountsOpen,
}

impl StopReason {
    /// Why, as the end of a sentence that begins "stopped early:".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "the credentials were not accepted",
            Self::Outage => "the platform was out of reach for too long",
            Self::Unlisted => "the list of the platform's campaigns could not be read",
            Self::RateLimited => "the platform kept saying that the account is over its rate limit",
            Self::TooManyFailures => "more rows than --max-failures allows did not make it",
            Self::Canary => "a row of the canary was not accepted",
            Self::JournalLost => "the journal can't be written any more",
            Self::ResultsUnwritable => "the results could not be written",
            Self::AccountsOpen => "the accounts do not close: rows are missing, or stand twice",
        }
    }
}

impl StopReason {
    /// What to do before going on.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Credentials => "mend the credentials, then go on",
            Self::Outage | Self::Unlisted => "when the platform is up again, go on",
            Self::RateLimited => "find out who else uses the account, or set a lower --quota, then go on",
            Self::TooManyFailures | Self::Canary => "look at the results first, then go on",
            Self::JournalLost => {
                "see that the journal is in its place, its disk has room and no other program holds it, then go on"
            }
            Self::ResultsUnwritable => "make room or close the file, then write the results again",
            Self::AccountsOpen => "keep the journal and don't rely on the results; write them again, and report it",
        }
    }
}

/// How a batch's sitting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// No row was left to send.
    Finished,
    /// It stopped early.
    Stopped(StopReason),
    /// A signal stopped it.
    Signalled(Signal),
}

impl Ending {
    /// The exit code for a batch that ended like this with its rows like that.
    pub fn exit_code(self, tally: &Tally) -> u8 {
        match self {
            Self::Stopped(_) => 3,
            Self::Signalled(signal) => signal.exit_code(),
            Self::Finished if tally.bad() > 0 => 1,
            // Only --all-or-nothing ends with rows that nobody will send, and then others are invalid.
            Self::Finished if tally.of(Status::Pending) > 0 => 1,
            Self::Finished => 0,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => out.write_str("finished"),
            Self::Stopped(reason) => write!(out, "stopped early: {}", reason.as_str()),
            Self::Signalled(signal) => write!(out, "stopped by {}", signal.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_follows_from_the_accounts() {
        let mut tally = Tally::default();
        tally.add(Status::Unchanged, 3);
        assert_eq!(Ending::Finished.exit_code(&tally), 0);
        tally.add(Status::Pending, 1);
        assert_eq!(Ending::Signalled(Signal::Terminate).exit_code(&tally), 143);
        assert_eq!(Ending::Stopped(StopReason::Outage).exit_code(&tally), 3);
        tally.add(Status::Invalid, 1);
        assert_eq!(Ending::Finished.exit_code(&tally), 1);
    }
}
