//! A file that grows line by line while a batch is sent.
//!
//! A full disk must not stop the batch, and the journal has it all; but whoever reads the file should
//! know that its end is missing, so why it took no more is kept until somebody can be told.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::aside::{Aside, LeftOut};

/// What is known of the files that took no more.
#[derive(Debug, Clone, Default)]
pub(super) struct Lost(Arc<Mutex<Vec<String>>>);

impl Lost {
    pub(super) fn told(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whoever reads this pipe has stopped.
    pub(super) fn add_unread(&self, path: &Path) {
        let told = format!("\"{}\" is read by somebody who has stopped; lines are missing", path.display());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    fn add(&self, path: &Path, error: &io::Error) {
        let told = format!("\"{}\" took no more: {error}; its last lines are missing", path.display());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }
}

/// The file, appended to.
#[derive(Debug)]
pub(super) struct Growing {
    file: File,
    path: PathBuf,
    lost: Lost,
}

impl Growing {
    /// Opens or makes it. Nobody waits for whoever reads a pipe.
    ///
    /// # Errors
    /// If it can't be opened.
    pub(super) fn open(path: &Path, lost: &Lost) -> io::Result<Box<dyn Write + Send>> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let is_file = file.metadata()?.is_file();
        let growing = Box::new(Self { file, path: path.to_owned(), lost: lost.clone() });
        if is_file {
            return Ok(growing);
        }
        Ok(Box::new(Aside::new(growing, LeftOut::Lost(lost.clone(), path.to_owned()))))
    }
}

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).inspect_err(|error| match error.kind() {
            // To be tried again; and somebody who read along has seen enough.
            ErrorKind::Interrupted | ErrorKind::BrokenPipe => {}
            _ => self.lost.add(&self.path, error),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
