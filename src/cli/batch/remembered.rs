//! What a batch remembers of the command that made it, so that `resume` needs no flags, and of the
//! one that ended last, so that `report` writes what that one wrote.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cli::error::Failure;
use crate::cli::settings::{Credentials, OutSettings, SecretSource};
use crate::journal::{BatchRecord, Span, SqliteJournal};
use crate::model::{Ending, SendSettings};
use crate::report::summary::{Concern, Flag};

/// Kept in the journal as JSON. Secrets are never in it: of credentials only where they are found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remembered {
    /// How it is sent.
    pub send: SendSettings,
    /// What is written where.
    pub out: OutSettings,
    /// `--iid`.
    pub iid: Option<String>,
    /// `--cacert`.
    pub cacert: Option<PathBuf>,
    /// Where the credentials were found, for a `resume` that is given none.
    pub found: Found,
    /// Of an undo: campaigns that were spared, because a later batch had changed them.
    #[serde(default)]
    pub spared: Option<u64>,
    /// The inputs that are files, as they were found.
    #[serde(default)]
    pub inputs: Vec<PathBuf>,
    /// The flags of the `run` that read the sheets, for commands that propose to run them again.
    #[serde(default)]
    pub flags: Vec<Flag>,
}

/// Flags that name a file, which is looked for from where the command is given.
const FILES: [&str; 3] = ["token-file", "client-secret-file", "cacert"];

/// Where credentials were found.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Found {
    /// `--token-file`.
    pub token_file: Option<PathBuf>,
    /// `--client-id`.
    pub client_id: Option<String>,
    /// `--client-secret-file`.
    pub client_secret_file: Option<PathBuf>,
}

impl Found {
    /// What may be remembered of these credentials.
    pub fn of(credentials: &Credentials) -> Self {
        let file = |source: &SecretSource| match source {
            // A `resume` may be given in another folder.
            SecretSource::File(path) => Some(whole(path)),
            SecretSource::Value(_) => None,
        };
        match credentials {
            Credentials::Token(source) => Self { token_file: file(source), ..Self::default() },
            Credentials::Client { id, secret } => {
                Self { client_id: Some(id.clone()), client_secret_file: file(secret), ..Self::default() }
            }
        }
    }

    /// The files among it.
    pub fn files(&self) -> Vec<PathBuf> {
        self.token_file.iter().chain(&self.client_secret_file).cloned().collect()
    }

    /// Credentials from files alone; `None` if a secret came from the environment.
    pub fn credentials(&self) -> Option<Credentials> {
        let file = |path: &PathBuf| SecretSource::File(path.clone());
        match self {
            Self { client_id: Some(id), client_secret_file: Some(path), .. } => {
                Some(Credentials::Client { id: id.clone(), secret: file(path) })
            }
            Self { token_file: Some(path), .. } => Some(Credentials::Token(file(path))),
            _ => None,
        }
    }
}

/// The flags of a `run` as a batch remembers them: no flag has a secret in it, and what names a file names it
/// from any folder.
pub fn flags_to_remember(typed: &[Flag]) -> Vec<Flag> {
    let mut flags = typed.to_vec();
    for flag in flags.iter_mut().filter(|flag| FILES.contains(&flag.name.as_str())) {
        if let Some(absolute) = flag.value.as_ref().and_then(|path| std::path::absolute(path).ok()) {
            flag.value = Some(absolute.into_os_string());
        }
    }
    flags
}

/// The path from the root, if the system can tell.
pub fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

impl Remembered {
    /// The files that a batch was read from: what must not be overwritten.
    pub fn sheets(&self, batch: &BatchRecord) -> Vec<PathBuf> {
        if self.inputs.is_empty() { sources_of(batch) } else { self.inputs.clone() }
    }

    /// The batch's inputs by the names that it was given, if they can be run again by these: what came through stdin,
    /// or lies in another folder, can't.
    pub fn sheets_still_there(&self, batch: &BatchRecord) -> Vec<PathBuf> {
        let mut sheets = sources_of(batch);
        sheets.dedup();
        let real: Vec<_> = self.inputs.iter().filter_map(|input| input.canonicalize().ok()).collect();
        let is_there = |sheet: &PathBuf| {
            sheet.is_file() && (self.inputs.is_empty() || sheet.canonicalize().is_ok_and(|sheet| real.contains(&sheet)))
        };
        if sheets.iter().all(is_there) { sheets } else { Vec::new() }
    }

    /// The flags with which `run` reads the batch's sheets as they were read, if this command was given those.
    pub fn flags_of_run(&self, now: &[Flag]) -> Vec<Flag> {
        let is_anew = |flag: &Flag| matches!(flag.concern(), Concern::Place | Concern::Credentials);
        let is_given_anew = |flag: &Flag| is_anew(flag) && now.iter().any(|given| given.name == flag.name);
        let anew = now.iter().filter(|flag| is_anew(flag));
        self.flags.iter().filter(|flag| !is_given_anew(flag)).chain(anew).cloned().collect()
    }

    /// As the journal keeps it.
    ///
    /// # Errors
    /// If a path isn't Unicode.
    pub fn to_text(&self) -> Result<String, Failure> {
        serde_json::to_string(self).map_err(|error| Failure::new("settings", error.to_string()))
    }

    /// What a batch remembers.
    ///
    /// # Errors
    /// If the journal's text makes no sense to this version.
    pub fn of(batch: &BatchRecord) -> Result<Self, Failure> {
        serde_json::from_str(&batch.remembered).map_err(|error| {
            Failure::new("journal-damaged", format!("what batch {} remembers can't be read: {error}", batch.id))
                .hint("run the sheet again: rows that were accepted are not sent again")
        })
    }
}

/// The inputs by the names that they were given.
fn sources_of(batch: &BatchRecord) -> Vec<PathBuf> {
    batch.inputs.iter().map(|input| input.source.clone().into()).collect()
}

/// How the last sitting ended. Kept in the journal as JSON, beside what the batch remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastSitting {
    /// How it ended.
    pub ending: Ending,
    /// How it was sent: a `resume` may have been given other flags than the run.
    pub send: SendSettings,
    /// Its files were written.
    #[serde(default)]
    pub has_files: bool,
}

impl LastSitting {
    /// As the journal keeps it. It is written at the very end, where a journal that is lost is told
    /// of anyway: what can't be kept is only missing from a `report`.
    pub fn note(&self, journal: &SqliteJournal, span: Span) {
        if let Ok(text) = serde_json::to_string(self) {
            let _ = journal.note_sitting(span, &text);
        }
    }

    /// That of a batch, if it didn't end with a kill.
    pub fn of(batch: &BatchRecord) -> Option<Self> {
        serde_json::from_str(batch.last_sitting.as_deref()?).ok()
    }
}
