//! What stands behind the cells of a sheet: which of them are merged.

use std::io;

use super::tags::local_name;
use crate::model::CellName;
use crate::reader::error::Unreadable;
use crate::reader::merged::MergedCells;

/// What is kept of a tag: more than a merged cell's needs.
const KEPT: usize = 256;

/// Finds the merged cells in the rest of a sheet that is written to it.
#[derive(Default)]
pub(in crate::reader::workbook) struct FindMerged {
    found: MergedCells,
    too_many: Option<Unreadable>,
    /// The tag at hand, cut at [`KEPT`]; `None` between tags.
    tag: Option<Vec<u8>>,
}

impl FindMerged {
    /// What was found.
    pub(in crate::reader::workbook) fn end(self) -> Result<MergedCells, Unreadable> {
        self.too_many.map_or(Ok(self.found), Err)
    }

    fn look(&mut self, tag: &[u8]) {
        if local_name(tag) != b"mergeCell" || self.too_many.is_some() {
            return;
        }
        let Some((first, last)) = corners(&String::from_utf8_lossy(tag)) else { return };
        self.too_many = self.found.add(first, last).err();
    }
}

impl io::Write for FindMerged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.tag.take() {
                None => {
                    let Some(at) = memchr::memchr(b'<', rest) else { break };
                    rest = &rest[at + 1..];
                    self.tag = Some(Vec::new());
                }
                Some(mut tag) => {
                    let end = memchr::memchr(b'>', rest);
                    let part = &rest[..end.unwrap_or(rest.len())];
                    tag.extend(part.iter().take(KEPT - tag.len()));
                    rest = &rest[end.map_or(rest.len(), |end| end + 1)..];
                    match end {
                        Some(_) => self.look(&tag),
                        None => self.tag = Some(tag),
                    }
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The corners that `mergeCell ref="E2:E4"` names.
fn corners(tag: &str) -> Option<(CellName, CellName)> {
    let (_, after) = tag.split_once("ref")?;
    let quoted = after.trim_start().strip_prefix('=')?.trim_start();
    let range = quoted.split(['"', '\'']).nth(1)?.replace('$', "");
    let (first, last) = range.split_once(':')?;
    Some((CellName::parse(first.trim())?, CellName::parse(last.trim())?))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn found(rest: &str, piece: usize) -> MergedCells {
        let mut find = FindMerged::default();
        rest.as_bytes().chunks(piece).for_each(|piece| find.write_all(piece).unwrap());
        find.end().unwrap()
    }

    #[test]
    fn merged_cells_are_found_however_the_rest_is_cut() {
        let rest = "<v>1</v></c></row></sheetData><sheetProtection x=\"<\"/><x:mergeCells count=\"3\">\
                    <x:mergeCell ref=\"E2:E4\"/><mergeCell  ref = '$AA$7:$AB$9'></mergeCell><mergeCell ref=\"A1:C1\"/>\
                    <mergeCell/><mergeCell ref=\"A1\"/></x:mergeCells>";
        let mut both = MergedCells::default();
        for (first, last) in [("E2", "E4"), ("AA7", "AB9")] {
            both.add(CellName::parse(first).unwrap(), CellName::parse(last).unwrap()).unwrap();
        }
        for piece in [1, 2, 7, 1000] {
            assert_eq!(found(rest, piece), both, "{piece}");
        }
        assert_eq!(found(&format!("<a {}><mergeCell ref=\"A1:A2\"", "x".repeat(1000)), 9), MergedCells::default());
    }
}
