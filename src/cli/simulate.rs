//! `simulate`: the platform on this machine, as a server to rehearse with.
//!
//! What a client must know and nobody gave is invented for this run and told on stderr, in the words
//! of the client's own settings. What the environment says about the target holds here too, so that
//! one set of variables serves both ends.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::arguments::SimulateArguments;
use super::error::Failure;
use super::settings::{Environment, Value, Wrong};
use super::signals;
use crate::clock::SystemClock;
use crate::model::Quota;
use crate::simulator::{Campaigns, Fault, LimitEnvelope, RetryAfter, Settings, Simulator, Switches};

/// Serves until a signal comes.
///
/// # Errors
/// If a flag can't be read, or the address can't be listened on.
pub fn run(command: SimulateArguments) -> anyhow::Result<u8> {
    let (settings, invented) = settings(command, &Environment::of_process())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = signals::listen()?;
    runtime.block_on(async {
        let listen = settings.listen;
        let simulator = Simulator::start(settings, Arc::new(SystemClock::start())).await.map_err(|error| {
            Failure::new("simulator", format!("{listen} can't be listened on: {error}"))
                .hint("give a free port of this machine, or port 0 for any: --listen 127.0.0.1:0")
        })?;
        if !invented.is_empty() {
            writeln!(io::stderr().lock(), "invented for this run: {}", invented.join(" "))?;
        }
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "listening on http://{}", simulator.address())?;
        stdout.flush()?;
        drop(stdout);
        // A closed channel would mean that no signal can come any more.
        let _ = signals.recv().await;
        Ok(0)
    })
}

/// The simulator's settings, and what of them was invented, as assignments of variables.
fn settings(command: SimulateArguments, environment: &Environment) -> Result<(Settings, Vec<String>), Failure> {
    let SimulateArguments {
        listen,
        account,
        client_id,
        client_secret_file,
        quota,
        latency,
        fault,
        campaigns,
        switch,
        format: _,
    } = command;
    let mut settings = Settings { listen, ..Settings::practice() };
    let mut invented = Vec::new();
    let mut take = |field: &mut String, given: Option<String>, variable: &str| {
        match given.or_else(|| environment.get(variable).map(str::to_owned)) {
            Some(given) => *field = given,
            None => invented.push(format!("{variable}={field}")),
        }
    };
    let secret = client_secret_file.as_deref().map(secret_of).transpose()?;
    take(&mut settings.account, account, "KORE_ACCOUNT_ID");
    take(&mut settings.client_id, client_id, "KORE_CLIENT_ID");
    take(&mut settings.client_secret, secret, "KORE_CLIENT_SECRET");
    if !quota.is_empty() {
        settings.quotas = quotas(&quota)?;
    }
    settings.latency = read("--latency", &latency)?;
    settings.faults = faults(&fault)?;
    settings.campaigns = campaigns.map_or(Campaigns::EveryName, Campaigns::Seeded);
    for text in switch {
        turn(&mut settings.switches, &text)?;
    }
    Ok((settings, invented))
}

fn secret_of(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new("credentials", format!("{} can't be read: {error}", path.display()))
            .hint("give a file with nothing but the secret in it")
    })?;
    Ok(text.trim().to_owned())
}

fn read<T: Value>(flag: &str, text: &str) -> Result<T, Failure> {
    T::read(text).map_err(|Wrong { message, hint }| Failure::new("usage", format!("{flag}: {message}")).hint(hint))
}

fn quotas(texts: &[String]) -> Result<Vec<(u32, Duration)>, Failure> {
    let quotas: Result<Vec<Option<Quota>>, _> = texts.iter().map(|text| read("--quota", text)).collect();
    Ok(quotas?.into_iter().flatten().map(|quota| (quota.calls, quota.window)).collect())
}

/// Each is a fault in words, or the path of a TOML file that lists some: `fault = ["reset call=3"]`.
fn faults(texts: &[String]) -> Result<Vec<Fault>, Failure> {
    let mut faults = Vec::new();
    for text in texts {
        let lines = if text.ends_with(".toml") { listed(Path::new(text))? } else { vec![text.clone()] };
        for line in lines {
            faults.push(line.parse().map_err(|error| {
                Failure::new("usage", format!("--fault: {error}"))
                    .hint("write it as \"status=503 call=3\" or \"reset campaign=Spring effect=after\"")
            })?);
        }
    }
    Ok(faults)
}

fn listed(path: &Path) -> Result<Vec<String>, Failure> {
    let fail = |what: String| {
        Failure::new("usage", format!("--fault {}: {what}", path.display())).hint("write it as fault = [\"reset call=3\"]")
    };
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| fail(error.message().to_owned()))?;
    let list = table.get("fault").and_then(toml::Value::as_array).ok_or_else(|| fail("it lists no faults".to_owned()))?;
    let texts: Option<Vec<_>> = list.iter().map(|fault| fault.as_str().map(str::to_owned)).collect();
    texts.ok_or_else(|| fail("a fault is not text".to_owned()))
}

/// Turns one switch: what the platform's documentation leaves open.
fn turn(switches: &mut Switches, text: &str) -> Result<(), Failure> {
    const NAMES: &str = "limit-status, limit-envelope (errors, status), retry-after (none, seconds, date), limited-calls-count, \
                         names-ignore-case, past-start-accepted, enforce-jti, success-status, failure-word, iid";
    let fail = || {
        Failure::new("usage", format!("--switch \"{text}\" is none of the switches")).hint(format!("write name=value: {NAMES}"))
    };
    let (name, value) = text.split_once('=').ok_or_else(fail)?;
    let status = || value.parse().ok().filter(|status| (200..600).contains(status)).ok_or_else(fail);
    let flag = || read::<bool>("--switch", value);
    match name {
        "limit-status" => switches.limit_status = status()?,
        "success-status" => switches.success_status = status()?,
        "limit-envelope" => {
            switches.limit_envelope = match value {
                "errors" => LimitEnvelope::Errors,
                "status" => LimitEnvelope::Status,
                _ => return Err(fail()),
            }
        }
        "retry-after" => {
            switches.retry_after = match value {
                "none" => RetryAfter::None,
                "seconds" => RetryAfter::Seconds,
                "date" => RetryAfter::Date,
                _ => return Err(fail()),
            }
        }
        "limited-calls-count" => switches.limited_calls_count = flag()?,
        "names-ignore-case" => switches.names_ignore_case = flag()?,
        "past-start-accepted" => switches.past_start_accepted = flag()?,
        "enforce-jti" => switches.enforce_jti = flag()?,
        "failure-word" => value.clone_into(&mut switches.failure_word),
        "iid" => switches.iid = Some(value.to_owned()),
        _ => return Err(fail()),
    }
    Ok(())
}
