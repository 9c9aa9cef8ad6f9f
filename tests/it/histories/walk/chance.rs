//! What is left to chance: how a run is made, what the platform is like, how a sitting is cut short.

use std::time::Duration;

use campaign_scheduler::clock::Clock;
use campaign_scheduler::journal::StoredRow;
use campaign_scheduler::model::{Delivery, FailureLimit, Order, SendSettings, Signal};
use chrono::TimeDelta;
use tokio::sync::mpsc;

use super::House;
use crate::engine::rig::workers;
use crate::histories::mortal::{Death, Grave};
use crate::histories::world::Catalogue;

/// How a sitting is cut short.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cut {
    None,
    Signal(Duration),
    Kill(Duration),
    Death(usize, Death),
}

impl Cut {
    /// The journal's death, if it is that.
    pub(super) const fn death(self) -> Option<(usize, Death)> {
        match self {
            Self::Death(after, death) => Some((after, death)),
            Self::None | Self::Signal(_) | Self::Kill(_) => None,
        }
    }

    /// Returns when the program is killed; a signal is only sent.
    pub(super) async fn befall(self, grave: &Grave, signal: &mpsc::Sender<Signal>) {
        match self {
            Self::Kill(after) => tokio::time::sleep(after).await,
            Self::Signal(after) => {
                tokio::time::sleep(after).await;
                let _ = signal.send(Signal::Terminate).await;
                std::future::pending().await
            }
            Self::Death(..) => grave.killed.notified().await,
            Self::None => std::future::pending().await,
        }
    }
}

impl House {
    pub(super) fn settings(&mut self) -> SendSettings {
        let rng = &mut self.rng;
        let mut one_in = |n: u32| rng.u32(0..n) == 0;
        let mut settings = SendSettings { quotas: self.quotas.clone(), rate: None, ..SendSettings::default() };
        if one_in(3) {
            settings.delivery = Delivery::AtMostOnce;
        }
        settings.resend = one_in(6);
        settings.order = if one_in(3) { Order::Start } else { Order::Input };
        settings.all_or_nothing = one_in(10);
        settings.preflight = one_in(4);
        settings.allow_past_start = one_in(6);
        settings.canary = one_in(6).then(|| workers(2));
        settings.max_failures = one_in(5).then_some(FailureLimit::Rows(1));
        settings.concurrency = workers(rng.u32(1..6));
        settings.retries = rng.u32(0..4);
        settings.grace = Duration::from_secs(rng.u64(1..40));
        settings.max_outage = Duration::from_secs(rng.u64(20..200));
        settings
    }

    pub(super) fn mood(&mut self, batch: usize) {
        let now = self.clock.now();
        let mut mood = self.world.mood.lock().unwrap();
        mood.faults = *self.rng.choice(&[0, 10, 30, 60]).unwrap();
        mood.outage_until = (self.rng.u32(0..8) == 0).then(|| now + Duration::from_secs(self.rng.u64(1..120)));
        mood.slowest = *self.rng.choice(&[0, 20, 900, 6_000]).unwrap();
        if self.is_well {
            (mood.faults, mood.outage_until) = (0, None);
        }
        mood.batch = batch;
        mood.sitting = self.sittings;
    }

    /// Which of these campaigns a preflight finds: most of them.
    pub(super) fn catalogue(&mut self, rows: &[StoredRow]) -> Catalogue {
        let mut names: Vec<_> = rows.iter().map(|row| row.campaign.as_ref().unwrap().to_string()).collect();
        names.sort();
        names.dedup();
        names.retain(|_| self.rng.u32(0..5) > 0);
        Catalogue { names, is_refused: false }
    }

    pub(super) fn cut(&mut self) -> Cut {
        if self.is_well {
            return Cut::None;
        }
        let soon = Duration::from_millis(self.rng.u64(0..20_000) >> self.rng.u32(0..8));
        match self.rng.u32(0..8) {
            0 => Cut::Signal(soon),
            1 => Cut::Kill(soon),
            2 => Cut::Death(self.rng.usize(0..8), Death::BeforeCommit),
            3 => Cut::Death(self.rng.usize(0..8), Death::AfterCommit),
            4 => Cut::Death(self.rng.usize(0..8), Death::DiskFull),
            _ => Cut::None,
        }
    }

    pub(super) async fn pass_time(&mut self) {
        let minutes = *self.rng.choice(&[1, 10, 60, 24 * 60, 3 * 24 * 60, 20 * 24 * 60]).unwrap();
        match self.rng.u32(0..4) {
            0 => {
                self.say(format_args!("wall {minutes} minutes back"));
                self.clock.shift_wall(-TimeDelta::minutes(minutes));
            }
            1 => {
                self.say(format_args!("wall {minutes} minutes forward"));
                self.clock.shift_wall(TimeDelta::minutes(minutes));
                self.jumps.push(self.clock.now());
            }
            _ => {
                self.say(format_args!("{minutes} minutes pass"));
                tokio::time::sleep(Duration::from_secs(60 * minutes.unsigned_abs())).await;
            }
        }
    }
}
