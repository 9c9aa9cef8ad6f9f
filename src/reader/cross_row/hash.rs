//! What stands for names and wishes in a record.

use std::hash::{DefaultHasher, Hash};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::model::Schedule;

pub(super) fn hash_normal(name: &str, state: &mut DefaultHasher) {
    if is_nfc_quick(name.chars()) == IsNormalized::Yes {
        name.hash(state);
    } else {
        name.nfc().collect::<String>().hash(state);
    }
}

/// Upper case first, so that a letter with several forms (ß, ς) has one.
pub(super) fn hash_folded(name: &str, state: &mut DefaultHasher) {
    let folded: String = if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        name.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
    };
    folded.hash(state);
}

/// What the platform gets; when it is past doesn't matter.
pub(super) fn hash_schedule(schedule: &Schedule, state: &mut DefaultHasher) {
    match schedule {
        Schedule::Disable => false.hash(state),
        Schedule::Enable { window, recurrence } => (true, window.start, window.end, recurrence).hash(state),
    }
}
