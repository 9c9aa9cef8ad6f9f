//! The action words: enable or disable.

use crate::model::{Action, Code};

use super::spot::{Content, Notes, Spot};

const ENABLE: [&str; 12] =
    ["enable", "enabled", "on", "yes", "y", "true", "schedule", "scheduled", "activate", "active", "start", "run"];
const DISABLE: [&str; 13] = [
    "disable",
    "disabled",
    "off",
    "no",
    "n",
    "false",
    "unschedule",
    "deactivate",
    "inactive",
    "stop",
    "cancel",
    "canceled",
    "cancelled",
];

/// The row's action, enable where the cell is blank; `None` if the cell has a problem.
pub(super) fn action(spot: Spot<'_>, notes: &mut Notes) -> Option<Action> {
    let read = match spot.content(notes) {
        Content::Blank => return Some(Action::Enable),
        Content::Faulty => return None,
        Content::Bool(true) => Some(Action::Enable),
        Content::Bool(false) => Some(Action::Disable),
        Content::Text(text) => from_word(text),
        Content::Number(_) | Content::Date(_) | Content::Time(_) => None,
    };
    if read.is_none() {
        notes.problems.push(spot.finding(
            Code::NotAnAction,
            format!("{} is neither enable nor disable", spot.quoted()),
            "write enable or disable; blank means enable".to_owned(),
        ));
    }
    read
}

fn from_word(text: &str) -> Option<Action> {
    let is = |word: &&str| word.eq_ignore_ascii_case(text);
    if ENABLE.iter().any(|word| is(word)) {
        Some(Action::Enable)
    } else if DISABLE.iter().any(|word| is(word)) {
        Some(Action::Disable)
    } else {
        None
    }
}
