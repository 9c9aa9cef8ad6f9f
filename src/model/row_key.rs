//! What a row means, not where it stands.
//!
//! Both keys are the first half of a SHA-256 over length-prefixed parts, so that no two different
//! sequences of parts run together. They are stored in journals that live for years: the input of
//! the hash is a format, and changing it means a migration.

use std::borrow::Cow;
use std::fmt;

use ring::digest::{SHA256, digest};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::digits::push_date_time;
use super::{AccountId, CampaignName, Host, Recurrence, Schedule, StreamId};

const LENGTH: usize = 16;

/// Which campaign a row is about: a hash of host, account, stream and the name after NFC.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CampaignKey([u8; LENGTH]);

/// What a row means: a hash of its campaign, its action and its schedule as the platform gets it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowKey([u8; LENGTH]);

impl CampaignKey {
    /// The key of a campaign at a target.
    pub fn new(host: &Host, account: &AccountId, stream: &StreamId, campaign: &CampaignName) -> Self {
        Self(hash(&["campaign", host.as_str(), account.as_str(), stream.as_str(), &nfc(campaign.as_str())]))
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl RowKey {
    /// The key of a schedule for a campaign.
    pub fn new(campaign: &CampaignKey, schedule: &Schedule) -> Self {
        let campaign = hexadecimal(&campaign.0);
        match schedule {
            Schedule::Disable => Self(hash(&["row", &campaign, "disable"])),
            Schedule::Enable { window, recurrence } => {
                let [mut start, mut end] = [(); 2].map(|()| String::with_capacity(19));
                push_date_time(&mut start, window.start);
                push_date_time(&mut end, window.end);
                let (unit, every, days) = match recurrence {
                    Recurrence::Daily(every) => ("daily", every, String::new()),
                    Recurrence::Weekly(every, days) => ("weekly", every, days.to_string()),
                };
                Self(hash(&["row", &campaign, "enable", &start, &end, unit, &every.to_string(), &days]))
            }
        }
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

/// Almost every name is in this form already.
fn nfc(name: &str) -> Cow<'_, str> {
    let is_nfc = name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes;
    if is_nfc { Cow::Borrowed(name) } else { Cow::Owned(name.nfc().collect()) }
}

fn hash(parts: &[&str]) -> [u8; LENGTH] {
    let mut input = Vec::with_capacity(256);
    for part in parts {
        input.extend_from_slice(&(part.len() as u64).to_le_bytes());
        input.extend_from_slice(part.as_bytes());
    }
    let mut key = [0; LENGTH];
    key.copy_from_slice(&digest(&SHA256, &input).as_ref()[..LENGTH]);
    key
}

fn hexadecimal(bytes: &[u8; LENGTH]) -> String {
    let mut text = String::with_capacity(2 * LENGTH);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    text
}

impl fmt::Display for CampaignKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for CampaignKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hexadecimal(&self.0))
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hexadecimal(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime, Weekday};

    use super::*;
    use crate::model::{Weekdays, Window};

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
        assert_eq!(RowKey::new(&key, &Schedule::Disable).to_string(), "1d35e1fc4f48bf8dfa993c4043344002");
        let day = |month| NaiveDate::from_ymd_opt(2027, month, 27).unwrap();
        let (start, end) = (day(1).and_hms_opt(18, 29, 0).unwrap(), day(2).and_time(NaiveTime::MIN));
        let window = Window { start, end, start_past: start.and_utc(), end_past: end.and_utc() };
        let recurrence = Recurrence::Weekly(2, Weekdays::new([Weekday::Mon, Weekday::Fri]).unwrap());
        let enable = Schedule::Enable { window, recurrence };
        assert_eq!(RowKey::new(&key, &enable).to_string(), "52bd66fe779b3f90f1b78bbdf5b1673b");
    }
}
