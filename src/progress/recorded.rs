//! What a watcher wrote, for tests.

use std::io::Write;
use std::sync::{Arc, Mutex};

/// A writer that keeps what it is given; its clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorded(Arc<Mutex<Vec<u8>>>);

impl Recorded {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
