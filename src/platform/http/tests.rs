//! What needs a client that is built otherwise than a user can: kept connections and their age.

use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::clock::SystemClock;
use crate::model::{AccountId, CampaignName, Host, Schedule, StreamId};
use crate::platform::Secret;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"status\":\"success\"}";

fn disable() -> Request {
    let (stream, campaign) = (StreamId::new("st-1"), CampaignName::new("X"));
    Request::Schedule { stream, campaign, schedule: Schedule::Disable }
}

fn settings(host: Host) -> ConnectionSettings {
    let timeout = Duration::from_secs(20);
    ConnectionSettings { host, account: AccountId::new("a"), iid: None, timeout, cacert: None }
}

fn source() -> TokenSource {
    TokenSource::Signed { client_id: "cs-1".to_owned(), secret: Secret::new("canary") }
}

/// Why these settings make no connection.
fn refused(settings: ConnectionSettings) -> ConnectionError {
    let error = HttpPlatform::new(settings, source(), Arc::new(SystemClock::start())).unwrap_err();
    assert!(!error.hint().is_empty());
    error
}

#[tokio::test]
async fn certificates_that_are_none_are_refused_before_any_call() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let with = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let settings = settings(Host::parse("platform.kore.ai").unwrap());
        refused(ConnectionSettings { cacert: Some(path.clone()), ..settings })
    };
    assert!(matches!(with("not a certificate"), ConnectionError::NoCertificate));
    let bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(with(bad), ConnectionError::Certificates(_)));
    std::fs::remove_file(&path).unwrap();
    let settings = settings(Host::parse("platform.kore.ai").unwrap());
    let error = refused(ConnectionSettings { cacert: Some(path.clone()), ..settings });
    assert!(matches!(error, ConnectionError::CertificatesUnreadable { .. }));
}

#[tokio::test]
async fn ids_that_no_header_can_carry_are_refused_before_any_call() {
    let settings = || settings(Host::parse("platform.kore.ai").unwrap());
    let account = AccountId::new("a\r\nx: y");
    let error = refused(ConnectionSettings { account, ..settings() });
    assert_eq!(error.to_string(), "--account-id \"a\\r\\nx: y\" holds a character that can't be sent");
    let error = refused(ConnectionSettings { iid: Some(" ".to_owned()), ..settings() });
    assert!(matches!(error, ConnectionError::Empty("--iid")));
    let simulated = Host::simulated(&crate::model::BatchId::new("b-1"));
    let error = refused(ConnectionSettings { host: simulated, ..settings() });
    assert!(matches!(error, ConnectionError::NotCallable(_)));
}

/// Connections that two calls, `pause` apart, use with connections kept for `longest_idle`.
async fn connections_used(longest_idle: Duration, pause: Duration) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = Host::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let clock = Arc::new(SystemClock::start());
    let platform = HttpPlatform::with_idle(settings(host), source(), clock, longest_idle).unwrap();
    let (counted, mut connections) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.send(()).unwrap();
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                // Each call of these tests fits one segment.
                while stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {
                    stream.write_all(ANSWER).await.unwrap();
                }
            });
        }
    });
    for _ in 0..2 {
        let answer = platform.call(disable()).await;
        assert!(matches!(answer.disposition, Disposition::Accepted { .. }), "{answer:?}");
        // The connection goes back among the kept ones in a task of its own.
        let since = Instant::now();
        let mut turns = 0;
        while turns < 20 || since.elapsed() <= pause {
            tokio::task::yield_now().await;
            turns += 1;
        }
    }
    std::iter::from_fn(|| connections.try_recv().ok()).count()
}

#[tokio::test]
async fn a_kept_connection_is_used_again() {
    assert_eq!(connections_used(transport::LONGEST_IDLE, Duration::ZERO).await, 1);
}

#[tokio::test]
async fn a_connection_that_was_idle_too_long_is_not() {
    let idle = Duration::from_millis(1);
    assert_eq!(connections_used(idle, idle * 5).await, 2);
}
