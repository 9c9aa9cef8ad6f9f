#![no_main]

#[path = "../../it/reader/fuzzed/mod.rs"]
#[allow(dead_code, unused_imports, reason = "each target needs one of the judges")]
mod judge;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| judge::text(bytes));
