//! Flag, then environment, then settings file, then default: where the four meet.

use std::path::PathBuf;

use super::environment::Environment;
use super::file::SettingsFile;
use super::key::Key;
use super::origin::{Entry, Origin};
use super::value::Value;
use crate::cli::error::Failure;

/// All that was said about settings, and what came of it so far.
#[derive(Debug)]
pub(super) struct Sources {
    environment: Environment,
    file: SettingsFile,
    fallback: Origin,
    entries: Vec<Entry>,
}

impl Sources {
    /// The sources of an ordinary command.
    pub(super) const fn new(environment: Environment, file: SettingsFile) -> Self {
        Self { environment, file, fallback: Origin::Default, entries: Vec::new() }
    }

    /// Flags alone, over what a batch remembers.
    pub(super) fn over_batch() -> Self {
        Self { fallback: Origin::Batch, ..Self::new(Environment::default(), SettingsFile::default()) }
    }

    /// The environment.
    pub(super) const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Every setting that was asked for, in that order, and the settings file.
    pub(super) fn finish(self) -> (Vec<Entry>, Option<PathBuf>) {
        (self.entries, self.file.path)
    }

    /// The origin of a setting that was asked for before.
    pub(super) fn origin_of(&self, key: Key) -> &Origin {
        self.entries.iter().find(|entry| entry.key == key).map_or(&Origin::Default, |entry| &entry.origin)
    }

    /// One value, if any source gives it.
    pub(super) fn one<T: Value>(&mut self, key: Key, flag: Option<String>) -> Result<Option<T>, Failure> {
        let Some((texts, origin)) = self.given(key, flag.into_iter().collect()) else {
            self.record(key, Vec::new(), false, Origin::Default);
            return Ok(None);
        };
        let [text] = texts.as_slice() else {
            return Err(Failure::new(
                "settings",
                format!("{}: one value is wanted, not {}", origin.names(key), texts.len()),
            )
            .hint("leave all but one out"));
        };
        let value: T = read(key, &origin, text)?;
        self.record(key, vec![value.show()], true, origin);
        Ok(Some(value))
    }

    /// One value, or what holds where no source gives one.
    pub(super) fn one_or<T: Value>(&mut self, key: Key, flag: Option<String>, otherwise: T) -> Result<T, Failure> {
        if let Some(value) = self.one(key, flag)? {
            return Ok(value);
        }
        self.entries.pop();
        self.record(key, vec![otherwise.show()], true, self.fallback.clone());
        Ok(otherwise)
    }

    /// The value that a variable asks for, whatever stands in it and in a file.
    pub(super) fn by_variable<T: Value>(&mut self, key: Key, value: T, variable: &'static str) -> T {
        self.record(key, vec![value.show()], true, Origin::Environment(variable));
        value
    }

    /// Several values, or what holds where no source gives any. A nearer source replaces the list
    /// of a farther one whole.
    pub(super) fn many_or<T: Value>(
        &mut self,
        key: Key,
        flags: Vec<String>,
        otherwise: Vec<T>,
    ) -> Result<Vec<T>, Failure> {
        let (values, origin) = match self.given(key, flags) {
            Some((texts, origin)) => {
                let values: Result<Vec<T>, _> = texts.iter().map(|text| read(key, &origin, text)).collect();
                (values?, origin)
            }
            None => (otherwise, self.fallback.clone()),
        };
        self.record(key, values.iter().map(T::show).collect(), !values.is_empty(), origin);
        Ok(values)
    }

    /// A switch: a flag can only switch it on.
    pub(super) fn switch(&mut self, key: Key, flag: bool, otherwise: bool) -> Result<bool, Failure> {
        self.one_or(key, flag.then(|| "true".to_owned()), otherwise)
    }

    /// A secret, from its variable alone.
    pub(super) fn secret(&mut self, key: Key) -> Option<String> {
        let given = self.given(key, Vec::new());
        let origin = given.as_ref().map_or(Origin::Default, |(_, origin)| origin.clone());
        self.record(key, Vec::new(), given.is_some(), origin);
        given.and_then(|(texts, _)| texts.into_iter().next())
    }

    fn given(&self, key: Key, flags: Vec<String>) -> Option<(Vec<String>, Origin)> {
        if !flags.is_empty() {
            return Some((flags, Origin::Flag));
        }
        if let Some((variable, value)) = key.variable.and_then(|name| Some((name, self.environment.get(name)?))) {
            return Some((vec![value.to_owned()], Origin::Environment(variable)));
        }
        self.file.get(key).map(|(values, origin)| (values.to_vec(), origin.clone()))
    }

    fn record(&mut self, key: Key, values: Vec<String>, is_set: bool, origin: Origin) {
        self.entries.push(Entry { key, values, is_set, origin });
    }
}

fn read<T: Value>(key: Key, origin: &Origin, text: &str) -> Result<T, Failure> {
    T::read(text)
        .map_err(|wrong| Failure::new("settings", format!("{}: {}", origin.names(key), wrong.message)).hint(wrong.hint))
}
