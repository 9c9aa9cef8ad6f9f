//! Quotas at the socket, and where the simulator listens.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use campaign_scheduler::clock::SystemClock;
use campaign_scheduler::simulator::{RateLimitAnswer, RetryAfter, Settings, Simulator, SimulatorError};
use futures::future::join_all;

use super::rig::{Rig, sample};

const MINUTE: Duration = Duration::from_secs(60);
const PER_MINUTE: &str = r#"{"status":"error","message":"You've exceeded the per-minute rate limit. Please wait for sometime before retrying."}"#;

fn with_quotas(quotas: Vec<(usize, Duration)>) -> Settings {
    Settings { quotas, ..sample() }
}

#[tokio::test]
async fn sixty_calls_pass_and_the_next_waits_a_minute_from_the_first() {
    let rig = Rig::start(with_quotas(vec![(60, MINUTE)])).await;
    for _ in 0..60 {
        assert_eq!(rig.enable().await.status(), 200);
    }
    rig.enable().await.is(429, PER_MINUTE);

    let first = rig.simulator.ledger().arrivals()[0].at_micros;
    let shortly_before = Duration::from_micros(u64::try_from(first).unwrap()) + MINUTE - Duration::from_secs(5);
    rig.pass(shortly_before - rig_time(&rig)).await;
    assert_eq!(rig.enable().await.status(), 429);
    rig.pass(Duration::from_secs(5)).await;
    assert_eq!(rig.enable().await.status(), 200);
    assert_eq!(rig.simulator.ledger().effects(), 61);
}

/// How far the simulator's clock has come.
fn rig_time(rig: &Rig) -> Duration {
    use campaign_scheduler::clock::Clock as _;
    Duration::from_micros(u64::try_from(rig.clock.now().as_micros()).unwrap())
}

#[tokio::test]
async fn calls_at_once_pass_to_the_number() {
    let rig = Rig::start(with_quotas(vec![(7, MINUTE)])).await;
    let replies = join_all((0..20).map(|_| rig.enable())).await;
    assert_eq!(replies.iter().filter(|reply| reply.status() == 200).count(), 7);
    assert_eq!(rig.simulator.ledger().busiest(MINUTE), 20);
}

#[tokio::test]
async fn the_hourly_quota_says_that_it_is_one() {
    let rig = Rig::start(with_quotas(vec![(60, MINUTE), (2, MINUTE * 60)])).await;
    rig.enable().await;
    rig.enable().await;
    let hourly = PER_MINUTE.replace("per-minute", "hourly");
    rig.enable().await.is(429, &hourly);
}

#[tokio::test]
async fn reads_and_calls_without_a_good_token_pay_too() {
    let rig = Rig::start(with_quotas(vec![(2, MINUTE)])).await;
    rig.call("POST", &rig.path("schedule"), &[], "").await;
    rig.call("GET", &rig.path("cd-x"), &rig.headers(), "").await;
    assert_eq!(rig.enable().await.status(), 429);
    // Somebody else's account pays from its own purse.
    let mut headers = rig.headers();
    headers[1].1 = "somebody".to_owned();
    assert_eq!(rig.call("POST", &rig.path("schedule"), &headers, "").await.status(), 400);
}

#[tokio::test]
async fn the_form_of_the_limit_is_a_switch() {
    let form = |status, retry_after| RateLimitAnswer { status, word: "failure".to_owned(), retry_after };
    let body = PER_MINUTE.replace("error", "failure");

    let settings = Settings { rate_limit: form(200, RetryAfter::Seconds), ..with_quotas(vec![(1, MINUTE)]) };
    let rig = Rig::start(settings).await;
    rig.enable().await;
    let reply = rig.enable().await;
    reply.is(200, &body);
    let seconds: u64 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((50..=60).contains(&seconds), "{seconds}");

    let settings = Settings { rate_limit: form(429, RetryAfter::Date), ..with_quotas(vec![(1, MINUTE)]) };
    let rig = Rig::start(settings).await;
    rig.enable().await;
    let reply = rig.enable().await;
    let date = reply.header("retry-after").unwrap();
    assert!(date.starts_with("Thu, 01 Jan 2026 00:01:") && date.ends_with(" GMT"), "{date}");
}

#[tokio::test]
async fn it_listens_on_loopback_alone() {
    let listen: SocketAddr = "0.0.0.0:0".parse().unwrap();
    let refused = Simulator::start(sample(), listen, Arc::new(SystemClock::start())).await.unwrap_err();
    assert!(matches!(refused, SimulatorError::NotLoopback { .. }));
    assert_eq!(refused.to_string(), "the simulator listens on loopback only, not on 0.0.0.0:0");
}

#[tokio::test]
async fn without_details_calls_are_counted_all_the_same() {
    let rig = Rig::start(Settings { keep_arrivals: false, ..sample() }).await;
    rig.enable().await;
    let ledger = rig.simulator.ledger();
    assert_eq!((ledger.calls(), ledger.effects(), ledger.arrivals()), (1, 1, Vec::new()));
}
