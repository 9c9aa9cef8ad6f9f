//! What holds for a command: flag, then environment, then settings file, then default.
//!
//! Every group of flags is taken apart by destructuring, so that a new flag that nobody resolves
//! doesn't compile. All values are read here and nowhere else, whoever gave them, so a mistake gets
//! the same message from a flag, a variable and a file. The environment is read once, in
//! [`Environment`]; everything else here is pure.

mod environment;
mod file;
mod given;
pub mod key;
mod origin;
mod out;
mod sending;
mod sources;
mod target;
mod value;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use environment::Environment;
pub use file::{ReadFile, SettingsFile};
pub use given::Given;
pub use origin::{Entry, Origin};
pub use out::{ColorMode, OutSettings, ProgressMode};
pub use sending::SendArguments;
pub use target::{Credentials, SecretSource, TargetSettings};
pub use value::{SECRET_FILE, Value, Wrong};

use crate::cli::arguments::{GeneralArguments, ReadingArguments};
use crate::cli::error::Failure;
use crate::model::SendSettings;
use crate::reader::ReadOptions;
use out::TerminalArguments;
use sources::Sources;
use value::Verbatim;

/// What holds for a command.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the calls go.
    pub target: TargetSettings,
    /// How sheets are read.
    pub read: ReadOptions,
    /// How a batch is sent.
    pub send: SendSettings,
    /// What is written where.
    pub out: OutSettings,
    /// Every setting with its origin, in the order in which they are shown.
    pub entries: Vec<Entry>,
    /// The settings file that was read.
    pub file: Option<PathBuf>,
}

impl Settings {
    /// The files from which settings and credentials are read: nothing else is to be written there.
    pub fn files(&self) -> Vec<PathBuf> {
        let secrets = [&self.target.token, &self.target.client_secret].into_iter().filter_map(|source| match source {
            Some(SecretSource::File(path)) => Some(path),
            Some(SecretSource::Value(_)) | None => None,
        });
        self.file.iter().chain(&self.target.cacert).chain(secrets).cloned().collect()
    }

    /// Resolves what was given on the command line over `environment` and the settings file.
    ///
    /// # Errors
    /// If a value isn't one, or the settings file can't be used.
    pub fn resolve(given: Given, environment: &Environment, read: ReadFile<'_>) -> Result<Self, Failure> {
        let Given { simulate, target, credentials, reading, send, results, watch, journal, general } = given;
        let GeneralArguments { config, profile, color, verbose, quiet, typed: _ } = general;
        if let Some(variable) = key::ALL.iter().filter_map(|key| key.variable).find(|name| environment.is_no_text(name))
        {
            return Err(Failure::new("settings", format!("{variable} is set to what is no text (UTF-8)"))
                .hint("set it again, or give the value by its flag"));
        }
        let file = SettingsFile::find(config.as_deref(), profile.as_deref(), environment, read)?;
        let mut sources = Sources::new(environment.clone(), file);
        let target = TargetSettings::resolve(&mut sources, simulate, target, credentials)?;
        let mut read = reading_options(&mut sources, reading)?;
        let send = sending::resolve(&mut sources, send, &SendSettings::default())?;
        let terminal = TerminalArguments { color, verbose, quiet };
        let out = OutSettings::resolve(&mut sources, results, watch, journal, terminal)?;
        read.default_stream.clone_from(&target.stream);
        read.allow_past_start = send.allow_past_start;
        let (entries, file) = sources.finish();
        Ok(Self { target, read, send, out, entries, file })
    }

    /// Resolves from this process's environment and file system.
    ///
    /// # Errors
    /// As [`Settings::resolve`].
    pub fn of_process(given: Given) -> Result<Self, Failure> {
        Self::resolve(given, &Environment::of_process(), &|path| std::fs::read_to_string(path))
    }
}

/// What a batch remembers, with the flags of this command over it: environment and settings files
/// don't touch a batch that has begun.
///
/// # Errors
/// If a value isn't one.
pub fn over_batch(arguments: SendArguments, remembered: &SendSettings) -> Result<SendSettings, Failure> {
    sending::resolve(&mut Sources::over_batch(), arguments, remembered)
}

fn reading_options(sources: &mut Sources, arguments: ReadingArguments) -> Result<ReadOptions, Failure> {
    let ReadingArguments { sheet, header_row, map, date_order, timezone, platform_timezone, delimiter, encoding } =
        arguments;
    Ok(ReadOptions {
        sheet: sources.one::<Verbatim>(key::SHEET, sheet)?.map(|Verbatim(name)| name),
        header_row: sources.one::<std::num::NonZeroU32>(key::HEADER_ROW, header_row)?.map(std::num::NonZeroU32::get),
        map: sources.many_or(key::MAP, map, Vec::new())?,
        date_order: sources.one(key::DATE_ORDER, date_order)?,
        timezone: sources.one(key::TIMEZONE, timezone)?,
        platform_timezone: sources.one(key::PLATFORM_TIMEZONE, platform_timezone)?,
        delimiter: sources.one(key::DELIMITER, delimiter)?,
        encoding: sources.one(key::ENCODING, encoding)?,
        ..ReadOptions::default()
    })
}

/// A path as text: settings and the journal keep it so.
fn path_to_text(path: PathBuf) -> Result<String, Failure> {
    path.into_os_string().into_string().map_err(|path| {
        Failure::new("settings", format!("{} is not Unicode", path.display())).hint("give the path another name")
    })
}

fn path_text(path: Option<PathBuf>) -> Result<Option<String>, Failure> {
    path.map(path_to_text).transpose()
}
