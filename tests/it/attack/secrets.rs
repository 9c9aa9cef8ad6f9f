//! Secrets planted, and then looked for in every byte that the program wrote.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campaign_scheduler::simulator::{Campaigns, ListedCampaign};

use super::site::{SECRET, Site, settings, start, wait_until};
use crate::cli::{Ended, ended, told};

/// What every signed token begins with: no token must be anywhere.
const TOKEN_HEAD: &str = "eyJ";

/// A token that the simulator takes, made once for many calls.
fn ready_token() -> String {
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let head = part(serde_json::json!({ "alg": "HS256", "typ": "JWT" }));
    let claims = part(serde_json::json!({ "appId": "cs-1", "sub": "canary" }));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, format!("{head}.{claims}").as_bytes()));
    format!("{head}.{claims}.{signature}")
}

fn assert_nowhere(site: &Site, told: &Ended, secrets: &[&str]) {
    let mut looked_at = 0;
    look(site.folder.path(), secrets, &mut looked_at);
    for secret in secrets {
        assert!(!told.stdout.contains(secret) && !told.stderr.contains(secret), "{secret} was printed: {told}");
    }
    assert!(looked_at >= 6, "only {looked_at} files were looked at");
}

fn look(folder: &Path, secrets: &[&str], looked_at: &mut u32) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look(&path, secrets, looked_at);
        } else if path.file_name().is_some_and(|name| name != "secret.txt") {
            let bytes = fs::read(&path).unwrap();
            *looked_at += 1;
            for secret in secrets {
                let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!is_there, "{secret} is in {}", path.display());
            }
        }
    }
}

/// A site where calls are accepted, rejected, refused and lost.
fn site(faults: &[&str]) -> Site {
    let mut settings = settings(Duration::ZERO);
    settings.enforce_jti = false;
    settings.campaigns = Campaigns::Listed((1..=8).map(|row| ListedCampaign::ready(format!("c{row}"))).collect());
    settings.faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let site = Site::new(settings);
    site.write_names((1..=8).map(|row| format!("c{row}")));
    site
}

const EVERYTHING: [&str; 16] = [
    "-vvvv",
    "--progress",
    "plain",
    "--log-file",
    "log.txt",
    "--events",
    "events.jsonl",
    "--report",
    "report.html",
    "--metrics",
    "metrics.prom",
    "--rejects",
    "rejects.csv",
    "--results",
    "r.csv",
    "--results=r.xlsx",
];

#[test]
fn the_client_secret_and_its_tokens_are_written_nowhere() {
    let site = site(&[
        "status=400,campaign=c2",
        "reset,campaign=c3,call=1",
        "unauthorized,campaign=c4,call=1",
        "garbage,campaign=c5,call=1",
    ]);
    let told = ended(&mut site.run(EVERYTHING));
    assert_eq!(told.code, Some(1), "{told}");
    assert_nowhere(&site, &told, &[SECRET, TOKEN_HEAD]);
    let shown = ended(site.program(["settings", "--format", "json"]).env("KORE_CLIENT_SECRET", SECRET));
    assert_nowhere(&site, &shown, &[SECRET, TOKEN_HEAD]);
    let history = ended(&mut site.program(["history", "--format", "json"]));
    assert_nowhere(&site, &history, &[SECRET, TOKEN_HEAD]);
}

#[test]
fn a_ready_token_is_written_nowhere_even_if_the_platform_says_it() {
    let token = ready_token();
    let echo = format!(r#"status=400,body='{{"status":"error","message":"bad header auth: {token}"}}',campaign=c2"#);
    let site = site(&[&echo, "unauthorized,campaign=c7,call=1..2"]);
    let mut words = vec!["run", "sheet.csv", "--host", &site.platform.url, "--rate", "none", "--concurrency", "1"];
    words.extend(EVERYTHING);
    let told = ended(site.program(words).env_remove("KORE_CLIENT_ID").env("KORE_JWT", &token));
    assert_eq!(told.code, Some(3), "the second refusal of c7 ends it: {told}");
    assert!(told.stderr.contains("bad header auth"), "what the platform said is told: {told}");
    assert_nowhere(&site, &told, &[&token, SECRET, TOKEN_HEAD]);
}

#[test]
fn reading_undoing_and_errors_write_no_secret_either() {
    let site = site(&[
        "status=400,campaign=c2",
        "garbage,campaign=c5",
        "half,route=campaign,call=1",
        "status=500,route=listing,call=1",
    ]);
    let run = ended(&mut site.run(EVERYTHING.into_iter().chain(["--preflight", "--verify"])));
    assert_eq!(run.code, Some(1), "{run}");
    let batch = site.journal().unwrap().batches().unwrap()[0].id.to_string();
    let secret = ["--client-secret-file", "secret.txt", "-vvvv"];
    let host = ["--host", &site.platform.url];
    let lines: [(Vec<&str>, i32); 8] = [
        ([&["check", "sheet.csv", "--online"], &host[..], &secret].concat(), 0),
        ([&["verify", &batch, "--events", "verify.jsonl", "--log-file", "verify.txt"], &secret[..]].concat(), 1),
        ([&["undo", &batch, "--events", "undo.jsonl"], &secret[..]].concat(), 1),
        (vec!["history", &batch, "--row", "sheet.csv:6"], 0),
        (vec!["report", &batch, "--report", "again.html"], 0),
        // Each of these is an error whose message has the secret at hand.
        ([&["check", "sheet.csv", "--online", "--host", "http://platform.kore.ai"], &secret[..]].concat(), 2),
        ([&["check", "sheet.csv", "--online", "--iid", "a\u{7f}b"], &host[..], &secret].concat(), 2),
        (vec!["settings", "--config", "secret.txt"], 2),
    ];
    for (line, code) in lines {
        let told = ended(&mut site.program(line.iter().copied()));
        assert_eq!(told.code, Some(code), "{line:?}: {told}");
        assert_nowhere(&site, &told, &[SECRET, TOKEN_HEAD]);
    }
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_no_secret_in_what_it_had_not_tidied_up() {
    let site = site(&["hang,campaign=c6", "unauthorized,campaign=c3,call=1"]);
    let mut child = start(&mut site.run(EVERYTHING));
    wait_until("the call that hangs and all others", || site.platform.ledger.effects() == 7);
    let wal = site.journal_path().with_extension("db-wal");
    wait_until("their answers on disk", || site.accepted().len() == 7);
    child.kill().unwrap();
    let told = told(child.wait_with_output().unwrap());
    assert!(fs::metadata(&wal).is_ok_and(|wal| wal.len() > 0), "the journal's log was tidied up");
    assert_nowhere(&site, &told, &[SECRET, TOKEN_HEAD]);
}

/// A slip of the pen must not cost the secret, or the settings of every later run.
#[test]
fn no_output_goes_over_what_settings_and_credentials_are_read_from() {
    let site = site(&[]);
    fs::write(site.path("c.toml"), "concurrency = 3\n").unwrap();
    fs::write(site.path("ca.pem"), "no certificate is read before the outputs are looked at").unwrap();
    let before = ["secret.txt", "c.toml", "ca.pem"].map(|name| fs::read(site.path(name)).unwrap());
    for name in ["secret.txt", "./c.toml", "ca.pem"] {
        for flag in ["--report", "--events", "--log-file", "--metrics"] {
            let words = ["--config", "c.toml", "--cacert", "ca.pem", flag, name];
            let told = ended(&mut site.run(words));
            assert_eq!(told.code, Some(2), "{flag} {name}: {told}");
            assert!(told.stderr.contains("holds settings or credentials"), "{flag} {name}: {told}");
        }
    }
    assert_eq!(before, ["secret.txt", "c.toml", "ca.pem"].map(|name| fs::read(site.path(name)).unwrap()));
    assert!(site.arrivals().is_empty());
}
