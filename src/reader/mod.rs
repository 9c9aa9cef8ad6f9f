//! From a file as people write it to rows: schedules, or all of their problems.

pub mod front;

pub use front::{DateOrder, Delimiter, FieldColumn, Input, InputHeader, ReadError, ReadOptions, RowSink};
