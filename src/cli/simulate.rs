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
use crate::simulator::{Campaigns, ClientSecret, Fault, FaultError, RetryAfter, Settings, Simulator, SimulatorError};

/// Serves until a signal comes.
///
/// # Errors
/// If a flag can't be read, or the address can't be listened on.
pub fn run(command: SimulateArguments) -> anyhow::Result<u8> {
    let listen = command.listen;
    let (settings, invented) = settings(command, &Environment::of_process())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = signals::listen()?;
    runtime.block_on(async {
        let simulator =
            Simulator::start(settings, listen, Arc::new(SystemClock::start())).await.map_err(not_started)?;
        if !invented.is_empty() {
            writeln!(io::stderr().lock(), "invented for this run: {}", invented.join(" "))?;
        }
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "listening on {}", simulator.url())?;
        stdout.flush()?;
        drop(stdout);
        // A closed channel would mean that no signal can come any more.
        let _ = signals.recv().await;
        Ok(0)
    })
}

fn not_started(error: SimulatorError) -> Failure {
    let hint = error.hint();
    Failure::new("simulator", format!("--listen: {:#}", anyhow::Error::new(error))).hint(hint)
}

/// The simulator's settings, and what of them was invented, as assignments of variables.
fn settings(command: SimulateArguments, environment: &Environment) -> Result<(Settings, Vec<String>), Failure> {
    let SimulateArguments {
        listen: _,
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
    let mut settings = Settings::practice();
    let mut invented = Vec::new();
    let mut take = |field: &mut String, given: Option<String>, variable: &str| match given
        .or_else(|| environment.get(variable).map(str::to_owned))
    {
        Some(given) => *field = given,
        None => invented.push(format!("{variable}={field}")),
    };
    let secret = client_secret_file.as_deref().map(secret_of).transpose()?;
    take(&mut settings.account, account, "KORE_ACCOUNT_ID");
    take(&mut settings.client_id, client_id, "KORE_CLIENT_ID");
    let mut client_secret = settings.client_secret.as_str().to_owned();
    take(&mut client_secret, secret, "KORE_CLIENT_SECRET");
    settings.client_secret = ClientSecret::new(client_secret);
    if !quota.is_empty() {
        settings.quotas = quotas(&quota)?;
    }
    settings.latency = read("--latency", &latency)?;
    settings.faults = faults(&fault)?;
    settings.campaigns =
        campaigns.map_or(Campaigns::EveryName, |count| Campaigns::Seeded(usize::try_from(count).unwrap_or(usize::MAX)));
    for text in switch {
        turn(&mut settings, &text)?;
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

fn quotas(texts: &[String]) -> Result<Vec<(usize, Duration)>, Failure> {
    let quotas: Result<Vec<Option<Quota>>, _> = texts.iter().map(|text| read("--quota", text)).collect();
    Ok(quotas?
        .into_iter()
        .flatten()
        .map(|quota| (usize::try_from(quota.calls).unwrap_or(usize::MAX), quota.window))
        .collect())
}

/// Each is a fault in words, or the path of a TOML file that lists some: `fault = ["reset,call=3"]`.
fn faults(texts: &[String]) -> Result<Vec<Fault>, Failure> {
    let mut faults = Vec::new();
    for text in texts {
        let lines = if text.ends_with(".toml") { listed(Path::new(text))? } else { vec![text.clone()] };
        for line in lines {
            faults.push(
                line.parse().map_err(|error: FaultError| {
                    Failure::new("usage", format!("--fault: {error}")).hint(error.hint())
                })?,
            );
        }
    }
    Ok(faults)
}

fn listed(path: &Path) -> Result<Vec<String>, Failure> {
    let fail = |what: String| {
        Failure::new("usage", format!("--fault {}: {what}", path.display()))
            .hint("write it as fault = [\"reset call=3\"]")
    };
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| fail(error.message().to_owned()))?;
    let list =
        table.get("fault").and_then(toml::Value::as_array).ok_or_else(|| fail("it lists no faults".to_owned()))?;
    let texts: Option<Vec<_>> = list.iter().map(|fault| fault.as_str().map(str::to_owned)).collect();
    texts.ok_or_else(|| fail("a fault is not text".to_owned()))
}

/// Turns one switch: what the platform's documentation leaves open.
fn turn(settings: &mut Settings, text: &str) -> Result<(), Failure> {
    const NAMES: &str = "iid, any-stream, scope, enforce-jti, rate-limit-status, rate-limit-word, retry-after (none, \
                         seconds, date), count-refused-calls, ignore-case, past-start-accepted, refusal-word, seed";
    let fail = || {
        Failure::new("usage", format!("--switch \"{text}\" is none of the switches"))
            .hint(format!("write name=value: {NAMES}"))
    };
    let (name, value) = text.split_once('=').filter(|(_, value)| !value.is_empty()).ok_or_else(fail)?;
    let flag = || read::<bool>("--switch", value);
    let word = || value.to_owned();
    match name {
        "iid" => settings.iid = Some(word()),
        "any-stream" => settings.any_stream = flag()?,
        "scope" => settings.scope = flag()?,
        "enforce-jti" => settings.enforce_jti = flag()?,
        "rate-limit-status" => {
            let status = value.parse().ok().filter(|status| (200..600).contains(status));
            settings.rate_limit.status = status.ok_or_else(fail)?;
        }
        "rate-limit-word" => settings.rate_limit.word = word(),
        "retry-after" => {
            settings.rate_limit.retry_after = match value {
                "none" => RetryAfter::None,
                "seconds" => RetryAfter::Seconds,
                "date" => RetryAfter::Date,
                _ => return Err(fail()),
            }
        }
        "count-refused-calls" => settings.count_refused_calls = flag()?,
        "ignore-case" => settings.ignore_case = flag()?,
        "past-start-accepted" => settings.past_start_accepted = flag()?,
        "refusal-word" => settings.refusal_word = word(),
        "seed" => settings.seed = value.parse().map_err(|_| fail())?,
        _ => return Err(fail()),
    }
    Ok(())
}
