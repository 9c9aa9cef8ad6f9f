//! Any input as a file that can be read twice.
//!
//! The encoding of a text is known only after its last byte, and a workbook's directory stands at
//! its end. So what can't be rewound (standard input, a pipe) is copied to a private temporary
//! file first. The file has no name, so it is gone after any end of the program.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::error::Unreadable;

/// Opens a file, or the copy of one that can't be rewound.
pub(crate) fn open(path: &Path) -> Result<File, Unreadable> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(Unreadable::Folder);
    }
    if metadata.is_file() { Ok(file) } else { spool(&mut file) }
}

/// Copies a stream to a file of its own.
pub(crate) fn spool(stream: &mut dyn Read) -> Result<File, Unreadable> {
    let mut file = tempfile::tempfile()?;
    io::copy(stream, &mut file)?;
    file.flush()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}
