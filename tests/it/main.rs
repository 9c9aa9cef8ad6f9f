//! The one integration test binary.

#![allow(unreachable_pub, reason = "a test binary has no outside")]

mod engine;
