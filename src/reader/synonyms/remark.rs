//! Remarks in brackets, and whether one says the contrary of the header's name.

use super::super::values::{action_word, weekday};
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
            Field::Days => is_of_the_past(&all) || leaves_out(&all) || says_no(&all),
            Field::Action => is_of_the_past(&all) || leaves_out(&all) || is_contrary(remark, &all),
            _ => false,
        }
    })
}

/// True of words that leave something out which they don't name: in `Days (except holidays)` are those on which to run.
pub(crate) fn leaves_out(words: &[String]) -> bool {
    const BEGINNINGS: [&str; 6] = ["excl", "except", "exempt", "skip", "omit", "ausgenommen"];
    const WORDS: [&str; 8] = ["without", "quiet", "closed", "blocked", "blackout", "avoid", "ohne", "außer"];
    has_without_object(words, |word| {
        WORDS.contains(&word) || BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
    })
}

/// A header's words in lower case; an apostrophe belongs to its word.
pub(crate) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace(['\'', '\u{2019}'], "");
    lower.split(|character: char| !character.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn is_of_the_past(words: &[String]) -> bool {
    const PAST: [&str; 10] =
        ["done", "taken", "completed", "previous", "previously", "prior", "former", "old", "last", "alt"];
    words.iter().any(|word| PAST.contains(&word.as_str()))
}

/// True of a `no` that is about the column, and neither about how it is filled in nor about days that it names.
fn says_no(words: &[String]) -> bool {
    const NO: [&str; 9] = ["no", "not", "non", "never", "dont", "off", "nicht", "kein", "keine"];
    const OF_FILLING: [&str; 12] = [
        "if",
        "when",
        "needed",
        "required",
        "necessary",
        "mandatory",
        "blank",
        "empty",
        "change",
        "changed",
        "spaces",
        "abbreviations",
    ];
    !words.iter().any(|word| OF_FILLING.contains(&word.as_str()))
        && has_without_object(words, |word| NO.contains(&word))
}

fn has_without_object(words: &[String], is_it: impl Fn(&str) -> bool) -> bool {
    const DAYS: [&str; 8] = ["weekend", "weekends", "weekday", "weekdays", "holiday", "holidays", "public", "bank"];
    let is_day = |word: &String| weekday(word).is_some() || DAYS.contains(&word.as_str());
    words.iter().enumerate().any(|(at, word)| is_it(word) && !words.get(at + 1).is_some_and(is_day))
}

/// True of `1 = off` and `not to be taken`, and neither of `1 = on, 0 = off` nor of `yes / no`.
fn is_contrary(remark: &str, all: &[String]) -> bool {
    let parts = remark.split([',', ';', '/', '|', '\n', '\r']).flat_map(|part| part.split(" and "));
    let pairs: Vec<(Action, Action)> = parts.filter_map(pair).collect();
    if !pairs.is_empty() || remark.contains('=') {
        return pairs.iter().any(|(said, meant)| said != meant);
    }
    let is_choice = all.iter().any(|word| action_word(word) == Some(Action::Enable));
    says_no(all) && !is_choice
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
    (says_no(meant) || meant.iter().any(|word| OFF.contains(&word.as_str()))).then_some(Action::Disable)
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
        ] {
            assert_eq!(meaning(header).map(|meaning| meaning.field), Some(field), "{header}");
        }
    }
}
