//! Calls that can't have arrived: no name, no connection, no handshake. They are known not to have
//! taken effect, however the connection came to nothing.

use std::time::Duration;

use campaign_scheduler::model::Host;
use campaign_scheduler::platform::{Answer, Disposition, Platform, Reply};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::server::{client, disable, settings};

/// What becomes of a call over TLS to a server that does this with each connection.
async fn answered<F: Future<Output = ()>>(timeout: Duration, serve: impl Fn(TcpStream) -> F) -> Answer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = Host::parse(&format!("https://localhost:{}", listener.local_addr().unwrap().port())).unwrap();
    let mut settings = settings(host);
    settings.timeout = timeout;
    let platform = client(settings);
    let serving = async {
        loop {
            serve(listener.accept().await.unwrap().0).await;
        }
    };
    tokio::select! {
        answer = platform.call(disable()) => answer,
        () = serving => unreachable!("it serves for ever"),
    }
}

#[track_caller]
fn assert_not_sent(answer: &Answer, words: &str) {
    assert_eq!(answer.disposition, Disposition::NotTaken, "{answer:?}");
    assert_eq!((answer.http_status, answer.reply), (None, Reply::Nothing { connection: None }));
    assert!(answer.message.starts_with(words), "{}", answer.message);
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_name_that_nobody_has_took_nothing() {
    let mut settings = settings(Host::parse("platform.kore.invalid").unwrap());
    // A resolver that is out of reach takes its time.
    settings.timeout = Duration::from_secs(10);
    let answer = client(settings).call(disable()).await;
    assert_eq!(answer.disposition, Disposition::NotTaken, "{answer:?}");
    let words = ["the host's name can't be resolved", "no connection in time"];
    assert!(words.iter().any(|words| answer.message.starts_with(words)), "{}", answer.message);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_took_nothing() {
    let no_tls = "no secure connection (TLS): what answers there doesn't speak TLS";
    for (garbage, words) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], no_tls),
        (b"220 mail\r\n", no_tls),
        (b"\x15\x03\x01\x00\x02\x02\x28", "no secure connection (TLS): "),
    ] {
        let answer = answered(LONG, async |mut stream| {
            let mut hello = [0; 5];
            stream.read_exact(&mut hello).await.unwrap();
            assert_eq!(hello[0], 22, "a handshake comes first, and nothing of the call");
            let _ = stream.write_all(garbage).await;
        })
        .await;
        assert_not_sent(&answer, words);
    }
}

#[tokio::test]
async fn a_handshake_that_is_broken_off_took_nothing() {
    let answer = answered(LONG, async |mut stream| {
        stream.read_exact(&mut [0; 5]).await.unwrap();
    })
    .await;
    assert_not_sent(&answer, "no ");
}

#[tokio::test]
async fn a_handshake_that_hangs_took_nothing() {
    let answer = answered(Duration::from_millis(400), async |mut stream| {
        // Ends only because the client gives up.
        while stream.read(&mut [0; 1024]).await.is_ok_and(|count| count > 0) {}
    })
    .await;
    assert_not_sent(&answer, "no connection in time");
}
