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
