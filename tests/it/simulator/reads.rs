//! Reading campaigns back.

use campaign_scheduler::simulator::{Campaigns, Settings};
use serde_json::{Value, json};

use super::rig::{NAME, Reply, Rig, sample};

const NOT_FOUND: &str = r#"{"errors":[{"msg":"Campaign not found","code":400}]}"#;

async fn read(rig: &Rig, method: &str, rest: &str, body: &str) -> Reply {
    let target = format!("{}accountId={}", rig.path(rest), rig.settings.account);
    rig.call(method, &target, &rig.headers(), body).await
}

async fn page(rig: &Rig, channel: &str, limit: u64, skip: u64, page: u64) -> Value {
    let body =
        json!({ "limit": limit, "skip": skip, "page": page, "type": channel, "sortBy": { "createdAt": "desc" } });
    read(rig, "POST", "getAllCampaignDetails?", &body.to_string()).await.json()
}

#[tokio::test]
async fn one_campaign_shows_whether_it_is_scheduled() {
    let rig = Rig::start(sample()).await;
    let id = rig.enable().await.json()["id"].as_str().unwrap().to_owned();
    let shown = read(&rig, "GET", &format!("{id}?"), "").await.json();
    assert_eq!(shown["message"], format!("Campaign {NAME} retrieved successfully"));
    let data = &shown["data"];
    assert_eq!((&data["_id"], &data["name"], &data["status"]), (&json!(id), &json!(NAME), &json!("Scheduled")));
    assert_eq!(data["schedule"], json!({ "isSchedulingEnabled": true, "isRecurrenceEnabled": true }));

    let status = read(&rig, "POST", &format!("{id}/status?view=status&"), "{}").await;
    status.is(200, &format!(r#"{{"status":"success","data":{{"id":"{id}","status":"Scheduled","name":"{NAME}"}}}}"#));
}

#[tokio::test]
async fn reads_that_are_not_as_documented_are_refused() {
    let rig = Rig::start(sample()).await;
    let id = rig.enable().await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(read(&rig, "PUT", &format!("{id}?"), "{}").await.status(), 404, "PUT updates");
    read(&rig, "GET", "cd-none?", "").await.is(400, NOT_FOUND);
    assert_eq!(rig.call("GET", &rig.path(&id), &rig.headers(), "").await.status(), 412, "no account in the query");
    assert_eq!(read(&rig, "POST", &format!("{id}/status?"), "{}").await.status(), 412, "no view");
    assert_eq!(read(&rig, "POST", &format!("{id}/status?view=status&"), "").await.status(), 412, "no body");
    let body = r#"{"limit":50,"skip":0,"page":1,"type":"email","sortBy":{"createdAt":"desc"}}"#;
    assert_eq!(read(&rig, "POST", "getAllCampaignDetails?", body).await.status(), 412, "no such type");
}

#[tokio::test]
async fn a_listing_is_paged_and_each_channel_has_its_key() {
    let rig = Rig::start(Settings { campaigns: Campaigns::Seeded(25), ..sample() }).await;
    let mut names = Vec::new();
    for (number, skip) in [(1, 0), (2, 5), (3, 10)] {
        let shown = page(&rig, "voice", 5, skip, number).await;
        let data = &shown["data"];
        assert_eq!(
            (&data["totalResults"], &data["totalPages"], &data["hasMore"]),
            (&json!(13), &json!(3), &json!(number < 3))
        );
        names.extend(data["results"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()));
        assert!(data["results"][0]["_id"].is_string());
    }
    let odd: Vec<String> = (1..=25).rev().step_by(2).map(|number| format!("Campaign {number}")).collect();
    assert_eq!(names, odd);

    let sms = page(&rig, "sms", 50, 0, 1).await;
    let row = &sms["data"]["results"][0];
    assert_eq!((row["name"].as_str(), row["_id"].is_null(), row["id"].is_string()), (Some("Campaign 24"), true, true));
    assert_eq!(sms["data"]["hasMore"], false);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_platform() {
    let seeded = || Settings { campaigns: Campaigns::Seeded(200), seed: 42, stream: "st-1".to_owned(), ..sample() };
    let (one, two) = (Rig::start(seeded()).await, Rig::start(seeded()).await);
    assert_eq!(page(&one, "sms", 100, 0, 1).await, page(&two, "sms", 100, 0, 1).await);
    assert_eq!(one.simulator.ledger().campaigns(), two.simulator.ledger().campaigns());
    assert!(one.simulator.ledger().campaigns().iter().any(|campaign| campaign.state == "Active"));
}
