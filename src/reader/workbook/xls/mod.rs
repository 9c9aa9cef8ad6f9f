//! XLS: the library's view of it, made safe.
//!
//! The library that reads XLS believes what a file says of itself: it follows chains of sectors
//! round and round, makes room for as many cells as a record claims, lays every sheet out as a dense
//! table, and writes every formula out. A file of a few KiB could fill any memory that way. So the
//! workbook's stream is taken out of its file here ([`compound`]), its records are walked and what
//! they would become is counted ([`records`]), and the library gets a new file around the stream that
//! was walked, in which nothing is left to misread. Formulas are cut down: all that is asked of one is
//! whether it is there.

mod compound;
mod records;
mod strings;

use std::io::Cursor;

use crate::reader::error::Unreadable;

/// The file that the library may see, if this one is within bounds.
pub(super) fn made_safe(file: &[u8]) -> Result<Cursor<Vec<u8>>, Unreadable> {
    let mut stream = compound::workbook_stream(file)?;
    records::check(&mut stream)?;
    Ok(Cursor::new(compound::around(&stream)))
}

/// What a file is refused with whose parts lead nowhere.
fn damaged(what: &str) -> Unreadable {
    Unreadable::Damaged(what.to_owned())
}

/// Two bytes of a record as a number.
fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// Four bytes of a record as a number.
fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
