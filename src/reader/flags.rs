//! Flags as hints propose them: a word of a shell, whatever the column or the sheet is called.

use std::fmt::Display;

/// `--map 'field=Column'`.
pub(super) fn map(field: impl Display, column: &str) -> String {
    format!("--map {}", quoted(&format!("{field}={column}")))
}

/// `--sheet 'Name'`.
pub(super) fn sheet(name: &str) -> String {
    format!("--sheet {}", quoted(name))
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apostrophe_ends_no_word() {
        assert_eq!(map("start", "Owner's start"), r"--map 'start=Owner'\''s start'");
        assert_eq!(sheet("Q1"), "--sheet 'Q1'");
    }
}
