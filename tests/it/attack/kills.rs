//! `kill -9` at random instants: hundreds of them, if `CAMPAIGN_SCHEDULER_KILLS` says so.

use std::collections::HashSet;
use std::time::Duration;

use super::site::{Site, ended, read_results, settings, start};

/// Kills in a run of the test suite: some twenty seconds in a debug build.
const KILLS: u32 = 60;
/// Rows of a sheet: enough that a kill finds calls out, few enough that a story is short.
const ROWS: usize = 60;
/// A kill comes at any moment up to this age of the program, whose whole run takes three times as long.
const LONGEST: Duration = Duration::from_millis(400);
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
    while left > 0 {
        let delivery = if story % 2 == 0 { "at-least-once" } else { "at-most-once" };
        left -= Story::new(seed, story, delivery).play(left);
        story += 1;
    }
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
    fn play(mut self, most: u32) -> u32 {
        let mut kills = 0;
        while kills < most {
            let accepted = self.site.accepted();
            let calls = self.site.arrivals().len();
            let was_killed = self.run_and_kill();
            self.assert_none_called_again(&accepted, calls);
            if !was_killed {
                break;
            }
            kills += 1;
            self.assert_report_tells_every_row();
        }
        self.finish();
        kills.max(1)
    }

    /// Runs or resumes, and kills at some instant; false if the program was through before.
    fn run_and_kill(&mut self) -> bool {
        let has_batch = self.site.journal().is_some_and(|journal| journal.batches().is_ok_and(|all| !all.is_empty()));
        let resumes = has_batch && self.random.bool();
        let mut command = if resumes { self.site.resume([]) } else { self.site.run(self.words()) };
        let mut child = start(&mut command);
        std::thread::sleep(LONGEST.mul_f64(self.random.f64()));
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        child.kill().unwrap();
        child.wait_with_output().unwrap();
        true
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
        let busiest = self.site.platform.ledger.busiest(QUOTA.1);
        assert!(busiest <= QUOTA.0, "{}: {busiest} calls in a window", self.name);
    }
}
