//! Writes that fail at a named point.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use super::{batch_of, names, site};
use crate::attack::site::Site;
use crate::cli::ended;

const VARIABLE: &str = "CAMPAIGN_SCHEDULER_FAILPOINT";
const ROWS: usize = 12;

/// Nothing that was answered is called again, and everything is through.
fn assert_completes(site: &Site, story: &str) {
    let before = site.calls_by_campaign();
    let next = ended(&mut site.run(["--format", "json"]));
    assert_eq!(next.code, Some(0), "{story}: {next}");
    let after: BTreeMap<String, usize> = site.calls_by_campaign();
    assert_eq!(after.len(), ROWS, "{story}");
    for (campaign, calls) in &after {
        let again = before.contains_key(campaign) && *calls > 1;
        assert!(!again, "{story}: {campaign} was answered and called again: {next}");
    }
    site.assert_results_follow(&names(ROWS), story);
    assert!(site.results().iter().all(|(_, status)| matches!(status.as_str(), "scheduled" | "unchanged")), "{story}");
}

#[test]
fn a_journal_that_is_lost_ends_the_granting_and_keeps_every_answer() {
    for first in 1..=6 {
        for and_after in ["+", ""] {
            let story = format!("journal-commit:{first}{and_after}");
            let site = site(ROWS, Duration::from_millis(10));
            let words = ["--concurrency", "2", "--events", "events.jsonl", "--format", "json"];
            let told = ended(site.run(words).env(VARIABLE, &story));
            assert_eq!(told.code, Some(3), "{story}: {told}");
            assert!(told.stderr.contains("disk is full"), "{story}: {told}");
            let calls = site.arrivals().len();
            // Each step before it let two calls go at most.
            assert!(calls <= 2 * (first - 1), "{story}: the granting went on: {calls} calls");
            let events = fs::read_to_string(site.path("events.jsonl")).unwrap();
            assert_eq!(events.matches("\"granted\"").count(), calls, "{story}: shown but never sent: {events}");
            let summary = told.json();
            assert_eq!(summary["exit_code"], 3, "{story}: {told}");
            let counted: u64 = summary["outcomes"].as_object().unwrap().values().filter_map(|n| n.as_u64()).sum();
            assert_eq!(counted, ROWS as u64, "{story}: {told}");
            if and_after == "+" && calls > 0 {
                assert!(told.stderr.contains("journal.db.emergency"), "{story}: {told}");
            }
            assert_eq!(summary["outcomes"]["scheduled"], calls, "{story}: an answer is not told: {told}");
            assert_scheduled(&site, calls, &story);
            fs::remove_file(site.path("sheet.results.csv")).unwrap();
            let reported = ended(&mut site.program(["report", summary["batch"].as_str().unwrap()]));
            assert_eq!(reported.code, Some(0), "{story}: {reported}");
            assert_scheduled(&site, calls, &format!("{story}, reported"));
            assert_completes(&site, &story);
        }
    }
}

/// As many rows are scheduled in the results as calls were answered; nothing is said of the others but that
/// they wait.
fn assert_scheduled(site: &Site, calls: usize, story: &str) {
    let results = site.results();
    let count = |wanted: &str| results.iter().filter(|(_, status)| status == wanted).count();
    assert_eq!((count("scheduled"), count("pending")), (calls, ROWS - calls), "{story}: {results:?}");
}

#[test]
fn a_lost_journal_under_at_most_once_makes_nothing_unknown_that_was_answered() {
    let site = site(ROWS, Duration::from_millis(10));
    let words = ["--concurrency", "2", "--delivery", "at-most-once"];
    let told = ended(site.run(words).args(["--format", "json"]).env(VARIABLE, "journal-commit:4+"));
    assert_eq!(told.code, Some(3));
    assert_eq!(ended(&mut site.program(["report", told.json()["batch"].as_str().unwrap()])).code, Some(0));
    assert_scheduled(&site, site.arrivals().len(), "reported");
    let next = ended(&mut site.resume([]));
    assert_eq!(next.code, Some(0), "{next}");
    assert!(site.calls_by_campaign().values().all(|calls| *calls == 1), "{next}");
}

/// What is read back is granted like any call.
#[test]
fn a_journal_that_is_lost_while_campaigns_are_read_back_lets_no_read_go_and_tells_of_none() {
    let site = site(ROWS, Duration::from_millis(10));
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    let before = site.arrivals().len();
    let words = ["verify", "--client-secret-file", "secret.txt", "--events", "events.jsonl", "--progress", "none"];
    let told = ended(site.program(words).env(VARIABLE, "journal-commit:1+"));
    assert_eq!(told.code, Some(3), "{told}");
    assert!(told.stderr.contains("disk is full"), "{told}");
    assert_eq!(site.arrivals().len(), before, "{told}");
    let events = fs::read_to_string(site.path("events.jsonl")).unwrap();
    assert!(!events.contains("read-granted"), "told of, and never sent: {events}");
    assert!(site.results().iter().all(|(_, status)| status == "scheduled"), "{told}");
}

#[test]
fn a_kill_while_answers_are_read_back_changes_nothing() {
    let site = site(ROWS, Duration::from_millis(10));
    assert_eq!(ended(site.run(["--concurrency", "2"]).env(VARIABLE, "journal-commit:4+")).code, Some(3));
    let killed = ended(site.resume([]).env(VARIABLE, "emergency-read-back"));
    assert_eq!(killed.code, None, "{killed}");
    assert_completes(&site, "killed while the answers were read back");
}

/// The file is read back at every start until it can be emptied: what happened since must stand.
#[test]
fn answers_that_are_read_back_again_undo_nothing() {
    for delivery in ["at-least-once", "at-most-once"] {
        let mut settings = crate::attack::site::settings(Duration::from_millis(10));
        settings.faults = vec!["status=503,after,every=2,call=1..8".parse().unwrap()];
        let site = Site::new(settings);
        site.write_names(names(ROWS));
        let words = ["--concurrency", "2", "--retries", "0", "--delivery", delivery];
        let told = ended(site.run(words).env(VARIABLE, "journal-commit:3+"));
        assert_eq!(told.code, Some(3), "{told}");
        assert!(told.stderr.contains("journal.db.emergency"), "{told}");
        let cannot_empty = |mut command: std::process::Command| ended(command.env(VARIABLE, "emergency-clear"));
        cannot_empty(site.resume([]));
        let told = cannot_empty(site.run(["--delivery", "at-least-once", "--format", "json"]));
        assert_eq!(told.code, Some(0), "{told}");
        let (before, calls) = (site.accepted(), site.arrivals().len());
        let looked = cannot_empty(site.run(["--format", "json", "--delivery", delivery]));
        assert_eq!(looked.code, Some(0), "{delivery}: {looked}");
        assert_eq!(looked.json()["outcomes"]["unchanged"], ROWS, "{delivery}: {looked}");
        assert_eq!(site.arrivals().len(), calls, "{delivery}: an old answer made something be sent again");
        assert_eq!(site.accepted(), before, "{delivery}: an old answer changed what is on record");
    }
}

#[test]
fn a_row_that_is_missing_in_the_results_is_noticed_and_the_exit_code_says_so() {
    for words in [&["--format", "json"][..], &["--format", "json", "--rejects", "rejects.csv"]] {
        let mut settings = crate::attack::site::settings(Duration::ZERO);
        settings.faults = vec!["status=400,campaign=c2".parse().unwrap()];
        let site = Site::new(settings);
        site.write_names(names(ROWS));
        // The last passage is that of the rejects, if they are written.
        let point = if words.len() > 2 { "results-row:13" } else { "results-row:5" };
        let told = ended(site.run(words.iter().copied()).env(VARIABLE, point));
        assert_eq!(told.code, Some(3), "{point}: {told}");
        assert_eq!(told.json()["exit_code"], 3, "{point}: {told}");
        assert!(told.stderr.contains("the accounts do not close"), "{point}: {told}");
        let report = ended(&mut site.program(["report", &batch_of(&site)]));
        assert_eq!(report.code, Some(0), "{report}");
        site.assert_results_follow(&names(ROWS), "written again");
    }
}

#[test]
fn answers_that_can_be_saved_nowhere_are_said() {
    let site = site(ROWS, Duration::from_millis(10));
    let points = "journal-commit:4+,emergency-write:1+";
    let told = ended(site.run(["--concurrency", "2"]).env(VARIABLE, points));
    assert_eq!(told.code, Some(3), "{told}");
    assert!(told.stderr.contains("answers that could be saved nowhere"), "{told}");
    assert!(told.stderr.contains("\"verdict\":\"accepted\""), "{told}");
    assert!(!told.stderr.contains("are kept in"), "{told}");
    assert_eq!(ended(&mut site.run([])).code, Some(0));
}

#[test]
fn a_disk_that_is_full_while_the_sheet_is_read_sends_nothing() {
    let site = site(ROWS, Duration::ZERO);
    let told = ended(site.run(["--format", "json"]).env(VARIABLE, "journal-insert:5"));
    assert_eq!(told.code, Some(2), "{told}");
    assert_eq!(told.json()["error"]["code"], "journal-unusable", "{told}");
    assert!(told.json()["error"]["message"].as_str().unwrap().contains("full"), "{told}");
    assert_eq!(site.arrivals().len(), 0);
    assert!(site.journal().unwrap().batches().unwrap().is_empty());
    assert_completes(&site, "journal-insert");
}

#[test]
fn results_that_cannot_be_written_leave_the_old_ones_and_exit_3() {
    for point in ["results-write", "results-rename"] {
        let site = site(ROWS, Duration::ZERO);
        fs::write(site.path("sheet.results.csv"), "old").unwrap();
        let told = ended(site.run(["--format", "json"]).env(VARIABLE, point));
        assert_eq!(told.code, Some(3), "{point}: {told}");
        assert!(told.stderr.contains("\"sheet.results.csv\" can't be written"), "{point}: {told}");
        assert_eq!(told.json()["results"], serde_json::json!([]), "{point}: {told}");
        assert_eq!(fs::read_to_string(site.path("sheet.results.csv")).unwrap(), "old", "{point}");
        let left: Vec<_> = fs::read_dir(site.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| name.to_string_lossy().ends_with(".tmp"))
            .collect();
        assert!(left.is_empty(), "{point}: {left:?}");
        let report = ended(&mut site.program(["report", &batch_of(&site)]));
        assert_eq!(report.code, Some(0), "{point}: {report}");
        site.assert_results_follow(&names(ROWS), point);
    }
}
