//! Where rows come from.
//!
//! A batch can have a million rows, so they are never all in memory: a source hands them over one
//! by one, and starts over for each file. It is a trait of this module, not the journal's front,
//! since a writer needs nothing else of the journal, and tests have rows without one.

use std::error::Error;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread;

use super::ReportError;
use crate::journal::{KeptRow, Pages, StoredRow, Taken, Wanted};

/// What takes a row; it breaks where it can take no more.
pub type Visitor<'a> = dyn FnMut(KeptRow) -> ControlFlow<()> + 'a;

/// What writes a row.
pub type Writer<'a> = dyn FnMut(&StoredRow) -> Result<(), ReportError> + Send + 'a;

/// The rows of one batch, in the order of the input, as often as they are asked for.
pub trait RowSource {
    /// Hands over every row, from the first; stops early where the visitor breaks.
    ///
    /// # Errors
    /// If the rows can't be read.
    fn visit(&self, visitor: &mut Visitor<'_>) -> Result<(), Box<dyn Error + Send + Sync>>;
}

impl RowSource for [StoredRow] {
    fn visit(&self, visitor: &mut Visitor<'_>) -> Result<(), Box<dyn Error + Send + Sync>> {
        let _ = self.iter().cloned().map(KeptRow::from).try_for_each(visitor);
        Ok(())
    }
}

impl RowSource for Vec<StoredRow> {
    fn visit(&self, visitor: &mut Visitor<'_>) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.as_slice().visit(visitor)
    }
}

/// A source made of a function, such as a query of the journal.
pub struct FromFn<F>(pub F);

impl<F, E> RowSource for FromFn<F>
where
    F: Fn(&mut Visitor<'_>) -> Result<(), E>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    fn visit(&self, visitor: &mut Visitor<'_>) -> Result<(), Box<dyn Error + Send + Sync>> {
        (self.0)(visitor).map_err(Into::into)
    }
}

/// Hands every row to a writer that can fail, with what it wants of it, and makes sure that each comes once and
/// in order.
///
/// The writer works in a thread of its own: to fetch a row takes about as long as to read and write it.
///
/// Returns how many there were.
///
/// # Errors
/// What the source or the writer failed with, or [`ReportError::OutOfOrder`].
pub fn for_each_row(rows: &dyn RowSource, wanted: Wanted, write: &mut Writer<'_>) -> Result<u64, ReportError> {
    thread::scope(|scope| {
        let (mut to, pages) = Pages::new();
        let writer = thread::Builder::new()
            .name("results".to_owned())
            .spawn_scoped(scope, move || write_all(pages, wanted, write))
            .map_err(ReportError::Thread)?;
        let visited = rows.visit(&mut |row| {
            let weight = row.weight();
            to.push(row, weight).map_or_else(|_| ControlFlow::Break(()), ControlFlow::Continue)
        });
        // A writer that has ended says itself why.
        let _ = to.end();
        let written = writer.join().unwrap_or_else(|panic| resume_unwind(panic));
        visited.map_err(ReportError::Rows)?;
        written
    })
}

fn write_all(pages: Taken<KeptRow>, wanted: Wanted, write: &mut Writer<'_>) -> Result<u64, ReportError> {
    let mut count = 0;
    let mut last = None;
    pages.try_for_each(|page| {
        page.iter_mut().try_for_each(|row| {
            in_order(last, row.ordinal())?;
            row.show(wanted, &mut *write).map_err(|error| ReportError::Rows(error.into()))??;
            last = Some(row.ordinal());
            count += 1;
            Ok(())
        })
    })?;
    Ok(count)
}

fn in_order(last: Option<u64>, found: u64) -> Result<(), ReportError> {
    match last {
        Some(after) if found <= after => Err(ReportError::OutOfOrder { after, found }),
        _ => Ok(()),
    }
}
