//! What is written where, and what the terminal shows.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key;
use super::sources::Sources;
use crate::cli::arguments::{JournalArguments, ResultArguments, WatchArguments};
use crate::cli::error::Failure;
use crate::report::outputs;

/// The journal's place in the state folder.
const JOURNAL: &str = "campaign-scheduler/journal.db";

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ProgressMode {
    /// Bars on a terminal, lines elsewhere.
    #[default]
    Auto,
    /// Bars.
    Bar,
    /// Lines.
    Plain,
    /// Not at all.
    None,
}

/// When colour is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ColorMode {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What is written where. The journal remembers it for `resume` and `report`, except what belongs
/// to the moment: the terminal and the journal itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OutSettings {
    /// The results; empty means one file in the current folder, named after the first input.
    pub results: Vec<PathBuf>,
    /// The rows that did not make it.
    pub rejects: Option<PathBuf>,
    /// The report for people.
    pub report: Option<PathBuf>,
    /// Every event, one JSON line each.
    pub events: Option<PathBuf>,
    /// What was logged.
    pub log_file: Option<PathBuf>,
    /// Figures for a monitor.
    pub metrics: Option<PathBuf>,
    /// The journal, if its place is known.
    #[serde(skip)]
    journal: Option<PathBuf>,
    /// The journal's folder is made where it isn't there: only that of the default place, since a
    /// slip in a path that was given would start a new journal, which sends every row once more.
    #[serde(skip)]
    makes_journal_folder: bool,
    /// How progress is shown.
    #[serde(skip)]
    pub progress: ProgressMode,
    /// When colour is used.
    #[serde(skip)]
    pub color: ColorMode,
    /// How often `-v` was given.
    #[serde(skip)]
    pub verbosity: u32,
    /// `-q`.
    #[serde(skip)]
    pub quiet: bool,
}

/// What the terminal shows, as the user said it.
#[derive(Debug, Clone, Default)]
pub(super) struct TerminalArguments {
    pub(super) color: Option<String>,
    pub(super) verbose: u8,
    pub(super) quiet: bool,
}

impl OutSettings {
    pub(super) fn resolve(
        sources: &mut Sources,
        results: ResultArguments,
        watch: WatchArguments,
        journal: JournalArguments,
        terminal: TerminalArguments,
    ) -> Result<Self, Failure> {
        let ResultArguments { results, rejects, report } = results;
        let WatchArguments { events, log_file, metrics, progress } = watch;
        let JournalArguments { journal } = journal;
        let TerminalArguments { color, verbose, quiet } = terminal;
        let results: Result<Vec<_>, _> = results.into_iter().map(super::path_to_text).collect();
        let default_journal = sources.environment().state_folder().map(|folder| folder.join(JOURNAL));
        let asks_for_no_color = sources.environment().get("NO_COLOR").is_some();
        // A terminal that calls itself so can neither colour nor go back to a line that it has shown.
        let is_dumb = sources.environment().get("TERM").is_some_and(|name| name == "dumb");
        let default_color = if is_dumb { ColorMode::Never } else { ColorMode::Auto };
        let default_progress = if is_dumb { ProgressMode::Plain } else { ProgressMode::Auto };
        let journal = super::path_text(journal)?;
        let journal = match &default_journal {
            Some(path) => Some(sources.one_or(key::JOURNAL, journal, path.clone())?),
            None => sources.one(key::JOURNAL, journal)?,
        };
        Ok(Self {
            results: sources.many_or(key::RESULTS, results?, Vec::new())?,
            rejects: sources.one(key::REJECTS, super::path_text(rejects)?)?,
            report: sources.one(key::REPORT, super::path_text(report)?)?,
            events: sources.one(key::EVENTS, super::path_text(events)?)?,
            makes_journal_folder: journal == default_journal,
            journal,
            log_file: sources.one(key::LOG_FILE, super::path_text(log_file)?)?,
            metrics: sources.one(key::METRICS, super::path_text(metrics)?)?,
            progress: sources.one_or(key::PROGRESS, progress, default_progress)?,
            color: match color {
                // A variable goes before a file, though this one isn't ours.
                None if asks_for_no_color => sources.by_variable(key::COLOR, ColorMode::Never, "NO_COLOR"),
                color => sources.one_or(key::COLOR, color, default_color)?,
            },
            verbosity: sources.one_or(key::VERBOSE, (verbose > 0).then(|| verbose.to_string()), 0)?,
            quiet: sources.switch(key::QUIET, quiet, false)?,
        })
    }

    /// What a batch remembers, with the flags of this command over it. What belongs to the moment
    /// stays as it is here.
    ///
    /// # Errors
    /// If a path isn't Unicode.
    pub fn over_batch(
        self,
        results: ResultArguments,
        watch: WatchArguments,
        remembered: &Self,
    ) -> Result<Self, Failure> {
        let mut flags = Sources::over_batch();
        let given =
            Self::resolve(&mut flags, results, watch, JournalArguments::default(), TerminalArguments::default())?;
        let or = |given: Option<PathBuf>, remembered: &Option<PathBuf>| given.or_else(|| remembered.clone());
        Ok(Self {
            results: if given.results.is_empty() { remembered.results.clone() } else { given.results },
            rejects: or(given.rejects, &remembered.rejects),
            report: or(given.report, &remembered.report),
            events: or(given.events, &remembered.events),
            log_file: or(given.log_file, &remembered.log_file),
            metrics: or(given.metrics, &remembered.metrics),
            ..self
        })
    }

    /// The same with paths that mean the same from any folder: what a batch remembers.
    #[must_use]
    pub fn with_absolute_paths(mut self) -> Self {
        let paths = self.results.iter_mut().chain(&mut self.rejects).chain(&mut self.report);
        for path in paths.chain(&mut self.events).chain(&mut self.log_file).chain(&mut self.metrics) {
            if let Ok(absolute) = std::path::absolute(&*path) {
                *path = absolute;
            }
        }
        self
    }

    /// True if the journal's place is the default, where there is none before the first run.
    pub const fn journal_is_default(&self) -> bool {
        self.makes_journal_folder
    }

    /// Where the journal is, for a command that may make it.
    ///
    /// # Errors
    /// As [`Self::journal`], or if its folder isn't there.
    pub fn journal_to_write(&self) -> Result<&Path, Failure> {
        let path = self.journal()?;
        if !self.makes_journal_folder {
            outputs::check_folder_of(path)
                .map_err(|error| Failure::new("journal-unusable", error.to_string()).hint(error.hint()))?;
        }
        Ok(path)
    }

    /// Where the journal is.
    ///
    /// # Errors
    /// If nobody said so and the user has no state folder.
    pub fn journal(&self) -> Result<&Path, Failure> {
        self.journal.as_deref().ok_or_else(|| {
            Failure::new("missing-setting", "no folder for the journal is known")
                .hint("name the journal with --journal, or set XDG_STATE_HOME")
        })
    }
}
