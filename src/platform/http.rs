//! The platform over HTTP.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};

use super::answer::{Asked, Body, Received, classify};
use super::connection::{ConnectionError, ConnectionSettings};
use super::credentials::TokenSource;
use super::issuer::Issuer;
use super::text::Hidden;
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
    /// Read once: a host's name takes longer to read than the rest of an address.
    host: Url,
    account: String,
    account_header: HeaderValue,
    iid: Option<HeaderValue>,
    timeout: Duration,
    issuer: Issuer,
    epochs: Epochs,
    clock: Arc<dyn Clock>,
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
        let issuer = Issuer::new(source, clock.wall())?;
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
            is_plain: host.as_str().starts_with("http://"),
            authorities: authorities.as_deref(),
        })?;
        let Ok(address) = Url::parse(host.as_str()) else { return Err(ConnectionError::NotCallable(host)) };
        let account = account.as_str().trim().to_owned();
        let epochs = Epochs::default();
        let inner = Inner { client, host: address, account, account_header, iid, timeout, issuer, epochs, clock };
        Ok(Self { inner: Arc::new(inner) })
    }
}

impl fmt::Debug for HttpPlatform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("HttpPlatform").field("host", &self.inner.host.as_str()).finish_non_exhaustive()
    }
}

impl Platform for HttpPlatform {
    fn call(&self, request: Request) -> BoxFuture<'static, Answer> {
        Arc::clone(&self.inner).call(request)
    }

    fn renew_credentials(&self) {
        self.inner.issuer.renew();
    }

    fn unrenewed(&self) -> Option<String> {
        self.inner.issuer.unrenewed()
    }

    fn refusal(&self) -> Option<Answer> {
        self.inner.issuer.expired(self.inner.clock.wall()).map(|expired| expired.answer())
    }
}

impl Inner {
    /// All that needs no network is done at once, on the caller's thread.
    fn call(self: Arc<Self>, request: Request) -> BoxFuture<'static, Answer> {
        let now = self.clock.wall();
        let (token, header) = match self.issuer.token(now) {
            Ok(token) => token,
            Err(expired) => return ready(expired.answer()).boxed(),
        };
        let Some(outgoing) = self.outgoing(&request, header) else { return ready(unsendable(&request)).boxed() };
        let sending = self.client.execute(outgoing);
        async move {
            let epoch = self.epochs.current();
            let response = sending.await;
            let hidden = Hidden { token: &token, client_secret: self.issuer.client_secret() };
            self.answer(Asked { request: &request, hidden, now }, response, epoch).await
        }
        .boxed()
    }

    async fn answer(&self, asked: Asked<'_>, response: reqwest::Result<Response>, epoch: u64) -> Answer {
        let mut response = match response {
            Ok(response) => response,
            Err(error) => {
                let loss = transport::loss(&error, self.timeout, &self.epochs, epoch);
                return classify(asked, Received::Lost(loss));
            }
        };
        self.epochs.answered(response.version());
        let (bytes, extent) = transport::read_body(&mut response, self.timeout).await;
        let body = Body { bytes: &bytes, extent };
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
        let method = match call.method {
            wire::Method::Get => reqwest::Method::GET,
            wire::Method::Post => reqwest::Method::POST,
        };
        let mut outgoing = reqwest::Request::new(method, self.host.join(&call.target).ok()?);
        let headers: &mut HeaderMap = outgoing.headers_mut();
        headers.insert(AUTH, token);
        headers.insert(ACCOUNT_ID, self.account_header.clone());
        headers.insert(IID, iid);
        *outgoing.body_mut() = call.body.map(Into::into);
        Some(outgoing)
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

fn sendable(setting: &'static str, value: &str) -> Result<HeaderValue, ConnectionError> {
    if value.trim().is_empty() {
        return Err(ConnectionError::Empty(setting));
    }
    HeaderValue::from_bytes(value.trim().as_bytes())
        .map_err(|_| ConnectionError::NotSendable { setting, value: value.to_owned() })
}

#[cfg(test)]
mod tests;
