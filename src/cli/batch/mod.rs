//! What `run`, `resume`, `undo` and `verify` share: the journal, the platform, the sending, the
//! files at the end. There is no second code path.

mod again;
mod confirm;
mod ending;
mod files;
mod platform;
mod remembered;
mod sealed;
mod sending;
mod sheet;
mod watching;

pub use again::{Anew, take_up, was_undone_before};
pub use confirm::is_confirmed;
pub use files::{check_outputs, check_sizes, default_results, write_files};
pub use platform::{Connected, Destination, reconnect};
pub use remembered::{Found, LastSitting, Remembered, flags_to_remember, whole};
pub use sealed::{Batch, Work};
pub use sending::send;
pub use sheet::{Sheet, cell_of_campaign, read_into};
pub use watching::{spectators, watchers};

use std::io;

use chrono::{DateTime, Utc};
use tokio::runtime::{Builder, Runtime};

use super::error::Failure;
use super::settings::OutSettings;
use crate::clock::Clock;
use crate::journal::{BatchRecord, IfBusy, JournalError, SqliteJournal};
use crate::model::BatchId;
use crate::report::summary::Flag;
use crate::report::summary::next::in_journal;

/// Tasks that may have their turn before the coordinator has its own: all workers wait for it, and a task takes
/// some ten microseconds. Of its own accord tokio lets 61 go first.
const TASKS_BETWEEN: u32 = 16;

/// The runtime that calls are made on. It has one thread: two were measured to be slower, since a call is little
/// work and changes hands often.
///
/// # Errors
/// If the system has no room for it.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().event_interval(TASKS_BETWEEN).enable_all().build()
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::new(error.code(), error.to_string()).hint(error.hint())
    }
}

/// Opens the journal for work on what is in it. None is made: a slip of the pen in `--journal` would
/// leave an empty one behind.
///
/// # Errors
/// If there is none, or it is held by another program, or unusable.
pub fn open_journal(out: &OutSettings, wait: bool, purpose: &str, clock: &dyn Clock) -> Result<SqliteJournal, Failure> {
    let path = out.journal()?;
    if path.try_exists().is_ok_and(|exists| !exists) {
        return Err(Failure::new(
            "no-such-batch",
            format!("there is no journal {}, and so no batch to take", path.display()),
        )
        .hint("--journal names another journal"));
    }
    open_or_make_journal(out, wait, purpose, clock)
}

/// Opens the journal for work, and makes it if there is none.
///
/// # Errors
/// If its folder isn't there (the default one is made), or it is held by another program, or unusable.
pub fn open_or_make_journal(
    out: &OutSettings,
    wait: bool,
    purpose: &str,
    clock: &dyn Clock,
) -> Result<SqliteJournal, Failure> {
    let if_busy = if wait { IfBusy::Wait } else { IfBusy::Refuse };
    Ok(SqliteJournal::open(out.journal_to_write()?, purpose, if_busy, || clock.wall())?)
}

/// The batch of this name; the flags are those of the command that wants it.
///
/// # Errors
/// If the journal has none.
pub fn find_batch(journal: &SqliteJournal, id: &str, flags: &[Flag]) -> Result<BatchRecord, Failure> {
    journal.latest_batch(|batch| batch.id.as_str() == id)?.ok_or_else(|| {
        Failure::new("no-such-batch", format!("the journal has no batch \"{id}\""))
            .hint(format!("`{}` lists them; --journal names another journal", in_journal("history", flags)))
    })
}

/// Which batch a command takes that is told none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefer {
    /// The latest with rows left to send, else the latest.
    Unfinished,
    /// The latest.
    Latest,
}

/// The batch of this name, or the one to take where none is named. A rehearsal is taken by name only.
///
/// # Errors
/// If there is none.
pub fn choose_batch(
    journal: &SqliteJournal,
    id: Option<&str>,
    prefer: Prefer,
    flags: &[Flag],
) -> Result<BatchRecord, Failure> {
    if let Some(id) = id {
        return find_batch(journal, id, flags);
    }
    let is_real = |batch: &BatchRecord| !batch.target.host.is_simulated();
    let unfinished = match prefer {
        Prefer::Unfinished => journal.latest_batch(|batch| is_real(batch) && batch.has_rows_to_send)?,
        Prefer::Latest => None,
    };
    let chosen = if unfinished.is_some() { unfinished } else { journal.latest_batch(is_real)? };
    chosen.ok_or_else(|| {
        Failure::new("no-such-batch", "the journal has no batch to take").hint(match prefer {
            Prefer::Unfinished => "name a --simulate batch, or another journal with --journal",
            // What a simulator held ended with its run.
            Prefer::Latest => "run a sheet first, or name another journal with --journal",
        })
    })
}

/// A batch's id: when it began, and a little chance against two at once.
pub fn new_batch_id(now: DateTime<Utc>) -> BatchId {
    let chance: String =
        std::iter::repeat_with(fastrand::alphanumeric).map(|letter| letter.to_ascii_lowercase()).take(4).collect();
    BatchId::new(format!("{}-{chance}", now.format("%Y%m%d-%H%M%S")))
}
