//! Stdout, whose errors say that they are its own: "no space left on device" alone leaves open where.

use std::io::{self, StdoutLock, Write};

use super::error::complain;

/// Stdout, held until it is dropped.
pub(super) struct Stdout(StdoutLock<'static>);

/// Takes hold of stdout.
pub(super) fn stdout() -> Stdout {
    Stdout(io::stdout().lock())
}

/// Says on stderr that stdout can't be written, where that changes nothing else. A reader who has gone isn't told of.
pub(super) fn complain_unless_written(written: io::Result<()>) {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => complain(&error.to_string()),
        Ok(()) | Err(_) => {}
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(named)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(named)
    }
}

/// The error with whose it is.
pub(super) fn named(error: io::Error) -> io::Error {
    match error.kind() {
        // To be tried again, not told.
        io::ErrorKind::Interrupted => error,
        kind => io::Error::new(kind, format!("stdout can't be written: {error}")),
    }
}
