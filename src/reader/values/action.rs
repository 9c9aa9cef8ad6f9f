//! The action words: enable or disable.
//!
//! Yes and no count only under a header that asks for them, such as `Enabled`. Under `Action` a `no` may
//! mean that there is nothing to do, and taken for disable it would take the schedule away.

use crate::model::{Action, Code};

use super::spot::{Content, Notes, Spot};

/// What says enable under any header, and what does where the header asks for yes or no.
const ENABLE: [&str; 7] = ["enable", "enabled", "on", "schedule", "scheduled", "activate", "active"];
const YES: [&str; 4] = ["yes", "y", "true", "1"];
/// The same for disable.
const DISABLE: [&str; 6] = ["disable", "disabled", "off", "unschedule", "deactivate", "inactive"];
const NO: [&str; 4] = ["no", "n", "false", "0"];

/// What a cell says.
struct Said {
    action: Action,
    /// True if they answer a question, which the header may not have asked.
    is_answer: bool,
}

/// The row's action, enable where the cell is blank; `None` if the cell has a problem.
pub(super) fn action(spot: Spot<'_>, header_asks: bool, notes: &mut Notes) -> Option<Action> {
    let said = match spot.content(notes) {
        Content::Blank => return Some(Action::Enable),
        Content::Faulty => return None,
        Content::Bool(_) | Content::Number(_) => said(&spot.cell.display()),
        Content::Text(text) => said(text),
        Content::Date(_) | Content::Time(_) => None,
    };
    let message = match said {
        Some(said) if header_asks || !said.is_answer => return Some(said.action),
        Some(_) => format!("{} answers a question, and an action is enable or disable", spot.quoted()),
        None => format!("{} is neither enable nor disable", spot.quoted()),
    };
    let hint = "write enable or disable; blank means enable".to_owned();
    notes.problems.push(spot.finding(Code::NotAnAction, message, hint));
    None
}

/// What a word says where the header asks for it.
pub(crate) fn action_word(text: &str) -> Option<Action> {
    said(text).map(|said| said.action)
}

fn said(text: &str) -> Option<Said> {
    let lists: [(&[&str], Action, bool); 4] = [
        (&ENABLE, Action::Enable, false),
        (&DISABLE, Action::Disable, false),
        (&YES, Action::Enable, true),
        (&NO, Action::Disable, true),
    ];
    let is_in = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    let found = lists.into_iter().find(|(words, ..)| is_in(words));
    found.map(|(_, action, is_answer)| Said { action, is_answer })
}
