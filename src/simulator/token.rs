//! The token check: HS256 under the client secret, the app's id, times, and the memory of `jti`.

use std::collections::{BTreeSet, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use super::envelope::Answer;
use super::json::Json;
use super::settings::Settings;

/// The furthest `exp` of a token with a `jti`, in seconds from now.
const LONGEST_LIFE: i64 = 3_600;

/// Checks tokens, and remembers the `jti` of those that passed until they have expired.
pub(super) struct TokenCheck {
    key: hmac::Key,
    client_id: String,
    enforce_jti: bool,
    scope: bool,
    seen: HashSet<String>,
    by_expiry: BTreeSet<(i64, String)>,
}

impl TokenCheck {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, settings.client_secret.as_str().as_bytes()),
            client_id: settings.client_id.clone(),
            enforce_jti: settings.enforce_jti,
            scope: settings.scope,
            seen: HashSet::new(),
            by_expiry: BTreeSet::new(),
        }
    }

    /// Passes a token at a wall time in seconds since 1970, or says what the platform would answer.
    pub(super) fn check(&mut self, token: Option<&[u8]>, now: i64) -> Result<(), Answer> {
        let token = token.filter(|token| !token.is_empty()).ok_or_else(Answer::invalid_credentials)?;
        let claims = self.verified(token)?;
        if claims.get("appId").and_then(Json::as_text) != Some(&self.client_id) || claims.get("sub").is_none() {
            return Err(Answer::invalid_credentials());
        }
        self.check_times(&claims, now)?;
        if self.scope { Ok(()) } else { Err(Answer::wrong_scope()) }
    }

    /// The claims of a token that is well formed and signed with the secret.
    fn verified(&self, token: &[u8]) -> Result<Json, Answer> {
        let token = std::str::from_utf8(token).map_err(|_| Answer::invalid_token())?;
        let (signed, signature) = token.rsplit_once('.').ok_or_else(Answer::invalid_token)?;
        let (header, claims) = signed.split_once('.').ok_or_else(Answer::invalid_token)?;
        let header = part(header).ok_or_else(Answer::invalid_token)?;
        let claims = part(claims).ok_or_else(Answer::invalid_token)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Answer::invalid_token())?;
        if header.get("alg").and_then(Json::as_text) != Some("HS256") {
            return Err(Answer::invalid_credentials());
        }
        hmac::verify(&self.key, signed.as_bytes(), &signature).map_err(|_| Answer::invalid_credentials())?;
        Ok(claims)
    }

    fn check_times(&mut self, claims: &Json, now: i64) -> Result<(), Answer> {
        let expiry = match claims.get("exp") {
            None => None,
            Some(expiry) => Some(expiry.as_seconds().ok_or_else(Answer::invalid_token)?),
        };
        if claims.get("iat").is_some_and(|issued| issued.as_seconds().is_none()) {
            return Err(Answer::invalid_token());
        }
        // The text for an expired token is not documented. [assumed]
        if expiry.is_some_and(|expiry| expiry <= now) {
            return Err(Answer::token_rule("jwt expired"));
        }
        match claims.get("jti") {
            // Nor is the one for a missing `jti`. [assumed]
            None if self.enforce_jti => Err(Answer::token_rule("\"jti\" claim is required")),
            None => Ok(()),
            Some(id) => {
                let id = id.as_text().filter(|id| !id.is_empty()).ok_or_else(Answer::invalid_token)?;
                match expiry {
                    Some(expiry) if expiry - now <= LONGEST_LIFE => self.remember(id, expiry, now),
                    _ => Err(Answer::token_rule("if \"jti\" claim \"exp\" must be <= 1 hour(s)")),
                }
            }
        }
    }

    fn remember(&mut self, id: &str, expiry: i64, now: i64) -> Result<(), Answer> {
        while let Some((_, old)) = self.by_expiry.first().filter(|(expiry, _)| *expiry <= now).cloned() {
            self.by_expiry.pop_first();
            self.seen.remove(&old);
        }
        if !self.seen.insert(id.to_owned()) {
            return Err(Answer::token_rule("possibly a replay"));
        }
        self.by_expiry.insert((expiry, id.to_owned()));
        Ok(())
    }
}

fn part(encoded: &str) -> Option<Json> {
    let text = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    Json::parse(&text).filter(|json| matches!(json, Json::Object(_)))
}
