//! What a file is, by its content. Names lie: many an `.xls` is a web page, many a `.csv` a workbook.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::error::Unreadable;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, in whatever encoding.
    Text,
    /// A zip archive: XLSX, XLSM, XLSB, ODS, or something else altogether.
    Zip,
    /// A compound file: XLS, an encrypted XLSX, or something else altogether.
    Compound,
}

const START: usize = 512;

/// What else people hand over, by how it starts.
const OTHERS: [(&[u8], &str); 9] = [
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document (RTF)"),
];

/// Tells what a file is and rewinds it.
pub(crate) fn of(file: &mut File) -> Result<Kind, Unreadable> {
    let mut start = Vec::with_capacity(START);
    file.by_ref().take(START as u64).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    of_start(&start)
}

/// Tells what a file is by its first bytes.
pub(crate) fn of_start(start: &[u8]) -> Result<Kind, Unreadable> {
    if start.is_empty() {
        return Err(Unreadable::Empty);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    if start.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Kind::Compound);
    }
    if let Some((_, name)) = OTHERS.iter().find(|(signature, _)| start.starts_with(signature)) {
        return Err(Unreadable::NotASpreadsheet(name));
    }
    match markup(start) {
        Some(name) => Err(Unreadable::NotASpreadsheet(name)),
        None => Ok(Kind::Text),
    }
}

fn markup(start: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(start).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if ["<!doctype html", "<html", "<table", "<meta", "<head"].iter().any(|tag| text.starts_with(tag)) {
        Some("a web page")
    } else if text.starts_with("<?xml") {
        Some("an XML document")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_holds() {
        assert_eq!(of_start(b"campaign,start").ok(), Some(Kind::Text));
        assert_eq!(of_start(b"PK\x03\x04rest").ok(), Some(Kind::Zip));
        assert_eq!(of_start(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").ok(), Some(Kind::Compound));
        for (start, code) in [
            (&b""[..], "input-empty"),
            (b"%PDF-1.7", "not-a-spreadsheet"),
            (b"\xef\xbb\xbf  <HTML>", "not-a-spreadsheet"),
            (b"<?xml version=\"1.0\"?>", "not-a-spreadsheet"),
        ] {
            assert_eq!(of_start(start).unwrap_err().code(), code);
        }
    }
}
