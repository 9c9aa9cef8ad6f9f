//! From the journal to what people open: results, rejects, the report, the summary, the template.
//!
//! The command line calls it at the end of every command that has a batch, and once more for
//! `report`. Everything is written from the journal alone, never from what a run remembers: so a
//! file that is written again after a kill says the same as one that was written in time.
//!
//! What must stay true:
//! * every row of the batch stands exactly once, in the order of the input, in a results file;
//! * a file appears complete or not at all ([`atomic`]);
//! * rows stream: a writer holds one row, and of all rows only counts and a bounded number of
//!   examples ([`causes`]);
//! * nothing that comes from a sheet or from the platform can act: not as a formula, not as markup,
//!   not as an escape sequence of the terminal.
//!
//! | file | says |
//! |---|---|
//! | [`source`] | where rows come from, as often as they are asked for |
//! | [`layout`] | the columns of a results file, the union of all inputs' |
//! | [`cells`] | a row's own cells as the results show them |
//! | [`columns`] | what the results add to a row |
//! | [`results`] | the results and rejects as CSV and XLSX |
//! | [`atomic`] | whole files or none |
//! | [`outputs`] | what is checked about outputs before any call |
//! | [`causes`] | what did not make it, grouped by what is wrong |
//! | [`summary`] | the end of a run, as JSON and as text for people |
//! | [`html`] | the report for a browser |
//! | [`template`] | the starter sheet |
//! | `wrapping` | how high a row of a workbook must be for its text |
//! | `windows` | how many calls lie in any window of a quota |
//! | [`metrics`] | the sums of a sitting, for monitoring |

pub mod atomic;
pub mod causes;
pub mod cells;
pub mod columns;
pub mod html;
pub mod layout;
pub mod metrics;
pub mod outputs;
pub mod results;
pub mod source;
pub mod summary;
pub mod template;
mod windows;
mod wrapping;

use std::error::Error;
use std::io;
use std::path::PathBuf;

pub use crate::model::visible;
pub use atomic::Written;
pub use source::RowSource;
pub use summary::Summary;

/// Why a file couldn't be written. The file that stood there before, if any, is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The journal gave no more rows.
    #[error("the rows of the batch can't be read from the journal")]
    Rows(#[source] Box<dyn Error + Send + Sync>),
    /// The system has no thread left.
    #[error("no thread can be started to write rows")]
    Thread(#[source] io::Error),
    /// The journal gave a row twice or out of order.
    #[error("the journal gave row number {found} of the batch after row number {after}")]
    OutOfOrder {
        /// The ordinal of the row before.
        after: u64,
        /// The ordinal of this one.
        found: u64,
    },
    /// The file system said no.
    #[error("\"{}\" can't be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What it said.
        #[source]
        source: io::Error,
    },
    /// The workbook can't hold it.
    #[error("\"{}\" can't be written as a workbook: {reason}", path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What the writer of workbooks said.
        reason: String,
    },
}
