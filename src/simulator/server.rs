//! Connections.
//!
//! The accept loop is our own, not axum's: a fault must be able to end one connection the hard way (RST), and no
//! response type can say that. Each connection is a [`Line`] that its requests can pull out of the wall.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::routes::{Shared, respond};

/// The pause after a connection could not be accepted (no file handles left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// One connection, as its requests see it.
#[derive(Debug, Default)]
pub(super) struct Line {
    is_reset: AtomicBool,
    ends: Notify,
}

impl Line {
    /// Resets the connection: what was not sent is lost, and the other side reads an error.
    pub(super) fn reset(&self) {
        self.is_reset.store(true, Ordering::Relaxed);
        self.ends.notify_one();
    }
}

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
        () = line.ends.notified() => {}
        // What ends a connection is the client's affair or a fault's.
        _ = http1::Builder::new().serve_connection(TokioIo::new(wire), service) => {}
    }
}

/// The socket, which remembers on its way out whether it was reset.
struct Wire {
    stream: TcpStream,
    line: Arc<Line>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.line.is_reset.load(Ordering::Relaxed) {
            // Closing with a linger of zero sends RST instead of FIN.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
