//! Tokens: signing a fresh one for every call, and reading when a ready-made one expires.
//!
//! HS256 is all that the campaign API documents, so a token is two strings and an HMAC; a JWT
//! library would bring other algorithms along that must never be used. Every call gets a `jti` of
//! its own, since the platform can refuse one that it has seen before.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ring::hmac;
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::credentials::Secret;

/// How far back `iat` lies, for clocks that differ. Our reading of a silence.
const ISSUED_BACK_SECONDS: i64 = 10;
/// How long a token is good for: within the hour that the platform allows with a `jti`.
const GOOD_FOR_SECONDS: i64 = 300;
/// `{"alg":"HS256","typ":"JWT"}` with its dot.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

/// Signs tokens. What doesn't change from call to call is made once.
pub(super) struct Signer {
    key: hmac::Key,
    /// The claims up to the value of `iat`.
    claims: String,
    /// The first token's `jti`; each that follows differs from it by its number.
    first: Uuid,
    signed: AtomicU64,
}

impl Signer {
    pub(super) fn new(client_id: &str, secret: &Secret) -> Self {
        let client_id = Value::from(client_id);
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()),
            claims: format!("{{\"appId\":{client_id},\"sub\":\"campaign-scheduler\",\"iat\":"),
            first: Uuid::new_v4(),
            signed: AtomicU64::new(0),
        }
    }

    /// A token for one call, which begins now.
    pub(super) fn sign(&self, now: DateTime<Utc>) -> Zeroizing<String> {
        let now = now.timestamp();
        let (issued, expires) = (now - ISSUED_BACK_SECONDS, now + GOOD_FOR_SECONDS);
        let number = self.signed.fetch_add(1, Ordering::Relaxed);
        let jti = Uuid::from_u128(self.first.as_u128() ^ u128::from(number));
        let claims = format!("{}{issued},\"exp\":{expires},\"jti\":\"{jti}\"}}", self.claims);
        let mut token = Zeroizing::new(String::with_capacity(HEADER.len() + claims.len() * 4 / 3 + 64));
        token.push_str(HEADER);
        URL_SAFE_NO_PAD.encode_string(&claims, &mut token);
        let signature = hmac::sign(&self.key, token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        token
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Signer")
    }
}

/// When a token expires, as it says itself; `None` if it doesn't, or is no JWT.
///
/// The signature isn't checked: that is the platform's to do, and a token that it would refuse does
/// no harm here.
pub(super) fn expiry(token: &str) -> Option<DateTime<Utc>> {
    let claims = token.split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let exp = claims.get("exp")?;
    #[expect(clippy::cast_possible_truncation, reason = "fractions of a second don't matter, and `as` saturates")]
    let seconds = exp.as_i64().or_else(|| exp.as_f64().map(|seconds| seconds as i64))?;
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn claims(token: &str) -> Value {
        let part = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn ten_thousand_tokens_are_unique_and_verify() {
        let signer = Signer::new("cs-1", &Secret::new("canary"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"canary");
        let mut seen = HashSet::new();
        for _ in 0..10_000 {
            let token = signer.sign(now());
            let (signed, signature) = token.rsplit_once('.').unwrap();
            hmac::verify(&key, signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
            assert!(seen.insert(claims(&token)["jti"].as_str().unwrap().to_owned()));
        }
    }

    #[test]
    fn claims_are_spelt_as_documented() {
        let token = Signer::new("cs-\"1\"", &Secret::new("s")).sign(now());
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        assert_eq!(header, br#"{"alg":"HS256","typ":"JWT"}"#);
        let claims = claims(&token);
        let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["appId", "sub", "iat", "exp", "jti"]);
        assert_eq!(claims["appId"], "cs-\"1\"");
        assert_eq!(claims["iat"], 1_799_999_990);
        assert_eq!(claims["exp"], 1_800_000_300);
        assert_eq!(Uuid::parse_str(claims["jti"].as_str().unwrap()).unwrap().get_version_num(), 4);
        assert_eq!(expiry(&token), DateTime::from_timestamp(1_800_000_300, 0));
    }

    #[test]
    fn hs256_is_the_one_of_the_standard() {
        // RFC 7515, appendix A.1.
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = hmac::Key::new(hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode(key).unwrap());
        let signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()).as_ref());
        assert_eq!(signature, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(expiry(&format!("{signed}.{signature}")), DateTime::from_timestamp(1_300_819_380, 0));
    }

    #[test]
    fn what_is_no_jwt_has_no_expiry() {
        for token in ["", "abc", "a.b.c", "a.e30.c", "..", "a.eyJleHAiOiJzb29uIn0.c"] {
            assert_eq!(expiry(token), None, "{token}");
        }
    }
}
