//! The one integration test binary.

#![allow(unreachable_pub, reason = "a test binary has no outside")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by them")]
#![allow(clippy::print_stderr, reason = "a seed is for the tester")]

mod attack;
mod cli;
mod engine;
mod histories;
mod imports;
mod main_job;
mod platform;
mod reader;
mod readme;
mod report;
mod samples;
mod server;
mod simulator;
mod tools;
