//! What fuzzing found and what it started from, read again: none of it may panic, hang, or break what
//! must be true of every reading. The targets are in `tests/fuzz`.

use std::path::Path;

use super::fuzzed;

fn replay(target: &str, judge: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let is_fine = std::panic::catch_unwind(|| judge(&bytes)).is_ok();
        assert!(is_fine, "{}", path.display());
        count += 1;
    }
    assert!(count > 10, "the corpus of {target} has {count} inputs");
}

#[test]
fn texts() {
    replay("text", fuzzed::text);
}

#[test]
fn workbooks() {
    replay("workbook", fuzzed::workbook);
}

#[test]
fn dates() {
    replay("date", fuzzed::date);
}

#[test]
fn intervals() {
    replay("interval", fuzzed::interval);
}
