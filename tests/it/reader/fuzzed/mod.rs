//! What must be true of the reader whatever it is given: what the fuzz targets look for, and what
//! their corpus is tried for again by the tests.

mod cells;
mod parts;
mod rows;

pub use cells::{date, interval};

/// Any bytes as a text file.
pub fn text(bytes: &[u8]) {
    if !parts::is_archive(bytes) {
        rows::read_all(bytes);
    }
}

/// A workbook: an archive or a compound file as it is, anything else as the parts of an archive.
pub fn workbook(bytes: &[u8]) {
    if parts::is_archive(bytes) {
        rows::read_all(bytes);
    } else if let Some(archive) = parts::archive(bytes) {
        rows::read_all(&archive);
    }
}
