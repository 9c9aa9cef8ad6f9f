//! The journal's folder, made so that it is still there after a power cut.
//!
//! SQLite brings its files and their folder to the disk, but not the folders above: where they were
//! just made too, the entry of the first new one would be the only thing that is missing, and with it
//! the whole journal.

use std::fs;
#[cfg(unix)]
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

/// Makes the folder and those above it that aren't there, each durable before anything lies in it.
///
/// # Errors
/// If one can't be made.
pub(in crate::journal) fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make(above)?;
    match fs::create_dir(folder) {
        // Another program was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
        made => made?,
    }
    // Some file systems know no such thing, and a folder may be written to that can't be read: as
    // SQLite does, go on.
    let _ = sync(above);
    Ok(())
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}
