//! Whether the journal's file is as long as it says itself: what was cut off it shows before anything is sent.
//!
//! SQLite rounds the length of a file up to whole pages and reads what is missing as zeroes, and its
//! own check sees how pages hang together, not what stands in them. So it says that all is well of a
//! file that lost its last hundred bytes, though the ends of some values are gone, and of one whose
//! last page is free (as about one journal in twelve's is) and was cut in the middle.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::journal::JournalError;

/// The part of SQLite's header that is looked at: up to and with the count of pages.
const HEADER: usize = 32;
/// What every database begins with.
pub(in crate::journal) const MAGIC: &[u8] = b"SQLite format 3\0";

/// Refuses a journal whose file is shorter than its header says.
///
/// After a kill the file is as it was at some earlier moment, and what came since lies in the
/// write-ahead log beside it: then nothing can be said of its length.
pub(in crate::journal) fn check(path: &Path) -> Result<(), JournalError> {
    let io = |reason| JournalError::Io { path: path.to_owned(), reason };
    if has_log(path) {
        return Ok(());
    }
    let mut file = File::open(path).map_err(io)?;
    let found = file.metadata().map_err(io)?.len();
    let mut header = [0; HEADER];
    match file.read_exact(&mut header) {
        Ok(()) => {}
        // New, or so short that the database says what it is.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
        Err(error) => return Err(io(error)),
    }
    if !header.starts_with(MAGIC) {
        return Ok(());
    }
    let told = told_length(&header);
    if found < told || !found.is_multiple_of(page_size(&header)) {
        let reason = format!("the file has {found} bytes, and its header speaks of {told}");
        return Err(JournalError::Damaged { path: path.to_owned(), reason });
    }
    Ok(())
}

fn has_log(path: &Path) -> bool {
    std::fs::metadata(log_beside(path)).is_ok_and(|log| log.len() > 0)
}

/// SQLite's own name for it.
fn log_beside(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn page_size(header: &[u8; HEADER]) -> u64 {
    match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size).max(1),
    }
}

fn told_length(header: &[u8; HEADER]) -> u64 {
    page_size(header) * u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]))
}
