//! What goes over the wire: method, address and body of every call, to the byte.
//!
//! Written by hand and not by a serialiser, so that the order of keys is the documented one and
//! nothing in a type can change a body by accident. Bodies are also what `check --format jsonl`
//! shows, so a user sees the very bytes that would leave.

use std::fmt::Write as _;

use super::{Channel, Request};
use crate::model::digits::push_date_time;
use crate::model::{CampaignName, Recurrence, Schedule, StreamId};

/// Campaigns per page of the listing, as in the documented sample.
pub(super) const PAGE_SIZE: u32 = 50;

/// The HTTP methods that the API uses. The page of the voice campaign's read says PUT in one place,
/// but PUT on that address is an update: reading is always GET.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

/// A call as it leaves, without its headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WireCall {
    pub(super) method: Method,
    /// Path and query, percent-encoded.
    pub(super) target: String,
    /// `None` for a GET.
    pub(super) body: Option<String>,
}

impl Request {
    /// The campaign that it asks about; `None` where it asks for all of them.
    pub(super) const fn campaign(&self) -> Option<&CampaignName> {
        match self {
            Self::Schedule { campaign, .. } | Self::Campaign { campaign, .. } => Some(campaign),
            Self::Listing { .. } => None,
        }
    }

    /// The stream that the call's campaign belongs to.
    pub const fn stream(&self) -> &StreamId {
        match self {
            Self::Schedule { stream, .. } | Self::Campaign { stream, .. } | Self::Listing { stream, .. } => stream,
        }
    }
}

/// The call for a request, as `account` makes it.
pub(super) fn call(request: &Request, account: &str) -> WireCall {
    let mut target = String::with_capacity(256);
    target.push_str("/campaign/api/v2/public/");
    push_encoded(&mut target, request.stream().as_str());
    match request {
        Request::Schedule { campaign, schedule, .. } => {
            let enable = matches!(schedule, Schedule::Enable { .. });
            target.push_str("/campaign/schedule?enableSchedule=");
            target.push_str(if enable { "true" } else { "false" });
            target.push_str("&campaignName=");
            push_encoded(&mut target, campaign.as_str());
            WireCall { method: Method::Post, target, body: Some(body(schedule)) }
        }
        Request::Campaign { id, .. } => {
            target.push_str("/campaign/");
            push_encoded(&mut target, id.as_str());
            push_account(&mut target, account);
            WireCall { method: Method::Get, target, body: None }
        }
        Request::Listing { channel, page, skip, .. } => {
            target.push_str("/campaign/getAllCampaignDetails");
            push_account(&mut target, account);
            WireCall { method: Method::Post, target, body: Some(listing_body(*channel, *page, *skip)) }
        }
    }
}

/// The body that a schedule stands for: what a schedule call sends, to the byte.
pub fn body(schedule: &Schedule) -> String {
    let Schedule::Enable { window, recurrence } = schedule else {
        return "{}".to_owned();
    };
    let mut out = String::with_capacity(224);
    out.push_str("{\"startDateTime\":\"");
    push_date_time(&mut out, window.start);
    out.push_str("\",\"endDateTime\":\"");
    push_date_time(&mut out, window.end);
    out.push_str("\",\"recurrenceObject\":{\"recurType\":");
    match recurrence {
        Recurrence::Daily(days) => {
            push(&mut out, format_args!("\"Daily\",\"dailyDetails\":{{\"onceEveryNdays\":{days}}}"));
        }
        Recurrence::Weekly(weeks, days) => {
            push(&mut out, format_args!("\"Weekly\",\"weeklyDetails\":{{\"onceEveryNweeks\":{weeks},\"whichDays\":["));
            for (index, day) in days.days().enumerate() {
                push(&mut out, format_args!("{}\"{day}\"", if index == 0 { "" } else { "," }));
            }
            out.push_str("]}");
        }
    }
    out.push_str("}}");
    out
}

/// The sample's body, for any page. Whether the platform goes by `page` or by `skip` isn't
/// documented, so both say the same.
fn listing_body(channel: Channel, page: u32, skip: u32) -> String {
    let kind = match channel {
        Channel::Voice => "voice",
        Channel::Sms => "sms",
    };
    format!(
        "{{\"limit\":{PAGE_SIZE},\"skip\":{skip},\"page\":{page},\"type\":\"{kind}\",\"sortBy\":{{\"createdAt\":\"desc\"}}}}"
    )
}

fn push_account(target: &mut String, account: &str) {
    target.push_str("?accountId=");
    push_encoded(target, account);
}

/// Writing to a string can't fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// Percent-encodes everything outside RFC 3986's unreserved characters.
fn push_encoded(out: &mut String, text: &str) {
    const HEXADECIMAL: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEXADECIMAL[usize::from(byte >> 4)]));
            out.push(char::from(HEXADECIMAL[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, Weekday};
    use proptest::prelude::*;

    use super::*;
    use crate::model::{CampaignId, Weekdays, Window};

    fn enable(recurrence: Recurrence) -> Schedule {
        let start = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap().and_hms_opt(3, 4, 5).unwrap();
        let end = NaiveDate::from_ymd_opt(2026, 2, 27).unwrap().and_hms_opt(18, 29, 0).unwrap();
        let window = Window { start, end, start_past: DateTime::UNIX_EPOCH, end_past: DateTime::UNIX_EPOCH };
        Schedule::Enable { window, recurrence }
    }

    #[test]
    fn bodies_are_the_documented_ones() {
        assert_eq!(
            body(&enable(Recurrence::Daily(1))),
            r#"{"startDateTime":"2026-01-02 03:04:05","endDateTime":"2026-02-27 18:29:00","recurrenceObject":{"recurType":"Daily","dailyDetails":{"onceEveryNdays":1}}}"#
        );
        let days = Weekdays::new([Weekday::Sun, Weekday::Wed, Weekday::Mon]).unwrap();
        assert_eq!(
            body(&enable(Recurrence::Weekly(2, days))),
            r#"{"startDateTime":"2026-01-02 03:04:05","endDateTime":"2026-02-27 18:29:00","recurrenceObject":{"recurType":"Weekly","weeklyDetails":{"onceEveryNweeks":2,"whichDays":["Mon","Wed","Sun"]}}}"#
        );
        assert_eq!(body(&Schedule::Disable), "{}");
    }

    #[test]
    fn every_body_is_json() {
        for schedule in
            [enable(Recurrence::Daily(3650)), enable(Recurrence::Weekly(1, Weekdays::new([Weekday::Fri]).unwrap()))]
        {
            serde_json::from_str::<serde_json::Value>(&body(&schedule)).unwrap();
        }
        for channel in [Channel::Voice, Channel::Sms] {
            serde_json::from_str::<serde_json::Value>(&listing_body(channel, u32::MAX, u32::MAX)).unwrap();
        }
    }

    #[test]
    fn reads_name_the_account_in_the_query() {
        let (stream, id) = (StreamId::new("st-1"), CampaignId::new("cd/1"));
        let read = call(&Request::Campaign { stream, id, campaign: CampaignName::new("A") }, "a 1");
        assert_eq!(read.target, "/campaign/api/v2/public/st-1/campaign/cd%2F1?accountId=a%201");
        assert_eq!((read.method, read.body), (Method::Get, None));
    }

    #[test]
    fn the_listing_pages_by_page_and_skip_alike() {
        assert_eq!(
            listing_body(Channel::Voice, 1, 0),
            r#"{"limit":50,"skip":0,"page":1,"type":"voice","sortBy":{"createdAt":"desc"}}"#
        );
        assert_eq!(
            listing_body(Channel::Sms, 3, 100),
            r#"{"limit":50,"skip":100,"page":3,"type":"sms","sortBy":{"createdAt":"desc"}}"#
        );
    }

    proptest! {
        #[test]
        fn any_name_comes_back_from_the_address(name in "\\PC{0,60}") {
            let request = Request::Schedule {
                stream: StreamId::new("st-1"),
                campaign: CampaignName::new(name.as_str()),
                schedule: Schedule::Disable,
            };
            let target = call(&request, "a").target;
            let encoded = target.split_once("&campaignName=").unwrap().1;
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            let url = reqwest::Url::parse(&format!("https://x{target}")).unwrap();
            prop_assert!(url.as_str().ends_with(&target), "the address is sent as it was built");
            let decoded = url.query_pairs().find(|(key, _)| key == "campaignName").unwrap().1;
            prop_assert_eq!(decoded, name);
        }
    }
}
