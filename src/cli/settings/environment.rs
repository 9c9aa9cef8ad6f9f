//! The environment, read once and handed on, so that nothing else reads it and tests bring their own.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The variables of the process, or of a test.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl std::fmt::Debug for Environment {
    /// Names alone: values may be secrets.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// The variables of this process that are Unicode.
    pub fn of_process() -> Self {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(readable).collect())
    }

    /// These variables and no others.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The value of a variable. An empty one counts as unset: that is how jobs and containers leave
    /// out a value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
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
