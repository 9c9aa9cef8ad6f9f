//! What a success carries: the campaign's id, a campaign, a page of the listing.

use serde_json::Value;

use super::text::Hidden;
use super::wire::PAGE_SIZE;
use super::{CampaignState, Content, Request, text};
use crate::model::{CampaignId, CampaignName};

/// The longest id that is taken for one.
const MOST_ID: usize = 256;

/// Reads what was asked for; `None` if a read's answer doesn't hold it.
///
/// A schedule's answer always does: without an id it is accepted all the same.
pub(super) fn read(request: &Request, envelope: &Value, hidden: Hidden<'_>) -> Option<(Option<CampaignId>, Content)> {
    let data = envelope.get("data");
    match request {
        Request::Schedule { .. } => Some((id_in(envelope, hidden), Content::None)),
        Request::Campaign { .. } => {
            let campaign = campaign(data?, hidden)?;
            Some((Some(campaign.id.clone()), Content::Campaign(campaign)))
        }
        Request::Listing { page, .. } => {
            let data = data?;
            let rows = data.get("results")?.as_array()?;
            // A campaign without a name or id can be neither found nor read: it is passed over.
            let campaigns = rows.iter().filter_map(|row| campaign(row, hidden)).collect();
            let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            let has_more = has_more(data, *page, count);
            let total = data.get("totalResults").and_then(Value::as_u64);
            Some((None, Content::Page { campaigns, rows: count, has_more, total }))
        }
    }
}

/// Why a schedule's answer has no id.
pub(super) fn why_no_id(envelope: &Value, hidden: Hidden<'_>) -> String {
    match given_id(envelope) {
        None => "the platform gave no id".to_owned(),
        Some(given) => {
            let given = text::without(&written(given), hidden);
            format!("the platform's id can't be used: {}", text::cut_raw(&given))
        }
    }
}

/// An id that couldn't be part of an address is none.
fn id_in(object: &Value, hidden: Hidden<'_>) -> Option<CampaignId> {
    let given = given_id(object)?;
    let is_whole_number = given.is_u64() || given.is_i64();
    let id = written(given);
    let is_usable = (given.is_string() || is_whole_number)
        && !matches!(id.as_str(), "." | "..")
        && id.len() <= MOST_ID
        && !id.chars().any(char::is_control);
    is_usable.then(|| CampaignId::new(text::without(&id, hidden)))
}

/// Voice campaigns carry `_id`, SMS campaigns and answers `id`. A blank one is none.
fn given_id(object: &Value) -> Option<&Value> {
    let is_blank = |given: &Value| given.is_null() || given.as_str().is_some_and(|id| id.trim().is_empty());
    ["id", "_id"].into_iter().filter_map(|key| object.get(key)).find(|given| !is_blank(given))
}

/// Text as it is, and anything else as JSON writes it: a number by its digits.
fn written(given: &Value) -> String {
    given.as_str().map_or_else(|| given.to_string(), |text| text.trim().to_owned())
}

fn campaign(object: &Value, hidden: Hidden<'_>) -> Option<CampaignState> {
    Some(CampaignState {
        id: id_in(object, hidden)?,
        name: CampaignName::new(object.get("name")?.as_str()?),
        state: text::presentable(object.get("status").and_then(Value::as_str).unwrap_or_default(), hidden),
        is_scheduled: object.get("schedule").and_then(is_scheduled),
    })
}

/// `isRecurrenceEnabled` may be absent; either flag alone shows a schedule.
fn is_scheduled(schedule: &Value) -> Option<bool> {
    let flag = |name: &str| schedule.get(name).and_then(Value::as_bool);
    match (flag("isSchedulingEnabled"), flag("isRecurrenceEnabled")) {
        (None, None) => None,
        (scheduling, recurrence) => Some(scheduling == Some(true) || recurrence == Some(true)),
    }
}

/// `hasMore` as documented; where it is missing, the number of pages, else whether this one is full.
fn has_more(data: &Value, page: u32, rows: u32) -> bool {
    if let Some(has_more) = data.get("hasMore").and_then(Value::as_bool) {
        return has_more;
    }
    match data.get("totalPages").and_then(Value::as_u64) {
        Some(pages) => u64::from(page) < pages,
        None => rows >= PAGE_SIZE,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::StreamId;
    use crate::platform::Channel;

    fn listing(page: u32) -> Request {
        Request::Listing { stream: StreamId::new("st-1"), channel: Channel::Voice, page, skip: 0 }
    }

    #[test]
    fn voice_and_sms_rows_are_read_alike() {
        let data = json!({"data":{"results":[
            {"_id":"cd-1","name":"A","status":"Ready","schedule":{"isSchedulingEnabled":false,"isRecurrenceEnabled":true}},
            {"id":"cd-2","name":"B","status":"Active","schedule":{"isSchedulingEnabled":false}},
            {"id":"cd-3","name":"C","status":"Paused"},
            {"name":"no id"},
        ],"hasMore":true,"totalResults":120}});
        let (_, content) = read(&listing(1), &data, Hidden::default()).unwrap();
        let Content::Page { campaigns, rows: 4, has_more, total } = content else { panic!("no page") };
        assert_eq!((has_more, total), (true, Some(120)));
        let seen: Vec<_> = campaigns.iter().map(|c| (c.id.as_str(), c.state.as_str(), c.is_scheduled)).collect();
        assert_eq!(seen, [("cd-1", "Ready", Some(true)), ("cd-2", "Active", Some(false)), ("cd-3", "Paused", None)]);
    }

    #[test]
    fn the_last_page_is_known_without_has_more() {
        let more = |page, data| match read(&listing(page), &json!({ "data": data }), Hidden::default()).unwrap().1 {
            Content::Page { has_more, .. } => has_more,
            other => panic!("{other:?}"),
        };
        assert!(more(1, json!({"results":[],"totalPages":2})));
        assert!(!more(2, json!({"results":[],"totalPages":2})));
        assert!(!more(1, json!({"results":[]})));
        assert!(more(1, json!({"results": vec![1; 50]})));
    }

    #[test]
    fn a_read_without_data_is_no_read() {
        assert_eq!(read(&listing(1), &json!({"status":"success"}), Hidden::default()), None);
        let one = Request::Campaign {
            stream: StreamId::new("s"),
            id: CampaignId::new("cd-1"),
            campaign: CampaignName::new("A"),
        };
        assert_eq!(read(&one, &json!({"data":{"_id":"cd-1"}}), Hidden::default()), None);
    }

    #[test]
    fn ids_that_are_none_are_not_taken() {
        for id in ["", "..", "a\u{1b}b", &"x".repeat(MOST_ID + 1)] {
            assert_eq!(id_in(&json!({ "id": id }), Hidden::default()), None);
        }
        for id in [json!(null), json!(4.5), json!(true), json!({ "$oid": "cd-1" }), json!(["cd-1"])] {
            assert_eq!(id_in(&json!({ "id": id }), Hidden::default()), None);
        }
        assert_eq!(id_in(&json!({ "id": 42 }), Hidden::default()), Some(CampaignId::new("42")));
        assert_eq!(id_in(&json!({"id":null,"_id":"cd-7"}), Hidden::default()), Some(CampaignId::new("cd-7")));
        assert_eq!(id_in(&json!({"id":"cd-671b3bd-a"}), Hidden::default()), Some(CampaignId::new("cd-671b3bd-a")));
    }

    #[test]
    fn an_id_that_cannot_be_used_is_shown_and_cut_short() {
        let hidden = Hidden { token: "a.b.c", client_secret: "" };
        let why = |id: Value| why_no_id(&json!({ "id": id }), hidden);
        for id in [json!(null), json!("  ")] {
            assert_eq!(why(id), "the platform gave no id");
        }
        assert_eq!(why(json!({ "$oid": "a.b.c" })), "the platform's id can't be used: {\"$oid\":\"[token]\"}");
        let cut = format!("the platform's id can't be used: {}…", "x".repeat(200));
        assert_eq!(why(json!("x".repeat(MOST_ID + 1))), cut);
    }

    #[test]
    fn a_secret_is_in_no_id_and_in_no_state() {
        let hidden = Hidden { token: "a.b.c", client_secret: "canaries sing" };
        let data = json!({"data":{"_id":"cd-a.b.c","name":"A","status":"canaries sing"}});
        let one = Request::Campaign {
            stream: StreamId::new("s"),
            id: CampaignId::new("cd-1"),
            campaign: CampaignName::new("A"),
        };
        let Some((Some(id), Content::Campaign(campaign))) = read(&one, &data, hidden) else { panic!("no campaign") };
        assert_eq!((id.as_str(), campaign.id.as_str()), ("cd-[token]", "cd-[token]"));
        assert_eq!(campaign.state, "[secret]");
    }
}
