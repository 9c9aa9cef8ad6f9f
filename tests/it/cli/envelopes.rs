//! Every answer that the documentation and other people's code know, as a row's owner meets it.

use campaign_scheduler::simulator::{Campaigns, Fault, ListedCampaign, Settings};

use super::online::Stage;

/// Answers that concern one row: name, HTTP status, body.
const ANSWERS: [(&str, u16, &str); 19] = [
    ("success", 200, r#"{"status":"success","message":"Campaign X scheduled successfully","id":"cd-671b3bd-a7a1"}"#),
    (
        "another 2xx",
        202,
        r#"{"status":"SUCCESS","message":"Campaign X scheduled successfully","id":"cd-671b3bd-a7a1"}"#,
    ),
    ("no id", 200, r#"{"status":"success","message":"Campaign X scheduled successfully"}"#),
    ("stream", 400, r#"{"errors":[{"msg":"Invalid StreamId","code":400}]}"#),
    ("missing", 400, r#"{"errors":[{"msg":"Campaign not found","code":400}]}"#),
    ("arguments", 412, r#"{"errors":[{"msg":"Validation errors/ Invalid arguments","code":412}]}"#),
    ("error", 400, r#"{"status":"error","message":"Campaign X is active and cannot be edited"}"#),
    ("failure", 200, r#"{"status":"failure","message":"Campaign X is active and cannot be edited"}"#),
    ("inner failure", 200, r#"{"status":"failed","error":"schedule overlaps"}"#),
    ("conflict", 409, r#"{"error":"already being edited"}"#),
    ("no route", 404, ""),
    ("a page", 200, "<html><title>Sign in</title></html>"),
    ("an array", 200, r#"[{"status":"success"}]"#),
    ("server error", 500, r#"{"errors":[{"msg":"Internal server error","code":500}]}"#),
    ("gateway", 502, "<html><h1>502 Bad Gateway</h1></html>"),
    ("too slow", 408, ""),
    (
        "minute",
        429,
        r#"{"status":"error","message":"You've exceeded the per-minute rate limit. Please wait for sometime before retrying."}"#,
    ),
    (
        "hour",
        200,
        r#"{"status":"failure","message":"You've exceeded the hourly rate limit. Please wait for sometime before retrying."}"#,
    ),
    (
        "older",
        400,
        r#"{"errors":[{"msg":"Rate limit for this API has been reached. Please try again later","code":400}]}"#,
    ),
];

/// Answers that concern the credentials, and so the whole batch.
const REFUSALS: [(u16, &str); 7] = [
    (401, r#"{"errors":[{"msg":"Invalid SDK credentials","code":4002}]}"#),
    (401, r#"{"errors":[{"msg":"Invalid JWT token","code":4002}]}"#),
    (401, r#"{"errors":[{"msg":"Permission denied. Scope is incorrect!","code":4002}]}"#),
    (
        401,
        r#"{"errors":[{"msg":"error verifying the jwt: if \"jti\" claim \"exp\" must be <= 1 hour(s)","code":401}]}"#,
    ),
    (401, r#"{"errors":[{"msg":"error verifying the jwt: possibly a replay","code":401}]}"#),
    (401, r#"{"errors":[{"msg":"error verifying the jwt: jwt expired","code":401}]}"#),
    (403, r#"{"status":"error","message":"User does not belong to this account"}"#),
];

/// A fault that gives this answer to the first call for a campaign, or to all.
fn answering(status: u16, body: &str, rest: &str) -> Fault {
    format!("status={status},body='{}'{rest}", body.replace('\'', "''")).parse().unwrap()
}

fn names() -> Vec<ListedCampaign> {
    ANSWERS.map(|(name, ..)| ListedCampaign::ready(name)).to_vec()
}

fn sheet() -> String {
    let rows = ANSWERS.map(|(name, ..)| format!("{name},2090-01-10 09:00,2090-02-10 09:00,1\n")).concat();
    format!("campaign_name,start,end,interval\n{rows}")
}

#[tokio::test]
async fn each_gives_its_row_a_status_and_words_that_a_person_understands() {
    let faults = ANSWERS.map(|(name, status, body)| {
        let is_limit = body.to_lowercase().contains("rate limit");
        let once = if is_limit { ",call=1" } else { "" };
        answering(status, body, &format!(",campaign='{name}'{once}"))
    });
    let settings = Settings { faults: faults.to_vec(), campaigns: Campaigns::Listed(names()), ..Stage::settings() };
    let stage = Stage::with(settings, &sheet()).await;
    // A quota whose windows are short, for the answers that hold the account for a window.
    let line =
        "run sheet.csv --timezone UTC --retries 0 --rate none --quota 1000/10ms --quota 2000/20ms --concurrency 1";
    let run = stage.json(line).await;
    assert_eq!(run["exit_code"], 1, "{run}");
    let mut results = csv::Reader::from_reader(stage.file("sheet.results.csv").into_bytes().leak() as &[u8]);
    let header = results.headers().unwrap().clone();
    let mut out = String::new();
    for (record, (name, status, body)) in results.records().zip(ANSWERS) {
        let record = record.unwrap();
        let of = |column: &str| &record[header.iter().position(|name| name == column).unwrap()];
        assert_eq!(of("campaign_name"), name);
        let (outcome, calls) = (of("result_status"), of("result_attempts"));
        out.push_str(&format!("HTTP {status} {body}\n  {outcome}, {calls} calls, HTTP {}\n", of("result_http_status")));
        out.push_str(&format!("  message: {}\n  error: {}\n", of("result_message"), of("result_error")));
    }
    insta::assert_snapshot!(out);
}

#[tokio::test]
async fn each_refusal_of_the_credentials_stops_the_batch_and_says_what_to_mend() {
    let mut out = String::new();
    for (status, body) in REFUSALS {
        let faults = vec![answering(status, body, "")];
        let settings = Settings { faults, campaigns: Campaigns::Listed(names()), ..Stage::settings() };
        let stage = Stage::with(settings, &sheet()).await;
        let ended = stage.run("run sheet.csv --timezone UTC --concurrency 1 --quota none --format json").await;
        assert_eq!(ended.code, Some(3), "{}", ended.stderr);
        let run: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(run["outcomes"]["pending"], ANSWERS.len(), "{run}");
        assert_eq!(run["attempts"], 2, "one more try with a fresh token: {run}");
        let said = ended.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        out.push_str(&format!("HTTP {status} {body}\n  {said}\n"));
        let read = stage.run("check sheet.csv --timezone UTC --online").await;
        let advice = said.split_once("; ").unwrap().1;
        assert_eq!(read.code, Some(3), "{}", read.stderr);
        assert!(read.stderr.contains(advice), "a read says no less: {}", read.stderr);
    }
    insta::assert_snapshot!(out);
}
