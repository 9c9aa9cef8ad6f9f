//! What is said of events in words.

use std::time::Duration;

use crate::dispatch::{BreakerChange, Event, Snapshot};
use crate::model::quota::Cause;
use crate::model::{Status, Tally};

/// `scheduled 112, rejected 4, pending 3`: the counts that aren't zero.
pub(super) fn counts(tally: &Tally) -> String {
    let counts: Vec<_> = Status::ALL
        .into_iter()
        .filter(|status| tally.of(*status) > 0)
        .map(|status| format!("{status} {}", tally.of(status)))
        .collect();
    if counts.is_empty() { "no rows".to_owned() } else { counts.join(", ") }
}

/// `34 s`, `2 min 5 s`, `1 h 3 min`.
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs() + u64::from(span.subsec_millis() >= 500);
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// `waiting 34 s for 60/1m`, where the wait is long enough to be worth a word.
pub(super) fn wait(snapshot: &Snapshot) -> Option<String> {
    let (cause, left) = snapshot.wait.filter(|(_, left)| *left >= Duration::from_secs(1))?;
    let left = span(left);
    Some(match cause {
        Cause::Quota(quota) => format!("waiting {left} for {quota}"),
        Cause::Hold => format!("waiting {left}, the platform says the account is over its rate limit"),
        Cause::Breaker => format!("the platform does not answer, next try in {left}"),
        Cause::Row => format!("waiting {left} before rows are tried again"),
        Cause::Pace => format!("waiting {left} for the pace"),
        Cause::Worker => return None,
    })
}

/// `calls 57/60 in 1m, 57/1800 in 1h`.
pub(super) fn used(snapshot: &Snapshot) -> String {
    let used: Vec<_> = snapshot.used.iter().map(|(quota, calls)| format!("{calls} of {quota}")).collect();
    used.join(", ")
}

/// What a rare event is in a line; `None` for those that come with every row.
pub(super) fn rare(event: &Event) -> Option<String> {
    match event {
        Event::Held { until } => Some(format!(
            "the platform says that the account is over its rate limit: nothing is sent until {}",
            until.format("%H:%M:%S UTC")
        )),
        Event::Breaker(BreakerChange::Opened) => {
            Some("five rows in succession met no answer: one call at a time from now on".to_owned())
        }
        Event::Breaker(BreakerChange::Closed) => Some("the platform answers again".to_owned()),
        Event::Breaker(BreakerChange::Waiting(pause)) => {
            Some(format!("the platform does not answer, next try in {}", span(*pause)))
        }
        Event::Stopping { ending, in_flight: 0 } => Some(format!("{ending}; nothing more is sent")),
        Event::Stopping { ending, in_flight } => {
            Some(format!("{ending}; nothing more is sent, waiting for {in_flight} calls that are out"))
        }
        Event::Started { .. }
        | Event::Granted { .. }
        | Event::Answered { .. }
        | Event::Settled { .. }
        | Event::Snapshot(_)
        | Event::Ended { .. } => None,
    }
}
