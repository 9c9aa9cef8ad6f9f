//! Where a schedule goes, and the names that must not be mistaken for one another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// The account whose quota every call pays, sent as the `accountId` header.
    AccountId
);
name_type!(
    /// The stream (bot) a campaign belongs to, part of the call's path.
    StreamId
);
name_type!(
    /// A campaign's name as the sheet has it, trimmed: what the platform looks it up by.
    CampaignName
);
name_type!(
    /// A campaign's id as the platform gave it. Opaque: never parsed.
    CampaignId
);
name_type!(
    /// A batch's id: unique in its journal, short enough to type, sorted by time.
    BatchId
);

/// A platform host in its normal form: `https://platform.kore.ai` or `http://127.0.0.1:8080`.
///
/// Lower case, scheme always there, no default port, no trailing slash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Host(String);

/// Why a text is not a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Empty, or with a path, a query, user information or characters that no host has.
    #[error("\"{0}\" is not a host")]
    NotAHost(String),
    /// A scheme other than https, or http to another machine.
    #[error("\"{0}\" would send the token unencrypted")]
    Unencrypted(String),
}

impl Host {
    /// Normalises `platform.kore.ai`, `https://Platform.Kore.ai/` and the like to one spelling.
    ///
    /// # Errors
    /// [`HostError`] if it is no host, or if it is plain http to anything but loopback.
    pub fn parse(text: &str) -> Result<Self, HostError> {
        let text = text.trim();
        let not_a_host = || HostError::NotAHost(text.to_owned());
        let lower = text.to_ascii_lowercase();
        let (scheme, rest) = match lower.split_once("://") {
            Some((scheme @ ("https" | "http"), rest)) => (scheme, rest),
            Some(_) => return Err(not_a_host()),
            None => ("https", lower.as_str()),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (name, port) = split_port(authority).ok_or_else(not_a_host)?;
        // In DNS a dot at the end changes nothing for a name that has one within.
        let name = name.strip_suffix('.').unwrap_or(name);
        let in_brackets = name.starts_with('[') && name.ends_with(']');
        let plausible = !name.is_empty()
            && !name.starts_with(['.', '-'])
            && name.chars().all(|c| {
                c.is_ascii_alphanumeric()
                    || matches!(c, '.' | '-' | '_')
                    || (in_brackets && matches!(c, ':' | '[' | ']'))
            });
        if !plausible {
            return Err(not_a_host());
        }
        if scheme == "http" && !is_loopback(name) {
            return Err(HostError::Unencrypted(text.to_owned()));
        }
        let default_port = if scheme == "https" { 443 } else { 80 };
        Ok(match port {
            Some(port) if port != default_port => Self(format!("{scheme}://{name}:{port}")),
            _ => Self(format!("{scheme}://{name}")),
        })
    }

    /// The host of an embedded simulator. Each `--simulate` run is a target of its own, so the
    /// batch is part of it; such a host is never called.
    pub fn simulated(batch: &BatchId) -> Self {
        Self(format!("simulate:{batch}"))
    }

    /// True for the host of an embedded simulator.
    pub fn is_simulated(&self) -> bool {
        self.0.starts_with("simulate:")
    }

    /// True if the host is this machine.
    pub fn is_loopback(&self) -> bool {
        let authority = self.0.split_once("://").map_or("", |(_, rest)| rest);
        split_port(authority).is_some_and(|(name, _)| is_loopback(name))
    }

    /// The normal form, which is also the start of every address at this host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let after_brackets = authority.rfind(']').map_or(0, |end| end + 1);
    match authority[after_brackets..].find(':') {
        Some(colon) => {
            let (name, port) = authority.split_at(after_brackets + colon);
            Some((name, Some(port[1..].parse().ok()?)))
        }
        None => Some((authority, None)),
    }
}

fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name == "[::1]"
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Where a batch goes: host, account, and the stream of rows that name none. Quotas count for host and account, so
/// that streams of one account share them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// The platform.
    pub host: Host,
    /// The account on it.
    pub account: AccountId,
    /// The stream of rows that name none themselves.
    pub stream: StreamId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_has_one_spelling() {
        for spelling in [
            "platform.kore.ai",
            "https://platform.kore.ai",
            "HTTPS://Platform.Kore.AI/",
            "platform.kore.ai:443",
            "platform.kore.ai.",
            "https://platform.kore.ai.:443/",
        ] {
            assert_eq!(Host::parse(spelling).unwrap().as_str(), "https://platform.kore.ai");
        }
        assert_eq!(Host::parse("http://127.0.0.1:8080/").unwrap().as_str(), "http://127.0.0.1:8080");
        assert_eq!(Host::parse("http://[::1]:8080").unwrap().as_str(), "http://[::1]:8080");
    }

    #[test]
    fn plain_http_is_for_loopback_alone() {
        assert!(matches!(Host::parse("http://platform.kore.ai"), Err(HostError::Unencrypted(_))));
        assert!(matches!(Host::parse("http://127.0.0.1.evil.example"), Err(HostError::Unencrypted(_))));
        assert!(Host::parse("http://localhost:1").is_ok());
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in ["", ".", "https://", "ftp://x", "a b", "x/y", "user@x", "x:99999", "x?y"] {
            assert!(matches!(Host::parse(text), Err(HostError::NotAHost(_))), "{text}");
        }
    }
}
