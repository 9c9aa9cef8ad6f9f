//! The stage: a folder with the samples, a simulator, and the binary that is sent at it.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use campaign_scheduler::clock::SystemClock;
use campaign_scheduler::simulator::{Arrival, LedgerView, Settings, Simulator};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::cli::{Ended, ended, program};

/// One line of a results file, by column.
pub type Line = BTreeMap<String, String>;

pub struct Stage {
    pub folder: TempDir,
    pub ledger: LedgerView,
    practice: Settings,
    url: String,
    end: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Stage {
    /// A fresh platform on which every name exists, under the documented quotas.
    pub fn new() -> Self {
        Self::on(Settings::practice())
    }

    /// A platform of this kind, on a thread of its own: the binary is waited for on the test's.
    pub fn on(practice: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_samples(folder.path());
        let (started, is_started) = mpsc::channel();
        let (end, ends) = oneshot::channel();
        let settings = practice.clone();
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listen = SocketAddr::from(([127, 0, 0, 1], 0));
                let simulator = Simulator::start(settings, listen, Arc::new(SystemClock::start())).await.unwrap();
                started.send((simulator.url(), simulator.ledger())).unwrap();
                let _ = ends.await;
            });
        });
        let (url, ledger) = is_started.recv().unwrap();
        Self { folder, ledger, practice, url, end: Some(end), server: Some(server) }
    }

    /// The binary with the four settings that name this platform.
    pub fn program(&self) -> Command {
        let mut command = program(self.folder.path());
        command
            .env("KORE_HOST", &self.url)
            .env("KORE_ACCOUNT_ID", &self.practice.account)
            .env("KORE_STREAM_ID", &self.practice.stream)
            .env("KORE_CLIENT_ID", &self.practice.client_id)
            .env("KORE_CLIENT_SECRET", self.practice.client_secret.as_str());
        command
    }

    /// `run` of these arguments, without the pace: it is the engine's tests that measure time.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.program().args(["run", "--rate", "none", "--format", "json"]).args(arguments))
    }

    /// `check --format jsonl` of a sheet: what the rows stand for, told before anything is sent.
    pub fn checked(&self, sheet: &str) -> Vec<Value> {
        let ended = ended(program(self.folder.path()).args(["check", "--format", "jsonl", sheet]));
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The lines of a results file and its header.
    pub fn results(&self, name: &str) -> (Vec<String>, Vec<Line>) {
        table(&self.folder.path().join(name))
    }

    /// The calls that arrived after the first so many.
    pub fn arrivals_after(&self, count: usize) -> Vec<Arrival> {
        self.ledger.arrivals().split_off(count)
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(self.end.take());
        let _ = self.server.take().map(JoinHandle::join);
    }
}

/// Copies the samples into a folder, so that places in messages are the same on every machine.
pub fn copy_samples(folder: &Path) {
    let to = folder.join("samples");
    fs::create_dir(&to).unwrap();
    for name in ["campaigns.csv", "campaigns.xlsx", "problems.xlsx"] {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name), to.join(name)).unwrap();
    }
}

/// A CSV file's header and lines.
pub fn table(path: &Path) -> (Vec<String>, Vec<Line>) {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let lines = reader
        .records()
        .map(|record| header.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect())
        .collect();
    (header, lines)
}

/// The one JSON object that a run ends with.
pub fn summary(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {} {}", ended.stdout, ended.stderr))
}
