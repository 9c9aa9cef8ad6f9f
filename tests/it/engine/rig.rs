//! The rig: a journal in a temporary folder, a clock on tokio's paused time, and a platform that
//! does what the test says and keeps a ledger of its own.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::clock::{Clock, TestClock};
use campaign_scheduler::dispatch::{Event, GateLeft, Job, ReadAccount, ReadJob, Sitting, dispatch, verify};
use campaign_scheduler::journal::{
    BatchKind, BatchRecord, IfBusy, InputRecord, NewBatch, Sealed, SqliteJournal, StoredRow,
};
use campaign_scheduler::model::{
    AccountId, Action, BatchId, CampaignId, CampaignName, Cell, Ending, Host, Moment, Place, Quota, Recurrence, Row,
    Schedule, SendSettings, Signal, StreamId, Target, Window,
};
use campaign_scheduler::platform::{
    Answer, CampaignState, Channel, Content, Disposition, Hold, Platform, Reply, Request,
};
use chrono::{DateTime, NaiveDate, Utc};
use futures::future::BoxFuture;
use tokio::sync::mpsc;

pub fn wall(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What the platform does with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Accept,
    Reject,
    /// Takes effect, but the answer is lost.
    LoseAfterEffect,
    /// Is lost on the way.
    LoseBeforeEffect,
    Refuse,
    ServerError,
    /// A 5xx whose `Retry-After` is so many seconds.
    ServerErrorFor(u64),
    RateLimit,
    RefuseToken,
    Hang,
    Panic,
}

/// One call as the platform saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    pub at: Moment,
    pub campaign: String,
    pub schedule: Schedule,
    pub took_effect: bool,
}

/// The name under which the script is asked about reads.
pub const READ: &str = "a read";

type Script = Box<dyn FnMut(&str, u32) -> Does + Send>;

/// The scripted platform. The script is asked with the campaign and the number of its calls so far.
pub struct Scripted {
    clock: TestClock,
    latency: Mutex<Box<dyn FnMut() -> Duration + Send>>,
    script: Mutex<Script>,
    calls: Mutex<HashMap<String, u32>>,
    pub ledger: Mutex<Vec<Arrival>>,
    /// Whether each campaign shows a schedule; tests change it behind the program's back.
    pub shows: Mutex<BTreeMap<String, bool>>,
    /// When reads arrived, and what they asked for.
    pub reads: Mutex<Vec<(Moment, Request)>>,
    /// How often a fresh token was asked for.
    pub renewals: AtomicUsize,
    /// Calls whose connection is open.
    pub open: AtomicUsize,
}

/// An open connection.
struct Open(Arc<Scripted>);

impl Open {
    fn at(platform: &Arc<Scripted>) -> Self {
        platform.open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(platform))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Scripted")
    }
}

impl Scripted {
    pub fn new(
        clock: &TestClock,
        latency: Duration,
        script: impl FnMut(&str, u32) -> Does + Send + 'static,
    ) -> Arc<Self> {
        Self::with_latencies(clock, move || latency, script)
    }

    pub fn with_latencies(
        clock: &TestClock,
        latency: impl FnMut() -> Duration + Send + 'static,
        script: impl FnMut(&str, u32) -> Does + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            clock: clock.clone(),
            latency: Mutex::new(Box::new(latency)),
            script: Mutex::new(Box::new(script)),
            calls: Mutex::default(),
            ledger: Mutex::default(),
            shows: Mutex::default(),
            reads: Mutex::default(),
            renewals: AtomicUsize::default(),
            open: AtomicUsize::default(),
        })
    }

    /// One campaign as it is shown; names it doesn't hold aren't.
    fn state(&self, campaign: &str) -> Option<CampaignState> {
        let is_scheduled = Some(*self.shows.lock().unwrap().get(campaign)?);
        let (id, name) = (CampaignId::new(format!("cd-{campaign}")), CampaignName::new(campaign));
        Some(CampaignState { id, name, state: "Ready".to_owned(), is_scheduled })
    }

    /// What a read brings: a campaign, or a page of two.
    fn content(&self, request: &Request) -> Option<Content> {
        match request {
            Request::Campaign { id, .. } => {
                Some(Content::Campaign(self.state(id.as_str().strip_prefix("cd-").unwrap())?))
            }
            Request::Listing { channel: Channel::Voice, page, .. } => {
                let names: Vec<_> = self.shows.lock().unwrap().keys().cloned().collect();
                let (skip, count) = (2 * (*page as usize - 1), names.len());
                let campaigns = names.iter().skip(skip).take(2).filter_map(|name| self.state(name)).collect();
                Some(Content::Page { campaigns, rows: 2, has_more: skip + 2 < count, total: None })
            }
            _ => Some(Content::Page { campaigns: Vec::new(), rows: 0, has_more: false, total: None }),
        }
    }

    pub fn arrivals(&self) -> Vec<Arrival> {
        self.ledger.lock().unwrap().clone()
    }
}

fn answer(http_status: Option<u16>, disposition: Disposition, message: &str, reply: Reply) -> Answer {
    Answer { http_status, disposition, message: message.to_owned(), reply }
}

/// The platform, shared.
#[derive(Debug, Clone)]
pub struct Shared(pub Arc<Scripted>);

impl Platform for Shared {
    fn call(&self, request: Request) -> BoxFuture<'static, Answer> {
        let platform = Arc::clone(&self.0);
        Box::pin(async move {
            let _open = Open::at(&platform);
            // Reads are calls of "a read" to the script.
            let name = match &request {
                Request::Schedule { campaign, .. } => campaign.to_string(),
                _ => READ.to_owned(),
            };
            let number = {
                let mut calls = platform.calls.lock().unwrap();
                let number = calls.entry(name.clone()).or_default();
                *number += 1;
                *number
            };
            let does = (platform.script.lock().unwrap())(&name, number);
            let at = platform.clock.now();
            let content = match &request {
                Request::Schedule { schedule, .. } => {
                    let took_effect = matches!(does, Does::Accept | Does::LoseAfterEffect);
                    if took_effect {
                        let shows = schedule.action() == Action::Enable;
                        platform.shows.lock().unwrap().insert(name.clone(), shows);
                    }
                    if does != Does::Refuse {
                        let (campaign, schedule) = (name.clone(), *schedule);
                        platform.ledger.lock().unwrap().push(Arrival { at, campaign, schedule, took_effect });
                    }
                    Some(Content::None)
                }
                read => {
                    platform.reads.lock().unwrap().push((at, read.clone()));
                    platform.content(read)
                }
            };
            let latency = (platform.latency.lock().unwrap())();
            tokio::time::sleep(latency).await;
            let lost = Reply::Nothing { connection: None };
            match does {
                Does::Accept => {
                    let Some(content) = content else {
                        return answer(Some(400), Disposition::Rejected, "Campaign not found", Reply::Readable);
                    };
                    let id = Some(CampaignId::new(format!("cd-{name}")));
                    let accepted = Disposition::Accepted { id, content };
                    answer(Some(200), accepted, "scheduled successfully", Reply::Readable)
                }
                Does::Reject => answer(Some(400), Disposition::Rejected, "no such campaign", Reply::Readable),
                Does::LoseAfterEffect | Does::LoseBeforeEffect => {
                    answer(None, Disposition::Unsettled { floor: None }, "connection reset", lost)
                }
                Does::Refuse => answer(None, Disposition::NotTaken, "connection refused", lost),
                Does::ServerError => {
                    answer(Some(503), Disposition::Unsettled { floor: None }, "unavailable", Reply::ServerError)
                }
                Does::ServerErrorFor(seconds) => {
                    let floor = Some(Duration::from_secs(seconds));
                    answer(Some(503), Disposition::Unsettled { floor }, "unavailable", Reply::ServerError)
                }
                Does::RateLimit => {
                    let hold = Disposition::RateLimited(Hold::ShortestWindow);
                    answer(Some(429), hold, "rate limit exceeded", Reply::Readable)
                }
                Does::RefuseToken => answer(Some(401), Disposition::CredentialsRefused, "bad token", Reply::Readable),
                Does::Hang => std::future::pending().await,
                Does::Panic => panic!("a worker panics, as the test wants it"),
            }
        })
    }

    fn renew_credentials(&self) {
        self.0.renewals.fetch_add(1, Ordering::Relaxed);
    }
}

/// A runtime whose time jumps to the next timer as soon as nothing is left to do.
pub fn paused() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// A journal and a clock.
pub struct Rig {
    pub folder: tempfile::TempDir,
    pub clock: TestClock,
    /// How reads are made.
    pub reading: SendSettings,
    batches: u32,
}

/// A row of the test's sheet: the campaign, and the day of the month on which its schedule starts.
pub fn row(number: u32, campaign: &str, day: u32) -> Row {
    let date = |month, day| NaiveDate::from_ymd_opt(2030, month, day).unwrap().and_hms_opt(9, 0, 0).unwrap();
    let (start, end) = (date(1, day), date(3, 1));
    let window = Window { start, end, start_past: start.and_utc(), end_past: end.and_utc() };
    let schedule = Schedule::Enable { window, recurrence: Recurrence::Daily(1) };
    Row {
        place: Place { source: "sheet.csv".into(), sheet: None, row: number + 2 },
        input: 0,
        cells: vec![Cell::Text(campaign.to_owned())],
        campaign: Some(CampaignName::new(campaign)),
        stream: None,
        action: Action::Enable,
        schedule: Some(schedule),
        problems: Vec::new(),
        untimely: Vec::new(),
        warnings: Vec::new(),
    }
}

pub fn rows(count: u32) -> Vec<Row> {
    (0..count).map(|number| row(number, &format!("c{number}"), 10)).collect()
}

pub fn target() -> Target {
    Target {
        host: Host::parse("platform.kore.ai").unwrap(),
        account: AccountId::new("account"),
        stream: StreamId::new("st-1"),
    }
}

pub fn quota(calls: u32, seconds: u64) -> Quota {
    Quota { calls, window: Duration::from_secs(seconds) }
}

pub fn unlimited() -> SendSettings {
    SendSettings { quotas: Vec::new(), rate: None, ..SendSettings::default() }
}

pub fn workers(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

/// A sealed batch, to be sent so.
pub fn job(sealed: &Sealed, settings: &SendSettings) -> Job {
    Job {
        kind: BatchKind::Run,
        span: sealed.span,
        target: target(),
        settings: settings.clone(),
        tally: sealed.tally,
        to_send: sealed.to_send,
        gate: GateLeft::default(),
    }
}

/// What is left of a batch for the next sitting.
pub fn rest(journal: &mut SqliteJournal, sealed: &Sealed) -> Sealed {
    let (tally, to_send) = (journal.tally(sealed.span).unwrap(), journal.to_send(sealed.span).unwrap());
    Sealed { tally, to_send, ..*sealed }
}

impl Rig {
    pub fn new() -> Self {
        let clock = TestClock::at(wall("2029-12-01T12:00:00Z"));
        Self { folder: tempfile::tempdir().unwrap(), clock, reading: unlimited(), batches: 0 }
    }

    pub fn journal(&self) -> SqliteJournal {
        let path = self.folder.path().join("journal.db");
        SqliteJournal::open(&path, "a test", IfBusy::Refuse, || self.clock.wall()).unwrap()
    }

    /// Reads rows into a new batch.
    pub fn read(&mut self, journal: &mut SqliteJournal, settings: &SendSettings, rows: &[Row]) -> Sealed {
        self.read_with_followers(journal, settings, rows, &[])
    }

    /// Reads rows into a new batch; of each pair the first follows the second.
    pub fn read_with_followers(
        &mut self,
        journal: &mut SqliteJournal,
        settings: &SendSettings,
        rows: &[Row],
        followers: &[(u32, u32)],
    ) -> Sealed {
        self.batches += 1;
        let batch = NewBatch {
            id: BatchId::new(format!("b{}", self.batches)),
            kind: BatchKind::Run,
            target: target(),
            remembered: "{}".to_owned(),
            sending: settings.clone(),
            now: self.clock.wall(),
        };
        let mut intake = journal.begin(batch).unwrap();
        let columns = vec!["Campaign".to_owned()];
        intake.add_input(InputRecord {
            source: "sheet.csv".to_owned(),
            sheet: None,
            columns,
            fields: Vec::new(),
            beyond: 0,
            is_results: false,
        });
        for row in rows {
            intake.add(row).unwrap();
        }
        for (follower, leader) in followers {
            intake.follow(*follower, *leader).unwrap();
        }
        intake.seal().unwrap()
    }

    /// Sends a sealed batch.
    pub async fn send(
        &self,
        journal: SqliteJournal,
        sealed: Sealed,
        settings: &SendSettings,
        platform: &Arc<Scripted>,
    ) -> Sent {
        let (_keep, mut signals) = mpsc::channel(1);
        self.send_with_signals(journal, sealed, settings, platform, &mut signals).await
    }

    pub async fn send_with_signals(
        &self,
        journal: SqliteJournal,
        sealed: Sealed,
        settings: &SendSettings,
        platform: &Arc<Scripted>,
        signals: &mut mpsc::Receiver<Signal>,
    ) -> Sent {
        let journal = Arc::new(Mutex::new(journal));
        let (mut events, mut told_at, mut open) = (Vec::new(), Vec::new(), Vec::new());
        let sitting = dispatch(
            job(&sealed, settings),
            Arc::clone(&journal),
            Arc::new(Shared(Arc::clone(platform))),
            Arc::new(self.clock.clone()),
            signals,
            &mut |event| {
                events.push(event);
                told_at.push(self.clock.now());
                open.push(platform.open.load(Ordering::Relaxed));
            },
        )
        .await;
        let journal = journal.lock().unwrap();
        let batch = journal.batches().unwrap().into_iter().find(|batch| batch.span == sealed.span).unwrap();
        assert_eq!(batch.tally, sitting.tally, "the journal and the coordinator count alike");
        let mut rows = Vec::new();
        journal
            .for_each_row(&batch, &mut |row| {
                rows.push(row);
                Ok::<(), campaign_scheduler::journal::JournalError>(())
            })
            .unwrap();
        assert_eq!(rows.len() as u64, sitting.tally.rows(), "every row stands once");
        Sent { sitting, events, told_at, open, rows }
    }

    /// Reads a batch back.
    pub async fn verify(
        &self,
        batch: &str,
        platform: &Arc<Scripted>,
        signals: &mut mpsc::Receiver<Signal>,
    ) -> Verified {
        let journal = self.journal();
        let record = journal.batches().unwrap().into_iter().find(|other| other.id.as_str() == batch).unwrap();
        let job =
            ReadJob { span: record.span, target: target(), settings: self.reading.clone(), gate: GateLeft::default() };
        let journal = Arc::new(Mutex::new(journal));
        let (platform, clock) = (Arc::new(Shared(Arc::clone(platform))), Arc::new(self.clock.clone()));
        let mut events = Vec::new();
        let mut emit = |event| events.push(event);
        let (ending, account) = verify(job, Arc::clone(&journal), platform, clock, signals, &mut emit).await;
        let journal = journal.lock().unwrap();
        Verified {
            ending,
            account,
            events,
            rows: stored(&journal, &record),
            calls: journal.calls_of(record.span).unwrap(),
        }
    }

    /// Makes the undo of a batch.
    pub fn undo(&mut self, journal: &mut SqliteJournal, batch: &str) -> (Sealed, u64) {
        self.batches += 1;
        let undone = journal.batches().unwrap().into_iter().find(|other| other.id.as_str() == batch).unwrap();
        let spared = journal.spared_by_undo(undone.span).unwrap();
        let mut intake = journal
            .begin(NewBatch {
                id: BatchId::new(format!("b{}", self.batches)),
                kind: BatchKind::Undo,
                target: target(),
                remembered: "{}".to_owned(),
                sending: unlimited(),
                now: self.clock.wall(),
            })
            .unwrap();
        intake.add_undo_of(&undone).unwrap();
        (intake.seal().unwrap(), spared)
    }

    /// Reads and sends.
    pub async fn run(&mut self, settings: &SendSettings, rows: &[Row], platform: &Arc<Scripted>) -> Sent {
        let mut journal = self.journal();
        let sealed = self.read(&mut journal, settings, rows);
        self.send(journal, sealed, settings, platform).await
    }
}

/// The rows of a batch as the journal knows them.
pub fn stored(journal: &SqliteJournal, batch: &BatchRecord) -> Vec<StoredRow> {
    let mut rows = Vec::new();
    let mut keep = |row| {
        rows.push(row);
        Ok::<(), campaign_scheduler::journal::JournalError>(())
    };
    journal.for_each_row(batch, &mut keep).unwrap();
    rows
}

/// What became of a verify.
pub struct Verified {
    pub ending: Ending,
    pub account: ReadAccount,
    pub events: Vec<Event>,
    pub rows: Vec<StoredRow>,
    /// Attempts and reads of the batch.
    pub calls: (u64, u64),
}

impl Verified {
    pub fn statuses(&self) -> Vec<&'static str> {
        self.rows.iter().map(|row| row.status.as_str()).collect()
    }
}

/// What became of a batch.
pub struct Sent {
    pub sitting: Sitting,
    pub events: Vec<Event>,
    /// When each of them was told.
    pub told_at: Vec<Moment>,
    /// How many calls were open at the platform then.
    pub open: Vec<usize>,
    pub rows: Vec<StoredRow>,
}

impl Sent {
    pub fn statuses(&self) -> Vec<&'static str> {
        self.rows.iter().map(|row| row.status.as_str()).collect()
    }
}
