//! `--events`: JSON objects, one a line, each written when it happens.
//!
//! Every line has `v` (the version of this format), `at` (UTC), `batch` and `event`; what else it
//! has depends on the event:
//!
//! | event | fields |
//! |---|---|
//! | `started` | `outcomes` |
//! | `granted` | `source`, `campaign`, `attempt` |
//! | `answered` | `source`, `campaign`, `attempt`, `verdict`, `http_status`, `message`, `status`, `followers` |
//! | `settled` | `source`, `campaign`, `status`, `followers` |
//! | `held` | `until` |
//! | `breaker` | `state` (`opened`, `waiting`, `closed`), `seconds` |
//! | `waiting` | `for` (`quota`, `hold`, `breaker`, `row`, `pace`), `quota`, `until`, `seconds` |
//! | `stopping` | `reason`, `in_flight` |
//! | `ended` | `reason`, `outcomes` |
//! | `reading-started` | `purpose` (`look-up`, `read-back`) |
//! | `read-granted` | `read` (`listing`, `campaign`), `stream`, `channel`, `page`, `campaign_id` |
//! | `read-answered` | the same, and `verdict`, `http_status`, `message` |
//! | `reading-ended` | `purpose`, `reason`, `reads` |
//!
//! Fields without a value are null. A wait of a second or more is told once, when it begins; what
//! comes before it is over (an answer, a signal) may end it early.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::Watcher;
use super::waits::Waits;
use crate::clock::Clock;
use crate::dispatch::{BreakerChange, Event, Purpose, Read, ReadSnapshot, Snapshot};
use crate::model::quota::Cause;
use crate::model::visible::in_json;
use crate::model::{BatchId, Status, Tally};

/// The version of the format: it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The shortest wait that is told.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// The lines.
pub(super) struct JsonLines {
    out: Option<Box<dyn Write + Send>>,
    batch: BatchId,
    clock: Arc<dyn Clock>,
    waits: Waits,
}

impl JsonLines {
    pub(super) fn new(out: Box<dyn Write + Send>, batch: BatchId, clock: Arc<dyn Clock>) -> Self {
        Self { out: Some(out), batch, clock, waits: Waits::of_at_least(WORTH_TELLING) }
    }
}

/// An event's name, its time where it has one of its own, and its fields.
type Line = (&'static str, Option<DateTime<Utc>>, Value);

impl JsonLines {
    /// A wait, where it is news.
    fn waiting(&mut self, cause: Cause, left: Duration) -> Option<Line> {
        let now = self.clock.wall();
        let until = self.waits.news(cause, left, now)?;
        let quota = match cause {
            Cause::Quota(quota) => Some(quota.to_string()),
            Cause::Row | Cause::Worker | Cause::Pace | Cause::Hold | Cause::Breaker => None,
        };
        let word = word_for(cause);
        let fields = json!({ "for": word, "quota": quota, "until": stamp(until), "seconds": left.as_secs_f64() });
        Some(("waiting", Some(now), fields))
    }
}

const fn word_for(cause: Cause) -> &'static str {
    match cause {
        Cause::Quota(_) => "quota",
        Cause::Hold => "hold",
        Cause::Breaker => "breaker",
        Cause::Row => "row",
        Cause::Pace => "pace",
        Cause::Worker => "worker",
    }
}

const fn word_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::LookUp => "look-up",
        Purpose::ReadBack => "read-back",
    }
}

fn fields_of(read: &Read) -> Value {
    match read {
        Read::Page { stream, channel, page } => json!({
            "read": "listing", "stream": stream, "channel": channel, "page": page, "campaign_id": null,
        }),
        Read::Campaign { stream, id } => json!({
            "read": "campaign", "stream": stream, "channel": null, "page": null, "campaign_id": id,
        }),
    }
}

impl Watcher for JsonLines {
    fn observe(&mut self, event: &Event) {
        let line = match event {
            Event::Snapshot(Snapshot { wait, .. }) | Event::ReadSnapshot(ReadSnapshot { wait, .. }) => {
                wait.and_then(|(cause, left)| self.waiting(cause, left))
            }
            _ => fields(event),
        };
        let Some((name, at, fields)) = line else { return };
        let Some(out) = &mut self.out else { return };
        let at = at.unwrap_or_else(|| self.clock.wall());
        let mut line = Map::new();
        line.insert("v".to_owned(), SCHEMA_VERSION.into());
        line.insert("at".to_owned(), stamp(at));
        line.insert("batch".to_owned(), self.batch.as_str().into());
        line.insert("event".to_owned(), name.into());
        if let Value::Object(fields) = fields {
            line.extend(fields);
        }
        let text = format!("{}\n", Value::Object(line));
        // A full disk must not stop the batch: the journal has it all.
        if out.write_all(in_json(&text).as_bytes()).is_err() {
            self.out = None;
        }
    }
}

fn stamp(at: DateTime<Utc>) -> Value {
    at.to_rfc3339_opts(SecondsFormat::Millis, true).into()
}

fn outcomes(tally: &Tally) -> Value {
    Status::ALL.into_iter().map(|status| (status.as_str().to_owned(), Value::from(tally.of(status)))).collect()
}

fn fields(event: &Event) -> Option<Line> {
    Some(match event {
        Event::Started { tally, .. } => ("started", None, json!({ "outcomes": outcomes(tally) })),
        Event::Granted { place, campaign, attempt, at } => {
            ("granted", Some(*at), json!({ "source": place.to_string(), "campaign": campaign, "attempt": attempt }))
        }
        Event::Answered { place, campaign, attempt, at, verdict, http_status, message, status, followers } => (
            "answered",
            Some(*at),
            json!({
                "source": place.to_string(), "campaign": campaign, "attempt": attempt, "verdict": verdict,
                "http_status": http_status, "message": message, "status": status, "followers": followers,
            }),
        ),
        Event::Settled { place, campaign, status, at, followers } => (
            "settled",
            Some(*at),
            json!({ "source": place.to_string(), "campaign": campaign, "status": status, "followers": followers }),
        ),
        Event::Held { until } => ("held", None, json!({ "until": stamp(*until) })),
        Event::Breaker(change) => {
            let (state, seconds) = match change {
                BreakerChange::Opened => ("opened", None),
                BreakerChange::Waiting(pause) => ("waiting", Some(pause.as_secs_f64())),
                BreakerChange::Closed => ("closed", None),
            };
            ("breaker", None, json!({ "state": state, "seconds": seconds }))
        }
        Event::Snapshot(_) | Event::ReadSnapshot(_) => return None,
        Event::ReadingStarted { purpose } => ("reading-started", None, json!({ "purpose": word_of(*purpose) })),
        Event::ReadGranted { read, at } => ("read-granted", Some(*at), fields_of(read)),
        Event::ReadAnswered { read, at, verdict, http_status, message } => {
            let mut fields = fields_of(read);
            fields["verdict"] = (*verdict).into();
            fields["http_status"] = (*http_status).into();
            fields["message"] = message.as_str().into();
            ("read-answered", Some(*at), fields)
        }
        Event::ReadingEnded { purpose, ending, reads } => (
            "reading-ended",
            None,
            json!({ "purpose": word_of(*purpose), "reason": ending.to_string(), "reads": reads }),
        ),
        Event::Stopping { ending, in_flight } => {
            ("stopping", None, json!({ "reason": ending.to_string(), "in_flight": in_flight }))
        }
        Event::Ended { ending, tally } => {
            ("ended", None, json!({ "reason": ending.to_string(), "outcomes": outcomes(tally) }))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::recorded::Recorded;
    use super::*;
    use crate::clock::TestClock;
    use crate::model::{CampaignName, Ending, Place};

    #[tokio::test(start_paused = true)]
    async fn the_lines_of_events_stay_as_they_are() {
        let at = "2030-01-01T00:00:00Z".parse().unwrap();
        let out = Recorded::default();
        let clock = Arc::new(TestClock::at(at));
        let mut lines = JsonLines::new(Box::new(out.clone()), BatchId::new("b1"), clock);
        let place = Place { source: "q1.xlsx".into(), sheet: Some("Launch".into()), row: 7 };
        let campaign = CampaignName::new("Spring \u{1b}[31m");
        let tally = Tally::default();
        let stream = crate::model::StreamId::new("st-1");
        let page = Read::Page { stream: stream.clone(), channel: "sms", page: 2 };
        let campaign_read = Read::Campaign { stream, id: crate::model::CampaignId::new("cd-1") };
        for event in [
            Event::Started { tally, used: Vec::new() },
            Event::Granted { place: place.clone(), campaign: campaign.clone(), attempt: 1, at },
            Event::Answered {
                place: place.clone(),
                campaign: campaign.clone(),
                attempt: 1,
                at,
                verdict: "accepted",
                http_status: Some(200),
                message: "scheduled".to_owned(),
                status: Status::Scheduled,
                followers: 0,
            },
            Event::Settled { place, campaign, status: Status::Invalid, at, followers: 2 },
            Event::Held { until: at },
            Event::ReadingStarted { purpose: Purpose::LookUp },
            Event::ReadGranted { read: page.clone(), at },
            Event::ReadAnswered {
                read: campaign_read,
                at,
                verdict: "accepted",
                http_status: Some(200),
                message: "found".to_owned(),
            },
            Event::ReadingEnded { purpose: Purpose::ReadBack, ending: Ending::Finished, reads: 1 },
            Event::Breaker(BreakerChange::Opened),
            Event::Breaker(BreakerChange::Waiting(Duration::from_secs(2))),
            Event::Stopping { ending: Ending::Finished, in_flight: 2 },
            Event::Ended { ending: Ending::Finished, tally },
        ] {
            lines.observe(&event);
        }
        let text = out.text();
        the_guide_has_them_all(&text);
        insta::assert_snapshot!(text);
    }

    /// The guide's table has a row for each event, with each of its fields.
    fn the_guide_has_them_all(text: &str) {
        let guide = include_str!("../../samples/guide/operation.md");
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let event = line["event"].as_str().unwrap();
            let row_of = |event: &str| guide.lines().find(|row| row.starts_with(&format!("| `{event}` |")));
            let mut row = row_of(event).unwrap_or_else(|| panic!("{event} is not in the guide")).to_owned();
            if row.contains("the same, and") {
                row.push_str(row_of("read-granted").unwrap());
            }
            for field in line.as_object().unwrap().keys().skip(4) {
                assert!(row.contains(&format!("`{field}`")), "{event}: the guide lacks {field}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_told_when_it_begins_and_not_again() {
        let out = Recorded::default();
        let clock = Arc::new(TestClock::at("2030-01-01T00:00:00Z".parse().unwrap()));
        let mut lines = JsonLines::new(Box::new(out.clone()), BatchId::new("b1"), Arc::clone(&clock) as Arc<dyn Clock>);
        let minute: crate::model::Quota = "60/1m".parse().unwrap();
        let mut show = |cause, seconds| {
            lines.observe(&Event::ReadSnapshot(ReadSnapshot {
                purpose: Purpose::ReadBack,
                done: 1,
                left: 2,
                used: Vec::new(),
                wait: Some((cause, Duration::from_secs_f64(seconds))),
                remaining: Duration::ZERO,
            }));
        };
        show(Cause::Quota(minute), 0.9);
        show(Cause::Worker, 30.0);
        show(Cause::Quota(minute), 50.0);
        tokio::time::advance(Duration::from_secs(20)).await;
        show(Cause::Quota(minute), 30.1);
        show(Cause::Hold, 30.1);
        show(Cause::Quota(minute), 40.0);
        let text = out.text();
        let told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told: Vec<_> = told.iter().map(|line| (&line["for"], &line["quota"], &line["until"])).collect();
        let [minute, hold] = [("quota", Some("60/1m")), ("hold", None)].map(|(what, of)| (json!(what), json!(of)));
        let at = |second: &str| json!(format!("2030-01-01T00:00:{second}Z"));
        assert_eq!(
            told,
            [
                (&minute.0, &minute.1, &at("50.000")),
                (&hold.0, &hold.1, &at("50.100")),
                (&minute.0, &minute.1, &json!("2030-01-01T00:01:00.000Z")),
            ]
        );
    }
}
