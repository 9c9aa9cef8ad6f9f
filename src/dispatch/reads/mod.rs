//! Reads of the platform: calls that change nothing, before a batch is sent or after.
//!
//! They pass the same gate as attempts (slots, pace, hold, left by the sitting before or restored from the journal), their
//! grants are durable before they leave, and [`model::transition`] says when they are tried again.
//! Who wants something read hands over the first requests and is given every answer; an answer may
//! lead to the next request, as a page of a listing does.
//!
//! A loop of its own rather than a second kind of row in the coordinator's: reads are over before
//! the first attempt and begin after the last, they have no queue in the journal and no outcome,
//! and giving them up loses nothing. So a signal doesn't wait for them. The files are cut as the
//! coordinator's: here the loop, in `grants` what leaves, in `answers` what comes back.
//!
//! [`model::transition`]: crate::model::transition

mod answers;
mod grants;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use super::calling::{Account, Calling, Woken};
use super::events::{Event, Purpose, ReadSnapshot};
use super::gate::GateLeft;
use super::stop::Stop;
use crate::clock::Clock;
use crate::journal::{CallNumber, Journal, JournalError, Span};
use crate::model::quota::NextGrant;
use crate::model::transition::{Life, Rules};
use crate::model::{Action, Delivery, Ending, Moment, SendSettings, Signal, StopReason, Target};
use crate::platform::{Content, Platform, Request};

/// Whose reads they are, and on whose account.
#[derive(Debug, Clone)]
pub struct ReadJob {
    /// The batch that pays for the reads; [`Span::OUTSIDE`] where there is none.
    pub span: Span,
    /// Host and account.
    pub target: Target,
    /// Quotas, pace, retries.
    pub settings: SendSettings,
    /// The account's gate, if there was a sitting before in this program.
    pub gate: GateLeft,
}

/// What came of a read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Brought {
    /// What was asked for.
    Content(Content),
    /// The platform said no, in these words.
    Refused(String),
    /// Nothing, however often it was tried; the last words.
    Nothing(String),
}

/// What a sitting of reads came to.
#[derive(Debug, Default)]
pub struct ReadAccount {
    /// Wall time from the first read to the last.
    pub elapsed: Duration,
    /// Wall time in which nothing could be granted for the quota's sake.
    pub quota_wait: Duration,
    /// What the platform said, if it is why the reading stopped.
    pub said: Option<String>,
    /// Why the journal was lost, if it was.
    pub journal_error: Option<JournalError>,
}

pub(super) use super::calling::Emit;

/// Takes an answer; gives the request that follows from it, if one does.
pub(super) type Take<'a> = &'a mut (dyn FnMut(&Request, Brought) -> Option<Request> + Send);

/// A read that waits or is out.
#[derive(Debug)]
struct Ask {
    number: i64,
    request: Request,
    life: Life,
    ready: Moment,
    granted: Moment,
}

/// The reads of one sitting.
pub(super) struct Reads<J> {
    pub(super) calling: Calling<J>,
    purpose: Purpose,
    settings: SendSettings,
    /// Calls that left.
    sent: u64,
    asked: i64,
    waiting: Vec<Ask>,
    in_flight: HashMap<CallNumber, Ask>,
    /// Reads that are over, and those that will be asked for later.
    done: u64,
    expected: u64,
    has_begun: bool,
    start: Moment,
    said: Option<String>,
}

impl<J: Journal> Reads<J> {
    /// Takes the account's quota from where the sitting before or the journal left it.
    pub(super) async fn begin(
        purpose: Purpose,
        job: ReadJob,
        journal: Arc<Mutex<J>>,
        platform: Arc<dyn Platform>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let ReadJob { span, target, settings, gate } = job;
        let start = clock.now();
        let account = Account { span, target: &target, settings: &settings, gate: &gate };
        let calling = Calling::begin(account, journal, platform, clock, Stop::new(None, None), true).await;
        Self {
            calling,
            purpose,
            settings,
            sent: 0,
            asked: 0,
            waiting: Vec::new(),
            in_flight: HashMap::new(),
            done: 0,
            expected: 0,
            has_begun: false,
            start,
            said: None,
        }
    }

    /// Makes these reads and all that follow from them. Grant, write, wait, handle, as the coordinator.
    ///
    /// # Errors
    /// How it ended, if not with the last answer; what was granted is closed in the journal.
    pub(super) async fn read(
        &mut self,
        first: Vec<Request>,
        signals: &mut mpsc::Receiver<Signal>,
        emit: Emit<'_>,
        take: Take<'_>,
    ) -> Result<(), Ending> {
        first.into_iter().for_each(|request| self.ask(request));
        if !self.waiting.is_empty() && !std::mem::replace(&mut self.has_begun, true) {
            emit(Event::ReadingStarted { purpose: self.purpose });
        }
        loop {
            let launches = self.grant();
            self.commit(launches, emit).await;
            if let Some(ending) = self.calling.stop.ending() {
                self.abandon().await;
                self.waiting.clear();
                self.commit(Vec::new(), emit).await;
                return Err(ending);
            }
            if self.waiting.is_empty() && self.in_flight.is_empty() {
                return Ok(());
            }
            self.wait(signals, emit, take).await;
        }
    }

    /// Nothing came of a read without which there is no going on.
    pub(super) fn give_up(&mut self, said: String) -> Ending {
        self.said.get_or_insert(said);
        self.calling.stop_for(StopReason::Unlisted);
        Ending::Stopped(StopReason::Unlisted)
    }

    /// How it ended, if early.
    pub(super) const fn ending(&self) -> Option<Ending> {
        self.calling.stop.ending()
    }

    /// So many more reads will be asked for, beside those that were.
    pub(super) const fn expect(&mut self, reads: u64) {
        self.expected = reads;
    }

    /// The account of the sitting.
    pub(super) fn end(self, emit: Emit<'_>) -> ReadAccount {
        let Self { mut calling, said, .. } = self;
        calling.news.drain(..).for_each(&mut *emit);
        if self.has_begun {
            let ending = calling.stop.ending().unwrap_or(Ending::Finished);
            emit(Event::ReadingEnded { purpose: self.purpose, ending, reads: self.sent });
        }
        let account = ReadAccount {
            elapsed: calling.clock.now().since(self.start),
            quota_wait: calling.quota_wait,
            said: said.or_else(|| calling.stop.said()),
            journal_error: calling.journal_error.take(),
        };
        calling.leave_gate();
        account
    }

    fn ask(&mut self, request: Request) {
        self.asked += 1;
        let (number, life, now) = (self.asked, Life::queued(Action::Enable), self.calling.clock.now());
        self.waiting.push(Ask { number, request, life, ready: now, granted: now });
    }

    fn rules(&self) -> Rules {
        // A read may always be repeated, whatever the delivery of the batch.
        Rules {
            delivery: Delivery::AtLeastOnce,
            retries: self.settings.retries,
            is_probing: self.calling.breaker.is_open(),
        }
    }

    async fn wait(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>, take: Take<'_>) {
        let now = self.calling.clock.now();
        let next = self.calling.next_grant(self.row_ready(), now);
        self.show(next, now, emit);
        let outage = self.calling.breaker.deadline(self.settings.max_outage);
        match self.calling.wait(next, outage, signals).await {
            Woken::Signal(signal) => self.calling.stop_by(signal),
            Woken::Returned(returned) => self.handle(returned, take),
            Woken::Time => {
                if outage.is_some_and(|deadline| deadline <= self.calling.clock.now()) {
                    self.calling.stop_for(StopReason::Outage);
                }
            }
        }
    }

    fn show(&mut self, next: NextGrant, now: Moment, emit: Emit<'_>) {
        let wait = next.wait(now);
        if !self.calling.is_snapshot_due(wait, now) {
            return;
        }
        let left = (self.waiting.len() + self.in_flight.len()) as u64 + self.expected;
        emit(Event::ReadSnapshot(ReadSnapshot {
            purpose: self.purpose,
            done: self.done,
            left,
            used: self.calling.gate.used(now),
            wait,
            remaining: self.calling.remaining(left, wait, now),
        }));
    }
}
