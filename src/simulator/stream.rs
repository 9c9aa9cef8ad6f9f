//! Bodies that end too early or never.

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use futures::StreamExt as _;
use futures::stream;

/// Half of a text, then the connection breaks. Between the two the body is not ready once: that makes the server flush
/// what it has, so the half really leaves.
pub(super) fn half(text: &str) -> Body {
    let sent = Bytes::copy_from_slice(text.as_bytes().get(..text.len() / 2).unwrap_or_default());
    let rest = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::other("the other half is never sent"))
    });
    Body::from_stream(stream::once(async { Ok(sent) }).chain(rest))
}

/// A JSON text that goes on until the other side closes.
pub(super) fn endless() -> Body {
    const MORE: &str = "simulated fault, without end ";
    let begin =
        stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"{\"status\":\"success\",\"message\":\"")) });
    Body::from_stream(begin.chain(stream::repeat_with(|| Ok(Bytes::from(MORE.repeat(128))))))
}
