//! What people and programs see while a batch is sent.
//!
//! Every watcher is fed the same events, in the order in which they became durable, and none can
//! hold up the sending: a watcher that can't write goes silent, and for a file that is said at the end. Nothing here
//! decides anything.
//!
//! | file | for |
//! |---|---|
//! | `aside` | lines on stderr that nobody waits for |
//! | `bar` | a terminal: one line that moves |
//! | `terminal` | what the bar is drawn on, without waiting for it |
//! | `lines` | everything else, and `--log-file`: a line now and then |
//! | `json` | programs: `--events`, a JSON object a line |
//! | `words` | what both ways of text say |
//! | `waits` | which wait is news |
//! | `growing` | a file that grows line by line, and what became of it |

mod aside;
mod bar;
mod growing;
mod json;
mod lines;
#[cfg(test)]
mod recorded;
mod terminal;
mod waits;
mod words;

use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::clock::Clock;
use crate::dispatch::Event;
use crate::model::BatchId;

use self::aside::{Aside, LeftOut};
use self::growing::{Growing, Lost};

pub use json::SCHEMA_VERSION;
pub use terminal::Size;

/// Something that is told what happens.
pub trait Watcher: Send {
    /// Takes note of an event.
    fn observe(&mut self, event: &Event);
}

/// All who watch.
#[derive(Default)]
pub struct Watchers {
    all: Vec<Box<dyn Watcher>>,
    lost: Lost,
}

impl Watchers {
    /// A line that moves, on stderr, a terminal of this size.
    pub fn add_bar(&mut self, size: Size) {
        self.all.push(Box::new(bar::Bar::new(size)));
    }

    /// A line now and then, on stderr. `verbosity` 1 adds each outcome, 2 each call.
    pub fn add_lines(&mut self, clock: Arc<dyn Clock>, verbosity: u32) {
        self.all.push(Box::new(lines::Lines::new(
            Box::new(Aside::new(Box::new(io::stderr()), LeftOut::Told)),
            clock,
            verbosity,
            lines::Stamp::None,
        )));
    }

    /// The log file: a line for each outcome, with the time and the batch; appended to.
    ///
    /// # Errors
    /// If the file can't be opened.
    pub fn add_log(&mut self, path: &Path, batch: BatchId, clock: Arc<dyn Clock>, verbosity: u32) -> io::Result<()> {
        let stamp = lines::Stamp::Of(batch);
        let log = lines::Lines::new(Growing::open(path, &self.lost)?, clock, verbosity + 1, stamp);
        self.all.push(Box::new(log));
        Ok(())
    }

    /// The events as JSON lines; appended to.
    ///
    /// # Errors
    /// If the file can't be opened.
    pub fn add_events(&mut self, path: &Path, batch: BatchId, clock: Arc<dyn Clock>) -> io::Result<()> {
        self.all.push(Box::new(json::JsonLines::new(Growing::open(path, &self.lost)?, batch, clock)));
        Ok(())
    }

    /// All is told, and written as far as somebody takes it; of each file that couldn't be written to its end, why
    /// not.
    pub fn end(self) -> Vec<String> {
        let Self { all, lost } = self;
        drop(all);
        lost.told()
    }

    /// Tells all of them.
    pub fn observe(&mut self, event: &Event) {
        for watcher in &mut self.all {
            watcher.observe(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::*;
    use crate::clock::TestClock;
    use crate::model::{Ending, Tally};

    #[tokio::test(start_paused = true)]
    async fn a_log_that_is_emptied_meanwhile_goes_on_at_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        let clock: Arc<dyn Clock> = Arc::new(TestClock::at("2030-01-01T00:00:00Z".parse().unwrap()));
        let mut watchers = Watchers::default();
        watchers.add_log(&path, BatchId::new("b1"), clock, 0).unwrap();
        let tally = Tally::default();
        watchers.observe(&Event::Started { tally, used: Vec::new() });
        let text = || std::fs::read_to_string(&path).unwrap();
        assert_eq!(text(), "2030-01-01T00:00:00.000Z b1 sending: no rows\n", "it is there when it has happened");
        OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
        watchers.observe(&Event::Ended { ending: Ending::Finished, tally });
        assert_eq!(text(), "2030-01-01T00:00:00.000Z b1 finished: no rows\n");
    }
}
