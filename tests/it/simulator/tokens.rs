//! The token check and the memory of `jti`.

use campaign_scheduler::simulator::Settings;
use serde_json::{Value, json};

use super::rig::{CAMPAIGN, DAILY, Reply, Rig, sample, signed};

const CREDENTIALS: &str = r#"{"errors":[{"msg":"Invalid SDK credentials","code":4002}]}"#;
const NO_TOKEN: &str = r#"{"errors":[{"msg":"Invalid JWT token","code":4002}]}"#;
const REPLAY: &str = r#"{"errors":[{"msg":"error verifying the jwt: possibly a replay","code":401}]}"#;
const TOO_LONG: &str =
    r#"{"errors":[{"msg":"error verifying the jwt: if \"jti\" claim \"exp\" must be <= 1 hour(s)","code":401}]}"#;
const NO_JTI: &str = r#"{"errors":[{"msg":"error verifying the jwt: \"jti\" claim is required","code":401}]}"#;
const EXPIRED: &str = r#"{"errors":[{"msg":"error verifying the jwt: jwt expired","code":401}]}"#;

async fn with_token(rig: &Rig, token: &str) -> Reply {
    let mut headers = rig.headers();
    headers[0].1 = token.to_owned();
    let target = format!("{}?enableSchedule=true&campaignName={CAMPAIGN}", rig.path("schedule"));
    rig.call("POST", &target, &headers, DAILY).await
}

/// The answer to otherwise good claims with one of them set, or taken out where it is null.
async fn with_claim(rig: &Rig, name: &str, value: Value) -> Reply {
    let mut claims = rig.claims();
    claims[name] = value;
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    with_token(rig, &rig.sign(&claims)).await
}

#[tokio::test]
async fn a_token_that_is_none_or_not_ours_is_refused() {
    let rig = Rig::start(sample()).await;
    let good = rig.sign(&rig.claims());
    let other_key = signed(&json!({ "alg": "HS256" }), &rig.claims(), "another secret");
    let unsigned = signed(&json!({ "alg": "none" }), &rig.claims(), rig.settings.client_secret.as_str());
    let tampered = {
        let (head, signature) = good.rsplit_once('.').unwrap();
        format!(
            "{}.{}.{signature}",
            head.split_once('.').unwrap().0,
            signed(&json!({}), &json!({ "appId": "x" }), "").split('.').nth(1).unwrap()
        )
    };
    for token in [other_key.as_str(), &unsigned, &tampered, ""] {
        with_token(&rig, token).await.is(401, CREDENTIALS);
    }
    for token in ["x", "a.b.c", &format!("Bearer {good}"), &format!("{good}=")] {
        with_token(&rig, token).await.is(401, NO_TOKEN);
    }
    let mut headers = rig.headers();
    headers.remove(0);
    rig.call("POST", &rig.path("schedule"), &headers, DAILY).await.is(401, CREDENTIALS);
    headers.push(("Authorization", good.clone()));
    rig.call("POST", &rig.path("schedule"), &headers, DAILY).await.is(401, CREDENTIALS);
    assert_eq!(with_token(&rig, &good).await.status(), 200);
}

#[tokio::test]
async fn claims_are_judged_one_by_one() {
    let rig = Rig::start(sample()).await;
    let now = rig.claims()["iat"].as_i64().unwrap() + 5;
    with_claim(&rig, "appId", json!("cs-other")).await.is(401, CREDENTIALS);
    with_claim(&rig, "appId", Value::Null).await.is(401, CREDENTIALS);
    with_claim(&rig, "sub", Value::Null).await.is(401, CREDENTIALS);
    with_claim(&rig, "exp", json!("soon")).await.is(401, NO_TOKEN);
    with_claim(&rig, "exp", json!(now - 1)).await.is(401, EXPIRED);
    with_claim(&rig, "exp", json!(now + 3_660)).await.is(401, TOO_LONG);
    with_claim(&rig, "exp", Value::Null).await.is(401, TOO_LONG);
    with_claim(&rig, "jti", Value::Null).await.is(401, NO_JTI);
    assert_eq!(with_claim(&rig, "iat", Value::Null).await.status(), 200);
}

#[tokio::test]
async fn a_jti_is_good_for_one_call() {
    let rig = Rig::start(sample()).await;
    let token = rig.sign(&rig.claims());
    assert_eq!(with_token(&rig, &token).await.status(), 200);
    with_token(&rig, &token).await.is(401, REPLAY);
}

#[tokio::test]
async fn a_jti_is_used_up_by_a_call_that_a_fault_struck() {
    let rig = Rig::with_faults(["status=503,call=1"]).await;
    let token = rig.sign(&rig.claims());
    assert_eq!(with_token(&rig, &token).await.status(), 503);
    with_token(&rig, &token).await.is(401, REPLAY);
}

#[tokio::test]
async fn without_enforcement_a_bare_token_can_be_used_again() {
    let rig = Rig::start(Settings { enforce_jti: false, ..sample() }).await;
    let token = rig.sign(&json!({ "appId": rig.settings.client_id, "sub": "1" }));
    for _ in 0..2 {
        assert_eq!(with_token(&rig, &token).await.status(), 200);
    }
}

#[tokio::test]
async fn a_missing_scope_is_a_401() {
    let rig = Rig::start(Settings { scope: false, ..sample() }).await;
    rig.enable().await.is(401, r#"{"errors":[{"msg":"Permission denied. Scope is incorrect!","code":4002}]}"#);
}
