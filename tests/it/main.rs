//! The one integration test binary.

#![allow(unreachable_pub, reason = "a test binary has no outside")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by them")]

mod cli;
mod engine;
mod imports;
mod main_job;
mod platform;
mod reader_files;
mod readme;
mod report;
mod samples;
