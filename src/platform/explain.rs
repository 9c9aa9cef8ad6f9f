//! What the platform's words mean for the person who set this up, and what to do about them.

use super::{Answer, Disposition};

/// What to do about an answer, where its words alone don't say. A fragment, to stand as a hint.
pub fn explain(answer: &Answer) -> Option<&'static str> {
    let text = answer.message.to_ascii_lowercase();
    match answer.disposition {
        Disposition::Accepted { .. } | Disposition::RateLimited(_) => None,
        Disposition::CredentialsRefused => Some(of_credentials(&text)),
        Disposition::Rejected => of_rejection(answer.http_status, &text),
        Disposition::Unsettled { .. } => of_unsettled(answer.http_status, &text),
        Disposition::NotTaken => of_not_taken(&text),
    }
}

fn of_credentials(text: &str) -> &'static str {
    let rules: [(&[&str], &str); 6] = [
        (&["scope"], "give the JWT app the scope \"Campaign Management\" on the platform"),
        (
            &["replay"],
            "the platform has seen this token before: a ready-made token works only where the app does not enforce \
             JTI; give --client-id and --client-secret-file to have a fresh one signed for every call",
        ),
        (
            &["\"exp\" must be", "exp\" claim", "\"exp\"", "jti"],
            "the app enforces JTI, so a token needs a jti and must expire within an hour; give --client-id and \
             --client-secret-file to have one signed for every call",
        ),
        (
            &["expired"],
            "make a new token, or give --client-id and --client-secret-file to have one signed for every call; check \
             this machine's clock too",
        ),
        (
            &["invalid jwt"],
            "what was sent is not a token that the platform can read: check the token, and that the app uses HS256 \
             without encryption",
        ),
        (&["account"], "check that --account-id, --stream-id and the client id belong to one account"),
    ];
    let rule = rules.iter().find(|(words, _)| words.iter().any(|word| text.contains(word)));
    rule.map_or(
        "check client id and client secret, that --account-id and --host are those of the JWT app, and this machine's \
         clock",
        |(_, hint)| hint,
    )
}

fn of_rejection(status: Option<u16>, text: &str) -> Option<&'static str> {
    if status.is_some_and(|status| (300..400).contains(&status)) {
        Some("check --host: it must be the platform itself, not an address that sends on to it")
    } else if text.contains("streamid") || text.contains("stream id") {
        Some("check the stream id (also called bot id) and that it belongs to the account")
    } else if text.starts_with("http 404") {
        // No words at all: nothing that knows campaigns has answered.
        Some("check --host and the stream id: there is no such address")
    } else if text.contains("is active") || text.contains("cannot be edited") {
        Some("wait until the campaign is over or stop it on the platform")
    } else if text.contains("not found") {
        Some("check the campaign's name and that it belongs to this stream; `check --online` looks all of them up")
    } else if text.contains("account") {
        Some("check --account-id and that the stream belongs to it")
    } else if text.contains("invalid arguments") || text.contains("validation error") {
        Some("the platform misses a field or dislikes its value: compare dates and interval with its own forms")
    } else if status == Some(404) {
        Some("check --host and the stream id: there may be no such address")
    } else {
        None
    }
}

fn of_unsettled(status: Option<u16>, text: &str) -> Option<&'static str> {
    let is_success = status.is_some_and(|status| (200..300).contains(&status));
    (is_success && text.contains("not a json object")).then_some(
        "something other than the campaign API answered: check --host and proxies; apps that encrypt what they send \
         (JWE) are not supported",
    )
}

fn of_not_taken(text: &str) -> Option<&'static str> {
    if text.contains("proxy authorization required") {
        Some("the proxy wants a user: check HTTPS_PROXY")
    } else if text.contains("causedasendentity") {
        Some("the host shows an authority's certificate as its own: give it one that the authority issued")
    } else if text.contains("(tls)") {
        Some(
            "check --host; where a company's proxy or a private host signs for itself, give its certificate with --cacert",
        )
    } else if text.contains("resolved") {
        Some("check --host and the network")
    } else if text.contains("refused") || text.contains("no connection") {
        Some("check --host, its port, the network and HTTPS_PROXY")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Reply;

    fn hint(disposition: Disposition, status: u16, message: &str) -> &'static str {
        let message = message.to_owned();
        explain(&Answer { http_status: Some(status), disposition, message, reply: Reply::Readable }).unwrap_or("")
    }

    #[test]
    fn every_documented_refusal_says_what_to_do() {
        let refused = |message| hint(Disposition::CredentialsRefused, 401, message);
        assert!(refused("Permission denied. Scope is incorrect! (code 4002)").contains("Campaign Management"));
        assert!(refused("error verifying the jwt: possibly a replay (code 401)").contains("fresh one"));
        let jti = "error verifying the jwt: if \"jti\" claim \"exp\" must be <= 1 hour(s) (code 401)";
        assert!(refused(jti).contains("within an hour"));
        assert!(refused("not sent: the token expired at 2027-01-01").contains("make a new token"));
        assert!(refused("Invalid JWT token (code 4002)").contains("HS256"));
        assert!(refused("Invalid SDK credentials (code 4002)").contains("client secret"));
        assert!(refused("User does not belong to the account").contains("one account"));
    }

    #[test]
    fn rejections_name_the_setting_to_look_at() {
        let rejected = |status, message| hint(Disposition::Rejected, status, message);
        assert!(rejected(400, "Invalid StreamId (code 400)").contains("bot id"));
        assert!(rejected(400, "Campaign X not found (code 400)").contains("check --online"));
        assert!(rejected(302, "HTTP 302 Found to https://x/").contains("--host"));
        assert!(rejected(404, "HTTP 404 Not Found").contains("--host"));
        assert!(rejected(400, "Campaign X is Active and cannot be edited").contains("stop it"));
        assert_eq!(rejected(400, "nothing known"), "");
    }
}
