//! All the state of the platform, and what it does with one call.
//!
//! One lock holds it, taken once for a whole call and never across a wait: so the log's order is the order of the
//! effects, and a quota is exact however many connections there are.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::campaigns::{Campaign, Catalogue, Found};
use super::encoding;
use super::envelope::Answer;
use super::fault::{Action, Kind, Script, Strike, Subject};
use super::ledger::{Arrival, Ledger};
use super::quota::{Full, Quotas};
use super::request::{self, Call, Route};
use super::settings::{CampaignState, RetryAfter, Settings};
use super::token::TokenCheck;

/// The state.
pub(super) struct Platform {
    settings: Settings,
    tokens: TokenCheck,
    /// By account.
    quotas: BTreeMap<Vec<u8>, Quotas>,
    script: Script,
    started_at: i64,
    pub(super) catalogue: Catalogue,
    pub(super) ledger: Ledger,
}

/// What the platform makes of a call.
pub(super) struct Verdict {
    /// The call's number in the log.
    pub(super) number: u64,
    /// What it answers, unless the fault has it otherwise.
    pub(super) answer: Answer,
    /// The fault that strikes.
    pub(super) strike: Option<Strike>,
}

/// When a call arrived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    /// On the monotonic axis, in microseconds.
    pub(super) monotonic: i64,
    /// On the wall.
    pub(super) wall: DateTime<Utc>,
}

impl Platform {
    pub(super) fn new(settings: Settings, started_at: i64) -> Self {
        Self {
            tokens: TokenCheck::new(&settings),
            quotas: BTreeMap::new(),
            script: Script::new(settings.faults.clone(), settings.seed),
            catalogue: Catalogue::new(&settings),
            ledger: Ledger::new(settings.keep_arrivals),
            started_at,
            settings,
        }
    }

    pub(super) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Counts a call, picks the fault, judges the call and lets it take effect.
    pub(super) fn take(&mut self, call: &Call, time: Time) -> Verdict {
        let number = self.ledger.count();
        let route = Route::of(&call.method, &call.path);
        let campaign = self.named_campaign(call, route.as_ref());
        let strike = route.as_ref().and_then(|route| {
            self.script.strike(Subject {
                kind: route.kind,
                campaign: campaign.as_deref(),
                id: route.id.as_deref(),
                since_start: time.monotonic - self.started_at,
            })
        });
        self.ledger.write(|| arrival(number, call, time, campaign, strike.as_ref()));
        // Quota and token are settled whatever the fault: a call that ends in a fault has arrived all the same.
        let quota = self.arrive(call, time.monotonic);
        let token = self.tokens.check(call.header("auth"), time.wall.timestamp());
        if let Some(answer) = strike.as_ref().and_then(|strike| self.before_effect(strike)) {
            return Verdict { number, answer, strike };
        }
        let judged = quota.map_err(|full| self.over_quota(full, time.wall)).and(token).and_then(|()| {
            let route = route.ok_or_else(Answer::no_route)?;
            self.check_caller(call, &route)?;
            self.answer(number, call, &route, time)
        });
        Verdict { number, answer: judged.unwrap_or_else(|refusal| refusal), strike }
    }

    /// The calls that each quota counts now.
    pub(super) fn quotas_in_use(&mut self, now: i64) -> Value {
        let windows = self.quotas.iter_mut().flat_map(|(account, quotas)| {
            let account = String::from_utf8_lossy(account);
            quotas.in_use(now).into_iter().map(move |(calls, window, in_use)| {
                let seconds = window.as_secs_f64();
                json!({ "account": account, "calls": calls, "window_seconds": seconds, "in_use": in_use })
            })
        });
        Value::Array(windows.collect())
    }

    /// Counts the call for its account, if that is one of ours; a call that names none is the account's own.
    fn arrive(&mut self, call: &Call, now: i64) -> Result<(), Full> {
        let account = call.header("accountid").unwrap_or(self.settings.account.as_bytes());
        if !self.knows_account(account) {
            return Ok(());
        }
        let fresh = || Quotas::new(&self.settings.quotas, self.settings.count_refused_calls);
        self.quotas.entry(account.to_vec()).or_insert_with(fresh).arrive(now)
    }

    /// The campaign that a call names, for faults and the log: by its name where it is known, else as it stands.
    fn named_campaign(&mut self, call: &Call, route: Option<&Route>) -> Option<String> {
        let route = route?;
        match &route.id {
            None => encoding::lenient(&call.query, "campaignName"),
            Some(_) if !self.knows_stream(&route.stream) => None,
            Some(id) => {
                let found = self.catalogue.by_id(&route.stream, id)?;
                self.catalogue.campaign(&route.stream, found).map(|campaign| campaign.name.clone())
            }
        }
    }

    fn knows_account(&self, account: &[u8]) -> bool {
        self.settings.any_account || account == self.settings.account.as_bytes()
    }

    fn knows_stream(&self, stream: &str) -> bool {
        self.settings.any_stream || stream == self.settings.stream
    }

    /// What a fault that acts before the effect answers; `None` if the call is to be judged. Those that answer
    /// nothing get an answer too, which nobody sends.
    fn before_effect(&self, strike: &Strike) -> Option<Answer> {
        match &strike.action {
            _ if strike.after => None,
            Action::None | Action::Half | Action::Endless | Action::Garbage => None,
            Action::Unauthorized => Some(Answer::invalid_credentials()),
            Action::RateLimit(retry_after) => {
                let window = self.settings.quotas.first().map(|(_, window)| *window).unwrap_or_default();
                let form = &self.settings.rate_limit;
                let answer = Answer::rate_limited(form.status, &form.word, window);
                Some(Answer { retry_after: retry_after.clone(), ..answer })
            }
            Action::Status { .. } | Action::Hang | Action::Reset | Action::Redirect(_) => {
                Some(Answer { status: StatusCode::OK, body: Value::Null, retry_after: None })
            }
        }
    }

    fn over_quota(&self, full: Full, wall: DateTime<Utc>) -> Answer {
        let form = &self.settings.rate_limit;
        let seconds = full.free_in.as_micros().div_ceil(1_000_000);
        let retry_after = match form.retry_after {
            RetryAfter::None => None,
            RetryAfter::Seconds => Some(seconds.to_string()),
            RetryAfter::Date => {
                let seconds = i64::try_from(seconds).unwrap_or(i64::MAX / 2_000).saturating_add(1);
                wall.checked_add_signed(chrono::TimeDelta::seconds(seconds))
                    .map(|free_at| free_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
            }
        };
        Answer { retry_after, ..Answer::rate_limited(form.status, &form.word, full.window) }
    }

    fn check_caller(&self, call: &Call, route: &Route) -> Result<(), Answer> {
        let account = call.header("accountid").ok_or_else(Answer::invalid_arguments)?;
        if !self.knows_account(account) {
            // What the platform says to somebody else's account is not documented. [assumed]
            return Err(Answer::error(StatusCode::BAD_REQUEST, "Invalid accountId", 400));
        }
        if !call.has_headers(&self.settings) {
            return Err(Answer::invalid_arguments());
        }
        if !self.knows_stream(&route.stream) {
            return Err(Answer::invalid_stream());
        }
        let query_fits = route.kind == Kind::Schedule || call.has_read_query(route.kind, account);
        if query_fits { Ok(()) } else { Err(Answer::invalid_arguments()) }
    }

    fn answer(&mut self, number: u64, call: &Call, route: &Route, time: Time) -> Result<Answer, Answer> {
        match route.kind {
            Kind::Schedule => self.schedule(number, call, &route.stream, time),
            Kind::Campaign => {
                let campaign = self.campaign_by_id(route)?;
                Ok(Answer::ok(json!({
                    "status": "success",
                    "message": format!("Campaign {} retrieved successfully", campaign.name),
                    "data": campaign.details(),
                })))
            }
            Kind::Status if !call.has_empty_object() => Err(Answer::invalid_arguments()),
            Kind::Status => {
                let campaign = self.campaign_by_id(route)?;
                let data = json!({ "id": campaign.id, "status": campaign.state.word(), "name": campaign.name });
                Ok(Answer::ok(json!({ "status": "success", "data": data })))
            }
            Kind::Listing => self.listing(call, &route.stream),
        }
    }

    fn schedule(&mut self, number: u64, call: &Call, stream: &str, time: Time) -> Result<Answer, Answer> {
        let now = request::local(time.wall, self.settings.utc_offset_seconds);
        let wish = request::wish(call, now, self.settings.past_start_accepted).ok_or_else(Answer::invalid_arguments)?;
        let found = self.catalogue.by_name(stream, &wish.campaign);
        let campaign = held(&mut self.catalogue, stream, found)?;
        if self.settings.locked_states.contains(&campaign.state) {
            let message = format!("Campaign {} is {} and cannot be edited", campaign.name, campaign.state.word());
            return Err(Answer::refusal(&self.settings.refusal_word, &message));
        }
        campaign.changes += 1;
        let done = if wish.enable {
            campaign.schedule = Some(String::from_utf8_lossy(&call.body).into_owned());
            campaign.state = CampaignState::Scheduled;
            "scheduled successfully"
        } else {
            campaign.schedule = None;
            if campaign.state == CampaignState::Scheduled {
                campaign.state = CampaignState::Ready;
            }
            "schedule has been disabled successfully"
        };
        let message = format!("Campaign {} {done}", campaign.name);
        let answer = Answer::ok(json!({ "status": "success", "message": message, "id": campaign.id }));
        self.ledger.took_effect(number);
        Ok(answer)
    }

    fn campaign_by_id(&mut self, route: &Route) -> Result<&Campaign, Answer> {
        let found = route.id.as_deref().and_then(|id| self.catalogue.by_id(&route.stream, id));
        held(&mut self.catalogue, &route.stream, found).map(|campaign| &*campaign)
    }

    fn listing(&mut self, call: &Call, stream: &str) -> Result<Answer, Answer> {
        let wish = request::page_wish(&call.body).ok_or_else(Answer::invalid_arguments)?;
        let limit = wish.limit.min(self.settings.page_limit.max(1));
        let offset = wish.offset(limit);
        let (rows, total) = self.catalogue.page(stream, wish.channel, offset, limit, wish.newest_first);
        let has_more = offset.saturating_add(rows.len()) < total && !rows.is_empty();
        Ok(Answer::ok(json!({
            "status": "success",
            "message": "Campaign  retrieved successfully",
            "data": {
                "results": rows,
                "skip": offset,
                "limit": limit,
                "hasMore": has_more,
                "totalPages": total.div_ceil(limit),
                "totalResults": total,
            },
        })))
    }
}

fn held<'held>(
    catalogue: &'held mut Catalogue,
    stream: &str,
    found: Option<Found>,
) -> Result<&'held mut Campaign, Answer> {
    found.and_then(|found| catalogue.campaign(stream, found)).ok_or_else(|| Answer::not_found("Campaign"))
}

fn arrival(number: u64, call: &Call, time: Time, campaign: Option<String>, strike: Option<&Strike>) -> Arrival {
    Arrival {
        call: number,
        at_micros: time.monotonic,
        method: call.method.to_string(),
        path: call.path.clone(),
        query: call.query.clone(),
        body: String::from_utf8_lossy(&call.body).into_owned(),
        campaign,
        enable: encoding::lenient(&call.query, "enableSchedule").and_then(|flag| flag.parse().ok()),
        status: None,
        answer: None,
        fault: strike.map(|strike| strike.written.clone()),
        took_effect: false,
    }
}
