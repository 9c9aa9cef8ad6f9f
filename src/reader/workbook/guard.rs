//! The bounds of an XLSX, kept without believing a word of it.
//!
//! The library that reads XLSX inflates a part while it parses it, and holds a cell, a list of
//! strings, a chain of open tags whole. So each part is inflated once to nowhere, by [`scan`],
//! before the library gets its first byte: the guard stands between the library and the file, and
//! knows by the place of a read which part begins. What the library never opens (pictures, other
//! sheets) costs nothing. Why not a limit on the sizes in the archive's directory: they are what a
//! hostile archive lies about.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::ZipArchive;

use super::archive::{cut_short, zip_error};
use super::scan::{self, Bounds};
use crate::reader::error::Unreadable;

/// The most parts of an archive: far more than workbooks have.
const MOST_PARTS: usize = 65_536;

/// The file as the library sees it.
pub(super) struct Guarded {
    file: File,
    position: u64,
    archive: ZipArchive<BufReader<File>>,
    parts: Vec<Part>,
    verdict: Verdict,
}

/// Where a part's bytes begin, and what was found of them.
struct Part {
    start: u64,
    index: usize,
    is_strings: bool,
    is_checked: bool,
    is_checked_as_sheet: bool,
}

/// What the guard found; shared with whoever gets the library's error for it.
#[derive(Clone, Default)]
pub(super) struct Verdict(Rc<State>);

#[derive(Default)]
struct State {
    found: RefCell<Option<Unreadable>>,
    in_sheets: Cell<bool>,
}

impl Verdict {
    /// What the guard found, or else the cause that the library gives.
    pub(super) fn or(&self, cause: Unreadable) -> Unreadable {
        self.0.found.borrow_mut().take().unwrap_or(cause)
    }

    /// From now on the library reads sheets and nothing else.
    pub(super) fn sheets_begin(&self) {
        self.0.in_sheets.set(true);
    }
}

impl Guarded {
    /// Stands before a file.
    pub(super) fn new(file: File) -> Result<(Self, Verdict), Unreadable> {
        let copy = BufReader::new(file.try_clone()?);
        let mut archive = ZipArchive::new(copy).map_err(zip_error)?;
        if archive.len() > MOST_PARTS {
            return Err(Unreadable::Damaged(format!("it has {} parts", archive.len())));
        }
        let mut parts = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(zip_error)?;
            if part.encrypted() {
                return Err(Unreadable::Encrypted);
            }
            let name = part.name().map_err(zip_error)?.to_lowercase();
            let start = part.data_start().ok_or_else(|| Unreadable::Damaged(format!("{name} begins nowhere")))?;
            let is_strings = name.ends_with("sharedstrings.xml");
            parts.push(Part { start, index, is_strings, is_checked: false, is_checked_as_sheet: false });
        }
        let verdict = Verdict::default();
        Ok((Self { file, position: 0, archive, parts, verdict: verdict.clone() }, verdict))
    }

    /// Checks the parts that begin here, before their first byte is given out.
    fn check_parts(&mut self) -> Result<(), Unreadable> {
        let in_sheets = self.verdict.0.in_sheets.get();
        for part in self.parts.iter_mut().filter(|part| part.start == self.position) {
            let is_checked = if in_sheets { &mut part.is_checked_as_sheet } else { &mut part.is_checked };
            if std::mem::replace(is_checked, true) {
                continue;
            }
            let bounds = match (in_sheets, part.is_strings) {
                (true, _) => Bounds::SHEET,
                (false, true) => Bounds::STRINGS,
                (false, false) => Bounds::OTHER,
            };
            let mut content = self.archive.by_index(part.index).map_err(zip_error)?;
            scan::check(&mut content, &bounds, cut_short)?;
        }
        Ok(())
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Err(cause) = self.check_parts() {
            let message = cause.to_string();
            self.verdict.0.found.borrow_mut().get_or_insert(cause);
            return Err(io::Error::other(message));
        }
        // The checks move the place in the file, which the archive's copy of it shares.
        self.file.seek(SeekFrom::Start(self.position))?;
        let count = self.file.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Guarded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Current(by) => SeekFrom::Start(
                self.position.checked_add_signed(by).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?,
            ),
            other => other,
        };
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}
