//! The text of an interval as words.

/// A text as words and marks; spaces and a full stop are only ends of words. Several full stops stand for something
/// that was left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(super) fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.trim_start_matches(|c: char| is_between(c) || c == '.');
        let passed = &self.rest[..self.rest.len() - text.len()];
        if passed.matches('.').count() > 1 {
            self.rest = text;
            return Some(passed.trim_matches(is_between));
        }
        let first = text.chars().next()?;
        let end = if first.is_alphabetic() {
            text.find(|c: char| !c.is_alphabetic())
        } else if first.is_ascii_digit() {
            self.number_end(text)
        } else {
            Some(first.len_utf8())
        };
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest;
        Some(if matches!(first, '\u{2010}'..='\u{2015}' | '\u{2212}') { "-" } else { word })
    }

    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let before = *self;
        let found = self.next().is_some_and(|word| words.iter().any(|w| w.eq_ignore_ascii_case(word)));
        if !found {
            *self = before;
        }
        found
    }

    /// True if the next word is one of these.
    pub(super) fn is_next(&self, words: &[&str]) -> bool {
        let mut rest = *self;
        rest.eat(words)
    }

    pub(super) fn eat_any(&mut self, words: &[&str]) {
        while self.eat(words) {}
    }

    /// Takes two full stops or more, as in `Mon..Fri`.
    pub(super) fn eat_dots(&mut self) -> bool {
        let before = *self;
        let are_dots = self.next().is_some_and(|word| word.len() > 1 && word.bytes().all(|byte| byte == b'.'));
        if !are_dots {
            *self = before;
        }
        are_dots
    }

    pub(super) fn is_at_end(&self) -> bool {
        let mut rest = *self;
        rest.next().is_none()
    }

    /// Where a number ends: with its decimals, and with the letters of `2nd` but not of `2w`.
    fn number_end(self, text: &str) -> Option<usize> {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let letters = text[end..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - end);
        let is_ordinal = ["st", "nd", "rd", "th"].iter().any(|th| th.eq_ignore_ascii_case(&text[end..end + letters]));
        Some(if is_ordinal { end + letters } else { end })
    }
}

fn is_between(character: char) -> bool {
    crate::model::cell::is_blank_character(character)
}
