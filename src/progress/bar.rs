//! Two lines that move, for a terminal. indicatif draws them, at most so often that a terminal keeps up.
//!
//! The bar gives way where the terminal is narrow. What is being waited for comes first on its
//! line: the end of a line is what a narrow terminal cuts off.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Watcher, words};
use crate::dispatch::{Event, Purpose, ReadSnapshot, Snapshot};
use crate::model::visible::on_terminal;
use crate::model::{Status, Tally};

/// How it looks: the bar takes what the numbers beside it leave.
const LINES: &str = "{wide_bar} {pos}/{len} {elapsed_precise}{prefix}\n{wide_msg}";
/// How it looks while nobody knows how much there is to do.
const WITHOUT_END: &str = "{spinner} {elapsed_precise}\n{wide_msg}";

/// The bar of the sitting at hand: a batch that is sent, or the reads before and after it. Its
/// clock ticks by itself, so that a wait of a minute is seen to pass.
pub(super) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(super) const fn new() -> Self {
        Self(None)
    }

    fn begin(&mut self, lines: &str) -> &ProgressBar {
        self.end();
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(lines) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        self.0.insert(bar)
    }

    fn end(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }

    fn say(&self, words: &str) {
        match &self.0 {
            Some(bar) => bar.println(&*on_terminal(&words)),
            // Between two sittings the line is free.
            None => drop(writeln!(io::stderr(), "{words}")),
        }
    }
}

fn show(bar: &ProgressBar, tally: &Tally) {
    bar.set_length(tally.rows());
    bar.set_position(tally.rows() - tally.of(Status::Pending));
}

impl Watcher for Bar {
    fn observe(&mut self, event: &Event) {
        match event {
            Event::Started { tally, .. } => show(self.begin(LINES), tally),
            Event::Snapshot(snapshot) => {
                let Some(bar) = &self.0 else { return };
                show(bar, &snapshot.tally);
                let left = snapshot.remaining.map(|left| format!(", about {} left", words::span(left)));
                bar.set_prefix(left.unwrap_or_default());
                bar.set_message(what_happens(snapshot));
            }
            Event::ReadingStarted { purpose } => {
                let lines = match purpose {
                    Purpose::LookUp => WITHOUT_END,
                    Purpose::ReadBack => LINES,
                };
                self.begin(lines).set_message(words::purpose(*purpose));
            }
            Event::ReadSnapshot(snapshot) => {
                let Some(bar) = &self.0 else { return };
                bar.set_length(snapshot.done + snapshot.left);
                bar.set_position(snapshot.done);
                bar.set_prefix(format!(", about {} left", words::span(snapshot.remaining)));
                bar.set_message(what_is_read(snapshot));
            }
            Event::Ended { .. } | Event::ReadingEnded { .. } => self.end(),
            Event::Granted { .. }
            | Event::Answered { .. }
            | Event::Settled { .. }
            | Event::ReadGranted { .. }
            | Event::ReadAnswered { .. } => {}
            Event::Held { .. } | Event::Breaker(_) | Event::Stopping { .. } => {
                if let Some(words) = words::rare(event) {
                    self.say(&words);
                }
            }
        }
    }
}

fn what_happens(snapshot: &Snapshot) -> String {
    let counts = words::counts(&snapshot.tally);
    after_wait(words::wait(snapshot.wait), counts)
}

fn what_is_read(snapshot: &ReadSnapshot) -> String {
    after_wait(words::wait(snapshot.wait), words::reads(snapshot))
}

fn after_wait(wait: Option<String>, counts: String) -> String {
    match wait {
        Some(wait) => format!("{wait} · {counts}"),
        None => counts,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Quota;
    use crate::model::quota::Cause;

    use super::*;

    #[test]
    fn a_wait_comes_before_the_counts() {
        assert!(ProgressStyle::with_template(LINES).is_ok());
        let quota: Quota = "60/1m".parse().unwrap();
        let snapshot = Snapshot {
            tally: Tally::default(),
            in_flight: 0,
            used: Vec::new(),
            wait: Some((Cause::Quota(quota), Duration::from_secs(34))),
            remaining: None,
        };
        assert_eq!(what_happens(&snapshot), "waiting 34 s for 60/1m · no rows");
        assert_eq!(what_happens(&Snapshot { wait: None, ..snapshot }), "no rows");
    }
}
