//! The ways out that nobody wants: the journal lost, the disk full, the results' folder gone, nobody
//! left to read what is printed.

#[cfg(feature = "failpoints")]
mod failing;
#[cfg(target_os = "linux")]
mod full_disk;
#[cfg(target_os = "linux")]
mod limited;

use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use super::site::{Site, read_results, settings, start, wait_until};
use crate::cli::{ended, told};

fn names(rows: usize) -> Vec<String> {
    (1..=rows).map(|row| format!("c{row}")).collect()
}

fn site(rows: usize, latency: Duration) -> Site {
    let site = Site::new(settings(latency));
    site.write_names(names(rows));
    site
}

fn batch_of(site: &Site) -> String {
    site.journal().unwrap().batches().unwrap()[0].id.to_string()
}

#[test]
fn results_whose_folder_went_away_are_written_later() {
    let site = site(20, Duration::from_millis(20));
    fs::create_dir(site.path("out")).unwrap();
    let child = start(&mut site.run(["--results", "out/r.csv", "--concurrency", "1", "--format", "json"]));
    wait_until("a call", || !site.arrivals().is_empty());
    fs::remove_dir(site.path("out")).unwrap();
    let told = told(child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(3), "{told}");
    assert!(told.stderr.contains("out/r.csv\" can't be written"), "{told}");
    assert_eq!(told.json()["outcomes"]["scheduled"], 20, "{told}");
    assert_eq!(told.json()["exit_code"], 3, "{told}");
    fs::create_dir(site.path("out")).unwrap();
    let report = ended(&mut site.program(["report", &batch_of(&site)]));
    assert_eq!(report.code, Some(0), "{report}");
    let found: Vec<_> = read_results(&site.path("out/r.csv")).into_iter().map(|row| row.0).collect();
    assert_eq!(found, names(20));
}

#[cfg(unix)]
#[test]
fn a_journal_that_is_taken_away_ends_the_granting_and_the_results_say_what_was_accepted() {
    type TakeAway = fn(&Site);
    let away: [(&str, TakeAway); 2] = [
        ("its folder is deleted", |site| fs::remove_dir_all(site.path("state")).unwrap()),
        ("another file takes its place", |site| {
            fs::copy(site.journal_path(), site.path("copy.db")).unwrap();
            fs::rename(site.path("copy.db"), site.journal_path()).unwrap();
        }),
    ];
    for (story, take_away) in away {
        let site = site(200, Duration::from_millis(20));
        let child = start(&mut site.run(["--concurrency", "2", "--format", "json"]));
        wait_until("some calls", || site.arrivals().len() >= 5);
        take_away(&site);
        let told = told(child.wait_with_output().unwrap());
        assert_eq!(told.code, Some(3), "{story}: {told}");
        assert!(told.stderr.contains("was removed or replaced"), "{story}: {told}");
        let called = site.calls_by_campaign();
        assert!(called.len() < 200, "{story}: the granting went on: {told}");
        site.assert_results_follow(&names(200), story);
        for (name, status) in site.results() {
            let expected = if called.contains_key(&name) { "scheduled" } else { "pending" };
            assert_eq!(status, expected, "{story}: {name}: {told}");
        }
    }
}

#[test]
fn nobody_reads_what_is_printed_and_the_batch_goes_on() {
    for words in [&["-v", "-v"][..], &["--format", "json"]] {
        let site = site(20, Duration::from_millis(5));
        let mut child = start(&mut site.run(words.iter().copied().chain(["--progress", "plain"])));
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{words:?}");
        site.assert_results_follow(&names(20), "streams closed");
        assert_eq!(site.arrivals().len(), 20);
    }
    // A row that isn't good: the exit code must not be lost with the stream.
    let mut settings = settings(Duration::ZERO);
    settings.faults = vec!["status=400,campaign=c2".parse().unwrap()];
    let site = Site::new(settings);
    site.write_names(names(3));
    let mut child = start(&mut site.run([]));
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
#[cfg(target_os = "linux")]
fn of_a_file_that_took_no_more_and_of_stdout_it_is_said() {
    let site = site(20, Duration::ZERO);
    let run = ended(&mut site.run(["--events", "/dev/full", "--log-file", "/dev/full"]));
    assert_eq!(run.code, Some(0), "{run}");
    assert_eq!(run.stderr.matches("warning: \"/dev/full\" took no more: No space left").count(), 2, "{run}");
    for words in [&["check", "sheet.csv"][..], &["history"], &["settings"], &["completions", "bash"], &["--help"]] {
        assert_eq!(with_stdout_full(&mut site.program(words.iter().copied())), Some(2), "{words:?}");
    }
    for words in [&["history"][..], &["report", "1"], &["run", "sheet.csv", "--nonsense"]] {
        let words = words.iter().copied().chain(["--format", "json"]);
        assert_eq!(with_stdout_full(&mut site.program(words.clone())), Some(2), "{words:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_summary_that_cannot_be_written_is_said_and_the_exit_code_stays_that_of_the_rows() {
    for format in ["human", "json"] {
        let mut settings = settings(Duration::ZERO);
        settings.faults = vec!["status=400,campaign=c2".parse().unwrap()];
        let site = Site::new(settings);
        site.write_names(names(3));
        let out = ["--format", format];
        let client = ["--client-secret-file", "secret.txt", "--quota", "none", "--rate", "none"];
        assert_eq!(with_stdout_full(&mut site.run(out)), Some(1), "run, {format}");
        site.assert_results_follow(&names(3), "stdout is full");
        let batch = batch_of(&site);
        assert_eq!(with_stdout_full(&mut site.resume(out)), Some(0), "resume, {format}");
        for (words, code) in [(["verify", &batch], 1), (["undo", &batch], 0)] {
            let mut command = site.program(words.into_iter().chain(client).chain(out));
            assert_eq!(with_stdout_full(&mut command), Some(code), "{words:?}, {format}");
        }
    }
}

/// The exit code of a program whose stdout takes nothing, and that says so.
#[cfg(target_os = "linux")]
fn with_stdout_full(command: &mut Command) -> Option<i32> {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let told = told(command.stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap());
    let said = told.stderr.matches("error: stdout can't be written: No space left").count();
    assert_eq!(said, 1, "{command:?}: {told}");
    told.code
}

#[test]
#[cfg(target_os = "linux")]
fn events_and_logs_that_cannot_be_written_hold_nothing_up() {
    let site = site(20, Duration::ZERO);
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let mut command = site.run(["--events", "/dev/full", "--log-file", "/dev/full", "-v", "-v", "--progress", "plain"]);
    let told = told(command.stdout(full()).stderr(full()).spawn().unwrap().wait_with_output().unwrap());
    assert_eq!(told.code, Some(0), "{told}");
    site.assert_results_follow(&names(20), "/dev/full");
    let mut child = start(site.run(["--events", "/dev/stdout", "-q"]).stdout(Stdio::piped()));
    assert_eq!(child.wait().unwrap().code(), Some(0), "events to a pipe");
}

#[test]
fn what_a_kill_left_of_a_file_is_removed_when_it_is_old() {
    let site = site(2, Duration::ZERO);
    let long_ago = SystemTime::now() - Duration::from_secs(86_400);
    let put = |name: &str, is_old: bool| {
        let file = File::create(site.path(name)).unwrap();
        if is_old {
            file.set_modified(long_ago).unwrap();
        }
    };
    put(".sheet.results.csv.Ab3dE9.tmp", true);
    put(".sheet.results.csv.zzzzzz.tmp", false);
    put(".sheet.results.csv.mine.tmp", true);
    put(".other.results.csv.Ab3dE9.tmp", true);
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    assert!(!site.path(".sheet.results.csv.Ab3dE9.tmp").exists());
    for left in [".sheet.results.csv.zzzzzz.tmp", ".sheet.results.csv.mine.tmp", ".other.results.csv.Ab3dE9.tmp"] {
        assert!(site.path(left).exists(), "{left} is not ours to remove");
    }
}
