//! Which row is the header, and which column means what.
//!
//! Called with the first rows of every input, and of every sheet that may be meant. The first row
//! that has all required columns is the header (with the row below it, if that one parts its dates);
//! where none has, the row that comes closest is named in the error, since that is the one its owner
//! must mend. Columns are found by `--map` first, then by a field's own name, then by a synonym.
//!
//! | file | says |
//! |---|---|
//! | `candidate` | what the cells of one row would mean as a header |
//! | `find` | which row it is |
//! | `columns` | which column each field has, or why that can't be said |
//! | `unread` | which columns look as if they were meant, and are not read |

mod candidate;
mod columns;
mod find;
mod unread;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::columns::Columns;

pub(crate) use find::{best_score, columns as columns_of, find, head, last_row};

/// A header that was found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Its row, as the user's program shows it.
    pub(crate) row: u32,
    /// What its columns mean.
    pub(crate) columns: Arc<Columns>,
    /// What is suspicious about it.
    pub(crate) warnings: Vec<String>,
}
