//! Plain lines: for logs, pipes and terminals that want none of it moving.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use chrono::SecondsFormat;

use super::waits::Waits;
use super::{Watcher, words};
use crate::clock::Clock;
use crate::dispatch::{Event, Purpose, Snapshot};
use crate::model::quota::Cause;
use crate::model::visible::on_terminal;
use crate::model::words::{about, plural};
use crate::model::{BatchId, Moment, Quota};

/// A line on how things stand comes so often at most.
const EVERY: Duration = Duration::from_secs(10);

/// Whether lines carry the time and the batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stamp {
    /// They don't: whoever collects them knows it.
    None,
    /// They do: a log has the lines of many nights, and some may overlap.
    Of(BatchId),
}

/// The lines.
pub(super) struct Lines {
    out: Option<Box<dyn Write + Send>>,
    clock: Arc<dyn Clock>,
    verbosity: u32,
    stamp: Stamp,
    last: Option<Moment>,
    waits: Waits,
}

impl Lines {
    pub(super) fn new(out: Box<dyn Write + Send>, clock: Arc<dyn Clock>, verbosity: u32, stamp: Stamp) -> Self {
        Self { out: Some(out), clock, verbosity, stamp, last: None, waits: Waits::of_at_least(EVERY) }
    }

    fn say(&mut self, text: &str) {
        let Some(out) = &mut self.out else { return };
        let text = on_terminal(text);
        let line = match &self.stamp {
            Stamp::None => format!("{text}\n"),
            Stamp::Of(batch) => {
                format!("{} {batch} {text}\n", self.clock.wall().to_rfc3339_opts(SecondsFormat::Millis, true))
            }
        };
        // Whoever listened is gone, or the disk is full: the batch goes on without them.
        if out.write_all(line.as_bytes()).is_err() {
            self.out = None;
        }
    }

    /// How things stand, now and then.
    fn stand(
        &mut self,
        what: String,
        wait: Option<(Cause, Duration)>,
        used: &[(Quota, usize)],
        remaining: Option<Duration>,
    ) {
        // Nothing happens while one waits, so a long wait that began unsaid would stay so.
        let is_news = wait.and_then(|(cause, left)| self.waits.news(cause, left, self.clock.wall())).is_some();
        if !self.is_due() && !is_news {
            return;
        }
        let mut parts = vec![what];
        parts.extend(words::wait(wait));
        let used = words::used(used);
        parts.extend((!used.is_empty()).then_some(used));
        parts.extend(remaining.map(|left| format!("about {} left", about(left))));
        self.say(&parts.join("; "));
    }

    fn is_due(&mut self) -> bool {
        let now = self.clock.now();
        let due = self.last.is_none_or(|last| now.since(last) >= EVERY);
        if due {
            self.last = Some(now);
        }
        due
    }
}

impl Watcher for Lines {
    fn observe(&mut self, event: &Event) {
        match event {
            Event::Started { tally, .. } => self.say(&format!("sending: {}", words::counts(tally))),
            Event::Granted { place, campaign, attempt, .. } if self.verbosity >= 2 => {
                self.say(&format!("{place} \"{}\": call {attempt} leaves", campaign));
            }
            Event::Answered { place, campaign, status, verdict, message, attempt, .. } if self.verbosity >= 1 => {
                self.say(&format!("{place} \"{campaign}\": {status} (call {attempt}: {verdict}, {message})"));
            }
            Event::Settled { place, campaign, status, .. } if self.verbosity >= 1 => {
                self.say(&format!("{place} \"{}\": {status}", campaign));
            }
            Event::ReadGranted { read, .. } if self.verbosity >= 2 => {
                self.say(&format!("{}: read leaves", words::read(read)));
            }
            Event::ReadAnswered { read, verdict, message, .. } if self.verbosity >= 1 => {
                self.say(&format!("{}: {verdict}, {message}", words::read(read)));
            }
            Event::Granted { .. }
            | Event::Answered { .. }
            | Event::Settled { .. }
            | Event::ReadGranted { .. }
            | Event::ReadAnswered { .. } => {}
            Event::Snapshot(Snapshot { tally, used, wait, remaining, .. }) => {
                self.stand(words::counts(tally), *wait, used, *remaining);
            }
            Event::ReadingStarted { purpose } => {
                self.say(words::purpose(*purpose));
                // Nothing stands anywhere yet.
                self.last = Some(self.clock.now());
            }
            Event::ReadSnapshot(snapshot) => {
                // The last page of a listing isn't known before it is there.
                let remaining = (snapshot.purpose == Purpose::ReadBack).then_some(snapshot.remaining);
                self.stand(words::reads(snapshot), snapshot.wait, &snapshot.used, remaining);
            }
            Event::ReadingEnded { purpose, ending, reads } => {
                let reads = plural(*reads, "read");
                self.say(&format!("{}: {ending}, {reads}", words::purpose(*purpose)));
            }
            Event::Held { .. } | Event::Breaker(_) | Event::Stopping { .. } => {
                if let Some(words) = words::rare(event) {
                    self.say(&words);
                }
            }
            Event::Ended { ending, tally } => self.say(&format!("{ending}: {}", words::counts(tally))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorded::Recorded;
    use super::*;
    use crate::clock::TestClock;
    use crate::model::Tally;

    #[tokio::test(start_paused = true)]
    async fn a_long_wait_is_said_when_it_begins_though_a_line_was_written_just_before() {
        let out = Recorded::default();
        let clock: Arc<dyn Clock> = Arc::new(TestClock::at("2030-01-01T00:00:00Z".parse().unwrap()));
        let mut lines = Lines::new(Box::new(out.clone()), clock, 0, Stamp::None);
        let quota: Quota = "60/1m".parse().unwrap();
        for wait in [None, Some(2), Some(54), Some(54), None] {
            let wait = wait.map(|seconds| (Cause::Quota(quota), Duration::from_secs(seconds)));
            let (tally, used) = (Tally::default(), Vec::new());
            lines.observe(&Event::Snapshot(Snapshot { tally, in_flight: 0, used, wait, remaining: None }));
        }
        assert_eq!(out.text(), "no rows\nno rows; waiting 54 s for 60/1m\n");
    }
}
