//! Gives each call its token: one signed for it, or the ready-made one while it lasts.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use super::connection::ConnectionError;
use super::credentials::{Secret, SecretError, TokenSource};
use super::token::{Signer, expiry};
use super::{Answer, Disposition, Reply};

/// Where the calls' tokens come from.
pub(super) enum Issuer {
    /// A fresh one for each, signed with the client's secret.
    Signed(Signer, Secret),
    /// The same one for all, until its file is read again.
    Ready {
        current: RwLock<Arc<ReadyToken>>,
        path: Option<PathBuf>,
        generation: AtomicU64,
        /// Why the file gave no token when it was read last.
        unrenewed: Mutex<Option<String>>,
    },
}

/// A token that was made elsewhere.
pub(super) struct ReadyToken {
    secret: Secret,
    header: HeaderValue,
    expires: Option<DateTime<Utc>>,
    /// Which reading of the file it is.
    generation: u64,
}

/// Why a call must not leave: its token is past its time.
#[derive(Debug)]
pub(super) struct Expired {
    at: DateTime<Utc>,
    generation: u64,
}

impl Issuer {
    pub(super) fn new(source: TokenSource, now: DateTime<Utc>) -> Result<Self, ConnectionError> {
        match source {
            TokenSource::Signed { client_id, secret } => {
                if client_id.trim().is_empty() {
                    return Err(ConnectionError::Empty("the client id"));
                }
                if secret.is_empty() {
                    return Err(ConnectionError::Empty("the client secret"));
                }
                Ok(Self::Signed(Signer::new(client_id.trim(), &secret), secret))
            }
            TokenSource::Ready { token, path } => {
                let token = ReadyToken::new(token, 0)?;
                match token.expires {
                    Some(at) if at <= now => Err(ConnectionError::TokenExpired(at)),
                    _ => {
                        let current = RwLock::new(Arc::new(token));
                        Ok(Self::Ready { current, path, generation: AtomicU64::new(0), unrenewed: Mutex::default() })
                    }
                }
            }
        }
    }

    /// The token of the next call, and the header that carries it.
    pub(super) fn token(&self, now: DateTime<Utc>) -> Result<(Zeroizing<String>, HeaderValue), Expired> {
        match self {
            Self::Signed(signer, _) => {
                let token = signer.sign(now);
                // Base64 and dots are always fit for a header.
                let header = secret_header(&token).unwrap_or_else(|| HeaderValue::from_static(""));
                Ok((token, header))
            }
            Self::Ready { current, .. } => {
                let token = Arc::clone(&current.read().unwrap_or_else(PoisonError::into_inner));
                match token.expired(now) {
                    Some(expired) => Err(expired),
                    None => Ok((Zeroizing::new(token.secret.expose().to_owned()), token.header.clone())),
                }
            }
        }
    }

    /// Whether the next call has no token that is good.
    pub(super) fn expired(&self, now: DateTime<Utc>) -> Option<Expired> {
        match self {
            Self::Signed(..) => None,
            Self::Ready { current, .. } => current.read().unwrap_or_else(PoisonError::into_inner).expired(now),
        }
    }

    /// The client's secret; empty where tokens are made elsewhere.
    pub(super) fn client_secret(&self) -> &str {
        match self {
            Self::Signed(_, secret) => secret.expose(),
            Self::Ready { .. } => "",
        }
    }

    /// Reads the file again. What can't be used leaves the old token, whose refusal then ends the
    /// batch with the platform's own words and with what is wrong with the file.
    pub(super) fn renew(&self) {
        let Self::Ready { current, path: Some(path), generation, unrenewed } = self else {
            return;
        };
        let next = generation.fetch_add(1, Ordering::Relaxed) + 1;
        let fault = match read_again(path, next) {
            Ok(token) => {
                *current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(token);
                None
            }
            Err(fault) => Some(fault),
        };
        *unrenewed.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Why the file gave no token when it was read last.
    pub(super) fn unrenewed(&self) -> Option<String> {
        match self {
            Self::Signed(..) => None,
            Self::Ready { unrenewed, .. } => unrenewed.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl ReadyToken {
    fn new(secret: Secret, generation: u64) -> Result<Self, ConnectionError> {
        if secret.is_empty() {
            return Err(ConnectionError::Empty("the token"));
        }
        let header = secret_header(secret.expose()).ok_or(ConnectionError::TokenNotSendable)?;
        let expires = expiry(secret.expose());
        Ok(Self { secret, header, expires, generation })
    }

    fn expired(&self, now: DateTime<Utc>) -> Option<Expired> {
        self.expires.filter(|at| *at <= now).map(|at| Expired { at, generation: self.generation })
    }
}

impl Expired {
    /// The refusal that the platform would give. The call is saved, and nothing is learnt about the
    /// platform by it: it counts as no answer, but however many calls meet the same token count
    /// once, so it can't open the breaker.
    pub(super) fn answer(&self) -> Answer {
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

/// The token that the file holds now; what is wrong with the file, never what is in it.
fn read_again(path: &Path, generation: u64) -> Result<ReadyToken, String> {
    let file = format!("the token file \"{}\"", path.display());
    let (secret, _) = Secret::from_file(path).map_err(|error| match error {
        SecretError::Unreadable { source, .. } => format!("{file} could not be read again: {source}"),
        // A file that was read before isn't the token itself.
        SecretError::NotText(_) | SecretError::Empty(_) | SecretError::TooLarge(_) | SecretError::IsItself => {
            format!("{file} holds no token")
        }
    })?;
    ReadyToken::new(secret, generation).map_err(|_| format!("{file} holds no token"))
}

/// A header that shows nothing in `Debug` and that HTTP/2 puts into no table.
fn secret_header(token: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(token).ok().filter(|_| token.bytes().all(|byte| byte.is_ascii_graphic()))?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use chrono::TimeDelta;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn token(expires: i64) -> String {
        format!("e30.{}.canary", URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{expires}}}")))
    }

    fn ready(text: &str, path: Option<PathBuf>) -> TokenSource {
        TokenSource::Ready { token: Secret::new(text), path }
    }

    #[test]
    fn a_token_past_its_time_is_an_error_at_the_start() {
        assert!(matches!(Issuer::new(ready(&token(100), None), at(100)), Err(ConnectionError::TokenExpired(_))));
        assert!(Issuer::new(ready(&token(100), None), at(99)).is_ok());
    }

    #[test]
    fn a_token_that_runs_out_on_the_way_is_refused_unsent() {
        let issuer = Issuer::new(ready(&token(100), None), at(0)).ok().unwrap();
        assert!(issuer.token(at(99)).is_ok());
        let (first, second) =
            (issuer.token(at(100)).unwrap_err().answer(), issuer.token(at(101)).unwrap_err().answer());
        assert_eq!(first, second, "calls that meet one expired token count once");
        assert_eq!((first.http_status, first.disposition), (None, Disposition::CredentialsRefused));
        assert_eq!(first.message, "not sent: the token expired at 1970-01-01 00:01:40 UTC");
    }

    #[test]
    fn the_file_is_read_again_after_a_refusal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let issuer = Issuer::new(ready(&token(100), Some(path.clone())), at(0)).ok().unwrap();
        issuer.renew();
        assert!(issuer.token(at(50)).is_ok(), "without the file the old token stays");
        let file = format!("the token file \"{}\"", path.display());
        let fault = issuer.unrenewed().unwrap();
        assert!(fault.starts_with(&format!("{file} could not be read again: ")), "{fault}");
        for text in ["", "canary and more"] {
            std::fs::write(&path, text).unwrap();
            issuer.renew();
            assert_eq!(issuer.unrenewed(), Some(format!("{file} holds no token")));
        }
        std::fs::write(&path, token(200)).unwrap();
        issuer.renew();
        assert_eq!(issuer.unrenewed(), None);
        assert_eq!(issuer.token(at(150)).unwrap().0.as_str(), token(200));
    }

    #[test]
    fn tokens_that_no_header_can_carry_are_refused_and_not_shown() {
        for text in ["canary\n1", "canary 1", "canary\u{e4}", ""] {
            let error = Issuer::new(ready(text, None), at(0)).err().unwrap();
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
        let unsigned = TokenSource::Signed { client_id: " ".to_owned(), secret: Secret::new("canary") };
        assert!(matches!(Issuer::new(unsigned, at(0)), Err(ConnectionError::Empty("the client id"))));
    }

    #[test]
    fn a_header_shows_no_token() {
        let issuer = Issuer::new(ready("canary-token", None), at(0)).ok().unwrap();
        assert!(!format!("{:?}", issuer.token(at(0)).unwrap().1).contains("canary"));
    }
}
