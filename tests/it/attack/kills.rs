//! `kill -9` at random instants and at every named point: hundreds of them, if
//! `CAMPAIGN_SCHEDULER_KILLS` says so. `CAMPAIGN_SCHEDULER_SEED` draws the same kills again (an instant
//! is still the machine's own).
//!
//! A sheet is run and killed, gone on with and killed, until one run comes through; then it runs once
//! more undisturbed, and the platform's ledger, the journal and the results must tell the same.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use campaign_scheduler::journal::JournalError;

use super::site::{Site, read_results, settings, start};
use crate::cli::ended;

/// Kills in a run of the test suite: some twenty seconds in a debug build.
const KILLS: u32 = 60;
/// Rows of a sheet: enough that a kill finds calls out, few enough that a story is short.
const ROWS: usize = 60;
/// A kill comes at any moment up to this age of the program, whose whole run takes three times as long.
const LONGEST: Duration = Duration::from_millis(400);
/// The points at which the program can be made to die, in the order of a run.
const POINTS: [&str; 11] = [
    "row-inserted",
    "before-seal",
    "after-seal",
    "grant-durable",
    "answered",
    "outcome-durable",
    "before-rename",
    "after-rename",
    "emergency-read-back",
    "before-recovery",
    "after-recovery",
];
/// The quota of the stories.
const QUOTA: (usize, Duration) = (20, Duration::from_millis(500));

fn kills() -> u32 {
    std::env::var("CAMPAIGN_SCHEDULER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

fn seed() -> u64 {
    let given = std::env::var("CAMPAIGN_SCHEDULER_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| fastrand::u64(..1_000_000))
}

#[test]
fn rows_survive_kills_at_any_instant() {
    let seed = seed();
    let (mut left, mut story) = (kills(), 0);
    eprintln!("CAMPAIGN_SCHEDULER_SEED={seed}, {left} kills");
    let mut by_place = BTreeMap::new();
    while left > 0 {
        let delivery = if story % 2 == 0 { "at-least-once" } else { "at-most-once" };
        left -= Story::new(seed, story, delivery).play(left, &mut by_place).min(left);
        story += 1;
    }
    eprintln!("{story} sheets, killed at: {by_place:?}");
}

/// One sheet, killed again and again until it is through.
struct Story {
    site: Site,
    random: fastrand::Rng,
    name: String,
    delivery: &'static str,
    names: Vec<String>,
}

impl Story {
    fn new(seed: u64, number: u64, delivery: &'static str) -> Self {
        let site = Site::new(settings(Duration::from_millis(15)));
        let names: Vec<String> = (1..=ROWS).map(|row| format!("c{row}")).collect();
        site.write_names(names.clone());
        let name = format!("seed {seed}, story {number} ({delivery})");
        Self { site, random: fastrand::Rng::with_seed(seed ^ (number << 32)), name, delivery, names }
    }

    /// Returns how many kills it took.
    fn play(mut self, most: u32, by_place: &mut BTreeMap<&'static str, u32>) -> u32 {
        let mut kills = 0;
        while kills < most {
            let accepted = self.site.accepted();
            let calls = self.site.arrivals().len();
            let killed_at = self.run_and_kill();
            self.assert_none_called_again(&accepted, calls);
            let Some(place) = killed_at else { break };
            *by_place.entry(place).or_default() += 1;
            kills += 1;
            self.assert_report_tells_every_row();
        }
        self.finish();
        kills
    }

    /// Runs or resumes, and kills at some instant or point; `None` if the program was through before.
    fn run_and_kill(&mut self) -> Option<&'static str> {
        let has_batch = self.site.journal().is_some_and(|journal| journal.batches().is_ok_and(|all| !all.is_empty()));
        let resumes = has_batch && self.random.bool();
        let mut command = if resumes { self.site.resume([]) } else { self.site.run(self.words()) };
        if cfg!(feature = "failpoints") && self.random.bool() {
            let point = POINTS[self.random.usize(0..POINTS.len())];
            let passage = 1 + (self.random.u32(0..32) >> self.random.u32(0..6));
            let told = ended(command.env("CAMPAIGN_SCHEDULER_FAILPOINT", format!("{point}:{passage}")));
            return told.code.is_none().then_some(point);
        }
        let mut child = start(&mut command);
        std::thread::sleep(LONGEST.mul_f64(self.random.f64()));
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        child.kill().unwrap();
        child.wait_with_output().unwrap();
        Some("some instant")
    }

    fn words(&self) -> [&'static str; 4] {
        ["--quota", "20/500ms", "--delivery", self.delivery]
    }

    fn assert_none_called_again(&self, accepted: &HashSet<String>, calls: usize) {
        for arrival in &self.site.arrivals()[calls..] {
            let campaign = arrival.campaign.as_ref().unwrap();
            assert!(!accepted.contains(campaign), "{}: {campaign} was accepted and called again", self.name);
        }
    }

    /// After a kill, `report` gives each row of the latest batch once.
    fn assert_report_tells_every_row(&self) {
        let Some(journal) = self.site.journal() else { return };
        let Ok(batches) = journal.batches() else { return };
        let Some(batch) = batches.first() else { return };
        let told = ended(&mut self.site.program(["report", batch.id.as_str(), "--results", "report.csv"]));
        assert_eq!(told.code, Some(0), "{}: {told}", self.name);
        let found: Vec<String> =
            read_results(&self.site.path("report.csv")).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, self.names, "{}: the report is not the sheet's rows", self.name);
    }

    /// Runs undisturbed, and compares the three books.
    fn finish(&self) {
        let accepted = self.site.accepted();
        let calls = self.site.arrivals().len();
        let told = ended(&mut self.site.run(self.words()));
        let is_right =
            if self.delivery == "at-most-once" { matches!(told.code, Some(0 | 1)) } else { told.code == Some(0) };
        assert!(is_right, "{}: {told}", self.name);
        self.assert_none_called_again(&accepted, calls);
        self.site.assert_results_follow(&self.names, &self.name);
        let calls = self.site.calls_by_campaign();
        let effects: HashSet<String> =
            self.site.platform.ledger.campaigns().into_iter().filter(|it| it.changes > 0).map(|it| it.name).collect();
        for (name, status) in self.site.results() {
            match status.as_str() {
                "scheduled" | "unchanged" => assert!(effects.contains(&name), "{}: {name} has no effect", self.name),
                "unknown" => assert_eq!(self.delivery, "at-most-once", "{}: {name}", self.name),
                other => panic!("{}: {name} is {other}", self.name),
            }
            if self.delivery == "at-most-once" {
                assert!(calls.get(&name).is_none_or(|calls| *calls <= 1), "{}: {name} was called again", self.name);
            }
        }
        self.assert_journal_knows_every_call();
        let busiest = self.site.platform.ledger.busiest(QUOTA.1);
        assert!(busiest <= QUOTA.0, "{}: {busiest} calls in a window", self.name);
    }

    /// Every call that arrived is on record, and what is on record as accepted took effect.
    fn assert_journal_knows_every_call(&self) {
        let journal = self.site.journal().unwrap();
        let mut attempts: BTreeMap<String, usize> = BTreeMap::new();
        for batch in journal.batches().unwrap() {
            let visited = journal.for_each_row(&batch, &mut |row| {
                *attempts.entry(row.campaign.unwrap().to_string()).or_default() += row.attempts as usize;
                Ok::<(), JournalError>(())
            });
            visited.unwrap();
        }
        let calls = self.site.calls_by_campaign();
        for (campaign, arrived) in &calls {
            let known = attempts.get(campaign).copied().unwrap_or(0);
            assert!(known >= *arrived, "{}: {arrived} calls for {campaign}, {known} on record", self.name);
        }
        for campaign in self.site.accepted() {
            assert!(calls.contains_key(&campaign), "{}: {campaign} is accepted and never arrived", self.name);
        }
    }
}
