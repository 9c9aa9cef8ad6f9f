//! Reading a sheet without looking at much.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, ensure};
use calamine::{DataRef, Reader as _, Xlsx};
use chrono::NaiveDateTime;

use crate::inputs::DATE_LAYOUT;

/// Records of the csv crate, dates by chrono's parser of layouts.
pub(super) fn csv_chrono(path: &Path) -> anyhow::Result<()> {
    each_record(path, |start, end| {
        let date = |cell| NaiveDateTime::parse_from_str(std::str::from_utf8(cell).ok()?, DATE_LAYOUT).ok();
        Some(date(start)? < date(end)?)
    })
}

/// Records of the csv crate, dates by the positions of their digits.
pub(super) fn csv_positions(path: &Path) -> anyhow::Result<()> {
    each_record(path, |start, end| Some(minutes(start)? < minutes(end)?))
}

fn each_record(path: &Path, is_good: impl Fn(&[u8], &[u8]) -> Option<bool>) -> anyhow::Result<()> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        let good = is_good(record.get(1).unwrap_or_default(), record.get(2).unwrap_or_default());
        ensure!(good == Some(true), "a row is bad: {record:?}");
    }
    Ok(())
}

/// `2037-01-05 08:00` as a number that grows with time.
fn minutes(cell: &[u8]) -> Option<u64> {
    let [a, b, c, d, b'-', e, f, b'-', g, h, b' ', i, j, b':', k, l] = *cell else { return None };
    [a, b, c, d, e, f, g, h, i, j, k, l].into_iter().try_fold(0, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 10)?;
        Some(number * 10 + u64::from(digit))
    })
}

/// The cells of a workbook, one after the other.
pub(super) fn calamine_cells(path: &Path) -> anyhow::Result<()> {
    let mut workbook: Xlsx<_> = Xlsx::new(BufReader::new(File::open(path)?))?;
    let sheet = workbook.sheet_names().first().cloned().context("no sheet")?;
    let mut cells = workbook.worksheet_cells_reader(&sheet)?;
    let (mut texts, mut numbers) = (0_usize, 0.0);
    while let Some(cell) = cells.next_cell()? {
        match cell.get_value() {
            DataRef::SharedString(text) => texts += text.len(),
            DataRef::String(text) => texts += text.len(),
            DataRef::DateTime(moment) => numbers += moment.as_f64(),
            DataRef::Float(number) => numbers += number,
            _ => {}
        }
    }
    ensure!(texts > 0 && numbers > 0.0, "the workbook is empty");
    Ok(())
}
