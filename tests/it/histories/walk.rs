//! One random history, and what must hold after each of its steps.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::cli::batch::read_into;
use campaign_scheduler::clock::{Clock, TestClock};
use campaign_scheduler::dispatch::{Event, Job, ReadJob, Sitting, dispatch, verify};
use campaign_scheduler::journal::{BatchKind, BatchRecord, IfBusy, JournalError, NewBatch, SqliteJournal, StoredRow};
use campaign_scheduler::model::{
    BatchId, Delivery, Ending, FailureLimit, Moment, Order, Quota, Schedule, SendSettings, Signal, Status, StopReason,
};
use campaign_scheduler::reader::{Input, ReadOptions};
use chrono::TimeDelta;
use tokio::sync::mpsc;

use super::mortal::{Death, Grave, Mortal};
use super::reference::{Known, Manner};
use super::world::{Call, Said, Shared, World};
use crate::engine::rig::{quota, target, wall, workers};

/// A line of the sheet.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    campaign: String,
    /// On which of the days it starts; `None` disables it.
    day: Option<usize>,
    broken: bool,
}

/// Starts that lie behind, near and far at 2029-12-01, when histories begin.
const DAYS: [&str; 6] = ["2029-12-01", "2029-12-03", "2029-12-20", "2030-02-01", "2030-06-01", "2031-01-01"];

/// What the test knows of a batch.
struct Batch {
    id: BatchId,
    settings: SendSettings,
    lines: Vec<Line>,
    /// Where they stand.
    places: Vec<u32>,
    /// Campaigns that were read back: what their rows say since is what was seen.
    looked_at: HashSet<String>,
    /// Campaigns whose rows may still be sent by `resume`.
    open: HashSet<String>,
    /// Durable grants that were killed before they left.
    never_left: HashMap<String, Vec<Schedule>>,
    /// Campaigns of which a call was durable when its row was read as in doubt.
    born_in_doubt: HashSet<String>,
    /// Campaigns that `resume --retry` queued again: that they may be repeated is the user's word.
    retried: HashSet<String>,
}

/// How a sitting is cut short.
#[derive(Debug, Clone, Copy)]
enum Cut {
    None,
    Signal(Duration),
    Kill(Duration),
    Death(usize, Death),
}

struct House {
    folder: tempfile::TempDir,
    clock: TestClock,
    rng: fastrand::Rng,
    world: Arc<World>,
    quotas: Vec<Quota>,
    sheet: Vec<Line>,
    batches: Vec<Batch>,
    known: BTreeMap<String, Known>,
    /// Campaigns of which a look settled one schedule while the platform holds another: a look can't
    /// tell schedules apart.
    mistaken: HashSet<String>,
    sittings: usize,
    /// When the wall was set forward alone: what lies before looks older than it is.
    jumps: Vec<Moment>,
    /// The platform and the process are well from now on.
    is_well: bool,
    log: Mutex<String>,
}

/// Plays the history of this seed.
pub fn play(seed: u64) {
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut house = House::new(seed);
        let steps = house.rng.usize(4..12);
        for _ in 0..steps {
            house.step().await;
        }
        house.settle().await;
    });
}

#[allow(clippy::print_stderr, reason = "a broken history is told by the test's own output")]
impl Drop for House {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log.lock().unwrap());
        }
    }
}

impl House {
    fn new(seed: u64) -> Self {
        let clock = TestClock::at(wall("2029-12-01T12:00:00Z"));
        let mut rng = fastrand::Rng::with_seed(seed);
        let world = World::new(&clock, rng.fork());
        let quotas = match rng.u32(0..3) {
            0 => Vec::new(),
            1 => vec![quota(rng.u32(2..8), rng.u64(5..40))],
            _ => vec![quota(rng.u32(2..6), 10), quota(rng.u32(8..20), 120)],
        };
        let mut house = Self {
            folder: tempfile::tempdir().unwrap(),
            clock,
            rng,
            world,
            quotas,
            sheet: Vec::new(),
            batches: Vec::new(),
            known: BTreeMap::new(),
            mistaken: HashSet::new(),
            sittings: 0,
            jumps: Vec::new(),
            is_well: false,
            log: Mutex::default(),
        };
        for number in 0..house.rng.usize(1..10) {
            let line = house.line(format!("c{number}"));
            house.sheet.push(line);
        }
        house
    }

    fn say(&self, what: std::fmt::Arguments<'_>) {
        writeln!(self.log.lock().unwrap(), "{} {what}", self.clock.wall().format("%m-%d %H:%M:%S%.3f")).unwrap();
    }

    fn line(&mut self, campaign: String) -> Line {
        let day = (self.rng.u32(0..6) > 0).then(|| self.rng.usize(1..DAYS.len()));
        Line { campaign, day, broken: self.rng.u32(0..12) == 0 }
    }

    async fn step(&mut self) {
        match self.rng.u32(0..12) {
            0..5 => {
                for _ in 0..self.rng.u32(0..4) {
                    self.edit();
                }
                let settings = self.settings();
                self.run(settings).await;
                if self.rng.u32(0..6) == 0 {
                    self.look(self.batches.len() - 1).await;
                }
            }
            5..8 => self.resume().await,
            8 if !self.batches.is_empty() => {
                let index = self.rng.usize(0..self.batches.len());
                self.look(index).await;
            }
            9 if !self.batches.is_empty() => {
                let index = self.rng.usize(0..self.batches.len());
                self.undo(index).await;
            }
            _ => self.pass_time().await,
        }
    }

    fn edit(&mut self) {
        let count = self.sheet.len();
        let at = if count == 0 { 0 } else { self.rng.usize(0..count) };
        match self.rng.u32(0..10) {
            0 | 1 => {
                let name = format!("c{}", self.rng.u32(0..14));
                let line = self.line(name);
                self.sheet.insert(at, line);
            }
            _ if count == 0 => {}
            2 => drop(self.sheet.remove(at)),
            3 => self.rng.shuffle(&mut self.sheet),
            4 | 5 => self.sheet[at].day = Some(self.rng.usize(1..DAYS.len())),
            6 => {
                let twin = self.sheet[at].clone();
                self.sheet.push(twin);
            }
            7 => self.sheet[at].day = None,
            8 => self.sheet[at].broken = !self.sheet[at].broken,
            _ => {
                let name = self.sheet[at].campaign.clone();
                let is_lower = name.starts_with('c');
                self.sheet[at].campaign = if is_lower { name.to_uppercase() } else { name.to_lowercase() };
            }
        }
    }

    fn settings(&mut self) -> SendSettings {
        let rng = &mut self.rng;
        let mut one_in = |n: u32| rng.u32(0..n) == 0;
        let mut settings = SendSettings { quotas: self.quotas.clone(), rate: None, ..SendSettings::default() };
        if one_in(3) {
            settings.delivery = Delivery::AtMostOnce;
        }
        settings.resend = one_in(6);
        settings.order = if one_in(3) { Order::Start } else { Order::Input };
        settings.all_or_nothing = one_in(10);
        settings.allow_past_start = one_in(6);
        settings.canary = one_in(6).then(|| workers(2));
        settings.max_failures = one_in(5).then_some(FailureLimit::Rows(1));
        settings.concurrency = workers(rng.u32(1..6));
        settings.retries = rng.u32(0..4);
        settings.grace = Duration::from_secs(rng.u64(1..40));
        settings.max_outage = Duration::from_secs(rng.u64(20..200));
        settings
    }

    fn mood(&mut self, batch: usize) {
        let now = self.clock.now();
        let mut mood = self.world.mood.lock().unwrap();
        mood.faults = *self.rng.choice(&[0, 10, 30, 60]).unwrap();
        mood.outage_until = (self.rng.u32(0..8) == 0).then(|| now + Duration::from_secs(self.rng.u64(1..120)));
        mood.slowest = *self.rng.choice(&[0, 20, 900, 6_000]).unwrap();
        if self.is_well {
            (mood.faults, mood.outage_until) = (0, None);
        }
        mood.batch = batch;
        mood.sitting = self.sittings;
    }

    fn cut(&mut self) -> Cut {
        if self.is_well {
            return Cut::None;
        }
        let soon = Duration::from_millis(self.rng.u64(0..20_000) >> self.rng.u32(0..8));
        match self.rng.u32(0..8) {
            0 => Cut::Signal(soon),
            1 => Cut::Kill(soon),
            2 => Cut::Death(self.rng.usize(0..8), Death::BeforeCommit),
            3 => Cut::Death(self.rng.usize(0..8), Death::AfterCommit),
            4 => Cut::Death(self.rng.usize(0..8), Death::DiskFull),
            _ => Cut::None,
        }
    }

    async fn pass_time(&mut self) {
        let minutes = *self.rng.choice(&[1, 10, 60, 24 * 60, 3 * 24 * 60, 20 * 24 * 60]).unwrap();
        match self.rng.u32(0..4) {
            0 => {
                self.say(format_args!("wall {minutes} minutes back"));
                self.clock.shift_wall(-TimeDelta::minutes(minutes));
            }
            1 => {
                self.say(format_args!("wall {minutes} minutes forward"));
                self.clock.shift_wall(TimeDelta::minutes(minutes));
                self.jumps.push(self.clock.now());
            }
            _ => {
                self.say(format_args!("{minutes} minutes pass"));
                tokio::time::sleep(Duration::from_secs(60 * minutes.unsigned_abs())).await;
            }
        }
    }

    fn journal(&self) -> SqliteJournal {
        let path = self.folder.path().join("journal.db");
        // A kill drops the sending, and the thread that was writing lets go of the journal a moment later.
        SqliteJournal::open(&path, "a test", IfBusy::Wait, self.clock.wall()).unwrap()
    }

    fn write_sheet(&self) -> Input {
        let mut text = "campaign_name,start,end,interval,action\n".to_owned();
        for line in &self.sheet {
            let interval = if line.broken { "often" } else { "daily" };
            match line.day {
                Some(day) => {
                    writeln!(text, "{},{} 09:00,2035-01-01 09:00,{interval},enable", line.campaign, DAYS[day]).unwrap();
                }
                None => {
                    writeln!(text, "{},,,,{}", line.campaign, if line.broken { "halve" } else { "disable" }).unwrap()
                }
            }
        }
        let path = self.folder.path().join("sheet.csv");
        std::fs::write(&path, text).unwrap();
        Input::File(path)
    }

    async fn run(&mut self, settings: SendSettings) {
        let index = self.batches.len();
        let id = BatchId::new(format!("b{index}"));
        let input = self.write_sheet();
        let options = ReadOptions {
            timezone: Some(chrono_tz::UTC),
            default_stream: Some(target().stream),
            allow_past_start: settings.allow_past_start,
            ..ReadOptions::default()
        };
        let mut journal = self.journal();
        let now = self.clock.wall();
        let mut intake = journal
            .begin(NewBatch {
                id: id.clone(),
                kind: BatchKind::Run,
                target: target(),
                remembered: "{}".to_owned(),
                sending: settings.clone(),
                now,
            })
            .unwrap();
        read_into(&mut intake, &[input], &options, now).unwrap();
        intake.seal().unwrap();
        self.say(format_args!("run {id}: {settings:?} of {:?}", self.sheet));
        let lines = self.sheet.clone();
        self.begin(journal, id, settings, lines).await;
    }

    /// Takes note of a sealed batch, and sits down to it.
    async fn begin(&mut self, journal: SqliteJournal, id: BatchId, settings: SendSettings, lines: Vec<Line>) {
        let index = self.batches.len();
        let rows = rows_of(&journal, &id).1;
        self.check_reading(&settings, &lines, &rows);
        for batch in &mut self.batches {
            batch.open.retain(|campaign| !lines.iter().any(|line| line.campaign == *campaign));
        }
        let is_sent = !(settings.all_or_nothing && rows.iter().any(|row| row.status == Status::Invalid));
        let pending = rows.iter().filter(|row| row.status == Status::Pending && is_sent);
        let open = pending.map(|row| row.campaign.as_ref().unwrap().to_string()).collect();
        let born_in_doubt = rows
            .iter()
            .filter(|row| {
                let known = row.campaign.as_ref().and_then(|campaign| self.known.get(&campaign.to_string()));
                known.zip(row.schedule).is_some_and(|(known, schedule)| known.may_be_in_doubt(schedule))
            })
            .map(|row| row.campaign.as_ref().unwrap().to_string())
            .collect();
        self.batches.push(Batch {
            id,
            settings: settings.clone(),
            lines,
            places: rows.iter().map(|row| row.place.row).collect(),
            looked_at: HashSet::new(),
            open,
            never_left: HashMap::new(),
            born_in_doubt,
            retried: HashSet::new(),
        });
        let cut = self.cut();
        self.sit(index, journal, settings, cut).await;
    }

    /// Disables what a batch enabled.
    async fn undo(&mut self, undone: usize) {
        let mut journal = self.journal();
        let (record, rows) = rows_of(&journal, &self.batches[undone].id);
        let spared = journal.spared_by_undo(record.span).unwrap();
        let settings = self.settings();
        let id = BatchId::new(format!("b{}", self.batches.len()));
        let new = NewBatch {
            id: id.clone(),
            kind: BatchKind::Undo,
            target: target(),
            remembered: "{}".to_owned(),
            sending: settings.clone(),
            now: self.clock.wall(),
        };
        let mut intake = journal.begin(new).unwrap();
        intake.add_undo_of(&record).unwrap();
        intake.seal().unwrap();
        let name = |row: &StoredRow| row.campaign.as_ref().unwrap().to_string();
        let undoing = rows_of(&journal, &id).1;
        let lines: Vec<_> = undoing.iter().map(|row| Line { campaign: name(row), day: None, broken: false }).collect();
        self.say(format_args!("undo {} as {id}: {lines:?}, {spared} spared", self.batches[undone].id));
        {
            let calls = self.world.calls.lock().unwrap();
            // A disable that nobody heard of is no change to be spared: it is made again.
            let is_settled = |call: &Call| {
                let later = rows_of(&journal, &self.batches[call.batch].id).1;
                later.iter().any(|row| name(row) == call.campaign && row.status == Status::Disabled)
            };
            let is_changed_later = |campaign: &str| {
                calls
                    .iter()
                    .filter(|call| call.batch > undone && call.campaign == campaign && call.took_effect)
                    .any(|call| call.schedule != Schedule::Disable || is_settled(call))
            };
            let is_called_later =
                |campaign: &str| calls.iter().any(|call| call.batch > undone && call.campaign == campaign);
            for line in &lines {
                let stands =
                    rows.iter().any(|row| name(row) == line.campaign && row.schedule != Some(Schedule::Disable));
                assert!(stands, "{line:?} undoes nothing");
                assert!(!is_changed_later(&line.campaign), "{line:?} was changed since, and is not spared");
            }
            for row in rows.iter().filter(|row| row.status == Status::Scheduled && !is_called_later(&name(row))) {
                let is_undone = lines.iter().any(|line| line.campaign == name(row));
                // What a look of a later batch said of the campaign counts as a change too.
                let is_seen_later = self.batches[undone + 1..].iter().any(|batch| batch.looked_at.contains(&name(row)));
                assert!(is_undone || is_seen_later, "{} is not undone", name(row));
            }
        }
        self.begin(journal, id, settings, lines).await;
    }

    /// Reads a batch back.
    async fn look(&mut self, index: usize) {
        self.sittings += 1;
        self.mood(index);
        let journal = self.journal();
        let (record, before) = rows_of(&journal, &self.batches[index].id);
        let settings = SendSettings { quotas: self.quotas.clone(), rate: None, ..SendSettings::default() };
        let job = ReadJob { span: record.span, target: target(), settings };
        let cut = match self.cut() {
            Cut::Death(..) => Cut::None,
            other => other,
        };
        self.say(format_args!("verify {}: {:?}, {cut:?}", record.id, self.world.mood.lock().unwrap()));
        let journal = Arc::new(Mutex::new(journal));
        let (signal, mut signals) = mpsc::channel(1);
        {
            let (platform, clock) = (Arc::new(Shared(Arc::clone(&self.world))), Arc::new(self.clock.clone()));
            let mut ignore = |_| ();
            let looking = verify(job, Arc::clone(&journal), platform, clock, &mut signals, &mut ignore);
            let interrupt = async {
                match cut {
                    Cut::Kill(after) => tokio::time::sleep(after).await,
                    Cut::Signal(after) => {
                        tokio::time::sleep(after).await;
                        let _ = signal.send(Signal::Terminate).await;
                        std::future::pending().await
                    }
                    Cut::None | Cut::Death(..) => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = interrupt => {}
                _ = looking => {}
            }
        }
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        tokio::task::yield_now().await;
        drop(Arc::into_inner(journal).expect("nobody holds the journal").into_inner().unwrap());
        self.check_look(index, &before);
    }

    /// What a look settles is what the platform shows, and it sends nothing.
    fn check_look(&mut self, index: usize, before: &[StoredRow]) {
        let journal = self.journal();
        let (record, rows) = rows_of(&journal, &self.batches[index].id);
        self.check_accounts(index, &record, &rows, None);
        self.check_quota();
        let calls = self.world.calls.lock().unwrap();
        assert!(!calls.iter().any(|call| call.sitting == self.sittings), "a look sends nothing");
        drop(calls);
        for (before, row) in before.iter().zip(&rows) {
            let campaign = row.campaign.as_ref().unwrap().to_string();
            let is_news = (before.status, &before.message) != (row.status, &row.message);
            let Some(schedule) = row.schedule.filter(|_| is_news) else { continue };
            let told = format!("{campaign} of {} was {} and is {}", record.id, before.status, row.status);
            let readable = [Status::Scheduled, Status::Disabled, Status::Unknown, Status::Unchanged];
            assert!(readable.contains(&before.status), "{told}: it is not to be read");
            self.batches[index].looked_at.insert(campaign.clone());
            let held = self.world.holds.lock().unwrap().get(&campaign).copied();
            let mut seen = Known::default();
            if row.status.is_good() {
                let is_alike = held.is_some_and(|held| held.action() == schedule.action());
                assert!(is_alike, "{told}, and the platform shows {held:?}");
                if held != Some(schedule) {
                    self.mistaken.insert(campaign.clone());
                }
                seen.accepted(schedule);
            } else {
                assert_eq!(row.status, Status::Unknown, "{told}");
                seen.in_doubt(schedule);
            }
            self.known.entry(campaign).or_default().or(seen);
        }
    }

    /// Each row was read as the contract says of what is known of its campaign.
    fn check_reading(&mut self, settings: &SendSettings, lines: &[Line], rows: &[StoredRow]) {
        assert_eq!(rows.len(), lines.len(), "every line is a row");
        let now = self.clock.wall();
        for (line, row) in lines.iter().zip(rows) {
            assert_eq!(row.campaign.as_ref().unwrap().as_str(), line.campaign, "rows stand as in the sheet");
            let same = lines.iter().filter(|other| other.campaign == line.campaign && !other.broken);
            let is_conflict = !line.broken && same.clone().any(|other| other.day != line.day);
            let is_past = |line: &Line| line.day.is_some_and(|day| wall(&format!("{}T09:00:00Z", DAYS[day])) <= now);
            // Whether a row that is late is compared depends on whether it would be sent.
            let is_vague = is_conflict && !settings.allow_past_start && same.clone().any(is_past);
            if line.broken || (is_conflict && !is_vague) || (is_vague && row.status == Status::Invalid) {
                assert_eq!(row.status, Status::Invalid, "{line:?} has problems");
                continue;
            }
            let schedule = row.schedule.expect("a good row has a schedule");
            let manner = Manner {
                at_most_once: settings.delivery == Delivery::AtMostOnce,
                resend: settings.resend,
                is_past: Some(is_past(line) && !settings.allow_past_start),
            };
            if row.status == Status::Unchanged {
                let held = self.world.holds.lock().unwrap().get(&line.campaign).copied();
                let is_held = held == Some(schedule) || self.mistaken.contains(&line.campaign);
                assert!(is_held, "{held:?}: {line:?} is unchanged only if the platform holds it");
                assert_eq!(row.id.as_ref().unwrap().as_str(), format!("cd-{}", line.campaign));
            }
            let known = self.known.entry(line.campaign.clone()).or_default();
            let before = known.clone();
            assert!(
                known.narrow(schedule, manner, row.status),
                "{line:?} was read as {}, knowing {before:?}",
                row.status
            );
        }
    }

    async fn resume(&mut self) {
        let mut journal = self.journal();
        let named = (!self.batches.is_empty() && self.rng.bool()).then(|| self.rng.usize(0..self.batches.len()));
        let latest = || {
            let batch = journal.batches().unwrap().into_iter().find(|batch| batch.has_rows_to_send)?;
            self.batches.iter().position(|known| known.id == batch.id)
        };
        let Some(index) = named.or_else(latest) else { return };
        let span = rows_of(&journal, &self.batches[index].id).0.span;
        self.say(format_args!("resume {}", self.batches[index].id));
        for status in [Status::Failed, Status::Unknown, Status::Rejected] {
            if self.rng.u32(0..4) == 0 {
                self.say(format_args!("  --retry {status}"));
                self.retry(index, &journal, status);
                journal.queue_again(span, status).unwrap();
            }
        }
        let settings = SendSettings { canary: None, ..self.batches[index].settings.clone() };
        let cut = self.cut();
        self.sit(index, journal, settings, cut).await;
    }

    /// Rows that ended like this are open again, unless a later batch has met their campaign.
    fn retry(&mut self, index: usize, journal: &SqliteJournal, status: Status) {
        let (_, rows) = rows_of(journal, &self.batches[index].id);
        for row in rows.iter().filter(|row| row.status == status && row.taken_over_by.is_none()) {
            let campaign = row.campaign.as_ref().unwrap().to_string();
            self.batches[index].retried.insert(campaign.clone());
            self.batches[index].open.insert(campaign);
        }
    }

    async fn sit(&mut self, index: usize, journal: SqliteJournal, settings: SendSettings, cut: Cut) {
        self.sittings += 1;
        self.mood(index);
        self.say(format_args!("  {:?}, {cut:?}", self.world.mood.lock().unwrap()));
        let (record, before) = rows_of(&journal, &self.batches[index].id);
        let job = Job {
            span: record.span,
            target: target(),
            settings,
            tally: record.tally,
            to_send: journal.to_send(record.span).unwrap(),
        };
        let (grave, is_gone) = Grave::new();
        let death = if let Cut::Death(after, death) = cut { Some((after, death)) } else { None };
        let journal = Arc::new(Mutex::new(Mortal { inner: journal, death, grave: Arc::clone(&grave) }));
        let (signal, mut signals) = mpsc::channel(1);
        let mut events = Vec::new();
        let sitting = {
            let (platform, clock) = (Arc::new(Shared(Arc::clone(&self.world))), Arc::new(self.clock.clone()));
            let mut emit = |event| events.push(event);
            let sending = dispatch(job, Arc::clone(&journal), platform, clock, &mut signals, &mut emit);
            let kill = async {
                match cut {
                    Cut::Kill(after) => tokio::time::sleep(after).await,
                    _ => grave.killed.notified().await,
                }
            };
            let tell = async {
                if let Cut::Signal(after) = cut {
                    tokio::time::sleep(after).await;
                    let _ = signal.send(Signal::Terminate).await;
                }
                std::future::pending::<()>().await;
            };
            tokio::select! {
                biased;
                () = kill => None,
                () = tell => None,
                sitting = sending => Some(sitting),
            }
        };
        drop(is_gone);
        // What the journal's thread had begun is over before the next process begins.
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        tokio::task::yield_now().await;
        drop(Arc::into_inner(journal).expect("nobody holds the journal").into_inner().unwrap());
        self.check(index, &before, sitting.as_ref(), &events, &grave);
    }

    /// All that must hold after a sitting, for what a new process finds.
    fn check(
        &mut self,
        index: usize,
        before: &[StoredRow],
        sitting: Option<&Sitting>,
        events: &[Event],
        grave: &Grave,
    ) {
        let journal = self.journal();
        let (record, rows) = rows_of(&journal, &self.batches[index].id);
        self.say(format_args!(
            "  {:?}, {:?}",
            sitting.map(|sitting| sitting.ending),
            rows.iter().map(|row| format!("{}={}", row.campaign.as_ref().unwrap(), row.status)).collect::<Vec<_>>()
        ));
        self.check_accounts(index, &record, &rows, sitting);
        self.learn(index, before, events, grave);
        self.check_quota();
        self.check_later_wishes(index);
        for row in &rows {
            self.check_row(index, row, events);
        }
        let batch = &mut self.batches[index];
        batch.open.retain(|campaign| {
            rows.iter().any(|row| {
                row.status == Status::Pending && row.campaign.as_ref().is_some_and(|name| name.as_str() == campaign)
            })
        });
    }

    fn check_accounts(&self, index: usize, record: &BatchRecord, rows: &[StoredRow], sitting: Option<&Sitting>) {
        let lines = &self.batches[index].lines;
        assert_eq!(rows.len(), lines.len(), "every line stands once");
        for (place, (line, row)) in lines.iter().zip(rows).enumerate() {
            assert_eq!(row.campaign.as_ref().unwrap().as_str(), line.campaign, "in the order of the input");
            assert_eq!(row.place.row, self.batches[index].places[place]);
            assert_eq!(row.error.is_none(), row.status.is_good(), "{line:?} is {} because {:?}", row.status, row.error);
            assert_eq!(
                record.tally.of(row.status),
                rows.iter().filter(|other| other.status == row.status).count() as u64
            );
        }
        let Some(sitting) = sitting else { return };
        if sitting.ending != Ending::Stopped(StopReason::JournalLost) {
            assert_eq!(record.tally, sitting.tally, "the journal and the coordinator count alike");
        }
        let pending = rows.iter().filter(|row| row.status == Status::Pending && row.taken_over_by.is_none()).count();
        if sitting.ending == Ending::Finished && !self.batches[index].settings.all_or_nothing {
            assert_eq!(pending, 0, "what is finished leaves nothing");
        }
    }

    /// What the calls of the last sitting made known.
    fn learn(&mut self, index: usize, before: &[StoredRow], events: &[Event], grave: &Grave) {
        let calls = self.world.calls.lock().unwrap().clone();
        let batch = &mut self.batches[index];
        let mut answered: HashMap<&str, usize> = HashMap::new();
        for event in events {
            if let Event::Answered { campaign, .. } = event {
                *answered.entry(campaign.as_str()).or_default() += 1;
            }
        }
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for call in calls.iter().filter(|call| call.sitting == self.sittings) {
            let name = call.campaign.as_str();
            assert!(batch.open.contains(name), "{name} is called though its row was settled or taken over");
            let at_most_once = batch.settings.delivery == Delivery::AtMostOnce;
            let nth = seen.entry(name).or_default();
            *nth += 1;
            let is_known_of = answered.get(name).copied().unwrap_or(0) >= *nth;
            let known = self.known.entry(call.campaign.clone()).or_default();
            assert!(
                !(at_most_once && !batch.retried.contains(name) && known.is_surely_in_doubt(call.schedule)),
                "{name} is called again though an earlier call may have arrived"
            );
            let mut after = known.clone();
            if call.took_effect {
                self.mistaken.remove(&call.campaign);
            }
            match call.said {
                Some(Said::Accepted) => after.accepted(call.schedule),
                Some(said) if !said.leaves_doubt() => {}
                _ => after.in_doubt(call.schedule),
            }
            if !is_known_of {
                let mut doubt = Known::default();
                doubt.in_doubt(call.schedule);
                after.or(doubt);
            }
            *known = after;
        }
        for grant in grave.never_left.lock().unwrap().iter() {
            let row = &before[usize::try_from(grant.row.unwrap().ordinal()).unwrap()];
            let campaign = row.campaign.as_ref().unwrap().to_string();
            self.known.entry(campaign.clone()).or_default().in_doubt(row.schedule.unwrap());
            batch.never_left.entry(campaign).or_default().push(row.schedule.unwrap());
        }
    }

    fn check_quota(&self) {
        let calls = self.world.calls.lock().unwrap();
        let mut arrivals: Vec<Moment> = calls.iter().filter_map(|call| call.arrived).collect();
        arrivals.extend(self.world.reads.lock().unwrap().iter());
        arrivals.sort_unstable();
        for quota in &self.quotas {
            let most = quota.calls as usize;
            for window in arrivals.windows(most + 1) {
                let (first, last) = (window[0], window[most]);
                let is_blurred = self.jumps.iter().any(|jump| first <= *jump && *jump <= last);
                let span = last.since(first);
                assert!(is_blurred || span >= quota.window, "{} calls within {span:?}, {quota:?}", most + 1);
            }
        }
    }

    /// No call of an older batch follows a wish of a later one.
    fn check_later_wishes(&self, index: usize) {
        let calls = self.world.calls.lock().unwrap();
        for call in calls.iter().filter(|call| call.sitting == self.sittings) {
            for later in &self.batches[index + 1..] {
                let asks = later.lines.iter().any(|line| line.campaign == call.campaign);
                assert!(!asks, "{} of {} follows {}", call.campaign, self.batches[index].id, later.id);
            }
        }
    }

    /// A row's status agrees with what truly became of its calls.
    fn check_row(&self, index: usize, row: &StoredRow, events: &[Event]) {
        let batch = &self.batches[index];
        let campaign = row.campaign.as_ref().unwrap().to_string();
        let line = &batch.lines[usize::try_from(row.ordinal).unwrap()];
        let is_seen = batch.looked_at.contains(&campaign) || self.mistaken.contains(&campaign);
        if line.broken || row.taken_over_by.is_some() || is_seen {
            return;
        }
        let all = self.world.calls.lock().unwrap();
        let is_its =
            |call: &&Call| call.batch == index && call.campaign == campaign && Some(call.schedule) == row.schedule;
        let calls: Vec<_> = all.iter().filter(is_its).collect();
        let never_left = batch
            .never_left
            .get(&campaign)
            .map_or(0, |schedules| schedules.iter().filter(|schedule| Some(**schedule) == row.schedule).count());
        let is_doubtful = never_left > 0
            || calls.iter().any(|call| call.said.is_none_or(Said::leaves_doubt))
            || batch.born_in_doubt.contains(&campaign);
        let says = |status: Status| format!("{campaign} of {} is {status} after {calls:?}", batch.id);
        let last = calls.last();
        // What a later batch did, or another row of this one where the first was too late to be
        // compared, is not this row's.
        let is_last = !all.iter().any(|call| {
            call.campaign == campaign
                && (call.batch > index || (call.batch == index && Some(call.schedule) != row.schedule))
        });
        let held = if is_last { self.world.holds.lock().unwrap().get(&campaign).copied() } else { row.schedule };
        match row.status {
            Status::Scheduled | Status::Disabled => {
                assert_eq!(last.unwrap().said, Some(Said::Accepted), "{}", says(row.status));
                assert_eq!(held, row.schedule, "{}", says(row.status));
                assert_eq!(row.status == Status::Disabled, row.schedule == Some(Schedule::Disable));
            }
            Status::Unchanged => assert_eq!(held, row.schedule, "{}", says(row.status)),
            Status::Failed | Status::Invalid => {
                assert!(!calls.iter().any(|call| call.took_effect), "{}", says(row.status));
                let is_surely = never_left > 0 || calls.iter().any(|call| call.said.is_some_and(Said::leaves_doubt));
                assert!(!is_surely, "{}", says(row.status));
                let known = self.known.get(&campaign).zip(row.schedule).filter(|_| is_last);
                assert!(
                    known.is_none_or(|(known, schedule)| !known.is_surely_in_doubt(schedule)),
                    "{} and the campaign is in doubt",
                    says(row.status)
                );
            }
            Status::Rejected => assert_eq!(last.unwrap().said, Some(Said::Rejected), "{}", says(row.status)),
            Status::Unknown => {
                let is_killed = calls.iter().any(|call| call.said.is_some());
                assert!(is_doubtful || is_killed, "{}", says(row.status));
            }
            Status::Pending => {}
        }
        // What was said is on disk.
        let mut said = None;
        for event in events {
            match event {
                Event::Answered { place, status, .. } | Event::Settled { place, status, .. } if *place == row.place => {
                    said = Some(*status);
                }
                _ => {}
            }
        }
        if let Some(said) = said.filter(|said| *said != Status::Pending) {
            assert_eq!(said, row.status, "{} was shown before it was durable", says(row.status));
        }
        let is_leader = !batch.lines[..usize::try_from(row.ordinal).unwrap()].contains(line);
        if is_leader && row.status != Status::Unchanged {
            assert_eq!(row.attempts as usize, calls.len() + never_left, "{}", says(row.status));
        }
    }

    /// The platform is well again: what the sheet says comes to be, once.
    async fn settle(&mut self) {
        tokio::time::sleep(Duration::from_secs(2 * 3_600)).await;
        let settings = SendSettings { quotas: self.quotas.clone(), rate: None, ..SendSettings::default() };
        for round in 0..2 {
            let calls_before = self.world.calls.lock().unwrap().len();
            self.run_well(settings.clone()).await;
            if round == 1 {
                assert_eq!(self.world.calls.lock().unwrap().len(), calls_before, "nothing is sent twice");
            }
        }
    }

    async fn run_well(&mut self, settings: SendSettings) {
        self.is_well = true;
        self.run(settings).await;
        let (_, rows) = rows_of(&self.journal(), &self.batches.last().unwrap().id);
        for row in rows.iter().filter(|row| row.status != Status::Invalid) {
            let held = self.world.holds.lock().unwrap().get(row.campaign.as_ref().unwrap().as_str()).copied();
            // Too late to be sent again; or too late to be compared with another row of its campaign.
            let is_its = |line: &&Line| row.campaign.as_ref().is_some_and(|name| name.as_str() == line.campaign);
            let mut wishes = self.sheet.iter().filter(|line| !line.broken).filter(is_its).map(|line| line.day);
            let first = wishes.next();
            let is_late = row.status == Status::Unknown || wishes.any(|day| Some(day) != first);
            assert!(row.status.is_good() || is_late, "{:?} is {}", row.campaign, row.status);
            let is_mistaken = self.mistaken.contains(row.campaign.as_ref().unwrap().as_str());
            assert!(held == row.schedule || is_late || is_mistaken, "the platform holds the newest wish");
        }
    }
}

fn rows_of(journal: &SqliteJournal, id: &BatchId) -> (BatchRecord, Vec<StoredRow>) {
    let record = journal.batches().unwrap().into_iter().find(|batch| batch.id == *id).unwrap();
    let mut rows = Vec::new();
    journal
        .for_each_row(&record, &mut |row| {
            rows.push(row);
            Ok::<(), JournalError>(())
        })
        .unwrap();
    (record, rows)
}
