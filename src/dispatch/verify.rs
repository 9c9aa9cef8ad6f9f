//! `verify`: reads the campaigns of a batch back and settles what they show.
//!
//! A campaign is read by the id that an answer gave, else found by its name in the listing. What
//! the sight of it means for its row is [`model::transition::verified`]; a read that brought
//! nothing changes nothing, nor does a listing in which the campaign can't be told, and the account
//! says how many there were.
//!
//! [`model::transition::verified`]: crate::model::transition::verified

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use super::Event;
use super::catalogue::{Catalogue, Found};
use super::events::Purpose;
use super::reads::{Brought, Emit, ReadAccount, ReadJob, Reads};
use super::sight::{Seen, not_verified};
use crate::clock::Clock;
use crate::journal::{Effect, JournalError, ReadBack, RowChange, RowNumber, SentRow, Step};
use crate::model::transition::verified;
use crate::model::words::plural;
use crate::model::{Action, CampaignId, CampaignName, Ending, Signal, Status, StreamId};
use crate::platform::{Content, Platform, Request};

/// Rows taken from the journal and settled at once.
const PAGE: usize = 512;

/// Reads back what a batch sent. The ending is [`Ending::Finished`] if all could be asked.
pub async fn verify<J: ReadBack>(
    job: ReadJob,
    journal: Arc<Mutex<J>>,
    platform: Arc<dyn Platform>,
    clock: Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: Emit<'_>,
) -> (Ending, ReadAccount) {
    let reads = Reads::begin(Purpose::ReadBack, job.clone(), journal, platform, clock).await;
    let mut verification = Verification { job, reads, catalogue: Catalogue::default(), unread: Unread::default() };
    let ended = verification.run(signals, emit).await;
    let Verification { reads, unread, .. } = verification;
    let mut account = reads.end(emit);
    if ended.is_ok() {
        account.said = account.said.or_else(|| unread.told());
    }
    (ended.err().unwrap_or(Ending::Finished), account)
}

/// Campaigns of which no read brought anything.
#[derive(Debug, Default)]
struct Unread {
    campaigns: u64,
    first: Option<String>,
}

impl Unread {
    fn note(&mut self, said: String) {
        self.campaigns += 1;
        self.first.get_or_insert(said);
    }

    fn told(self) -> Option<String> {
        let first = self.first?;
        let campaigns = plural(self.campaigns, "campaign");
        Some(format!(
            "{campaigns} could not be read back, and the rows stay as they were ({first}); \
             `campaign-scheduler verify` tries again"
        ))
    }
}

struct Verification<J> {
    job: ReadJob,
    reads: Reads<J>,
    catalogue: Catalogue,
    unread: Unread,
}

impl<J: ReadBack> Verification<J> {
    async fn run(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>) -> Result<(), Ending> {
        let ended = self.read_all(signals, emit).await;
        // However it ended: what was settled until then stands.
        let span = self.job.span;
        let yielded = self.reads.calling.store.with(move |journal| journal.yield_to_later(span)).await;
        ended.and_then(|()| self.or_lost(yielded))
    }

    async fn read_all(&mut self, signals: &mut mpsc::Receiver<Signal>, emit: Emit<'_>) -> Result<(), Ending> {
        let span = self.job.span;
        let rows = self.reads.calling.store.with(move |journal| journal.count_sent(span)).await;
        let mut unseen = self.or_lost(rows)?;
        let mut after = RowNumber(span.before());
        loop {
            self.reads.ending().map_or(Ok(()), Err)?;
            let page = self.reads.calling.store.with(move |journal| journal.sent_rows(span, after, PAGE)).await;
            let rows = self.or_lost(page)?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.number;
            unseen = unseen.saturating_sub(rows.len() as u64);
            self.reads.expect(unseen);
            let (seen, ended) = self.look(&rows, signals, emit).await;
            // What was read before a stop is settled all the same.
            self.settle(&rows, &seen, emit).await?;
            ended?;
        }
    }

    fn or_lost<T>(&mut self, result: Result<T, JournalError>) -> Result<T, Ending> {
        result.map_err(|error| {
            self.reads.calling.lose_journal(error);
            self.reads.ending().unwrap_or(Ending::Finished)
        })
    }

    /// What the platform shows of these rows' campaigns, by row; nothing where nothing could be read.
    async fn look(
        &mut self,
        rows: &[SentRow],
        signals: &mut mpsc::Receiver<Signal>,
        emit: Emit<'_>,
    ) -> (HashMap<RowNumber, Seen>, Result<(), Ending>) {
        let mut seen = HashMap::new();
        let nameless = rows.iter().filter(|row| row.id.is_none()).map(|row| row.stream.clone());
        if let Err(ending) = self.catalogue.add(&mut self.reads, nameless, signals, emit).await {
            return (seen, Err(ending));
        }
        let mut by_id: HashMap<(StreamId, CampaignId), (CampaignName, Vec<RowNumber>)> = HashMap::new();
        for row in rows {
            let doubt = || self.catalogue.doubt(&row.stream, &row.campaign);
            let id = match (&row.id, self.catalogue.find(&row.stream, &row.campaign)) {
                (Some(id), _) => id.clone(),
                (None, _) if let Some(doubt) = doubt() => {
                    self.unread.note(doubt);
                    continue;
                }
                (None, Found::Missing) => {
                    seen.insert(row.number, Seen::Missing);
                    continue;
                }
                (None, Found::Folded(campaign)) => {
                    seen.insert(row.number, Seen::OtherCase(campaign.name.clone()));
                    continue;
                }
                (None, Found::Exact(campaign)) => {
                    // A listing may leave out whether there is a schedule; the campaign itself says.
                    if campaign.is_scheduled.is_some() {
                        seen.insert(row.number, Seen::Campaign(campaign.clone()));
                        continue;
                    }
                    campaign.id.clone()
                }
            };
            let rows = by_id.entry((row.stream.clone(), id)).or_insert_with(|| (row.campaign.clone(), Vec::new()));
            rows.1.push(row.number);
        }
        let mut first: Vec<_> = by_id.iter().collect();
        first.sort_unstable_by_key(|(_, (_, rows))| rows[0]);
        let request = |(stream, id): &(StreamId, CampaignId), campaign: &CampaignName| Request::Campaign {
            stream: stream.clone(),
            id: id.clone(),
            campaign: campaign.clone(),
        };
        let requests = first.into_iter().map(|(of, (campaign, _))| request(of, campaign)).collect();
        let ended = self
            .reads
            .read(requests, signals, emit, &mut |request, brought| {
                let sight = match brought {
                    Brought::Content(Content::Campaign(campaign)) => Seen::Campaign(campaign),
                    Brought::Refused(said) => Seen::Refused(said),
                    Brought::Content(Content::None | Content::Page { .. }) => return None,
                    Brought::Nothing(said) => {
                        self.unread.note(said);
                        return None;
                    }
                };
                if let Request::Campaign { stream, id, .. } = request {
                    let rows = by_id.get(&(stream.clone(), id.clone())).map(|(_, rows)| rows);
                    seen.extend(rows.into_iter().flatten().map(|row| (*row, sight.clone())));
                }
                None
            })
            .await;
        (seen, ended)
    }

    async fn settle(
        &mut self,
        rows: &[SentRow],
        seen: &HashMap<RowNumber, Seen>,
        emit: Emit<'_>,
    ) -> Result<(), Ending> {
        let now = self.reads.calling.clock.wall();
        let mut step = Step::default();
        let mut news = Vec::new();
        for row in rows {
            let Some(change) = seen.get(&row.number).and_then(|seen| change(row, seen, now)) else { continue };
            let (place, campaign) = (row.place.clone(), row.campaign.clone());
            news.push(Event::Settled { place, campaign, status: change.status, at: now, followers: row.followers });
            step.changes.push(change);
        }
        if !step.is_empty() {
            let (span, target) = (self.job.span, self.job.target.clone());
            let written =
                self.reads.calling.store.with(move |journal| journal.commit_or_rescue(span, &target, &step)).await;
            self.or_lost(written)?;
        }
        news.into_iter().for_each(emit);
        Ok(())
    }
}

/// What a row's campaign means for it; `None` if the row stays as good as it was.
fn change(row: &SentRow, seen: &Seen, now: chrono::DateTime<chrono::Utc>) -> Option<RowChange> {
    let (shows_schedule, id) = match seen {
        Seen::Campaign(campaign) => (campaign.is_scheduled, Some(campaign.id.clone())),
        Seen::Missing | Seen::OtherCase(_) | Seen::Refused(_) => (None, None),
    };
    let status = verified(row.action, shows_schedule, row.is_other_schedule_settled);
    if status == row.status && status != Status::Unknown {
        return None;
    }
    let is_in_doubt = status == Status::Unknown;
    let sight = seen.words(row.action == Action::Enable && shows_schedule == Some(true) && is_in_doubt);
    Some(RowChange {
        number: row.number,
        has_followers: row.followers > 0,
        status,
        in_doubt: is_in_doubt,
        attempts: row.attempts,
        id: id.or_else(|| row.id.clone()),
        error: is_in_doubt.then(|| not_verified(&sight)),
        message: Some(format!("read back: {sight}")),
        http_status: row.http_status,
        submitted_at: row.submitted_at,
        finished_at: Some(now),
        // What a later row did to the campaign isn't undone by a look at an earlier one.
        effect: row.is_last_effect.then_some(if is_in_doubt { Effect::InDoubt } else { Effect::Accepted }),
    })
}
