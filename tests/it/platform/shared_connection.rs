//! TLS and HTTP/2: which certificates are trusted, and what is lost with a shared connection.

use std::net::TcpListener;
use std::thread;

use campaign_scheduler::model::Host;
use campaign_scheduler::platform::{Disposition, HttpPlatform, Platform, Reply};

use super::server::{SUCCESS, client, disable, settings};
use super::tls::{Connection, GO_AWAY, RESET, certificate, listen};

const UNSETTLED: Disposition = Disposition::Unsettled { floor: None };

fn trusting(host: Host) -> HttpPlatform {
    let mut settings = settings(host);
    settings.cacert = Some(certificate());
    client(settings)
}

/// A server that answers one call and then does `then` with the connection.
fn serve(
    listener: TcpListener,
    then: impl FnOnce(&mut Connection) + Send + 'static,
) -> thread::JoinHandle<TcpListener> {
    thread::spawn(move || {
        let mut connection = Connection::accept(&listener).unwrap();
        let stream = connection.next_call();
        connection.answer(stream, SUCCESS);
        then(&mut connection);
        listener
    })
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_takes_nothing() {
    let (listener, host) = listen();
    let server = thread::spawn(move || Connection::accept(&listener).is_none());
    let answer = client(settings(host)).call(disable()).await;
    assert!(server.join().unwrap());
    assert_eq!(answer.disposition, Disposition::NotTaken);
    assert!(answer.message.starts_with("no secure connection (TLS): "), "{}", answer.message);
}

#[tokio::test]
async fn calls_lost_with_one_connection_carry_one_number() {
    let (listener, host) = listen();
    let platform = trusting(host);
    let server = serve(listener, |connection| {
        for _ in 0..3 {
            connection.next_call();
        }
    });
    let first = platform.call(disable()).await;
    assert!(matches!(first.disposition, Disposition::Accepted { .. }), "{first:?}");
    let (a, b, c) = tokio::join!(platform.call(disable()), platform.call(disable()), platform.call(disable()));
    server.join().unwrap();
    assert!(matches!(a.reply, Reply::Nothing { connection: Some(_) }), "{a:?}");
    assert!(a.reply == b.reply && b.reply == c.reply, "{a:?} {b:?} {c:?}");
    assert_eq!(a.message, "the connection was lost before the answer: the other side broke it off");
    assert_eq!([&a, &b, &c].map(|answer| &answer.disposition), [&UNSETTLED; 3]);
}

#[tokio::test]
async fn a_connection_that_goes_away_takes_its_calls_along() {
    let (listener, host) = listen();
    let platform = trusting(host);
    let server = serve(listener, |connection| {
        connection.next_call();
        connection.next_call();
        // Nothing after stream 1 was looked at: a client that repeats by itself would do so here.
        connection.send(GO_AWAY, 0, 0, &[0, 0, 0, 1, 0, 0, 0, 0]);
    });
    platform.call(disable()).await;
    let (a, b) = tokio::join!(platform.call(disable()), platform.call(disable()));
    let listener = server.join().unwrap();
    assert!(matches!(a.reply, Reply::Nothing { connection: Some(_) }), "{a:?}");
    assert_eq!(a.reply, b.reply);
    assert_eq!(a.message, "the connection was lost before the answer: the other side closed it");
    assert!(is_untouched(&listener), "a call was sent again");
}

#[tokio::test]
async fn a_refused_stream_is_not_sent_again_and_is_lost_alone() {
    let (listener, host) = listen();
    let platform = trusting(host);
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let server = serve(listener, move |connection| {
        let stream = connection.next_call();
        // REFUSED_STREAM: reqwest would repeat the call if it were left to itself.
        connection.send(RESET, 0, stream, &[0, 0, 0, 7]);
        let stream = connection.next_call();
        connection.answer(stream, SUCCESS);
        let _ = wait.recv();
    });
    platform.call(disable()).await;
    let lost = platform.call(disable()).await;
    assert_eq!((lost.disposition, lost.reply), (UNSETTLED, Reply::Nothing { connection: None }));
    let next = platform.call(disable()).await;
    assert!(matches!(next.disposition, Disposition::Accepted { .. }), "{next:?}");
    drop(done);
    assert!(is_untouched(&server.join().unwrap()), "another connection was opened");
}

fn is_untouched(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).unwrap();
    listener.accept().is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}
