//! Why the journal can't be used.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Why the journal can't be used. Nothing was sent if it couldn't be opened; if it is lost while a
/// batch runs, the granting ends at once. Its words tell the cause, which is no `source` besides: a chain would tell it
/// twice.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another program works on it.
    #[error("the journal {path} is in use by {holder}")]
    Busy {
        /// The journal.
        path: PathBuf,
        /// Who holds it, in words.
        holder: String,
    },
    /// Another program holds its file locked.
    #[error("another program, such as a backup or a database browser, holds the journal {path} locked")]
    Locked {
        /// The journal.
        path: PathBuf,
    },
    /// A newer program wrote it.
    #[error(
        "the journal {path} was written by a newer version of campaign-scheduler (its format is {found}, this version knows {known})"
    )]
    Newer {
        /// The journal.
        path: PathBuf,
        /// The format of the file.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// A build before the first release wrote it.
    #[error("the journal {path} was written by a build before the first release, and this version can't read it")]
    Older {
        /// The journal.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{path} is not a journal of campaign-scheduler")]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("the journal {path} is damaged: {reason}")]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// What the database says.
        reason: String,
    },
    /// There is none, or another program is about to make it.
    #[error("there is no journal {path}")]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// It was there, and another program removed it or put another in its place.
    #[error(
        "the journal {path} was removed or replaced while this program worked with it: put it back before you go on; without it, a run of this sheet sends again what the results show as accepted"
    )]
    Gone {
        /// Where it was.
        path: PathBuf,
    },
    /// The file or its folder can't be read or written.
    #[error("the journal {path} can't be opened: {reason}")]
    Io {
        /// The journal.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// A statement failed.
    #[error("the journal can't be read or written: {0}")]
    Sql(rusqlite::Error),
    /// The work on it broke off, by a mistake in this program.
    #[error("the work on the journal broke off: {0}")]
    BrokenOff(String),
    /// A stored value makes no sense.
    #[error("the journal holds a value that makes no sense: {0}")]
    Value(String),
}

const DAMAGED: &str = "keep a copy of the file, then restore it from a backup, or name a new journal with --journal; \
                       a new one knows nothing of the rows that were accepted before";

const LOCKED: &str = "let that program finish with the file, and begin again";

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// True if another program holds the file itself, which is more than to work on the journal.
fn is_locked(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

impl JournalError {
    /// What a full disk looks like, for the points at which tests make a write fail.
    pub(super) fn disk_full() -> Self {
        let full = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
        Self::Sql(rusqlite::Error::SqliteFailure(full, Some("database or disk is full".to_owned())))
    }

    /// The word in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "journal-busy",
            Self::Newer { .. } => "journal-newer",
            Self::Older { .. } => "journal-older",
            Self::NotAJournal { .. } => "not-a-journal",
            Self::Damaged { .. } | Self::Value(_) => "journal-damaged",
            Self::Sql(error) if is_damage(error) => "journal-damaged",
            Self::Sql(error) if is_locked(error) => "journal-busy",
            Self::Locked { .. } => "journal-busy",
            Self::Missing { .. } | Self::Gone { .. } | Self::Io { .. } | Self::Sql(_) => "journal-unusable",
            Self::BrokenOff(_) => "journal-unusable",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Sql(error) if is_damage(error) => DAMAGED,
            Self::Sql(error) if is_locked(error) => LOCKED,
            Self::Locked { .. } => LOCKED,
            Self::Busy { .. } => "let it finish, wait for it with --wait, or name another journal with --journal",
            Self::Newer { .. } => "use the newer version, or name another journal with --journal",
            Self::Older { .. } => {
                "move it away, or name a new one with --journal; a new one knows nothing of the rows that were accepted before"
            }
            Self::NotAJournal { .. } => "name the journal's own file with --journal",
            Self::Damaged { .. } | Self::Value(_) => DAMAGED,
            Self::Missing { .. } => "the first run makes it; name another journal with --journal",
            Self::Gone { .. } => "put the journal back before you go on",
            Self::BrokenOff(_) => "begin again: what was accepted until then is in the journal and is not sent again",
            Self::Io { .. } | Self::Sql(_) => {
                "make room on the disk, see that the folder can be written, or name another journal with --journal"
            }
        }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<serde_json::Error> for JournalError {
    fn from(error: serde_json::Error) -> Self {
        Self::Value(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let io = std::io::Error::other("no such luck");
        for error in [
            JournalError::Io { path: "journal.db".into(), reason: io },
            JournalError::disk_full(),
            JournalError::BrokenOff("a task panicked".to_owned()),
        ] {
            assert_eq!((error.code(), error.source().is_none()), ("journal-unusable", true), "{error}");
        }
    }
}
