//! The campaigns that the platform holds, by stream.
//!
//! Every look-up by name or id is one step, and each listing is kept in its order, so a page costs its own length: a
//! platform of many thousand campaigns answers as fast as an empty one.

use std::collections::HashMap;

use ring::digest;
use serde_json::{Value, json};

use super::fault::mixed;
use super::ledger::CampaignView;
use super::settings::{CampaignState, Campaigns, Channel, Settings};

/// One campaign.
#[derive(Debug)]
pub(super) struct Campaign {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) channel: Channel,
    pub(super) state: CampaignState,
    /// The body of the schedule in force.
    pub(super) schedule: Option<String>,
    pub(super) changes: u64,
    created_at: String,
}

/// All campaigns.
#[derive(Debug)]
pub(super) struct Catalogue {
    which: Campaigns,
    seed: u64,
    ignore_case: bool,
    /// Streams come with their campaigns when they are first asked for.
    streams: HashMap<String, Stream>,
}

/// Where a campaign lies: valid as long as the catalogue, for none is ever removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found(usize);

#[derive(Debug, Default)]
struct Stream {
    campaigns: Vec<Campaign>,
    by_name: HashMap<String, usize>,
    by_folded_name: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    voice: Vec<usize>,
    sms: Vec<usize>,
}

impl Catalogue {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            which: settings.campaigns.clone(),
            seed: settings.seed,
            ignore_case: settings.ignore_case,
            streams: HashMap::new(),
        }
    }

    /// Finds a campaign by its name, which makes it where every name exists.
    pub(super) fn by_name(&mut self, stream: &str, name: &str) -> Option<Found> {
        let (every_name, ignore_case) = (self.which == Campaigns::EveryName, self.ignore_case);
        let held = self.stream(stream);
        let known = held.by_name.get(name).copied();
        let folded = || ignore_case.then(|| held.by_folded_name.get(&name.to_lowercase()).copied()).flatten();
        match known.or_else(folded) {
            Some(index) => Some(Found(index)),
            None if every_name => Some(held.add(stream, name, Channel::Voice, CampaignState::Ready)),
            None => None,
        }
    }

    pub(super) fn by_id(&mut self, stream: &str, id: &str) -> Option<Found> {
        self.stream(stream).by_id.get(id).copied().map(Found)
    }

    pub(super) fn campaign(&mut self, stream: &str, found: Found) -> Option<&mut Campaign> {
        self.stream(stream).campaigns.get_mut(found.0)
    }

    /// So many rows of a listing from an offset, the newest first if `newest_first`, and how many rows it has in all.
    pub(super) fn page(
        &mut self,
        stream: &str,
        channel: Channel,
        offset: usize,
        limit: usize,
        newest_first: bool,
    ) -> (Vec<Value>, usize) {
        let held = self.stream(stream);
        let order = match channel {
            Channel::Voice => &held.voice,
            Channel::Sms => &held.sms,
        };
        let total = order.len();
        let rows = (offset..total.min(offset.saturating_add(limit)))
            .filter_map(|place| order.get(if newest_first { total - 1 - place } else { place }))
            .filter_map(|&index| held.campaigns.get(index))
            .map(Campaign::row)
            .collect();
        (rows, total)
    }

    /// All campaigns of the streams that were asked for.
    pub(super) fn views(&self) -> Vec<CampaignView> {
        let mut streams: Vec<_> = self.streams.iter().collect();
        streams.sort_by_key(|(name, _)| *name);
        streams
            .into_iter()
            .flat_map(|(stream, held)| held.campaigns.iter().map(|campaign| campaign.view(stream)))
            .collect()
    }

    fn stream(&mut self, stream: &str) -> &mut Stream {
        if !self.streams.contains_key(stream) {
            let filled = Stream::filled(stream, &self.which, self.seed);
            self.streams.insert(stream.to_owned(), filled);
        }
        self.streams.entry(stream.to_owned()).or_default()
    }
}

impl Stream {
    fn filled(stream: &str, which: &Campaigns, seed: u64) -> Self {
        let mut held = Self::default();
        match which {
            Campaigns::EveryName => {}
            Campaigns::Seeded(count) => {
                for number in 1..=*count {
                    let channel = if number % 2 == 1 { Channel::Voice } else { Channel::Sms };
                    held.add(stream, &format!("Campaign {number}"), channel, seeded_state(seed, number));
                }
            }
            Campaigns::Listed(listed) => {
                for campaign in listed {
                    held.add(stream, &campaign.name, campaign.channel, campaign.state);
                }
            }
        }
        held
    }

    fn add(&mut self, stream: &str, name: &str, channel: Channel, state: CampaignState) -> Found {
        let index = self.campaigns.len();
        let id = id(stream, name);
        self.by_name.insert(name.to_owned(), index);
        self.by_folded_name.entry(name.to_lowercase()).or_insert(index);
        self.by_id.insert(id.clone(), index);
        match channel {
            Channel::Voice => self.voice.push(index),
            Channel::Sms => self.sms.push(index),
        }
        self.campaigns.push(Campaign {
            id,
            name: name.to_owned(),
            channel,
            state,
            schedule: None,
            changes: 0,
            created_at: created_at(index),
        });
        Found(index)
    }
}

impl Campaign {
    /// The part of every description that tells whether a schedule is in force.
    fn schedule(&self) -> Value {
        let enabled = self.schedule.is_some();
        json!({ "isSchedulingEnabled": enabled, "isRecurrenceEnabled": enabled })
    }

    /// The whole campaign, as one is read.
    pub(super) fn details(&self) -> Value {
        json!({
            "_id": self.id,
            "name": self.name,
            "lname": self.name.to_lowercase(),
            "status": self.state.word(),
            "schedule": self.schedule(),
            "createdAt": self.created_at,
        })
    }

    /// A row of a listing. SMS rows leave `isRecurrenceEnabled` out where it is false, as the documentation's do.
    fn row(&self) -> Value {
        let (key, mut schedule) = match self.channel {
            Channel::Voice => ("_id", self.schedule()),
            Channel::Sms => ("id", self.schedule()),
        };
        if let (Channel::Sms, None, Some(fields)) = (self.channel, &self.schedule, schedule.as_object_mut()) {
            fields.remove("isRecurrenceEnabled");
        }
        json!({
            key: self.id,
            "name": self.name,
            "status": self.state.word(),
            "priority": "5",
            "schedule": schedule,
            "createdAt": self.created_at,
        })
    }

    fn view(&self, stream: &str) -> CampaignView {
        CampaignView {
            stream: stream.to_owned(),
            id: self.id.clone(),
            name: self.name.clone(),
            state: self.state.word(),
            schedule: self.schedule.clone(),
            changes: self.changes,
        }
    }
}

/// An id in the documented form, the same for the same stream and name. Like the documentation's samples it has seven or
/// eight digits in its first group, so nobody can take it for a UUID.
fn id(stream: &str, name: &str) -> String {
    let digest = digest::digest(&digest::SHA256, format!("{stream}\0{name}").as_bytes());
    let digits: String = digest.as_ref().iter().take(17).map(|byte| format!("{byte:02x}")).collect();
    let first = if digits.ends_with(['0', '2', '4', '6', '8', 'a', 'c', 'e']) { 1 } else { 0 };
    let group = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().to_owned();
    format!("cd-{}-{}-{}-{}-{}", group(first, 8), group(8, 12), group(12, 16), group(16, 20), group(20, 32))
}

/// Four in five are Ready; the others show what else a listing can hold.
fn seeded_state(seed: u64, number: usize) -> CampaignState {
    match mixed(seed, number as u64) % 20 {
        0 => CampaignState::Active,
        1 => CampaignState::Paused,
        2 => CampaignState::Stopped,
        3 => CampaignState::Completed,
        _ => CampaignState::Ready,
    }
}

/// A time in the documented form; one campaign a second, in the order in which they came to be.
fn created_at(index: usize) -> String {
    let seconds = 1_764_000_000_i64.saturating_add(i64::try_from(index).unwrap_or(0));
    chrono::DateTime::from_timestamp(seconds, 90_000_000)
        .map(|time| time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
        .unwrap_or_default()
}
