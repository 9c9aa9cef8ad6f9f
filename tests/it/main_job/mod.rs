//! The test that matters most: the real binary, sent at the simulator with the sample sheets, and
//! every row of its results held against what the simulator saw.

mod again;
mod once;
mod refused;
mod sheets;
mod stage;

pub use stage::{Stage, copy_samples};
