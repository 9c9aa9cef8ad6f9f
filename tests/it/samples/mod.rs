//! The sample sheets, as code: a workbook can't be reviewed, its source can.
//!
//! The test compares what the source makes with what is committed; after a change of the source
//! `UPDATE_SAMPLES=1 cargo test --all-features samples` writes them anew.

mod campaigns;
mod problems;

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, Workbook};

/// A workbook that comes out the same whenever it is made.
fn workbook(title: &str) -> Workbook {
    let mut workbook = Workbook::new();
    let made = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 1).unwrap();
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    workbook
}

fn is_committed(name: &str, bytes: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name);
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        fs::write(&path, bytes).unwrap();
    }
    let committed = fs::read(&path).unwrap_or_default();
    assert!(committed == bytes, "samples/{name} isn't what its source makes; see tests/it/samples/mod.rs");
}

#[test]
fn the_sheets_are_what_their_source_makes() {
    is_committed("campaigns.csv", campaigns::csv().as_bytes());
    is_committed("campaigns.xlsx", &campaigns::xlsx());
    is_committed("problems.xlsx", &problems::xlsx());
}
