//! From a file as people write it to rows: schedules, or all of their problems.

pub mod columns;
pub mod cross_row;
pub mod front;
pub mod values;

pub use front::{DateOrder, Delimiter, FieldColumn, Input, InputHeader, ReadError, ReadOptions, RowSink};
