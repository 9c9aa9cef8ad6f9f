//! The HTTP client against raw sockets: what leaves, to the byte, and what becomes of every way in
//! which an answer can go wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

mod bytes;
mod faults;
mod not_sent;
mod server;
mod shared_connection;
mod tls;
