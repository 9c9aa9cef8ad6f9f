//! What the reader is asked, and what it gives.

use std::path::PathBuf;

use chrono_tz::Tz;

use crate::model::{Field, Row, StreamId};

/// How to read: what the user said on the command line or in the settings.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// `--sheet`: an exact name, else one that differs by case, else a number from 1.
    pub sheet: Option<String>,
    /// `--header-row`: the row of the header, from 1; found by itself otherwise.
    pub header_row: Option<u32>,
    /// `--map field=Column`.
    pub map: Vec<(Field, String)>,
    /// `--date-order`, for dates of numbers alone.
    pub date_order: Option<DateOrder>,
    /// `--timezone`: the zone that the sheet's times are written in.
    pub timezone: Option<Tz>,
    /// `--platform-timezone`: the zone that the platform reads them in.
    pub platform_timezone: Option<Tz>,
    /// `--delimiter`.
    pub delimiter: Option<Delimiter>,
    /// `--encoding`: a label of the WHATWG encoding standard.
    pub encoding: Option<String>,
    /// The stream of rows that name none; two rows for one campaign are compared under it.
    pub default_stream: Option<StreamId>,
    /// `--allow-past-start`.
    pub allow_past_start: bool,
}

/// The order of day, month and year in dates of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 27/01/2030.
    DayMonthYear,
    /// 01/27/2030.
    MonthDayYear,
    /// 2030/01/27.
    YearMonthDay,
}

/// What stands between the cells of a text file: one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(pub u8);

/// One input of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// `-`: standard input.
    Stdin,
    /// A file, by the path as given.
    File(PathBuf),
}

/// What an input's header says, before its first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputHeader {
    /// Which input, counted from 0.
    pub input: u32,
    /// The path as given, or `stdin`.
    pub source: String,
    /// The sheet; `None` for text files.
    pub sheet: Option<String>,
    /// The header cells as the file has them, earlier `result_*` columns left out. The cells of a
    /// [`Row`] stand in this order.
    pub columns: Vec<String>,
    /// Which of them mean something.
    pub fields: Vec<FieldColumn>,
    /// It carries `result_*` columns, as what an earlier run wrote does.
    pub is_results: bool,
}

/// A column that means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldColumn {
    /// What it means.
    pub field: Field,
    /// Which of a row's cells it is, from 0.
    pub index: u32,
    /// Where it stands in the sheet, from 0: for the names of its cells.
    pub column: u32,
}

/// Takes what the reader reads, in the order of the input.
pub trait RowSink {
    /// Why it can take no more.
    type Error;

    /// An input begins.
    ///
    /// # Errors
    /// If it can take no more; reading ends.
    fn header(&mut self, header: &InputHeader) -> Result<(), Self::Error>;

    /// True if a row needs no call: what depends on the present is then no problem of it, and it is
    /// compared with the other rows however late it is. Asked before the row is given.
    ///
    /// # Errors
    /// If it can take no more; reading ends.
    fn needs_no_call(&mut self, _row: &Row) -> Result<bool, Self::Error> {
        Ok(false)
    }

    /// A row, of which the sink may keep what it likes. Rows are counted from 0 over all inputs;
    /// cross-row findings name them by that count.
    ///
    /// # Errors
    /// If it can take no more; reading ends.
    fn row(&mut self, row: &mut Row) -> Result<(), Self::Error>;
}
