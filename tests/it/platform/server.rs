//! A server of raw bytes on loopback, and the client that is driven against it.

use std::sync::Arc;
use std::time::Duration;

use campaign_scheduler::clock::SystemClock;
use campaign_scheduler::model::{AccountId, CampaignName, Host, Schedule, StreamId};
use campaign_scheduler::platform::{ConnectionSettings, HttpPlatform, Request, Secret, TokenSource};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The secret whose appearance anywhere fails a test.
pub(crate) const CANARY: &str = "canary-7f3a";

/// A listener on a free port of loopback, and its host.
pub(crate) async fn listen() -> (TcpListener, Host) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = Host::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    (listener, host)
}

/// Settings as a user has them.
pub(crate) fn settings(host: Host) -> ConnectionSettings {
    let account = AccountId::new("67777ce93e25326494exxxxx");
    ConnectionSettings { host, account, iid: None, timeout: Duration::from_secs(20), cacert: None }
}

/// A client that signs its tokens.
pub(crate) fn client(settings: ConnectionSettings) -> HttpPlatform {
    let source = TokenSource::Signed { client_id: "cs-1".to_owned(), secret: Secret::new(CANARY) };
    HttpPlatform::new(settings, source, Arc::new(SystemClock::start())).unwrap()
}

/// The cheapest call.
pub(crate) fn disable() -> Request {
    Request::Schedule {
        stream: StreamId::new("st-1"),
        campaign: CampaignName::new("Spring | EU"),
        schedule: Schedule::Disable,
    }
}

/// Reads one request, head and body, as its bytes.
pub(crate) async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return text.into_owned();
        }
        if count == 0 {
            return text.into_owned();
        }
    }
}

fn content_length(head: &str) -> usize {
    header(head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0)
}

/// A header's value, whatever the case of its name.
pub(crate) fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let head = request.split("\r\n\r\n").next()?;
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// A response with a body of known length.
pub(crate) fn response(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

/// The documented success.
pub(crate) const SUCCESS: &str = r#"{"status":"success","message":"Campaign Spring | EU schedule has been disabled successfully","id":"cd-671b3bd-a7a1-4709-bd6a-70803e3xxxxx"}"#;

/// Answers one request on a connection of its own with these bytes, then closes it; gives back the
/// request.
pub(crate) async fn answer_once(listener: &TcpListener, bytes: &[u8]) -> String {
    let (mut stream, _) = listener.accept().await.unwrap();
    let request = read_request(&mut stream).await;
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    request
}

/// True if no connection waits at the listener: the system knows, so nothing is waited for.
pub(crate) fn is_untouched(listener: TcpListener) -> bool {
    listener.into_std().unwrap().accept().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}
