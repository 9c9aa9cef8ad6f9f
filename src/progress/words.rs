//! What is said of events in words.

use std::time::Duration;

use crate::dispatch::{BreakerChange, Event, Purpose, Read, ReadSnapshot};
use crate::model::quota::Cause;
use crate::model::words::{self, about};
use crate::model::{Quota, Tally};

/// `scheduled 112, rejected 4, pending 3`: the counts that aren't zero.
pub(super) fn counts(tally: &Tally) -> String {
    if tally.rows() == 0 { "no rows".to_owned() } else { words::counts(tally) }
}

/// `waiting 34 s for 60/1m`, where the wait is long enough to be worth a word.
pub(super) fn wait(wait: Option<(Cause, Duration)>) -> Option<String> {
    let (cause, left) = wait.filter(|(_, left)| *left >= Duration::from_secs(1))?;
    let left = about(left);
    Some(match cause {
        Cause::Quota(quota) => format!("waiting {left} for {quota}"),
        Cause::Hold => format!("waiting {left}, the platform says the account is over its rate limit"),
        Cause::Breaker => format!("the platform is out, next try in {left}"),
        Cause::Row => format!("waiting {left} before another try"),
        Cause::Pace => format!("waiting {left} for the pace"),
        Cause::Worker => return None,
    })
}

/// `calls 57/60 in 1m, 57/1800 in 1h`.
pub(super) fn used(used: &[(Quota, usize)]) -> String {
    let used: Vec<_> = used.iter().map(|(quota, calls)| format!("{calls} of {quota}")).collect();
    used.join(", ")
}

/// What is being done.
pub(super) const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::LookUp => "looking the campaigns up",
        Purpose::ReadBack => "reading the campaigns back",
    }
}

/// `reading the campaigns back: 57 of 120 reads`. A listing tells with each page whether another
/// follows, so how many reads a look-up takes isn't known.
pub(super) fn reads(snapshot: &ReadSnapshot) -> String {
    let ReadSnapshot { purpose, done, left, .. } = *snapshot;
    let counts = match purpose {
        Purpose::LookUp => words::plural(done, "page"),
        Purpose::ReadBack => format!("{done} of {} reads", done + left),
    };
    format!("{}: {counts}", self::purpose(purpose))
}

/// What one read asks for.
pub(super) fn read(read: &Read) -> String {
    match read {
        Read::Page { stream, channel, page } => format!("stream {stream}, {channel} campaigns, page {page}"),
        Read::Campaign { id, .. } => format!("campaign {id}"),
    }
}

/// What a rare event is in a line; `None` for those that come with every row.
pub(super) fn rare(event: &Event) -> Option<String> {
    match event {
        Event::Held { until } => Some(format!(
            "the platform says that the account is over its rate limit: nothing is sent until {}",
            until.format("%H:%M:%S UTC")
        )),
        Event::Breaker(BreakerChange::Opened) => {
            Some("five rows in succession met a server error or no answer: one call at a time from now on".to_owned())
        }
        Event::Breaker(BreakerChange::Closed) => Some("the platform answers again".to_owned()),
        Event::Breaker(BreakerChange::Waiting(pause)) => {
            Some(format!("the platform is out, next try in {}", about(*pause)))
        }
        Event::Stopping { ending, in_flight: 0 } => Some(format!("{ending}; nothing more is sent")),
        Event::Stopping { ending, in_flight } => {
            let calls =
                if *in_flight == 1 { "1 call that is".to_owned() } else { format!("{in_flight} calls that are") };
            Some(format!("{ending}; nothing more is sent, waiting for {calls} out"))
        }
        Event::Started { .. }
        | Event::Granted { .. }
        | Event::Answered { .. }
        | Event::Settled { .. }
        | Event::Snapshot(_)
        | Event::Ended { .. }
        | Event::ReadingStarted { .. }
        | Event::ReadGranted { .. }
        | Event::ReadAnswered { .. }
        | Event::ReadSnapshot(_)
        | Event::ReadingEnded { .. } => None,
    }
}
