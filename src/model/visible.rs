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

/// The same for a text of several lines, which the program itself broke.
pub fn lines_on_terminal(text: &str) -> Cow<'_, str> {
    escape(text, |character| (character.is_control() && character != '\n') || is_bidirectional_control(character))
}

/// JSON that means the same, with these characters as escapes: it may go to a terminal too. Outside
/// of strings JSON has none of them, and those of ASCII its writer has escaped already.
pub fn in_json(json: &str) -> Cow<'_, str> {
    let is_dangerous =
        |c: char| (c.is_control() && !c.is_ascii_control()) || c == '\u{7f}' || is_bidirectional_control(c);
    if json.is_ascii() && !json.contains('\u{7f}') || !json.contains(is_dangerous) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 8);
    for character in json.chars() {
        if is_dangerous(character) {
            // All of them are of the first plane, so one escape is enough.
            out.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
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
    fn json_means_the_same_with_its_characters_escaped() {
        let value = serde_json::json!({ "a": "\u{1b}\u{9b}x\u{202e}\u{7f}\"\u{2069}Größe" });
        let json = value.to_string();
        let shown = in_json(&json);
        assert!(!shown.chars().any(|c| c.is_control() || is_bidirectional_control(c)), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn long_text_is_cut_by_characters() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äö…");
    }
}
