//! The environment, read once and handed on, so that nothing else reads it and tests bring their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The variables of the process, or of a test.
#[derive(Clone, Default)]
pub struct Environment {
    values: BTreeMap<String, String>,
    /// The names of those whose values are no text.
    not_text: BTreeSet<String>,
}

impl std::fmt::Debug for Environment {
    /// Names alone: values may be secrets.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.values.keys()).finish()
    }
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        let mut environment = Self::default();
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => drop(environment.values.insert(name, value)),
                Err(_) => drop(environment.not_text.insert(name)),
            }
        }
        environment
    }

    /// True for a variable that is set to what is no Unicode.
    pub fn is_no_text(&self, name: &str) -> bool {
        self.not_text.contains(name)
    }

    /// These variables and no others.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let values = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { values, not_text: BTreeSet::new() }
    }

    /// The value of a variable. An empty one counts as unset: that is how jobs and containers leave
    /// out a value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// The folder for what a program keeps between its runs.
    pub fn state_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_STATE_HOME", "LOCALAPPDATA", ".local/state")
    }

    /// The folder for settings.
    pub fn config_folder(&self) -> Option<PathBuf> {
        self.folder("XDG_CONFIG_HOME", "APPDATA", ".config")
    }

    /// The XDG variable (which the standard wants absolute), else Windows' own, else below home.
    fn folder(&self, xdg: &str, windows: &str, below_home: &str) -> Option<PathBuf> {
        let absolute = |name| self.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let windows = || if cfg!(windows) { absolute(windows) } else { None };
        absolute(xdg).or_else(windows).or_else(|| absolute("HOME").map(|home| home.join(below_home)))
    }
}
