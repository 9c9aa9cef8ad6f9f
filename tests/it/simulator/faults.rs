//! Each fault, as it looks at the socket.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;

use super::rig::{CAMPAIGN, DAILY, NAME, Rig};

#[tokio::test]
async fn a_status_comes_before_the_effect_or_after_it() {
    let rig = Rig::with_faults(["status=503,call=1"]).await;
    rig.enable().await.is(503, r#"{"status":"error","message":"Service Unavailable"}"#);
    assert_eq!(rig.simulator.ledger().effects(), 0);
    assert_eq!(rig.enable().await.status(), 200);

    let rig = Rig::with_faults(["status=400,body='{\"status\":\"failure\",\"message\":\"no, never\"}'"]).await;
    rig.enable().await.is(400, r#"{"status":"failure","message":"no, never"}"#);

    let rig = Rig::with_faults(["status=500,after"]).await;
    assert_eq!(rig.enable().await.status(), 500);
    assert_eq!(rig.simulator.ledger().effects(), 1);
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    for (fault, effects) in [("reset", 0), ("reset-after", 1)] {
        let rig = Rig::with_faults([fault]).await;
        let reply = rig.enable().await;
        assert_eq!(reply.ended.unwrap_err().kind(), ErrorKind::ConnectionReset, "{fault}");
        assert_eq!(reply.bytes, b"", "{fault}");
        assert_eq!(rig.simulator.ledger().effects(), effects, "{fault}");
        let arrival = rig.simulator.ledger().arrivals().remove(0);
        assert_eq!((arrival.status, arrival.fault.as_deref(), arrival.took_effect), (None, Some(fault), effects == 1));
    }
}

#[tokio::test]
async fn half_a_body_ends_in_the_middle() {
    let rig = Rig::with_faults(["half"]).await;
    let reply = rig.enable().await;
    let announced: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert_eq!((reply.status(), reply.body().len()), (200, announced / 2));
    assert!(reply.body().starts_with(r#"{"status":"success""#), "{}", reply.body());
    assert_eq!(rig.simulator.ledger().effects(), 1);
}

#[tokio::test]
async fn an_endless_body_goes_on() {
    let rig = Rig::with_faults(["endless,call=1"]).await;
    let target = format!("{}?enableSchedule=true&campaignName={CAMPAIGN}", rig.path("schedule"));
    let mut stream = rig.send("POST", &target, &rig.headers(), DAILY).await;
    let mut bytes = vec![0; 8 << 20];
    stream.read_exact(&mut bytes).await.unwrap();
    drop(stream);
    assert_eq!(rig.enable().await.status(), 200, "one endless answer holds up no other");
}

#[tokio::test]
async fn a_hanging_call_gets_no_byte_while_others_are_answered() {
    for (fault, effects) in [("hang,call=1", 1), ("hang,after,call=1", 2)] {
        let rig = Rig::with_faults([fault]).await;
        let target = format!("{}?enableSchedule=true&campaignName={CAMPAIGN}", rig.path("schedule"));
        let stream = rig.send("POST", &target, &rig.headers(), DAILY).await;
        while rig.simulator.ledger().calls() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(rig.enable().await.status(), 200);
        assert_eq!(stream.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock, "{fault}");
        let ledger = rig.simulator.ledger();
        assert_eq!((ledger.effects(), ledger.arrivals()[0].status), (effects, None), "{fault}");
    }
}

#[tokio::test]
async fn a_delay_comes_after_the_effect() {
    let rig = Rig::with_faults(["delay=60ms"]).await;
    let began = Instant::now();
    assert_eq!(rig.enable().await.status(), 200);
    assert!(began.elapsed() >= Duration::from_millis(60));
    assert_eq!(rig.simulator.ledger().effects(), 1);
}

#[tokio::test]
async fn garbage_redirect_and_refusals_say_what_they_should() {
    let rig = Rig::with_faults([
        "garbage,call=1",
        "redirect=https://example.invalid/there,call=2",
        "unauthorized,call=3",
        "rate-limit=30,call=4",
        "rate-limit,call=5",
    ])
    .await;
    let garbage = rig.enable().await;
    assert_eq!((garbage.status(), garbage.header("content-type")), (200, Some("text/html")));
    assert!(serde_json::from_str::<serde_json::Value>(garbage.body()).is_err());
    assert_eq!(rig.simulator.ledger().effects(), 1);
    let redirect = rig.enable().await;
    assert_eq!((redirect.status(), redirect.header("location")), (302, Some("https://example.invalid/there")));
    rig.enable().await.is(401, r#"{"errors":[{"msg":"Invalid SDK credentials","code":4002}]}"#);
    let limited = rig.enable().await;
    assert_eq!((limited.status(), limited.header("retry-after")), (429, Some("30")));
    let limited = rig.enable().await;
    assert_eq!((limited.status(), limited.header("retry-after")), (429, None));
    assert!(limited.body().contains("per-minute rate limit"), "{}", limited.body());
    assert_eq!(rig.simulator.ledger().effects(), 1);
}

#[tokio::test]
async fn faults_strike_whom_they_name() {
    let named = format!("status=503,campaign='{NAME}',route=schedule");
    let rig = Rig::with_faults([&named]).await;
    assert_eq!(rig.schedule("enableSchedule=true&campaignName=Other", DAILY).await.status(), 400);
    assert_eq!(rig.enable().await.status(), 503);
}

#[tokio::test]
async fn an_outage_has_a_beginning_and_an_end() {
    let rig = Rig::with_faults(["status=503,between=10s..40s"]).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(rig.enable().await.status());
        rig.pass(Duration::from_secs(20)).await;
    }
    assert_eq!(statuses, [200, 503, 200]);
}

#[tokio::test]
async fn a_dropped_simulator_closes_its_connections() {
    let Rig { simulator, .. } = Rig::with_faults(["hang"]).await;
    let mut stream = tokio::net::TcpStream::connect(simulator.address()).await.unwrap();
    while stream.try_write(b"GET ").is_err() {
        tokio::task::yield_now().await;
    }
    drop(simulator);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    assert_eq!(bytes, b"");
}
