//! Two lines that move, for a terminal. indicatif draws them, at most so often that a terminal keeps up.
//!
//! The bar gives way where the terminal is narrow. What is being waited for comes first on its
//! line: the end of a line is what a narrow terminal cuts off.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::terminal::{Size, Terminal};
use super::{Watcher, words};
use crate::dispatch::{Event, Purpose};
use crate::model::quota::Cause;
use crate::model::visible::on_terminal;
use crate::model::words::about;
use crate::model::{Status, Tally};

/// How it looks: the bar takes what the numbers beside it leave.
const LINES: &str = "{wide_bar} {pos}/{len} {elapsed_precise}{left}\n{wait}{wide_msg}";
/// How it looks while nobody knows how much there is to do.
const WITHOUT_END: &str = "{spinner} {elapsed_precise}\n{wait}{wide_msg}";

/// How often it is drawn at most.
const FRAMES_PER_SECOND: u8 = 20;

/// The bar of the sitting at hand: a batch that is sent, or the reads before and after it. Its
/// clock ticks by itself, so that a wait of a minute is seen to pass.
pub(super) struct Bar {
    shown: Option<ProgressBar>,
    terminal: Terminal,
    wait: Wait,
    end: End,
}

/// When all is done, as far as anybody knows, on the bar's own clock. It is told with each change
/// alone, and a minute may pass between two of them.
#[derive(Debug, Clone, Default)]
struct End(Arc<Mutex<Option<Duration>>>);

impl End {
    fn expect(&self, left: Option<Duration>, now: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = left.map(|left| now + left);
    }

    fn show(&self, now: Duration, out: &mut dyn fmt::Write) -> fmt::Result {
        let end = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match end.map(|end| end.saturating_sub(now)) {
            Some(left) => write!(out, ", about {} left", about(left)),
            None => Ok(()),
        }
    }
}

/// What is waited for, and until when on the bar's own clock.
#[derive(Debug, Clone, Default)]
struct Wait(Arc<Mutex<Option<(Cause, Duration)>>>);

impl Wait {
    fn begin(&self, wait: Option<(Cause, Duration)>, now: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = wait.map(|(cause, span)| (cause, now + span));
    }

    /// What is left of it, as it stands before the counts.
    fn show(&self, now: Duration, out: &mut dyn fmt::Write) -> fmt::Result {
        let wait = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = wait.map(|(cause, until)| (cause, until.saturating_sub(now)));
        match words::wait(left.filter(|(_, left)| !left.is_zero())) {
            Some(words) => write!(out, "{words} · "),
            None => Ok(()),
        }
    }
}

impl Bar {
    pub(super) fn new(size: Size) -> Self {
        Self { shown: None, terminal: Terminal::new(size), wait: Wait::default(), end: End::default() }
    }

    fn begin(&mut self, lines: &str) -> &ProgressBar {
        self.clear();
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(self.terminal.clone()), FRAMES_PER_SECOND);
        let bar = ProgressBar::with_draw_target(Some(0), target);
        self.wait.begin(None, Duration::ZERO);
        self.end.expect(None, Duration::ZERO);
        if let Ok(style) = ProgressStyle::with_template(lines) {
            // A line that can't be written is none.
            let (wait, end) = (self.wait.clone(), self.end.clone());
            let style = style.with_key("wait", move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = wait.show(state.elapsed(), out);
            });
            bar.set_style(style.with_key("left", move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = end.show(state.elapsed(), out);
            }));
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        self.shown.insert(bar)
    }

    fn clear(&mut self) {
        if let Some(bar) = self.shown.take() {
            bar.finish_and_clear();
        }
    }

    fn say(&self, words: &str) {
        match &self.shown {
            Some(bar) => bar.println(&*on_terminal(words)),
            // Between two sittings the line is free.
            None => self.terminal.say(words),
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
                let Some(bar) = &self.shown else { return };
                show(bar, &snapshot.tally);
                self.end.expect(snapshot.remaining, bar.elapsed());
                self.wait.begin(snapshot.wait, bar.elapsed());
                bar.set_message(words::counts(&snapshot.tally));
            }
            Event::ReadingStarted { purpose } => {
                let lines = match purpose {
                    Purpose::LookUp => WITHOUT_END,
                    Purpose::ReadBack => LINES,
                };
                self.begin(lines).set_message(words::purpose(*purpose));
            }
            Event::ReadSnapshot(snapshot) => {
                let Some(bar) = &self.shown else { return };
                bar.set_length(snapshot.done + snapshot.left);
                bar.set_position(snapshot.done);
                self.end.expect(Some(snapshot.remaining), bar.elapsed());
                self.wait.begin(snapshot.wait, bar.elapsed());
                bar.set_message(words::reads(snapshot));
            }
            Event::Ended { .. } | Event::ReadingEnded { .. } => self.clear(),
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

#[cfg(test)]
mod tests {
    use crate::model::Quota;

    use super::*;

    #[test]
    fn a_wait_comes_before_the_counts_and_is_seen_to_pass() {
        assert!(ProgressStyle::with_template(LINES).is_ok() && ProgressStyle::with_template(WITHOUT_END).is_ok());
        let wait = Wait::default();
        let shown = |seconds| {
            let mut out = String::new();
            wait.show(Duration::from_secs(seconds), &mut out).unwrap();
            out
        };
        assert_eq!(shown(0), "");
        let quota: Quota = "60/1m".parse().unwrap();
        wait.begin(Some((Cause::Quota(quota), Duration::from_secs(34))), Duration::from_secs(5));
        assert_eq!(shown(5), "waiting 34 s for 60/1m · ");
        assert_eq!(shown(29), "waiting 10 s for 60/1m · ");
        assert_eq!(shown(39), "");
    }

    #[test]
    fn what_is_left_is_seen_to_pass_too() {
        let end = End::default();
        let shown = |seconds| {
            let mut out = String::new();
            end.show(Duration::from_secs(seconds), &mut out).unwrap();
            out
        };
        assert_eq!(shown(0), "");
        end.expect(Some(Duration::from_secs(90)), Duration::from_secs(5));
        assert_eq!(shown(5), ", about 1 min 30 s left");
        assert_eq!(shown(65), ", about 30 s left");
        assert_eq!(shown(200), ", about 0 s left");
    }
}
