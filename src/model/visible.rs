//! Control characters made visible.
//!
//! What the platform says, and what stands in a sheet, may hold escape sequences that would move a
//! terminal's cursor, or line breaks that would fake a line of output. Each becomes `\u{1b}` and
//! the like: harmless, and still telling.

use std::borrow::Cow;

/// The text with every control character as a visible escape: fit for files.
pub fn in_file(text: &str) -> Cow<'_, str> {
    escape(text, char::is_control)
}

/// The same, and the characters that turn the direction of writing too: fit for a terminal.
pub fn on_terminal(text: &str) -> Cow<'_, str> {
    escape(text, |character| character.is_control() || is_bidirectional_control(character))
}

/// A character that changes the direction in which its neighbours are shown.
pub fn is_bidirectional_control(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The first so many characters, with `…` where some are left off.
pub fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some(_) => {
            let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
            short.push('…');
            Cow::Owned(short)
        }
        None => Cow::Borrowed(text),
    }
}

fn escape(text: &str, is_dangerous: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_dangerous(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_line_breaks_are_shown_not_run() {
        assert_eq!(in_file("\u{1b}[2Jgone\r\nfake"), "\\u{1b}[2Jgone\\u{d}\\u{a}fake");
        assert_eq!(in_file("\u{9b}0m\u{7f}"), "\\u{9b}0m\\u{7f}");
        assert_eq!(in_file("Größe \u{202e}"), "Größe \u{202e}");
        assert_eq!(on_terminal("x\u{202e}txt"), "x\\u{202e}txt");
    }

    #[test]
    fn long_text_is_cut_by_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
