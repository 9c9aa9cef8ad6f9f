//! The files beside the journal are as private as it is.
//!
//! Whatever the umask, they are made for their owner alone. Whoever lets others read or write the journal
//! means its lock, too: without it nobody can tell whether a program is at work.

use std::fs::{File, OpenOptions};
use std::path::Path;

/// Opens for writing what is made, if it isn't there, for its owner alone.
pub(in crate::journal) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Lets those at the file whom the journal lets at itself. Another owner's file stays as it is.
#[cfg(unix)]
pub(in crate::journal) fn share_like(journal: &Path, file: &File) {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = journal.metadata() else { return };
    // Its owner can take the lock also of a journal that was write-protected for a while.
    let mode = (metadata.permissions().mode() & 0o666) | 0o600;
    let _ = file.set_permissions(Permissions::from_mode(mode));
}

/// Elsewhere a file has the rights of its folder, as the journal does.
#[cfg(not(unix))]
pub(in crate::journal) const fn share_like(_journal: &Path, _file: &File) {}
