//! The journal as the coordinator reaches it: off the runtime's thread, so that an fsync holds up
//! no answer. (Blocking tasks also hold tokio's paused clock still, which tests rely on.)

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

use crate::journal::{Journal, JournalError};

/// A journal shared with the blocking pool.
pub(super) struct Store<J>(Arc<Mutex<J>>);

impl<J> Clone for Store<J> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<J: Journal> Store<J> {
    pub(super) const fn new(journal: Arc<Mutex<J>>) -> Self {
        Self(journal)
    }

    /// Works on the journal in the blocking pool.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut J) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.begin(work).result().await
    }

    /// Begins such work, which goes on while nobody waits for it.
    pub(super) fn begin<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut J) -> Result<T, JournalError> + Send + 'static,
    ) -> Begun<T> {
        let journal = Arc::clone(&self.0);
        Begun(tokio::task::spawn_blocking(move || {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut journal)
        }))
    }
}

/// Work on the journal that has begun.
pub(super) struct Begun<T>(JoinHandle<Result<T, JournalError>>);

impl<T> Begun<T> {
    /// True if its result is there.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_finished()
    }

    /// Waits for its result.
    pub(super) async fn result(self) -> Result<T, JournalError> {
        self.0.await.unwrap_or_else(|error| Err(JournalError::BrokenOff(error.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{IfBusy, SqliteJournal};

    /// Its file is as good as it was.
    #[tokio::test]
    async fn work_that_panics_is_no_damage_to_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        let journal = SqliteJournal::open(&path, "a test", IfBusy::Refuse, chrono::Utc::now).unwrap();
        let store = Store::new(Arc::new(Mutex::new(journal)));
        let error = store.with(|_| -> Result<(), JournalError> { panic!("as the test wants it") }).await.unwrap_err();
        assert!(matches!(error, JournalError::BrokenOff(_)), "{error}");
        assert!(store.with(Journal::last_call).await.is_ok());
    }
}
