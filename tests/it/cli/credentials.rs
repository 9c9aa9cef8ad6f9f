//! Secrets from files and ready-made tokens, through the real binary: what is checked before the
//! first call and during a batch, and what the user is told.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campaign_scheduler::simulator::{Campaigns, Settings};
use chrono::Utc;
use serde_json::json;

use super::online::Stage;
use super::{Ended, ended};

/// A token for the stage's app that expires so many seconds from now.
fn token(expires_in: i64) -> String {
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let head = part(json!({ "alg": "HS256", "typ": "JWT" }));
    let claims = part(json!({ "appId": "cs-1", "sub": "1", "exp": Utc::now().timestamp() + expires_in }));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"a secret of the test's own");
    let signature = URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, format!("{head}.{claims}").as_bytes()));
    format!("{head}.{claims}.{signature}")
}

async fn stage(rows: usize) -> Stage {
    let settings = Settings { enforce_jti: false, campaigns: Campaigns::EveryName, ..Stage::settings() };
    let rows: String = (1..=rows).map(|row| format!("c{row},2090-01-10 09:00,2090-02-10 09:00,1\n")).collect();
    Stage::with(settings, &format!("campaign_name,start,end,interval\n{rows}")).await
}

fn write(stage: &Stage, name: &str, text: &str, mode: u32) {
    let path = Path::new(stage.folder.path()).join(name);
    // Renamed into place, as whoever rotates a token should.
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, text).unwrap();
    set_mode(&fresh, mode);
    std::fs::rename(fresh, path).unwrap();
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) {}

fn with_token_file(stage: &Stage, more: &str) -> Command {
    let mut command = stage.program();
    command.env_remove("KORE_CLIENT_ID").env_remove("KORE_CLIENT_SECRET");
    let line = format!("run sheet.csv --timezone UTC --token-file token --format json {more}");
    command.args(line.split_whitespace());
    command
}

async fn run(mut command: Command) -> Ended {
    tokio::task::spawn_blocking(move || ended(&mut command)).await.unwrap()
}

#[tokio::test]
async fn a_token_past_its_time_is_an_error_before_any_call() {
    let stage = stage(3).await;
    write(&stage, "token", &token(-1), 0o600);
    let told = run(with_token_file(&stage, "")).await;
    assert_eq!(told.code, Some(2), "{}", told.stdout);
    let error: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("the token expired at 20"), "{message}");
    assert!(error["error"]["hint"].as_str().unwrap().starts_with("make a new token"), "{error}");
    assert_eq!(stage.simulator.ledger().calls(), 0);
}

#[tokio::test]
async fn a_token_that_runs_out_on_the_way_leaves_the_rest_pending_and_unsent() {
    let stage = stage(40).await;
    write(&stage, "token", &token(3), 0o600);
    let told = run(with_token_file(&stage, "--rate 8/s")).await;
    assert_eq!(told.code, Some(3), "{}{}", told.stdout, told.stderr);
    let run: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let arrivals = stage.simulator.ledger().arrivals();
    let taken = arrivals.iter().filter(|call| call.status == Some(200)).count();
    // A call may leave within the token's last moment and arrive after it, and be refused there.
    assert!(arrivals.len() - taken <= 2, "{} calls with a token that had expired", arrivals.len() - taken);
    assert_eq!(run["outcomes"]["scheduled"], taken, "{run}");
    assert_eq!(run["outcomes"]["pending"], 40 - taken, "{run}");
    // A call that is granted in the token's last moment may have none when it is to leave.
    let attempts = run["attempts"].as_u64().unwrap() as usize;
    assert!((arrivals.len()..=arrivals.len() + 1).contains(&attempts), "{} calls came of {run}", arrivals.len());
    assert!(told.stderr.contains("not sent: the token expired at"), "{}", told.stderr);
    assert!(told.stderr.contains("make a new token"), "{}", told.stderr);
}

#[tokio::test]
async fn a_token_that_was_renewed_in_its_file_carries_the_batch_on() {
    let stage = stage(30).await;
    write(&stage, "token", &token(3), 0o600);
    let begun = Instant::now();
    let running = tokio::spawn(run(with_token_file(&stage, "--rate 8/s")));
    while stage.simulator.ledger().calls() == 0 {
        tokio::task::yield_now().await;
    }
    write(&stage, "token", &token(600), 0o600);
    let told = running.await.unwrap();
    assert_eq!(told.code, Some(0), "{}{}", told.stdout, told.stderr);
    assert!(begun.elapsed() > Duration::from_secs(3), "the first token lasted to the end");
    let refused = stage.simulator.ledger().arrivals().iter().filter(|call| call.status != Some(200)).count();
    assert!(refused <= 2, "{refused} calls with a token that had expired");
}

/// Where the token was refused and its file gives no other, what is wrong with the file is part of why all ends.
#[tokio::test]
async fn a_token_file_that_gives_nothing_after_a_refusal_is_named_as_it_is() {
    for (text, fault) in [
        (None, "the token file \"token\" could not be read again: No such file or directory"),
        (Some("<html>a canary page</html>"), "the token file \"token\" holds no token"),
    ] {
        let settings = Settings { latency: Duration::from_millis(500), ..Stage::settings() };
        let stage = Stage::with(settings, "campaign_name,start,end,interval\nSpring,2090-01-10,2090-02-10,1\n").await;
        write(&stage, "token", "not.a.token", 0o600);
        let running = tokio::spawn(run(with_token_file(&stage, "")));
        while stage.simulator.ledger().calls() == 0 {
            tokio::task::yield_now().await;
        }
        match text {
            Some(text) => write(&stage, "token", text, 0o600),
            None => std::fs::remove_file(stage.folder.path().join("token")).unwrap(),
        }
        let told = running.await.unwrap();
        assert_eq!(told.code, Some(3), "{}{}", told.stdout, told.stderr);
        assert!(told.stderr.contains(fault) || cfg!(windows), "{}", told.stderr);
        assert!(!told.stderr.contains("canary"), "{}", told.stderr);
    }
}

/// The secret is in the environment each time, the id only in the flags of the run.
#[tokio::test]
async fn a_client_id_that_came_by_a_flag_is_remembered_beside_a_secret_of_the_environment() {
    let stage = stage(2).await;
    let line = |line: String| {
        let mut command = stage.program();
        command.env_remove("KORE_CLIENT_ID").args(line.split(' '));
        run(command)
    };
    let told = line("run sheet.csv --timezone UTC --client-id cs-1 --format json".to_owned()).await;
    assert_eq!(told.code, Some(0), "{told}");
    let batch = told.json()["batch"].as_str().unwrap().to_owned();
    for command in ["resume", "verify", "undo"] {
        let told = line(format!("{command} {batch}")).await;
        assert_eq!(told.code, Some(0), "{command}: {told}");
    }
}

#[tokio::test]
async fn the_limits_of_a_ready_made_token_are_said() {
    let stage = stage(1).await;
    write(&stage, "token", &token(600), 0o600);
    let told = run(with_token_file(&stage, "")).await;
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    let warnings: Vec<_> = told.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(warnings.len(), 1, "{}", told.stderr);
    assert!(warnings[0].contains("does not enforce JTI") && warnings[0].contains("until it expires"), "{warnings:?}");
    let signed = stage.run("run sheet.csv --timezone UTC --resend").await;
    assert!(!signed.stderr.contains("warning"), "signed tokens have no such limits: {}", signed.stderr);
}

#[cfg(unix)]
#[tokio::test]
async fn a_secret_that_everybody_can_read_is_a_warning() {
    let stage = stage(1).await;
    write(&stage, "token", &token(600), 0o644);
    let told = run(with_token_file(&stage, "")).await;
    let exposed = "can be read by every user of this machine (mode 644)";
    assert!(told.stderr.contains(&format!("warning: \"token\" {exposed}")), "{}", told.stderr);
    write(&stage, "secret", "a secret of the test's own\n", 0o644);
    let line = "run sheet.csv --timezone UTC --resend --client-secret-file secret";
    let told = stage.run(line).await;
    assert_eq!(told.code, Some(0), "{}", told.stderr);
    assert!(told.stderr.contains(&format!("warning: \"secret\" {exposed}")), "{}", told.stderr);
    write(&stage, "secret", "a secret of the test's own\n", 0o640);
    assert!(!stage.run(line).await.stderr.contains("warning"));
}
