//! Bounds of an XLSX, kept while it is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::reader::error::Unreadable;

/// The file as the library sees it.
pub(super) struct Guarded {
    file: File,
}

/// What the guard found.
#[derive(Clone)]
pub(super) struct Verdict;

impl Verdict {
    pub(super) fn or(&self, cause: Unreadable) -> Unreadable {
        cause
    }
    pub(super) fn sheets_begin(&self) {}
}

impl Guarded {
    pub(super) fn new(file: File) -> Result<(Self, Verdict), Unreadable> {
        Ok((Self { file }, Verdict))
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Guarded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
