//! What stands for names and wishes in a record.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::NaiveDateTime;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::model::{Recurrence, Schedule};

pub(super) fn hash_normal(name: &str, state: &mut DefaultHasher) {
    if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        name.hash(state);
    } else {
        name.nfc().collect::<String>().hash(state);
    }
}

/// Upper case first, so that a letter with several forms (ß, ς) has one. `room` is any string.
pub(super) fn hash_folded(name: &str, room: &mut String, state: &mut DefaultHasher) {
    room.clear();
    if name.is_ascii() {
        room.push_str(name);
        room.make_ascii_lowercase();
    } else {
        room.extend(name.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase));
    }
    room.hash(state);
}

/// What the platform gets; when it is past doesn't matter.
pub(super) fn hash_schedule(schedule: &Schedule, state: &mut DefaultHasher) {
    match schedule {
        Schedule::Disable => state.write_u8(0),
        Schedule::Enable { window, recurrence } => {
            let (weeks, every, days) = match recurrence {
                Recurrence::Daily(days) => (0, *days, 0),
                Recurrence::Weekly(weeks, days) => (1, *weeks, days.bits()),
            };
            // One piece: the hasher takes long over many small ones.
            let mut bytes = [0; 24];
            bytes[..8].copy_from_slice(&seconds(window.start));
            bytes[8..16].copy_from_slice(&seconds(window.end));
            bytes[16..20].copy_from_slice(&every.to_le_bytes());
            bytes[20..22].copy_from_slice(&[weeks, days]);
            state.write(&bytes);
        }
    }
}

fn seconds(digits: NaiveDateTime) -> [u8; 8] {
    digits.and_utc().timestamp().to_le_bytes()
}
