//! The platform is being read: what a terminal, a pipe and a program see of it, and how it ends.

use std::process::{Child, Command, Stdio};

use campaign_scheduler::simulator::Settings;
use serde_json::Value;

use super::online::Stage;
use super::program;

#[cfg(unix)]
const SHEET: &str = "campaign_name,start,end,interval\n\
    Spring,2090-01-10 09:00,2090-02-10 09:00,1\nSummer,2090-01-10 09:00,2090-02-10 09:00,1\n";

fn events(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn named<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["event"] == name).collect()
}

#[tokio::test]
async fn looking_up_and_reading_back_are_seen_by_people_and_programs() {
    let stage = Stage::new().await;
    let line = "run sheet.csv --timezone UTC --preflight --verify --progress plain --events run.jsonl -v -v";
    let told = stage.run(line).await;
    assert_eq!(told.code, Some(1), "{}", told.stderr);
    for words in [
        "looking the campaigns up\n",
        "stream st-1, voice campaigns, page 1: read leaves\n",
        "stream st-1, sms campaigns, page 1: accepted, Campaign  retrieved successfully\n",
        "looking the campaigns up: finished, 2 reads\n",
        "reading the campaigns back\n",
        ": accepted, Campaign Spring retrieved successfully\n",
        "reading the campaigns back: finished, 3 reads\n",
    ] {
        assert!(told.stderr.contains(words), "{words:?} is missing in\n{}", told.stderr);
    }
    let events = events(&stage.file("run.jsonl"));
    let purposes: Vec<_> = named(&events, "reading-started").iter().map(|event| &event["purpose"]).collect();
    assert_eq!(purposes, ["look-up", "read-back"]);
    let granted = named(&events, "read-granted");
    let listings: Vec<_> = granted.iter().filter(|event| event["read"] == "listing").collect();
    assert_eq!((granted.len(), listings.len()), (5, 2));
    assert_eq!(
        (&listings[0]["channel"], &listings[0]["page"], &listings[0]["stream"]),
        (&"voice".into(), &1.into(), &"st-1".into())
    );
    assert_eq!(named(&events, "read-answered").len(), 5);
    let ended: Vec<_> = named(&events, "reading-ended").iter().map(|event| event["reads"].clone()).collect();
    assert_eq!(ended, [2, 3]);
}

#[tokio::test]
async fn a_wait_for_the_quota_is_an_event() {
    let settings = Settings { quotas: Vec::new(), ..Stage::settings() };
    let stage =
        Stage::with(settings, "campaign_name,start,end,interval\nSpring,2090-01-10 09:00,2090-02-10 09:00,1\n").await;
    let line = "run sheet.csv --timezone UTC --preflight --verify --quota 2/2s --progress plain --events run.jsonl";
    let told = stage.run(line).await;
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let events = events(&stage.file("run.jsonl"));
    let waits = named(&events, "waiting");
    assert!(!waits.is_empty(), "two listings use the quota up");
    assert_eq!((&waits[0]["for"], &waits[0]["quota"]), (&"quota".into(), &"2/2s".into()));
    assert!(waits[0]["seconds"].as_f64().unwrap() <= 2.0);
}

#[cfg(unix)]
const SIGNALS: [(&str, i32); 3] = [("INT", 130), ("TERM", 143), ("HUP", 129)];

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
fn said(child: Child) -> (Option<i32>, Value) {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text:?}")))
}

#[cfg(unix)]
#[tokio::test]
async fn a_signal_ends_a_check_that_waits_for_the_platform() {
    for (name, code) in SIGNALS {
        let settings = Settings { faults: vec!["hang".parse().unwrap()], ..Stage::settings() };
        let stage = Stage::with(settings, "campaign_name,start,end,interval\nSpring,2090-01-10,2090-02-10,1\n").await;
        let mut command = stage.program();
        command.args("check sheet.csv --online --timezone UTC --timeout 1h --format json".split(' '));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        while stage.simulator.ledger().calls() < 2 {
            tokio::task::yield_now().await;
        }
        signal(&child, name);
        let (ended, error) = tokio::task::spawn_blocking(move || said(child)).await.unwrap();
        assert_eq!((ended, &error["exit_code"]), (Some(code), &code.into()), "{error}");
        assert_eq!(error["error"]["code"], "stopped", "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_check_that_waits_for_its_input() {
    for (name, code) in SIGNALS {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program(folder.path());
        command.args(["check", "-", "--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Until the handlers stand a signal ends the process as the system does; they stand before
        // the input is read, and more than a pipe holds can only be written once it is.
        let mut stdin = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut stdin, &b"campaign,start,end,every\n".repeat(8_000)).unwrap();
        signal(&child, name);
        let (ended, error) = said(child);
        drop(stdin);
        assert_eq!((ended, &error["exit_code"]), (Some(code), &code.into()), "{error}");
        assert_eq!(error["error"]["code"], "stopped", "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_read_back_after_a_signal() {
    let faults = vec!["hang,route=schedule,call=2".parse().unwrap()];
    let stage = Stage::with(Settings { faults, ..Stage::settings() }, SHEET).await;
    let mut command = stage.program();
    command.args("run sheet.csv --timezone UTC --verify --concurrency 1 --grace 100ms --format json".split(' '));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    while stage.simulator.ledger().calls() < 2 {
        tokio::task::yield_now().await;
    }
    signal(&child, "TERM");
    let (ended, run) = tokio::task::spawn_blocking(move || said(child)).await.unwrap();
    assert_eq!((ended, &run["outcomes"]["scheduled"]), (Some(143), &1.into()), "{run}");
    assert_eq!(run["reads"], 0, "{run}");
}
