//! Stderr, whose reader may be gone, or may have stopped, as a pager does.
//!
//! A thread of its own writes, in order, and each message is waited for a while. Once one wasn't taken in that time,
//! those that follow are only handed over until it is: the program must not wait for a reader who has stopped, and
//! one who was merely slow misses nothing.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a message waits for somebody to take it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Writes to stderr, and waits until it is written or nobody seems to take it.
pub(crate) fn on_stderr(text: &str) {
    static STDERR: LazyLock<Mutex<Patient>> =
        LazyLock::new(|| Mutex::new(Patient::new(Box::new(io::stderr()), PATIENCE)));
    STDERR.lock().unwrap_or_else(PoisonError::into_inner).say(text);
}

/// A message, and who is told that it was written.
type Message = (Vec<u8>, Sender<()>);

/// What is written with patience.
struct Patient {
    messages: Sender<Message>,
    patience: Duration,
    /// The last message that nobody took in time.
    untaken: Option<Receiver<()>>,
}

impl Patient {
    fn new(mut out: Box<dyn Write + Send>, patience: Duration) -> Self {
        let (messages, waiting) = channel::<Message>();
        let write = move || {
            for (text, written) in waiting {
                let _ = out.write_all(&text);
                let _ = written.send(());
            }
        };
        // Where no thread can be had, nobody takes messages.
        let _ = thread::Builder::new().name("stderr".to_owned()).spawn(write);
        Self { messages, patience, untaken: None }
    }

    fn say(&mut self, text: &str) {
        let (written, is_written) = channel();
        if let Err(refused) = self.messages.send((text.as_bytes().to_vec(), written)) {
            // What can be said nowhere else must be said here, whoever may hold it up.
            let _ = io::stderr().write_all(&refused.0.0);
            return;
        }
        let is_late = |taken: &Receiver<()>, patience| taken.recv_timeout(patience) == Err(RecvTimeoutError::Timeout);
        let is_stuck = self.untaken.take().is_some_and(|earlier| is_late(&earlier, Duration::ZERO));
        let patience = if is_stuck { Duration::ZERO } else { self.patience };
        self.untaken = Some(is_written).filter(|taken| is_late(taken, patience));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Takes nothing until it is let.
    struct Held {
        until: Receiver<()>,
        text: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Held {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.until.recv();
            self.text.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_reads_on_has_all_in_order_and_who_has_stopped_is_waited_for_once() {
        let (go_on, until) = channel();
        let text = Arc::<Mutex<Vec<u8>>>::default();
        let held = Held { until, text: Arc::clone(&text) };
        let mut patient = Patient::new(Box::new(held), Duration::from_millis(1));
        patient.say("first\n");
        // Only a message that needn't be waited for gets through this.
        patient.patience = Duration::MAX;
        patient.say("second\n");
        assert!(text.lock().unwrap().is_empty());
        drop(go_on);
        // Waited for again, once what came before was taken.
        while patient.untaken.is_some() {
            patient.say("third\n");
        }
        let text = String::from_utf8(text.lock().unwrap().clone()).unwrap();
        assert!(text.starts_with("first\nsecond\nthird\n"), "{text}");
    }
}
