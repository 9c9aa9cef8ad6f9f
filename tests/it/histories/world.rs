//! The platform of the histories: it takes calls at some moment between the grant and the answer,
//! loses answers, goes out for a while, and keeps the truth.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use campaign_scheduler::clock::{Clock, TestClock};
use campaign_scheduler::model::{CampaignId, CampaignName, Moment, Schedule};
use campaign_scheduler::platform::{
    Answer, CampaignState, Channel, Content, Disposition, Hold, Platform, Reply, Request,
};
use futures::future::BoxFuture;

/// How a call ended, as far as its answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Accepted,
    Rejected,
    /// A time-out, a reset, a 5xx, a 2xx that can't be read: it may have taken effect.
    Nothing,
    ServerError,
    /// The connection was refused: it has not arrived.
    NotTaken,
    RateLimited,
    BadToken,
    Panic,
}

impl Said {
    /// The call may have taken effect, and nobody knows.
    pub const fn leaves_doubt(self) -> bool {
        matches!(self, Self::Nothing | Self::ServerError | Self::Panic)
    }
}

/// One call, as it truly was.
#[derive(Debug, Clone)]
pub struct Call {
    pub batch: usize,
    pub sitting: usize,
    pub campaign: String,
    pub schedule: Schedule,
    pub arrived: Option<Moment>,
    pub took_effect: bool,
    /// `None` if nobody waited for it to the end.
    pub said: Option<Said>,
    pub ended: bool,
}

/// What the platform is like at the moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mood {
    /// Calls in a hundred that go wrong.
    pub faults: u32,
    pub outage_until: Option<Moment>,
    pub slowest: u64,
    pub batch: usize,
    pub sitting: usize,
}

#[derive(Debug)]
pub struct World {
    clock: TestClock,
    rng: Mutex<fastrand::Rng>,
    pub mood: Mutex<Mood>,
    pub calls: Mutex<Vec<Call>>,
    pub holds: Mutex<HashMap<String, Schedule>>,
    /// When reads arrived.
    pub reads: Mutex<Vec<Moment>>,
    /// The campaigns that a preflight finds; else those are listed that ever took a schedule.
    pub catalogue: Mutex<Option<Catalogue>>,
}

/// What a preflight finds.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    pub names: Vec<String>,
    /// A listing was refused.
    pub is_refused: bool,
}

#[derive(Debug, Clone)]
pub struct Shared(pub Arc<World>);

/// Marks the call as over when its future goes, whichever way.
struct Out(Arc<World>, usize);

impl Drop for Out {
    fn drop(&mut self) {
        // Even after a history that failed: a panic here would end the test without its log.
        self.0.calls.lock().unwrap_or_else(PoisonError::into_inner)[self.1].ended = true;
    }
}

impl World {
    pub fn new(clock: &TestClock, rng: fastrand::Rng) -> Arc<Self> {
        Arc::new(Self {
            clock: clock.clone(),
            rng: Mutex::new(rng),
            mood: Mutex::default(),
            calls: Mutex::default(),
            holds: Mutex::default(),
            reads: Mutex::default(),
            catalogue: Mutex::default(),
        })
    }

    /// The campaign as it is shown; one that never took a schedule isn't listed.
    fn state(&self, name: &str) -> Option<CampaignState> {
        let is_scheduled = Some(*self.holds.lock().unwrap().get(name)? != Schedule::Disable);
        Some(campaign(name, is_scheduled))
    }

    /// What a read brings: a campaign, or a page of three.
    fn content(&self, request: &Request) -> Option<Content> {
        match request {
            Request::Campaign { id, .. } => {
                Some(Content::Campaign(self.state(id.as_str().strip_prefix("cd-").unwrap())?))
            }
            Request::Listing { channel: Channel::Voice, page, .. } => {
                let catalogue = self.catalogue.lock().unwrap().clone();
                let is_catalogue = catalogue.is_some();
                let held = || self.holds.lock().unwrap().keys().cloned().collect();
                let mut names: Vec<_> = catalogue.map_or_else(held, |catalogue| catalogue.names);
                names.sort();
                let (skip, count) = (3 * (*page as usize - 1), names.len());
                let unheld = |name: &String| is_catalogue.then(|| campaign(name, None));
                let state = |name: &String| self.state(name).or_else(|| unheld(name));
                let campaigns = names.iter().skip(skip).take(3).filter_map(state).collect();
                Some(Content::Page { campaigns, rows: 3, has_more: skip + 3 < count, total: None })
            }
            _ => Some(Content::Page { campaigns: Vec::new(), rows: 0, has_more: false, total: None }),
        }
    }

    /// A call that only looks.
    async fn look(self: Arc<Self>, request: Request) -> Answer {
        let (said, _, before, after) = self.decide();
        tokio::time::sleep(before).await;
        let content = self.content(&request);
        if said != Said::NotTaken {
            self.reads.lock().unwrap().push(self.clock.now());
        }
        tokio::time::sleep(after).await;
        assert!(said != Said::Panic, "a worker panics, as the history wants it");
        if said == Said::Rejected
            && let Some(catalogue) = &mut *self.catalogue.lock().unwrap()
        {
            catalogue.is_refused = true;
        }
        match content {
            Some(content) if said == Said::Accepted => {
                let disposition = Disposition::Accepted { id: None, content };
                Answer { disposition, ..answer(said, "") }
            }
            None if said == Said::Accepted => answer(Said::Rejected, ""),
            _ => answer(said, ""),
        }
    }

    fn decide(&self) -> (Said, bool, Duration, Duration) {
        let mood = *self.mood.lock().unwrap();
        let mut rng = self.rng.lock().unwrap();
        let is_out = mood.outage_until.is_some_and(|until| self.clock.now() < until);
        let said = if is_out {
            *rng.choice(&[Said::NotTaken, Said::ServerError, Said::Nothing]).unwrap()
        } else if rng.u32(0..100) < mood.faults {
            match rng.u32(0..100) {
                0..25 => Said::Nothing,
                25..45 => Said::ServerError,
                45..65 => Said::Rejected,
                65..80 => Said::NotTaken,
                80..92 => Said::RateLimited,
                92..96 => Said::BadToken,
                _ => Said::Panic,
            }
        } else {
            Said::Accepted
        };
        let effect = said == Said::Accepted || (said.leaves_doubt() && rng.bool());
        let mut wait = || Duration::from_millis(rng.u64(0..=mood.slowest));
        let (before, mut after) = (wait(), wait());
        if said == Said::Nothing && rng.u32(0..4) == 0 {
            after = Duration::from_secs(30);
        }
        (said, effect, before, after)
    }
}

impl Platform for Shared {
    fn call(&self, request: Request) -> BoxFuture<'static, Answer> {
        let world = Arc::clone(&self.0);
        Box::pin(async move {
            let Request::Schedule { campaign, schedule, .. } = request else { return world.look(request).await };
            let campaign = campaign.to_string();
            let (said, effect, before, after) = world.decide();
            let index = {
                let Mood { batch, sitting, .. } = *world.mood.lock().unwrap();
                let mut calls = world.calls.lock().unwrap();
                let twice = calls.iter().any(|call| call.campaign == campaign && !call.ended);
                assert!(!twice, "two calls for {campaign} are out at once");
                calls.push(Call {
                    batch,
                    sitting,
                    campaign: campaign.clone(),
                    schedule,
                    arrived: None,
                    took_effect: false,
                    said: None,
                    ended: false,
                });
                calls.len() - 1
            };
            let _out = Out(Arc::clone(&world), index);
            tokio::time::sleep(before).await;
            if said != Said::NotTaken {
                let mut calls = world.calls.lock().unwrap();
                calls[index].arrived = Some(world.clock.now());
                calls[index].took_effect = effect;
                if effect {
                    world.holds.lock().unwrap().insert(campaign.clone(), schedule);
                }
            }
            tokio::time::sleep(after).await;
            world.calls.lock().unwrap()[index].said = Some(said);
            assert!(said != Said::Panic, "a worker panics, as the history wants it");
            answer(said, &campaign)
        })
    }

    fn renew_credentials(&self) {}
}

fn campaign(name: &str, is_scheduled: Option<bool>) -> CampaignState {
    let (id, name) = (CampaignId::new(format!("cd-{name}")), CampaignName::new(name));
    CampaignState { id, name, state: "Ready".to_owned(), is_scheduled }
}

fn answer(said: Said, campaign: &str) -> Answer {
    let lost = Reply::Nothing { connection: None };
    let (http_status, disposition, message, reply) = match said {
        Said::Accepted => {
            let id = Some(CampaignId::new(format!("cd-{campaign}")));
            (Some(200), Disposition::Accepted { id, content: Content::None }, "scheduled successfully", Reply::Readable)
        }
        Said::Rejected => (Some(400), Disposition::Rejected, "no such campaign", Reply::Readable),
        Said::Nothing => (None, Disposition::Unsettled { floor: None }, "connection reset", lost),
        Said::ServerError => (Some(503), Disposition::Unsettled { floor: None }, "unavailable", Reply::ServerError),
        Said::NotTaken => (None, Disposition::NotTaken, "connection refused", lost),
        Said::RateLimited => {
            (Some(429), Disposition::RateLimited(Hold::ShortestWindow), "rate limit exceeded", Reply::Readable)
        }
        Said::BadToken | Said::Panic => (Some(401), Disposition::CredentialsRefused, "bad token", Reply::Readable),
    };
    Answer { http_status, disposition, message: message.to_owned(), reply }
}
