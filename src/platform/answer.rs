//! The table of answers: from what came back for a call to what it means for the row.
//!
//! One pure function over status, headers, body or loss, and how far the call got. It is tried from
//! top to bottom; the order is the contract's, and every rule stands in one place only. Nothing
//! here knows of reqwest's errors: the transport has turned them into a [`Loss`] before.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use serde_json::Value;

use super::text::{Hidden, Said};
use super::{Answer, Disposition, Hold, Reply, Request, content, json, retry_after, text};

/// The longest answer that is read.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;

/// What came back for a call.
#[derive(Debug)]
pub(super) enum Received<'a> {
    /// A status line and headers at least.
    Response { status: u16, headers: &'a HeaderMap, body: Body<'a> },
    /// Nothing that could be read.
    Lost(Loss),
}

/// A response's body, as far as there was any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) extent: Extent,
}

/// How much of a response's body there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// The connection ended before it did.
    CutShort,
    /// The call's time, so long, was over before it was.
    OutOfTime(Duration),
    /// It went on beyond the limit.
    TooLong,
}

/// A call without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loss {
    /// True if not one byte of the call can have reached the platform.
    pub(super) is_unsent: bool,
    /// What became of it.
    pub(super) words: String,
    /// Calls that were lost with one connection share a number.
    pub(super) connection: Option<u64>,
}

/// What the table goes by beside what came back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: &'a Request,
    /// What must not be shown of the answer.
    pub(super) hidden: Hidden<'a>,
    /// The wall time, for a `Retry-After` that is a date.
    pub(super) now: DateTime<Utc>,
}

/// What the platform says of an account that is over its quota.
const RATE_LIMIT: &str = "rate limit";

/// What an answer means.
pub(super) fn classify(asked: Asked<'_>, received: Received<'_>) -> Answer {
    match received {
        Received::Lost(loss) => lost(asked, loss),
        Received::Response { status, headers, body } => {
            let parsed = Parsed::new(body);
            let (disposition, message, reply) = respond(asked, status, headers, &parsed);
            let message = text::presentable(&message, asked.hidden);
            Answer { http_status: Some(status), disposition, message, reply }
        }
    }
}

fn lost(asked: Asked<'_>, loss: Loss) -> Answer {
    Answer {
        http_status: None,
        disposition: if loss.is_unsent { Disposition::NotTaken } else { Disposition::Unsettled { floor: None } },
        message: text::presentable(&loss.words, asked.hidden),
        reply: Reply::Nothing { connection: loss.connection },
    }
}

/// A body as far as it could be understood.
struct Parsed<'a> {
    body: Body<'a>,
    /// Only a whole body is parsed: what was cut short can look like something else.
    envelope: Option<Value>,
}

impl<'a> Parsed<'a> {
    fn new(body: Body<'a>) -> Self {
        let body = Body { bytes: json::unmarked(body.bytes), ..body };
        let envelope = (body.extent == Extent::Whole).then(|| json::object(body.bytes)).flatten();
        Self { body, envelope }
    }

    fn is_success(&self) -> bool {
        let status = self.envelope.as_ref().and_then(|envelope| envelope.get("status")).and_then(Value::as_str);
        status.is_some_and(|status| status.eq_ignore_ascii_case("success"))
    }

    /// The text of the answer and the text to show of it, which differ where raw text is cut.
    fn texts(&self, hidden: Hidden<'_>) -> Option<(String, String)> {
        if let Some(text) = self.envelope.as_ref().and_then(text::of_envelope) {
            return Some((text.clone(), text));
        }
        let raw = text::without(&text::of_raw(self.body.bytes)?, hidden);
        let shown = text::cut_raw(&raw);
        Some((raw, shown))
    }
}

fn respond(asked: Asked<'_>, status: u16, headers: &HeaderMap, parsed: &Parsed<'_>) -> (Disposition, String, Reply) {
    let is_2xx = (200..300).contains(&status);
    if is_2xx && parsed.is_success() {
        return accepted(asked, parsed.envelope.as_ref().unwrap_or(&Value::Null));
    }
    let (text, shown) = parsed.texts(asked.hidden).unzip();
    let said = Said::new(&text.unwrap_or_default(), asked.request.campaign());
    let shown = in_time(parsed.body.extent, shown.unwrap_or_else(|| status_line(status)));
    let pause = || headers.get(RETRY_AFTER).and_then(|value| retry_after::parse(value.as_bytes(), asked.now));
    // A success that was cut short may quote anything, a campaign's name for one; only a whole one
    // can say that it is none.
    let is_readable = !is_2xx || parsed.body.extent == Extent::Whole;

    if status == 429 || (is_readable && said.has(RATE_LIMIT)) {
        let hold = match pause() {
            Some(pause) => Hold::For(pause),
            None if said.has("hourly") => Hold::LongestWindow,
            None => Hold::ShortestWindow,
        };
        return (Disposition::RateLimited(hold), shown, Reply::Readable);
    }
    match status {
        401 | 403 => (Disposition::CredentialsRefused, shown, Reply::Readable),
        300..=399 => (Disposition::Rejected, redirected(headers, status, asked.hidden), Reply::Readable),
        200..=299 if parsed.envelope.is_some() => (Disposition::Rejected, shown, Reply::Readable),
        200..=299 => {
            (Disposition::Unsettled { floor: None }, unreadable(parsed.body, status, &shown), Reply::Unreadable)
        }
        500..=599 => (Disposition::Unsettled { floor: pause() }, shown, Reply::ServerError),
        408 | 425 => (Disposition::NotTaken, shown, Reply::Readable),
        400..=499 => (Disposition::Rejected, shown, Reply::Readable),
        // No answer to a call has such a status, so nothing is known.
        _ => (Disposition::Unsettled { floor: None }, shown, Reply::Unreadable),
    }
}

fn accepted(Asked { request, hidden, .. }: Asked<'_>, envelope: &Value) -> (Disposition, String, Reply) {
    let mut message = text::of_envelope(envelope).unwrap_or_else(|| "success".to_owned());
    match content::read(request, envelope, hidden) {
        Some((id, content)) => {
            if matches!(request, Request::Schedule { .. }) && id.is_none() {
                message.push_str(&format!(" ({})", content::why_no_id(envelope, hidden)));
            }
            (Disposition::Accepted { id, content }, message, Reply::Readable)
        }
        None => {
            let words = format!("the answer says success but lacks what was asked for: {message}");
            (Disposition::Unsettled { floor: None }, words, Reply::Unreadable)
        }
    }
}

fn redirected(headers: &HeaderMap, status: u16, hidden: Hidden<'_>) -> String {
    match headers.get(LOCATION) {
        Some(target) => {
            let target = String::from_utf8_lossy(target.as_bytes());
            let target = text::cut_raw(&text::without(&target, hidden));
            format!("{} to {target}, which is not followed", status_line(status))
        }
        None => format!("{} to no named place, which is not followed", status_line(status)),
    }
}

fn unreadable(body: Body<'_>, status: u16, shown: &str) -> String {
    match body.extent {
        Extent::Whole if body.bytes.is_empty() => format!("{} without a body", status_line(status)),
        Extent::Whole => format!("the answer is not a JSON object: {shown}"),
        Extent::CutShort => format!("the answer was cut short: {shown}"),
        Extent::OutOfTime(_) => shown.to_owned(),
        Extent::TooLong => format!("the answer is longer than {} KiB: {shown}", BODY_LIMIT / 1024),
    }
}

/// What is shown of an answer, and that there was no more of it in time.
fn in_time(extent: Extent, shown: String) -> String {
    match extent {
        Extent::OutOfTime(timeout) => format!("no complete answer within {}: {shown}", text::spelled(timeout)),
        Extent::Whole | Extent::CutShort | Extent::TooLong => shown,
    }
}

fn status_line(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match reason {
        Some(reason) => format!("HTTP {status} {reason}"),
        None => format!("HTTP {status}"),
    }
}

#[cfg(test)]
mod tests;
