//! The events of a run: who follows them has the accounts of the run, row by row.

use std::collections::BTreeMap;

use serde_json::Value;

use super::online::Stage;

const SHEET: &str = "campaign_name,start,end,interval\n\
    Spring,2090-01-10 09:00,2090-02-10 09:00,1\nSpring,2090-01-10 09:00,2090-02-10 09:00,1\n\
    Autumn,2090-01-10 09:00,2090-02-10 09:00,1\nSumer,2090-01-10 09:00,2090-02-10 09:00,1\n\
    Winter,2090-01-10 09:00,2090-02-10 09:00,1\nWinter,2090-01-10 09:00,2090-02-10 09:00,1\n\
    Summer,2090-01-10 09:00,2090-02-10 09:00,1\nbad,2090-02-31,2090-03-10,1\n";

/// How rows stand by their words.
type Outcomes = BTreeMap<String, i64>;

fn outcomes(object: &Value) -> Outcomes {
    object.as_object().unwrap().iter().map(|(word, count)| (word.clone(), count.as_i64().unwrap())).collect()
}

fn shift(outcomes: &mut Outcomes, from: &str, to: &str, rows: i64) {
    *outcomes.get_mut(from).unwrap() -= rows;
    *outcomes.get_mut(to).unwrap() += rows;
}

/// Plays the changes of state from one event on.
fn play(mut sums: Outcomes, events: &[Value]) -> Outcomes {
    let mut stands: BTreeMap<&str, &str> = BTreeMap::new();
    for event in events {
        let Some(status) = event["status"].as_str() else { continue };
        let before = stands.insert(event["source"].as_str().unwrap(), status).unwrap_or("pending");
        let of_followers = |status| if matches!(status, "scheduled" | "disabled") { "unchanged" } else { status };
        shift(&mut sums, before, status, 1);
        let followers = event["followers"].as_i64().unwrap();
        shift(&mut sums, of_followers(before), of_followers(status), followers);
    }
    sums
}

#[tokio::test]
async fn who_follows_the_events_has_the_accounts() {
    let mut settings = Stage::settings();
    for fault in ["status=503,route=schedule,call=2", "status=400,route=schedule,campaign=Winter", "reset,call=8"] {
        settings.faults.push(fault.parse().unwrap());
    }
    let stage = Stage::with(settings, SHEET).await;
    let line = "run sheet.csv --preflight --verify --timezone UTC --concurrency 1 --events events.jsonl";
    let summary = stage.json(line).await;
    assert_eq!(summary["exit_code"], 1, "{summary}");
    let text = stage.file("events.jsonl");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    let at = |name: &str| events.iter().position(|event| event["event"] == name).unwrap();
    assert_eq!(summary["attempts"], named("granted"), "{text}");
    assert_eq!(summary["reads"], named("read-granted"), "{text}");
    assert_eq!((named("granted"), named("read-granted")), (named("answered"), named("read-answered")), "{text}");

    // All rows but the one that the reader refused were pending when they were looked up.
    let read = Outcomes::from([("pending".to_owned(), 7), ("invalid".to_owned(), 1)]);
    let (started, ended) = (&events[at("started")]["outcomes"], &events[at("ended")]["outcomes"]);
    let looked_up: Outcomes = outcomes(started).into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(play(read, &events[..at("started")]), looked_up, "{text}");
    assert_eq!(play(outcomes(started), &events[at("started")..at("ended")]), outcomes(ended), "{text}");
    assert_eq!(outcomes(ended), outcomes(&summary["outcomes"]), "what was read back is as it was: {text}");
    let good = ["scheduled", "unchanged", "invalid", "rejected"].map(|word| ended[word].as_i64().unwrap());
    assert_eq!(good, [3, 1, 2, 2], "{text}");
}
