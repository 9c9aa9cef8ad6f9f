//! Any input as a file that can be read twice.
//!
//! The encoding of a text is known only after its last byte, and a workbook's directory stands at
//! its end. So what can't be rewound (standard input, a pipe) is copied to a private temporary
//! file first. The file has no name, so it is gone after any end of the program. A stream that never
//! ends must not fill the disk, so the copy has a limit; a file has none, since it is there already.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::error::Unreadable;

/// The longest stream: as much as a sheet may have.
const LONGEST_STREAM: u64 = 4 * 1024 * 1024 * 1024;
/// In words.
const LONGEST_STREAM_WORDS: &str = "4 GiB";

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
    spool_up_to(stream, LONGEST_STREAM)
}

fn spool_up_to(stream: &mut dyn Read, limit: u64) -> Result<File, Unreadable> {
    let mut file = tempfile::tempfile().map_err(Unreadable::NoTemporaryFile)?;
    if io::copy(&mut stream.take(limit + 1), &mut file)? > limit {
        return Err(Unreadable::StreamTooLong { limit: LONGEST_STREAM_WORDS });
    }
    file.flush()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_has_bounds_on_both_sides() {
        let mut copy = String::new();
        spool_up_to(&mut &b"1234"[..], 4).unwrap().read_to_string(&mut copy).unwrap();
        assert_eq!(copy, "1234");
        let error = spool_up_to(&mut io::repeat(b'x'), 4).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("input-too-large", "is longer than 4 GiB"));
    }

    #[test]
    fn the_words_say_what_the_bound_is() {
        assert_eq!((LONGEST_STREAM % (1 << 30), format!("{} GiB", LONGEST_STREAM >> 30)), (0, "4 GiB".to_owned()));
    }
}
