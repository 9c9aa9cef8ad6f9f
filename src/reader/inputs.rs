//! The inputs: what each is called, how it is opened, and that none is given twice.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::{ReadError, Unreadable};
use super::front::Input;
use super::spool;

/// The name of an input in places and messages.
pub(super) fn name_of(input: &Input) -> String {
    match input {
        Input::Stdin => "stdin".to_owned(),
        Input::File(path) => path.display().to_string(),
    }
}

/// Opens an input as a file that can be read twice.
pub(super) fn open(input: &Input, stdin: &mut dyn Read) -> Result<File, Unreadable> {
    match input {
        Input::Stdin => spool::spool(stdin),
        Input::File(path) => spool::open(path),
    }
}

/// Refuses an input that is given twice, under whatever name.
pub(super) fn refuse_repeated(inputs: &[Input]) -> Result<(), ReadError> {
    let mut seen: Vec<(Option<Identity>, String)> = Vec::new();
    for input in inputs {
        let name = name_of(input);
        let identity = match input {
            Input::Stdin => None,
            Input::File(path) => Some(Identity::of(path)),
        };
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == identity) {
            return Err(ReadError { source_name: name, cause: Unreadable::SameFile(first.clone()) });
        }
        seen.push((identity, name));
    }
    Ok(())
}

/// What a file is, whichever of its names it goes by: a path written another way, a link of either
/// kind.
#[derive(Debug, PartialEq, Eq)]
enum Identity {
    #[cfg(unix)]
    Node {
        device: u64,
        node: u64,
    },
    Path(PathBuf),
}

impl Identity {
    fn of(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(metadata) = path.metadata() {
            use std::os::unix::fs::MetadataExt as _;
            return Self::Node { device: metadata.dev(), node: metadata.ino() };
        }
        Self::Path(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }
}
