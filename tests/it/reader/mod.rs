//! The reader on files as people and programs write them.

mod bounds;
mod corpus;
mod files;
mod fuzzed;
mod habits;
mod open_document;
mod programs;
mod quirks;
mod together;

use std::convert::Infallible;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use campaign_scheduler::model::{Cell, Row};
use campaign_scheduler::reader::{Input, InputHeader, ReadError, ReadOptions, Reading, RowSink, Stop, read};
use chrono::DateTime;
use tempfile::TempDir;

pub const HEADER: &str = "campaign_name,start,end,interval\n";

/// Keeps everything.
#[derive(Debug, Default)]
pub struct Kept {
    pub headers: Vec<InputHeader>,
    pub rows: Vec<Row>,
}

impl RowSink for Kept {
    type Error = Infallible;

    fn header(&mut self, header: &InputHeader) -> Result<(), Infallible> {
        self.headers.push(header.clone());
        Ok(())
    }

    fn row(&mut self, row: &mut Row) -> Result<(), Infallible> {
        self.rows.push(row.clone());
        Ok(())
    }
}

impl Kept {
    /// `row:first cell` of every row.
    pub fn names(&self) -> Vec<String> {
        self.rows
            .iter()
            .map(|row| format!("{}:{}", row.place.row, row.cells.first().map(Cell::display).unwrap_or_default()))
            .collect()
    }
}

pub fn read_inputs(
    inputs: &[Input],
    options: &ReadOptions,
    mut stdin: impl Read,
) -> Result<(Kept, Reading), ReadError> {
    let mut kept = Kept::default();
    match read(inputs, options, DateTime::UNIX_EPOCH, &mut stdin, &mut kept) {
        Ok(reading) => Ok((kept, reading)),
        Err(Stop::Unreadable(error)) => Err(error),
        Err(Stop::Sink(never)) => match never {},
    }
}

pub fn read_bytes(bytes: &[u8], options: &ReadOptions) -> Result<(Kept, Reading), ReadError> {
    read_inputs(&[Input::Stdin], options, Cursor::new(bytes))
}

pub fn kept(bytes: impl AsRef<[u8]>) -> Kept {
    read_bytes(bytes.as_ref(), &ReadOptions::default()).unwrap().0
}

pub fn refused(bytes: impl AsRef<[u8]>) -> ReadError {
    read_bytes(bytes.as_ref(), &ReadOptions::default()).unwrap_err()
}

pub fn said(error: &ReadError) -> String {
    format!("{}: {error} ({})", error.code(), error.hint())
}

pub fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// The smallest workbook around the XML of a sheet.
pub fn workbook_around(sheet: &str) -> Vec<u8> {
    archive_of(&[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

/// A workbook with one sheet, and these parts.
pub fn archive_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let workbook = format!(
        "<workbook xmlns:r=\"{relation}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let package = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let relations = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let fixed = [
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
    ];
    parts_of(&[&fixed, parts].concat())
}

/// The parts of a workbook that another program wrote.
pub fn parts_in(program: &str) -> Vec<(String, Vec<u8>)> {
    let path = format!("{}/tests/it/reader/programs/{program}", env!("CARGO_MANIFEST_DIR"));
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        parts.push((part.name().unwrap().into_owned(), content));
    }
    parts
}

/// An archive of such parts.
pub fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    parts_of(&parts)
}

/// An archive of these parts and no others.
pub fn parts_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The same archive, in which nothing is compressed.
pub fn stored(archive: &[u8]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for index in 0..from.len() {
        let mut part = from.by_index(index).unwrap();
        to.start_file(part.name().unwrap().into_owned(), options).unwrap();
        std::io::copy(&mut part, &mut to).unwrap();
    }
    to.finish().unwrap().into_inner()
}
