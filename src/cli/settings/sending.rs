//! How calls are made and a batch is sent.

use std::time::Duration;

use super::key;
use super::sources::Sources;
use crate::cli::arguments::{
    BatchArguments, CallArguments, LatenessArguments, OrderArguments, RunArguments, WaitArguments,
};
use crate::cli::error::Failure;
use crate::model::{Quota, SendSettings};

/// The flags that say how a batch is sent.
#[derive(Debug, Clone, Default)]
pub struct SendArguments {
    /// How calls are made.
    pub calls: CallArguments,
    /// How the batch is sent.
    pub sending: BatchArguments,
    /// The order of the rows.
    pub order: OrderArguments,
    /// What concerns one `run` alone.
    pub run: RunArguments,
    /// What becomes of starts that are past.
    pub lateness: LatenessArguments,
    /// What to do about a journal that another program holds.
    pub wait: WaitArguments,
}

/// Resolves them over what holds otherwise: the defaults, or what a batch remembers.
pub(super) fn resolve(
    sources: &mut Sources,
    arguments: SendArguments,
    otherwise: &SendSettings,
) -> Result<SendSettings, Failure> {
    let SendArguments { calls, sending, order, run, lateness, wait } = arguments;
    let CallArguments { concurrency, rate, quota, timeout, grace, retries, max_outage } = calls;
    let BatchArguments { max_failures, delivery, verify, yes } = sending;
    let OrderArguments { order } = order;
    let RunArguments { resend, canary, preflight, all_or_nothing } = run;
    let LatenessArguments { allow_past_start } = lateness;
    let WaitArguments { wait } = wait;
    Ok(SendSettings {
        concurrency: sources.one_or(key::CONCURRENCY, concurrency, otherwise.concurrency)?,
        rate: sources.one_or(key::RATE, rate, otherwise.rate)?,
        quotas: quotas(sources, quota, &otherwise.quotas)?,
        timeout: timeout_of(sources, timeout, otherwise.timeout)?,
        grace: sources.one_or(key::GRACE, grace, otherwise.grace)?,
        retries: sources.one_or(key::RETRIES, retries, otherwise.retries)?,
        max_outage: sources.one_or(key::MAX_OUTAGE, max_outage, otherwise.max_outage)?,
        max_failures: sources.one_or(key::MAX_FAILURES, max_failures, otherwise.max_failures)?,
        delivery: sources.one_or(key::DELIVERY, delivery, otherwise.delivery)?,
        verify: sources.switch(key::VERIFY, verify, otherwise.verify)?,
        order: sources.one_or(key::ORDER, order, otherwise.order)?,
        resend: sources.switch(key::RESEND, resend, otherwise.resend)?,
        canary: sources.one_or(key::CANARY, canary, otherwise.canary)?,
        preflight: sources.switch(key::PREFLIGHT, preflight, otherwise.preflight)?,
        all_or_nothing: sources.switch(key::ALL_OR_NOTHING, all_or_nothing, otherwise.all_or_nothing)?,
        allow_past_start: sources.switch(key::ALLOW_PAST_START, allow_past_start, otherwise.allow_past_start)?,
        wait: sources.switch(key::WAIT, wait, otherwise.wait)?,
        yes: sources.switch(key::YES, yes, otherwise.yes)?,
    })
}

/// No call can be answered in no time.
fn timeout_of(sources: &mut Sources, flag: Option<String>, otherwise: Duration) -> Result<Duration, Failure> {
    let timeout = sources.one_or(key::TIMEOUT, flag, otherwise)?;
    if timeout.is_zero() {
        let origin = sources.origin_of(key::TIMEOUT).names(key::TIMEOUT);
        return Err(Failure::new("settings", format!("{origin}: a call needs some time")).hint("write it as 30s or 2m"));
    }
    Ok(timeout)
}

/// `none` stands alone: beside a quota nobody can tell what is meant.
fn quotas(sources: &mut Sources, flags: Vec<String>, otherwise: &[Quota]) -> Result<Vec<Quota>, Failure> {
    let fallback = if otherwise.is_empty() { vec![None] } else { otherwise.iter().copied().map(Some).collect() };
    let given: Vec<Option<Quota>> = sources.many_or(key::QUOTA, flags, fallback)?;
    if given.is_empty() {
        let origin = sources.origin_of(key::QUOTA).names(key::QUOTA);
        return Err(Failure::new("settings", format!("{origin}: no quota is named"))
            .hint("write none if there is none, or leave the setting out for the default"));
    }
    if given.len() > 1 && given.contains(&None) {
        let origin = sources.origin_of(key::QUOTA).names(key::QUOTA);
        return Err(Failure::new("settings", format!("{origin}: none stands beside a quota"))
            .hint("give either none or the quotas"));
    }
    Ok(given.into_iter().flatten().collect())
}
