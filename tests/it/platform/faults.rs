//! Everything that can go wrong with an answer, and what is then known of the call.

use std::time::Duration;

use campaign_scheduler::platform::{Answer, Disposition, Hold, Platform, Reply, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::{
    CANARY, SUCCESS, answer_once, client, disable, header, is_untouched, listen, read_request, response, settings,
};

const UNSETTLED: Disposition = Disposition::Unsettled { floor: None };
const NO_ANSWER: Reply = Reply::Nothing { connection: None };

/// The answer to a call that a server meets with these bytes and an end of the connection.
async fn answered_with(bytes: &[u8]) -> Answer {
    let (listener, host) = listen().await;
    let platform = client(settings(host));
    let (_, answer) = tokio::join!(answer_once(&listener, bytes), platform.call(disable()));
    answer
}

#[tokio::test]
async fn a_refused_connection_took_nothing() {
    let (listener, host) = listen().await;
    drop(listener);
    let answer = client(settings(host)).call(disable()).await;
    assert_eq!(answer.disposition, Disposition::NotTaken);
    assert_eq!((answer.http_status, answer.reply), (None, NO_ANSWER));
    assert_eq!(answer.message, "the connection was refused");
}

#[tokio::test]
async fn a_close_without_an_answer_leaves_the_call_unsettled() {
    let answer = answered_with(b"").await;
    assert_eq!((answer.disposition, answer.reply), (UNSETTLED, NO_ANSWER));
    assert!(answer.message.starts_with("the connection was lost before the answer"), "{}", answer.message);
}

#[tokio::test]
async fn a_reset_leaves_the_call_unsettled() {
    let (listener, host) = listen().await;
    let platform = client(settings(host));
    let reset = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        // Closing with bytes unread makes the system answer with a reset.
        let mut first = [0; 1];
        stream.read_exact(&mut first).await.unwrap();
    };
    let (_, answer) = tokio::join!(reset, platform.call(disable()));
    assert_eq!((answer.disposition, answer.reply), (UNSETTLED, NO_ANSWER));
}

#[tokio::test]
async fn garbage_leaves_the_call_unsettled() {
    for bytes in [&b"\x00\x01\x02\xff\r\n\r\n"[..], b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n"] {
        let answer = answered_with(bytes).await;
        assert_eq!((answer.disposition, answer.reply), (UNSETTLED, NO_ANSWER));
    }
}

#[tokio::test]
async fn half_a_success_is_none() {
    let whole = response("200 OK", "", SUCCESS);
    for end in [whole.len() - 1, whole.len() - SUCCESS.len(), whole.len() / 2] {
        let answer = answered_with(&whole.as_bytes()[..end]).await;
        assert_eq!(answer.disposition, UNSETTLED);
    }
    let answer = answered_with(&whole.as_bytes()[..whole.len() - 1]).await;
    assert_eq!((answer.http_status, answer.reply), (Some(200), Reply::Unreadable));
    assert!(answer.message.starts_with("the answer was cut short"), "{}", answer.message);
}

#[tokio::test]
async fn an_endless_answer_ends_at_the_limit() {
    let (listener, host) = listen().await;
    let platform = client(settings(host));
    let pour = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
        let mut poured = 0;
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
        // Ends only because the client closes the connection.
        while stream.write_all(chunk.as_bytes()).await.is_ok() {
            poured += 4096;
        }
        poured
    };
    let (poured, answer) = tokio::join!(pour, platform.call(disable()));
    assert!(poured >= 1024 * 1024);
    assert_eq!((answer.disposition, answer.reply), (UNSETTLED, Reply::Unreadable));
    assert!(answer.message.starts_with("the answer is longer than 1024 KiB"), "{}", answer.message);
    assert!(answer.message.len() < 2_000);
}

#[tokio::test]
async fn a_hang_ends_with_the_time_of_the_call() {
    let (listener, host) = listen().await;
    let mut settings = settings(host);
    settings.timeout = Duration::from_millis(200);
    let platform = client(settings);
    let hang = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream
    };
    let (_held, answer) = tokio::join!(hang, platform.call(disable()));
    assert_eq!((answer.disposition, answer.reply), (UNSETTLED, NO_ANSWER));
    assert_eq!(answer.message, "no answer within 200 ms");
}

#[tokio::test]
async fn a_body_that_hangs_is_told_as_the_time_that_was_over() {
    for (head, body, disposition, told) in [
        ("200 OK", "{\"status\":", UNSETTLED, "no complete answer within 200 ms: {\"status\":"),
        ("400 Bad Request", ".....", Disposition::Rejected, "no complete answer within 200 ms: ....."),
        ("503 Service Unavailable", "", UNSETTLED, "no complete answer within 200 ms: HTTP 503 Service Unavailable"),
        ("503 Service Unavailable", "<html>", UNSETTLED, "no complete answer within 200 ms: <html>"),
    ] {
        let (listener, host) = listen().await;
        let mut settings = settings(host);
        settings.timeout = Duration::from_millis(200);
        let platform = client(settings);
        let hang = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            let begun = format!("HTTP/1.1 {head}\r\ncontent-length: 99\r\n\r\n{body}");
            stream.write_all(begun.as_bytes()).await.unwrap();
            stream
        };
        let (_held, answer) = tokio::join!(hang, platform.call(disable()));
        assert_eq!((answer.disposition, answer.message.as_str()), (disposition, told));
    }
}

#[tokio::test]
async fn a_redirect_is_named_and_not_followed() {
    let (elsewhere, target) = listen().await;
    let bytes = response("307 Temporary Redirect", &format!("location: {target}/next\r\n"), "");
    let answer = answered_with(bytes.as_bytes()).await;
    assert_eq!(answer.disposition, Disposition::Rejected);
    assert_eq!(answer.message, format!("HTTP 307 Temporary Redirect to {target}/next, which is not followed"));
    assert!(is_untouched(elsewhere), "the token went to another address");
}

#[tokio::test]
async fn a_rate_limit_is_known_by_its_words_and_its_header() {
    let body = r#"{"status":"failure","message":"You've exceeded the hourly rate limit. Please wait for sometime before retrying."}"#;
    let answer = answered_with(response("200 OK", "", body).as_bytes()).await;
    assert_eq!(answer.disposition, Disposition::RateLimited(Hold::LongestWindow));
    let answer = answered_with(response("429 Too Many Requests", "retry-after: 7\r\n", "").as_bytes()).await;
    assert_eq!(answer.disposition, Disposition::RateLimited(Hold::For(Duration::from_secs(7))));
}

/// Serves `count` calls, each on a kept connection that is closed the moment the answer is out, and
/// counts what arrives: nothing may come twice.
async fn serve_and_close(listener: TcpListener, count: usize) -> Vec<String> {
    let mut arrived = Vec::new();
    while arrived.len() < count {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        if request.is_empty() {
            continue;
        }
        arrived.push(header(&request, "auth").unwrap().to_owned());
        stream.write_all(response("200 OK", "", SUCCESS).as_bytes()).await.unwrap();
    }
    arrived
}

#[tokio::test]
async fn no_call_arrives_twice_when_kept_connections_are_closed() {
    const CALLS: usize = 300;
    let (listener, host) = listen().await;
    let platform = client(settings(host));
    let server = tokio::spawn(serve_and_close(listener, CALLS));
    let mut accepted = 0;
    let mut calls = 0;
    // Calls follow one another at once, so some meet a connection that is just being closed.
    while !server.is_finished() && calls < CALLS * 3 {
        calls += 1;
        match platform.call(disable()).await.disposition {
            Disposition::Accepted { .. } => accepted += 1,
            Disposition::Unsettled { .. } | Disposition::NotTaken => {}
            other => panic!("{other:?}"),
        }
    }
    let arrived = server.await.unwrap();
    let mut unique = arrived.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), arrived.len(), "a call arrived twice");
    assert!(accepted <= arrived.len());
}

#[tokio::test]
async fn a_call_that_dies_with_a_kept_connection_is_not_sent_again() {
    let (listener, host) = listen().await;
    let platform = client(settings(host));
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(response("200 OK", "", SUCCESS).as_bytes()).await.unwrap();
        // The second call on the same connection is read, and the connection closed on it.
        let second = read_request(&mut stream).await;
        drop(stream);
        second
    };
    let calls = async {
        let first = platform.call(disable()).await;
        // The connection goes back among the kept ones in a task of its own.
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        (first, platform.call(disable()).await)
    };
    let (second, (first, lost)) = tokio::join!(serve, calls);
    assert!(matches!(first.disposition, Disposition::Accepted { .. }));
    assert!(second.starts_with("POST "), "the connection was kept");
    assert_eq!(lost.disposition, UNSETTLED);
    assert!(is_untouched(listener), "the call was sent a second time");
}

#[tokio::test]
async fn the_token_and_the_secret_are_in_no_words() {
    let (listener, host) = listen().await;
    let platform = client(settings(host));
    let echo = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        let token = header(&request, "auth").unwrap().to_owned();
        let body = format!(r#"{{"errors":[{{"msg":"bad token {token}","code":401}}]}}"#);
        stream.write_all(response("401 Unauthorized", "", &body).as_bytes()).await.unwrap();
        token
    };
    let (token, answer) = tokio::join!(echo, platform.call(disable()));
    let words = format!("{answer:?} {platform:?}");
    assert!(!words.contains(&token) && !words.contains(CANARY), "{words}");
    assert_eq!(answer.message, "bad token [token] (code 401)");
    assert_eq!(answer.disposition, Disposition::CredentialsRefused);
}

#[tokio::test]
async fn a_stream_that_no_address_can_hold_is_not_sent() {
    let (_listener, host) = listen().await;
    let Request::Schedule { campaign, schedule, .. } = disable() else { unreachable!() };
    let stream = campaign_scheduler::model::StreamId::new("..");
    let answer = client(settings(host)).call(Request::Schedule { stream, campaign, schedule }).await;
    assert_eq!((answer.http_status, answer.disposition), (None, Disposition::Rejected));
}
