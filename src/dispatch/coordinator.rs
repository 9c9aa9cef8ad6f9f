//! The coordinator: owns all state of a batch that is being sent, and gives the grants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use super::backoff;
use super::breaker::Breaker;
use super::estimate::Estimate;
use super::events::{BreakerChange, Event, Snapshot};
use super::gate::{Demand, Gate};
use super::queue::{PAGE, Queue, Track};
use super::reads::ReadAccount;
use super::records::{change, happening, has_passed, verdict};
use super::stop::Stop;
use super::store::Store;
use super::workers::{Returned, Workers};
use crate::clock::Clock;
use crate::failpoint;
use crate::journal::{AnswerRecord, CallNumber, Grant, Journal, JournalError, Span, Step};
use crate::model::quota::{Cause, NextGrant};
use crate::model::transition::{Happening, Next, Rules, State};
use crate::model::{Ending, Moment, SendSettings, Signal, Status, StopReason, Tally, Target};
use crate::platform::{Answer, Disposition, Platform, Reply, Request};

/// A snapshot is shown so often at most, unless the wait is a long one.
const SNAPSHOT_EVERY: Duration = Duration::from_millis(100);

/// A sealed batch, and how it is to be sent.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its rows in the journal.
    pub span: Span,
    /// Where they go.
    pub target: Target,
    /// How they are sent.
    pub settings: SendSettings,
    /// How they stand.
    pub tally: Tally,
    /// How many of them wait for a grant.
    pub to_send: u64,
}

/// What became of a batch in one sitting.
#[derive(Debug)]
pub struct Sitting {
    /// How it ended.
    pub ending: Ending,
    /// How the rows stand.
    pub tally: Tally,
    /// Wall time from the first grant asked for to the end.
    pub elapsed: Duration,
    /// Wall time in which nothing could be granted for the quota's sake.
    pub quota_wait: Duration,
    /// What the platform said, or what became of the last call, if it is why the batch stopped.
    pub said: Option<String>,
    /// Why the journal was lost, if it was.
    pub journal_error: Option<JournalError>,
}

impl Sitting {
    /// Nothing was done yet.
    pub const fn idle(tally: Tally) -> Self {
        Self {
            ending: Ending::Finished,
            tally,
            elapsed: Duration::ZERO,
            quota_wait: Duration::ZERO,
            said: None,
            journal_error: None,
        }
    }

    /// The journal was lost.
    #[must_use]
    pub fn lost(self, error: JournalError) -> Self {
        Self { ending: Ending::Stopped(StopReason::JournalLost), journal_error: Some(error), ..self }
    }

    /// What this one and the one after it come to. An early end of the first stands.
    #[must_use]
    pub fn and_then(self, next: Self) -> Self {
        Self {
            ending: if self.ending == Ending::Finished { next.ending } else { self.ending },
            tally: next.tally,
            elapsed: self.elapsed + next.elapsed,
            quota_wait: self.quota_wait + next.quota_wait,
            said: self.said.or(next.said),
            journal_error: self.journal_error.or(next.journal_error),
        }
    }

    /// With reads after it; the rows' sums stay to be taken from the journal.
    #[must_use]
    pub fn and_then_read(self, ending: Ending, account: ReadAccount) -> Self {
        let ReadAccount { elapsed, quota_wait, said, journal_error } = account;
        let tally = self.tally;
        self.and_then(Self { ending, tally, elapsed, quota_wait, said, journal_error })
    }
}

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
    let (gate, last_call, lost) = match Gate::restored(&store, &job.settings, &job.target, &clock).await {
        Ok((gate, last_call)) => (gate, last_call, None),
        Err(error) => (Gate::new(&job.settings, Arc::clone(&clock), &[], None), CallNumber(0), Some(error)),
    };
    let mut coordinator = Coordinator {
        gate,
        queue: Queue::new(),
        in_flight: HashMap::new(),
        workers: Workers::new(Arc::clone(&platform), Arc::clone(&clock)),
        breaker: Breaker::default(),
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
    in_flight: HashMap<CallNumber, Flight>,
    workers: Workers,
    breaker: Breaker,
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

/// A call that leaves once its grant is durable.
struct Launch {
    call: CallNumber,
    request: Request,
}

type Emit<'a> = &'a mut (dyn FnMut(Event) + Send);

impl<J: Journal> Coordinator<J> {
    /// Refill, wait, handle. No error leaves this loop: each becomes a reason to stop.
    async fn run(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>) {
        loop {
            self.refill().await;
            let launches = self.grant();
            self.commit(launches, emit).await;
            if self.is_over() {
                return;
            }
            self.wait(signals, emit).await;
        }
    }

    async fn refill(&mut self) {
        let Some(after) = self.queue.wants_page_after() else { return };
        if self.stop.ending().is_some() {
            return;
        }
        let span = self.job.span;
        match self.store.with(move |journal| journal.next_rows(span, after, PAGE)).await {
            Ok(rows) => self.queue.add_page(rows),
            Err(error) => self.lose_journal(error),
        }
    }

    /// Gives every grant that can be given now.
    fn grant(&mut self) -> Vec<Launch> {
        let mut launches = Vec::new();
        while self.stop.ending().is_none() {
            let now = self.clock.now();
            if self.gate.next_grant(self.demand(now), now) != NextGrant::Now {
                break;
            }
            let Some(track) = self.queue.take(now, self.stop.admits_new_rows()) else { break };
            if has_passed(&track.row.schedule, self.job.settings.allow_past_start, self.clock.wall()) {
                self.settle_passed(track);
                continue;
            }
            if !self.gate.take() {
                self.queue.try_again(track, now);
                continue;
            }
            launches.push(self.launch(track, now));
        }
        launches
    }

    fn launch(&mut self, mut track: Track, now: Moment) -> Launch {
        let granted_at = self.clock.wall();
        let call = CallNumber(self.last_call.0 + 1);
        self.last_call = call;
        if !std::mem::replace(&mut track.was_granted, true) {
            self.stop.granted_new_row();
        }
        track.life = track.life.after(Happening::Granted, self.rules()).0;
        track.row.submitted_at.get_or_insert(granted_at);
        self.step.grants.push(Grant { call, row: Some(track.row.number), granted_at });
        self.news.push(Event::Granted {
            place: track.row.place.clone(),
            campaign: track.row.campaign.clone(),
            attempt: track.life.attempts,
            at: granted_at,
        });
        let request = Request::Schedule {
            stream: track.row.stream.clone(),
            campaign: track.row.campaign.clone(),
            schedule: track.row.schedule,
        };
        self.in_flight.insert(call, Flight { track, granted: now });
        Launch { call, request }
    }

    fn settle_passed(&mut self, mut track: Track) {
        track.life = track.life.after(Happening::StartPassed, self.rules()).0;
        let now = self.clock.wall();
        self.account_for(&track);
        self.step.changes.push(change(&track, Happening::StartPassed, None, now));
        self.news.push(Event::Settled {
            place: track.row.place,
            campaign: track.row.campaign,
            status: track.life.status(),
            at: now,
        });
    }

    /// Makes the step durable; only then do calls leave and events appear.
    async fn commit(&mut self, launches: Vec<Launch>, emit: Emit<'_>) {
        if self.step.is_empty() {
            return self.news.drain(..).for_each(emit);
        }
        let step = std::mem::take(&mut self.step);
        let has_outcomes = !step.answers.is_empty();
        let (span, target) = (self.job.span, self.job.target.clone());
        let written = self.store.with(move |journal| journal.commit_or_rescue(span, &target, &step)).await;
        match written {
            Ok(()) => {
                if has_outcomes {
                    failpoint::die_at("outcome-durable");
                }
                if !launches.is_empty() {
                    failpoint::die_at("grant-durable");
                }
                for launch in launches {
                    self.workers.send(launch.call, launch.request);
                }
            }
            Err(error) => {
                for launch in launches {
                    self.in_flight.remove(&launch.call);
                    self.gate.answered(self.clock.now());
                }
                // These calls never left.
                self.news.retain(|event| !matches!(event, Event::Granted { .. }));
                self.lose_journal(error);
            }
        }
        self.news.drain(..).for_each(emit);
    }

    fn lose_journal(&mut self, error: JournalError) {
        self.journal_error.get_or_insert(error);
        self.stop_for(StopReason::JournalLost);
    }

    fn stop_for(&mut self, reason: StopReason) {
        if self.stop.stop(reason) {
            let ending = Ending::Stopped(reason);
            self.news.push(Event::Stopping { ending, in_flight: self.in_flight.len() });
        }
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

    /// Takes this answer and all others that have come.
    fn handle_answers(&mut self, first: Returned) {
        let mut next = Some(first);
        while let Some(returned) = next {
            let happening = happening(returned.answer.as_ref());
            self.take_back(returned.call, returned.at, happening, returned.answer);
            next = self.workers.waiting();
        }
    }

    fn take_back(&mut self, call: CallNumber, at: Moment, happening: Happening, answer: Option<Answer>) {
        let Some(Flight { mut track, granted }) = self.in_flight.remove(&call) else { return };
        self.gate.answered(at);
        self.estimate.observe(at.since(granted));
        let (life, next) = track.life.after(happening, self.rules());
        track.life = life;
        self.watch(&track, happening, answer.as_ref(), at);
        self.record(call, &track, happening, answer.as_ref());
        if let State::Settled(status) = life.state {
            self.account_for(&track);
            let stop = self.stop.settled(status, 1 + u64::from(track.row.followers));
            stop.into_iter().for_each(|reason| self.stop_for(reason));
        } else {
            self.queue_again(track, next, at);
        }
    }

    /// What an answer says about the platform rather than about the row.
    fn watch(&mut self, track: &Track, happening: Happening, answer: Option<&Answer>, at: Moment) {
        let Some(answer) = answer else { return };
        self.stop.hear(answer);
        let is_rate_limited = happening == Happening::RateLimited;
        if !matches!(answer.reply, Reply::Nothing { .. }) {
            let stop = self.stop.answered(is_rate_limited);
            stop.into_iter().for_each(|reason| self.stop_for(reason));
        }
        if let Some(change) = self.breaker.observe(track.row.number, answer.reply, at) {
            self.news.push(Event::Breaker(change));
            if change == BreakerChange::Opened {
                self.news.push(Event::Breaker(BreakerChange::Waiting(
                    self.breaker.probe_ready().map_or(Duration::ZERO, |ready| ready.since(at)),
                )));
            }
        }
        if let Disposition::RateLimited(hold) = answer.disposition {
            let until = self.gate.hold(hold, at);
            self.step.hold = Some(until);
            self.news.push(Event::Held { until });
        }
    }

    fn record(&mut self, call: CallNumber, track: &Track, happening: Happening, answer: Option<&Answer>) {
        let now = self.clock.wall();
        let message = match answer {
            Some(answer) => answer.message.clone(),
            None if happening == Happening::Panicked => "the program failed while it made this call".to_owned(),
            None => "given up while it was out".to_owned(),
        };
        self.step.answers.push(AnswerRecord {
            call,
            answered_at: now,
            http_status: answer.and_then(|answer| answer.http_status),
            verdict: verdict(happening).into(),
            message: message.clone(),
        });
        self.step.changes.push(change(track, happening, answer, now));
        self.news.push(Event::Answered {
            place: track.row.place.clone(),
            campaign: track.row.campaign.clone(),
            attempt: track.life.attempts,
            at: now,
            verdict: verdict(happening),
            http_status: answer.and_then(|answer| answer.http_status),
            message,
            status: track.life.status(),
            followers: track.row.followers,
        });
    }

    fn queue_again(&mut self, track: Track, next: Next, at: Moment) {
        let ready = match next {
            Next::Rest | Next::WaitForHold => at,
            Next::BackOff { retry: 0, floor } => at + floor.unwrap_or_default(),
            Next::BackOff { retry, floor } => at + backoff::pause(retry, floor, fastrand::f64()),
            Next::RenewCredentials => {
                self.platform.renew_credentials();
                at
            }
            Next::StopForCredentials => {
                self.stop_for(StopReason::Credentials);
                at
            }
        };
        self.queue.try_again(track, ready);
    }

    fn account_for(&mut self, track: &Track) {
        let status = track.life.status();
        self.tally.shift(Status::Pending, status);
        let follows = if matches!(status, Status::Scheduled | Status::Disabled) { Status::Unchanged } else { status };
        for _ in 0..track.row.followers {
            self.tally.shift(Status::Pending, follows);
        }
        self.to_send = self.to_send.saturating_sub(1);
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
