//! `kill -9` at every named point, at its first passage and at later ones.

use std::collections::HashSet;
use std::time::Duration;

use campaign_scheduler::journal::{IfBusy, JournalError, SqliteJournal};
use campaign_scheduler::model::Tally;

use super::site::{Site, read_results, settings};
use crate::cli::{Ended, ended};

const VARIABLE: &str = "CAMPAIGN_SCHEDULER_FAILPOINT";
const ROWS: usize = 12;

fn names() -> Vec<String> {
    (1..=ROWS).map(|row| format!("c{row}")).collect()
}

/// A site whose program was killed at this point while it ran the sheet.
fn killed_at(point: &str, delivery: &str) -> Site {
    let site = Site::new(settings(Duration::from_millis(5)));
    site.write_names(names());
    let told = ended(site.run(["--concurrency", "3", "--delivery", delivery]).env(VARIABLE, point));
    assert_eq!(told.code, None, "{point} was not passed: {told}");
    site
}

/// Goes on, and compares the platform's books with ours.
fn goes_on(site: &Site, point: &str, delivery: &str, by: &str) -> Ended {
    let accepted = site.accepted();
    let calls_before = site.arrivals().len();
    let told = match by {
        "resume" => ended(&mut site.resume([])),
        _ => ended(&mut site.run(["--delivery", delivery])),
    };
    let story = format!("{point}, {delivery}, then {by}");
    site.assert_results_follow(&names(), &story);
    for arrival in &site.arrivals()[calls_before..] {
        let campaign = arrival.campaign.as_ref().unwrap();
        assert!(!accepted.contains(campaign), "{story}: {campaign} was accepted and called again");
    }
    let effects: HashSet<String> =
        site.platform.ledger.campaigns().into_iter().filter(|it| it.changes > 0).map(|it| it.name).collect();
    let mut unknown = 0;
    for (name, status) in site.results() {
        match status.as_str() {
            "scheduled" | "unchanged" => assert!(effects.contains(&name), "{story}: {name} has no effect"),
            "unknown" => unknown += 1,
            other => panic!("{story}: {name} is {other}: {told}"),
        }
    }
    let may_be_unknown = delivery == "at-most-once";
    assert!(unknown == 0 || may_be_unknown, "{story}: {told}");
    // That they are unknown is this start's news, though it had no row left to call.
    assert_eq!(told.code, Some(i32::from(unknown > 0)), "{story}: {told}");
    if may_be_unknown {
        let again = site.calls_by_campaign().into_iter().find(|(_, calls)| *calls > 1);
        assert_eq!(again, None, "{story}: called again");
    }
    told
}

fn latest_batch(site: &Site) -> Option<String> {
    site.journal()?.batches().ok()?.first().map(|batch| batch.id.to_string())
}

#[test]
fn a_kill_before_the_seal_leaves_nothing_to_resume_and_sends_nothing() {
    for point in ["row-inserted", "row-inserted:7", "before-seal"] {
        let site = killed_at(point, "at-least-once");
        assert_eq!((site.arrivals().len(), latest_batch(&site)), (0, None), "{point}");
        assert!(!site.path("sheet.results.csv").exists(), "{point}");
        let told = ended(&mut site.resume([]));
        assert_eq!(told.code, Some(2), "{point}: {told}");
        assert!(told.stderr.contains("no batch to take"), "{point}: {told}");
        goes_on(&site, point, "at-least-once", "run");
        let batches = site.journal().unwrap().batches().unwrap();
        assert_eq!(batches.len(), 1, "{point}: the batch that never was is in the journal");
    }
}

#[test]
fn a_kill_between_seal_and_last_outcome_loses_and_repeats_nothing() {
    let points = [
        "after-seal",
        "grant-durable",
        "grant-durable:3",
        "answered",
        "answered:7",
        // No row is left to call.
        "answered:12",
        "outcome-durable",
        "outcome-durable:4",
    ];
    for point in points {
        for delivery in ["at-least-once", "at-most-once"] {
            for by in ["run", "resume"] {
                let site = killed_at(point, delivery);
                let id = latest_batch(&site).unwrap();
                let report = ended(&mut site.program(["report", &id, "--results", "report.csv"]));
                assert_eq!(report.code, Some(0), "{point}: {report}");
                let reported: Vec<_> = read_results(&site.path("report.csv")).into_iter().map(|row| row.0).collect();
                assert_eq!(reported, names(), "{point}");
                goes_on(&site, point, delivery, by);
            }
        }
    }
}

#[test]
fn no_call_leaves_before_its_grant_is_durable() {
    let site = killed_at("grant-durable", "at-least-once");
    assert_eq!(site.arrivals().len(), 0);
    let id = latest_batch(&site).unwrap();
    ended(&mut site.program(["report", &id, "--results", "report.csv"]));
    let text = std::fs::read_to_string(site.path("report.csv")).unwrap();
    assert_eq!(text.matches("may have arrived").count(), 3, "the calls on record may be out: {text}");
}

/// The next opening for work will find these rows unknown, and so does everybody who looks before.
#[test]
fn who_looks_after_a_kill_is_told_what_the_next_start_will_find() {
    for (delivery, status) in [("at-most-once", "unknown"), ("at-least-once", "pending")] {
        let site = Site::new(settings(Duration::from_millis(5)));
        // Each stands twice, so that some rows follow one whose call is out.
        site.write_names(names().into_iter().flat_map(|name| [name.clone(), name]));
        let killed = ended(site.run(["--concurrency", "3", "--delivery", delivery]).env(VARIABLE, "answered:4"));
        assert_eq!(killed.code, None, "{killed}");
        let id = latest_batch(&site).unwrap();
        let look = || {
            let report = ended(&mut site.program(["report", &id, "--results", "report.csv"]));
            assert_eq!(report.code, Some(0), "{report}");
            let listed = ended(&mut site.program(["history", &id, "--format", "json"]));
            (read_results(&site.path("report.csv")), listed.json()["outcomes"].clone())
        };
        let before = look();
        let text = std::fs::read_to_string(site.path("report.csv")).unwrap();
        let told: Vec<_> = text.lines().filter(|line| line.contains("may have arrived")).collect();
        assert!(!told.is_empty() && told.iter().all(|line| line.contains(&format!(",{status},"))), "{text}");
        assert_eq!(before.1[status], before.0.iter().filter(|row| row.1 == status).count(), "{text}");
        let looking = site.journal().unwrap();
        SqliteJournal::open(&site.journal_path(), "a test", IfBusy::Refuse, chrono::Utc::now).unwrap();
        assert_eq!(look(), before, "{delivery}");
        // Who was looking meanwhile goes on to see that moment.
        let batch = looking.batches().unwrap().remove(0);
        let mut tally = Tally::default();
        let visited = looking.for_each_row(&batch, &mut |row| {
            tally.add(row.status, 1);
            Ok::<(), JournalError>(())
        });
        visited.unwrap();
        assert_eq!(batch.tally, tally, "{delivery}");
    }
}

#[test]
fn outcomes_are_on_disk_before_anybody_hears_of_them() {
    let site = Site::new(settings(Duration::from_millis(5)));
    site.write_names(names());
    let words = ["--concurrency", "1", "--events", "events.jsonl"];
    let told = ended(site.run(words).env(VARIABLE, "outcome-durable:3"));
    assert_eq!(told.code, None, "{told}");
    let events = std::fs::read_to_string(site.path("events.jsonl")).unwrap();
    let shown = events.matches("\"answered\"").count();
    assert_eq!((shown, site.accepted().len()), (2, 3), "{events}");
}

#[test]
fn results_are_whole_or_as_they_were() {
    for point in ["before-rename", "after-rename"] {
        for old in [None, Some("what stood there before\n")] {
            let site = Site::new(settings(Duration::ZERO));
            site.write_names(names());
            if let Some(old) = old {
                std::fs::write(site.path("sheet.results.csv"), old).unwrap();
            }
            let told = ended(site.run([]).env(VARIABLE, point));
            assert_eq!(told.code, None, "{point}: {told}");
            if point == "before-rename" {
                assert_eq!(std::fs::read_to_string(site.path("sheet.results.csv")).ok().as_deref(), old);
            } else {
                site.assert_results_follow(&names(), point);
            }
            goes_on(&site, point, "at-least-once", "resume");
            assert_eq!(site.arrivals().len(), ROWS, "{point}: resume after the last outcome sends nothing");
        }
    }
}

#[test]
fn what_is_forgotten_is_told_though_its_room_cannot_be_given_back() {
    for (format, told) in [("human", "1 batch forgotten; "), ("json", "{\"pruned_batches\":1,\"exit_code\":0}")] {
        let site = Site::new(settings(Duration::ZERO));
        site.write_names(names());
        assert_eq!(ended(&mut site.run([])).code, Some(0));
        let prune = ["history", "--prune", "0s", "--format", format];
        let pruned = ended(site.program(prune).env(VARIABLE, "journal-vacuum"));
        assert_eq!(pruned.code, Some(0), "{pruned}");
        assert!(pruned.stdout.starts_with(told), "{pruned}");
        assert!(pruned.stderr.contains("stays as large as it was (") && pruned.stderr.contains("is full"), "{pruned}");
        assert!(site.journal().unwrap().batches().unwrap().is_empty());
    }
}

#[test]
fn a_kill_while_an_earlier_kill_is_mended_changes_nothing() {
    for point in ["before-recovery", "after-recovery"] {
        for delivery in ["at-least-once", "at-most-once"] {
            let site = killed_at("answered:4", delivery);
            let again = ended(site.resume([]).env(VARIABLE, point));
            assert_eq!(again.code, None, "{point}: {again}");
            goes_on(&site, point, delivery, "resume");
            let journal = site.journal().unwrap();
            let batch = journal.batches().unwrap().remove(0);
            let (attempts, _) = journal.calls_of(batch.span).unwrap();
            let mut told = 0;
            let visited = journal.for_each_row(&batch, &mut |row| {
                told += u64::from(row.attempts);
                Ok::<(), JournalError>(())
            });
            visited.unwrap();
            assert_eq!(told, attempts, "{point}: attempts counted twice");
        }
    }
}
