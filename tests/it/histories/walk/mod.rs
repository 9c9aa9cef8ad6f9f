//! One random history, and what must hold after each of its steps.
//!
//! Here is the house in which it is played; `sheet`, `chance`, `batches` and `sittings` are its steps,
//! `reading`, `accounts` and `truth` what must hold.

mod accounts;
mod batches;
mod chance;
mod reading;
mod sheet;
mod sittings;
mod truth;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use campaign_scheduler::clock::{Clock, TestClock};
use campaign_scheduler::journal::{BatchRecord, IfBusy, JournalError, SqliteJournal, StoredRow};
use campaign_scheduler::model::{BatchId, Delivery, Moment, Quota, Schedule, SendSettings, Status};

use self::sheet::Line;
use super::reference::Known;
use super::world::World;
use crate::engine::rig::{quota, wall};

/// What the test knows of a batch.
struct Batch {
    id: BatchId,
    settings: SendSettings,
    lines: Vec<Line>,
    /// Where they stand.
    places: Vec<u32>,
    /// Campaigns that were read back: what their rows say since is what was seen.
    looked_at: HashSet<String>,
    /// Campaigns that a look at an earlier batch left in doubt after this batch was read.
    doubted_since: HashSet<String>,
    /// Campaigns whose rows may still be sent by `resume`.
    open: HashSet<String>,
    /// Durable grants that were killed before they left.
    never_left: HashMap<String, Vec<Schedule>>,
    /// Campaigns of which a call was durable when its row was read as in doubt.
    born_in_doubt: HashSet<String>,
    /// Campaigns that `resume --retry` queued again: that they may be repeated is the user's word.
    retried: HashSet<String>,
    /// What its rows ask for; nothing where they have problems.
    wishes: Vec<(String, Option<Schedule>)>,
    /// Its rows as they stood when the journal forgot it.
    forgotten: Option<Vec<StoredRow>>,
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
    /// How the last sitting delivers.
    delivery: Delivery,
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
            delivery: Delivery::AtLeastOnce,
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

    async fn step(&mut self) {
        let is_known = |index: &usize| self.batches[*index].forgotten.is_none();
        let known: Vec<_> = (0..self.batches.len()).filter(is_known).collect();
        let any = self.rng.choice(&known).copied();
        match self.rng.u32(0..13) {
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
            5..8 => {
                let named = any.filter(|_| self.rng.bool());
                self.resume(named).await;
            }
            8 if any.is_some() => self.look(any.unwrap()).await,
            9 if any.is_some() => self.undo(any.unwrap()).await,
            10 => self.prune(),
            _ => self.pass_time().await,
        }
    }

    /// Lets the journal forget all batches that are over.
    fn prune(&mut self) {
        let mut journal = self.journal();
        let week = Duration::from_secs(7 * 24 * 3_600);
        let stood = journal.batches().unwrap();
        let rows: HashMap<_, _> =
            stood.iter().map(|batch| (batch.id.clone(), rows_of(&journal, &batch.id).1)).collect();
        journal.prune(self.clock.wall(), Duration::ZERO, week).unwrap();
        let left: Vec<_> = journal.batches().unwrap().into_iter().map(|batch| batch.id).collect();
        self.say(format_args!("prune, which leaves {left:?}"));
        for batch in self.batches.iter_mut().filter(|batch| !left.contains(&batch.id)) {
            batch.open.clear();
            batch.forgotten.get_or_insert_with(|| rows[&batch.id].clone());
        }
    }

    /// A grant of a later batch was durable and never left: nobody but the test knows that it didn't.
    fn may_have_left_later(&self, index: usize, campaign: &str) -> bool {
        self.batches[index + 1..].iter().any(|batch| batch.never_left.contains_key(campaign))
    }

    fn journal(&self) -> SqliteJournal {
        let path = self.folder.path().join("journal.db");
        // A kill drops the sending, and the thread that was writing lets go of the journal a moment later.
        SqliteJournal::open(&path, "a test", IfBusy::Wait, || self.clock.wall()).unwrap()
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
