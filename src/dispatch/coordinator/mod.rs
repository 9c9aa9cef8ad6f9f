//! The coordinator: owns all state of a batch that is being sent, and gives the grants.
//!
//! Here is the loop and what can end it; `grants` turns ready rows into calls that leave, `answers`
//! turns what came back into the rows' next states.

mod answers;
mod grants;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use super::calling::{Account, Calling, Emit, Woken};
use super::events::{Event, Snapshot};
use super::queue::{PAGE, Queue, Track};
use super::sitting::{Job, Sitting};
use super::stop::Stop;
use super::store::Begun;
use crate::clock::Clock;
use crate::journal::{CallNumber, Journal, QueuedRow};
use crate::model::quota::{Cause, NextGrant};
use crate::model::transition::{Happening, Rules};
use crate::model::{Ending, Moment, SendSettings, Signal, StopReason, Tally};
use crate::platform::Platform;

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
    let start = clock.now();
    let stop = Stop::new(job.settings.max_failures, job.settings.canary.map(std::num::NonZeroU32::get));
    let account = Account { span: job.span, target: &job.target, settings: &job.settings, gate: &job.gate };
    let calling = Calling::begin(account, journal, platform, clock, stop, false).await;
    let mut coordinator = Coordinator {
        calling,
        queue: Queue::new(),
        next_page: None,
        in_flight: HashMap::new(),
        grace: None,
        tally: job.tally,
        to_send: job.to_send,
        job,
    };
    emit(Event::Started { tally: coordinator.tally, used: coordinator.calling.gate.used(start) });
    coordinator.run(signals, emit).await;
    coordinator.end(start, emit).await
}

struct Coordinator<J> {
    job: Job,
    calling: Calling<J>,
    queue: Queue,
    /// The rows that follow those in the queue, while they are read.
    next_page: Option<Begun<Vec<QueuedRow>>>,
    in_flight: HashMap<CallNumber, Flight>,
    /// When calls in flight are given up, once the granting has ended by a signal.
    grace: Option<Moment>,
    tally: Tally,
    to_send: u64,
}

/// A call that is out.
struct Flight {
    track: Track,
    granted: Moment,
}

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
        while (before + 1..enough).contains(&self.calling.step.answers.len()) {
            before = self.calling.step.answers.len();
            tokio::task::yield_now().await;
            if let Some(returned) = self.calling.workers.try_next() {
                self.handle_answers(returned);
            }
        }
    }

    /// Reads the next rows of the queue before those at hand are used up; they are waited for only once these are.
    async fn refill(&mut self) {
        if self.calling.stop.ending().is_some() {
            return;
        }
        if self.next_page.is_none() {
            let span = self.job.span;
            let begin = |after| self.calling.store.begin(move |journal| journal.next_rows(span, after, PAGE));
            self.next_page = self.queue.wants_page_after().map(begin);
        }
        let Some(page) = self.next_page.take_if(|page| page.is_over() || self.queue.is_used_up()) else { return };
        match page.result().await {
            Ok(rows) => self.queue.add_page(rows),
            Err(error) => self.calling.lose_journal(error),
        }
    }

    fn is_over(&self) -> bool {
        let is_settled = self.in_flight.is_empty() && self.calling.step.is_empty();
        is_settled && (self.calling.stop.ending().is_some() || self.queue.is_empty())
    }

    /// When the first row is ready that may go.
    fn row_ready(&self, now: Moment) -> Option<Moment> {
        self.queue.ready(now, self.calling.stop.admits_new_rows())
    }

    fn rules(&self) -> Rules {
        let SendSettings { delivery, retries, .. } = self.job.settings;
        Rules { delivery, retries, is_probing: self.calling.breaker.is_open() }
    }

    async fn wait(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>) {
        let now = self.calling.clock.now();
        let next = match self.calling.stop.ending() {
            Some(_) => NextGrant::AfterAnswer(Cause::Row),
            None => self.calling.next_grant(self.row_ready(now), now),
        };
        self.show(next, now, emit);
        let deadline = [self.outage(), self.grace].into_iter().flatten().min();
        match self.calling.wait(next, deadline, signals).await {
            Woken::Signal(signal) => self.handle_signal(signal),
            Woken::Returned(returned) => self.handle_answers(returned),
            Woken::Time => self.handle_deadlines().await,
        }
    }

    /// When the platform has been out for too long.
    fn outage(&self) -> Option<Moment> {
        match self.calling.stop.ending() {
            None => self.calling.breaker.deadline(self.job.settings.max_outage),
            Some(_) => None,
        }
    }

    fn handle_signal(&mut self, signal: Signal) {
        self.calling.stop_by(signal);
        self.grace.get_or_insert(self.calling.clock.now() + self.job.settings.grace);
    }

    async fn handle_deadlines(&mut self) {
        let now = self.calling.clock.now();
        if self.outage().is_some_and(|deadline| deadline <= now) {
            self.calling.stop_for(StopReason::Outage);
            self.abandon().await;
        }
        if self.grace.is_some_and(|deadline| deadline <= now) {
            self.abandon().await;
        }
    }

    /// Gives up the calls that are out: they may have arrived.
    async fn abandon(&mut self) {
        self.calling.workers.abandon().await;
        let at = self.calling.clock.now();
        let flights: Vec<_> = self.in_flight.keys().copied().collect();
        for call in flights {
            self.take_back(call, at, Happening::Abandoned, None);
        }
    }

    fn show(&mut self, next: NextGrant, now: Moment, emit: Emit<'_>) {
        let wait = next.wait(now);
        if !self.calling.is_snapshot_due(wait, now) {
            return;
        }
        let remaining = self.calling.remaining(self.to_send, wait, now);
        emit(Event::Snapshot(Snapshot {
            tally: self.tally,
            in_flight: self.calling.gate.in_flight(),
            used: self.calling.gate.used(now),
            wait,
            remaining: self.calling.stop.ending().is_none().then_some(remaining),
        }));
    }

    async fn end(self, start: Moment, emit: Emit<'_>) -> Sitting {
        let Self { job, mut calling, queue, tally, .. } = self;
        let ending = calling.stop.ending().unwrap_or(Ending::Finished);
        let elapsed = calling.clock.now().since(start);
        if calling.journal_error.is_none() {
            let (span, now, quota_wait, is_done) =
                (job.span, calling.clock.wall(), calling.quota_wait, queue.is_empty());
            let close = move |journal: &mut J| journal.close(span, now, quota_wait, elapsed, is_done);
            calling.journal_error = calling.store.with(close).await.err();
        }
        let ending = if calling.journal_error.is_some() { Ending::Stopped(StopReason::JournalLost) } else { ending };
        emit(Event::Ended { ending, tally });
        let sitting = Sitting {
            ending,
            tally,
            elapsed,
            quota_wait: calling.quota_wait,
            said: calling.stop.said(),
            journal_error: calling.journal_error.take(),
        };
        calling.leave_gate();
        sitting
    }
}
