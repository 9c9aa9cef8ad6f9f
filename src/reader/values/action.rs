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
    let is_in = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_in(&ENABLE) { Some(Action::Enable) } else { is_in(&DISABLE).then_some(Action::Disable) }
}
