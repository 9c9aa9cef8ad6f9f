//! What a row means, not where it stands.
//!
//! Both keys are the first half of a SHA-256 over length-prefixed parts, so that no two different
//! sequences of parts run together. They are stored in journals that live for years: the input of
//! the hash is a format, and changing it means a migration.

use std::fmt;

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{AccountId, CampaignName, Host, Recurrence, Schedule, StreamId};

const LENGTH: usize = 16;

/// Which campaign a row is about: a hash of host, account, stream and the name after NFC.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CampaignKey([u8; LENGTH]);

/// What a row means: a hash of its campaign, its action and its schedule as the platform gets it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowKey([u8; LENGTH]);

impl CampaignKey {
    /// The key of a campaign at a target.
    pub fn new(host: &Host, account: &AccountId, stream: &StreamId, campaign: &CampaignName) -> Self {
        let name: String = campaign.as_str().nfc().collect();
        Self(hash(&["campaign", host.as_str(), account.as_str(), stream.as_str(), &name]))
    }

    /// The key of these bytes, as the journal keeps them; `None` if the length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl RowKey {
    /// The key of a schedule for a campaign.
    pub fn new(campaign: &CampaignKey, schedule: &Schedule) -> Self {
        let campaign = campaign.to_string();
        match schedule {
            Schedule::Disable => Self(hash(&["row", &campaign, "disable"])),
            Schedule::Enable { window, recurrence } => {
                let (start, end) = (window.start.to_string(), window.end.to_string());
                let (unit, every, days) = match recurrence {
                    Recurrence::Daily(every) => ("daily", every, String::new()),
                    Recurrence::Weekly(every, days) => ("weekly", every, days.to_string()),
                };
                Self(hash(&["row", &campaign, "enable", &start, &end, unit, &every.to_string(), &days]))
            }
        }
    }

    /// The key of these bytes, as the journal keeps them; `None` if the length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

fn hash(parts: &[&str]) -> [u8; LENGTH] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_le_bytes());
        context.update(part.as_bytes());
    }
    let mut key = [0; LENGTH];
    key.copy_from_slice(&context.finish().as_ref()[..LENGTH]);
    key
}

fn hexadecimal(bytes: &[u8], out: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

impl fmt::Display for CampaignKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal(&self.0, out)
    }
}

impl fmt::Debug for CampaignKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal(&self.0, out)
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal(&self.0, out)
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal(&self.0, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign(name: &str) -> CampaignKey {
        let host = Host::parse("platform.kore.ai").unwrap();
        CampaignKey::new(&host, &AccountId::new("a"), &StreamId::new("st-1"), &CampaignName::new(name))
    }

    #[test]
    fn composed_and_decomposed_names_are_one_campaign() {
        assert_eq!(campaign("Caf\u{e9}"), campaign("Cafe\u{301}"));
        assert_ne!(campaign("Cafe"), campaign("cafe"));
    }

    #[test]
    fn journals_of_years_ago_find_their_keys_again() {
        let key = campaign("Spring | EU");
        assert_eq!(key.to_string(), "7fc4fdaa529adad14e4c3cfca22e37ec");
        assert_eq!(CampaignKey::from_bytes(key.as_bytes()), Some(key));
        assert_eq!(RowKey::new(&key, &Schedule::Disable).to_string(), "1d35e1fc4f48bf8dfa993c4043344002");
    }
}
