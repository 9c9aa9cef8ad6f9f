//! Sheets as large as they are wanted, the same on every machine.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// The columns. `Owner` passes through.
const HEADER: [&str; 5] = ["Campaign", "Start", "End", "Repeat every", "Owner"];
const INTERVALS: [&str; 4] = ["daily", "every 2 days", "weekly", "Mon/Wed/Fri"];
const OWNERS: [&str; 3] = ["Retail", "Loyalty", "Service desk"];

/// The layout of dates in text, as chrono spells it.
pub(crate) const DATE_LAYOUT: &str = "%Y-%m-%d %H:%M";

/// One campaign.
struct Campaign {
    name: String,
    start: NaiveDateTime,
    end: NaiveDateTime,
    interval: &'static str,
    owner: &'static str,
}

/// Campaigns that are all good, all different, and start far ahead.
fn campaigns(rows: u32) -> impl Iterator<Item = Campaign> {
    let first = NaiveDate::from_ymd_opt(2037, 1, 5).and_then(|day| day.and_hms_opt(8, 0, 0)).unwrap_or_default();
    (0..rows).map(move |row| {
        let start = first + TimeDelta::minutes(i64::from(row % 500_000));
        Campaign {
            name: format!("Spring Savings {row:07} | EU"),
            start,
            end: start + TimeDelta::days(60 + i64::from(row % 30)),
            interval: INTERVALS[row as usize % INTERVALS.len()],
            owner: OWNERS[row as usize % OWNERS.len()],
        }
    })
}

/// Writes a text file.
pub(crate) fn csv(path: &Path, rows: u32) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "{}", HEADER.join(","))?;
    for Campaign { name, start, end, interval, owner } in campaigns(rows) {
        let (start, end) = (start.format(DATE_LAYOUT), end.format(DATE_LAYOUT));
        writeln!(file, "{name},{start},{end},{interval},{owner}")?;
    }
    Ok(file.flush()?)
}

/// Writes a workbook with real dates and shared strings, as spreadsheet programs do.
pub(crate) fn xlsx(path: &Path, rows: u32) -> anyhow::Result<()> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let sheet = workbook.add_worksheet_with_low_memory()?;
    sheet.write_row(0, 0, HEADER)?;
    for (row, Campaign { name, start, end, interval, owner }) in (1..).zip(campaigns(rows)) {
        sheet.write(row, 0, name)?;
        for (column, moment) in [(1, start), (2, end)] {
            let moment = ExcelDateTime::from_timestamp(moment.and_utc().timestamp())?;
            sheet.write_datetime_with_format(row, column, &moment, &date)?;
        }
        sheet.write(row, 3, interval)?;
        sheet.write(row, 4, owner)?;
    }
    workbook.save(path)?;
    Ok(())
}
