//! What people open at the end: files and summaries, as they look.

mod bounded;
mod browser;
mod csv;
mod fixture;
mod html;
mod summary;
mod template;
mod xlsx;
