//! A limit on the size of files, as a service manager may set one.

use std::fs;
use std::time::Duration;

use super::{batch_of, names, site};
use crate::attack::site::through;
use crate::cli::ended;

#[test]
fn a_journal_at_the_limit_of_a_files_size_ends_the_granting_and_keeps_every_answer() {
    const ROWS: usize = 600;
    let site = site(ROWS, Duration::from_millis(3));
    let run = site.run(["--concurrency", "3", "--format", "json"]);
    // 800 KiB: the sheet fits, its calls don't.
    let limited = ["-c", "ulimit -f 1600; exec \"$@\"", "sh"];
    let told = ended(&mut through("sh", &limited, &run));
    assert_eq!(told.code, Some(3), "{told}");
    assert_eq!(told.json()["exit_code"], 3, "{told}");
    let first = site.calls_by_campaign();
    assert!(!first.is_empty() && first.len() < ROWS, "{} calls: {told}", first.len());
    let next = ended(&mut site.run(["--concurrency", "20"]));
    assert_eq!(next.code, Some(0), "{next}");
    site.assert_results_follow(&names(ROWS), "limited");
    let again = site.calls_by_campaign().into_iter().find(|(_, calls)| *calls > 1);
    assert_eq!(again, None, "answered and called again: {next}");
}

#[test]
fn results_at_the_limit_are_an_error_and_leave_nothing_behind() {
    let site = site(3_000, Duration::ZERO);
    assert_eq!(ended(&mut site.run(["--concurrency", "40"])).code, Some(0));
    let report = site.program(["report", &batch_of(&site), "--results", "again.csv"]);
    let told = ended(&mut through("sh", &["-c", "ulimit -f 100; exec \"$@\"", "sh"], &report));
    assert_eq!(told.code, Some(2), "{told}");
    assert!(told.stderr.starts_with("error: \"again.csv\" can't be written"), "{told}");
    let names = fs::read_dir(site.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.filter(|name| name.to_string_lossy().contains("again.csv")).count(), 0, "{told}");
}
