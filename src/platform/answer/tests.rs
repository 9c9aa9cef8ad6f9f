//! The whole table in one snapshot: every status times every kind of body, equal neighbours joined.

use std::fmt::Write as _;

use reqwest::header::HeaderValue;

use super::*;
use crate::model::{CampaignName, Schedule, StreamId};

const SUCCESS: &str = r#"{"status":"success","message":"Campaign X scheduled successfully","id":"cd-671b3bd-a7a1"}"#;
const MINUTE: &str = "You've exceeded the per-minute rate limit. Please wait for sometime before retrying.";
const HOUR: &str = "You've exceeded the hourly rate limit. Please wait for sometime before retrying.";

fn request() -> Request {
    let (stream, campaign) = (StreamId::new("st-1"), CampaignName::new("X"));
    Request::Schedule { stream, campaign, schedule: Schedule::Disable }
}

fn answer(status: u16, headers: &HeaderMap, body: Body<'_>) -> Answer {
    let asked =
        Asked { request: &request(), hidden: Hidden { token: "t.o.k", client_secret: "" }, now: DateTime::UNIX_EPOCH };
    classify(asked, Received::Response { status, headers, body })
}

fn read(text: &str, extent: Extent) -> Body<'_> {
    Body { bytes: text.as_bytes(), extent }
}

fn whole(status: u16, body: &str) -> Answer {
    answer(status, &HeaderMap::new(), read(body, Extent::Whole))
}

fn waiting(pause: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(pause))])
}

fn line(answer: &Answer) -> String {
    let reply = match answer.reply {
        Reply::Nothing { .. } => "nothing",
        Reply::ServerError => "server error",
        Reply::Unreadable => "unreadable",
        Reply::Readable => "readable",
    };
    let disposition = match &answer.disposition {
        Disposition::Accepted { id, .. } => format!("Accepted, id {}", id.as_ref().map_or("none", |id| id.as_str())),
        other => format!("{other:?}"),
    };
    format!("{disposition} | {reply}")
}

/// All statuses for one kind of body, in runs of equal outcome.
fn row(out: &mut String, name: &str, headers: &HeaderMap, body: Body<'_>) {
    let _ = writeln!(out, "{name}");
    let mut from = 100;
    for status in 100..=599 {
        let this = line(&answer(status, headers, body));
        let is_last = status == 599 || line(&answer(status + 1, headers, body)) != this;
        if is_last {
            let _ = writeln!(out, "  {from}..={status}: {this}");
            from = status + 1;
        }
    }
}

#[test]
fn every_status_with_every_body_has_one_meaning() {
    let none = HeaderMap::new();
    let failure = |message: &str| format!(r#"{{"status":"failure","message":"{message}"}}"#);
    let errors = |message: &str| format!(r#"{{"errors":[{{"msg":"{message}","code":4002}}]}}"#);
    let bodies: [(&str, String); 13] = [
        ("success", SUCCESS.to_owned()),
        ("SUCCESS that speaks of a rate limit, without an id", r#"{"status":"SUCCESS","message":"rate limit"}"#.into()),
        ("failure", failure("no")),
        ("failure, rate limit", failure(MINUTE)),
        ("failure, hourly rate limit", failure(HOUR)),
        ("errors", errors("Invalid StreamId")),
        ("errors, rate limit", errors("Rate limit for this API has been reached. Please try again later")),
        ("an object without a status", "{}".to_owned()),
        ("a status that is no text", r#"{"status":true}"#.to_owned()),
        ("an array", format!("[{SUCCESS}]")),
        ("two objects", format!("{SUCCESS}{SUCCESS}")),
        ("a page", "<html>Bad gateway</html>".to_owned()),
        ("empty", String::new()),
    ];
    let mut out = String::new();
    for (name, body) in &bodies {
        row(&mut out, name, &none, read(body, Extent::Whole));
    }
    let limited = failure(MINUTE);
    row(&mut out, "success, cut short", &none, read(SUCCESS, Extent::CutShort));
    row(&mut out, "rate limit, cut short", &none, read(&limited, Extent::CutShort));
    let late = read(SUCCESS, Extent::OutOfTime(Duration::from_secs(2)));
    row(&mut out, "success, out of time", &none, late);
    row(&mut out, "success, too long", &none, read(SUCCESS, Extent::TooLong));
    row(&mut out, "success, Retry-After", &waiting("7"), read(SUCCESS, Extent::Whole));
    row(&mut out, "failure, Retry-After", &waiting("7"), read("{}", Extent::Whole));
    row(&mut out, "hourly rate limit, Retry-After", &waiting("7"), read(&failure(HOUR), Extent::Whole));
    row(
        &mut out,
        "rate limit, Retry-After past",
        &waiting("Wed, 31 Dec 1969 23:00:00 GMT"),
        read(&limited, Extent::Whole),
    );
    insta::assert_snapshot!(out);
}

fn of_campaign(name: &str) -> Request {
    let (stream, id) = (StreamId::new("st-1"), crate::model::CampaignId::new("cd-1"));
    Request::Campaign { stream, id, campaign: CampaignName::new(name) }
}

#[test]
fn a_campaigns_name_says_nothing_of_the_account() {
    let body = r#"{"message":"Campaign Rate limit notice not found"}"#;
    let of_request = |request: Request, body: &str| {
        let asked = Asked { request: &request, hidden: Hidden::default(), now: DateTime::UNIX_EPOCH };
        let headers = HeaderMap::new();
        let body = read(body, Extent::Whole);
        classify(asked, Received::Response { status: 400, headers: &headers, body }).disposition
    };
    let of = |name: &str, body: &str| {
        let (stream, campaign) = (StreamId::new("st-1"), CampaignName::new(name));
        of_request(Request::Schedule { stream, campaign, schedule: Schedule::Disable }, body)
    };
    assert_eq!(of_request(of_campaign("Rate limit notice"), body), Disposition::Rejected);
    assert_eq!(of("Rate limit notice", body), Disposition::Rejected);
    let limited = r#"{"message":"Rate limit exceeded for Rate limit notice"}"#;
    assert!(matches!(of("Rate limit notice", limited), Disposition::RateLimited(_)));
    let lower = r#"{"message":"Campaign rate limit notice not found"}"#;
    assert_eq!(of("Rate Limit notice", lower), Disposition::Rejected);
    assert!(matches!(of("a", body), Disposition::RateLimited(_)));
}

#[test]
fn a_loss_is_what_the_call_had_reached() {
    let lost = |is_unsent, connection| {
        let loss = Loss { is_unsent, words: "gone".to_owned(), connection };
        classify(
            Asked { request: &request(), hidden: Hidden::default(), now: DateTime::UNIX_EPOCH },
            Received::Lost(loss),
        )
    };
    assert_eq!(lost(true, None).disposition, Disposition::NotTaken);
    let answer = lost(false, Some(3));
    assert_eq!(answer.disposition, Disposition::Unsettled { floor: None });
    assert_eq!((answer.http_status, answer.reply), (None, Reply::Nothing { connection: Some(3) }));
}

#[test]
fn messages_are_what_the_platform_said() {
    let mut out = String::new();
    let mut show = |status, body: &str| {
        let _ = writeln!(out, "{status} {body}\n  {}", whole(status, body).message);
    };
    show(200, SUCCESS);
    show(200, r#"{"status":"success","message":"scheduled"}"#);
    show(200, r#"{"status":"success"}"#);
    show(200, r#"{"status":"success","message":"scheduled","id":42}"#);
    show(200, r#"{"status":"success","message":"scheduled","id":{"$oid":"t.o.k"}}"#);
    show(200, r#"{"status":"success","message":"scheduled","id":"cd-\u001b[2J"}"#);
    show(200, &format!("\u{feff}{SUCCESS}"));
    show(200, r#"{"status":"success","message":"Campaign Sale \ud83d scheduled"}"#);
    show(200, r#"{"status":"failed","error":"campaign is active"}"#);
    show(200, r#"{"message":"no status"}"#);
    show(200, "<html>Sign in</html>");
    show(200, "");
    show(204, "");
    show(400, r#"{"errors":[{"msg":"Invalid StreamId","code":400}]}"#);
    show(401, r#"{"errors":[{"msg":"error verifying the jwt: possibly a replay","code":401}]}"#);
    show(401, r#"{"errors":[{"msg":"token t.o.k is bad","code":401}]}"#);
    show(412, r#"{"errors":[{"msg":"Validation errors/ Invalid arguments","code":412}]}"#);
    show(400, "{\"message\":\"line\\nbreak \\u001b[31m\"}");
    show(404, "");
    show(302, "moved");
    show(502, "<html>\r\nBad gateway</html>");
    show(599, "");
    insta::assert_snapshot!(out);
}

#[test]
fn a_read_that_succeeds_without_its_data_is_unreadable() {
    let request = of_campaign("X");
    let asked = Asked { request: &request, hidden: Hidden::default(), now: DateTime::UNIX_EPOCH };
    let (headers, body) = (HeaderMap::new(), read(SUCCESS, Extent::Whole));
    let answer = classify(asked, Received::Response { status: 200, headers: &headers, body });
    assert_eq!((answer.disposition, answer.reply), (Disposition::Unsettled { floor: None }, Reply::Unreadable));
}
