//! Requests against the documented samples, byte by byte.

use campaign_scheduler::model::{CampaignId, CampaignName, Recurrence, Schedule, StreamId, Weekdays, Window};
use campaign_scheduler::platform::{Channel, Content, Disposition, Platform, Request};
use chrono::{DateTime, NaiveDateTime, Weekday};

use super::server::{SUCCESS, answer_once, client, disable, header, listen, response, settings};

const STREAM: &str = "st-0603182c-7ffb-53c3-b307-47ca14bxxxxx";

fn enable(start: &str, end: &str, recurrence: Recurrence) -> Schedule {
    let at = |text| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
    let (start_past, end_past) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH);
    Schedule::Enable { window: Window { start: at(start), end: at(end), start_past, end_past }, recurrence }
}

fn schedule(schedule: Schedule) -> Request {
    let campaign = CampaignName::new("Agentless Voice | Product Feedback | Jan 9");
    Request::Schedule { stream: StreamId::new(STREAM), campaign, schedule }
}

/// Sends a request and gives back what arrived, with what differs from call to call replaced.
async fn sent(request: Request) -> String {
    let (listener, host) = listen().await;
    let authority = host.as_str().trim_start_matches("http://").to_owned();
    let platform = client(settings(host));
    let bytes = response("200 OK", "", SUCCESS);
    let (request, _) = tokio::join!(answer_once(&listener, bytes.as_bytes()), platform.call(request));
    let token = header(&request, "auth").unwrap().to_owned();
    assert_eq!(token.split('.').count(), 3);
    let version = concat!("campaign-scheduler/", env!("CARGO_PKG_VERSION"));
    let request = request.replace(&token, "[token]").replace(&authority, "[host]");
    request.replace(version, "[program]").replace("\r\n", "\n")
}

#[tokio::test]
async fn the_daily_call_is_the_documented_one() {
    let request = schedule(enable("2026-01-27 18:29:00", "2026-02-27 18:29:00", Recurrence::Daily(1)));
    insta::assert_snapshot!(sent(request).await);
}

#[tokio::test]
async fn the_weekly_call_is_the_documented_one() {
    let days = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let weekly = Recurrence::Weekly(1, Weekdays::new(days).unwrap());
    insta::assert_snapshot!(sent(schedule(enable("2026-01-01 18:29:00", "2026-01-27 18:29:00", weekly))).await);
}

#[tokio::test]
async fn the_disable_call_is_the_documented_one() {
    insta::assert_snapshot!(sent(schedule(Schedule::Disable)).await);
}

#[tokio::test]
async fn the_reads_are_the_documented_ones() {
    let stream = || StreamId::new(STREAM);
    let id = CampaignId::new("cd-671b3bd-a7a1-4709-bd6a-70803e3xxxxx");
    let campaign = Request::Campaign { stream: stream(), id, campaign: CampaignName::new("A") };
    insta::assert_snapshot!("campaign", sent(campaign).await);
    let listing = Request::Listing { stream: stream(), channel: Channel::Voice, page: 1, skip: 0 };
    insta::assert_snapshot!("listing", sent(listing).await);
}

#[tokio::test]
async fn the_setting_for_iid_beats_the_stream() {
    let (listener, host) = listen().await;
    let mut settings = settings(host);
    settings.iid = Some("app-9".to_owned());
    let platform = client(settings);
    let bytes = response("200 OK", "", SUCCESS);
    let (request, _) = tokio::join!(answer_once(&listener, bytes.as_bytes()), platform.call(disable()));
    assert_eq!(header(&request, "iid"), Some("app-9"));
}

#[tokio::test]
async fn a_success_brings_the_id() {
    let (listener, host) = listen().await;
    let platform = client(settings(host));
    let bytes = response("200 OK", "retry-after: 60\r\nx-ratelimit-remaining: 0\r\n", SUCCESS);
    let (_, answer) = tokio::join!(answer_once(&listener, bytes.as_bytes()), platform.call(disable()));
    let id = Some(CampaignId::new("cd-671b3bd-a7a1-4709-bd6a-70803e3xxxxx"));
    assert_eq!(answer.disposition, Disposition::Accepted { id, content: Content::None });
    assert_eq!(answer.http_status, Some(200));
    assert_eq!(answer.message, "Campaign Spring | EU schedule has been disabled successfully");
}
