//! Connections.
//!
//! The accept loop is our own, not axum's: a fault must be able to end one connection the hard way (RST), and no
//! response type can say that. Each connection is a [`Line`] that its requests can pull out of the wall.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::line::{Line, Wire};
use super::routes::{Shared, respond};

/// The pause after a connection could not be accepted (no file handles left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Accepts and serves until it is dropped; all its connections end with it.
pub(super) async fn serve(listener: TcpListener, shared: Shared) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, shared.clone()));
            }
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, shared: Shared) {
    // Without it small answers wait for the client's acknowledgements; a socket that refuses is slow, not wrong.
    let _ = stream.set_nodelay(true);
    let line = Arc::new(Line::default());
    let wire = Wire { stream, line: Arc::clone(&line) };
    let service = service_fn(|request| {
        let (shared, line) = (shared.clone(), Arc::clone(&line));
        async move { Ok::<_, Infallible>(respond(shared, line, request).await) }
    });
    tokio::select! {
        biased;
        () = line.ended() => {}
        // What ends a connection is the client's affair or a fault's.
        _ = http1::Builder::new().serve_connection(TokioIo::new(wire), service) => {}
    }
}
