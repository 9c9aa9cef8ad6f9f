//! Remarks in brackets, and whether one says the contrary of the header's name.

use super::super::values::action_word;
use crate::model::{Action, Field};

/// What stands in brackets in a header.
pub(super) fn remarks(header: &str) -> impl Iterator<Item = &str> {
    header.split(['(', '[', '{']).skip(1).filter_map(|rest| rest.split([')', ']', '}']).next())
}

/// True if a remark says that the column holds other days than those on which to run, or no action that is to be taken
/// as it stands: `Days (excluded)`, `Action (done)`, `Enabled (1 = no)`.
pub(super) fn says_otherwise(field: Field, header: &str) -> bool {
    remarks(header).any(|remark| {
        let all = words(remark);
        match field {
            Field::Days => is_of_the_past(&all) || leaves_out(&all) || denies(&all),
            Field::Action => is_of_the_past(&all) || is_contrary(remark, &all),
            _ => false,
        }
    })
}

/// True of words that leave out what the column holds: in `Days (except holidays)` are those on which to run.
pub(crate) fn leaves_out(words: &[String]) -> bool {
    const BEGINNINGS: [&str; 6] = ["excl", "except", "exempt", "skip", "omit", "ausgenommen"];
    const WORDS: [&str; 8] = ["without", "quiet", "closed", "blocked", "blackout", "avoid", "ohne", "außer"];
    is_about_column(words, |word| {
        WORDS.contains(&word) || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
    })
}

/// A header's words in lower case; an apostrophe belongs to its word.
pub(crate) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace(['\'', '\u{2019}'], "");
    lower.split(|character: char| !character.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// True of words that speak of what was, and of nothing else: `(last updated in May)` is about the sheet.
fn is_of_the_past(words: &[String]) -> bool {
    const PAST: [&str; 11] =
        ["already", "done", "taken", "completed", "previous", "previously", "prior", "former", "old", "last", "alt"];
    !words.is_empty() && words.iter().all(|word| PAST.contains(&word.as_str()))
}

const NO: [&str; 9] = ["no", "not", "non", "never", "dont", "off", "nicht", "kein", "keine"];

/// True of a `no` that is about what the column holds, and not about how it is filled in.
fn denies(words: &[String]) -> bool {
    is_about_column(words, |word| NO.contains(&word))
}

/// True of a word that stands last, or before what the column holds: `do not call on these`, but neither `skip if daily`
/// nor `do not edit`.
fn is_about_column(words: &[String], is_it: impl Fn(&str) -> bool) -> bool {
    const BETWEEN: [&str; 8] = ["to", "be", "on", "any", "the", "these", "this", "all"];
    const HELD: [&str; 13] = [
        "day", "days", "call", "calls", "called", "calling", "run", "runs", "running", "send", "sending", "taken",
        "used",
    ];
    words.iter().enumerate().any(|(at, word)| {
        let mut after = words[at + 1..].iter().map(String::as_str).filter(|word| !BETWEEN.contains(word));
        is_it(word) && after.next().is_none_or(|word| HELD.contains(&word))
    })
}

/// True of `1 = off` and `not to be taken`, and neither of `1 = on, 0 = off` nor of `yes / no`.
fn is_contrary(remark: &str, all: &[String]) -> bool {
    let parts = remark.split([',', ';', '/', '|', '\n', '\r']).flat_map(|part| part.split(" and "));
    let pairs: Vec<(Action, Action)> = parts.filter_map(pair).collect();
    if !pairs.is_empty() || remark.contains('=') {
        return pairs.iter().any(|(said, meant)| said != meant);
    }
    let is_choice = all.iter().any(|word| action_word(word) == Some(Action::Enable));
    (leaves_out(all) || denies(all)) && !is_choice
}

/// An action word and the one that it is said to stand for, as in `1 = off` and `0: yes`.
fn pair(part: &str) -> Option<(Action, Action)> {
    let part = part.trim();
    let (said, meant) = part.split_at(part.find(|character: char| !character.is_alphanumeric())?);
    let is_said = meant.contains(['=', ':', '\u{2192}']) || said.bytes().all(|byte| byte.is_ascii_digit());
    let meant = words(meant);
    let (said, meant) = (action_word(said)?, off(&meant).or_else(|| action_word(meant.first()?))?);
    is_said.then_some((said, meant))
}

/// Disable, if words say so that no cell may hold.
fn off(meant: &[String]) -> Option<Action> {
    const OFF: [&str; 6] = ["paused", "stopped", "suspended", "hold", "cancelled", "archived"];
    let is_off = |word: &String| OFF.contains(&word.as_str()) || NO.contains(&word.as_str());
    meant.iter().any(is_off).then_some(Action::Disable)
}

#[cfg(test)]
mod tests {
    use super::super::meaning;
    use super::*;

    #[test]
    fn a_remark_may_say_the_contrary_of_a_name() {
        for header in [
            "Days (excluded)",
            "Days (excl.)",
            "Days (off)",
            "Days [except]",
            "Days (do not call)",
            "Days (don't call)",
            "Weekdays (no calls)",
            "Run on (not)",
            "Days (old)",
            "On/Off (1 = off)",
            "On/Off (off = 1)",
            "Enabled (0 = yes, 1 = no)",
            "Enabled (0: yes; 1: no)",
            "Enabled (0 yes, 1 no)",
            "Enabled (0=on, 1=off)",
            "Enabled (1 = not any more)",
            "Enabled (y = on hold)",
            "Action (done)",
            "Action (previous)",
            "Action (not to be taken)",
            "Action (already taken)",
            "Days (do not call on these)",
        ] {
            assert_eq!(meaning(header), None, "{header}");
        }
        for (header, field) in [
            ("Days (Mon-Fri, no weekends)", Field::Days),
            ("Days (except holidays)", Field::Days),
            ("Days (leave empty if not weekly)", Field::Days),
            ("Days (M = Monday)", Field::Days),
            ("Enabled (1 = yes, 0 = no)", Field::Action),
            ("On/Off (1 = on, 0 = off)", Field::Action),
            ("Enabled (0 = not running)", Field::Action),
            ("Enable (yes/no)", Field::Action),
            ("Enabled (on - off)", Field::Action),
            ("Action (blank = no change)", Field::Action),
            ("Action (enable, or off if not needed)", Field::Action),
            ("Start (not before)", Field::Start),
            ("Action (to be taken)", Field::Action),
            ("Action (do not edit)", Field::Action),
            ("Action (last updated 3 Feb)", Field::Action),
            ("Action (omit to enable)", Field::Action),
            ("Action (skip = no change)", Field::Action),
            ("Action (enable/disable/skip)", Field::Action),
            ("Action (without abbreviations)", Field::Action),
            ("Enabled (do not edit)", Field::Action),
            ("Days (skip if daily)", Field::Days),
            ("Days (not for daily)", Field::Days),
            ("Days (do not edit)", Field::Days),
            ("Days (last updated in May)", Field::Days),
            ("Days (separate by / without spaces)", Field::Days),
            ("Weekdays (Mon to Sun, no dates)", Field::Days),
        ] {
            assert_eq!(meaning(header).map(|meaning| meaning.field), Some(field), "{header}");
        }
    }
}
