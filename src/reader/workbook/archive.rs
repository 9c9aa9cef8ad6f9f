//! What an archive holds, and whether it keeps within bounds.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::reader::error::Unreadable;

/// A kind of workbook in a zip archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Xlsx,
    Xlsb,
    Ods,
}

/// What XLS, XLSB and ODS may hold in all, inflated.
const WHOLE_LIMIT: u64 = 64 * 1024 * 1024;
/// In words.
const WHOLE_LIMIT_WORDS: &str = "64 MiB";

/// Tells what a zip archive is. Formats that are read whole are inflated once to nowhere, so that
/// their size is known and not believed.
pub(super) fn check_zip(file: &mut File) -> Result<Format, Unreadable> {
    let mut archive = ZipArchive::new(&mut *file).map_err(zip_error)?;
    let format = format_of(&archive)?;
    if format != Format::Xlsx {
        let mut left = WHOLE_LIMIT + 1;
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).map_err(zip_error)?;
            left -= std::io::copy(&mut (&mut part).take(left), &mut std::io::sink()).map_err(cut_short)?;
            if left == 0 {
                return Err(too_large());
            }
        }
    }
    drop(archive);
    file.seek(SeekFrom::Start(0))?;
    Ok(format)
}

fn too_large() -> Unreadable {
    Unreadable::TooLarge { part: "the workbook".to_owned(), limit: WHOLE_LIMIT_WORDS, other_format: true }
}

fn format_of<R: Read + Seek>(archive: &ZipArchive<R>) -> Result<Format, Unreadable> {
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.to_lowercase()).collect();
    let has = |wanted: &dyn Fn(&str) -> bool| names.iter().any(|name| wanted(name));
    if archive.is_empty() {
        Err(Unreadable::NotASpreadsheet("an empty zip archive"))
    } else if has(&|name| name == "xl/workbook.bin") {
        Ok(Format::Xlsb)
    } else if has(&|name| name.starts_with("xl/") || name.ends_with("workbook.xml")) {
        Ok(Format::Xlsx)
    } else if has(&|name| name == "content.xml") {
        Ok(Format::Ods)
    } else if has(&|name| name.starts_with("word/")) {
        Err(Unreadable::NotASpreadsheet("a text document (DOCX)"))
    } else if has(&|name| name.starts_with("ppt/")) {
        Err(Unreadable::NotASpreadsheet("a presentation"))
    } else if has(&|name| name.starts_with("index/") && name.ends_with(".iwa")) {
        Err(Unreadable::NotASpreadsheet("an Apple Numbers document"))
    } else {
        Err(Unreadable::NotASpreadsheet("a zip archive"))
    }
}

/// The content of an open document.
pub(super) fn open_document(file: &mut File) -> Result<Vec<u8>, Unreadable> {
    let mut archive = ZipArchive::new(file).map_err(zip_error)?;
    let mut part = |name: &str| {
        let mut content = Vec::new();
        archive.by_name(name).map_err(zip_error)?.take(WHOLE_LIMIT).read_to_end(&mut content).map_err(cut_short)?;
        Ok::<_, Unreadable>(content)
    };
    const MARK: &[u8] = b"manifest:encryption-data";
    let manifest = part("META-INF/manifest.xml").unwrap_or_default();
    if manifest.windows(MARK.len()).any(|window| window == MARK) {
        return Err(Unreadable::Encrypted);
    }
    part("content.xml")
}

/// The bytes of an XLS. Tells what a compound file is by the names in its directory, and refuses what
/// is too large.
pub(super) fn compound(file: &mut File) -> Result<Vec<u8>, Unreadable> {
    let length = file.metadata()?.len();
    if length > WHOLE_LIMIT {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    file.take(WHOLE_LIMIT).read_to_end(&mut bytes)?;
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes.chunks(128).any(|entry| entry.starts_with(&wide))
    };
    if has("EncryptedPackage") {
        Err(Unreadable::Encrypted)
    } else if has("Workbook") || has("Book") || has("WORKBOOK") || has("BOOK") {
        Ok(bytes)
    } else if has("WordDocument") {
        Err(Unreadable::NotASpreadsheet("a text document (DOC)"))
    } else if !has_directory(&bytes) {
        Err(Unreadable::Damaged("it ends before its directory".to_owned()))
    } else {
        Err(Unreadable::NotASpreadsheet("a compound file of another program"))
    }
}

/// True if a compound file reaches the first sector of its directory, without which nobody can tell
/// whose it is.
fn has_directory(bytes: &[u8]) -> bool {
    let number = |at: usize| bytes.get(at..at + 4).and_then(|four| Some(u32::from_le_bytes(four.try_into().ok()?)));
    let (Some(size), Some(sector)) = (number(30), number(48)) else { return false };
    // A header of garbage names no place in a file of at most this size.
    let size: u64 = if size & 0xffff == 12 { 4096 } else { 512 };
    (u64::from(sector) + 1) * size < bytes.len() as u64
}

pub(super) fn zip_error(error: ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::Encrypted,
        ZipError::Io(error) => cut_short(error),
        other => Unreadable::Damaged(other.to_string()),
    }
}

pub(super) fn cut_short(error: std::io::Error) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn format(names: &[&str]) -> Result<Format, String> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            out.start_file(*name, SimpleFileOptions::default()).unwrap();
            out.write_all(b"x").unwrap();
        }
        format_of(&ZipArchive::new(out.finish().unwrap()).unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_archive_is_what_its_parts_are_called() {
        for (names, expected) in [
            (&["[Content_Types].xml", "xl/workbook.bin"][..], Format::Xlsb),
            (&["[Content_Types].xml", "XL/Workbook.xml"], Format::Xlsx),
            (&["xl/worksheets/sheet1.xml"], Format::Xlsx),
            (&["content/workbook.xml"], Format::Xlsx),
            (&["mimetype", "content.xml"], Format::Ods),
        ] {
            assert_eq!(format(names).unwrap(), expected, "{names:?}");
        }
        for (names, kind) in [
            (&["word/document.xml"][..], "a text document (DOCX)"),
            (&["ppt/presentation.xml"], "a presentation"),
            (&["Index/Document.iwa"], "an Apple Numbers document"),
            (&["Index/Document.xml"], "a zip archive"),
            (&["Data/Document.iwa"], "a zip archive"),
            (&[], "an empty zip archive"),
        ] {
            let said = format(names).unwrap_err();
            assert!(said.contains(kind), "{names:?}: {said}");
        }
    }

    #[test]
    fn a_compound_file_has_a_directory_if_it_reaches_the_first_byte_of_it() {
        for (power, sector, before) in [(9, 0, 512), (9, 2, 1536), (12, 0, 4096), (12, 1, 8192)] {
            let mut bytes = vec![0; before];
            bytes[30..34].copy_from_slice(&[power, 0, 6, 0]);
            bytes[48] = sector;
            assert!(!has_directory(&bytes), "{before} bytes");
            bytes.push(0);
            assert!(has_directory(&bytes), "a byte more than {before}");
        }
        assert!(!has_directory(&[0; 51]), "the header is cut short");
    }
}
