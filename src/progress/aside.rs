//! Lines and frames that nobody waits for.
//!
//! Whoever reads stderr or a pipe may have stopped: a pager, a collector of logs, a terminal that is held. So a thread of
//! its own writes them, and what it has no room for is left out.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::growing::Lost;

/// How many lines may wait to be written.
const MOST_WAITING: usize = 4_096;
/// How long the end waits for what is still to be written.
const PATIENCE: Duration = Duration::from_secs(1);

/// What becomes of what was left out.
#[derive(Debug)]
pub(super) enum LeftOut {
    /// It is told in a line of its own, once there is room again.
    Told,
    /// Nothing: each frame tells all that the ones before it told.
    Outdated,
    /// It is reported at the end: these lines are for programs.
    Lost(Lost, PathBuf),
}

/// Takes lines, one with each write.
#[derive(Debug)]
pub(super) struct Aside {
    /// `None` once the thread is to end, or has.
    lines: Option<SyncSender<Vec<u8>>>,
    left_out: u64,
    what_is_left_out: LeftOut,
    /// Closed when the thread ends.
    end: Receiver<()>,
}

impl Aside {
    /// Writes to `out` from a thread of its own.
    pub(super) fn new(mut out: Box<dyn Write + Send>, what_is_left_out: LeftOut) -> Self {
        let (lines, waiting) = sync_channel::<Vec<u8>>(MOST_WAITING);
        let (running, end) = channel();
        let write = move || {
            let _running: std::sync::mpsc::Sender<()> = running;
            // Whoever listened is gone, or the disk is full: the batch goes on without them.
            while waiting.recv().is_ok_and(|line| out.write_all(&line).is_ok()) {}
        };
        let started = thread::Builder::new().name("aside".to_owned()).spawn(write);
        Self { lines: started.is_ok().then_some(lines), left_out: 0, what_is_left_out, end }
    }

    fn try_send(&mut self, line: Vec<u8>) -> bool {
        let Some(lines) = &self.lines else { return true };
        match lines.try_send(line) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => false,
            Err(TrySendError::Disconnected(_)) => {
                self.lines = None;
                true
            }
        }
    }

    /// True if the line that tells of others may be followed by the next.
    fn has_told(&mut self) -> bool {
        if self.left_out == 0 || !matches!(self.what_is_left_out, LeftOut::Told) {
            return true;
        }
        let is_told = self.try_send(format!("({} lines left out)\n", self.left_out).into_bytes());
        if is_told {
            self.left_out = 0;
        }
        is_told
    }
}

impl Write for Aside {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if !self.has_told() || !self.try_send(line.to_vec()) {
            self.left_out += 1;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Aside {
    /// What follows on stderr comes behind these lines, unless nobody reads any.
    fn drop(&mut self) {
        self.lines = None;
        let ended = self.end.recv_timeout(PATIENCE);
        if let LeftOut::Lost(lost, path) = &self.what_is_left_out
            && (self.left_out > 0 || ended == Err(RecvTimeoutError::Timeout))
        {
            lost.add_unread(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Takes lines once it is let.
    struct Held {
        until: Receiver<()>,
        text: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Held {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _ = self.until.recv();
            self.text.lock().unwrap().write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_a_reader_who_has_stopped_and_what_was_left_out_is_told() {
        let (go_on, until) = channel();
        let text = Arc::<Mutex<Vec<u8>>>::default();
        let held = Held { until, text: Arc::clone(&text) };
        let mut aside = Aside::new(Box::new(held), LeftOut::Told);
        // One is in the thread's hands at the most.
        let lines = MOST_WAITING + 10;
        (0..lines).for_each(|line| aside.write_all(format!("{line}\n").as_bytes()).unwrap());
        drop(go_on);
        let mut more = 0;
        while aside.left_out > 0 {
            aside.write_all(b"again\n").unwrap();
            more += 1;
            thread::yield_now();
        }
        drop(aside);
        let text = String::from_utf8(text.lock().unwrap().clone()).unwrap();
        assert!(text.starts_with("0\n1\n2\n"), "{text}");
        // Whether it is told once or more often is chance; each line is written or told of.
        let told = |line: &str| line.strip_prefix('(')?.strip_suffix(" lines left out)")?.parse::<usize>().ok();
        let left_out: usize = text.lines().filter_map(told).sum();
        let written = text.lines().filter(|line| told(line).is_none()).count();
        assert!(left_out >= 9, "{text}");
        assert_eq!(written + left_out, lines + more);
    }
}
