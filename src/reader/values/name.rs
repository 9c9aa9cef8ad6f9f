//! Campaign names and stream ids.
//!
//! A name is sent as the sheet has it: the platform looks the campaign up by it, so nothing but
//! the ends is touched, and what a person can't see is at least said.

use crate::model::cell::shortest;
use crate::model::{CampaignName, Cell, Code, StreamId};

use super::spot::{Content, Notes, Spot, is_invisible, quote};

/// The longest name that the platform takes for campaigns created through its API.
const LONGEST_NAME: usize = 48;

/// What to do about a stream id that is none.
const NOT_A_STREAM: &str =
    "write the id alone, such as st-0603182c-7ffb-53c3, or leave the cell blank for the run's stream";

/// The largest room of a name that another takes over: memory must not grow with the longest ones.
const LARGEST_ROOM: usize = 256;

/// A name in the room of an earlier one.
pub(super) fn in_room(name: &str, room: Option<CampaignName>) -> CampaignName {
    let room = room.map(String::from).filter(|room| room.capacity() <= LARGEST_ROOM);
    let mut text = room.unwrap_or_default();
    text.clear();
    text.push_str(name);
    CampaignName::new(text)
}

/// The campaign's name; `None` if it is missing or a problem keeps it from being one.
pub(super) fn campaign(spot: Spot<'_>, room: Option<CampaignName>, notes: &mut Notes) -> Option<CampaignName> {
    let name = match spot.content(notes) {
        Content::Faulty => return None,
        Content::Blank => {
            notes.problems.push(spot.missing("write the campaign's name exactly as the platform shows it"));
            return None;
        }
        Content::Text(text) => {
            note_ends(spot, text, notes);
            in_room(text, room)
        }
        Content::Number(number) => {
            let digits = shortest(number);
            notes.warnings.push(spot.finding(
                Code::NameWasNumber,
                format!("the name is a number in the sheet, so it is sent as \"{digits}\""),
                "if the name has zeros in front or is longer, format the cell as text and type it again".to_owned(),
            ));
            CampaignName::new(digits)
        }
        Content::Date(_) | Content::Time(_) => {
            notes.problems.push(spot.finding(
                Code::NameIsDate,
                format!("the program that saved this turned the name into a date ({})", spot.quoted()),
                "format the cell as text and type the campaign's name again".to_owned(),
            ));
            return None;
        }
        Content::Bool(_) => {
            notes.problems.push(
                spot.wrong_type("a yes-or-no value", "format the cell as text and type the campaign's name again"),
            );
            return None;
        }
    };
    note_inside(spot, name.as_str(), notes);
    Some(name)
}

/// The row's own stream; blank means the run's.
pub(super) fn stream(spot: Spot<'_>, notes: &mut Notes) -> Option<StreamId> {
    let id = match spot.content(notes) {
        Content::Blank | Content::Faulty => return None,
        Content::Text(text) => text.to_owned(),
        Content::Number(number) => shortest(number),
        Content::Bool(_) | Content::Date(_) | Content::Time(_) => {
            notes.problems.push(spot.wrong_type("no text", "write the stream id, such as st-0603182c-7ffb-53c3"));
            return None;
        }
    };
    let stranger = id.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    if let Some(stranger) = stranger {
        notes.problems.push(spot.finding(
            Code::NotAStreamId,
            format!("{} is not a stream id: it holds {}", spot.quoted(), quote(&stranger.to_string())),
            NOT_A_STREAM.to_owned(),
        ));
        return None;
    }
    if matches!(id.as_str(), "." | "..") {
        notes.problems.push(spot.finding(
            Code::NotAStreamId,
            format!("{} is not a stream id", spot.quoted()),
            NOT_A_STREAM.to_owned(),
        ));
        return None;
    }
    Some(StreamId::new(id))
}

/// Warns if more than plain spaces was taken off the ends.
fn note_ends(spot: Spot<'_>, trimmed: &str, notes: &mut Notes) {
    let Cell::Text(whole) = spot.cell else { return };
    let is_guarded = whole.contains("=\"") && !trimmed.contains("=\"");
    if is_guarded || whole.len() == trimmed.len() || whole.trim_matches(' ').len() == trimmed.len() {
        return;
    }
    let ends = whole.split(trimmed).flat_map(str::chars);
    let example = ends.filter(|c| *c != ' ').map(|c| c.escape_unicode().to_string()).next().unwrap_or_default();
    notes.warnings.push(spot.finding(
        Code::InvisibleTrimmed,
        format!("invisible characters ({example}) at the ends of the name were left out"),
        "if the platform's name really has them, rename the campaign there; else nothing is to be done".to_owned(),
    ));
}

/// Looks for what nobody sees within the name, and at its length.
fn note_inside(spot: Spot<'_>, name: &str, notes: &mut Notes) {
    // Nearly all names are short and plain. All of their bytes are looked at, since several at a time are.
    let is_plain = name.bytes().fold(true, |is_plain, byte| is_plain & (b' '..=b'~').contains(&byte));
    if !(name.len() <= LONGEST_NAME && is_plain) {
        let control = name.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
        if let Some(control) = control {
            let what = if matches!(control, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
                "a line break".to_owned()
            } else {
                format!("a control character ({})", control.escape_unicode())
            };
            notes.problems.push(spot.finding(
                Code::ControlCharacter,
                format!("the name holds {what}: {}", spot.quoted()),
                "type the name again in one line".to_owned(),
            ));
        }
        if let Some(invisible) = name.chars().find(|c| is_invisible(*c)) {
            notes.warnings.push(spot.finding(
                Code::InvisibleInside,
                format!("the name holds an invisible character ({}), which is sent too", invisible.escape_unicode()),
                "if the platform doesn't find the campaign, type the name again by hand".to_owned(),
            ));
        }
        let characters = name.chars().count();
        if characters > LONGEST_NAME {
            notes.warnings.push(spot.finding(
                Code::NameTooLong,
                format!("the name has {characters} characters, and the platform creates names of 48 at most"),
                "check that it is the campaign's name as the platform shows it".to_owned(),
            ));
        }
    }
}
