//! A soak: many rows over real sockets while everything goes wrong at random, until all are through.
//!
//! The suite soaks a thousand rows; `CAMPAIGN_SCHEDULER_SOAK=10000` says how many it shall be. What
//! goes wrong is drawn by the simulator, so that a seed could not repeat it: a failure tells the books.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use super::site::{Site, settings};
use crate::cli::ended;

const ROWS: usize = 1_000;
/// Runs after which all must be through.
const MOST_RUNS: usize = 8;
const QUOTAS: [(&str, usize, Duration); 2] =
    [("300/1s", 300, Duration::from_secs(1)), ("1000/4s", 1_000, Duration::from_secs(4))];

/// All kinds of faults; together about one call in eight.
const FAULTS: [&str; 14] = [
    "status=503,probability=0.02",
    "status=500,after,probability=0.01",
    "reset,probability=0.01",
    "reset-after,probability=0.01",
    "half,probability=0.01",
    "garbage,probability=0.01",
    "endless,probability=0.001",
    "hang,probability=0.001",
    "hang,after,probability=0.001",
    "delay=120ms,probability=0.02",
    "status=400,probability=0.01",
    "redirect=https://example.com/,probability=0.005",
    "rate-limit,every=701",
    "unauthorized,every=433",
];

#[test]
fn a_soak_in_faults_of_all_kinds_ends_with_closed_accounts() {
    let rows = std::env::var("CAMPAIGN_SCHEDULER_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(ROWS);
    let mut settings = settings(Duration::from_millis(3));
    settings.faults = FAULTS.iter().map(|fault| fault.parse().unwrap()).collect();
    let site = Site::new(settings);
    let names: Vec<String> = (1..=rows).map(|row| format!("c{row}")).collect();
    site.write_names(names.clone());
    let words = ["--quota", QUOTAS[0].0, "--quota", QUOTAS[1].0, "--concurrency", "24", "--timeout", "1s"];
    let begun = Instant::now();
    for number in 1.. {
        let (accepted, calls) = (site.accepted(), site.arrivals().len());
        let told = ended(&mut site.run(words.into_iter().chain(["--format", "json"])));
        let story = format!("run {number} of {rows} rows");
        assert!(matches!(told.code, Some(0 | 1)), "{story}: {told}");
        assert_closed(&site, &names, &told.json(), &story);
        for arrival in &site.arrivals()[calls..] {
            let campaign = arrival.campaign.as_ref().unwrap();
            assert!(!accepted.contains(campaign), "{story}: {campaign} was accepted and called again");
        }
        if told.code == Some(0) {
            let (calls, took) = (site.arrivals().len(), begun.elapsed());
            eprintln!("{rows} rows: {number} runs, {calls} calls, {took:?}");
            break;
        }
        assert!(number < MOST_RUNS, "{story}: {told}");
    }
    for (_, most, window) in QUOTAS {
        let busiest = site.platform.ledger.busiest(window);
        assert!(busiest <= most, "{busiest} calls within {window:?}");
    }
}

/// The summary, the results and the platform's ledger tell the same.
fn assert_closed(site: &Site, names: &[String], summary: &serde_json::Value, story: &str) {
    site.assert_results_follow(names, story);
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    let effects: HashSet<String> =
        site.platform.ledger.campaigns().into_iter().filter(|it| it.changes > 0).map(|it| it.name).collect();
    for (name, status) in site.results() {
        match status.as_str() {
            "scheduled" | "unchanged" => assert!(effects.contains(&name), "{story}: {name} has no effect"),
            "failed" => assert!(!effects.contains(&name), "{story}: {name} failed and took effect"),
            "rejected" | "unknown" => {}
            other => panic!("{story}: {name} is {other}"),
        }
        *counted.entry(status).or_default() += 1;
    }
    for (status, count) in summary["outcomes"].as_object().unwrap() {
        assert_eq!(count.as_u64().unwrap(), counted.get(status).copied().unwrap_or(0), "{story}: {status}");
    }
    assert_eq!(summary["rows"], names.len(), "{story}");
}
