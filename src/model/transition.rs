//! The life of a row.
