//! Which encoding a text is in.
//!
//! `--encoding` and a byte-order mark decide, but for a file of ours ([`super::ours`]). Otherwise what is
//! UTF-8 to the last byte is UTF-8;
//! what isn't is Windows-1252, which is what spreadsheet programs on Windows save as "CSV". Text
//! that is plainly UTF-8 in one line and not in another is refused: either reading would send
//! some campaign under a wrong name. So is text with characters of UTF-8 beside bytes of none in the same
//! line, as some encodings of other scripts have by chance.

use std::fs::File;
use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::reader::error::Unreadable;

/// The text is looked at in pieces of so many bytes.
const PIECE: usize = 128 * 1024;
/// Where a piece begins: files lie in memory page by page, and some processors copy from the start of a page to a
/// place a little behind another's start at an eighth of their speed. That is where large rooms begin.
const PAGE: usize = 4096;

/// Tells the encoding of a text, reading it whole but keeping nothing.
pub(super) fn tell(file: &mut File, asked: Option<&str>) -> Result<&'static Encoding, Unreadable> {
    let mut scan = Scan::default();
    let mut room = vec![0; PIECE + PAGE];
    let at_a_page = room.as_ptr().align_offset(PAGE).min(PAGE);
    let buffer = &mut room[at_a_page..][..PIECE];
    let mut mark = None;
    let mut is_start = true;
    loop {
        let count = read_full(file, buffer)?;
        if is_start {
            // The mark of UTF-32 begins like that of UTF-16; its NULs are told of.
            let is_utf_32 = buffer[..count].starts_with(&[0xff, 0xfe, 0, 0]);
            mark = Encoding::for_bom(&buffer[..count]).map(|(encoding, _)| encoding).filter(|_| !is_utf_32);
            if let Some(utf_16) = mark.filter(|mark| *mark == UTF_16LE || *mark == UTF_16BE) {
                return Ok(utf_16);
            }
            is_start = false;
        }
        scan.add(&buffer[..count]);
        if count < buffer.len() {
            break;
        }
    }
    scan.finish();
    decide(asked.map(label).transpose()?, mark, &scan)
}

fn label(label: &str) -> Result<&'static Encoding, Unreadable> {
    Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| Unreadable::UnknownEncoding(label.to_owned()))
}

fn decide(
    asked: Option<&'static Encoding>,
    mark: Option<&'static Encoding>,
    scan: &Scan,
) -> Result<&'static Encoding, Unreadable> {
    let is_utf_16 = |encoding: &'static Encoding| encoding == UTF_16LE || encoding == UTF_16BE;
    if let (Some(line), false) = (scan.nul_line, asked.is_some_and(is_utf_16)) {
        return Err(Unreadable::NulByte { line });
    }
    match (asked.or(mark), scan.bad_line) {
        (Some(encoding), Some(line)) if encoding == UTF_8 => Err(Unreadable::WrongEncoding { encoding: "UTF-8", line }),
        (Some(encoding), _) => Ok(encoding),
        (None, None) => Ok(UTF_8),
        (None, Some(line)) if scan.has_utf_8_line => Err(Unreadable::MixedEncoding { line }),
        (None, Some(line)) if scan.has_broken_line => Err(Unreadable::WrongEncoding { encoding: "UTF-8", line }),
        (None, Some(_)) => Ok(WINDOWS_1252),
    }
}

fn read_full(file: &mut File, buffer: &mut [u8]) -> Result<usize, Unreadable> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}

/// What the bytes of a text say about its encoding.
#[derive(Debug, Default)]
struct Scan {
    line: u64,
    nul_line: Option<u64>,
    bad_line: Option<u64>,
    /// A line of UTF-8 alone that isn't all ASCII.
    has_utf_8_line: bool,
    /// A line with characters of UTF-8 beside bytes that are none.
    has_broken_line: bool,
    /// What the line that isn't at its end has so far.
    open: OpenLine,
    /// The first bytes of a character that the last chunk cut.
    rest: Vec<u8>,
}

#[derive(Debug, Default)]
struct OpenLine {
    has_utf_8: bool,
    is_bad: bool,
}

impl Scan {
    fn add(&mut self, chunk: &[u8]) {
        if self.nul_line.is_none()
            && let Some(at) = memchr::memchr(0, chunk)
        {
            self.nul_line = Some(self.line + lines(&chunk[..at]) + 1);
        }
        let mut joined = std::mem::take(&mut self.rest);
        let bytes = if joined.is_empty() {
            chunk
        } else {
            joined.extend_from_slice(chunk);
            &joined
        };
        self.validate(bytes);
        self.line += lines(chunk);
    }

    fn validate(&mut self, mut bytes: &[u8]) {
        let whole = bytes;
        loop {
            match std::str::from_utf8(bytes) {
                Ok(_) => return self.see(bytes),
                Err(error) => {
                    let (good, bad) = bytes.split_at(error.valid_up_to());
                    self.see(good);
                    let Some(length) = error.error_len() else {
                        self.rest = bad.to_vec();
                        return;
                    };
                    if self.bad_line.is_none() {
                        let before = whole.len() - bad.len();
                        self.bad_line = Some(self.line + lines(&whole[..before]) + 1);
                    }
                    self.open.is_bad = true;
                    if self.has_utf_8_line {
                        return;
                    }
                    bytes = &bad[length..];
                }
            }
        }
    }

    /// Takes what is valid, from wherever in a line to wherever in another.
    fn see(&mut self, good: &[u8]) {
        let (Some(first), Some(last)) = (memchr::memchr(b'\n', good), memchr::memrchr(b'\n', good)) else {
            self.open.has_utf_8 |= !good.is_ascii();
            return;
        };
        self.open.has_utf_8 |= !good[..first].is_ascii();
        self.end_line();
        self.has_utf_8_line |= !good[first..last].is_ascii();
        self.open.has_utf_8 = !good[last..].is_ascii();
    }

    fn end_line(&mut self) {
        let OpenLine { has_utf_8, is_bad } = std::mem::take(&mut self.open);
        self.has_utf_8_line |= has_utf_8 && !is_bad;
        self.has_broken_line |= has_utf_8 && is_bad;
    }

    fn finish(&mut self) {
        if !self.rest.is_empty() {
            self.open.is_bad = true;
            self.bad_line.get_or_insert(self.line + 1);
        }
        self.end_line();
    }
}

fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(bytes: &[u8], asked: Option<&'static Encoding>, chunk: usize) -> Result<&'static Encoding, Unreadable> {
        let mut scan = Scan::default();
        for piece in bytes.chunks(chunk) {
            scan.add(piece);
        }
        scan.finish();
        decide(asked, None, &scan)
    }

    #[test]
    fn an_encoding_is_told_wherever_the_chunks_end() {
        for chunk in 1..8 {
            assert_eq!(decided("a,b\n\u{e9},\u{20ac}\u{1f600}".as_bytes(), None, chunk).ok(), Some(UTF_8));
            assert_eq!(decided(b"a,b\ncaf\xe9,x\n", None, chunk).ok(), Some(WINDOWS_1252));
            assert_eq!(decided(b"a,b\ncaf\xe9", None, chunk).ok(), Some(WINDOWS_1252));
            assert!(matches!(decided(b"a\nb\0", None, chunk), Err(Unreadable::NulByte { line: 2 })));
            assert!(matches!(
                decided(b"caf\xc3\xa9\nx\ncaf\xe9\n", None, chunk),
                Err(Unreadable::MixedEncoding { line: 3 })
            ));
            assert!(matches!(
                decided(b"caf\xe9\nx\ncaf\xc3\xa9", None, chunk),
                Err(Unreadable::MixedEncoding { line: 1 })
            ));
            // Shift-JIS and Windows-1251 hold two bytes by chance that are a character of UTF-8.
            for by_chance in [&b"x\n\x83\x8a\xd4\x8a,y\n"[..], b"x\n\xcb\xb8\xed\xe0", b"x\n\xed \xcb\xb8\nz\xe9\n"] {
                assert!(matches!(decided(by_chance, None, chunk), Err(Unreadable::WrongEncoding { line: 2, .. })));
            }
            assert!(matches!(
                decided(b"x\ncaf\xe9\n", Some(UTF_8), chunk),
                Err(Unreadable::WrongEncoding { line: 2, .. })
            ));
            assert_eq!(decided(b"caf\xc3\xa9\ncaf\xe9\n", Some(WINDOWS_1252), chunk).ok(), Some(WINDOWS_1252));
        }
    }

    #[test]
    fn the_line_of_what_is_wrong_is_told_wherever_it_stands() {
        for chunk in [1, 5, 64] {
            let told = |bytes: &[u8]| match decided(bytes, Some(UTF_8), chunk) {
                Err(Unreadable::WrongEncoding { line, .. }) => line,
                other => panic!("{other:?}"),
            };
            assert_eq!(told(b"x\ny\nz\ncaf\xe9\nthe rest of the text\n"), 4);
            assert_eq!(told(b"x\ny\ncut within a letter \xc3"), 3);
        }
    }

    #[test]
    fn zeros_are_letters_of_utf_16_alone() {
        for asked in [UTF_16LE, UTF_16BE] {
            assert_eq!(decided(b"\0a\0,\0b", Some(asked), 64).ok(), Some(asked));
        }
        for asked in [None, Some(UTF_8), Some(WINDOWS_1252)] {
            assert!(matches!(decided(b"\0a\0,\0b", asked, 64), Err(Unreadable::NulByte { line: 1 })));
        }
    }

    #[test]
    fn a_long_text_is_looked_at_to_its_end() {
        use std::io::{Seek, Write};
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&b"Spring,2027-01-27\n".repeat(16 * 1024)).unwrap();
        file.write_all(b"caf\xe9").unwrap();
        file.rewind().unwrap();
        assert_eq!(tell(&mut file, None).ok(), Some(WINDOWS_1252));
    }
}
