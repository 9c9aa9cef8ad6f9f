//! Cuts a written date into numbers, words and marks, without allocating.

/// More tokens than any date has; what is longer is no date.
const MOST_TOKENS: usize = 32;

/// A piece of a written date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// A run of digits; the value saturates.
    Number { value: u32, digits: usize },
    /// A run of letters.
    Word(&'a str),
    /// Anything else but spaces; dashes of all kinds are `-`.
    Mark(char),
    /// Spaces of any kind, one or many.
    Space,
    /// Nothing more.
    End,
}

/// The tokens of a text, and how far they have been read.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    tokens: [Token<'a>; MOST_TOKENS],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Cuts up a text; `None` if it is longer than any date.
    pub(super) fn new(text: &'a str) -> Option<Self> {
        let mut tokens = [Token::End; MOST_TOKENS];
        let mut count = 0;
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (token, length) = cut(rest, first);
            *tokens.get_mut(count)? = token;
            count += 1;
            rest = &rest[length..];
        }
        (count < MOST_TOKENS).then_some(Self { tokens, at: 0 })
    }

    /// The token so many places ahead.
    pub(super) fn peek(&self, ahead: usize) -> Token<'a> {
        self.tokens.get(self.at + ahead).copied().unwrap_or(Token::End)
    }

    /// Goes on by so many tokens.
    pub(super) fn advance(&mut self, by: usize) {
        self.at += by;
    }

    /// Passes over spaces; true if there were any.
    pub(super) fn spaces(&mut self) -> bool {
        let found = self.peek(0) == Token::Space;
        self.at += usize::from(found);
        found
    }

    /// Passes over a mark if it is next.
    pub(super) fn mark(&mut self, mark: char) -> bool {
        let found = self.peek(0) == Token::Mark(mark);
        self.at += usize::from(found);
        found
    }

    /// Passes over a word if it is next, whatever its case.
    pub(super) fn word(&mut self, words: &[&str]) -> bool {
        let found = matches!(self.peek(0), Token::Word(word) if words.iter().any(|w| w.eq_ignore_ascii_case(word)));
        self.at += usize::from(found);
        found
    }

    /// A number of at least and at most so many digits.
    pub(super) fn number(&mut self, digits: std::ops::RangeInclusive<usize>) -> Option<u32> {
        match self.peek(0) {
            Token::Number { value, digits: count } if digits.contains(&count) => {
                self.at += 1;
                Some(value)
            }
            _ => None,
        }
    }

    /// Where it stands, to come [back to](Self::back_to).
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Goes back to where it stood.
    pub(super) fn back_to(&mut self, position: usize) {
        self.at = position;
    }

    /// True if nothing more follows.
    pub(super) fn is_at_end(&self) -> bool {
        self.peek(0) == Token::End
    }
}

fn cut(text: &str, first: char) -> (Token<'_>, usize) {
    let run = |is: fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    if first.is_ascii_digit() {
        let digits = run(|c| c.is_ascii_digit());
        let value = text[..digits]
            .bytes()
            .fold(0u32, |value, digit| value.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
        (Token::Number { value, digits }, digits)
    } else if crate::model::cell::is_blank_character(first) {
        (Token::Space, run(crate::model::cell::is_blank_character))
    } else if first.is_alphabetic() {
        let letters = run(char::is_alphabetic);
        (Token::Word(&text[..letters]), letters)
    } else {
        let mark = if matches!(first, '\u{2010}'..='\u{2015}' | '\u{2212}') { '-' } else { first };
        (Token::Mark(mark), first.len_utf8())
    }
}
