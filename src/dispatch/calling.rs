//! What rows and reads have in common once they are calls: the gate they pass, the step that is durable before they
//! leave, and what their answers say about the platform.
//!
//! The coordinator and the reads each own one. They keep what differs: their queue, and what an answer means for what
//! was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use super::breaker::Breaker;
use super::estimate::Estimate;
use super::events::{BreakerChange, Event};
use super::gate::{Demand, Gate, GateLeft, Held};
use super::stop::Stop;
use super::store::Store;
use super::workers::{Returned, Workers};
use crate::clock::Clock;
use crate::failpoint;
use crate::journal::{CallNumber, Journal, JournalError, QueuedRow, RowNumber, Span, Step};
use crate::model::quota::{Cause, NextGrant};
use crate::model::transition::Next;
use crate::model::{Ending, Moment, SendSettings, Signal, StopReason, Target};
use crate::platform::{Answer, Disposition, Platform, Reply, Request};

/// A snapshot is shown so often at most, unless the wait is a long one.
const SNAPSHOT_EVERY: Duration = Duration::from_millis(100);

/// Who watches.
pub(super) type Emit<'a> = &'a mut (dyn FnMut(Event) + Send);

/// A call whose grant is to be made durable before it leaves.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) call: CallNumber,
    pub(super) request: Request,
}

/// What ended a wait.
pub(super) enum Woken {
    /// A signal.
    Signal(Signal),
    /// A call came back; others may have.
    Returned(Returned),
    /// A time has come: of the next grant, or a deadline.
    Time,
}

/// The calls of one sitting.
pub(super) struct Calling<J> {
    pub(super) store: Store<J>,
    pub(super) platform: Arc<dyn Platform>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) gate: Gate,
    pub(super) workers: Workers,
    pub(super) breaker: Breaker,
    pub(super) stop: Stop,
    pub(super) estimate: Estimate,
    /// What happened since the last transaction.
    pub(super) step: Step,
    /// What to tell once it is durable.
    pub(super) news: Vec<Event>,
    pub(super) quota_wait: Duration,
    pub(super) journal_error: Option<JournalError>,
    span: Span,
    target: Target,
    gate_left: GateLeft,
    last_call: CallNumber,
    /// Set by the answer of a failed probe: how long the next one waits is to be told.
    probe_news: Option<Moment>,
    last_snapshot: Option<Moment>,
    /// Calls that are out when all ends are given up at once, so that none is told as waited for.
    gives_up_at_once: bool,
}

/// Whose calls they are, and on whose account.
pub(super) struct Account<'a> {
    pub(super) span: Span,
    pub(super) target: &'a Target,
    pub(super) settings: &'a SendSettings,
    pub(super) gate: &'a GateLeft,
}

impl<J: Journal> Calling<J> {
    /// Takes the account's quota from where the sitting before or the journal left it, and from the journal whether the
    /// platform ever answered a call of the batch. A journal that can't be read
    /// is lost from the start.
    pub(super) async fn begin(
        account: Account<'_>,
        journal: Arc<Mutex<J>>,
        platform: Arc<dyn Platform>,
        clock: Arc<dyn Clock>,
        stop: Stop,
        gives_up_at_once: bool,
    ) -> Self {
        let Account { span, target, settings, gate: gate_left } = account;
        let store = Store::new(journal);
        let restored = async {
            let (gate, last_call) = Gate::restored(&store, settings, target, &clock, gate_left).await?;
            Ok((gate, last_call, store.with(move |journal| journal.was_answered(span)).await?))
        };
        let (gate, last_call, was_answered, lost) = match restored.await {
            Ok((gate, last_call, was_answered)) => (gate, last_call, was_answered, None),
            Err(error) => (Gate::new(settings, Arc::clone(&clock), &[], None), CallNumber(0), false, Some(error)),
        };
        let mut calling = Self {
            workers: Workers::new(Arc::clone(&platform), Arc::clone(&clock)),
            breaker: Breaker::of_batch(was_answered),
            estimate: Estimate::new(),
            step: Step::default(),
            news: Vec::new(),
            quota_wait: Duration::ZERO,
            journal_error: None,
            probe_news: None,
            last_snapshot: None,
            target: target.clone(),
            gate_left: gate_left.clone(),
            store,
            platform,
            clock,
            gate,
            stop,
            span,
            last_call,
            gives_up_at_once,
        };
        if let Some(error) = lost {
            calling.lose_journal(error);
        }
        calling
    }

    /// When the next call may leave, if the first row or read is ready then.
    pub(super) fn next_grant(&self, row_ready: Option<Moment>, now: Moment) -> NextGrant {
        self.gate.next_grant(Demand { row_ready, probe_ready: self.breaker.probe_ready() }, now)
    }

    /// False if any call would be refused for its credentials; then the granting ends.
    pub(super) fn has_credentials(&mut self) -> bool {
        let Some(refusal) = self.workers.refusal_though_renewed() else { return true };
        self.stop.hear(&refusal);
        self.stop_for_credentials(None);
        false
    }

    /// The number of the next call.
    pub(super) const fn number(&mut self) -> CallNumber {
        self.last_call = CallNumber(self.last_call.0 + 1);
        self.last_call
    }

    /// Makes the step durable; only then do calls leave. Those that can't are given back: they never left, and the
    /// journal is lost.
    pub(super) async fn write(&mut self, launches: Vec<Launch>) -> Result<(), Vec<CallNumber>> {
        let step = std::mem::take(&mut self.step);
        let has_outcomes = !step.answers.is_empty();
        let (span, target) = (self.span, self.target.clone());
        let written = self.store.with(move |journal| journal.commit_or_rescue(span, &target, &step)).await;
        let Err(error) = written else {
            if has_outcomes {
                failpoint::die_at("outcome-durable");
            }
            if !launches.is_empty() {
                failpoint::die_at("grant-durable");
            }
            launches.into_iter().for_each(|Launch { call, request }| self.workers.send(call, request));
            return Ok(());
        };
        for _ in &launches {
            self.gate.answered(self.clock.now());
        }
        self.news.retain(|event| !matches!(event, Event::Granted { .. } | Event::ReadGranted { .. }));
        self.lose_journal(error);
        Err(launches.into_iter().map(|launch| launch.call).collect())
    }

    /// Tells what is durable now, and when the next probe can leave, if that is news; nothing will if `is_over`.
    pub(super) fn tell(&mut self, row_ready: Option<Moment>, is_over: bool, emit: Emit<'_>) {
        if let Some(since) = self.probe_news.take() {
            let is_to_come = self.stop.ending().is_none() && !is_over;
            let next_try = self.breaker.next_try(row_ready, since).filter(|_| is_to_come);
            self.news.extend(next_try.map(|pause| Event::Breaker(BreakerChange::Waiting(pause))));
        }
        self.news.drain(..).for_each(emit);
    }

    /// Waits for whatever comes first: a signal, an answer, the next grant, a deadline.
    pub(super) async fn wait(
        &mut self,
        next: NextGrant,
        deadline: Option<Moment>,
        signals: &mut mpsc::Receiver<Signal>,
    ) -> Woken {
        let before = self.clock.now();
        let grant = match next {
            NextGrant::At(at, _) => Some(at),
            NextGrant::Now => Some(before),
            NextGrant::AfterAnswer(_) | NextGrant::Never => None,
        };
        let timer = [grant, deadline].into_iter().flatten().min();
        let sleep = tokio::time::sleep_until(self.clock.instant_of(timer.unwrap_or(before)));
        let woken = tokio::select! {
            biased;
            Some(signal) = signals.recv() => Woken::Signal(signal),
            returned = self.workers.next() => Woken::Returned(returned),
            () = sleep, if timer.is_some() => Woken::Time,
        };
        if let NextGrant::At(_, Cause::Quota(_) | Cause::Hold) | NextGrant::AfterAnswer(Cause::Quota(_)) = next {
            self.quota_wait += self.clock.now().since(before);
        }
        woken
    }

    /// A call came back after so long, or was given up; what it says about the platform rather than about the row.
    pub(super) fn hear(&mut self, row: RowNumber, answer: Option<&Answer>, granted: Moment, at: Moment) {
        let Some(answer) = answer else { return };
        self.stop.hear(answer);
        let is_rate_limited = matches!(answer.disposition, Disposition::RateLimited(_));
        if !matches!(answer.reply, Reply::Nothing { .. }) {
            let stop = self.stop.answered(is_rate_limited);
            stop.into_iter().for_each(|reason| self.stop_for(reason));
        }
        match self.breaker.observe(row, answer.reply, granted, at) {
            Some(change @ (BreakerChange::Opened | BreakerChange::Closed)) => {
                self.news.push(Event::Breaker(change));
                self.probe_news = (change == BreakerChange::Opened).then_some(at);
            }
            // How long is known once what was answered waits again.
            Some(BreakerChange::Waiting(_)) => self.probe_news = Some(at),
            None => {}
        }
        if let Disposition::RateLimited(hold) = answer.disposition {
            let Held { until, is_news } = self.gate.hold(hold, at);
            self.step.hold = Some(until);
            self.estimate.forget();
            if is_news {
                self.news.push(Event::Held { until });
            }
        }
    }

    /// What is to be done about the credentials before the call is tried again, if of a row, then of this one.
    pub(super) fn renew(&mut self, next: Next, row: Option<&QueuedRow>) {
        match next {
            Next::RenewCredentials => self.platform.renew_credentials(),
            Next::StopForCredentials => self.stop_for_credentials(row),
            _ => {}
        }
    }

    /// The journal can't be written or read any more.
    pub(super) fn lose_journal(&mut self, error: JournalError) {
        self.journal_error.get_or_insert(error);
        self.stop_for(StopReason::JournalLost);
    }

    /// Ends the granting for this reason, unless it has ended for another.
    pub(super) fn stop_for(&mut self, reason: StopReason) {
        if self.stop.stop(reason) {
            self.tell_stopping(Ending::Stopped(reason));
        }
    }

    /// Ends the granting by a signal.
    pub(super) fn stop_by(&mut self, signal: Signal) {
        if self.stop.signal(signal) {
            self.tell_stopping(Ending::Signalled(signal));
        }
    }

    fn stop_for_credentials(&mut self, row: Option<&QueuedRow>) {
        if self.stop.credentials_refused(row, self.workers.unrenewed()) {
            self.tell_stopping(Ending::Stopped(StopReason::Credentials));
        }
    }

    fn tell_stopping(&mut self, ending: Ending) {
        // A platform that is out of reach is waited for no longer.
        let gives_up = self.gives_up_at_once || ending == Ending::Stopped(StopReason::Outage);
        let in_flight = if gives_up { 0 } else { self.gate.in_flight() };
        self.news.push(Event::Stopping { ending, in_flight });
    }

    /// True if it is time to show how all stands, before a wait of this kind.
    pub(super) fn is_snapshot_due(&mut self, wait: Option<(Cause, Duration)>, now: Moment) -> bool {
        let is_long = wait.is_some_and(|(_, span)| span >= SNAPSHOT_EVERY);
        let is_due = is_long || self.last_snapshot.is_none_or(|last| now.since(last) >= SNAPSHOT_EVERY);
        if is_due {
            self.last_snapshot = Some(now);
        }
        is_due
    }

    /// How long so many calls may still take, of which the first waits so.
    pub(super) fn remaining(&mut self, calls: u64, wait: Option<(Cause, Duration)>, now: Moment) -> Duration {
        self.estimate.remaining(&self.gate, calls, now, wait.map_or(Duration::ZERO, |(_, span)| span))
    }

    /// The sitting is over: the next of this program goes on with its gate.
    pub(super) fn leave_gate(self) {
        self.gate_left.leave(self.gate);
    }
}
