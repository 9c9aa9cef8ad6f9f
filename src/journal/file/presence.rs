//! Whether the journal still stands under its name.
//!
//! A file that was removed or moved can be written as before by whoever has it open, and nothing
//! fails. But nobody will find what is written there: for the next run it is lost.

use std::path::Path;

/// Which file it was when it was opened.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::journal) struct Presence {
    #[cfg(unix)]
    node: Option<(u64, u64)>,
}

#[cfg(unix)]
impl Presence {
    /// Of the file that has this name now.
    pub(in crate::journal) fn of(path: &Path) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let node = std::fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
        Self { node }
    }
}

#[cfg(not(unix))]
impl Presence {
    /// Of the file that has this name now: one that is open can't be removed on such a system.
    pub(in crate::journal) const fn of(_path: &Path) -> Self {
        Self {}
    }
}
