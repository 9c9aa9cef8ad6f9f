//! Where rows come from.
//!
//! A batch can have a million rows, so they are never all in memory: a source hands them over one
//! by one, and starts over for each file. It is a trait of this module, not the journal's front,
//! since a writer needs nothing else of the journal, and tests have rows without one.

use std::error::Error;
use std::ops::ControlFlow;

use super::ReportError;
use crate::journal::StoredRow;

/// What takes a row; it breaks where it can take no more.
pub type Visitor<'a> = dyn FnMut(StoredRow) -> ControlFlow<()> + 'a;

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
        let _ = self.iter().cloned().try_for_each(visitor);
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

/// Hands every row to a writer that can fail, and makes sure that each comes once and in order.
///
/// Returns how many there were.
///
/// # Errors
/// What the source or the writer failed with, or [`ReportError::OutOfOrder`].
pub fn for_each_row(
    rows: &dyn RowSource,
    write: &mut dyn FnMut(&StoredRow) -> Result<(), ReportError>,
) -> Result<u64, ReportError> {
    let mut count = 0;
    let mut last = None;
    let mut failure = None;
    rows.visit(&mut |row| {
        let result = in_order(last, row.ordinal).and_then(|()| write(&row));
        last = Some(row.ordinal);
        count += 1;
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    })
    .map_err(ReportError::Rows)?;
    failure.map_or(Ok(count), Err)
}

fn in_order(last: Option<u64>, found: u64) -> Result<(), ReportError> {
    match last {
        Some(after) if found <= after => Err(ReportError::OutOfOrder { after, found }),
        _ => Ok(()),
    }
}
