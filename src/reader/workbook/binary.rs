//! XLSB: what the library passes over in silence, written so that it doesn't.
//!
//! The library knows the records that the big spreadsheet program writes today, and of others it
//! makes blanks: cells whose formula failed, cells with text of several fonts, and the short records
//! that say "the next column" instead of a number. A blank where something stands is the worst that
//! a reader can do, so the sheets are written anew with the records that it knows (MS-XLSB 2.4),
//! in an archive that exists in memory alone. On the way every record is seen to end within its part, and the merged
//! cells are found, of which the library says nothing.

mod parts;

use std::collections::HashMap;
use std::fs::File;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::archive::{cut_short, zip_error};
use crate::model::CellName;
use crate::reader::error::Unreadable;
use crate::reader::merged::MergedCells;

mod kind {
    pub(super) const ROW: u16 = 0;
    pub(super) const ERROR: u16 = 3;
    pub(super) const TEXT: u16 = 6;
    pub(super) const LAST_OF_VALUES: u16 = 7;
    pub(super) const FAILED_FORMULA: u16 = 11;
    /// The first of the short records, in the order of the long ones from 1.
    pub(super) const SHORT_BLANK: u16 = 12;
    pub(super) const SHORT_SHARED_TEXT: u16 = 18;
    pub(super) const RICH_TEXT: u16 = 62;
    pub(super) const SHEET_DATA: u16 = 145;
    pub(super) const SHEET_DATA_END: u16 = 146;
    pub(super) const SHEET: u16 = 156;
    pub(super) const MERGED_CELL: u16 = 176;
}

/// The last row of a sheet, from 0, and its last column.
const LAST_ROW: u32 = 1_048_575;
const LAST_COLUMN: u32 = 16_383;

/// The merged cells of each sheet, by its name.
pub(super) type MergedBySheet = HashMap<String, MergedCells>;

/// The archive with its sheets written anew, and their merged cells.
pub(super) fn rewritten(file: &mut File) -> Result<(Cursor<Vec<u8>>, MergedBySheet), Unreadable> {
    let mut archive = ZipArchive::new(file).map_err(zip_error)?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let (mut merged, mut parts) = (HashMap::new(), parts::Parts::default());
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(zip_error)?;
        let name = part.name().map_err(zip_error)?.into_owned();
        let lower = name.to_lowercase().replace('\\', "/");
        let is_read = lower.ends_with(".xml") || lower.ends_with(".rels") || lower.ends_with(".bin");
        if !is_read || part.is_dir() {
            continue;
        }
        let mut content = Vec::new();
        part.read_to_end(&mut content).map_err(cut_short)?;
        if has_records(&lower) {
            content = sheet_rewritten(&content, &lower)?;
            merged.insert(lower.clone(), merged_cells(&content)?);
        }
        parts.note(&lower, &content);
        out.start_file(name, options).map_err(zip_error)?;
        out.write_all(&content)?;
    }
    let by_sheet = parts.of_sheets().into_iter().filter_map(|(sheet, part)| Some((sheet, merged.remove(&part)?)));
    let merged = by_sheet.collect();
    Ok((out.finish().map_err(zip_error)?, merged))
}

/// True of the parts that are records from end to end; those of printers and macros aren't.
fn has_records(name: &str) -> bool {
    name.ends_with(".bin")
        && !["printersettings", "vbaproject", "embeddings", "activex"].iter().any(|w| name.contains(w))
}

/// A part with the records of its cells as the library knows them. Parts without cells stay as they are.
fn sheet_rewritten(part: &[u8], name: &str) -> Result<Vec<u8>, Unreadable> {
    let mut out = Vec::with_capacity(part.len());
    let mut rest = part;
    let mut cells = None;
    while let Some(record) = next(&mut rest).map_err(|()| cut_within(name))? {
        match (record.kind, &mut cells) {
            (kind::SHEET_DATA, _) => {
                cells = Some(Cells::default());
                out.extend_from_slice(record.whole);
            }
            (kind::SHEET_DATA_END, _) => {
                cells = None;
                out.extend_from_slice(record.whole);
            }
            (_, Some(cells)) => cells.rewrite(&record, &mut out).ok_or_else(|| cut_within(name))?,
            (_, None) => out.extend_from_slice(record.whole),
        }
    }
    Ok(out)
}

/// The merged cells among a part's records: their first and last row, then their first and last column.
fn merged_cells(part: &[u8]) -> Result<MergedCells, Unreadable> {
    let (mut rest, mut merged) = (part, MergedCells::default());
    while let Ok(Some(Record { kind, data, .. })) = next(&mut rest) {
        if let (kind::MERGED_CELL, Some((corners, _))) = (kind, data.split_first_chunk::<16>()) {
            let [first_row, last_row, first, last] = [0, 4, 8, 12].map(|at| number_at(corners, at).unwrap_or(0));
            let corner =
                |row: u32, column: u32| CellName { column: column.min(LAST_COLUMN), row: row.min(LAST_ROW) + 1 };
            merged.add(corner(first_row, first), corner(last_row, last))?;
        }
    }
    Ok(merged)
}

/// The number of four bytes there, the lowest first.
fn number_at(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

fn cut_within(name: &str) -> Unreadable {
    Unreadable::Damaged(format!("{name} is cut short within a record"))
}

struct Record<'a> {
    kind: u16,
    data: &'a [u8],
    whole: &'a [u8],
}

/// The next record; an error where it isn't all there.
fn next<'a>(rest: &mut &'a [u8]) -> Result<Option<Record<'a>>, ()> {
    let start = *rest;
    if start.is_empty() {
        return Ok(None);
    }
    let kind = number(rest, 2).and_then(|kind| u16::try_from(kind).ok()).ok_or(())?;
    let length = number(rest, 4).and_then(|length| usize::try_from(length).ok()).ok_or(())?;
    let (data, after) = rest.split_at_checked(length).ok_or(())?;
    *rest = after;
    Ok(Some(Record { kind, data, whole: &start[..start.len() - after.len()] }))
}

/// A number of seven bits a byte, the lowest first.
fn number(rest: &mut &[u8], most_bytes: u32) -> Option<u32> {
    let mut number = 0;
    for place in 0..most_bytes {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u32::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(number)
}

/// The cells of a sheet so far.
#[derive(Default)]
struct Cells {
    /// The column of the next short record.
    next_column: u32,
}

impl Cells {
    /// Writes a record as the library knows it; `None` if it is too short for what it is.
    fn rewrite(&mut self, record: &Record<'_>, out: &mut Vec<u8>) -> Option<()> {
        let Record { kind, data, whole } = *record;
        match kind {
            kind::ROW => {
                self.next_column = 0;
                let row = number_at(data, 0)?;
                // The library would take a row beyond the last for the end of the sheet.
                (row <= LAST_ROW).then(|| out.extend_from_slice(whole))
            }
            kind::ERROR | kind::FAILED_FORMULA => self.error(data, out),
            1..kind::FAILED_FORMULA => {
                self.column_of(data)?;
                out.extend_from_slice(whole);
                Some(())
            }
            kind::SHORT_BLANK..=kind::SHORT_SHARED_TEXT => {
                let long = [&self.next_column.to_le_bytes(), data].concat();
                let kind = kind - kind::SHORT_BLANK + 1;
                if kind == kind::ERROR {
                    return self.error(&long, out);
                }
                self.column_of(&long)?;
                write(kind, &long, out);
                Some(())
            }
            kind::RICH_TEXT => {
                self.column_of(data)?;
                let length = number_at(data, 9)?;
                let text = data.get(9..13_usize.checked_add(usize::try_from(length).ok()?.checked_mul(2)?)?)?;
                write(kind::TEXT, &[data.get(..8)?, text].concat(), out);
                Some(())
            }
            _ => {
                out.extend_from_slice(whole);
                Some(())
            }
        }
    }

    /// Notes the column of a cell, behind which the next short one stands.
    fn column_of(&mut self, data: &[u8]) -> Option<()> {
        let column = number_at(data, 0)?;
        self.next_column = column.saturating_add(1);
        Some(())
    }

    /// An error value. Those that the library doesn't know would end the file, so they become text,
    /// which is an error value to whoever reads the cell.
    fn error(&mut self, data: &[u8], out: &mut Vec<u8>) -> Option<()> {
        self.column_of(data)?;
        match data.get(8)? {
            0x00 | 0x07 | 0x0f | 0x17 | 0x1d | 0x24 | 0x2a | 0x2b => write(kind::ERROR, data.get(..9)?, out),
            _ => {
                let text = "#ERROR!";
                let letters: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let length = u32::try_from(text.len()).ok()?.to_le_bytes();
                write(kind::TEXT, &[data.get(..8)?, &length, &letters].concat(), out);
            }
        }
        Some(())
    }
}

fn write(kind: u16, data: &[u8], out: &mut Vec<u8>) {
    debug_assert!(kind <= kind::LAST_OF_VALUES, "such a record has one byte of kind");
    out.push(u8::try_from(kind).unwrap_or(0));
    let mut length = data.len();
    loop {
        let low = u8::try_from(length & 0x7f).unwrap_or(0);
        length >>= 7;
        out.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    out.extend_from_slice(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, data: &[u8]) -> Vec<u8> {
        [&[kind, u8::try_from(data.len()).unwrap()], data].concat()
    }

    fn sheet(records: &[Vec<u8>]) -> Vec<u8> {
        [&[0x91, 0x01, 0][..], &records.concat(), &[0x92, 0x01, 0]].concat()
    }

    fn rewritten(records: &[Vec<u8>]) -> Option<Vec<u8>> {
        sheet_rewritten(&sheet(records), "sheet").ok()
    }

    #[test]
    fn short_records_stand_behind_the_cell_before() {
        let row = record(0, &[3, 0, 0, 0]);
        let long = record(5, &[4, 0, 0, 0, 0, 0, 0, 0, 9]);
        let got = rewritten(&[row.clone(), long.clone(), record(16, &[0, 0, 0, 0, 7]), record(15, &[0; 5])]);
        let wanted = [row, long, record(5, &[5, 0, 0, 0, 0, 0, 0, 0, 7]), record(4, &[6, 0, 0, 0, 0, 0, 0, 0, 0])];
        assert_eq!(got, Some(sheet(&wanted)));
    }

    #[test]
    fn failed_formulas_and_rich_text_are_no_blanks() {
        let place = [1, 0, 0, 0, 0, 0, 0, 0];
        let got = rewritten(&[
            record(11, &[&place[..], &[0x2a, 1, 2, 3]].concat()),
            record(3, &[&place[..], &[0x99]].concat()),
            record(62, &[&place[..], &[1, 1, 0, 0, 0, b'x', 0, 5, 5]].concat()),
        ]);
        let error = [&place[..], &[7, 0, 0, 0], b"#\0E\0R\0R\0O\0R\0!\0"].concat();
        let wanted = [
            record(3, &[&place[..], &[0x2a]].concat()),
            record(6, &error),
            record(6, &[&place[..], &[1, 0, 0, 0, b'x', 0]].concat()),
        ];
        assert_eq!(got, Some(sheet(&wanted)));
    }

    #[test]
    fn a_long_text_is_written_with_its_length_in_two_bytes() {
        let (place, letters) = ([1, 0, 0, 0, 0, 0, 0, 0], b"x\0".repeat(70));
        let rich = [&[62, 0x99, 1][..], &place, &[1, 70, 0, 0, 0], &letters].concat();
        let plain = [&[6, 0x98, 1][..], &place, &[70, 0, 0, 0], &letters].concat();
        assert_eq!(rewritten(&[rich]), Some(sheet(&[plain])));
    }

    #[test]
    fn what_is_cut_short_is_damage() {
        for broken in [record(0, &[1]), record(3, &[0; 8]), record(62, &[255; 13]), vec![5, 9, 1], record(0, &[255; 4])]
        {
            assert_eq!(rewritten(&[broken]), None);
        }
        assert!(sheet_rewritten(&[0x81], "x").is_err());
        assert!(sheet_rewritten(&[1, 0xff, 0xff, 0xff, 0xff], "x").is_err());
    }
}
