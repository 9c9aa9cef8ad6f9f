//! What the documentation demands of a request, judged on what really came: raw path, raw query, raw body.

use axum::http::{HeaderMap, Method};
use chrono::{NaiveDateTime, TimeDelta};

use super::encoding;
use super::fault::Kind;
use super::json::Json;
use super::settings::{Channel, Settings};

/// Where every address of the API begins.
const PREFIX: &str = "/campaign/api/v2/public/";

/// A call as it came over the wire.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// The address of a call, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) kind: Kind,
    pub(super) stream: String,
    /// The campaign's id, where the path has one.
    pub(super) id: Option<String>,
}

impl Route {
    /// Which documented call this is; `None` if there is none of this method and path.
    pub(super) fn of(method: &Method, path: &str) -> Option<Self> {
        let mut parts = path.strip_prefix(PREFIX)?.split('/');
        let stream = encoding::decode(parts.next()?).filter(|stream| !stream.is_empty())?;
        let rest = (parts.next()?, parts.next()?, parts.next(), parts.next());
        let (kind, id) = match (method, rest) {
            (&Method::POST, ("campaign", "schedule", None, None)) => (Kind::Schedule, None),
            (&Method::POST, ("campaign", "getAllCampaignDetails", None, None)) => (Kind::Listing, None),
            (&Method::POST, ("campaign", id, Some("status"), None)) => (Kind::Status, Some(id)),
            (&Method::GET, ("campaign", id, None, None)) => (Kind::Campaign, Some(id)),
            _ => return None,
        };
        let id = match id {
            Some(id) => Some(encoding::decode(id).filter(|id| !id.is_empty())?),
            None => None,
        };
        Some(Self { kind, stream, id })
    }
}

impl Call {
    /// A header that is there exactly once.
    pub(super) fn header(&self, name: &str) -> Option<&[u8]> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        if values.next().is_some() { None } else { Some(value.as_bytes()) }
    }

    /// Whether the headers beside the token are as documented. A charset after the media type is accepted.
    pub(super) fn has_headers(&self, settings: &Settings) -> bool {
        let is_json = |value: &[u8]| {
            value
                .split(|byte| *byte == b';')
                .next()
                .is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"application/json"))
        };
        let is_application = |value: &[u8]| match &settings.iid {
            Some(iid) => value == iid.as_bytes(),
            None => !value.is_empty(),
        };
        self.header("content-type").is_some_and(is_json) && self.header("iid").is_some_and(is_application)
    }

    /// Whether a read names the account in its query, and asks for what its kind of read can give.
    pub(super) fn has_read_query(&self, kind: Kind, account: &[u8]) -> bool {
        let named = match kind {
            Kind::Status => encoding::query(&self.query, ["accountId", "view"])
                .and_then(|[account, view]| (view == "status").then_some(account)),
            Kind::Schedule | Kind::Campaign | Kind::Listing => {
                encoding::query(&self.query, ["accountId"]).map(|[account]| account)
            }
        };
        named.is_some_and(|named| named.as_bytes() == account)
    }

    /// Whether the body is an object without members.
    pub(super) fn has_empty_object(&self) -> bool {
        Json::parse(&self.body) == Some(Json::Object(Vec::new()))
    }
}

/// What a schedule call asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) enable: bool,
    pub(super) campaign: String,
}

/// Reads a schedule call; `None` if its query or body is not as documented. `now` is the platform's local time.
pub(super) fn wish(call: &Call, now: NaiveDateTime, past_start_accepted: bool) -> Option<Wish> {
    let [enable, campaign] = encoding::query(&call.query, ["enableSchedule", "campaignName"])?;
    let enable = match enable.as_str() {
        "true" => true,
        "false" => false,
        _ => return None,
    };
    let body_fits = if enable { is_schedule(&call.body, now, past_start_accepted) } else { call.has_empty_object() };
    (body_fits && !campaign.is_empty()).then_some(Wish { enable, campaign })
}

fn is_schedule(body: &[u8], now: NaiveDateTime, past_start_accepted: bool) -> bool {
    read_window(body).is_some_and(|(start, end)| end > start && end > now && (past_start_accepted || start >= now))
}

/// Start and end of a body that is as documented in everything but their order.
fn read_window(body: &[u8]) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let body = Json::parse(body)?;
    let [start, end, recurrence] = body.exactly(["startDateTime", "endDateTime", "recurrenceObject"])?;
    let window = (time(start.as_text()?)?, time(end.as_text()?)?);
    let fits = match recurrence.get("recurType")?.as_text()? {
        "Daily" => {
            let [_, details] = recurrence.exactly(["recurType", "dailyDetails"])?;
            let [every] = details.exactly(["onceEveryNdays"])?;
            every.as_integer()? >= 1
        }
        "Weekly" => {
            let [_, details] = recurrence.exactly(["recurType", "weeklyDetails"])?;
            let [every, days] = details.exactly(["onceEveryNweeks", "whichDays"])?;
            every.as_integer()? >= 1 && are_days(days)
        }
        _ => false,
    };
    fits.then_some(window)
}

/// Whether these are one or more days of the week, none twice.
fn are_days(days: &Json) -> bool {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let Json::List(days) = days else { return false };
    let known = |day: &Json| day.as_text().is_some_and(|day| DAYS.contains(&day));
    let first_of_its_kind = |(index, day)| !days.iter().take(index).any(|earlier| earlier == day);
    !days.is_empty() && days.iter().all(known) && days.iter().enumerate().all(first_of_its_kind)
}

/// `YYYY-MM-DD HH:mm:ss`, every digit there, an existing time.
fn time(text: &str) -> Option<NaiveDateTime> {
    let padded = text.len() == 19
        && text.bytes().zip(b"0000-00-00 00:00:00").all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            other => byte == *other,
        });
    if !padded || text.ends_with("60") {
        return None;
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()
}

/// One page of a listing, as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageWish {
    pub(super) channel: Channel,
    pub(super) limit: usize,
    pub(super) skip: usize,
    pub(super) page: usize,
    pub(super) newest_first: bool,
}

/// Reads the body of a listing call; `None` if it is not as documented.
pub(super) fn page_wish(body: &[u8]) -> Option<PageWish> {
    let body = Json::parse(body)?;
    let [limit, skip, page, channel, sort] = body.exactly(["limit", "skip", "page", "type", "sortBy"])?;
    let [order] = sort.exactly(["createdAt"])?;
    let number = |value: &Json| value.as_integer().and_then(|number| usize::try_from(number).ok());
    Some(PageWish {
        channel: match channel.as_text()? {
            "voice" => Channel::Voice,
            "sms" => Channel::Sms,
            _ => return None,
        },
        limit: number(limit).filter(|limit| *limit >= 1)?,
        skip: number(skip)?,
        page: number(page).filter(|page| *page >= 1)?,
        newest_first: match order.as_text()? {
            "desc" => true,
            "asc" => false,
            _ => return None,
        },
    })
}

impl PageWish {
    /// The row at which the page begins. Where `skip` is given it counts, else the page. \[assumed\]
    pub(super) const fn offset(&self, limit: usize) -> usize {
        if self.skip > 0 { self.skip } else { (self.page - 1).saturating_mul(limit) }
    }
}

/// The platform's local time.
pub(super) fn local(now: chrono::DateTime<chrono::Utc>, utc_offset_seconds: i32) -> NaiveDateTime {
    now.naive_utc() + TimeDelta::seconds(utc_offset_seconds.into())
}
