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

use super::breaker::Breaker;
use super::estimate::Estimate;
use super::events::{Event, Purpose, ReadSnapshot};
use super::gate::{Gate, GateLeft};
use super::stop::Stop;
use super::store::Store;
use super::workers::Workers;
use crate::clock::Clock;
use crate::journal::{CallNumber, Journal, JournalError, Span, Step};
use crate::model::quota::{Cause, NextGrant};
use crate::model::transition::{Life, Rules};
use crate::model::{Action, Delivery, Ending, Moment, SendSettings, Signal, StopReason, Target};
use crate::platform::{Content, Platform, Request};

/// A snapshot is shown so often at most, unless the wait is a long one.
const SNAPSHOT_EVERY: Duration = Duration::from_millis(100);

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

/// Who watches.
pub(super) type Emit<'a> = &'a mut (dyn FnMut(Event) + Send);

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
    purpose: Purpose,
    span: Span,
    target: Target,
    settings: SendSettings,
    pub(super) store: Store<J>,
    platform: Arc<dyn Platform>,
    pub(super) clock: Arc<dyn Clock>,
    gate: Gate,
    gate_left: GateLeft,
    workers: Workers,
    breaker: Breaker,
    /// Set by the answer of a failed probe: how long the next one waits is to be told.
    probe_news: Option<Moment>,
    stop: Stop,
    last_call: CallNumber,
    /// Calls that left.
    sent: u64,
    asked: i64,
    waiting: Vec<Ask>,
    in_flight: HashMap<CallNumber, Ask>,
    /// Reads that are over, and those that will be asked for later.
    done: u64,
    expected: u64,
    estimate: Estimate,
    has_begun: bool,
    last_snapshot: Option<Moment>,
    step: Step,
    news: Vec<Event>,
    start: Moment,
    account: ReadAccount,
}

impl<J: Journal> Reads<J> {
    /// Takes the account's quota from where the journal left it.
    pub(super) async fn begin(
        purpose: Purpose,
        job: ReadJob,
        journal: Arc<Mutex<J>>,
        platform: Arc<dyn Platform>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let ReadJob { span, target, settings, gate: gate_left } = job;
        let store = Store::new(journal);
        let restored = Gate::restored(&store, &settings, &target, &clock, &gate_left).await;
        let (gate, last_call, lost) = match restored {
            Ok((gate, last_call)) => (gate, last_call, None),
            Err(error) => (Gate::new(&settings, Arc::clone(&clock), &[], None), CallNumber(0), Some(error)),
        };
        let mut reads = Self {
            workers: Workers::new(Arc::clone(&platform), Arc::clone(&clock)),
            breaker: Breaker::default(),
            probe_news: None,
            stop: Stop::new(None, None),
            sent: 0,
            asked: 0,
            waiting: Vec::new(),
            in_flight: HashMap::new(),
            done: 0,
            expected: 0,
            estimate: Estimate::new(),
            has_begun: false,
            last_snapshot: None,
            step: Step::default(),
            news: Vec::new(),
            start: clock.now(),
            account: ReadAccount::default(),
            purpose,
            span,
            target,
            settings,
            store,
            platform,
            clock,
            gate,
            gate_left,
            last_call,
        };
        if let Some(error) = lost {
            reads.lose_journal(error);
        }
        reads
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
            if let Some(ending) = self.stop.ending() {
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

    /// Ends the reading for a reason that isn't the platform's or the user's.
    pub(super) fn lose_journal(&mut self, error: JournalError) {
        self.account.journal_error.get_or_insert(error);
        self.stop_for(StopReason::JournalLost);
    }

    fn stop_for(&mut self, reason: StopReason) {
        if self.stop.stop(reason) {
            self.news.push(stopping(Ending::Stopped(reason)));
        }
    }

    fn stop_for_credentials(&mut self) {
        if self.stop.credentials_refused(self.workers.unrenewed()) {
            self.news.push(stopping(Ending::Stopped(StopReason::Credentials)));
        }
    }

    /// Nothing came of a read without which there is no going on.
    pub(super) fn give_up(&mut self, said: String) -> Ending {
        self.account.said.get_or_insert(said);
        self.stop_for(StopReason::Unlisted);
        Ending::Stopped(StopReason::Unlisted)
    }

    /// How it ended, if early.
    pub(super) const fn ending(&self) -> Option<Ending> {
        self.stop.ending()
    }

    /// So many more reads will be asked for, beside those that were.
    pub(super) const fn expect(&mut self, reads: u64) {
        self.expected = reads;
    }

    /// The account of the sitting.
    pub(super) fn end(mut self, emit: Emit<'_>) -> ReadAccount {
        self.news.drain(..).for_each(&mut *emit);
        if self.has_begun {
            let ending = self.stop.ending().unwrap_or(Ending::Finished);
            emit(Event::ReadingEnded { purpose: self.purpose, ending, reads: self.sent });
        }
        self.account.said = self.account.said.or_else(|| self.stop.said());
        self.account.elapsed = self.clock.now().since(self.start);
        self.gate_left.leave(self.gate);
        self.account
    }

    fn ask(&mut self, request: Request) {
        self.asked += 1;
        let (number, life, now) = (self.asked, Life::queued(Action::Enable), self.clock.now());
        self.waiting.push(Ask { number, request, life, ready: now, granted: now });
    }

    fn rules(&self) -> Rules {
        // A read may always be repeated, whatever the delivery of the batch.
        Rules { delivery: Delivery::AtLeastOnce, retries: self.settings.retries, is_probing: self.breaker.is_open() }
    }

    async fn wait(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>, take: Take<'_>) {
        let before = self.clock.now();
        let next = self.next_grant(before);
        self.show(next, before, emit);
        let grant = match next {
            NextGrant::At(at, _) => Some(at),
            NextGrant::Now => Some(before),
            NextGrant::AfterAnswer(_) | NextGrant::Never => None,
        };
        let outage = self.breaker.deadline(self.settings.max_outage);
        let timer = [grant, outage].into_iter().flatten().min();
        let sleep = tokio::time::sleep_until(self.clock.instant_of(timer.unwrap_or(before)));
        tokio::select! {
            biased;
            Some(signal) = signals.recv() => {
                if self.stop.signal(signal) {
                    self.news.push(stopping(Ending::Signalled(signal)));
                }
            },
            returned = self.workers.next() => self.handle(returned, take),
            () = sleep, if timer.is_some() => {
                if outage.is_some_and(|deadline| deadline <= self.clock.now()) {
                    self.stop_for(StopReason::Outage);
                }
            }
        }
        if let NextGrant::At(_, Cause::Quota(_) | Cause::Hold) | NextGrant::AfterAnswer(Cause::Quota(_)) = next {
            self.account.quota_wait += self.clock.now().since(before);
        }
    }

    fn show(&mut self, next: NextGrant, now: Moment, emit: Emit<'_>) {
        let wait = next.wait(now);
        let is_long = wait.is_some_and(|(_, span)| span >= SNAPSHOT_EVERY);
        if !is_long && self.last_snapshot.is_some_and(|last| now.since(last) < SNAPSHOT_EVERY) {
            return;
        }
        self.last_snapshot = Some(now);
        let left = (self.waiting.len() + self.in_flight.len()) as u64 + self.expected;
        emit(Event::ReadSnapshot(ReadSnapshot {
            purpose: self.purpose,
            done: self.done,
            left,
            used: self.gate.used(now),
            wait,
            remaining: self.estimate.remaining(&self.gate, left, now, wait.map_or(Duration::ZERO, |(_, span)| span)),
        }));
    }
}

/// Reads that are out are given up, so none is waited for.
const fn stopping(ending: Ending) -> Event {
    Event::Stopping { ending, in_flight: 0 }
}
