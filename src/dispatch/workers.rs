//! The worker pool: one task a call, as many at once as the gate lets through. A worker sends,
//! classifies and ends; that it panicked is an answer too.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::task::{Id, JoinError, JoinSet};

use crate::clock::Clock;
use crate::failpoint;
use crate::journal::CallNumber;
use crate::model::Moment;
use crate::platform::{Answer, Platform, Request};

/// A call that came back.
#[derive(Debug)]
pub(super) struct Returned {
    pub(super) call: CallNumber,
    /// When the answer was complete: the call's slots are counted from here.
    pub(super) at: Moment,
    /// `None` if the worker panicked.
    pub(super) answer: Option<Answer>,
}

/// The calls that are out.
pub(super) struct Workers {
    tasks: JoinSet<Returned>,
    calls: HashMap<Id, CallNumber>,
    platform: Arc<dyn Platform>,
    clock: Arc<dyn Clock>,
}

impl Workers {
    pub(super) fn new(platform: Arc<dyn Platform>, clock: Arc<dyn Clock>) -> Self {
        Self { tasks: JoinSet::new(), calls: HashMap::new(), platform, clock }
    }

    /// Sends a call.
    pub(super) fn send(&mut self, call: CallNumber, request: Request) {
        let (platform, clock) = (Arc::clone(&self.platform), Arc::clone(&self.clock));
        let task = self.tasks.spawn(async move {
            let answer = platform.call(request).await;
            failpoint::die_at("answered");
            Returned { call, at: clock.now(), answer: Some(answer) }
        });
        self.calls.insert(task.id(), call);
    }

    /// The refusal that any call would meet now, though the credentials were just read again.
    pub(super) fn refusal_though_renewed(&self) -> Option<Answer> {
        self.platform.refusal()?;
        self.platform.renew_credentials();
        self.platform.refusal()
    }

    /// Why the credentials could not be read again, if that is so.
    pub(super) fn unrenewed(&self) -> Option<String> {
        self.platform.unrenewed()
    }

    /// The next call that comes back; never, if none is out.
    pub(super) async fn next(&mut self) -> Returned {
        loop {
            match self.tasks.join_next_with_id().await {
                Some(joined) => {
                    if let Some(returned) = self.returned(joined) {
                        return returned;
                    }
                }
                None => std::future::pending().await,
            }
        }
    }

    /// The next call that has come back already.
    pub(super) fn try_next(&mut self) -> Option<Returned> {
        loop {
            let joined = self.tasks.try_join_next_with_id()?;
            if let Some(returned) = self.returned(joined) {
                return Some(returned);
            }
        }
    }

    fn returned(&mut self, joined: Result<(Id, Returned), JoinError>) -> Option<Returned> {
        match joined {
            Ok((id, returned)) => {
                self.calls.remove(&id);
                Some(returned)
            }
            Err(error) => {
                let call = self.calls.remove(&error.id())?;
                Some(Returned { call, at: self.clock.now(), answer: None })
            }
        }
    }

    /// Gives up all calls that are out and closes their connections.
    pub(super) async fn abandon(&mut self) {
        self.calls.clear();
        self.tasks.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use futures::future::BoxFuture;

    use super::*;
    use crate::clock::TestClock;
    use crate::model::{CampaignName, Schedule, StreamId};

    /// Panics before there is anything to wait for.
    #[derive(Debug)]
    struct Broken;

    impl Platform for Broken {
        fn call(&self, _: Request) -> BoxFuture<'static, Answer> {
            panic!("a call can't be made ready, as the test wants it")
        }

        fn renew_credentials(&self) {}
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_while_a_call_is_made_ready_is_the_workers_outcome() {
        let clock = TestClock::at("2030-01-01T00:00:00Z".parse().unwrap());
        let mut workers = Workers::new(Arc::new(Broken), Arc::new(clock));
        let (stream, campaign) = (StreamId::new("st-1"), CampaignName::new("c"));
        workers.send(CallNumber(7), Request::Schedule { stream, campaign, schedule: Schedule::Disable });
        let returned = workers.next().await;
        assert_eq!((returned.call, returned.answer), (CallNumber(7), None));
        assert!(workers.try_next().is_none());
    }
}
