//! A script of faults in a TOML file, for what is too long for a command line:
//!
//! ```toml
//! faults = [
//!   "status=503,between=10s..40s",
//!   "reset-after,campaign='Spring, EU',call=1",
//! ]
//! ```

use serde::Deserialize;

use super::{Fault, FaultError};

/// Why a file is no script of faults.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// It is not TOML, or has other keys than `faults`.
    #[error("not a script of faults: {0}")]
    Form(String),
    /// One of its faults is wrong.
    #[error("entry {number}: {source}")]
    Fault {
        /// Its number, from 1.
        number: usize,
        /// What is wrong with it.
        source: FaultError,
    },
}

impl ScriptError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Form(_) => "write one list: faults = [\"status=503,call=3\", \"reset,every=10\"]".to_owned(),
            Self::Fault { source, .. } => source.hint(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    faults: Vec<String>,
}

impl Fault {
    /// The faults of a script, in its order.
    ///
    /// # Errors
    /// If the text is not TOML with one list `faults`, or an entry is no fault.
    pub fn script(text: &str) -> Result<Vec<Self>, ScriptError> {
        let file: File = toml::from_str(text).map_err(|error| form(text, &error))?;
        let parse = |(index, written): (usize, &String)| {
            written.parse().map_err(|source| ScriptError::Fault { number: index + 1, source })
        };
        file.faults.iter().enumerate().map(parse).collect()
    }
}

/// The parser's words and the line, in one line.
fn form(text: &str, error: &toml::de::Error) -> ScriptError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    ScriptError::Form(format!("line {}: {}", before.matches('\n').count() + 1, error.message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_a_list_of_faults() {
        let faults = Fault::script("faults = [\"reset,call=2\", \"status=503,between=10s..40s\"]").unwrap();
        assert_eq!(faults, ["reset,call=2".parse().unwrap(), "status=503,between=10s..40s".parse().unwrap()]);
    }

    #[test]
    fn a_wrong_entry_is_named_and_a_wrong_key_is_none() {
        let wrong = Fault::script("faults = [\"reset\", \"rest\"]").unwrap_err();
        assert_eq!(wrong.to_string(), "entry 2: fault \"rest\": \"rest\" is not understood");
        let wrong = Fault::script("# none\nfault = []").unwrap_err().to_string();
        assert!(wrong.starts_with("not a script of faults: line 2: unknown field `fault`"), "{wrong}");
    }
}
