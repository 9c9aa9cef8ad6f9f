//! Signals: the first ends the batch in order, the second at once; before anything was sent, the first too.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::site::{Site, settings, start, wait_until};
use crate::cli::{ended, told};

const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

/// Waits until the program hears signals. Only Linux tells of it.
fn wait_for_handlers(child: &Child) {
    if cfg!(not(target_os = "linux")) {
        return std::thread::sleep(Duration::from_millis(400));
    }
    let is_heard = |mask: u64| SIGNALS.iter().all(|(_, code)| mask >> (code - 128 - 1) & 1 == 1);
    wait_until("the handlers of signals", || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        is_heard(u64::from_str_radix(caught.trim(), 16).unwrap())
    });
}

fn names(rows: usize) -> Vec<String> {
    (1..=rows).map(|row| format!("c{row}")).collect()
}

#[test]
fn a_signal_while_sending_settles_what_is_out_and_writes_the_files() {
    for (name, code) in SIGNALS {
        let site = Site::new(settings(Duration::from_millis(60)));
        site.write_names(names(200));
        let child = start(&mut site.run(["--concurrency", "2", "--format", "json"]));
        wait_until("the fifth call", || site.arrivals().len() >= 5);
        signal(&child, name);
        let told = told(child.wait_with_output().unwrap());
        assert_eq!(told.code, Some(code), "{told}");
        let summary = told.json();
        let calls = site.arrivals().len() as u64;
        assert_eq!(summary["exit_code"], code, "{told}");
        assert_eq!(summary["rows"], 200);
        assert_eq!(summary["outcomes"]["scheduled"], calls, "calls in flight are settled: {told}");
        assert_eq!(summary["outcomes"]["pending"], 200 - calls);
        assert_eq!(summary["attempts"], calls);
        site.assert_results_follow(&names(200), name);
        let rest = ended(&mut site.resume(["--concurrency", "50"]));
        assert_eq!(rest.code, Some(0), "{rest}");
        assert_eq!(site.arrivals().len(), 200, "resume sends what is left and nothing else");
    }
}

/// `timeout` tells the program and its group, a terminal that closes does so too.
#[test]
fn a_stop_that_comes_twice_at_once_is_one() {
    let site = Site::new(settings(Duration::from_millis(400)));
    site.write_names(names(20));
    let child = start(&mut site.run(["--concurrency", "2", "--format", "json"]));
    wait_until("calls", || site.arrivals().len() >= 2);
    let twice = format!("kill -TERM {0}; sleep 0.005; kill -TERM {0}; kill -HUP {0}", child.id());
    assert!(Command::new("sh").args(["-c", &twice]).status().unwrap().success());
    let told = told(child.wait_with_output().unwrap());
    assert_eq!((told.code, told.json()["outcomes"]["scheduled"].as_u64()), (Some(143), Some(2)), "{told}");
}

#[test]
fn grace_ends_the_wait_for_calls_that_hang() {
    let mut settings = settings(Duration::ZERO);
    settings.faults = vec!["hang,after,call=3".parse().unwrap()];
    let site = Site::new(settings);
    site.write_names(names(20));
    let child = start(&mut site.run(["--concurrency", "1", "--grace", "200ms", "--format", "json"]));
    wait_until("the call that hangs", || site.arrivals().len() >= 3);
    let begun = Instant::now();
    signal(&child, "TERM");
    let told = told(child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(143), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(15), "grace is 200 ms, not {:?}", begun.elapsed());
    assert_eq!(told.json()["outcomes"]["pending"], 18, "{told}");
    let text = std::fs::read_to_string(site.path("sheet.results.csv")).unwrap();
    assert_eq!(text.matches("may have arrived").count(), 1, "{text}");
}

#[test]
fn the_second_signal_leaves_at_once() {
    let mut settings = settings(Duration::ZERO);
    settings.faults = vec!["hang".parse().unwrap()];
    let site = Site::new(settings);
    site.write_names(names(20));
    let child = start(&mut site.run(["--grace", "1h", "--timeout", "1h", "--events", "events.jsonl"]));
    wait_until("calls that hang", || site.arrivals().len() >= 8);
    signal(&child, "INT");
    let events = || std::fs::read_to_string(site.path("events.jsonl")).unwrap();
    wait_until("the first to be heard, or the two would be one", || events().contains("\"stopping\""));
    let begun = Instant::now();
    signal(&child, "TERM");
    let told = told(child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(143), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert!(!site.path("sheet.results.csv").exists());
}

#[test]
fn a_signal_while_the_input_is_awaited_sends_nothing_and_writes_no_file() {
    for (name, code) in SIGNALS {
        let site = Site::new(settings(Duration::ZERO));
        let words =
            ["run", "-", "--host", &site.platform.url, "--client-secret-file", "secret.txt", "--format", "json"];
        let mut child = start(site.program(words).stdin(Stdio::piped()));
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"Campaign,Start,End,Interval\nc1,2037-03-02 09:00,2037-04-30 18:00,daily\n").unwrap();
        wait_for_handlers(&child);
        wait_until("the journal", || site.journal().is_some_and(|journal| journal.batches().is_ok()));
        signal(&child, name);
        let told = told(child.wait_with_output().unwrap());
        drop(stdin);
        assert_eq!(told.code, Some(code), "{told}");
        assert_eq!(told.json()["error"]["code"], "stopped", "{told}");
        assert_eq!(told.json()["exit_code"], code, "{told}");
        assert_eq!(site.arrivals().len(), 0);
        let written = std::fs::read_dir(site.folder.path()).unwrap().count();
        assert_eq!(written, 2, "the secret and the state folder");
        assert!(site.journal().unwrap().batches().unwrap().is_empty());
    }
}

#[test]
fn a_signal_while_a_long_sheet_is_read_sends_nothing() {
    let site = Site::new(settings(Duration::ZERO));
    site.write_names(names(60_000));
    let child = start(&mut site.run(["--format", "json"]));
    wait_until("rows in the journal", || {
        std::fs::metadata(site.path("state/campaign-scheduler/journal.db-wal")).is_ok_and(|wal| wal.len() > 200_000)
    });
    signal(&child, "TERM");
    let told = told(child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(143), "{told}");
    assert_eq!(told.json()["error"]["code"], "stopped", "{told}");
    assert_eq!(site.arrivals().len(), 0);
    assert!(!site.path("sheet.results.csv").exists());
    site.write_names(names(3));
    let next = ended(&mut site.run(["--format", "json"]));
    assert_eq!(next.json()["rows"], Value::from(3), "{next}");
    assert_eq!(site.journal().unwrap().batches().unwrap().len(), 1);
}

#[test]
fn a_signal_while_the_journal_is_awaited_is_heard() {
    let site = Site::new(settings(Duration::from_millis(40)));
    site.write_names(names(400));
    let holder = start(&mut site.run(["--concurrency", "1"]));
    wait_until("the first call", || !site.arrivals().is_empty());
    let waiting = start(&mut site.run(["--wait", "--results", "other.csv"]));
    wait_for_handlers(&waiting);
    signal(&waiting, "INT");
    let told_of_waiting = told(waiting.wait_with_output().unwrap());
    assert_eq!(told_of_waiting.code, Some(130), "{told_of_waiting}");
    assert!(told_of_waiting.stderr.contains("before anything was sent"), "{told_of_waiting}");
    signal(&holder, "TERM");
    assert_eq!(told(holder.wait_with_output().unwrap()).code, Some(143));
}

/// A pager, a collector of logs: the calls wait for none of them.
#[test]
fn a_reader_of_stderr_who_has_stopped_holds_up_nothing() {
    let site = Site::new(settings(Duration::ZERO));
    site.write_names(names(1_500));
    let mut child = start(&mut site.run(["-vv", "--progress", "plain", "--format", "json"]));
    wait_until("all calls", || site.arrivals().len() == 1_500);
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    let told = told(child.wait_with_output().unwrap());
    assert_eq!(told.json()["outcomes"]["scheduled"], 1_500, "{}", told.stdout);
    assert_eq!(site.results().len(), 1_500);
}

/// Starts it with a stderr that is full before the first word: a shell writes until nobody takes any more.
fn start_with_full_stderr(site: &Site, run: &Command) -> Child {
    let mut shell = Command::new("sh");
    let fill = "dd if=/dev/zero bs=4096 count=16 >&2 2>/dev/null; exec \"$0\" \"$@\"";
    shell.args(["-c", fill]).arg(run.get_program()).args(run.get_args());
    shell.env_clear().envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", std::env::var_os("PATH").unwrap());
    start(shell.current_dir(site.folder.path()).stdin(Stdio::null()))
}

/// Nor do the answers that are said there because the journal is gone.
#[test]
#[cfg(unix)]
fn who_has_stopped_reading_stderr_holds_up_no_end_without_a_journal() {
    let site = Site::new(settings(Duration::from_millis(20)));
    site.write_names(names(2_000));
    let run = site.run(["-vv", "--progress", "plain", "--format", "json"]);
    let mut child = start_with_full_stderr(&site, &run);
    wait_until("calls", || site.arrivals().len() > 8);
    std::fs::rename(site.path("state/campaign-scheduler"), site.path("away")).unwrap();
    wait_until("the end", || child.try_wait().unwrap().is_some());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    site.assert_results_follow(&names(2_000), "without a journal");
}

/// The end doesn't wait for it either, whatever there is to complain of.
#[test]
#[cfg(unix)]
fn who_has_stopped_reading_stderr_holds_up_neither_the_end_nor_a_signal() {
    let mut settings = settings(Duration::ZERO);
    settings.faults = vec!["unauthorized,call=1500..".parse().unwrap()];
    let site = Site::new(settings);
    site.write_names(names(1_600));
    let words = ["-vv", "--progress", "plain", "--format", "json", "--metrics", "m.prom"];
    let mut child = start(&mut site.run(words));
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(3));
    assert!(site.path("m.prom").exists());
    assert_eq!(told(child.wait_with_output().unwrap()).json()["exit_code"], 3);
    let mut child = start_with_full_stderr(&site, &site.run(["--resend", "--concurrency", "1"]));
    let before = site.arrivals().len();
    wait_until("calls", || site.arrivals().len() > before);
    signal(&child, "TERM");
    assert!(child.wait().unwrap().code().is_some());
}

#[test]
#[cfg(unix)]
fn whoever_has_stopped_reading_the_events_holds_up_nothing_and_is_told() {
    let site = Site::new(settings(Duration::ZERO));
    site.write_names(names(6_000));
    assert!(Command::new("mkfifo").arg(site.path("events")).status().unwrap().success());
    let mut reader = Command::new("sh");
    let mut reader = reader.args(["-c", "exec sleep 600 < events"]).current_dir(site.folder.path()).spawn().unwrap();
    let told = ended(&mut site.run(["--events", "events", "--format", "json"]));
    reader.kill().unwrap();
    reader.wait().unwrap();
    assert_eq!((told.code, site.arrivals().len()), (Some(0), 6_000), "{told}");
    assert!(told.stderr.contains("is read by somebody who has stopped; lines are missing"), "{told}");
}

#[test]
#[cfg(unix)]
fn a_pipe_that_nobody_reads_is_refused_before_any_call() {
    let site = Site::new(settings(Duration::ZERO));
    site.write_names(names(1));
    assert!(Command::new("mkfifo").arg(site.path("pipe")).status().unwrap().success());
    for flag in ["--events", "--log-file"] {
        let told = ended(&mut site.run([flag, "pipe", "--format", "json"]));
        assert_eq!((told.code, &told.json()["error"]["code"]), (Some(2), &Value::from("output")), "{told}");
        assert!(told.stdout.contains("it is a pipe that nobody reads"), "{told}");
    }
    assert!(site.arrivals().is_empty() && site.journal().unwrap().batches().unwrap().is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn under_nohup_the_end_of_the_terminal_is_nothing() {
    let site = Site::new(settings(Duration::from_millis(40)));
    site.write_names(names(40));
    let run = site.run(["--concurrency", "2"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]).arg(run.get_program()).args(run.get_args());
    shell.env_clear().envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let child = start(shell.current_dir(site.folder.path()).stdin(Stdio::null()));
    wait_until("a call", || !site.arrivals().is_empty());
    signal(&child, "HUP");
    let told = told(child.wait_with_output().unwrap());
    assert_eq!((told.code, site.arrivals().len()), (Some(0), 40), "{told}");
}
