//! The platform that a batch is sent to: the real one, or the embedded simulator.

use std::sync::Arc;

use crate::cli::error::Failure;
use crate::cli::settings::{Credentials, SecretSource};
use crate::clock::Clock;
use crate::model::{AccountId, BatchId, Host, StreamId, Target};
use crate::platform::{ConnectionError, ConnectionSettings, HttpPlatform, Platform, Secret, SecretError, TokenSource};
use crate::simulator::{self, Simulator};

/// A platform, and what lives as long as it.
pub struct Connected {
    /// The platform.
    pub platform: Arc<dyn Platform>,
    /// What the user should know about the credentials.
    pub warnings: Vec<String>,
    /// The embedded simulator, if it is one.
    _simulator: Option<Simulator>,
}

impl From<ConnectionError> for Failure {
    fn from(error: ConnectionError) -> Self {
        let hint = error.hint();
        Self::new("connection", format!("{:#}", anyhow::Error::new(error))).hint(hint)
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::new("credentials", format!("{:#}", anyhow::Error::new(error)))
            .hint("give a file that you can read, with nothing but the secret in it")
    }
}

/// Prepares calls to a real platform; makes none.
///
/// # Errors
/// If a credential can't be read or a setting can't be sent.
pub fn connect(
    settings: ConnectionSettings,
    credentials: Credentials,
    clock: &Arc<dyn Clock>,
) -> Result<Connected, Failure> {
    let mut warnings = Vec::new();
    let mut load = |source: SecretSource| -> Result<(Secret, Option<std::path::PathBuf>), Failure> {
        match source {
            SecretSource::Value(secret) => Ok((secret, None)),
            SecretSource::File(path) => {
                let (secret, warning) = Secret::from_file(&path)?;
                warnings.extend(warning);
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
    warnings.extend(source.limits().map(str::to_owned));
    let platform = HttpPlatform::new(settings, source, Arc::clone(clock))?;
    Ok(Connected { platform: Arc::new(platform), warnings, _simulator: None })
}

/// The target of a `--simulate` run: its own, so that no two such runs know of each other.
pub fn simulated_target(batch: &BatchId) -> Target {
    let practice = simulator::Settings::practice();
    Target {
        host: Host::simulated(batch),
        account: AccountId::new(practice.account),
        stream: StreamId::new(practice.stream),
    }
}

/// Starts the embedded simulator and prepares calls to it.
///
/// # Errors
/// If it can't listen on loopback.
pub async fn connect_simulator(
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
    Ok(Connected { platform: Arc::new(platform), warnings: Vec::new(), _simulator: Some(simulator) })
}
