//! What the platform's words mean for the person who set this up, and what to do about them.

use super::text::Said;
use super::{Answer, Disposition};
use crate::model::CampaignName;

/// What to do about an answer to a call for this campaign, where its words alone don't say. A fragment, to stand as a
/// hint.
pub fn explain(answer: &Answer, campaign: Option<&CampaignName>) -> Option<&'static str> {
    let said = Said::new(&answer.message, campaign);
    match answer.disposition {
        Disposition::Accepted { .. } | Disposition::RateLimited(_) => None,
        Disposition::CredentialsRefused => of_credentials(&said),
        Disposition::Rejected => of_rejection(answer.http_status, &said),
        Disposition::Unsettled { .. } => of_unsettled(answer.http_status, &said),
        Disposition::NotTaken => of_not_taken(&said),
    }
}

fn of_credentials(said: &Said) -> Option<&'static str> {
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
        (&["account"], CHECK_ONE_ACCOUNT),
    ];
    rules.iter().find(|(words, _)| words.iter().any(|word| said.has(word))).map(|(_, hint)| *hint)
}

const CHECK_ACCOUNT: &str = "check --account-id and that the stream belongs to it";
const CHECK_STREAM: &str = "check the stream id (also called bot id) and that it belongs to the account";
const CHECK_CAMPAIGN: &str =
    "check the campaign's name and that it belongs to this stream; `check --online` looks all of them up";
const CHECK_ONE_ACCOUNT: &str = "check that --account-id, --stream-id and the client id belong to one account";

fn of_rejection(status: Option<u16>, said: &Said) -> Option<&'static str> {
    if status.is_some_and(|status| (300..400).contains(&status)) {
        Some("check --host: it must be the platform itself, not an address that sends on to it")
    } else if said.begins_with("<") || said.has("page not found") {
        Some("something other than the campaign API answered: check --host, the stream id and proxies")
    } else if said.has("streamid") || said.has("stream id") {
        Some(CHECK_STREAM)
    } else if said.begins_with("http 404") {
        // No words at all: nothing that knows campaigns has answered.
        Some("check --host and the stream id: there is no such address")
    } else if said.has("is active") || said.has("cannot be edited") {
        Some("wait until the campaign is over or stop it on the platform")
    } else if said.has("not found") {
        Some(of_missing(status, said))
    } else if said.has("account") {
        Some(CHECK_ACCOUNT)
    } else if said.has("invalid arguments") || said.has("validation error") {
        Some("the platform misses a field or dislikes its value: compare dates and interval with its own forms")
    } else {
        status.and_then(of_status)
    }
}

/// Something isn't found: what, is the first of these that is spoken of.
fn of_missing(status: Option<u16>, said: &Said) -> &'static str {
    let rules = [
        ("campaign", CHECK_CAMPAIGN),
        ("account", CHECK_ACCOUNT),
        ("bot", CHECK_STREAM),
        ("stream", CHECK_STREAM),
        ("user", CHECK_ONE_ACCOUNT),
    ];
    let rule = rules.iter().find(|(word, _)| said.has(word)).map(|(_, hint)| *hint);
    rule.or_else(|| status.and_then(of_status)).unwrap_or(CHECK_CAMPAIGN)
}

/// What a status means that says nothing of the row.
const fn of_status(status: u16) -> Option<&'static str> {
    match status {
        404 => Some("check --host, the stream id and the campaign's name: there may be no such address"),
        409 | 423 => Some("something else may be changing the campaign: wait a while, or look at it on the platform"),
        405 | 407 | 411 | 413 | 415 | 421 | 426 | 431 | 451 => {
            Some("nothing in the row is wrong: check --host and the proxies on the way")
        }
        _ => None,
    }
}

fn of_unsettled(status: Option<u16>, said: &Said) -> Option<&'static str> {
    let is_success = status.is_some_and(|status| (200..300).contains(&status));
    (is_success && said.has("not a json object")).then_some(
        "something other than the campaign API answered: check --host and proxies; apps that encrypt what they send \
         (JWE) are not supported",
    )
}

/// What is said of a certificate that is not valid any more, or not yet: with its times, and without.
const OUT_OF_ITS_TIME: [&str; 4] =
    ["certificate expired", "certificate not valid yet", "certificate: expired", "certificate: notvalidyet"];

fn of_not_taken(said: &Said) -> Option<&'static str> {
    if said.has("proxy authorization required") {
        Some("the proxy wants a user: check HTTPS_PROXY")
    } else if said.has("causedasendentity") {
        Some("the host shows an authority's certificate as its own: give it one that the authority issued")
    } else if OUT_OF_ITS_TIME.iter().any(|words| said.has(words)) {
        Some(
            "compare this machine's clock with the certificate's time; if the clock is right, the host needs a new one",
        )
    } else if said.has("not valid for name") || said.has("notvalidforname") {
        Some("check --host: give it by a name that its certificate has")
    } else if said.has("doesn't speak tls") {
        Some("check --host and its port")
    } else if said.has("(tls)") {
        Some(
            "check --host; where a company's proxy or a private host signs for itself, give its certificate with --cacert",
        )
    } else if said.has("the proxy wouldn't connect") {
        Some("check --host and HTTPS_PROXY: the proxy may not let calls through to this host")
    } else if said.has("resolved") || said.has("refused") || said.has("no connection") {
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
        explain(&Answer { http_status: Some(status), disposition, message, reply: Reply::Readable }, None).unwrap_or("")
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
        assert_eq!(refused("Invalid SDK credentials (code 4002)"), "", "it names nothing");
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
        for (status, message, way_out) in [
            (404, "<html><h1>404 Not Found</h1></html>", "check --host"),
            (404, "404 page not found", "check --host"),
            (400, "<html>400 Bad Request</html>", "proxies"),
            (404, "Not Found", "check --host"),
            (400, "Account not found (code 400)", "--account-id"),
            (400, "Bot not found (code 400)", "bot id"),
            (400, "User not found (code 400)", "client id"),
            (409, "already being edited", "wait a while"),
            (423, "HTTP 423 Locked", "wait a while"),
            (405, "HTTP 405 Method Not Allowed", "nothing in the row"),
            (451, "blocked", "nothing in the row"),
        ] {
            let hint = rejected(status, message);
            assert!(hint.contains(way_out), "{status} {message}: {hint}");
        }
        assert_eq!(rejected(400, "nothing known"), "");
    }

    #[test]
    fn a_campaigns_own_name_gives_no_advice() {
        let rejected = |name: &str, message: &str| {
            let (disposition, message) = (Disposition::Rejected, message.to_owned());
            let answer = Answer { http_status: Some(400), disposition, message, reply: Reply::Readable };
            explain(&answer, Some(&CampaignName::new(name))).unwrap_or("")
        };
        assert_eq!(rejected("Account Renewal", "Campaign Account Renewal has no contacts"), "");
        assert!(rejected("Renewal", "Campaign Renewal is not of this account").contains("--account-id"));
        assert!(rejected("Account not found", "Campaign Account not found not found").contains("check --online"));
        for name in ["a", "Chat Bot", "User | Account"] {
            assert!(rejected(name, &format!("Campaign {name} not found")).contains("check --online"), "{name}");
            assert!(rejected(name, &format!("{name} not found")).contains("check --online"), "{name}");
        }
    }

    #[test]
    fn a_certificate_is_told_by_what_can_be_done_about_it() {
        let untrusted = |why: &str| hint(Disposition::NotTaken, 0, &format!("no secure connection (TLS): {why}"));
        assert!(untrusted("invalid peer certificate: UnknownIssuer").contains("--cacert"));
        for (why, way_out) in [
            ("invalid peer certificate: certificate expired: verification time 2 (UNIX)", "clock"),
            ("invalid peer certificate: certificate not valid yet: verification time 2 (UNIX)", "clock"),
            ("invalid peer certificate: Expired", "clock"),
            ("invalid peer certificate: NotValidYet", "clock"),
            ("invalid peer certificate: NotValidForName", "check --host"),
            ("invalid peer certificate: certificate not valid for name \"kore.test\"; certificate", "check --host"),
        ] {
            assert!(untrusted(why).contains(way_out) && !untrusted(why).contains("--cacert"), "{why}");
        }
    }

    #[test]
    fn a_call_that_did_not_leave_names_the_way_that_it_takes() {
        for (message, way_out) in [
            ("the host's name can't be resolved: no record found", "HTTPS_PROXY"),
            ("no secure connection (TLS): what answers there doesn't speak TLS", "its port"),
            ("no connection: the proxy wouldn't connect to the host", "the proxy may not"),
        ] {
            let hint = hint(Disposition::NotTaken, 0, message);
            assert!(hint.contains(way_out) && !hint.contains("--cacert"), "{message}: {hint}");
        }
    }
}
