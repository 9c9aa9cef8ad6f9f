//! The paths that a source file names.

use std::collections::BTreeSet;

use super::strip::is_word;

/// What stands after `crate::`, after the crate's own name, or after enough `super::` to leave the
/// crate's modules: the first segment, or the first segments of a group.
pub(super) fn modules_named(text: &str, modules: &[String]) -> BTreeSet<String> {
    let words = tokens(text);
    let mut found = BTreeSet::new();
    for at in 0..words.len() {
        if at > 0 && words[at - 1] == "::" {
            continue;
        }
        let root = match words[at].as_str() {
            "crate" | "campaign_scheduler" => Some(at + 1),
            "super" => after_supers(&words, at, modules.len()),
            _ => None,
        };
        if let Some(after) = root.filter(|after| words.get(*after).is_some_and(|word| word == "::")) {
            first_segments(&words[after + 1..], &mut found);
        }
    }
    found
}

/// True if the text names the library itself, not a module of ours that is called like it.
pub(super) fn names_library(text: &str, library: &str) -> bool {
    let words = tokens(text);
    let mut is_in_our_use = false;
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "use" => {
                let root = words.get(at + 1).map(String::as_str);
                is_in_our_use = matches!(root, Some("crate" | "super" | "self" | "campaign_scheduler"));
            }
            ";" => is_in_our_use = false,
            _ => {}
        }
        let is_path = words.get(at + 1).is_some_and(|next| next == "::");
        let is_root = at == 0 || words[at - 1] != "::" || at == 1 || !words[at - 2].ends_with(is_word);
        if word == library && is_path && is_root && !is_in_our_use {
            return true;
        }
    }
    false
}

/// Words, `::`, and single marks.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        if !first.is_whitespace() {
            tokens.push(rest[..length].to_owned());
        }
        rest = &rest[length..];
    }
    tokens
}

/// Where a chain of `super` ends, if it leads to the crate's root from a module so deep.
fn after_supers(words: &[String], start: usize, depth: usize) -> Option<usize> {
    let mut at = start;
    let mut count = 1;
    while words.get(at + 1).is_some_and(|word| word == "::") && words.get(at + 2).is_some_and(|word| word == "super") {
        at += 2;
        count += 1;
    }
    (count >= depth).then_some(at + 1)
}

fn first_segments(words: &[String], found: &mut BTreeSet<String>) {
    match words.first().map(String::as_str) {
        Some("{") => {
            let mut depth = 0;
            let mut is_first = true;
            for word in words {
                match word.as_str() {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    "," if depth == 1 => is_first = true,
                    _ if depth == 1 && is_first => {
                        found.insert(word.clone());
                        is_first = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        Some(word) => {
            found.insert(word.to_owned());
        }
        None => {}
    }
}
