//! Stdout, whose errors say that they are its own: "no space left on device" alone leaves open where.

use std::io::{self, StdoutLock, Write};

/// Stdout, held until it is dropped.
pub(super) struct Stdout(StdoutLock<'static>);

/// Takes hold of stdout.
pub(super) fn stdout() -> Stdout {
    Stdout(io::stdout().lock())
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(named)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(named)
    }
}

fn named(error: io::Error) -> io::Error {
    match error.kind() {
        // To be tried again, not told.
        io::ErrorKind::Interrupted => error,
        kind => io::Error::new(kind, format!("stdout can't be written: {error}")),
    }
}
