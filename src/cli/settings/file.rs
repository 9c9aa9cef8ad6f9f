//! The settings file: where it is, what it says, and what in it can't be meant.
//!
//! Its keys are the flags' names. `[profile.NAME]` tables overlay the rest of the file. Everything
//! in it is checked, profiles that aren't asked for too: a misspelt key would otherwise be found
//! on the night that needs it.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::Environment;
use super::key::{self, Key, Scope};
use super::origin::Origin;
use crate::cli::arguments::is_flag;
use crate::cli::error::Failure;
use crate::model::nearest::nearest;

const NAME: &str = "campaign-scheduler.toml";
const FOLDER: &str = "campaign-scheduler";
const PROFILES: &str = "profile";

/// Reads a whole file: the file system, or a test's.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

/// What a settings file says for one run: the values of each key, as they would be typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsFile {
    values: BTreeMap<&'static str, (Vec<String>, Origin)>,
    /// Which file was read.
    pub path: Option<PathBuf>,
}

impl SettingsFile {
    /// Finds and reads the file: `config`, else the one here, else the one in the user's folder.
    ///
    /// # Errors
    /// If it can't be read, isn't TOML, holds a key that is no setting, or lacks the profile.
    pub fn find(
        config: Option<&Path>,
        profile: Option<&str>,
        environment: &Environment,
        read: ReadFile<'_>,
    ) -> Result<Self, Failure> {
        let Some((path, text)) = locate(config, environment, read)? else {
            return match profile {
                None => Ok(Self::default()),
                Some(profile) => {
                    Err(Failure::new("settings", format!("no settings file holds a profile \"{profile}\""))
                        .hint(format!("write [profile.{profile}] into {NAME}, or name the file with --config")))
                }
            };
        };
        Self::parse(path, &text, profile)
    }

    fn parse(path: PathBuf, text: &str, profile: Option<&str>) -> Result<Self, Failure> {
        let mut top: Table = text.parse().map_err(|error| not_toml(&path, text, &error))?;
        let profiles = match top.remove(PROFILES) {
            None => Table::new(),
            Some(Value::Table(profiles)) => profiles,
            Some(_) => {
                return Err(Failure::new("settings", format!("{}: \"profile\" is not a table", path.display()))
                    .hint("write profiles as [profile.NAME] tables"));
            }
        };
        let mut file = Self { values: BTreeMap::new(), path: Some(path.clone()) };
        file.take(top, &Origin::File { path: path.clone(), profile: None })?;
        let mut is_found = profile.is_none();
        let names: Vec<String> = profiles.keys().cloned().collect();
        for (name, table) in profiles {
            let origin = Origin::File { path: path.clone(), profile: Some(name.clone()) };
            let Value::Table(table) = table else {
                return Err(Failure::new("settings", format!("{origin} is not a table")));
            };
            if profile == Some(name.as_str()) {
                is_found = true;
                file.take(table, &origin)?;
            } else {
                Self::default().take(table, &origin)?;
            }
        }
        match profile.filter(|_| !is_found) {
            None => Ok(file),
            Some(profile) => {
                let failure = Failure::new("settings", format!("{} has no profile \"{profile}\"", path.display()));
                Err(match nearest(profile, names.iter().map(String::as_str)) {
                    Some(near) => failure.hint(format!("did you mean \"{near}\"?")),
                    None if names.is_empty() => failure.hint(format!("a profile is a table: [profile.{profile}]")),
                    None => failure.hint(format!("it has: {}", names.join(", "))),
                })
            }
        }
    }

    /// The values of a key.
    pub fn get(&self, key: Key) -> Option<(&[String], &Origin)> {
        self.values.get(key.name).map(|(values, origin)| (values.as_slice(), origin))
    }

    fn take(&mut self, table: Table, origin: &Origin) -> Result<(), Failure> {
        let mut names: HashMap<&str, String> = HashMap::new();
        for (name, value) in table {
            let key = known(&name, origin)?;
            if let Some(other) = names.insert(key.name, name.clone()) {
                return Err(Failure::new("settings", format!("{origin}: \"{other}\" and \"{name}\" are one setting"))
                    .hint("leave one of them"));
            }
            let values = texts(value).ok_or_else(|| {
                Failure::new(
                    "settings",
                    format!("{origin}: \"{name}\" is neither text, a number, true or false, nor a list"),
                )
            })?;
            self.values.insert(key.name, (values, origin.clone()));
        }
        Ok(())
    }
}

fn locate(
    config: Option<&Path>,
    environment: &Environment,
    read: ReadFile<'_>,
) -> Result<Option<(PathBuf, String)>, Failure> {
    let unreadable = |path: &Path, error: &io::Error| {
        Failure::new("settings", format!("{} can't be read: {error}", path.display())).hint(match error.kind() {
            io::ErrorKind::InvalidData => "save it as UTF-8 text",
            io::ErrorKind::IsADirectory => "name the file itself with --config, not its folder",
            _ => "name a file that is there with --config",
        })
    };
    if let Some(path) = config {
        return match read(path) {
            Ok(text) => Ok(Some((path.to_owned(), text))),
            Err(error) => Err(unreadable(path, &error)),
        };
    }
    let mut places = vec![PathBuf::from(NAME)];
    if let Some(folder) = environment.config_folder() {
        places.extend([folder.join(FOLDER).join(NAME), folder.join(NAME)]);
    }
    for path in places {
        match read(&path) {
            Ok(text) => return Ok(Some((path, text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    Ok(None)
}

/// The key of this name, if it may stand in a file.
fn known(name: &str, origin: &Origin) -> Result<Key, Failure> {
    let fail = |what: &str| Failure::new("unknown-setting", format!("{origin}: \"{name}\" {what}"));
    let dashed = name.replace('_', "-");
    let only_typed = || fail("is no setting of a file").hint(format!("give --{dashed} on the command line"));
    match Key::named(name) {
        Some(key) => match key.scope {
            Scope::Everywhere => Ok(key),
            Scope::Flag => Err(only_typed()),
            Scope::Secret => Err(fail("is a secret, which no settings file holds").hint(format!(
                "set {}, or name a file that holds it with {}-file",
                key.variable.unwrap_or(key.name),
                key.name
            ))),
        },
        None if is_flag(&dashed) => Err(only_typed()),
        None => {
            let names = key::ALL.iter().filter(|key| key.scope == Scope::Everywhere).map(|key| key.name);
            let hint = match nearest(&dashed, names) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => "`campaign-scheduler settings` lists all settings".to_owned(),
            };
            Err(fail("is not a setting").hint(hint))
        }
    }
}

/// A value as it would be typed; a table stands for `key=value` each, as in `--map`.
fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Integer(number) => Some(vec![number.to_string()]),
        Value::Boolean(flag) => Some(vec![flag.to_string()]),
        Value::Array(values) => {
            let texts: Option<Vec<_>> = values.into_iter().map(texts).collect();
            texts.map(|texts| texts.into_iter().flatten().collect())
        }
        Value::Table(table) => {
            table.into_iter().map(|(name, value)| Some(format!("{name}={}", value.as_str()?))).collect()
        }
        Value::Float(_) | Value::Datetime(_) => None,
    }
}

/// The parser's message and the line, but not the line's text: a secret may have been put there.
fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let line =
        error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
    Failure::new("settings", format!("{}, line {line}: {}", path.display(), error.message()))
        .hint("the file is TOML: name = \"value\", one setting a line")
}
