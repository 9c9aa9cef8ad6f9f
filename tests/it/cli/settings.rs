//! `settings` through the real binary: the real environment and a real file.

use std::fs;

use super::{ended, program};

#[test]
fn flag_environment_file_and_default_are_told_apart_and_secrets_hidden() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("campaign-scheduler.toml"), "retries = 2\n[profile.nightly]\ntimeout = \"10s\"\n")
        .unwrap();
    let mut command = program(folder.path());
    command
        .env("KORE_HOST", "platform.kore.ai")
        .env("KORE_JWT", "canary-7f3a")
        .env("KORE_CLIENT_SECRET", "canary-7f3a");
    command.args(["settings", "--rate", "5/s", "--profile", "nightly", "--format", "json"]);
    let ended = ended(&mut command);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert!(!ended.stdout.contains("canary-7f3a"));
    let value: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let setting = |name: &str| {
        let entry = value["settings"].as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap();
        format!("{} {}", entry["value"].as_str().unwrap_or("-"), entry["origin"].as_str().unwrap())
    };
    assert_eq!(setting("rate"), "5/s flag");
    assert_eq!(setting("host"), "https://platform.kore.ai environment");
    assert_eq!(setting("retries"), "2 file");
    assert_eq!(setting("timeout"), "10s file");
    assert_eq!(setting("grace"), "30s default");
    assert_eq!(setting("token"), "set environment");
    assert_eq!(setting("stream-id"), "- default");
}

#[test]
fn a_faulty_target_in_the_environment_stops_only_those_who_need_one() {
    let folder = tempfile::tempdir().unwrap();
    let sheet = "campaign_name,start,end,interval\nSpring,2090-01-10 09:00,2090-02-10 09:00,1\n";
    fs::write(folder.path().join("sheet.csv"), sheet).unwrap();
    for (name, value) in [("KORE_HOST", "http://platform.kore.ai"), ("KORE_STREAM_ID", "a b")] {
        let told = |line: &str| ended(program(folder.path()).env(name, value).args(line.split(' ')));
        for needs_none in ["check sheet.csv", "run sheet.csv --dry-run", "run sheet.csv --simulate --yes -q", "history"]
        {
            let told = told(needs_none);
            assert_eq!(told.code, Some(0), "{name} {needs_none}: {}", told.stderr);
        }
        for needs_it in ["run sheet.csv", "check sheet.csv --online", "settings"] {
            let told = told(needs_it);
            assert_eq!(told.code, Some(2), "{name} {needs_it}: {}", told.stdout);
            assert!(told.stderr.starts_with(&format!("error: {name}: \"{value}\"")), "{needs_it}: {}", told.stderr);
        }
    }
    let typed = ended(program(folder.path()).args(["check", "sheet.csv", "--host", "http://platform.kore.ai"]));
    assert_eq!(typed.code, Some(2), "a slip in what was typed is told of at once");
}

#[test]
fn a_quiet_check_is_one_line_for_people_and_the_same_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    let sheet = "campaign_name,start,end,interval\nSpring,2090-01-10 09:00,2090-02-10 09:00,1\nAutumn,soon,later,1\n";
    fs::write(folder.path().join("sheet.csv"), sheet).unwrap();
    let told = |line: &str| ended(program(folder.path()).args(line.split(' ')));
    let quiet = told("check sheet.csv -q");
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(1), ""));
    assert_eq!(quiet.stdout, "2 rows: 1 can be sent, 1 can't, 0 warnings\n");
    assert!(told("check sheet.csv").stdout.lines().count() > 3);
    for format in ["json", "jsonl"] {
        let line = format!("check sheet.csv --format {format}");
        assert_eq!(told(&format!("{line} -q")).stdout, told(&line).stdout);
    }
}
