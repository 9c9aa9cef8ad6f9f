//! The schedule call: what the documentation shows is accepted, what it forbids is not.

use campaign_scheduler::simulator::{CampaignState, Campaigns, Channel, ListedCampaign, Settings};

use super::rig::{CAMPAIGN, DAILY, NAME, Rig, WEEKLY, sample};

const INVALID: &str = r#"{"errors":[{"msg":"Validation errors/ Invalid arguments","code":412}]}"#;

fn query(enable: &str) -> String {
    format!("enableSchedule={enable}&campaignName={CAMPAIGN}")
}

#[tokio::test]
async fn the_documented_samples_are_accepted() {
    let rig = Rig::start(sample()).await;
    let id = {
        let reply = rig.schedule(&query("true"), DAILY).await;
        assert_eq!(reply.status(), 200);
        reply.json()["id"].as_str().unwrap().to_owned()
    };
    assert!(id.starts_with("cd-"), "{id}");
    let scheduled = format!(r#"{{"status":"success","message":"Campaign {NAME} scheduled successfully","id":"{id}"}}"#);
    let disabled = format!(
        r#"{{"status":"success","message":"Campaign {NAME} schedule has been disabled successfully","id":"{id}"}}"#
    );

    rig.schedule(&query("true"), WEEKLY).await.is(200, &scheduled);
    assert_eq!(rig.simulator.ledger().campaigns()[0].schedule.as_deref(), Some(WEEKLY));
    rig.schedule(&query("false"), "{}").await.is(200, &disabled);
    assert_eq!(rig.simulator.ledger().campaigns()[0].schedule, None);
    assert_eq!(rig.simulator.ledger().effects(), 3);
}

#[tokio::test]
async fn bodies_that_the_documentation_does_not_know_are_invalid() {
    let rig = Rig::start(sample()).await;
    let details = r#""dailyDetails":{"onceEveryNdays":1}"#;
    let weekly = r#""weeklyDetails":{"onceEveryNweeks":1,"whichDays":["Mon"]}"#;
    let wrong = [
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        DAILY.replace("01-27", "1-27"),
        DAILY.replace("18:29:00", "18:29"),
        DAILY.replace("2026-01-27 ", "2026-01-27T"),
        DAILY.replace("2026-02-27", "2026-02-31"),
        DAILY.replace("2026-02-27", "2026-01-27"),
        DAILY.replace("2026-02-27", "2026-01-26"),
        DAILY.replace("2026-01-27", "2025-01-27").replace("2026-02-27", "2025-02-27"),
        DAILY.replace(":1}", ":1.0}"),
        DAILY.replace(":1}", ":\"1\"}"),
        DAILY.replace(":1}", ":0}"),
        DAILY.replace(":1}", ":-1}"),
        DAILY.replace("\"Daily\"", "\"daily\""),
        DAILY.replace("\"Daily\"", "\"Monthly\""),
        DAILY.replace("\"Daily\"", "\"Weekly\""),
        DAILY.replace(details, &format!("{details},{weekly}")),
        DAILY.replace(details, &format!("{details},{details}")),
        DAILY.replacen('{', r#"{"timezone":"UTC","#, 1),
        DAILY.replacen('{', r#"{"startDateTime":"2026-01-27 18:29:00","#, 1),
        DAILY.replace("endDateTime", "enddatetime"),
        format!("{DAILY}x"),
        WEEKLY.replace("weeklyDetails", "dailyDetails"),
        WEEKLY.replace("\"Tue\"", "\"Mon\""),
        WEEKLY.replace("\"Tue\"", "\"Tuesday\""),
        WEEKLY.replace("\"Tue\"", "2"),
        WEEKLY.replace(r#"["Mon","Tue","Wed","Thu","Fri","Sat","Sun"]"#, "[]"),
        WEEKLY.replace(r#","whichDays":["Mon","Tue","Wed","Thu","Fri","Sat","Sun"]"#, ""),
    ];
    for body in &wrong {
        let reply = rig.schedule(&query("true"), body).await;
        assert_eq!((reply.status(), reply.body()), (412, INVALID), "{body}");
    }
    for body in ["", DAILY, "[]", "null"] {
        rig.schedule(&query("false"), body).await.is(412, INVALID);
    }
    assert_eq!(rig.simulator.ledger().effects(), 0);
}

#[tokio::test]
async fn queries_are_judged_on_raw_bytes() {
    let rig = Rig::start(sample()).await;
    let wrong = [
        String::new(),
        format!("campaignName={CAMPAIGN}"),
        "enableSchedule=true".to_owned(),
        "enableSchedule=true&campaignName=".to_owned(),
        query("True"),
        query("1"),
        query("true").replace("%20", "+"),
        query("true").replace("%7C", "|"),
        format!("{}&campaignName={CAMPAIGN}", query("true")),
        format!("{}&accountId=x", query("true")),
        query("true").replace("campaignName", "campaignname"),
    ];
    for query in &wrong {
        let reply = rig.schedule(query, DAILY).await;
        assert_eq!((reply.status(), reply.body()), (412, INVALID), "{query}");
    }
    let swapped = format!("campaignName={}&enableSchedule=true", CAMPAIGN.replace("%7C", "%7c"));
    assert_eq!(rig.schedule(&swapped, DAILY).await.status(), 200);
}

#[tokio::test]
async fn every_documented_header_is_needed_once() {
    let rig = Rig::start(sample()).await;
    let target = format!("{}?{}", rig.path("schedule"), query("true"));
    for name in ["accountId", "iid", "Content-Type"] {
        let mut headers = rig.headers();
        headers.retain(|(header, _)| *header != name);
        rig.call("POST", &target, &headers, DAILY).await.is(412, INVALID);

        let mut headers = rig.headers();
        let repeated = headers.iter().find(|(header, _)| *header == name).cloned().unwrap();
        headers.push(repeated);
        rig.call("POST", &target, &headers, DAILY).await.is(412, INVALID);
    }
    let mut headers = rig.headers();
    headers[3].1 = "text/plain".to_owned();
    rig.call("POST", &target, &headers, DAILY).await.is(412, INVALID);
    let mut headers = rig.headers();
    headers[1].1 = "somebody".to_owned();
    let reply = rig.call("POST", &target, &headers, DAILY).await;
    reply.is(400, r#"{"errors":[{"msg":"Invalid accountId","code":400}]}"#);
}

#[tokio::test]
async fn unknown_streams_names_and_addresses_have_their_envelopes() {
    let rig = Rig::start(Settings { any_stream: false, ..sample() }).await;
    rig.schedule("enableSchedule=true&campaignName=Nobody", DAILY)
        .await
        .is(400, r#"{"errors":[{"msg":"Campaign not found","code":400}]}"#);
    let target = format!("/campaign/api/v2/public/st-other/campaign/schedule?{}", query("true"));
    rig.call("POST", &target, &rig.headers(), DAILY)
        .await
        .is(400, r#"{"errors":[{"msg":"Invalid StreamId","code":400}]}"#);
    for (method, path) in [("PUT", "schedule"), ("POST", "schedule/"), ("POST", "schedules/x/y")] {
        let target = format!("{}?{}", rig.path(path), query("true"));
        assert_eq!(rig.call(method, &target, &rig.headers(), DAILY).await.status(), 404, "{method} {path}");
    }
}

#[tokio::test]
async fn names_ignore_case_where_the_switch_says_so_and_the_id_is_the_campaigns() {
    let lower = format!("enableSchedule=true&campaignName={}", CAMPAIGN.replace("Agentless", "AGENTLESS"));
    let rig = Rig::start(sample()).await;
    let (exact, folded) = (rig.enable().await, rig.schedule(&lower, DAILY).await);
    assert_eq!(exact.json()["id"], folded.json()["id"]);
    let strict = Rig::start(Settings { ignore_case: false, ..sample() }).await;
    assert_eq!(strict.schedule(&lower, DAILY).await.status(), 400);
}

#[tokio::test]
async fn an_active_campaign_takes_no_schedule() {
    let active = ListedCampaign { name: NAME.to_owned(), channel: Channel::Voice, state: CampaignState::Active };
    let campaigns = Campaigns::Listed(vec![active]);
    let rig = Rig::start(Settings { campaigns, refusal_word: "failure".to_owned(), ..sample() }).await;
    let message = format!(r#"{{"status":"failure","message":"Campaign {NAME} is Active and cannot be edited"}}"#);
    rig.enable().await.is(400, &message);
    assert_eq!(rig.simulator.ledger().effects(), 0);
}

#[tokio::test]
async fn a_past_start_is_a_switch() {
    let body = DAILY.replace("2026-01-27", "2025-12-31");
    let lenient = Rig::start(sample()).await;
    assert_eq!(lenient.schedule(&query("true"), &body).await.status(), 200);
    let strict = Rig::start(Settings { past_start_accepted: false, ..sample() }).await;
    strict.schedule(&query("true"), &body).await.is(412, INVALID);
}

#[tokio::test]
async fn the_ledger_holds_what_came_to_the_byte() {
    let rig = Rig::start(sample()).await;
    rig.enable().await;
    rig.schedule("enableSchedule=maybe&campaignName=a+b", "no json").await;
    let arrivals = rig.simulator.ledger().arrivals();
    let [first, second] = arrivals.as_slice() else { panic!("{arrivals:?}") };
    assert_eq!(
        (first.call, first.path.as_str(), first.query.as_str()),
        (1, rig.path("schedule").as_str(), query("true").as_str())
    );
    assert_eq!((first.body.as_str(), first.campaign.as_deref(), first.enable), (DAILY, Some(NAME), Some(true)));
    assert_eq!((first.status, first.took_effect), (Some(200), true));
    assert_eq!((second.query.as_str(), second.body.as_str()), ("enableSchedule=maybe&campaignName=a+b", "no json"));
    assert_eq!(
        (second.campaign.as_deref(), second.enable, second.status, second.took_effect),
        (None, None, Some(412), false)
    );

    let shown = rig.call("GET", "/_sim/calls", &[], "").await.json();
    assert_eq!(shown["calls"][0]["body"], DAILY);
    let state = rig.call("GET", "/_sim/state", &[], "").await;
    assert_eq!((&state.json()["calls"], &state.json()["effects"]), (&2.into(), &1.into()));
    assert_eq!(state.json()["campaigns"][0]["state"], "Scheduled");
    assert!(!state.body().contains(rig.settings.client_secret.as_str()));
}
