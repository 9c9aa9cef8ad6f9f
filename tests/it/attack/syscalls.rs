//! Fails the Nth write, fsync and rename of the real binary, for N = 1, 2, 3, … until a run passes
//! that had no Nth.
//!
//! The failure is the system's own: `strace -e inject` answers the call with `ENOSPC` or `EIO`, so
//! everything between the program and the kernel is what users have, SQLite included. Only calls on
//! the journal's files are failed where calls are told apart by file (sockets and the runtime's own
//! wake-ups are written to as well); the results have named points of their own (`ways_out::failing`).
//!
//! What it can't show: what a disk does that says it has written and hasn't; a failure that lasts
//! (`ways_out::full_disk` fills one); two independent failures in one run; half a write.
//!
//! Every Nth of some hundreds takes minutes, so the suite takes a sample of them; all of them with
//! `CAMPAIGN_SCHEDULER_EVERY_CALL=1`. Without `strace` the test says that it shows nothing.

use std::ffi::OsString;
use std::time::Duration;

use super::site::{Site, read_results, settings};
use super::strace::Strace;
use crate::cli::{Ended, ended};

const ROWS: usize = 6;

/// What is failed, with which error, and how many of the first ones are skipped between two samples.
const KINDS: [(&str, &str, bool, usize); 5] = [
    ("pwrite64", "ENOSPC", true, 13),
    ("fsync", "EIO", false, 5),
    ("write", "ENOSPC", true, 1),
    ("ftruncate", "EIO", true, 1),
    ("rename,renameat,renameat2", "EIO", false, 1),
];

/// The files of the journal.
const FILES: [&str; 4] = ["journal.db", "journal.db-wal", "journal.db.emergency", "journal.db.holder"];

fn names() -> Vec<String> {
    (1..=ROWS).map(|row| format!("c{row}")).collect()
}

/// A run of which this call fails; `None` if there was no such call.
fn run_failing(site: &Site, strace: &Strace, (call, error, by_file): (&str, &str, bool), nth: usize) -> Option<Ended> {
    let filters = [format!("trace={call}"), format!("inject={call}:error={error}:when={nth}")];
    let mut words: Vec<OsString> = filters.into_iter().flat_map(|filter| ["-e".into(), filter.into()]).collect();
    if by_file {
        let of_file = |name: &&str| ["-P".into(), site.journal_path().with_file_name(name).into_os_string()];
        words.extend(FILES.iter().flat_map(of_file));
    }
    let mut command = strace.over(&site.run(["--concurrency", "2", "--format", "json"]), &words);
    let told = ended(&mut command);
    strace.told(site).contains("(INJECTED)").then_some(told)
}

/// The accounts of a run that met a failure, and the run after it.
fn assert_survives(site: &Site, told: &Ended, story: &str) {
    let calls = site.arrivals().len();
    match told.code {
        Some(2) => assert_eq!(calls, 0, "{story}: exit 2 means that nothing was sent: {told}"),
        Some(0 | 3) => {
            let summary = told.json();
            let outcomes = summary["outcomes"].as_object().unwrap();
            let counted: u64 = outcomes.values().filter_map(serde_json::Value::as_u64).sum();
            assert_eq!((counted, &summary["rows"]), (ROWS as u64, &serde_json::json!(ROWS)), "{story}: {told}");
            assert_eq!(summary["exit_code"], told.code.unwrap(), "{story}: {told}");
        }
        _ => panic!("{story}: {told}"),
    }
    if told.code == Some(0) {
        // A file that can't be replaced is written beside it.
        let results = read_results(&site.path(told.json()["results"][0].as_str().unwrap()));
        let expected: Vec<_> = names().into_iter().map(|name| (name, "scheduled".to_owned())).collect();
        assert_eq!(results, expected, "{story}: {told}");
    }
    let next = ended(&mut site.run(["--format", "json"]));
    assert_eq!(next.code, Some(0), "{story}: the next run: {next}\nafter {told}");
    site.assert_results_follow(&names(), story);
    // Threads count their calls apart, so the same N can meet the journal and the file beside it.
    let is_said = told.stderr.contains("could be saved nowhere");
    for (campaign, calls) in site.calls_by_campaign() {
        assert!(calls == 1 || is_said, "{story}: {campaign} was answered and called again: {told}\nthen {next}");
    }
    assert_eq!(site.calls_by_campaign().len(), ROWS, "{story}: {next}");
    assert_eq!(site.accepted().len(), ROWS, "{story}");
}

#[test]
fn a_write_fsync_or_rename_that_fails_loses_and_repeats_nothing() {
    let Some(strace) = Strace::find("a write, fsync or rename that fails") else { return };
    let takes_all = std::env::var_os("CAMPAIGN_SCHEDULER_EVERY_CALL").is_some();
    for (call, error, by_file, stride) in KINDS {
        let (mut nth, mut failed) = (1, 0);
        loop {
            let site = Site::new(settings(Duration::from_millis(2)));
            site.write_names(names());
            let Some(told) = run_failing(&site, &strace, (call, error, by_file), nth) else { break };
            assert_survives(&site, &told, &format!("{error} for {call} number {nth}"));
            failed += 1;
            nth += if takes_all { 1 } else { stride };
        }
        eprintln!("{call}: {failed} failures, {nth} passed undisturbed");
        let can_trace = failed > 0 || call == "ftruncate";
        assert!(can_trace, "nothing was made to fail: does strace work here?");
    }
}
