//! Where answers go when the journal can't be written: a file beside it.
//!
//! Its room is taken beforehand, when the journal is opened, so that a full disk doesn't matter; where it
//! can't be had, answers take what room there is then. The next opening reads it back and writes the answers to
//! the journal, those that it doesn't have yet: the file may be read back again, if it couldn't be emptied. If the
//! file fails too, the answers are said on stderr: the one case in which an answered row can be sent again.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::JournalError;
use super::file::lock::beside;
use super::file::private;
use super::numbers::Span;
use super::step::Step;
use crate::failpoint;
use crate::model::Target;
use crate::stderr::on_stderr;

/// Room taken beforehand, in bytes: a kilobyte for each of a thousand calls in flight.
const ROOM: usize = 1 << 20;

/// Why answers are said on stderr.
const NOWHERE: &str = "answers that could be saved nowhere, and whose rows may be sent again";
const IN_THE_MOVED: &str = "answers that the journal was given after it was moved away or removed, and whose rows may be sent again unless it is put back";

/// A step that the journal doesn't have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Saved {
    pub(super) span: Span,
    pub(super) target: Target,
    pub(super) step: Step,
}

/// What a program left there, for those who only look.
///
/// # Errors
/// If it can't be read: what the journal tells without it may be wrong.
pub(super) fn left_beside(journal: &Path) -> Result<Vec<Saved>, JournalError> {
    let path = beside(journal, "emergency");
    match std::fs::read(&path) {
        Ok(text) => saved_in(&text).map_err(|error| damaged(path, &error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(reason) => Err(JournalError::Io { path, reason }),
    }
}

/// A line that was cut short, or of which a power cut left a hole, is the last and was never acted on. Any other that
/// can't be read is somebody's, and rows whose answers follow it would be sent again.
fn saved_in(text: &[u8]) -> Result<Vec<Saved>, serde_json::Error> {
    let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    let lines = text[..end].split_inclusive(|byte| *byte == b'\n').take_while(|line| line.first() != Some(&0));
    let mut saved = Vec::new();
    for line in lines {
        match serde_json::from_slice(line) {
            Ok(step) => saved.push(step),
            Err(_) if line.contains(&0) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(saved)
}

/// The file, open and with its room taken; `None` where it couldn't be made.
#[derive(Debug)]
pub(super) struct Emergency {
    file: Option<File>,
    holds_answers: bool,
}

impl Emergency {
    /// For a journal that is only read.
    pub(super) const fn none() -> Self {
        Self { file: None, holds_answers: false }
    }

    /// True if answers were saved in it.
    pub(super) const fn holds_answers(&self) -> bool {
        self.holds_answers
    }

    /// Opens the file of this journal and gives back what an earlier program saved there.
    ///
    /// # Errors
    /// If it is there and can't be read: rows whose answers it holds would be sent again.
    pub(super) fn open(journal: &Path) -> Result<(Self, Vec<Saved>), JournalError> {
        let path = beside(journal, "emergency");
        let mut file = match private::options().truncate(false).read(true).open(&path) {
            Ok(file) => file,
            // There is no room for it, or none may be made: it holds nothing.
            Err(_) if path.try_exists().is_ok_and(|exists| !exists) => return Ok((Self::none(), Vec::new())),
            Err(reason) => return Err(JournalError::Io { path, reason }),
        };
        private::share_like(journal, &file);
        let mut text = Vec::new();
        let io = |reason| JournalError::Io { path: path.clone(), reason };
        file.read_to_end(&mut text).map_err(io)?;
        let saved = saved_in(&text).map_err(|error| damaged(path.clone(), &error))?;
        Ok((Self { file: Some(file), holds_answers: false }, saved))
    }

    /// What was saved is in the journal now: empties the file and takes its room again.
    pub(super) fn clear(&mut self) {
        if failpoint::fails_at("emergency-clear") {
            self.file = None;
        }
        let Some(file) = &mut self.file else { return };
        // Zeroes rather than a sparse file: only written blocks are there when the disk is full.
        let cleared = file
            .set_len(ROOM as u64)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(&vec![0; ROOM]))
            .and_then(|()| file.sync_all())
            .and_then(|()| file.seek(SeekFrom::Start(0)));
        // A file may be no longer than a limit, or the disk is full.
        if cleared.is_err() && file.set_len(0).and_then(|()| file.rewind()).is_err() {
            self.file = None;
        }
    }

    /// Saves the answers of a step.
    pub(super) fn save(&mut self, span: Span, target: &Target, step: &Step) {
        let Some(line) = line_of(span, target, step) else { return };
        let written = match &mut self.file {
            Some(_) if failpoint::fails_at("emergency-write") => false,
            Some(file) => file.write_all(&line).and_then(|()| file.sync_data()).is_ok(),
            None => false,
        };
        self.holds_answers |= written;
        if !written {
            // A line may be cut short: what came after it couldn't be read.
            self.file = None;
            say_line(NOWHERE, &line);
        }
    }
}

fn damaged(path: PathBuf, error: &serde_json::Error) -> JournalError {
    JournalError::Damaged { path, reason: format!("it holds saved answers and what is none: {error}") }
}

/// Says on stderr the answers of a step that stand in a journal which isn't under its name any more.
pub(super) fn say(span: Span, target: &Target, step: &Step) {
    if let Some(line) = line_of(span, target, step) {
        say_line(IN_THE_MOVED, &line);
    }
}

fn line_of(span: Span, target: &Target, step: &Step) -> Option<Vec<u8>> {
    let step = Step { grants: Vec::new(), ..step.clone() };
    if step.is_empty() {
        return None;
    }
    let mut line = serde_json::to_vec(&Saved { span, target: target.clone(), step }).ok()?;
    line.push(b'\n');
    Some(line)
}

fn say_line(why: &str, line: &[u8]) {
    on_stderr(&format!("{why}:\n{}", String::from_utf8_lossy(line)));
}
