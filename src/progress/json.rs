//! `--events`: JSON objects, one a line, each written when it happens.
//!
//! Every line has `v` (the version of this format), `at` (UTC), `batch` and `event`; what else it
//! has depends on the event:
//!
//! | event | fields |
//! |---|---|
//! | `started` | `outcomes` |
//! | `granted` | `source`, `campaign`, `attempt` |
//! | `answered` | `source`, `campaign`, `attempt`, `verdict`, `http_status`, `message`, `status` |
//! | `settled` | `source`, `campaign`, `status` |
//! | `held` | `until` |
//! | `breaker` | `state` (`opened`, `waiting`, `closed`), `seconds` |
//! | `stopping` | `reason`, `in_flight` |
//! | `ended` | `reason`, `outcomes` |

use std::io::Write;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::Watcher;
use crate::clock::Clock;
use crate::dispatch::{BreakerChange, Event};
use crate::model::{BatchId, Status, Tally};

/// The version of the format: it grows when a field changes its meaning or goes away.
pub const SCHEMA_VERSION: u32 = 1;

/// The lines.
pub(super) struct JsonLines {
    out: Option<Box<dyn Write + Send>>,
    batch: BatchId,
    clock: Arc<dyn Clock>,
}

impl JsonLines {
    pub(super) fn new(out: Box<dyn Write + Send>, batch: BatchId, clock: Arc<dyn Clock>) -> Self {
        Self { out: Some(out), batch, clock }
    }
}

impl Watcher for JsonLines {
    fn observe(&mut self, event: &Event) {
        let Some((name, at, fields)) = fields(event) else { return };
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
        if out.write_all(text.as_bytes()).is_err() {
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

fn fields(event: &Event) -> Option<(&'static str, Option<DateTime<Utc>>, Value)> {
    Some(match event {
        Event::Started { tally, .. } => ("started", None, json!({ "outcomes": outcomes(tally) })),
        Event::Granted { place, campaign, attempt, at } => {
            ("granted", Some(*at), json!({ "source": place.to_string(), "campaign": campaign, "attempt": attempt }))
        }
        Event::Answered { place, campaign, attempt, at, verdict, http_status, message, status, followers: _ } => (
            "answered",
            Some(*at),
            json!({
                "source": place.to_string(), "campaign": campaign, "attempt": attempt, "verdict": verdict,
                "http_status": http_status, "message": message, "status": status,
            }),
        ),
        Event::Settled { place, campaign, status, at } => {
            ("settled", Some(*at), json!({ "source": place.to_string(), "campaign": campaign, "status": status }))
        }
        Event::Held { until } => ("held", None, json!({ "until": stamp(*until) })),
        Event::Breaker(change) => {
            let (state, seconds) = match change {
                BreakerChange::Opened => ("opened", None),
                BreakerChange::Waiting(pause) => ("waiting", Some(pause.as_secs_f64())),
                BreakerChange::Closed => ("closed", None),
            };
            ("breaker", None, json!({ "state": state, "seconds": seconds }))
        }
        Event::Snapshot(_) => return None,
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
    use std::sync::Mutex;

    use super::*;
    use crate::clock::TestClock;
    use crate::model::{CampaignName, Ending, Place};

    #[derive(Clone, Default)]
    struct Out(Arc<Mutex<Vec<u8>>>);

    impl Write for Out {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_lines_of_events_stay_as_they_are() {
        let at = "2030-01-01T00:00:00Z".parse().unwrap();
        let out = Out::default();
        let clock = Arc::new(TestClock::at(at));
        let mut lines = JsonLines::new(Box::new(out.clone()), BatchId::new("b1"), clock);
        let place = Place { source: "q1.xlsx".into(), sheet: Some("Launch".into()), row: 7 };
        let campaign = CampaignName::new("Spring \u{1b}[31m");
        let tally = Tally::default();
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
            Event::Settled { place, campaign, status: Status::Invalid, at },
            Event::Held { until: at },
            Event::Breaker(BreakerChange::Opened),
            Event::Breaker(BreakerChange::Waiting(std::time::Duration::from_secs(2))),
            Event::Stopping { ending: Ending::Finished, in_flight: 2 },
            Event::Ended { ending: Ending::Finished, tally },
        ] {
            lines.observe(&event);
        }
        insta::assert_snapshot!(String::from_utf8(out.0.lock().unwrap().clone()).unwrap());
    }
}
