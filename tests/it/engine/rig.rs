//! The rig: a journal in a temporary folder, a clock on tokio's paused time, and a platform that
//! does what the test says and keeps a ledger of its own.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::clock::{Clock, TestClock};
use campaign_scheduler::dispatch::{Event, Job, Sitting, dispatch};
use campaign_scheduler::journal::{BatchKind, IfBusy, InputRecord, NewBatch, Sealed, SqliteJournal, StoredRow};
use campaign_scheduler::model::{
    AccountId, Action, BatchId, CampaignId, CampaignName, Cell, Host, Moment, Place, Quota, Recurrence, Row, Schedule,
    SendSettings, Signal, StreamId, Target, Window, Wish,
};
use campaign_scheduler::platform::{Answer, Content, Disposition, Hold, Platform, Reply, Request};
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
    Refuse,
    ServerError,
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

type Script = Box<dyn FnMut(&str, u32) -> Does + Send>;

/// The scripted platform. The script is asked with the campaign and the number of its calls so far.
pub struct Scripted {
    clock: TestClock,
    latency: Mutex<Box<dyn FnMut() -> Duration + Send>>,
    script: Mutex<Script>,
    calls: Mutex<HashMap<String, u32>>,
    pub ledger: Mutex<Vec<Arrival>>,
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
        })
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
            let Request::Schedule { campaign, schedule, .. } = request else { panic!("only schedule calls here") };
            let number = {
                let mut calls = platform.calls.lock().unwrap();
                let number = calls.entry(campaign.to_string()).or_default();
                *number += 1;
                *number
            };
            let does = (platform.script.lock().unwrap())(campaign.as_str(), number);
            let took_effect = matches!(does, Does::Accept | Does::LoseAfterEffect);
            if does != Does::Refuse {
                let at = platform.clock.now();
                let campaign = campaign.to_string();
                platform.ledger.lock().unwrap().push(Arrival { at, campaign, schedule, took_effect });
            }
            let latency = (platform.latency.lock().unwrap())();
            tokio::time::sleep(latency).await;
            let lost = Reply::Nothing { connection: None };
            match does {
                Does::Accept => {
                    let id = Some(CampaignId::new(format!("cd-{campaign}")));
                    let accepted = Disposition::Accepted { id, content: Content::None };
                    answer(Some(200), accepted, "scheduled successfully", Reply::Readable)
                }
                Does::Reject => answer(Some(400), Disposition::Rejected, "no such campaign", Reply::Readable),
                Does::LoseAfterEffect => answer(None, Disposition::Unsettled { floor: None }, "connection reset", lost),
                Does::Refuse => answer(None, Disposition::NotTaken, "connection refused", lost),
                Does::ServerError => {
                    answer(Some(503), Disposition::Unsettled { floor: None }, "unavailable", Reply::ServerError)
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

    fn renew_credentials(&self) {}
}

/// A journal and a clock.
pub struct Rig {
    pub folder: tempfile::TempDir,
    pub clock: TestClock,
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
        wish: Some(Wish { campaign: CampaignName::new(campaign), stream: None, schedule }),
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

impl Rig {
    pub fn new() -> Self {
        let clock = TestClock::at(wall("2029-12-01T12:00:00Z"));
        Self { folder: tempfile::tempdir().unwrap(), clock, batches: 0 }
    }

    pub fn journal(&self) -> SqliteJournal {
        let path = self.folder.path().join("journal.db");
        SqliteJournal::open(&path, "a test", IfBusy::Refuse, self.clock.wall()).unwrap()
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
        intake.add_input(InputRecord { source: "sheet.csv".to_owned(), sheet: None, columns, fields: Vec::new() });
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
        let job = Job {
            span: sealed.span,
            target: target(),
            settings: settings.clone(),
            tally: sealed.tally,
            to_send: sealed.to_send,
        };
        let journal = Arc::new(Mutex::new(journal));
        let mut events = Vec::new();
        let sitting = dispatch(
            job,
            Arc::clone(&journal),
            Arc::new(Shared(Arc::clone(platform))),
            Arc::new(self.clock.clone()),
            signals,
            &mut |event| events.push(event),
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
        Sent { sitting, events, rows }
    }

    /// Reads and sends.
    pub async fn run(&mut self, settings: &SendSettings, rows: &[Row], platform: &Arc<Scripted>) -> Sent {
        let mut journal = self.journal();
        let sealed = self.read(&mut journal, settings, rows);
        self.send(journal, sealed, settings, platform).await
    }
}

/// What became of a batch.
pub struct Sent {
    pub sitting: Sitting,
    pub events: Vec<Event>,
    pub rows: Vec<StoredRow>,
}

impl Sent {
    pub fn statuses(&self) -> Vec<&'static str> {
        self.rows.iter().map(|row| row.status.as_str()).collect()
    }
}
