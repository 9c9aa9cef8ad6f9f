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

/// Connections that two calls, `pause` apart, use with connections kept for `longest_idle`.
async fn connections_used(longest_idle: Duration, pause: Duration) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = Host::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let timeout = Duration::from_secs(20);
    let settings = ConnectionSettings { host, account: AccountId::new("a"), iid: None, timeout, cacert: None };
    let source = TokenSource::Signed { client_id: "cs-1".to_owned(), secret: Secret::new("s") };
    let platform = HttpPlatform::with_idle(settings, source, Arc::new(SystemClock::start()), longest_idle).unwrap();
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
