//! The rows of a table one after the other, wherever they come from.

use super::error::Unreadable;
use super::merged::MergedCells;

/// The rows of a table, from its first to its last: as lines (`RawRow`), or looked at (`Row`).
pub(crate) trait Rows<R> {
    /// Reads the next one into the room of an earlier one; false at the end. Numbers grow from row to
    /// row.
    fn next_row(&mut self, row: &mut R) -> Result<bool, Unreadable>;

    /// The merged cells among them, once all were read.
    fn merged(&mut self) -> MergedCells {
        MergedCells::default()
    }

    /// The next one, lent where it lies: in `room`, if it isn't kept elsewhere.
    fn lend_row<'a>(&'a mut self, room: &'a mut R) -> Result<Option<&'a mut R>, Unreadable> {
        Ok(self.next_row(room)?.then_some(room))
    }
}

impl<R, T: Rows<R> + ?Sized> Rows<R> for Box<T> {
    fn next_row(&mut self, row: &mut R) -> Result<bool, Unreadable> {
        self.as_mut().next_row(row)
    }

    fn merged(&mut self) -> MergedCells {
        self.as_mut().merged()
    }
}
