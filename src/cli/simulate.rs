//! `simulate`: the simulator as a server, for rehearsals with real processes, kills and outages.
//!
//! stdout carries one line, the address, once calls can come: a program that starts the server waits
//! for it and reads the port. What a person needs beside it goes to stderr, as lines that a shell can
//! read (`source`): the settings of a client that this server answers. A secret that the user gave is
//! never among them; one that was made up for practice is, since it opens nothing.
//!
//! What isn't given is open or made up: without `--account` any account is served, each under
//! quotas of its own, and the one that is proposed is new with each start, so that a journal doesn't
//! take a fresh platform for one that it knows. Credentials are checked in any case: a token that the
//! platform would refuse is what a rehearsal is to find. What the environment says about the target
//! holds here too, so that one set of variables serves both ends.

mod campaigns;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::arguments::{Format, SimulateArguments};
use super::error::Failure;
use super::settings::{Environment, Value};
use super::signals;
use super::stdout::stdout;
use crate::clock::{Clock, SystemClock};
use crate::model::Quota;
use crate::platform::Secret;
use crate::report::summary::shell::word;
use crate::simulator::{Campaigns, ClientSecret, Fault, Settings, Simulator, SimulatorError};

/// Serves until a signal comes; a server that was told to end has done its work.
///
/// # Errors
/// If a setting can't be meant, or the address isn't loopback or can't be had.
pub fn run(command: &SimulateArguments) -> anyhow::Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let clock = Arc::new(SystemClock::start());
    let (settings, secret) = settings(command, &Environment::of_process(), clock.wall())?;
    let shown = clients_settings(&settings, secret);
    let mut signals = signals::listen()?;
    runtime.block_on(async {
        let simulator = Simulator::start(settings, command.listen, clock).await.map_err(Failure::from)?;
        let url = simulator.url();
        // Whoever is told nothing here reads the ready line all the same.
        let _ = write!(io::stderr(), "# a client of this simulator needs:\nexport KORE_HOST={url}\n{shown}");
        announce(&url, command.format.format)?;
        signals.recv().await;
        Ok(0)
    })
}

/// The ready line. It is flushed at once: behind a pipe it would otherwise wait for the end.
fn announce(url: &str, format: Format) -> io::Result<()> {
    let mut stdout = stdout();
    match format {
        Format::Human => writeln!(stdout, "listening on {url}")?,
        Format::Json => writeln!(stdout, "{}", json!({ "listening": url }))?,
    }
    stdout.flush()
}

/// Where the secret that tokens are checked with comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecretOrigin {
    /// From the user, who knows it.
    Given,
    /// Made up for this start.
    MadeUp,
}

/// What a person would wonder at whose preflight finds nothing.
const UNLISTED: &str = "# every name exists, but a listing shows only those that calls have named: with --campaigns SHEET\n\
                        # the campaigns of a sheet are listed, as --preflight and check --online want it\n";

/// What a client is to be set to besides the host, as lines for a shell.
fn clients_settings(settings: &Settings, secret: SecretOrigin) -> String {
    let Settings { account, stream, client_id, client_secret, .. } = settings;
    let mut lines = String::new();
    let secret = match secret {
        SecretOrigin::Given => "# and in KORE_CLIENT_SECRET or --client-secret-file the secret given here".to_owned(),
        SecretOrigin::MadeUp => format!("export KORE_CLIENT_SECRET={}", word(client_secret.as_str().as_ref())),
    };
    // Text takes any line; nothing can fail.
    let _ = writeln!(
        lines,
        "export KORE_ACCOUNT_ID={}\nexport KORE_STREAM_ID={}\nexport KORE_CLIENT_ID={}\n{secret}",
        word(account.as_ref()),
        word(stream.as_ref()),
        word(client_id.as_ref())
    );
    if settings.campaigns == Campaigns::EveryName {
        lines.push_str(UNLISTED);
    }
    lines
}

fn settings(
    command: &SimulateArguments,
    environment: &Environment,
    now: DateTime<Utc>,
) -> Result<(Settings, SecretOrigin), Failure> {
    let mut settings = Settings { latency: value("--latency", &command.latency)?, ..Settings::practice() };
    match command.account.as_deref().or_else(|| environment.get("KORE_ACCOUNT_ID")) {
        Some(account) => account.clone_into(&mut settings.account),
        None => settings.any_account = true,
    }
    if !command.quota.is_empty() {
        settings.quotas = quotas(&command.quota)?;
    }
    for written in &command.fault {
        settings.faults.extend(faults(written)?);
    }
    if let Some(written) = &command.campaigns {
        settings.campaigns = campaigns::of(written, now)?;
    }
    for text in &command.switch {
        settings
            .turn(text)
            .map_err(|error| Failure::new("settings", format!("--switch: {error}")).hint(error.hint()))?;
    }
    let origin = match credentials(command, environment)? {
        None => SecretOrigin::MadeUp,
        Some((id, secret)) => {
            settings.client_id = id;
            settings.client_secret = ClientSecret::new(secret.expose());
            SecretOrigin::Given
        }
    };
    Ok((settings, origin))
}

/// The client id and secret that tokens are checked with, where the user gave them.
fn credentials(command: &SimulateArguments, environment: &Environment) -> Result<Option<(String, Secret)>, Failure> {
    let id = command.client_id.as_deref().or_else(|| environment.get("KORE_CLIENT_ID"));
    let secret = match &command.client_secret_file {
        Some(path) => {
            let (secret, warning) = Secret::from_file(path)?;
            if let Some(warning) = warning {
                // Nobody may be listening.
                let _ = writeln!(io::stderr(), "# warning: {warning}");
            }
            Some(secret)
        }
        None => environment.get("KORE_CLIENT_SECRET").map(Secret::new),
    };
    let missing = |message, hint| Err(Failure::new("missing-setting", message).hint(hint));
    match (id, secret) {
        (Some(id), Some(secret)) => Ok(Some((id.to_owned(), secret))),
        (None, None) => Ok(None),
        (Some(_), None) => missing(
            "a client id is set, and its secret is not",
            "set --client-secret-file or KORE_CLIENT_SECRET too, or neither for credentials to practise with",
        ),
        (None, Some(_)) => missing(
            "a client secret is set, and its client id is not",
            "set --client-id or KORE_CLIENT_ID too, or neither for credentials to practise with",
        ),
    }
}

fn value<T: Value>(flag: &str, text: &str) -> Result<T, Failure> {
    T::read(text).map_err(|wrong| Failure::new("settings", format!("{flag}: {}", wrong.message)).hint(wrong.hint))
}

fn quotas(written: &[String]) -> Result<Vec<(usize, std::time::Duration)>, Failure> {
    let given: Vec<Option<Quota>> =
        written.iter().map(|text| value("--quota", text)).collect::<Result<_, Failure>>()?;
    if given.len() > 1 && given.contains(&None) {
        return Err(
            Failure::new("settings", "--quota: none stands beside a quota").hint("give either none or the quotas")
        );
    }
    let pair = |quota: Quota| (usize::try_from(quota.calls).unwrap_or(usize::MAX), quota.window);
    Ok(given.into_iter().flatten().map(pair).collect())
}

/// One fault, or those of the script that is named: a name that ends in `.toml` is no fault.
fn faults(written: &str) -> Result<Vec<Fault>, Failure> {
    let path = Path::new(written);
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        let fault = written.parse::<Fault>();
        return Ok(vec![
            fault.map_err(|error| Failure::new("settings", format!("--fault: {error}")).hint(error.hint()))?,
        ]);
    }
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new("settings", format!("--fault: {written} can't be read: {error}"))
            .hint("give the path of a TOML file, or a fault such as status=503,call=3..5")
    })?;
    Fault::script(&text)
        .map_err(|error| Failure::new("settings", format!("--fault: {written}: {error}")).hint(error.hint()))
}

impl From<SimulatorError> for Failure {
    fn from(error: SimulatorError) -> Self {
        let hint = error.hint();
        Self::new("simulator", format!("{:#}", anyhow::Error::new(error))).hint(hint)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::arguments::{Arguments, Command};

    fn of(line: &[&str], variables: &[(&str, &str)]) -> Result<(Settings, SecretOrigin), Failure> {
        let line = ["campaign-scheduler", "simulate"].iter().chain(line);
        let Command::Simulate(command) = Arguments::try_parse_from(line).unwrap().command else { unreachable!() };
        settings(&command, &Environment::of(variables.iter().copied()), DateTime::UNIX_EPOCH)
    }

    fn failure(line: &[&str], variables: &[(&str, &str)]) -> String {
        let failure = of(line, variables).unwrap_err();
        assert_eq!(failure.exit_code, 2);
        format!("{failure}; {}", failure.hint.as_deref().unwrap_or_default())
    }

    #[test]
    fn what_is_not_given_is_open_or_made_up() {
        let (settings, secret) = of(&[], &[]).unwrap();
        assert!(settings.any_account && settings.any_stream);
        assert_eq!(settings.quotas.len(), 2, "the documented quotas");
        assert_eq!(settings.campaigns, Campaigns::EveryName);
        let shown = clients_settings(&settings, secret);
        assert!(shown.contains(settings.client_secret.as_str()), "{shown}");
        assert_ne!(settings.account, of(&[], &[]).unwrap().0.account, "a journal would take it for known");
    }

    #[test]
    fn what_is_given_holds_and_a_given_secret_is_not_shown() {
        let line = ["--account", "a-1", "--client-id", "cs-1", "--campaigns", "7", "--latency", "50ms"];
        let (settings, secret) = of(&line, &[("KORE_CLIENT_SECRET", "canary-4")]).unwrap();
        assert_eq!((settings.account.as_str(), settings.any_account), ("a-1", false));
        assert_eq!(settings.client_secret.as_str(), "canary-4");
        assert_eq!(settings.campaigns, Campaigns::Seeded(7));
        assert_eq!(settings.latency.as_millis(), 50);
        let shown = clients_settings(&settings, secret);
        assert!(shown.contains("cs-1") && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn what_is_shown_can_be_pasted_whatever_it_is_called() {
        let (settings, secret) = of(&["--account", "it's;$(id)"], &[]).unwrap();
        let shown = clients_settings(&settings, secret);
        assert!(shown.starts_with("export KORE_ACCOUNT_ID='it'\\''s;$(id)'\n"), "{shown}");
    }

    #[test]
    fn quotas_are_those_given_and_none_stands_alone() {
        assert_eq!(of(&["--quota", "none"], &[]).unwrap().0.quotas, []);
        let quotas = of(&["--quota", "3/1s", "--quota", "9/1m"], &[]).unwrap().0.quotas;
        assert_eq!(
            quotas.iter().map(|(calls, window)| (*calls, window.as_secs())).collect::<Vec<_>>(),
            [(3, 1), (9, 60)]
        );
        let said = failure(&["--quota", "none", "--quota", "9/1m"], &[]);
        assert!(said.starts_with("--quota: none stands beside a quota"), "{said}");
    }

    #[test]
    fn faults_come_one_by_one_or_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.toml");
        fs::write(&path, "faults = [\"status=503,call=3..5\", \"hang,every=20\"]\n").unwrap();
        let line = ["--fault", path.to_str().unwrap(), "--fault", "reset,call=1"];
        assert_eq!(of(&line, &[]).unwrap().0.faults.len(), 3);
        fs::write(&path, "fault = []\n").unwrap();
        let said = failure(&line, &[]);
        assert!(said.contains("unknown field `fault`"), "{said}");
        assert!(failure(&["--fault", "stauts=503"], &[]).contains("\"stauts=503\" is not understood"));
        assert!(failure(&["--fault", "none.toml"], &[]).contains("none.toml can't be read"));
    }

    #[test]
    fn half_of_the_credentials_is_a_mistake() {
        assert!(failure(&["--client-id", "cs-1"], &[]).contains("KORE_CLIENT_SECRET"));
        assert!(failure(&[], &[("KORE_CLIENT_SECRET", "canary-5")]).contains("--client-id"));
    }
}
