//! A journal that dies: the process is killed before or after the Nth commit, or the disk is full
//! from the Nth commit on.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::journal::{
    CallNumber, Grant, Journal, JournalError, Preflight, QueuedRow, ReadBack, RowNumber, SentRow, Span, SqliteJournal,
    Step, Turn, UnsentRow,
};
use campaign_scheduler::model::{Finding, Tally, Target};
use chrono::{DateTime, Utc};
use tokio::sync::Notify;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// Killed before the transaction is durable.
    BeforeCommit,
    /// Killed once it is, before anything follows from it.
    AfterCommit,
    /// No commit succeeds any more, but the program lives on.
    DiskFull,
}

/// What a death leaves for the test to see.
#[derive(Debug)]
pub struct Grave {
    pub killed: Notify,
    /// Holds the dying journal's thread until the program is gone.
    burial: Mutex<Receiver<()>>,
    /// The grants that were durable and never left.
    pub never_left: Mutex<Vec<Grant>>,
}

impl Grave {
    /// A grave, and what to drop once the program is gone.
    pub fn new() -> (Arc<Self>, Sender<()>) {
        let (is_gone, burial) = channel();
        let grave = Self { killed: Notify::new(), burial: Mutex::new(burial), never_left: Mutex::default() };
        (Arc::new(grave), is_gone)
    }

    fn die(&self) {
        self.killed.notify_one();
        let _ = self.burial.lock().unwrap().recv();
    }
}

pub struct Mortal {
    pub inner: SqliteJournal,
    pub death: Option<(usize, Death)>,
    pub grave: Arc<Grave>,
}

impl Mortal {
    fn lost() -> JournalError {
        JournalError::Value("the disk is full".to_owned())
    }

    /// Commits, if it doesn't die before; what it grants never leaves if it dies after.
    fn at_commit(
        &mut self,
        grants: &[Grant],
        commit: impl FnOnce(&mut SqliteJournal) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        match &mut self.death {
            None => commit(&mut self.inner),
            Some((left, _)) if *left > 0 => {
                *left -= 1;
                commit(&mut self.inner)
            }
            Some((_, Death::DiskFull)) => Err(Self::lost()),
            Some((_, Death::BeforeCommit)) => {
                self.grave.die();
                Err(Self::lost())
            }
            Some((_, Death::AfterCommit)) => {
                commit(&mut self.inner)?;
                self.grave.never_left.lock().unwrap().extend(grants.iter().cloned());
                self.grave.die();
                Ok(())
            }
        }
    }
}

impl Journal for Mortal {
    fn next_rows(&mut self, span: Span, after: Turn, most: usize) -> Result<Vec<QueuedRow>, JournalError> {
        self.inner.next_rows(span, after, most)
    }

    fn commit(&mut self, span: Span, target: &Target, step: &Step) -> Result<(), JournalError> {
        self.at_commit(&step.grants, |journal| journal.commit(span, target, step))
    }

    fn rescue(&mut self, span: Span, target: &Target, step: &Step) {
        if matches!(self.death, None | Some((_, Death::DiskFull))) {
            self.inner.rescue(span, target, step);
        }
    }

    fn last_call(&mut self) -> Result<CallNumber, JournalError> {
        self.inner.last_call()
    }

    fn was_answered(&mut self, span: Span) -> Result<bool, JournalError> {
        self.inner.was_answered(span)
    }

    fn recent_answers(&mut self, target: &Target, most: usize) -> Result<Vec<DateTime<Utc>>, JournalError> {
        self.inner.recent_answers(target, most)
    }

    fn hold(&mut self, target: &Target) -> Result<Option<DateTime<Utc>>, JournalError> {
        self.inner.hold(target)
    }

    fn close(
        &mut self,
        span: Span,
        now: DateTime<Utc>,
        quota_wait: Duration,
        elapsed: Duration,
        is_done: bool,
    ) -> Result<(), JournalError> {
        self.inner.close(span, now, quota_wait, elapsed, is_done)
    }
}

impl ReadBack for Mortal {
    fn count_sent(&mut self, span: Span) -> Result<u64, JournalError> {
        self.inner.count_sent(span)
    }

    fn sent_rows(&mut self, span: Span, after: RowNumber, most: usize) -> Result<Vec<SentRow>, JournalError> {
        self.inner.sent_rows(span, after, most)
    }

    fn yield_to_later(&mut self, span: Span) -> Result<(), JournalError> {
        self.at_commit(&[], |journal| journal.yield_to_later(span))
    }
}

impl Preflight for Mortal {
    fn attempts_of(&mut self, span: Span) -> Result<u64, JournalError> {
        self.inner.attempts_of(span)
    }

    fn unsent_rows(&mut self, span: Span, after: RowNumber, most: usize) -> Result<Vec<UnsentRow>, JournalError> {
        self.inner.unsent_rows(span, after, most)
    }

    fn add_findings(
        &mut self,
        findings: &[(RowNumber, bool, Finding)],
        now: DateTime<Utc>,
    ) -> Result<(), JournalError> {
        self.at_commit(&[], |journal| journal.add_findings(findings, now))
    }

    fn empty_queue(&mut self, span: Span) -> Result<(), JournalError> {
        self.at_commit(&[], |journal| journal.empty_queue(span))
    }

    fn standing(&mut self, span: Span) -> Result<(Tally, u64), JournalError> {
        self.inner.standing(span)
    }
}
