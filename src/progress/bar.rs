//! Two lines that move, for a terminal. indicatif draws them, at most so often that a terminal keeps up.
//!
//! The bar gives way where the terminal is narrow. What is being waited for comes first on its
//! line: the end of a line is what a narrow terminal cuts off.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Watcher, words};
use crate::dispatch::{Event, Snapshot};
use crate::model::{Status, Tally};

/// How it looks: the bar takes what the numbers beside it leave.
const LINES: &str = "{wide_bar} {pos}/{len} {elapsed_precise}{prefix}\n{wide_msg}";

/// The bar. Its clock ticks by itself, so that a wait of a minute is seen to pass.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template(LINES) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(bar)
    }

    fn show(&self, tally: &Tally) {
        self.0.set_length(tally.rows());
        self.0.set_position(tally.rows() - tally.of(Status::Pending));
    }
}

impl Watcher for Bar {
    fn observe(&mut self, event: &Event) {
        match event {
            Event::Started { tally, .. } => self.show(tally),
            Event::Snapshot(snapshot) => {
                self.show(&snapshot.tally);
                let left = snapshot.remaining.map(|left| format!(", about {} left", words::span(left)));
                self.0.set_prefix(left.unwrap_or_default());
                self.0.set_message(what_happens(snapshot));
            }
            Event::Ended { tally, .. } => {
                self.show(tally);
                self.0.finish_and_clear();
            }
            Event::Granted { .. } | Event::Answered { .. } | Event::Settled { .. } => {}
            Event::Held { .. } | Event::Breaker(_) | Event::Stopping { .. } => {
                if let Some(words) = words::rare(event) {
                    self.0.println(words);
                }
            }
        }
    }
}

fn what_happens(snapshot: &Snapshot) -> String {
    let counts = words::counts(&snapshot.tally);
    words::wait(snapshot).map_or_else(|| counts.clone(), |wait| format!("{wait} · {counts}"))
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
