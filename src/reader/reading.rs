//! All inputs, one after the other, row by row into the sink.
//!
//! An error of one input ends the reading, whatever rows were given to the sink before: the caller
//! makes a batch only of what came through to the end.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::columns::{Columns, Owner, RawRow, Source};
use super::cross_row::{CrossRow, CrossRows};
use super::error::{ReadError, Unreadable, told};
use super::front::{FieldColumn, Input, InputHeader, ReadOptions, RowSink};
use super::header::{self, Found};
use super::inputs;
use super::kind::{self, Kind};
use super::merged;
use super::rows::Rows;
use super::shared::Shared;
use super::table::{TableRows, Top};
use super::text::TextRows;
use super::workbook::{Chosen, Workbook};
use crate::model::cell::is_escaped;
use crate::model::{Field, Row};

/// What was read, once every row has gone to the sink.
pub struct Reading {
    /// The rows that went to the sink.
    pub rows: u32,
    /// The wholly blank rows that were passed over.
    pub blank_rows: u64,
    /// What is suspicious about whole sheets.
    pub warnings: Vec<SheetWarning>,
    /// What is known of rows only now that all were read, in the order of the rows.
    pub cross_rows: Box<dyn Iterator<Item = CrossRow>>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Reading")
            .field("rows", &self.rows)
            .field("blank_rows", &self.blank_rows)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// What is suspicious about a whole sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetWarning {
    /// The file, and the sheet where there is one: `q1.xlsx:Launch`.
    pub place: String,
    /// What is suspicious.
    pub message: String,
}

impl std::fmt::Display for SheetWarning {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.place, self.message)
    }
}

/// Why reading ended before the end.
#[derive(Debug, thiserror::Error)]
pub enum Stop<E> {
    /// An input can't be read as a whole.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The sink can take no more.
    #[error("the rows that were read can't be kept")]
    Sink(#[source] E),
}

/// Reads all inputs.
///
/// # Errors
/// The first input that can't be read as a whole, or the sink's own error.
pub fn read<E>(
    inputs: &[Input],
    options: &ReadOptions,
    now: DateTime<Utc>,
    stdin: &mut dyn Read,
    sink: &mut dyn RowSink<Error = E>,
) -> Result<Reading, Stop<E>> {
    inputs::refuse_repeated(inputs)?;
    let mut all = All {
        options,
        now,
        sink,
        rows: 0,
        blank_rows: 0,
        warnings: Vec::new(),
        cross_rows: CrossRows::new(options.default_stream.clone()),
    };
    for (index, input) in (0..).zip(inputs) {
        let name = inputs::name_of(input);
        let unreadable = |cause| ReadError { source_name: name.clone(), cause };
        let file = inputs::open(input, stdin).map_err(unreadable)?;
        all.read_file(file, &name, index).map_err(|stop| match stop {
            Halt::Unreadable(cause) => Stop::Unreadable(unreadable(cause)),
            Halt::Sink(error) => Stop::Sink(error),
        })?;
    }
    Ok(Reading {
        rows: all.rows,
        blank_rows: all.blank_rows,
        warnings: all.warnings,
        cross_rows: Box::new(all.cross_rows.finish()),
    })
}

/// Why the reading of one input ended, before the input's name is put to it.
enum Halt<E> {
    Unreadable(Unreadable),
    Sink(E),
}

impl<E> From<Unreadable> for Halt<E> {
    fn from(cause: Unreadable) -> Self {
        Self::Unreadable(cause)
    }
}

/// What the inputs have in common.
struct All<'a, E> {
    options: &'a ReadOptions,
    now: DateTime<Utc>,
    sink: &'a mut dyn RowSink<Error = E>,
    rows: u32,
    blank_rows: u64,
    warnings: Vec<SheetWarning>,
    cross_rows: CrossRows,
}

impl<E> All<'_, E> {
    fn read_file(&mut self, mut file: File, name: &str, input: u32) -> Result<(), Halt<E>> {
        let kind = kind::of(&mut file)?;
        let source = |sheet: Option<&str>, is_1904| Source {
            source: name.into(),
            sheet: sheet.map(Arc::from),
            is_text: kind == Kind::Text,
            input,
            is_1904,
        };
        match kind {
            Kind::Text => {
                let lines = TextRows::open(file, self.options)?;
                let source = source(None, false);
                let header_row = if lines.is_ours() { Some(1) } else { self.options.header_row };
                let options = ReadOptions { header_row, ..self.options.clone() };
                if lines.is_long() {
                    self.read_table(lines, source, &options, Shared::begin)
                } else {
                    self.read_table(lines, source, &options, |top, lines| Ok(top.into_table(lines)))
                }
            }
            Kind::Zip | Kind::Compound => {
                let mut workbook = Workbook::open(file, kind)?;
                let Chosen { name: sheet, warning } = workbook.choose(self.options)?;
                let place = told(&format!("{name}:{sheet}"));
                self.warnings.extend(warning.map(|message| SheetWarning { place, message: told(&message) }));
                let source = source(Some(&sheet), workbook.is_1904());
                let in_sheet = |cause| Unreadable::InSheet { sheet: sheet.clone(), cause: Box::new(cause) };
                let read = if workbook.streams() {
                    let rows = workbook.rows_ahead(sheet.clone())?;
                    self.read_table(rows, source, self.options, |top, lines| Ok(top.into_table(lines)))
                } else {
                    let rows = workbook.rows(&sheet).map_err(in_sheet)?;
                    self.read_table(rows, source, self.options, |top, lines| Ok(top.into_table(lines)))
                };
                read.map_err(|halt| match halt {
                    Halt::Unreadable(cause) => Halt::Unreadable(in_sheet(cause)),
                    Halt::Sink(error) => Halt::Sink(error),
                })
            }
        }
    }

    /// Reads a table, whose rows `begin` makes of what its header says and of its lines.
    fn read_table<L: Rows<RawRow>, T: TableRows>(
        &mut self,
        mut lines: L,
        source: Source,
        options: &ReadOptions,
        begin: impl FnOnce(Top<'_>, L) -> Result<T, Unreadable>,
    ) -> Result<(), Halt<E>> {
        let head = header::head(&mut lines, options)?;
        let mut found = header::find(&head, options)?;
        let is_escaped = source.is_text && found.columns.has_results();
        if is_escaped {
            found.columns = unescaped_headers(&found.columns);
        }
        let Found { row: header, columns, warnings } = found;
        let place = match &source.sheet {
            Some(sheet) => format!("{}:{sheet}", source.source),
            None => source.source.to_string(),
        };
        let warning = |message: String| SheetWarning { place: told(&place), message: told(&message) };
        self.warnings.extend(warnings.into_iter().map(warning));
        self.sink.header(&input_header(&columns, &source)).map_err(Halt::Sink)?;
        let (read_before, input, fields) = (self.rows, source.input, field_columns(&columns));
        let is_filled = |row: &&RawRow| row.number > header && row.cells.iter().any(|cell| !cell.is_blank());
        let next = head.iter().find(is_filled).map(|row| row.number);
        let top = Top { options, now: self.now, source, columns, header, head, is_escaped };
        let mut rows = begin(top, lines)?;
        self.take(&mut rows)?;
        let left = rows.end()?;
        self.blank_rows += left.blank_rows;
        if self.rows == read_before {
            let message = "there is a header and no row below it, so there is nothing to schedule".to_owned();
            self.warnings.push(SheetWarning { place: told(&place), message });
        }
        let mixed = left.orders.mixed();
        self.warnings.extend(mixed.map(|message| SheetWarning { place: told(&place), message: told(&message) }));
        let of_fields: Vec<u32> = fields.iter().map(|column| column.column).collect();
        merged::check_header(&left.merged, header, next, &of_fields)?;
        let covered = fields.into_iter().map(|column| left.merged.covered(column.field, column.column));
        self.cross_rows.end_of_input(input, left.orders, covered.filter(|rows| !rows.is_empty()).collect());
        Ok(())
    }

    /// Hands on all rows.
    fn take(&mut self, rows: &mut impl Rows<Row>) -> Result<(), Halt<E>> {
        let mut room = Row::default();
        while let Some(row) = rows.lend_row(&mut room)? {
            self.cross_rows.add(self.rows, row);
            if !row.untimely.is_empty() && self.sink.needs_no_call(row).map_err(Halt::Sink)? {
                self.cross_rows.compare(self.rows, row);
            }
            self.sink.row(row).map_err(Halt::Sink)?;
            self.rows = self.rows.checked_add(1).ok_or(Unreadable::TooManyRows)?;
        }
        Ok(())
    }
}

fn input_header(columns: &Columns, source: &Source) -> InputHeader {
    let kept = columns.headers.iter().zip(&columns.owners).filter(|(_, owner)| **owner == Owner::Sheet);
    InputHeader {
        input: source.input,
        source: source.source.to_string(),
        sheet: source.sheet.as_deref().map(str::to_owned),
        columns: kept.map(|(header, _)| header.clone()).collect(),
        fields: field_columns(columns),
        is_results: columns.has_results(),
    }
}

/// Where each field stands, in a row's cells and in the sheet.
fn field_columns(columns: &Columns) -> Vec<FieldColumn> {
    let kept_before = |raw: usize| columns.owners[..raw].iter().filter(|owner| **owner == Owner::Sheet).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let column = |field| {
        let raw = columns.of(field)?;
        Some(FieldColumn { field, index: number(kept_before(raw)), column: number(raw) })
    };
    Field::ALL.into_iter().filter_map(column).collect()
}

fn unescaped_headers(columns: &Columns) -> Arc<Columns> {
    let mut columns = columns.clone();
    for header in &mut columns.headers {
        if is_escaped(header) {
            header.remove(0);
        }
    }
    Arc::new(columns)
}
