//! The stage: a folder with the samples, a simulator, and the binary that is sent at it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use campaign_scheduler::simulator::{Arrival, Settings};
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{Ended, ended, program};
use crate::server::Server;

/// One line of a results file, by column.
pub type Line = BTreeMap<String, String>;

pub struct Stage {
    pub folder: TempDir,
    pub server: Server,
    practice: Settings,
}

impl Stage {
    /// A fresh platform on which every name exists, under the documented quotas.
    pub fn new() -> Self {
        Self::on(Settings::practice())
    }

    /// A platform of this kind.
    pub fn on(practice: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_samples(folder.path());
        let server = Server::start(practice.clone());
        Self { folder, practice, server }
    }

    /// The binary with the four settings that name this platform.
    pub fn program(&self) -> Command {
        let mut command = program(self.folder.path());
        command
            .env("KORE_HOST", &self.server.url)
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
        self.server.ledger.arrivals().split_off(count)
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
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
