//! The coordinator: owns all state of a batch that is being sent, and gives the grants.
//!
//! Here is the loop and what can end it; `grants` turns ready rows into calls that leave, `answers`
//! turns what came back into the rows' next states.

mod answers;
mod grants;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use super::breaker::Breaker;
use super::estimate::Estimate;
use super::events::{Event, Snapshot};
use super::gate::{Demand, Gate};
use super::queue::{PAGE, Queue, Track};
use super::sitting::{Job, Sitting};
use super::stop::Stop;
use super::store::{Begun, Store};
use super::workers::Workers;
use crate::clock::Clock;
use crate::journal::{CallNumber, Journal, JournalError, QueuedRow, Step};
use crate::model::quota::{Cause, NextGrant};
use crate::model::transition::{Happening, Rules};
use crate::model::{Ending, Moment, SendSettings, Signal, StopReason, Tally};
use crate::platform::Platform;

/// A snapshot is shown so often at most, unless the wait is a long one.
const SNAPSHOT_EVERY: Duration = Duration::from_millis(100);

/// Sends the rows of a batch, until none is left or it has to stop. Every way out closes the
/// accounts: calls that are out are waited for or recorded as abandoned.
pub async fn dispatch<J: Journal>(
    job: Job,
    journal: Arc<Mutex<J>>,
    platform: Arc<dyn Platform>,
    clock: Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: &mut (dyn FnMut(Event) + Send),
) -> Sitting {
    let store = Store::new(journal);
    let start = clock.now();
    let (gate, last_call, lost) = match Gate::restored(&store, &job.settings, &job.target, &clock, &job.gate).await {
        Ok((gate, last_call)) => (gate, last_call, None),
        Err(error) => (Gate::new(&job.settings, Arc::clone(&clock), &[], None), CallNumber(0), Some(error)),
    };
    let mut coordinator = Coordinator {
        gate,
        queue: Queue::new(),
        next_page: None,
        in_flight: HashMap::new(),
        workers: Workers::new(Arc::clone(&platform), Arc::clone(&clock)),
        breaker: Breaker::default(),
        probe_news: None,
        stop: Stop::new(job.settings.max_failures, job.settings.canary.map(std::num::NonZeroU32::get)),
        grace: None,
        step: Step::default(),
        news: Vec::new(),
        estimate: Estimate::new(),
        tally: job.tally,
        to_send: job.to_send,
        last_call,
        quota_wait: Duration::ZERO,
        last_snapshot: None,
        journal_error: None,
        job,
        store,
        platform,
        clock,
    };
    emit(Event::Started { tally: coordinator.tally, used: coordinator.gate.used(start) });
    if let Some(error) = lost {
        coordinator.lose_journal(error);
    }
    coordinator.run(signals, emit).await;
    coordinator.end(start, emit).await
}

struct Coordinator<J> {
    job: Job,
    store: Store<J>,
    platform: Arc<dyn Platform>,
    clock: Arc<dyn Clock>,
    gate: Gate,
    queue: Queue,
    /// The rows that follow those in the queue, while they are read.
    next_page: Option<Begun<Vec<QueuedRow>>>,
    in_flight: HashMap<CallNumber, Flight>,
    workers: Workers,
    breaker: Breaker,
    /// Set by the answer of a failed probe: how long the next one waits is to be told.
    probe_news: Option<Moment>,
    stop: Stop,
    /// When calls in flight are given up, once the granting has ended by a signal.
    grace: Option<Moment>,
    /// What happened since the last transaction.
    step: Step,
    /// What to tell once it is durable.
    news: Vec<Event>,
    estimate: Estimate,
    tally: Tally,
    to_send: u64,
    last_call: CallNumber,
    quota_wait: Duration,
    last_snapshot: Option<Moment>,
    journal_error: Option<JournalError>,
}

/// A call that is out.
struct Flight {
    track: Track,
    granted: Moment,
}

type Emit<'a> = &'a mut (dyn FnMut(Event) + Send);

impl<J: Journal> Coordinator<J> {
    /// Grant, write, wait, handle. No error leaves this loop: each becomes a reason to stop.
    async fn run(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>) {
        self.refill().await;
        loop {
            let launches = self.grant();
            self.commit(launches, emit).await;
            if self.is_over() {
                return;
            }
            self.wait(signals, emit).await;
            self.gather().await;
        }
    }

    /// Takes the answers that are there already, though not read yet: a commit takes about as long for one row
    /// as for ten. Nothing is waited for, and half of the workers' answers are enough, so that the others' calls
    /// are out while these are written.
    async fn gather(&mut self) {
        let enough = self.job.settings.concurrency.get() as usize / 2;
        let mut before = 0;
        while (before + 1..enough).contains(&self.step.answers.len()) {
            before = self.step.answers.len();
            tokio::task::yield_now().await;
            if let Some(returned) = self.workers.waiting() {
                self.handle_answers(returned);
            }
        }
    }

    /// Reads the next rows of the queue before those at hand are used up; they are waited for only once these are.
    async fn refill(&mut self) {
        if self.stop.ending().is_some() {
            return;
        }
        if self.next_page.is_none() {
            let span = self.job.span;
            let begin = |after| self.store.begin(move |journal| journal.next_rows(span, after, PAGE));
            self.next_page = self.queue.wants_page_after().map(begin);
        }
        let Some(page) = self.next_page.take_if(|page| page.is_over() || self.queue.is_used_up()) else { return };
        match page.result().await {
            Ok(rows) => self.queue.add_page(rows),
            Err(error) => self.lose_journal(error),
        }
    }

    fn lose_journal(&mut self, error: JournalError) {
        self.journal_error.get_or_insert(error);
        self.stop_for(StopReason::JournalLost);
    }

    fn stop_for(&mut self, reason: StopReason) {
        if self.stop.stop(reason) {
            self.tell_stopping(reason);
        }
    }

    fn stop_for_credentials(&mut self) {
        if self.stop.credentials_refused(self.workers.unrenewed()) {
            self.tell_stopping(StopReason::Credentials);
        }
    }

    fn tell_stopping(&mut self, reason: StopReason) {
        let ending = Ending::Stopped(reason);
        self.news.push(Event::Stopping { ending, in_flight: self.in_flight.len() });
    }

    fn is_over(&self) -> bool {
        let is_settled = self.in_flight.is_empty() && self.step.is_empty();
        is_settled && (self.stop.ending().is_some() || self.queue.is_empty())
    }

    fn demand(&self, now: Moment) -> Demand {
        let new_rows = self.stop.admits_new_rows();
        Demand { row_ready: self.queue.ready(now, new_rows), probe_ready: self.breaker.probe_ready() }
    }

    fn rules(&self) -> Rules {
        let SendSettings { delivery, retries, .. } = self.job.settings;
        Rules { delivery, retries, is_probing: self.breaker.is_open() }
    }

    /// Waits for whatever comes first: a signal, an answer, the next grant, a deadline.
    async fn wait(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>) {
        let before = self.clock.now();
        let next = match self.stop.ending() {
            Some(_) => NextGrant::AfterAnswer(Cause::Row),
            None => self.gate.next_grant(self.demand(before), before),
        };
        self.show(next, before, emit);
        let timer = self.timer(next);
        let sleep = tokio::time::sleep_until(self.clock.instant_of(timer.unwrap_or(before)));
        tokio::select! {
            biased;
            Some(signal) = signals.recv() => self.handle_signal(signal),
            returned = self.workers.next() => self.handle_answers(returned),
            () = sleep, if timer.is_some() => self.handle_deadlines().await,
        }
        if let NextGrant::At(_, Cause::Quota(_) | Cause::Hold) | NextGrant::AfterAnswer(Cause::Quota(_)) = next {
            self.quota_wait += self.clock.now().since(before);
        }
    }

    fn timer(&self, next: NextGrant) -> Option<Moment> {
        let grant = match next {
            NextGrant::At(at, _) => Some(at),
            NextGrant::Now => Some(self.clock.now()),
            NextGrant::AfterAnswer(_) | NextGrant::Never => None,
        };
        let outage = match self.stop.ending() {
            None => self.breaker.deadline(self.job.settings.max_outage),
            Some(_) => None,
        };
        [grant, outage, self.grace].into_iter().flatten().min()
    }

    fn handle_signal(&mut self, signal: Signal) {
        if self.stop.signal(signal) {
            self.news.push(Event::Stopping { ending: Ending::Signalled(signal), in_flight: self.in_flight.len() });
        }
        self.grace.get_or_insert(self.clock.now() + self.job.settings.grace);
    }

    async fn handle_deadlines(&mut self) {
        let now = self.clock.now();
        let outage = self.breaker.deadline(self.job.settings.max_outage);
        if self.stop.ending().is_none() && outage.is_some_and(|deadline| deadline <= now) {
            self.stop_for(StopReason::Outage);
            self.abandon().await;
        }
        if self.grace.is_some_and(|deadline| deadline <= now) {
            self.abandon().await;
        }
    }

    /// Gives up the calls that are out: they may have arrived.
    async fn abandon(&mut self) {
        self.workers.abandon().await;
        let at = self.clock.now();
        let flights: Vec<_> = self.in_flight.keys().copied().collect();
        for call in flights {
            self.take_back(call, at, Happening::Abandoned, None);
        }
    }

    fn show(&mut self, next: NextGrant, now: Moment, emit: Emit<'_>) {
        let wait = next.wait(now);
        let is_long = wait.is_some_and(|(_, span)| span >= SNAPSHOT_EVERY);
        if !is_long && self.last_snapshot.is_some_and(|last| now.since(last) < SNAPSHOT_EVERY) {
            return;
        }
        self.last_snapshot = Some(now);
        let remaining =
            self.estimate.remaining(&self.gate, self.to_send, now, wait.map_or(Duration::ZERO, |(_, span)| span));
        emit(Event::Snapshot(Snapshot {
            tally: self.tally,
            in_flight: self.gate.in_flight(),
            used: self.gate.used(now),
            wait,
            remaining: self.stop.ending().is_none().then_some(remaining),
        }));
    }

    async fn end(mut self, start: Moment, emit: Emit<'_>) -> Sitting {
        let ending = self.stop.ending().unwrap_or(Ending::Finished);
        let elapsed = self.clock.now().since(start);
        if self.journal_error.is_none() {
            let (span, now, quota_wait) = (self.job.span, self.clock.wall(), self.quota_wait);
            let is_done = self.queue.is_empty();
            let closed = self.store.with(move |journal| journal.close(span, now, quota_wait, elapsed, is_done)).await;
            self.journal_error = closed.err();
        }
        let ending = if self.journal_error.is_some() { Ending::Stopped(StopReason::JournalLost) } else { ending };
        emit(Event::Ended { ending, tally: self.tally });
        self.job.gate.leave(self.gate);
        Sitting {
            ending,
            tally: self.tally,
            elapsed,
            quota_wait: self.quota_wait,
            said: self.stop.said(),
            journal_error: self.journal_error,
        }
    }
}
