//! What the platform says, to the byte.
//!
//! Two forms exist: `errors` with a text and a code, from the API's front, and `status` with a message, from
//! the campaign service.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

/// An answer before any fault touches it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    pub(super) retry_after: Option<String>,
}

/// The text for a call over a quota whose window is shorter than an hour.
const PER_MINUTE: &str = "You've exceeded the per-minute rate limit. Please wait for sometime before retrying.";
/// The text for a call over a quota whose window is an hour or longer.
const HOURLY: &str = "You've exceeded the hourly rate limit. Please wait for sometime before retrying.";

impl Answer {
    /// A success.
    pub(super) const fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body, retry_after: None }
    }

    /// The front's envelope.
    pub(super) fn error(status: StatusCode, message: &str, code: u32) -> Self {
        Self { status, body: json!({ "errors": [{ "msg": message, "code": code }] }), retry_after: None }
    }

    /// No token, or one that was tampered with or belongs to somebody else.
    pub(super) fn invalid_credentials() -> Self {
        Self::error(StatusCode::UNAUTHORIZED, "Invalid SDK credentials", 4002)
    }

    /// Something that is no JWT.
    pub(super) fn invalid_token() -> Self {
        Self::error(StatusCode::UNAUTHORIZED, "Invalid JWT token", 4002)
    }

    /// The app lacks the scope Campaign Management (401, not 403).
    pub(super) fn wrong_scope() -> Self {
        Self::error(StatusCode::UNAUTHORIZED, "Permission denied. Scope is incorrect!", 4002)
    }

    /// A rule about the token's claims.
    pub(super) fn token_rule(rule: &str) -> Self {
        Self::error(StatusCode::UNAUTHORIZED, &format!("error verifying the jwt: {rule}"), 401)
    }

    /// A stream that the platform doesn't know.
    pub(super) fn invalid_stream() -> Self {
        Self::error(StatusCode::BAD_REQUEST, "Invalid StreamId", 400)
    }

    /// A thing that the platform doesn't know (400, not 404).
    pub(super) fn not_found(what: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, &format!("{what} not found"), 400)
    }

    /// Headers, query or body missing or wrong.
    pub(super) fn invalid_arguments() -> Self {
        Self::error(StatusCode::PRECONDITION_FAILED, "Validation errors/ Invalid arguments", 412)
    }

    /// An address or a method that the platform doesn't have. \[assumed\]
    pub(super) fn no_route() -> Self {
        Self::error(StatusCode::NOT_FOUND, "Not Found", 404)
    }

    /// The campaign service's refusal.
    pub(super) fn refusal(word: &str, message: &str) -> Self {
        let body = json!({ "status": word, "message": message });
        Self { status: StatusCode::BAD_REQUEST, body, retry_after: None }
    }

    /// A call over the quota of so long a window.
    pub(super) fn rate_limited(status: u16, word: &str, window: Duration) -> Self {
        let message = if window >= Duration::from_secs(3_600) { HOURLY } else { PER_MINUTE };
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::TOO_MANY_REQUESTS),
            body: json!({ "status": word, "message": message }),
            retry_after: None,
        }
    }
}
