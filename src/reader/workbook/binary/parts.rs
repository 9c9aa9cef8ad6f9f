//! Which part of an XLSB holds which sheet: the workbook names its sheets by numbers that another part explains.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Record, kind, next, number_at};
use crate::reader::workbook::open_document::attribute;

/// The parts that say so.
#[derive(Default)]
pub(super) struct Parts {
    workbook: Vec<u8>,
    relations: Vec<u8>,
}

impl Parts {
    /// Keeps a part of this name, in lower case, if it is one of them.
    pub(super) fn note(&mut self, name: &str, content: &[u8]) {
        match name {
            "xl/workbook.bin" => self.workbook = content.to_vec(),
            "xl/_rels/workbook.bin.rels" => self.relations = content.to_vec(),
            _ => {}
        }
    }

    /// The sheets, each with its part's name in lower case. A workbook that doesn't hold together is refused by the
    /// library.
    pub(super) fn of_sheets(&self) -> Vec<(String, String)> {
        let (targets, mut sheets) = (targets(&self.relations), Vec::new());
        let mut rest = &self.workbook[..];
        while let Ok(Some(Record { kind, data, .. })) = next(&mut rest) {
            if kind != kind::SHEET {
                continue;
            }
            let Some((relation, name)) = text(data, 8).and_then(|(id, end)| Some((id, text(data, end)?.0))) else {
                continue;
            };
            sheets.extend(targets.get(&relation).map(|target| (name, format!("xl/{target}").to_lowercase())));
        }
        sheets
    }
}

/// The text there, and where it ends: its length in units of two bytes stands before it.
fn text(data: &[u8], at: usize) -> Option<(String, usize)> {
    let begin = at + 4;
    let end = begin.checked_add(usize::try_from(number_at(data, at)?).ok()?.checked_mul(2)?)?;
    let units: Vec<u16> = data.get(begin..end)?.as_chunks().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    Some((String::from_utf16_lossy(&units), end))
}

/// The target of each relation by its id.
fn targets(relations: &[u8]) -> HashMap<String, String> {
    let (mut reader, mut targets) = (Reader::from_reader(relations), HashMap::new());
    while let Ok(event) = reader.read_event() {
        let (Event::Empty(tag) | Event::Start(tag)) = event else { if event == Event::Eof { break } else { continue } };
        let value = |name| attribute(&tag, name).ok()?;
        targets.extend(value("Id").zip(value("Target")));
    }
    targets
}
