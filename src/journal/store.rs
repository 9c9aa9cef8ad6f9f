//! The journal's file: opening, locking, migrating, recovering.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::commit::AT_ONCE;
use super::emergency::{self, Emergency, Saved};
use super::file::lock::{IfBusy, Lock, beside, holder_of};
use super::file::presence::Presence;
use super::file::{folder, private, signature, truncation};
use super::numbers::Span;
use super::reading::LeftOpen;
use super::stored::to_micros;
use super::{JournalError, sql};
use crate::failpoint;
use crate::model::{Delivery, Status};

/// A journal up to this size is checked for damage whenever it is opened: some tens of milliseconds.
const MOST_BYTES_CHECKED: u64 = 32 << 20;

/// The journal in SQLite.
///
/// Opened by [`SqliteJournal::open`] it is locked and may be written; opened by
/// [`SqliteJournal::read`] it is for looking alone, and another program may be at work on it.
#[derive(Debug)]
pub struct SqliteJournal {
    pub(super) connection: Connection,
    path: PathBuf,
    presence: Presence,
    pub(super) emergency: Emergency,
    /// Rows that the opening made unknown: their batch, and how many.
    given_up: Vec<(i64, usize)>,
    /// Held as long as this is, where it may be written.
    lock: Option<Lock>,
    pub(super) left_open: LeftOpen,
    /// Who works on it, where it is only looked at.
    pub(super) holder: Option<String>,
}

impl SqliteJournal {
    /// The files of the journal of this name: itself, and those that stand beside it.
    pub fn files_of(path: &Path) -> [PathBuf; 6] {
        let with = |end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        let named = |word| beside(path, word);
        [path.to_owned(), with("-wal"), with("-shm"), named("lock"), named("holder"), named("emergency")]
    }

    /// Opens or makes the journal, takes its lock, migrates it, and settles what a kill left open:
    /// a batch that was still being read is discarded, and calls without an answer count as
    /// abandoned now: `now` is asked once the lock is held, which may be waited for.
    ///
    /// # Errors
    /// [`JournalError`] if it is held, newer, damaged, something else, or can't be written.
    pub fn open(
        path: &Path,
        purpose: &str,
        if_busy: IfBusy,
        now: impl FnOnce() -> DateTime<Utc>,
    ) -> Result<Self, JournalError> {
        let io = |reason| JournalError::Io { path: path.to_owned(), reason };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            folder::make(folder).map_err(io)?;
        }
        signature::check(path)?;
        // However it was named: two names of one journal must not be two locks.
        let path = &real_path(path).map_err(io)?;
        let lock = Lock::take(path, purpose, if_busy)?;
        private_file(path).map_err(io)?;
        truncation::check(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || -> Result<Self, JournalError> {
            let connection = Connection::open_with_flags(path, flags)?;
            let (presence, emergency, left_open) = (Presence::of(path), Emergency::none(), LeftOpen::default());
            let lock = Some(lock);
            let path = path.to_owned();
            let mut journal =
                Self { connection, path, presence, emergency, given_up: Vec::new(), lock, left_open, holder: None };
            journal.prepare_for_writing()?;
            journal.check_if_small()?;
            let (emergency, saved) = Emergency::open(&journal.path)?;
            journal.emergency = emergency;
            for Saved { span, target, step } in saved {
                journal.write_once(span, &target, &step)?;
            }
            failpoint::die_at("emergency-read-back");
            journal.emergency.clear();
            journal.recover(now())?;
            Ok(journal)
        };
        open().map_err(|error| explained(error, path))
    }

    /// Opens the journal to look at it, without its lock.
    ///
    /// # Errors
    /// [`JournalError`] if there is none, or it is newer, damaged or something else.
    pub fn read(path: &Path) -> Result<Self, JournalError> {
        if let Err(reason) = std::fs::metadata(path) {
            let path = path.to_owned();
            let is_missing = reason.kind() == ErrorKind::NotFound;
            return Err(if is_missing { JournalError::Missing { path } } else { JournalError::Io { path, reason } });
        }
        signature::check(path)?;
        // What lies beside it does so under its real name.
        let path = &path.canonicalize().map_err(|reason| JournalError::Io { path: path.to_owned(), reason })?;
        let open = || -> Result<Self, JournalError> {
            let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            let (presence, emergency, left_open) = (Presence::of(path), Emergency::none(), LeftOpen::default());
            let (lock, holder) = (None, None);
            let mut journal = Self {
                connection,
                path: path.to_owned(),
                presence,
                emergency,
                given_up: Vec::new(),
                lock,
                left_open,
                holder,
            };
            journal.connection.execute_batch("PRAGMA busy_timeout = 10000; PRAGMA cache_spill = OFF;")?;
            if journal.migrations_seen()? == 0 {
                // Another program is about to make it.
                return Err(JournalError::Missing { path: path.to_owned() });
            }
            // All that is told is of one moment: another program may be at work, or begin to be.
            journal.connection.execute_batch("BEGIN")?;
            let left_open = Lock::while_free(path, || {
                for Saved { span, target, step } in emergency::left_beside(path)? {
                    // Where nothing can be written at all, the journal is told as it is.
                    let _ = journal.show_unwritten(span, &target, &step);
                }
                LeftOpen::of(&journal.connection)
            });
            journal.connection.execute_batch("PRAGMA query_only = ON;")?;
            match left_open {
                Some(left_open) => journal.left_open = left_open?,
                None => journal.holder = holder_of(path),
            }
            Ok(journal)
        };
        open().map_err(|error| explained(error, path))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file beside the journal with answers that couldn't be written to it, if there are any.
    pub fn rescued_to(&self) -> Option<PathBuf> {
        self.emergency.holds_answers().then(|| beside(&self.path, "emergency"))
    }

    /// True if another program removed the journal's file or put another in its place.
    pub(super) fn is_gone(&self) -> bool {
        Presence::of(&self.path) != self.presence
    }

    /// Says to others who want the journal what is done with it, once that is known.
    pub fn set_purpose(&self, purpose: &str) {
        if let Some(lock) = &self.lock {
            lock.say(&self.path, purpose);
        }
    }

    /// The cache is small on purpose: where a page was moved, SQLite looks through all of it at the end of
    /// the transaction, and what is read is read in order.
    fn prepare_for_writing(&mut self) -> Result<(), JournalError> {
        self.connection.execute_batch("PRAGMA busy_timeout = 10000;")?;
        // Another program's database stays as it is.
        let seen = self.migrations_seen()?;
        self.connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4096;
             PRAGMA wal_autocheckpoint = 4000;",
        )?;
        self.connection.set_prepared_statement_cache_capacity(64);
        if seen < sql::MIGRATIONS.len() {
            let transaction = self.connection.transaction_with_behavior(AT_ONCE)?;
            for migration in &sql::MIGRATIONS[seen..] {
                transaction.execute_batch(migration)?;
            }
            transaction.pragma_update(None, "application_id", sql::APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", newest_format())?;
            transaction.commit()?;
        }
        Ok(())
    }

    /// The number of migrations that the file has seen.
    ///
    /// Read in one transaction: a journal that another program makes between two of these questions
    /// would seem to have tables and to be nobody's.
    fn migrations_seen(&self) -> Result<usize, JournalError> {
        let one_moment = self.connection.unchecked_transaction()?;
        let pragma = |name| one_moment.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let (found, application) = (pragma("user_version")?, pragma("application_id")?);
        let tables: i64 = one_moment.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
        one_moment.finish()?;
        let (path, known) = (self.path.clone(), newest_format());
        match (application == sql::APPLICATION_ID, tables) {
            (true, _) if found > known => Err(JournalError::Newer { path, found, known }),
            (true, _) if found < sql::FIRST_FORMAT => Err(JournalError::Older { path }),
            (true, _) => Ok(usize::try_from(found - sql::FIRST_FORMAT).unwrap_or(0) + 1),
            (false, 0) => Ok(0),
            (false, _) => Err(JournalError::NotAJournal { path }),
        }
    }

    /// Looks for damage before anything is sent, where that takes no time that anybody notices. In
    /// a larger journal damage is met when its page is read.
    fn check_if_small(&self) -> Result<(), JournalError> {
        let bytes = std::fs::metadata(&self.path).map_or(0, |metadata| metadata.len());
        if bytes > MOST_BYTES_CHECKED {
            return Ok(());
        }
        let found: String = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        let damaged = || JournalError::Damaged { path: self.path.clone(), reason: in_plain_words(&found) };
        if found == "ok" { Ok(()) } else { Err(damaged()) }
    }

    /// How many rows of a batch the opening made unknown, because a kill left their calls open.
    pub fn given_up_at_opening(&self, span: Span) -> usize {
        self.given_up.iter().filter(|(batch, _)| *batch == span.batch).map(|(_, rows)| rows).sum()
    }

    fn recover(&mut self, now: DateTime<Utc>) -> Result<(), JournalError> {
        let mut given_up = Vec::new();
        let transaction = self.connection.transaction_with_behavior(AT_ONCE)?;
        let unread: Vec<i64> =
            transaction.prepare(sql::UNREAD_BATCHES)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for batch in unread {
            let span = Span { batch };
            transaction.execute(sql::DISCARD_ROWS_OF, (span.first(), span.last()))?;
            transaction.execute(sql::DISCARD_BATCH, [batch])?;
        }
        let open: Vec<(i64, Option<i64>, i64, String)> = transaction
            .prepare(sql::OPEN_CALLS)?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<Result<_, _>>()?;
        for (call, row, granted_at, delivery) in open {
            let message = "the program ended before the answer came";
            transaction.execute(sql::ANSWER_CALL, (call, to_micros(now), None::<u16>, "abandoned", message))?;
            let Some(row) = row else { continue };
            transaction.execute(sql::ABANDON_ROW, (row, granted_at))?;
            transaction.execute(sql::ADD_EFFECT, (row, false, None::<&str>))?;
            if delivery == Delivery::AtMostOnce.as_str() {
                let error = super::wording::KILLED_AT_MOST_ONCE;
                let values = (row, Status::Unknown as u8, error, to_micros(now));
                given_up.push((row >> 32, transaction.execute(sql::GIVE_UP_ROW, values)?));
            }
        }
        failpoint::die_at("before-recovery");
        transaction.commit()?;
        self.given_up = given_up;
        failpoint::die_at("after-recovery");
        Ok(())
    }
}

/// The format after all migrations.
fn newest_format() -> i64 {
    sql::FIRST_FORMAT - 1 + i64::try_from(sql::MIGRATIONS.len()).unwrap_or(i64::MAX - 1)
}

/// The file behind a symbolic link, which is made if the link leads to nothing; of one that isn't there yet, its
/// place in the real folder.
fn real_path(path: &Path) -> std::io::Result<PathBuf> {
    if path.is_symlink() {
        private_file(path)?;
    }
    if let Ok(real) = path.canonicalize() {
        return Ok(real);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default()))
}

/// Makes the file, readable by its owner alone, if it isn't there.
fn private_file(path: &Path) -> std::io::Result<()> {
    private::options().truncate(false).open(path).map(drop)
}

/// What the database says of damage, for people: its own words only help those who repair databases.
fn in_plain_words(said: &str) -> String {
    let own = said.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("***")).unwrap_or_default();
    format!("its parts contradict each other (the database says: {own})")
}

/// The database's error in terms of the file.
fn explained(error: JournalError, path: &Path) -> JournalError {
    let JournalError::Sql(rusqlite::Error::SqliteFailure(code, reason)) = &error else { return error };
    match code.code {
        ErrorCode::NotADatabase => JournalError::NotAJournal { path: path.to_owned() },
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => JournalError::Locked { path: path.to_owned() },
        ErrorCode::DatabaseCorrupt => {
            let reason = in_plain_words(&reason.clone().unwrap_or_else(|| code.to_string()));
            JournalError::Damaged { path: path.to_owned(), reason }
        }
        _ => {
            let reason = reason.clone().unwrap_or_else(|| code.to_string());
            JournalError::Io { path: path.to_owned(), reason: std::io::Error::other(reason) }
        }
    }
}
