//! A workbook written as its parts.
//!
//! Each part of an archive has a check sum, so a fuzzer that changes the bytes of an archive gets
//! hardly ever past it. Written as a line `--- name` and what follows it, part after part, the
//! same workbook can be changed anywhere.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

const MARK: &[u8] = b"--- ";

/// True of a zip archive and a compound file.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf\x11\xe0")
}

/// The archive of the parts; `None` if there are none, or one can't be written.
pub fn archive(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut rest = bytes.strip_prefix(MARK)?;
    loop {
        let end = rest.windows(MARK.len() + 1).position(|window| window[0] == b'\n' && window[1..] == *MARK);
        let (part, after) = end.map_or((rest, None), |end| (&rest[..end], Some(&rest[end + 1 + MARK.len()..])));
        let name_end = part.iter().position(|byte| *byte == b'\n')?;
        let name = std::str::from_utf8(&part[..name_end]).ok()?;
        archive.start_file(name, options).ok()?;
        archive.write_all(&part[name_end + 1..]).ok()?;
        match after {
            Some(after) => rest = after,
            None => return Some(archive.finish().ok()?.into_inner()),
        }
    }
}
