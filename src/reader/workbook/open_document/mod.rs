//! ODS: read here, row by row, from its content.
//!
//! The library that reads the other workbooks refuses open documents that are laid out over several
//! lines, hangs on one that is cut short, and writes out every repetition: the format says "this row
//! a million times" in a few bytes. Here a repeated row is made when it is asked for, and what is
//! written out of all is counted. The names of tags are those that all programs use; what isn't
//! well-formed is refused before the first row.

mod cell;
mod rows;

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::SheetInfo;
use crate::reader::error::Unreadable;
pub(super) use rows::TableRows;

/// The content of a document, and where its tables begin in it.
pub(super) struct Document {
    content: String,
    tables: Vec<Table>,
    is_1904: bool,
}

struct Table {
    sheet: SheetInfo,
    start: usize,
}

impl Document {
    /// Finds the tables, and what isn't well-formed.
    pub(super) fn open(content: Vec<u8>) -> Result<Self, Unreadable> {
        let content = String::from_utf8(content).map_err(|_| damaged("its content is not UTF-8"))?;
        let content = content.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(content);
        let (tables, is_1904) = tables(&content)?;
        Ok(Self { content, tables, is_1904 })
    }

    /// True if its days are counted from 1904. Its dates are written out, but not a bare number where
    /// a date belongs.
    pub(super) fn is_1904(&self) -> bool {
        self.is_1904
    }

    /// Its sheets, in the order of their tabs.
    pub(super) fn sheets(&self) -> Vec<SheetInfo> {
        self.tables.iter().map(|table| table.sheet.clone()).collect()
    }

    /// The rows of a sheet.
    pub(super) fn rows(&self, sheet: &str) -> Result<TableRows<'_>, Unreadable> {
        let table = self.tables.iter().find(|table| table.sheet.name == sheet);
        let start = table.ok_or_else(|| damaged("it has lost a sheet"))?.start;
        Ok(TableRows::new(events(&self.content[start..])))
    }
}

/// The tables, and whether days are counted from 1904.
fn tables(content: &str) -> Result<(Vec<Table>, bool), Unreadable> {
    let mut events = events(content);
    let mut tables: Vec<Table> = Vec::new();
    let mut hidden_styles = HashSet::new();
    let mut style = String::new();
    let mut depth = 0_usize;
    let mut sheets_depth = None;
    let mut is_1904 = false;
    loop {
        let start = usize::try_from(events.buffer_position()).unwrap_or(usize::MAX);
        match events.read_event().map_err(malformed)? {
            Event::Start(tag) => {
                depth += 1;
                match tag.name().0 {
                    "office:spreadsheet" => sheets_depth = Some(depth),
                    "style:style" => style = attribute(&tag, "style:name")?.unwrap_or_default(),
                    "style:table-properties" if attribute(&tag, "table:display")?.as_deref() == Some("false") => {
                        hidden_styles.insert(std::mem::take(&mut style));
                    }
                    "table:null-date" => {
                        let day = attribute(&tag, "table:date-value")?;
                        is_1904 = day.is_some_and(|day| day.starts_with("1904-01-01"));
                    }
                    "table:table" if sheets_depth == Some(depth - 1) => {
                        let name = attribute(&tag, "table:name")?.ok_or_else(|| damaged("a sheet has no name"))?;
                        let style = attribute(&tag, "table:style-name")?.unwrap_or_default();
                        let is_visible = !hidden_styles.contains(&style);
                        tables.push(Table { sheet: SheetInfo { name, is_visible, holds_cells: true }, start });
                    }
                    _ => {}
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth > 0 => return Err(damaged("its content is cut short")),
            Event::Eof if sheets_depth.is_none() => {
                return Err(Unreadable::NotASpreadsheet("an open document without sheets"));
            }
            Event::Eof => return Ok((tables, is_1904)),
            _ => {}
        }
    }
}

fn events(content: &str) -> Reader<&[u8]> {
    let mut events = Reader::from_str(content);
    let config = events.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = false;
    events
}

/// An attribute of a tag, with its entities written out.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(malformed)?;
        if attribute.key.0 == name {
            return Ok(Some(quick_xml::escape::unescape(&attribute.value).map_err(malformed)?.into_owned()));
        }
    }
    Ok(None)
}

fn damaged(what: &str) -> Unreadable {
    Unreadable::Damaged(what.to_owned())
}

fn malformed(error: impl std::fmt::Display) -> Unreadable {
    Unreadable::Damaged(format!("its content is not well-formed: {error}"))
}
