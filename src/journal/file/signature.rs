//! Whether a file can be a journal at all: asked before a lock or anything else is made beside it.
//!
//! What a database is exactly, SQLite says. But it is asked only once the lock is held, and a mistyped
//! `--journal q1.csv` must not leave files beside the sheet, nor a named pipe hold the program up.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::truncation::MAGIC;
use crate::journal::JournalError;

/// Refuses folders, pipes, devices, and files that begin as no database does. What a kill left of a file
/// that was just being made (nothing, or zeroes) is let through.
pub(in crate::journal) fn check(path: &Path) -> Result<(), JournalError> {
    let foreign = || Err(JournalError::NotAJournal { path: path.to_owned() });
    let Ok(found) = fs::metadata(path) else { return Ok(()) };
    if !found.is_file() {
        return foreign();
    }
    let mut head = Vec::with_capacity(MAGIC.len());
    // One that can't be read is told of when it is opened.
    let read = File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut head));
    let is_blank = head.iter().all(|byte| *byte == 0);
    if read.is_ok() && !is_blank && !MAGIC.starts_with(&head) { foreign() } else { Ok(()) }
}
