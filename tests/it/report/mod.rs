//! What people open at the end: files and summaries, as they look.

#![expect(clippy::unwrap_used, reason = "what a test is built of may fail the test")]

mod csv;
mod fixture;
mod html;
mod summary;
mod template;
mod xlsx;
