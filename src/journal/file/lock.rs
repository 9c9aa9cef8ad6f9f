//! One program at a time works on a journal.
//!
//! The lock is the operating system's, on a file beside the journal, so a program that was killed
//! leaves none behind. Who holds it is written to a second file, since a locked file can't be read
//! on every system.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::private;
use crate::journal::JournalError;

/// Longer than anybody who only looks holds a lock; and how often is seen whether it is free, since one may look after
/// the other.
const A_MOMENT: Duration = Duration::from_millis(50);
const TRIES: u32 = 10;

/// Held as long as it lives.
#[derive(Debug)]
pub(in crate::journal) struct Lock {
    file: File,
    holder: PathBuf,
}

/// What to do if another program holds the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfBusy {
    /// Say so.
    Refuse,
    /// Wait until it is free.
    Wait,
}

impl Lock {
    /// Takes the lock of the journal at this path; `purpose` is shown to others who want it.
    ///
    /// # Errors
    /// [`JournalError::Busy`] if another program has it, [`JournalError::Io`] if the file can't be
    /// made.
    pub(in crate::journal) fn take(journal: &Path, purpose: &str, if_busy: IfBusy) -> Result<Self, JournalError> {
        let io = |reason| JournalError::Io { path: journal.to_owned(), reason };
        let holder = beside(journal, "holder");
        let file = private::options().truncate(false).open(beside(journal, "lock")).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if if_busy == IfBusy::Wait => file.lock().map_err(io)?,
            // Somebody who looks at the journal keeps others out of it for a moment.
            Err(TryLockError::WouldBlock) if is_free_soon(&file) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = holder_of(journal).unwrap_or_else(|| "another program".to_owned());
                return Err(JournalError::Busy { path: journal.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        private::share_like(journal, &file);
        let lock = Self { file, holder };
        lock.say(journal, purpose);
        Ok(lock)
    }

    /// Says for what the lock is held. Only people read it: without it the lock still holds.
    pub(in crate::journal) fn say(&self, journal: &Path, purpose: &str) {
        if let Ok(mut file) = private::options().truncate(true).open(&self.holder) {
            private::share_like(journal, &file);
            let _ = write!(file, "{purpose} (process {})", std::process::id());
        }
    }

    /// Looks at the journal at this path while nobody works on it; `None` if somebody does. Nobody can begin
    /// to before the look is over.
    pub(in crate::journal) fn while_free<T>(journal: &Path, look: impl FnOnce() -> T) -> Option<T> {
        let journal = journal.canonicalize().ok()?;
        let file = match File::open(beside(&journal, "lock")) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Some(look()),
            // Whether somebody works on it can't be told.
            Err(_) => return None,
        };
        file.try_lock_shared().ok()?;
        let seen = look();
        let _ = file.unlock();
        Some(seen)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.holder);
        // Closing the file isn't enough: a process that is just being started holds a copy of it for a moment.
        let _ = self.file.unlock();
    }
}

/// Who holds the lock of the journal at this path, or held it when it was killed, for people.
pub(in crate::journal) fn holder_of(journal: &Path) -> Option<String> {
    std::fs::read_to_string(beside(journal, "holder")).ok().filter(|holder| !holder.is_empty())
}

/// The file beside the journal whose name ends in this word.
pub(in crate::journal) fn beside(journal: &Path, word: &str) -> PathBuf {
    let mut name = journal.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(word);
    journal.with_file_name(name)
}

fn is_free_soon(file: &File) -> bool {
    (0..TRIES).any(|_| {
        std::thread::sleep(A_MOMENT / TRIES);
        file.try_lock().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_was_let_go_is_free_though_a_copy_of_its_file_is_still_open() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.db");
        let lock = Lock::take(&journal, "the first", IfBusy::Refuse).unwrap();
        let copy = lock.file.try_clone().unwrap();
        let refused = Lock::take(&journal, "the second", IfBusy::Refuse);
        assert!(matches!(refused, Err(JournalError::Busy { holder, .. }) if holder.starts_with("the first")));
        drop(lock);
        Lock::take(&journal, "the second", IfBusy::Refuse).unwrap();
        drop(copy);
    }

    #[test]
    #[cfg(unix)]
    fn who_is_let_at_the_journal_is_let_at_its_lock_and_nobody_else() {
        use std::fs::{Permissions, metadata, set_permissions, write};
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.db");
        let set = |path: &Path, mode| {
            write(path, "").unwrap();
            set_permissions(path, Permissions::from_mode(mode)).unwrap();
        };
        for (of_journal, expected) in [(0o600, 0o600), (0o640, 0o640), (0o660, 0o660), (0o400, 0o600)] {
            set(&journal, of_journal);
            set(&beside(&journal, "lock"), 0o666);
            set(&beside(&journal, "holder"), 0o666);
            let lock = Lock::take(&journal, "the first", IfBusy::Refuse).unwrap();
            for word in ["lock", "holder"] {
                let mode = metadata(beside(&journal, word)).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, expected, "{word}: {mode:o} beside {of_journal:o}");
            }
            drop(lock);
        }
    }

    #[test]
    #[cfg(unix)]
    fn where_the_lock_can_t_be_opened_nobody_is_said_to_be_away() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.db");
        std::fs::write(&journal, "").unwrap();
        assert_eq!(Lock::while_free(&journal, || ()), Some(()), "it was never locked");
        // A loop, since whoever runs tests as root may open whatever is forbidden.
        std::os::unix::fs::symlink("journal.db.lock", beside(&journal, "lock")).unwrap();
        assert_eq!(Lock::while_free(&journal, || ()), None);
    }
}
