//! The one shape of an error that the user sees: what is wrong, what to do, and the exit code.
//!
//! People get it on stderr; with `--format json` programs get it on stdout. What other modules
//! raise becomes a [`Failure`] where the command knows what it means; an error that nobody gave a
//! meaning is shown as its chain.

use std::io::Write;

use serde::Serialize;
use serde_json::json;

use super::stdout::stdout;
use crate::model::visible::{in_json, on_terminal};
use crate::stderr::on_stderr;

/// The exit code of everything that went wrong before the first call.
pub const NOTHING_SENT: u8 = 2;

/// Why a command ended without doing its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// A word that never changes its meaning.
    pub code: &'static str,
    /// What is wrong, as a fragment in lower case.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// How the program ends.
    pub exit_code: u8,
}

#[derive(Serialize)]
struct Shown<'a> {
    code: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

impl Failure {
    /// A failure before anything was sent.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, exit_code: NOTHING_SENT }
    }

    /// With what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With another exit code.
    #[must_use]
    pub fn exits(mut self, exit_code: u8) -> Self {
        self.exit_code = exit_code;
        self
    }

    /// What an error chain comes to: the first failure in it decides code, hint and exit code, and
    /// the message tells the whole chain.
    pub fn of(error: &anyhow::Error) -> Self {
        let known = error.chain().find_map(|cause| cause.downcast_ref::<Self>());
        let message = format!("{error:#}");
        match known {
            Some(known) => Self { message, ..known.clone() },
            None => Self::new("internal", message),
        }
    }

    /// The JSON form.
    pub fn json(&self) -> String {
        let shown = Shown { code: self.code, message: &self.message, hint: self.hint.as_deref() };
        in_json(&json!({ "error": shown, "exit_code": self.exit_code }).to_string()).into_owned()
    }

    /// Tells the user. Where a program can't be told on stdout, stderr says what went wrong, and why it is there.
    pub(super) fn say(&self, as_json: bool) {
        let in_words = |failure: &Self| {
            let mut words = Vec::new();
            // Text takes any words; nothing can fail.
            let _ = failure.tell(false, &mut std::io::sink(), &mut words);
            on_stderr(&String::from_utf8_lossy(&words));
        };
        if !as_json {
            return in_words(self);
        }
        let Err(error) = self.tell(true, &mut stdout(), &mut std::io::sink()) else { return };
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            // Nobody is left to be told.
            return;
        }
        in_words(self);
        if error.to_string() != self.message {
            complain(&error.to_string());
        }
    }

    /// Tells the user: as JSON on `stdout`, or in words on `stderr`.
    ///
    /// # Errors
    /// Those of the stream.
    fn tell(&self, as_json: bool, stdout: &mut impl Write, stderr: &mut impl Write) -> std::io::Result<()> {
        if as_json {
            writeln!(stdout, "{}", self.json())?;
            return stdout.flush();
        }
        writeln!(stderr, "error: {}", on_terminal(&self.message))?;
        if let Some(hint) = &self.hint {
            writeln!(stderr, "hint: {}", on_terminal(hint))?;
        }
        stderr.flush()
    }
}

/// Says on stderr what the user should know, whatever a sheet or a server put into it.
pub fn warn(warning: &str) {
    on_stderr(&format!("warning: {}\n", on_terminal(warning)));
}

/// Says on stderr what went wrong at the end; the exit code says it too.
pub fn complain(complaint: &str) {
    on_stderr(&format!("error: {}\n", on_terminal(complaint)));
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    fn told(failure: &Failure, as_json: bool) -> (String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        failure.tell(as_json, &mut out, &mut err).unwrap();
        (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn people_are_told_on_stderr_and_programs_on_stdout() {
        let failure = Failure::new("settings", "--quota: \"x\" is not a quota").hint("write it as 60/1m");
        let words = "error: --quota: \"x\" is not a quota\nhint: write it as 60/1m\n";
        assert_eq!(told(&failure, false), (String::new(), words.to_owned()));
        let json = "{\"error\":{\"code\":\"settings\",\"message\":\"--quota: \\\"x\\\" is not a quota\",\
                    \"hint\":\"write it as 60/1m\"},\"exit_code\":2}\n";
        assert_eq!(told(&failure, true), (json.to_owned(), String::new()));
    }

    #[test]
    fn a_chain_keeps_the_code_of_the_failure_within() {
        let known = Err::<(), _>(Failure::new("journal-busy", "held by 7").exits(3)).context("opening").unwrap_err();
        let failure = Failure::of(&known);
        assert_eq!((failure.code, failure.exit_code), ("journal-busy", 3));
        assert_eq!(failure.message, "opening: held by 7");
        assert_eq!(Failure::of(&anyhow::anyhow!("odd")).code, "internal");
    }
}
