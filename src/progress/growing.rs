//! A file that grows line by line while a batch is sent.
//!
//! A full disk must not stop the batch, and the journal has it all; but whoever reads the file should
//! know that its end is missing, so why it took no more is kept until somebody can be told.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::aside::{Aside, LeftOut};

/// How long a pipe may be without a reader: one that a script starts beside the program needs a moment.
const PATIENCE: Duration = Duration::from_secs(3);

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
    /// Its last line was cut short, by a disk that was full or a kill: the next is to begin one of its own.
    is_cut: bool,
}

impl Growing {
    /// Opens or makes it. Nobody waits for whoever reads a pipe.
    ///
    /// # Errors
    /// If it can't be opened; of the kind `TimedOut` if it is a pipe that nobody reads.
    pub(super) fn open(path: &Path, lost: &Lost) -> io::Result<Box<dyn Write + Send>> {
        let file = open_with_patience(path)?;
        let is_file = file.metadata()?.is_file();
        let is_cut = is_file && is_cut(path).unwrap_or(false);
        let growing = Box::new(Self { file, path: path.to_owned(), lost: lost.clone(), is_cut });
        if is_file {
            return Ok(growing);
        }
        Ok(Box::new(Aside::new(growing, LeftOut::Lost(lost.clone(), path.to_owned()))))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_cut {
            self.file.write_all(b"\n")?;
            self.is_cut = false;
        }
        self.file.write(bytes)
    }
}

/// Opens a file to append to it. A pipe opens once somebody reads it, so a thread of its own waits for that; it ends
/// with the program if nobody ever does.
fn open_with_patience(path: &Path) -> io::Result<File> {
    let (opened, is_open) = channel();
    let owned = path.to_owned();
    let open = move || opened.send(OpenOptions::new().create(true).append(true).open(owned));
    thread::Builder::new().name("open".to_owned()).spawn(open)?;
    let unread = || Err(io::Error::new(ErrorKind::TimedOut, "it is a pipe that nobody reads"));
    is_open.recv_timeout(PATIENCE).unwrap_or_else(|_| unread())
}

/// True if its last line has no end.
fn is_cut(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.append(bytes).inspect_err(|error| match error.kind() {
            // To be tried again; and somebody who read along has seen enough.
            ErrorKind::Interrupted | ErrorKind::BrokenPipe => {}
            _ => self.lost.add(&self.path, error),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_short_takes_nothing_of_the_next_one_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        for (before, after) in [(None, "1\n2\n"), (Some("0\n"), "0\n1\n2\n"), (Some("0\n{\"cu"), "0\n{\"cu\n1\n2\n")] {
            let _ = before.map(|text| std::fs::write(&path, text).unwrap());
            let mut growing = Growing::open(&path, &Lost::default()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), before.unwrap_or_default(), "until there is a line");
            growing.write_all(b"1\n").unwrap();
            growing.write_all(b"2\n").unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
        }
    }
}
