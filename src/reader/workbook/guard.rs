//! The bounds of an XLSX, kept without believing a word of it.
//!
//! The library that reads XLSX inflates a part while it parses it, and holds a cell, a list of
//! strings, a chain of open tags whole. So it never sees the file, but an image of it in which
//! nothing is compressed: whatever it reads of a part was inflated here and has passed [`super::scan`]
//! before. What it never opens (pictures, other sheets) costs nothing, and a part is inflated once.
//! Why not a limit on the sizes in the archive's directory: they are what a hostile archive lies
//! about; the image says of every part that it is as large as can be said, and ends where it ends.
//!
//! An archive keeps a checksum of each part, which is compared at the part's end. The library stops before
//! that, at the end of the cells or the strings, so the last piece that it wants is held back until the
//! rest has been read: one changed byte may be another campaign's name. Short parts are read to their end
//! before the first piece is handed over.
//!
//! Inflating and scanning go on in a thread of their own, a few pieces ahead of the parsing, which
//! takes about as long.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use zip::ZipArchive;

use super::archive::{cut_short, zip_error};
use super::image::{Image, Part};
use super::scan::{Bounds, FindMerged, Progress, Scan};
use crate::reader::error::Unreadable;
use crate::reader::merged::MergedCells;

/// The most parts of an archive: far more than workbooks have.
const MOST_PARTS: usize = 65_000;
/// A part is inflated in pieces of so many bytes at most.
const PIECE: usize = 64 * 1024;
/// How many pieces may wait to be parsed.
const PIECES_AHEAD: usize = 4;

/// The file as the library sees it.
pub(super) struct Guarded {
    image: Image,
    position: u64,
    /// The part that is being read.
    content: Option<Content>,
    wanted: Sender<Wanted>,
    verdict: Verdict,
}

/// What is left of a part.
struct Content {
    /// Where its next byte seems to stand in the image.
    position: u64,
    pieces: Receiver<Result<Vec<u8>, Unreadable>>,
    piece: Vec<u8>,
    used: usize,
}

/// A part that is to be inflated, within which bounds, and who wants it.
struct Wanted {
    index: usize,
    bounds: &'static Bounds,
    pieces: SyncSender<Result<Vec<u8>, Unreadable>>,
}

/// What the guard found; shared with whoever gets the library's error for it.
#[derive(Clone, Default)]
pub(super) struct Verdict(Arc<State>);

#[derive(Default)]
struct State {
    found: Mutex<Option<Unreadable>>,
    in_sheets: AtomicBool,
    /// Of the sheet that was read last.
    merged: Mutex<MergedCells>,
}

impl Verdict {
    /// On a sheet whose merged cells are known from the start.
    pub(super) fn on(merged: MergedCells) -> Self {
        let verdict = Self::default();
        verdict.set_merged(merged);
        verdict
    }

    /// What the guard found, or else the cause that the library gives.
    pub(super) fn or(&self, cause: Unreadable) -> Unreadable {
        self.found().take().unwrap_or(cause)
    }

    /// From now on the library reads sheets and nothing else.
    pub(super) fn sheets_begin(&self) {
        self.0.in_sheets.store(true, Ordering::Relaxed);
    }

    /// The merged cells of the sheet that was read to its last row.
    pub(super) fn merged(&self) -> MergedCells {
        std::mem::take(&mut self.0.merged.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set_merged(&self, merged: MergedCells) {
        *self.0.merged.lock().unwrap_or_else(PoisonError::into_inner) = merged;
    }

    fn found(&self) -> MutexGuard<'_, Option<Unreadable>> {
        // It is whole at any moment.
        self.0.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guarded {
    /// Stands before a file.
    pub(super) fn new(file: File) -> Result<(Self, Verdict), Unreadable> {
        let mut archive = ZipArchive::new(BufReader::with_capacity(PIECE, file)).map_err(zip_error)?;
        if archive.len() > MOST_PARTS {
            return Err(Unreadable::Damaged(format!("it has {} parts", archive.len())));
        }
        let mut parts = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).map_err(zip_error)?;
            if part.encrypted() {
                return Err(Unreadable::Encrypted);
            }
            parts.push(Part { name: part.name().map_err(zip_error)?.into_owned(), checksum: part.crc32() });
        }
        let (wanted, orders) = channel();
        let verdict = Verdict::default();
        let shared = verdict.clone();
        thread::Builder::new().name("inflate".to_owned()).spawn(move || inflate(archive, orders, &shared))?;
        let guarded = Self { image: Image::of(parts), position: 0, content: None, wanted, verdict: verdict.clone() };
        Ok((guarded, verdict))
    }

    /// The content of the part that begins here, from its first byte.
    fn begin(&self, index: usize) -> Content {
        let (sender, pieces) = sync_channel(PIECES_AHEAD);
        let is_strings = || self.image.name(index).to_lowercase().ends_with("sharedstrings.xml");
        let bounds = match self.verdict.0.in_sheets.load(Ordering::Relaxed) {
            true => &Bounds::SHEET,
            false if is_strings() => &Bounds::STRINGS,
            false => &Bounds::OTHER,
        };
        // If the thread is gone, so is the receiver's other end, which is told at the first read.
        let _ = self.wanted.send(Wanted { index, bounds, pieces: sender });
        Content { position: self.position, pieces, piece: Vec::new(), used: 0 }
    }
}

impl Content {
    /// What comes next, empty at the end.
    fn next(&mut self) -> Result<&[u8], Unreadable> {
        if self.used == self.piece.len() {
            self.used = 0;
            self.piece = self.pieces.recv().unwrap_or_else(|_| Ok(Vec::new()))?;
        }
        Ok(&self.piece[self.used..])
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.content.as_ref().is_none_or(|content| content.position != self.position) {
            self.content = self.image.part_at(self.position).map(|index| self.begin(index));
        }
        let Some(content) = &mut self.content else {
            let count = self.image.bytes_from(self.position).read(buffer)?;
            self.position += count as u64;
            return Ok(count);
        };
        match content.next() {
            Ok(mut bytes) => {
                let count = bytes.read(buffer)?;
                content.used += count;
                self.position += count as u64;
                content.position = self.position;
                Ok(count)
            }
            Err(cause) => {
                let message = cause.to_string();
                self.verdict.found().get_or_insert(cause);
                Err(io::Error::other(message))
            }
        }
    }
}

impl Seek for Guarded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.image.length().checked_add_signed(by),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.content = None;
        Ok(self.position)
    }
}

/// Inflates part after part as they are wanted.
fn inflate(mut archive: ZipArchive<BufReader<File>>, orders: Receiver<Wanted>, verdict: &Verdict) {
    for Wanted { index, bounds, pieces } in orders {
        if let Err(cause) = inflate_part(&mut archive, index, bounds, &pieces, verdict) {
            // Who doesn't listen any more needs no cause either.
            let _ = pieces.send(Err(cause));
        }
    }
}

/// Ends early if nobody wants the rest.
fn inflate_part(
    archive: &mut ZipArchive<BufReader<File>>,
    index: usize,
    bounds: &Bounds,
    pieces: &SyncSender<Result<Vec<u8>, Unreadable>>,
    verdict: &Verdict,
) -> Result<(), Unreadable> {
    if bounds.is_short() {
        read_to_the_end(&mut archive.by_index(index).map_err(zip_error)?, bounds, 0, &mut io::sink())?;
    }
    let mut content = archive.by_index(index).map_err(zip_error)?;
    let mut scan = Scan::new(bounds);
    let mut total = 0;
    loop {
        let mut piece = vec![0; PIECE];
        let count = content.read(&mut piece).map_err(cut_short)?;
        piece.truncate(count);
        total += count as u64;
        let is_last = count == 0 || scan.read(&piece)? == Progress::Enough;
        if is_last {
            let mut rest = FindMerged::default();
            rest.write_all(&piece).and_then(|()| rest.flush())?;
            read_to_the_end(&mut content, bounds, total, &mut rest)?;
            verdict.set_merged(rest.end()?);
        }
        if count == 0 || pieces.send(Ok(piece)).is_err() || is_last {
            return Ok(());
        }
    }
}

/// Reads what is left of a part, and has its checksum compared by that.
fn read_to_the_end(content: &mut impl Read, bounds: &Bounds, read: u64, to: &mut impl Write) -> Result<(), Unreadable> {
    let left = bounds.left(read);
    let count = io::copy(&mut content.take(left + 1), to).map_err(cut_short)?;
    if count > left { Err(bounds.overstepped()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    fn archive(parts: &[(&str, String)]) -> File {
        let mut writer = ZipWriter::new(tempfile::tempfile().unwrap());
        for ((name, content), method) in
            parts.iter().zip([CompressionMethod::Deflated, CompressionMethod::Stored].into_iter().cycle())
        {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap()
    }

    fn seen(archive: &mut ZipArchive<Guarded>, name: &str) -> io::Result<String> {
        let mut content = String::new();
        archive.by_name(name).map_err(io::Error::other)?.read_to_string(&mut content)?;
        Ok(content)
    }

    #[test]
    fn every_part_is_seen_as_it_is_whenever_it_is_read() {
        let long: String = (0..50_000).map(|number| format!("<a>{number}</a>")).collect();
        let parts = [("xl/a.xml", long), ("xl/\u{e9}.xml", "<b/>".to_owned()), ("xl/", String::new())];
        let (guarded, _) = Guarded::new(archive(&parts)).unwrap();
        let mut archive = ZipArchive::new(guarded).unwrap();
        assert_eq!(archive.len(), parts.len());
        for (name, content) in parts.iter().chain(parts.iter().rev()) {
            assert_eq!(seen(&mut archive, name).unwrap(), *content, "{name}");
            // One that is left in the middle.
            archive.by_name(parts[0].0).unwrap().read_exact(&mut [0; 100]).unwrap();
        }
    }

    /// The same archive, in which something of a part that isn't compressed is something else.
    fn changed(mut archive: File, from: &[u8], to: &[u8]) -> File {
        let mut bytes = Vec::new();
        archive.rewind().unwrap();
        archive.read_to_end(&mut bytes).unwrap();
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        bytes[at..at + to.len()].copy_from_slice(to);
        let mut changed = tempfile::tempfile().unwrap();
        changed.write_all(&bytes).unwrap();
        changed
    }

    #[test]
    fn the_last_piece_that_is_wanted_waits_for_the_checksum() {
        let rest = format!("<rest>{}</rest>", "<x/>".repeat(PIECE));
        for (name, content, is_sheet) in [
            ("xl/worksheets/sheet1.xml", "<sheetData><c>Spring</c></sheetData>", true),
            ("xl/sharedStrings.xml", "<sst><si>Spring</si></sst>", false),
            ("xl/styles.xml", "<cellXfs><xf>Spring</xf></cellXfs>", false),
        ] {
            for (to, is_whole) in [("Spring", true), ("Sprint", false)] {
                let parts = [("xl/a.xml", String::new()), (name, format!("{content}{rest}"))];
                let (guarded, verdict) = Guarded::new(changed(archive(&parts), b"Spring", to.as_bytes())).unwrap();
                let mut archive = ZipArchive::new(guarded).unwrap();
                if is_sheet {
                    verdict.sheets_begin();
                }
                let read = archive.by_name(name).unwrap().read_exact(&mut vec![0; content.len()]);
                assert_eq!(read.is_ok(), is_whole, "{name} {to}");
                let found = verdict.or(Unreadable::Empty);
                assert_eq!(matches!(found, Unreadable::Damaged(_)), !is_whole, "{name} {to}: {found}");
            }
        }
    }

    #[test]
    fn nothing_of_a_part_is_seen_from_where_a_bound_is_overstepped() {
        let endless = format!("<sst><si><t>{}", "x".repeat(17 * 1024 * 1024));
        let parts = [("xl/styles.xml", endless), ("xl/sharedStrings.xml", "<sst uniqueCount=\"5000000\">".to_owned())];
        let (guarded, verdict) = Guarded::new(archive(&parts)).unwrap();
        let mut archive = ZipArchive::new(guarded).unwrap();
        for (name, _) in parts {
            seen(&mut archive, name).unwrap_err();
            assert!(matches!(verdict.or(Unreadable::Empty), Unreadable::TooLarge { .. }), "{name}");
        }
    }
}
