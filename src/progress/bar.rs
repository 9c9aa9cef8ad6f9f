//! A line that moves, for a terminal. indicatif draws it, at most so often that a terminal keeps up.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Watcher, words};
use crate::dispatch::Event;
use crate::model::{Status, Tally};

/// The bar. Its clock ticks by itself, so that a wait of a minute is seen to pass.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed_precise} {wide_msg}") {
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
                let mut parts = vec![words::counts(&snapshot.tally)];
                parts.extend(words::wait(snapshot));
                parts.extend(snapshot.remaining.map(|left| format!("about {} left", words::span(left))));
                self.0.set_message(parts.join(" · "));
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
