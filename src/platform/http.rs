//! The platform over HTTP.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url};
use std::time::Duration;
use zeroize::Zeroizing;

use super::answer::{Asked, Body, Received, classify};
use super::connection::{ConnectionError, ConnectionSettings};
use super::credentials::{Secret, TokenSource};
use super::token::{Signer, expiry};
use super::transport::{self, Epochs};
use super::{Answer, Disposition, Platform, Reply, Request, wire};
use crate::clock::Clock;

const AUTH: HeaderName = HeaderName::from_static("auth");
const ACCOUNT_ID: HeaderName = HeaderName::from_static("accountid");
const IID: HeaderName = HeaderName::from_static("iid");

/// The platform over HTTP: sends each call once and says what the answer means.
///
/// Must be called on a tokio runtime with I/O and time.
pub struct HttpPlatform {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    host: String,
    account: String,
    account_header: HeaderValue,
    iid: Option<HeaderValue>,
    timeout: Duration,
    tokens: Tokens,
    epochs: Epochs,
    clock: Arc<dyn Clock>,
}

enum Tokens {
    Signed(Signer),
    Ready { current: RwLock<Arc<ReadyToken>>, path: Option<PathBuf>, generation: AtomicU64 },
}

struct ReadyToken {
    secret: Secret,
    header: HeaderValue,
    expires: Option<DateTime<Utc>>,
    /// Which reading of the file it is.
    generation: u64,
}

/// A call that must not leave: its token is past its time.
struct Expired {
    at: DateTime<Utc>,
    generation: u64,
}

impl HttpPlatform {
    /// Prepares calls; makes none.
    ///
    /// # Errors
    /// [`ConnectionError`] if a setting can't be sent, a ready-made token is past its time, or the
    /// certificates can't be read.
    pub fn new(
        settings: ConnectionSettings,
        source: TokenSource,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConnectionError> {
        Self::with_idle(settings, source, clock, transport::LONGEST_IDLE)
    }

    fn with_idle(
        settings: ConnectionSettings,
        source: TokenSource,
        clock: Arc<dyn Clock>,
        longest_idle: Duration,
    ) -> Result<Self, ConnectionError> {
        let ConnectionSettings { host, account, iid, timeout, cacert } = settings;
        if host.is_simulated() {
            return Err(ConnectionError::NotCallable(host));
        }
        let account_header = sendable("--account-id", account.as_str())?;
        let iid = iid.map(|iid| sendable("--iid", &iid)).transpose()?;
        let tokens = Tokens::new(source, clock.wall())?;
        let authorities = match cacert {
            Some(path) => {
                Some(std::fs::read(&path).map_err(|source| ConnectionError::CertificatesUnreadable { path, source })?)
            }
            None => None,
        };
        let client = transport::client(&transport::Settings {
            timeout,
            longest_idle,
            is_loopback: host.is_loopback(),
            authorities: authorities.as_deref(),
        })?;
        let (host, account) = (host.as_str().to_owned(), account.as_str().to_owned());
        let epochs = Epochs::default();
        let inner = Inner { client, host, account, account_header, iid, timeout, tokens, epochs, clock };
        Ok(Self { inner: Arc::new(inner) })
    }
}

impl fmt::Debug for HttpPlatform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("HttpPlatform").field("host", &self.inner.host).finish_non_exhaustive()
    }
}

impl Platform for HttpPlatform {
    fn call(&self, request: Request) -> BoxFuture<'static, Answer> {
        let inner = Arc::clone(&self.inner);
        async move { inner.call(&request).await }.boxed()
    }

    fn renew_credentials(&self) {
        self.inner.tokens.renew();
    }
}

impl Inner {
    async fn call(&self, request: &Request) -> Answer {
        let now = self.clock.wall();
        let (token, header) = match self.tokens.token(now) {
            Ok(token) => token,
            Err(expired) => return expired.answer(),
        };
        let asked = Asked { request, token: &token, now };
        let Some(outgoing) = self.outgoing(request, header) else {
            return unsendable(request);
        };
        let epoch = self.epochs.current();
        let mut response = match self.client.execute(outgoing).await {
            Ok(response) => response,
            Err(error) => {
                let loss = transport::loss(&error, self.timeout, &self.epochs, epoch);
                return classify(asked, Received::Lost(loss));
            }
        };
        self.epochs.answered(response.version());
        let body = transport::read_body(&mut response).await;
        let body = match &body {
            transport::Received::Whole(bytes) => Body::Whole(bytes),
            transport::Received::CutShort(bytes) => Body::CutShort(bytes),
            transport::Received::TooLong(bytes) => Body::TooLong(bytes),
        };
        // A date in `Retry-After` counts from when the answer came, not from when the call left.
        let asked = Asked { now: self.clock.wall(), ..asked };
        classify(asked, Received::Response { status: response.status().as_u16(), headers: response.headers(), body })
    }

    /// `None` if the stream can't be part of an address or a header.
    fn outgoing(&self, request: &Request, token: HeaderValue) -> Option<reqwest::Request> {
        let stream = request.stream().as_str();
        if matches!(stream, "" | "." | "..") {
            return None;
        }
        let iid = match &self.iid {
            Some(iid) => iid.clone(),
            None => HeaderValue::from_bytes(stream.as_bytes()).ok()?,
        };
        let call = wire::call(request, &self.account);
        let mut address = String::with_capacity(self.host.len() + call.target.len());
        address.push_str(&self.host);
        address.push_str(&call.target);
        let method = match call.method {
            wire::Method::Get => reqwest::Method::GET,
            wire::Method::Post => reqwest::Method::POST,
        };
        let mut outgoing = reqwest::Request::new(method, Url::parse(&address).ok()?);
        let headers: &mut HeaderMap = outgoing.headers_mut();
        headers.insert(AUTH, token);
        headers.insert(ACCOUNT_ID, self.account_header.clone());
        headers.insert(IID, iid);
        *outgoing.body_mut() = call.body.map(Into::into);
        Some(outgoing)
    }
}

impl Tokens {
    fn new(source: TokenSource, now: DateTime<Utc>) -> Result<Self, ConnectionError> {
        match source {
            TokenSource::Signed { client_id, secret } => {
                if client_id.trim().is_empty() {
                    return Err(ConnectionError::Empty("client id"));
                }
                if secret.is_empty() {
                    return Err(ConnectionError::Empty("client secret"));
                }
                Ok(Self::Signed(Signer::new(client_id.trim(), &secret)))
            }
            TokenSource::Ready { token, path } => {
                let token = ReadyToken::new(token, 0)?;
                match token.expires {
                    Some(at) if at <= now => Err(ConnectionError::TokenExpired(at)),
                    _ => Ok(Self::Ready { current: RwLock::new(Arc::new(token)), path, generation: AtomicU64::new(0) }),
                }
            }
        }
    }

    /// The token of the next call, and the header that carries it.
    fn token(&self, now: DateTime<Utc>) -> Result<(Zeroizing<String>, HeaderValue), Expired> {
        match self {
            Self::Signed(signer) => {
                let token = signer.sign(now);
                let header = secret_header(&token).unwrap_or_else(|| HeaderValue::from_static(""));
                Ok((token, header))
            }
            Self::Ready { current, .. } => {
                let token = Arc::clone(&current.read().unwrap_or_else(PoisonError::into_inner));
                match token.expires {
                    Some(at) if at <= now => Err(Expired { at, generation: token.generation }),
                    _ => Ok((Zeroizing::new(token.secret.expose().to_owned()), token.header.clone())),
                }
            }
        }
    }

    /// Reads the file again. What can't be used leaves the old token, whose refusal then ends the
    /// batch with the platform's own words.
    fn renew(&self) {
        let Self::Ready { current, path: Some(path), generation } = self else {
            return;
        };
        let Ok((secret, _)) = Secret::from_file(path) else {
            return;
        };
        let next = generation.fetch_add(1, Ordering::Relaxed) + 1;
        if let Ok(token) = ReadyToken::new(secret, next) {
            *current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(token);
        }
    }
}

impl ReadyToken {
    fn new(secret: Secret, generation: u64) -> Result<Self, ConnectionError> {
        if secret.is_empty() {
            return Err(ConnectionError::Empty("token"));
        }
        let header = secret_header(secret.expose()).ok_or(ConnectionError::TokenNotSendable)?;
        let expires = expiry(secret.expose());
        Ok(Self { secret, header, expires, generation })
    }
}

impl Expired {
    /// The refusal that the platform would give. The call is saved, and nothing is learnt about the
    /// platform by it: it counts as no answer, but however many calls meet the same token count
    /// once, so it can't open the breaker.
    fn answer(&self) -> Answer {
        let at = self.at.format("%Y-%m-%d %H:%M:%S UTC");
        Answer {
            http_status: None,
            disposition: Disposition::CredentialsRefused,
            message: format!("not sent: the token expired at {at}"),
            // From the far end, so that no connection has this number.
            reply: Reply::Nothing { connection: Some(u64::MAX - self.generation) },
        }
    }
}

/// The reader lets no such stream through; should one come all the same, sending is no use.
fn unsendable(request: &Request) -> Answer {
    let stream = request.stream().as_str().escape_debug();
    Answer {
        http_status: None,
        disposition: Disposition::Rejected,
        message: format!("not sent: \"{stream}\" is not a stream id"),
        reply: Reply::Readable,
    }
}

fn secret_header(token: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(token).ok()?;
    header.set_sensitive(true);
    Some(header)
}

fn sendable(setting: &'static str, value: &str) -> Result<HeaderValue, ConnectionError> {
    let is_usable = !value.trim().is_empty();
    let header = HeaderValue::from_bytes(value.trim().as_bytes()).ok().filter(|_| is_usable);
    header.ok_or_else(|| ConnectionError::NotSendable { setting, value: value.to_owned() })
}
