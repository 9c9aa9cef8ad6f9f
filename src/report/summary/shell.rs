//! A word of a command line as it can be pasted into a shell.
//!
//! What a terminal can't show as it is (control characters, those that turn the direction of
//! writing, bytes that are no text) is written as an escape that the shell undoes: `$'\x1b'`, which
//! bash, zsh and ksh know.

use std::ffi::OsStr;
use std::fmt::Write as _;

use crate::model::visible::on_terminal;

/// The word, with quotes where it needs them.
pub fn word(text: &OsStr) -> String {
    match text.to_str() {
        Some(text) if on_terminal(text) == text => of_text(text),
        _ if cfg!(windows) => of_text(&text.to_string_lossy()),
        _ => of_bytes(text.as_encoded_bytes()),
    }
}

fn of_text(text: &str) -> String {
    let is_plain =
        |character: char| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '/' | '\\' | ':');
    // A backslash is a letter of a path on Windows alone.
    let is_plain = |character: char| is_plain(character) && (cfg!(windows) || character != '\\');
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else if cfg!(windows) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// Byte by byte, since a character that isn't shown may be of several.
fn of_bytes(bytes: &[u8]) -> String {
    let mut out = "$'".to_owned();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let shown = character.to_string();
            match character {
                '\'' | '\\' => out.extend(['\\', character]),
                _ if on_terminal(&shown) == shown => out.push(character),
                _ => escape(shown.as_bytes(), &mut out),
            }
        }
        escape(chunk.invalid(), &mut out);
    }
    out.push('\'');
    out
}

/// Three octal digits: unlike the other escapes they end by themselves, whatever follows.
fn escape(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        // A string takes whatever is written to it.
        let _ = write!(out, "\\{byte:03o}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_can_be_pasted() {
        assert_eq!(word("q1/Größe.csv".as_ref()), "q1/Größe.csv");
        #[cfg(not(windows))]
        for (path, pasted) in [
            ("Bob's list.csv", "'Bob'\\''s list.csv'"),
            ("a\\b", "'a\\b'"),
            ("", "''"),
            ("~", "'~'"),
            ("a\nb'\\\u{1b}1\u{202e}", "$'a\\012b\\'\\\\\\0331\\342\\200\\256'"),
        ] {
            assert_eq!(word(path.as_ref()), pasted);
        }
    }
}
