//! The HTTP client: how a call travels, and what is known when it is lost.
//!
//! A call leaves once. Redirects are off, and so are reqwest's repeats of what an HTTP/2 server
//! refused to take. One repeat can't be switched off from here: where a connection turns out to be
//! closed before a call was taken from the queue in front of it, the pool puts the call on another.
//! Not a byte of it was written then (hyper hands the whole call back only in that case), so nothing
//! is sent twice; the tests drive a server that closes kept connections and count what arrives.
//!
//! What is lost before a connection stands was not sent. From then on it may have arrived, though
//! perhaps not a byte left: only the side that is certain is claimed.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Certificate, Client, Response, Version, redirect, retry};

use super::answer::{BODY_LIMIT, Extent, Loss};
use super::connection::ConnectionError;
use super::text;

/// For how long a kept connection may be idle and still be used: a quota's pause is when servers
/// close them.
pub(super) const LONGEST_IDLE: Duration = Duration::from_secs(10);
/// The most of a call's time that goes into connecting.
const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// What the client must know beside its defaults.
#[derive(Debug)]
pub(super) struct Settings<'a> {
    pub(super) timeout: Duration,
    pub(super) longest_idle: Duration,
    pub(super) is_loopback: bool,
    /// Plain http, which needs no certificate: a machine without any can still rehearse.
    pub(super) is_plain: bool,
    /// Certificates in PEM that are trusted beside the system's.
    pub(super) authorities: Option<&'a [u8]>,
}

/// Builds the client.
pub(super) fn client(settings: &Settings<'_>) -> Result<Client, ConnectionError> {
    // Somebody else in the process may have installed it before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never().max_retries_per_request(0))
        .referer(false)
        .default_headers(common_headers())
        .timeout(settings.timeout)
        // Less than the whole, so that a time-out tells connecting from waiting.
        .connect_timeout(LONGEST_CONNECT.min(settings.timeout / 2))
        .pool_idle_timeout(settings.longest_idle)
        .tcp_nodelay(true);
    if settings.is_loopback {
        builder = builder.no_proxy();
    }
    if settings.is_plain {
        builder = builder.tls_certs_only([]);
    }
    if let Some(pem) = settings.authorities {
        let certificates = Certificate::from_pem_bundle(pem).map_err(ConnectionError::Certificates)?;
        if certificates.is_empty() {
            return Err(ConnectionError::NoCertificate);
        }
        builder = builder.tls_certs_merge(certificates);
    }
    // A certificate that is PEM and yet none shows here.
    let cause = if settings.authorities.is_some() { ConnectionError::Certificates } else { ConnectionError::Client };
    builder.build().map_err(cause)
}

fn common_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let program = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(program));
    headers
}

/// Reads the body of a call that was given so long, up to the limit. What is longer is left unread, and its
/// connection closed.
pub(super) async fn read_body(response: &mut Response, timeout: Duration) -> (Vec<u8>, Extent) {
    let mut bytes = Vec::new();
    let extent = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > BODY_LIMIT => {
                bytes.extend_from_slice(&chunk[..BODY_LIMIT - bytes.len()]);
                break Extent::TooLong;
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break Extent::Whole,
            Err(error) if error.is_timeout() => break Extent::OutOfTime(timeout),
            Err(_) => break Extent::CutShort,
        }
    };
    (bytes, extent)
}

/// Knows which calls were lost together.
///
/// With HTTP/2 all calls to a host share one connection. The client doesn't say which connection a
/// call was on, but one breaking ends an epoch: calls that began in the same epoch and were lost
/// with a connection were lost with the same one.
#[derive(Debug, Default)]
pub(super) struct Epochs {
    current: AtomicU64,
    is_shared: AtomicBool,
}

impl Epochs {
    /// The epoch in which a call begins now.
    pub(super) fn current(&self) -> u64 {
        self.current.load(Ordering::Acquire)
    }

    /// Learns from an answer whether connections are shared.
    pub(super) fn answered(&self, version: Version) {
        let is_shared = version == Version::HTTP_2;
        if self.is_shared.load(Ordering::Relaxed) != is_shared {
            self.is_shared.store(is_shared, Ordering::Relaxed);
        }
    }

    /// A connection broke under a call that began in `epoch`; the number of that connection if
    /// others were on it.
    fn broken(&self, epoch: u64) -> Option<u64> {
        if !self.is_shared.load(Ordering::Relaxed) {
            return None;
        }
        let _ = self.current.compare_exchange(epoch, epoch + 1, Ordering::AcqRel, Ordering::Relaxed);
        Some(epoch)
    }
}

/// What is known of a call that got no answer.
pub(super) fn loss(error: &reqwest::Error, timeout: Duration, epochs: &Epochs, epoch: u64) -> Loss {
    let (is_unsent, words) = if error.is_builder() {
        (true, format!("the call can't be made: {}", cause(error)))
    } else if error.is_connect() {
        (true, unconnected(error))
    } else if error.is_timeout() {
        (false, format!("no answer within {}", text::spelled(timeout)))
    } else {
        (false, format!("the connection was lost before the answer: {}", cause(error)))
    };
    let breaks_connection = !is_unsent && !error.is_timeout() && is_of_connection(error);
    let connection = if breaks_connection { epochs.broken(epoch) } else { None };
    Loss { is_unsent, words, connection }
}

fn unconnected(error: &reqwest::Error) -> String {
    let io = chain(error).find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    let cause = cause(error);
    if error.is_timeout() {
        "no connection in time".to_owned()
    } else if error.is_dns() {
        format!("the host's name can't be resolved: {cause}")
    } else if chain(error).any(is_tls) {
        format!("no secure connection (TLS): {cause}")
    } else if io == Some(std::io::ErrorKind::ConnectionRefused) {
        "the connection was refused".to_owned()
    } else {
        format!("no connection: {cause}")
    }
}

/// TLS errors travel inside I/O errors (sometimes inside two), which give the causes of their
/// content as theirs and pass over the content itself.
fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    let content = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    cause.is::<rustls::Error>() || content.is_some_and(|content| is_tls(content))
}

/// A loss that takes all calls of a connection along, unlike a reset of one HTTP/2 stream.
fn is_of_connection(error: &reqwest::Error) -> bool {
    !innermost(error).starts_with("stream error")
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What a library says in words of its own trade, and what it means.
const IN_PLAIN_WORDS: [(&str, &str); 4] = [
    ("without sending TLS close_notify", "the other side broke it off"),
    ("not a result of an error", "the other side closed it"),
    ("InvalidContentType", "what answers there doesn't speak TLS"),
    ("tunnel error: unsuccessful", "the proxy wouldn't connect to the host"),
];

fn cause(error: &reqwest::Error) -> String {
    let theirs = innermost(error);
    let plain = IN_PLAIN_WORDS.iter().find(|(words, _)| theirs.contains(words));
    plain.map_or(theirs, |(_, plain)| (*plain).to_owned())
}

/// The last cause says what happened; those above it say that something did, and name the address.
fn innermost(error: &reqwest::Error) -> String {
    chain(error).skip(1).last().map_or_else(|| "unknown cause".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_kept_connection_is_older_than_the_contract_says() {
        assert!(LONGEST_IDLE <= Duration::from_secs(10));
    }

    #[test]
    fn calls_lost_with_one_shared_connection_carry_one_number() {
        let epochs = Epochs::default();
        assert_eq!(epochs.broken(epochs.current()), None, "with HTTP/1.1 each call has its own");
        epochs.answered(Version::HTTP_2);
        let (first, second) = (epochs.current(), epochs.current());
        let lost = epochs.broken(first);
        assert!(lost.is_some());
        assert_eq!(epochs.broken(second), lost);
        assert_ne!(epochs.broken(epochs.current()), lost);
    }
}
