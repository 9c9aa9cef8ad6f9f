//! What stands for names and wishes in a record.

use std::hash::{DefaultHasher, Hasher};

use chrono::NaiveDateTime;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::model::{Recurrence, Schedule};

/// A name as it is spelled.
pub(super) fn hash_normal(name: &str, state: &mut DefaultHasher) {
    if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        state.write(name.as_bytes());
    } else {
        state.write(name.nfc().collect::<String>().as_bytes());
    }
}

/// A name whatever its case, in its stream. Upper case first, so that a letter with several forms (ß,
/// ς) has one. `room` is any string: one piece is hashed, since the hasher takes long over many small
/// ones. No name holds the line break between the two.
pub(super) fn hash_folded(name: &str, stream: &str, room: &mut String, state: &mut DefaultHasher) {
    room.clear();
    if name.is_ascii() {
        room.push_str(name);
        room.make_ascii_lowercase();
    } else {
        room.extend(name.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase));
    }
    room.push('\n');
    room.push_str(stream);
    state.write(room.as_bytes());
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
