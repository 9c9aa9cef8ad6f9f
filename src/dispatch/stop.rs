//! Why and how the granting ends early: the reasons, the failures counted, the canary.

use crate::journal::QueuedRow;
use crate::model::{Ending, FailureLimit, Signal, Status, StopReason};

use super::records::is_failure;
use super::wording;
use crate::platform::{Answer, Disposition};

/// Rate-limited answers in succession after which the batch stops.
const MOST_RATE_LIMITED_IN_SUCCESSION: u32 = 20;
/// Rows settled by a call before a percentage of failures means anything.
const ROWS_FOR_PERCENT: u64 = 20;

/// Watches over the reasons to stop.
#[derive(Debug)]
pub(super) struct Stop {
    reason: Option<Ending>,
    limit: Option<FailureLimit>,
    settled: u64,
    failures: u64,
    rate_limited_in_succession: u32,
    canary: Option<Canary>,
    has_accepted: bool,
    /// The last answer that was neither an acceptance nor a rejection.
    trouble: Option<Answer>,
    /// What stood behind the reason when it came up.
    said: Option<String>,
}

/// The rows sent first, to see whether all is well.
#[derive(Debug)]
struct Canary {
    to_grant: u32,
    out: u32,
}

impl Stop {
    pub(super) fn new(limit: Option<FailureLimit>, canary: Option<u32>) -> Self {
        let canary = canary.map(|rows| Canary { to_grant: rows, out: 0 });
        Self {
            reason: None,
            limit,
            settled: 0,
            failures: 0,
            rate_limited_in_succession: 0,
            canary,
            has_accepted: false,
            trouble: None,
            said: None,
        }
    }

    /// How the batch is ending, if it is.
    pub(super) const fn ending(&self) -> Option<Ending> {
        self.reason
    }

    /// Ends the granting. The first reason stands, but that the journal is lost outweighs all.
    pub(super) fn stop(&mut self, reason: StopReason) -> bool {
        let is_news = self.reason.is_none() || reason == StopReason::JournalLost;
        if is_news {
            self.reason = Some(Ending::Stopped(reason));
            self.said = match reason {
                StopReason::Credentials | StopReason::Outage | StopReason::Unlisted | StopReason::RateLimited => {
                    self.trouble.as_ref().map(wording::said)
                }
                StopReason::TooManyFailures
                | StopReason::Canary
                | StopReason::JournalLost
                | StopReason::ResultsUnwritable
                | StopReason::AccountsOpen => None,
            };
        }
        is_news
    }

    /// The credentials were refused for good, to this row if to one, and could not be read again for this reason, if
    /// for any.
    pub(super) fn credentials_refused(&mut self, row: Option<&QueuedRow>, unrenewed: Option<String>) -> bool {
        let is_news = self.stop(StopReason::Credentials);
        if is_news {
            let refusal = row.zip(self.trouble.as_ref());
            let of_row = refusal.map(|(row, answer)| wording::refused(row, answer, self.has_accepted));
            let said = of_row.or_else(|| self.said.take());
            self.said = [said, unrenewed].into_iter().flatten().reduce(|said, fault| format!("{said}; {fault}"));
        }
        is_news
    }

    /// Takes note of an answer, in case it is why all ends.
    pub(super) fn hear(&mut self, answer: &Answer) {
        match answer.disposition {
            Disposition::Accepted { .. } => self.has_accepted = true,
            Disposition::Rejected => {}
            _ => self.trouble = Some(answer.clone()),
        }
    }

    /// What the platform said, or what became of the last call, if it is why all ended.
    pub(super) fn said(&self) -> Option<String> {
        self.said.clone()
    }

    /// A signal ends the granting.
    pub(super) fn signal(&mut self, signal: Signal) -> bool {
        let is_news = self.reason.is_none();
        if is_news {
            self.reason = Some(Ending::Signalled(signal));
        }
        is_news
    }

    /// True if a row that was never granted may go now.
    pub(super) fn admits_new_rows(&self) -> bool {
        self.canary.as_ref().is_none_or(|canary| canary.to_grant > 0)
    }

    /// A row was granted for the first time.
    pub(super) const fn granted_new_row(&mut self) {
        if let Some(canary) = &mut self.canary {
            canary.to_grant = canary.to_grant.saturating_sub(1);
            canary.out += 1;
        }
    }

    /// An answer came: rate-limited, or any other.
    pub(super) fn answered(&mut self, is_rate_limited: bool) -> Option<StopReason> {
        self.rate_limited_in_succession = if is_rate_limited { self.rate_limited_in_succession + 1 } else { 0 };
        (self.rate_limited_in_succession >= MOST_RATE_LIMITED_IN_SUCCESSION).then_some(StopReason::RateLimited)
    }

    /// A row was settled, and those that follow it: by a call of this sitting if it `was_granted`, else for having
    /// come too late. A percentage is one of rows that calls settled.
    pub(super) fn settled(&mut self, status: Status, rows: u64, was_granted: bool) -> Option<StopReason> {
        if was_granted {
            self.settled += rows;
        }
        if is_failure(status) {
            self.failures += rows;
        }
        if let Some(canary) = self.canary.as_mut().filter(|_| was_granted) {
            canary.out = canary.out.saturating_sub(1);
            if !status.is_good() {
                return Some(StopReason::Canary);
            }
            if canary.to_grant == 0 && canary.out == 0 {
                self.canary = None;
            }
        }
        self.has_too_many_failures().then_some(StopReason::TooManyFailures)
    }

    const fn has_too_many_failures(&self) -> bool {
        match self.limit {
            None => false,
            Some(FailureLimit::Rows(most)) => self.failures > most,
            Some(FailureLimit::Percent(most)) => {
                self.settled >= ROWS_FOR_PERCENT && self.failures * 100 > self.settled * (most as u64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{RowNumber, Turn};
    use crate::model::{CampaignName, Place, Schedule, StreamId};
    use crate::platform::Content;

    #[test]
    fn one_failure_more_than_allowed_stops() {
        let mut stop = Stop::new(Some(FailureLimit::Rows(1)), None);
        assert_eq!(stop.settled(Status::Rejected, 1, true), None);
        assert_eq!(stop.settled(Status::Scheduled, 1, true), None);
        assert_eq!(stop.settled(Status::Unknown, 1, true), Some(StopReason::TooManyFailures));
    }

    #[test]
    fn a_percentage_counts_from_twenty_rows_on() {
        let mut stop = Stop::new(Some(FailureLimit::Percent(10)), None);
        for _ in 0..19 {
            assert_eq!(stop.settled(Status::Failed, 1, true), None);
        }
        assert_eq!(stop.settled(Status::Scheduled, 1, true), Some(StopReason::TooManyFailures));
        let mut stop = Stop::new(Some(FailureLimit::Percent(10)), None);
        assert_eq!(stop.settled(Status::Scheduled, 18, true), None);
        assert_eq!(stop.settled(Status::Failed, 2, true), None, "just the percentage isn't more");
        assert_eq!(stop.settled(Status::Failed, 1, true), Some(StopReason::TooManyFailures));
    }

    #[test]
    fn rows_that_no_call_settled_make_no_percentage() {
        let mut stop = Stop::new(Some(FailureLimit::Percent(4)), None);
        assert_eq!(stop.settled(Status::Invalid, 19, false), None);
        assert_eq!(stop.settled(Status::Rejected, 1, true), None, "one row was settled by a call");
    }

    #[test]
    fn the_first_reason_stands_but_a_lost_journal_outweighs_all() {
        let mut stop = Stop::new(None, None);
        assert!(stop.stop(StopReason::Outage));
        assert!(!stop.stop(StopReason::Credentials));
        assert_eq!(stop.ending(), Some(Ending::Stopped(StopReason::Outage)));
        assert!(stop.stop(StopReason::JournalLost));
        assert_eq!(stop.ending(), Some(Ending::Stopped(StopReason::JournalLost)));
        assert!(!stop.stop(StopReason::Outage));
        assert_eq!(stop.ending(), Some(Ending::Stopped(StopReason::JournalLost)));
    }

    fn answer(disposition: Disposition, message: &str) -> Answer {
        let message = message.to_owned();
        Answer { http_status: Some(403), disposition, message, reply: crate::platform::Reply::Readable }
    }

    fn row() -> QueuedRow {
        QueuedRow {
            number: RowNumber(1),
            turn: Turn(1),
            place: Place { source: "sheet.csv".into(), sheet: None, row: 7 },
            campaign: CampaignName::new("c"),
            stream: StreamId::new("st-1"),
            schedule: Schedule::Disable,
            in_doubt: false,
            attempts: 0,
            followers: 0,
            submitted_at: None,
        }
    }

    #[test]
    fn refused_credentials_that_could_not_be_read_again_say_so() {
        let said = |unrenewed: Option<&str>| {
            let mut stop = Stop::new(None, None);
            stop.hear(&answer(Disposition::CredentialsRefused, "Invalid JWT token"));
            assert!(stop.credentials_refused(None, unrenewed.map(str::to_owned)));
            assert!(!stop.credentials_refused(None, Some("a second row's".to_owned())));
            stop.said().unwrap()
        };
        assert!(!said(None).contains("file"));
        let told = said(Some("the token file \"t\" holds no token"));
        assert!(told.starts_with("the platform said: Invalid JWT token; "), "{told}");
        assert!(told.ends_with("; the token file \"t\" holds no token"), "{told}");
    }

    /// A firewall may dislike one row; that an app lacks a scope shows in every call.
    #[test]
    fn a_row_that_was_refused_twice_is_named_and_suspected_where_other_calls_were_accepted() {
        let said = |accepts: bool, message: &str| {
            let mut stop = Stop::new(None, None);
            if accepts {
                stop.hear(&answer(Disposition::Accepted { id: None, content: Content::None }, "success"));
            }
            stop.hear(&answer(Disposition::CredentialsRefused, message));
            assert!(stop.credentials_refused(Some(&row()), None));
            stop.said().unwrap()
        };
        let (page, scope) = ("<html>Forbidden</html>", "Scope is incorrect!");
        for (accepts, message, advice) in [
            (false, page, "check client id and client secret"),
            (true, page, "other calls were accepted, so look at this row"),
            (true, scope, "give the JWT app the scope"),
        ] {
            let told = said(accepts, message);
            assert!(told.starts_with("sheet.csv:7 was refused twice: the platform said: "), "{told}");
            assert!(told.contains(&format!("{message}; {advice}")), "{told}");
        }
    }

    #[test]
    fn the_canary_goes_alone_until_all_of_it_is_accepted() {
        let mut stop = Stop::new(None, Some(2));
        stop.granted_new_row();
        stop.granted_new_row();
        assert!(!stop.admits_new_rows());
        assert_eq!(stop.settled(Status::Scheduled, 1, true), None);
        assert!(!stop.admits_new_rows());
        assert_eq!(stop.settled(Status::Scheduled, 1, true), None);
        assert!(stop.admits_new_rows());
        let mut stop = Stop::new(None, Some(1));
        stop.granted_new_row();
        assert_eq!(stop.settled(Status::Invalid, 1, false), None, "it was too late for this one");
        assert_eq!(stop.settled(Status::Rejected, 1, true), Some(StopReason::Canary));
    }
}
