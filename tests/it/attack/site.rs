//! The place of an attack: a simulator in this process, a folder that is all the program has, and
//! the questions that are asked when the dust has settled.

use std::collections::{BTreeMap, HashSet};
#[cfg(target_os = "linux")]
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use campaign_scheduler::journal::{JournalError, SqliteJournal};
use campaign_scheduler::model::Status;
use campaign_scheduler::simulator::{Arrival, Settings};

use crate::cli::program;
use crate::server::Server;

/// The client secret, and by its name what must appear nowhere.
pub(super) const SECRET: &str = "canary-client-secret-91bd";

/// A platform with the client's credentials that answers after so long.
pub(super) fn settings(latency: Duration) -> Settings {
    let mut settings = Settings::practice();
    settings.account = "acct-1".to_owned();
    settings.stream = "st-1".to_owned();
    settings.client_id = "cs-1".to_owned();
    settings.client_secret = campaign_scheduler::simulator::ClientSecret::new(SECRET);
    settings.quotas = Vec::new();
    settings.latency = latency;
    settings
}

/// A folder with a sheet and a platform.
pub(super) struct Site {
    pub(super) folder: tempfile::TempDir,
    pub(super) platform: Server,
}

impl Site {
    pub(super) fn new(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret.txt"), SECRET).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(folder.path().join("secret.txt"), fs::Permissions::from_mode(0o600)).unwrap();
        }
        Self { folder, platform: Server::start(settings) }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A sheet of these campaigns.
    pub(super) fn write_names(&self, names: impl IntoIterator<Item = String>) {
        let mut text = "Campaign,Start,End,Interval\n".to_owned();
        for name in names {
            text.push_str(&format!("{name},2037-03-02 09:00,2037-04-30 18:00,daily\n"));
        }
        fs::write(self.path("sheet.csv"), text).unwrap();
    }

    /// The binary, with nothing of the tester's own environment.
    pub(super) fn program<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = program(self.folder.path());
        command.args(arguments);
        command.env("KORE_ACCOUNT_ID", "acct-1").env("KORE_STREAM_ID", "st-1").env("KORE_CLIENT_ID", "cs-1");
        command
    }

    /// `run sheet.csv` against the platform, with these words besides; without pace, quota and
    /// progress unless they ask for them.
    pub(super) fn run<'a>(&'a self, more: impl IntoIterator<Item = &'a str>) -> Command {
        let always = ["run", "sheet.csv", "--host", &self.platform.url, "--client-secret-file", "secret.txt"];
        let more: Vec<&str> = more.into_iter().collect();
        let unless_said = |flag| [flag, "none"].into_iter().filter(|_| !more.contains(&flag)).collect::<Vec<_>>();
        let quiet = ["--rate", "--quota", "--progress"].into_iter().flat_map(unless_said).collect::<Vec<_>>();
        self.program(always.into_iter().chain(quiet).chain(more))
    }

    /// `resume` of the latest batch.
    pub(super) fn resume<'a>(&'a self, more: impl IntoIterator<Item = &'a str>) -> Command {
        self.program(["resume", "--client-secret-file", "secret.txt", "--progress", "none"].into_iter().chain(more))
    }

    pub(super) fn journal_path(&self) -> PathBuf {
        self.path("state/campaign-scheduler/journal.db")
    }

    /// The journal as it lies there; `None` if there is none, or one that was never filled.
    pub(super) fn journal(&self) -> Option<SqliteJournal> {
        match SqliteJournal::read(&self.journal_path()) {
            Ok(journal) => Some(journal),
            Err(JournalError::Missing { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// The campaigns whose call is on record as accepted, in any batch.
    pub(super) fn accepted(&self) -> HashSet<String> {
        let mut accepted = HashSet::new();
        let Some(journal) = self.journal() else { return accepted };
        for batch in journal.batches().unwrap_or_default() {
            let visited = journal.for_each_row(&batch, &mut |row| {
                if row.status == Status::Scheduled {
                    accepted.insert(row.campaign.unwrap().to_string());
                }
                Ok::<(), JournalError>(())
            });
            visited.unwrap();
        }
        accepted
    }

    /// Every call so far.
    pub(super) fn arrivals(&self) -> Vec<Arrival> {
        self.platform.ledger.arrivals()
    }

    /// How many calls each campaign got.
    pub(super) fn calls_by_campaign(&self) -> BTreeMap<String, usize> {
        let mut calls = BTreeMap::new();
        for arrival in self.arrivals() {
            *calls.entry(arrival.campaign.unwrap_or_default()).or_default() += 1;
        }
        calls
    }

    /// The results as records, header taken off: campaign and status.
    pub(super) fn results(&self) -> Vec<(String, String)> {
        read_results(&self.path("sheet.results.csv"))
    }

    /// Asserts that the results hold the rows of the sheet, each once, in its order.
    pub(super) fn assert_results_follow(&self, names: &[String], story: &str) {
        let found: Vec<String> = self.results().into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, names, "{story}: the results are not the sheet's rows");
    }
}

/// Campaign and status of each row of a results file.
pub(super) fn read_results(path: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|cell| cell == name).unwrap();
    let (campaign, status) = (column("Campaign"), column("result_status"));
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            (record[campaign].to_owned(), record[status].to_owned())
        })
        .collect()
}

/// Starts a program whose streams are kept.
pub(super) fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the test's condition holds; fails after long.
pub(super) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What a program is started through: this one with these words, its own program and arguments behind them.
#[cfg(target_os = "linux")]
pub(super) fn through(outer: impl AsRef<OsStr>, words: &[&str], inner: &Command) -> Command {
    let mut command = Command::new(outer);
    command.args(words).arg(inner.get_program()).args(inner.get_args()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(inner.get_current_dir().unwrap()).stdin(Stdio::null());
    command
}
