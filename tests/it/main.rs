//! The one integration test binary.

mod cli;
mod imports;
mod samples;
