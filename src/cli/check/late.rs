//! What is known of a row only once all are read, or once the platform was asked.
//!
//! What the other rows say is made as it is asked for and never stands in a list: a sheet of a
//! million repeated rows has a finding for each.

use crate::model::Finding;
use crate::reader::cross_row::CrossRow;

/// What is known late of a row.
#[derive(Debug, Clone)]
pub enum Late {
    /// What the other rows say.
    Cross(CrossRow),
    /// What the platform says.
    Platform {
        /// Which row, counted from 0 over all inputs.
        row: u64,
        /// A problem, or a warning.
        is_problem: bool,
        /// What.
        finding: Finding,
    },
}

impl Late {
    /// Which row it is about, counted from 0 over all inputs.
    pub fn row(&self) -> u64 {
        match self {
            Self::Cross(found) => u64::from(found.ordinal),
            Self::Platform { row, .. } => *row,
        }
    }
}

/// Both in the order of the rows, which each of them has.
pub fn in_order(of_rows: impl Iterator<Item = CrossRow>, of_platform: Vec<Late>) -> impl Iterator<Item = Late> {
    let (mut of_rows, mut of_platform) = (of_rows.map(Late::Cross).peekable(), of_platform.into_iter().peekable());
    std::iter::from_fn(move || match (of_rows.peek(), of_platform.peek()) {
        (Some(one), Some(other)) if other.row() < one.row() => of_platform.next(),
        (Some(_), _) => of_rows.next(),
        (None, _) => of_platform.next(),
    })
}
