//! The platform that a batch is sent to: the real one, or the embedded simulator.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Found, Remembered};
use crate::cli::error::{Failure, warn};
use crate::cli::settings::{Credentials, SECRET_FILE, SecretSource, Settings, TargetSettings};
use crate::clock::Clock;
use crate::dispatch::GateLeft;
use crate::journal::{BatchRecord, Preflight as _, RowNumber, Span, SqliteJournal};
use crate::model::{AccountId, BatchId, CampaignName, Host, StreamId, Target};
use crate::platform::{ConnectionError, ConnectionSettings, HttpPlatform, Platform, Secret, SecretError, TokenSource};
use crate::simulator::{self, Simulator};

/// A platform, and what lives as long as it.
pub struct Connected {
    /// The platform.
    pub platform: Arc<dyn Platform>,
    /// The account's gate, from one sitting to the next.
    pub gate: GateLeft,
    /// The embedded simulator, if it is one.
    simulator: Option<Simulator>,
}

impl Connected {
    /// Where every name exists, a listing can show only names that it has heard: tells the embedded
    /// simulator this one. A real platform knows its campaigns.
    pub fn make_known(&self, stream: &StreamId, campaign: &CampaignName) {
        if let Some(simulator) = &self.simulator {
            simulator.make_known(stream.as_str(), campaign.as_str());
        }
    }

    /// The same of all of a batch's rows that weren't sent.
    pub(super) fn make_unsent_known(&self, journal: &Mutex<SqliteJournal>, span: Span) {
        if self.simulator.is_none() {
            return;
        }
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut after = RowNumber(span.before());
        // Should the journal be lost, the look that follows says so.
        while let Ok(rows) = journal.unsent_rows(span, after, 512)
            && let Some(last) = rows.last()
        {
            after = last.number;
            rows.iter().for_each(|row| self.make_known(&row.stream, &row.campaign));
        }
    }
}

impl From<ConnectionError> for Failure {
    fn from(error: ConnectionError) -> Self {
        let hint = error.hint();
        Self::new("connection", format!("{:#}", anyhow::Error::new(error))).hint(hint)
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::new("credentials", format!("{:#}", anyhow::Error::new(error))).hint(SECRET_FILE)
    }
}

/// Prepares calls to a real platform, and says on stderr what the user should know about the credentials; makes none.
///
/// # Errors
/// If a credential can't be read or a setting can't be sent.
fn connect(
    settings: ConnectionSettings,
    credentials: Credentials,
    clock: &Arc<dyn Clock>,
) -> Result<Connected, Failure> {
    let load = |source: SecretSource| -> Result<(Secret, Option<std::path::PathBuf>), Failure> {
        match source {
            SecretSource::Value(secret) => Ok((secret, None)),
            SecretSource::File(path) => {
                let (secret, warning) = Secret::from_file(&path)?;
                warning.iter().for_each(|warning| warn(warning));
                Ok((secret, Some(path)))
            }
        }
    };
    let source = match credentials {
        Credentials::Token(source) => {
            let (token, path) = load(source)?;
            TokenSource::Ready { token, path }
        }
        Credentials::Client { id, secret } => TokenSource::Signed { client_id: id, secret: load(secret)?.0 },
    };
    source.limits().into_iter().for_each(warn);
    let platform = HttpPlatform::new(settings, source, Arc::clone(clock))?;
    Ok(Connected { platform: Arc::new(platform), gate: GateLeft::default(), simulator: None })
}

/// The target of a `--simulate` run: its own, so that no two such runs know of each other. Only rows that name no
/// stream go where the settings say, so that the same rows are one campaign as they will be.
fn simulated_target(batch: &BatchId, stream: Option<StreamId>) -> Target {
    let practice = simulator::Settings::practice();
    Target {
        host: Host::simulated(batch),
        account: AccountId::new(practice.account),
        stream: stream.unwrap_or_else(|| StreamId::new(practice.stream)),
    }
}

/// Where a command's calls go that names no batch of before.
pub enum Destination {
    /// The embedded simulator.
    Simulator {
        /// The stream of rows that name none, if the settings know it.
        stream: Option<StreamId>,
    },
    /// A platform.
    Real {
        /// Which.
        target: Target,
        /// With whose credentials.
        credentials: Credentials,
    },
}

impl Destination {
    /// What the settings say.
    ///
    /// # Errors
    /// If target or credentials are missing.
    pub fn of(settings: &Settings) -> Result<Self, Failure> {
        if settings.target.simulate {
            return Ok(Self::Simulator { stream: settings.target.stream.clone() });
        }
        let (target, credentials) = settings.target.complete()?;
        Ok(Self::Real { target, credentials })
    }

    /// The target; each rehearsal has one of its own.
    pub fn target(&self, batch: &BatchId) -> Target {
        match self {
            Self::Simulator { stream } => simulated_target(batch, stream.clone()),
            Self::Real { target, .. } => target.clone(),
        }
    }

    /// What may be remembered of the credentials.
    pub fn found(&self) -> Found {
        match self {
            Self::Simulator { .. } => Found::default(),
            Self::Real { credentials, .. } => Found::of(credentials),
        }
    }

    /// Prepares calls.
    ///
    /// # Errors
    /// If a credential can't be read, a setting can't be sent, or the simulator can't listen.
    pub async fn connect(
        self,
        target: &Target,
        settings: &Settings,
        clock: &Arc<dyn Clock>,
    ) -> Result<Connected, Failure> {
        let Self::Real { credentials, .. } = self else {
            return connect_simulator(target, settings.send.timeout, clock).await;
        };
        let connection = ConnectionSettings {
            host: target.host.clone(),
            account: target.account.clone(),
            iid: settings.target.iid.clone(),
            timeout: settings.send.timeout,
            cacert: settings.target.cacert.clone(),
        };
        connect(connection, credentials, clock)
    }
}

/// Prepares calls for a batch that was made earlier, to where it went: with the credentials of now,
/// else with those that it remembers the files of.
///
/// # Errors
/// As [`Destination::connect`], or if there are no credentials.
pub async fn reconnect(
    record: &BatchRecord,
    remembered: &Remembered,
    settings: &TargetSettings,
    timeout: std::time::Duration,
    clock: &Arc<dyn Clock>,
) -> Result<Connected, Failure> {
    if record.target.host.is_simulated() {
        return connect_simulator(&record.target, timeout, clock).await;
    }
    let credentials = match settings.credentials() {
        Ok(credentials) => credentials,
        Err(missing) => remembered
            .found
            .credentials()
            // The secret may be at hand as it was then, where the id came by a flag.
            .or_else(|| settings.with_client(remembered.found.client_id.clone()?))
            .ok_or(missing)?,
    };
    let connection = ConnectionSettings {
        host: record.target.host.clone(),
        account: record.target.account.clone(),
        iid: remembered.iid.clone(),
        timeout,
        cacert: settings.cacert.clone().or_else(|| remembered.cacert.clone()),
    };
    connect(connection, credentials, clock)
}

/// Starts the embedded simulator and prepares calls to it.
///
/// # Errors
/// If it can't listen on loopback.
async fn connect_simulator(
    target: &Target,
    timeout: std::time::Duration,
    clock: &Arc<dyn Clock>,
) -> Result<Connected, Failure> {
    let practice = simulator::Settings {
        account: target.account.to_string(),
        stream: target.stream.to_string(),
        ..simulator::Settings::practice()
    };
    let (client_id, secret) = (practice.client_id.clone(), practice.client_secret.as_str().to_owned());
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let simulator = Simulator::start(practice, listen, Arc::clone(clock)).await.map_err(|error| {
        let hint = error.hint();
        Failure::new("simulator", format!("the embedded simulator can't start: {error}")).hint(hint)
    })?;
    let host = Host::parse(&simulator.url()).map_err(|error| Failure::new("simulator", error.to_string()))?;
    let settings = ConnectionSettings { host, account: target.account.clone(), iid: None, timeout, cacert: None };
    let source = TokenSource::Signed { client_id, secret: Secret::new(secret) };
    let platform = HttpPlatform::new(settings, source, Arc::clone(clock))?;
    Ok(Connected { platform: Arc::new(platform), gate: GateLeft::default(), simulator: Some(simulator) })
}
