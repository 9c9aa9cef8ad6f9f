//! The platform on loopback, with scripted faults.
//!
//! Rehearsals (`--simulate`, `simulate`) and tests talk to it in place of the real platform. It is written against the
//! platform's public documentation alone and judges raw bytes: path, query and its percent-encoding, headers, body. It
//! shares no type with the client, so that one misreading can't hide in both. Where the documentation is silent,
//! [`Settings`] has a switch, and its default is what the client assumes too.
//!
//! What must stay true:
//! * it listens on loopback only;
//! * a quota is exact: in no window are more calls passed than it says, counted at arrival;
//! * every call is in the ledger, with what was answered and whether it took effect, faults included;
//! * a fault happens at the socket as it says (a reset is a reset, not an error status);
//! * the same seed and the same calls give the same faults and the same campaigns.
//!
//! A call goes through `server` (connection) → `routes` (bytes to call, answer to bytes) → `platform` (the state under one
//! lock: ledger, fault, quota, token, judgement, effect). A recording of the real platform's answers would be simpler,
//! but nobody may call the real one for a test, and recordings know no quota and no outage.

mod campaigns;
mod encoding;
mod envelope;
mod fault;
mod json;
mod ledger;
mod line;
mod platform;
mod quota;
mod request;
mod routes;
mod server;
mod settings;
mod stream;
mod switch;
mod token;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use self::fault::{Fault, FaultError, ScriptError};
pub use self::ledger::{Arrival, CampaignView};
use self::platform::Platform;
use self::routes::Shared;
pub use self::settings::{
    CampaignState, Campaigns, Channel, ClientSecret, ListedCampaign, RateLimitAnswer, RetryAfter, Settings,
};
pub use self::switch::{SWITCHES, Switch, SwitchError};
use crate::clock::Clock;

/// Why a simulator doesn't start.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The address could be reached from other machines.
    #[error("the simulator listens on loopback only, not on {address}")]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address is taken, or not ours to take.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl SimulatorError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotLoopback { .. } => "give 127.0.0.1 or [::1], for instance 127.0.0.1:0 for any free port",
            Self::Listen { .. } => "give port 0 for any free port",
        }
    }
}

/// A simulated platform that serves on the runtime it was started on, until it is dropped.
pub struct Simulator {
    address: SocketAddr,
    shared: Shared,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Starts to serve on a loopback address; port 0 takes a free one.
    pub async fn start(settings: Settings, listen: SocketAddr, clock: Arc<dyn Clock>) -> Result<Self, SimulatorError> {
        if !listen.ip().is_loopback() {
            return Err(SimulatorError::NotLoopback { address: listen });
        }
        let failed = |source| SimulatorError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Shared::new(Platform::new(settings, clock.now().as_micros()), clock);
        let server = tokio::spawn(server::serve(listener, shared.clone()));
        Ok(Self { address, shared, server })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a client's setting for the host is: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where every name exists, makes this one exist before a call names it, so that the listing shows it.
    pub fn make_known(&self, stream: &str, name: &str) {
        self.shared.platform().catalogue.by_name(stream, name);
    }

    /// What arrived and what it did.
    pub fn ledger(&self) -> LedgerView {
        LedgerView { shared: self.shared.clone() }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The ledger, read in process; it can be read after the simulator has stopped.
#[derive(Clone)]
pub struct LedgerView {
    shared: Shared,
}

impl LedgerView {
    /// Every call in the order of arrival; empty where the settings keep none.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.shared.platform().ledger.arrivals().to_vec()
    }

    /// How many calls arrived.
    pub fn calls(&self) -> u64 {
        self.shared.platform().ledger.calls()
    }

    /// How many calls changed a campaign.
    pub fn effects(&self) -> u64 {
        self.shared.platform().ledger.effects()
    }

    /// The most calls that arrived in any window so long; 0 where no arrivals are kept.
    pub fn busiest(&self, window: Duration) -> usize {
        ledger::busiest(self.shared.platform().ledger.arrivals(), window)
    }

    /// The campaigns of every stream that was called.
    pub fn campaigns(&self) -> Vec<CampaignView> {
        self.shared.platform().catalogue.views()
    }
}

impl fmt::Debug for LedgerView {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LedgerView").finish_non_exhaustive()
    }
}
