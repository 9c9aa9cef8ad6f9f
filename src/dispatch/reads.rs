//! Reads of the platform: calls that change nothing, before a batch is sent or after.
//!
//! They pass the same gate as attempts (slots, pace, hold, all restored from the journal), their
//! grants are durable before they leave, and [`model::transition`] says when they are tried again.
//! Who wants something read hands over the first requests and is given every answer; an answer may
//! lead to the next request, as a page of a listing does.
//!
//! A loop of its own rather than a second kind of row in the coordinator's: reads are over before
//! the first attempt and begin after the last, they have no queue in the journal and no outcome,
//! and giving them up loses nothing. So a signal doesn't wait for them.
//!
//! [`model::transition`]: crate::model::transition

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use super::backoff;
use super::breaker::Breaker;
use super::catalogue::ReadJob;
use super::estimate::Estimate;
use super::events::{BreakerChange, Event, Purpose, Read, ReadSnapshot};
use super::gate::{Demand, Gate, Held};
use super::records::{happening, verdict};
use super::stop::Stop;
use super::store::Store;
use super::wording;
use super::workers::{Returned, Workers};
use crate::clock::Clock;
use crate::journal::{AnswerRecord, CallNumber, Grant, Journal, JournalError, RowNumber, Span, Step};
use crate::model::quota::{Cause, NextGrant};
use crate::model::transition::{Happening, Life, Next, Rules, State};
use crate::model::{Action, Delivery, Ending, Moment, SendSettings, Signal, Status, StopReason, Target};
use crate::platform::{Answer, Content, Disposition, Platform, Reply, Request};

/// A snapshot is shown so often at most, unless the wait is a long one.
const SNAPSHOT_EVERY: Duration = Duration::from_millis(100);

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
    workers: Workers,
    breaker: Breaker,
    stop: Stop,
    last_call: CallNumber,
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
        let ReadJob { span, target, settings } = job;
        let store = Store::new(journal);
        let restored = Gate::restored(&store, &settings, &target, &clock).await;
        let (gate, last_call, lost) = match restored {
            Ok((gate, last_call)) => (gate, last_call, None),
            Err(error) => (Gate::new(&settings, Arc::clone(&clock), &[], None), CallNumber(0), Some(error)),
        };
        let mut reads = Self {
            workers: Workers::new(Arc::clone(&platform), Arc::clone(&clock)),
            breaker: Breaker::default(),
            stop: Stop::new(None, None),
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
            last_call,
        };
        if let Some(error) = lost {
            reads.lose_journal(error);
        }
        reads
    }

    /// Makes these reads and all that follow from them. Refill, wait, handle, as the coordinator.
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

    /// Nothing came of a read without which there is no going on.
    pub(super) fn give_up(&mut self, said: String) -> Ending {
        self.account.said.get_or_insert(said);
        self.stop_for(StopReason::Outage);
        Ending::Stopped(StopReason::Outage)
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
            emit(Event::ReadingEnded { purpose: self.purpose, ending, done: self.done });
        }
        self.account.said = self.account.said.or_else(|| self.stop.said());
        self.account.elapsed = self.clock.now().since(self.start);
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

    fn next_grant(&self, now: Moment) -> NextGrant {
        let row_ready = self.waiting.iter().map(|ask| ask.ready).min();
        self.gate.next_grant(Demand { row_ready, probe_ready: self.breaker.probe_ready() }, now)
    }

    fn grant(&mut self) -> Vec<(CallNumber, Request)> {
        let mut launches = Vec::new();
        while self.stop.ending().is_none() {
            let now = self.clock.now();
            if self.next_grant(now) != NextGrant::Now || !self.gate.take() {
                break;
            }
            let Some(first) = (0..self.waiting.len()).min_by_key(|place| self.waiting[*place].ready) else { break };
            let mut ask = self.waiting.remove(first);
            ask.life = ask.life.after(Happening::Granted, self.rules()).0;
            ask.granted = now;
            let call = CallNumber(self.last_call.0 + 1);
            self.last_call = call;
            let granted_at = self.clock.wall();
            self.step.grants.push(Grant { call, row: None, granted_at });
            self.news.extend(Read::of(&ask.request).map(|read| Event::ReadGranted { read, at: granted_at }));
            launches.push((call, ask.request.clone()));
            self.in_flight.insert(call, ask);
        }
        launches
    }

    /// Makes the step durable; only then do reads leave.
    async fn commit(&mut self, launches: Vec<(CallNumber, Request)>, emit: Emit<'_>) {
        let step = std::mem::take(&mut self.step);
        if !step.is_empty() {
            let (span, target) = (self.span, self.target.clone());
            let written = self.store.with(move |journal| journal.commit_or_rescue(span, &target, &step)).await;
            match written {
                Ok(()) => launches.into_iter().for_each(|(call, request)| self.workers.send(call, request)),
                Err(error) => {
                    for (call, _) in launches {
                        self.in_flight.remove(&call);
                        self.gate.answered(self.clock.now());
                    }
                    // These reads never left.
                    self.news.retain(|event| !matches!(event, Event::ReadGranted { .. }));
                    self.lose_journal(error);
                }
            }
        }
        self.news.drain(..).for_each(emit);
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

    /// Takes this answer and all others that have come.
    fn handle(&mut self, first: Returned, take: Take<'_>) {
        let mut next = Some(first);
        while let Some(Returned { call, at, answer }) = next {
            if let Some(ask) = self.take_back(call, at, answer.as_ref()) {
                self.settle(ask, at, answer, take);
            }
            next = self.workers.waiting();
        }
    }

    fn take_back(&mut self, call: CallNumber, at: Moment, answer: Option<&Answer>) -> Option<Ask> {
        let ask = self.in_flight.remove(&call)?;
        self.gate.answered(at);
        self.estimate.observe_latency(at.since(ask.granted));
        self.watch(&ask, answer, at);
        self.record(call, &ask, happening(answer), answer);
        Some(ask)
    }

    fn settle(&mut self, mut ask: Ask, at: Moment, answer: Option<Answer>, take: Take<'_>) {
        let (life, next) = ask.life.after(happening(answer.as_ref()), self.rules());
        ask.life = life;
        let State::Settled(status) = life.state else {
            if next == Next::RenewCredentials {
                self.platform.renew_credentials();
            }
            if next == Next::StopForCredentials {
                self.stop_for(StopReason::Credentials);
            }
            ask.ready = backoff::ready(next, at);
            return self.waiting.push(ask);
        };
        self.done += 1;
        let brought = match (answer, status) {
            (Some(Answer { disposition: Disposition::Accepted { content, .. }, .. }), _) => Brought::Content(content),
            (Some(answer), Status::Rejected) => Brought::Refused(answer.message),
            (Some(answer), _) => Brought::Nothing(wording::said(&answer)),
            (None, _) => Brought::Nothing("the read failed".to_owned()),
        };
        if let Some(request) = take(&ask.request, brought) {
            self.ask(request);
        }
    }

    /// What an answer says about the platform.
    fn watch(&mut self, ask: &Ask, answer: Option<&Answer>, at: Moment) {
        let Some(answer) = answer else { return };
        self.stop.hear(answer);
        if !matches!(answer.reply, Reply::Nothing { .. }) {
            let is_rate_limited = matches!(answer.disposition, Disposition::RateLimited(_));
            self.stop.answered(is_rate_limited).into_iter().for_each(|reason| self.stop_for(reason));
        }
        if let Some(change) = self.breaker.observe(RowNumber(ask.number), answer.reply, at) {
            self.news.push(Event::Breaker(change));
            if change == BreakerChange::Opened {
                let pause = self.breaker.probe_ready().map_or(Duration::ZERO, |ready| ready.since(at));
                self.news.push(Event::Breaker(BreakerChange::Waiting(pause)));
            }
        }
        if let Disposition::RateLimited(hold) = answer.disposition {
            let Held { until, is_news } = self.gate.hold(hold, at);
            self.step.hold = Some(until);
            if is_news {
                self.news.push(Event::Held { until });
            }
        }
    }

    fn record(&mut self, call: CallNumber, ask: &Ask, happening: Happening, answer: Option<&Answer>) {
        let message = match answer {
            Some(answer) => answer.message.clone(),
            None if happening == Happening::Panicked => "the program failed while it made this call".to_owned(),
            None => "given up while it was out".to_owned(),
        };
        let (at, http_status) = (self.clock.wall(), answer.and_then(|answer| answer.http_status));
        self.news.extend(Read::of(&ask.request).map(|read| Event::ReadAnswered {
            read,
            at,
            verdict: verdict(happening),
            http_status,
            message: message.clone(),
        }));
        let verdict = verdict(happening).into();
        self.step.answers.push(AnswerRecord { call, answered_at: at, http_status, verdict, message });
    }

    /// Gives up the reads that are out. Their slots count from now.
    async fn abandon(&mut self) {
        self.workers.abandon().await;
        let at = self.clock.now();
        let out: Vec<_> = self.in_flight.drain().collect();
        for (call, ask) in out {
            self.gate.answered(at);
            self.record(call, &ask, Happening::Abandoned, None);
        }
    }
}

/// Reads that are out are given up, so none is waited for.
const fn stopping(ending: Ending) -> Event {
    Event::Stopping { ending, in_flight: 0 }
}
