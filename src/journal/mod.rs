//! The durable record of batches, rows and calls.

pub mod record;

pub use record::{BatchRecord, StoredRow};
