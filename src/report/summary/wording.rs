//! Words that summaries and reports share.

use std::time::Duration;

use crate::model::Status;
use crate::model::words::span;

/// What a status means, for people who have not read about it.
pub const fn meaning(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "the platform accepted the schedule",
        Status::Disabled => "the platform took the schedule away",
        Status::Unchanged => "the platform accepted it before, nothing to send",
        Status::Invalid => "something in the row is wrong, so it was not sent",
        Status::Rejected => "the platform said no",
        Status::Failed => "given up; nothing took effect",
        Status::Unknown => "given up; it may or may not have taken effect",
        Status::Pending => "not done yet when the run stopped",
    }
}

/// How much of a sitting's time was such a wait, if enough to be worth a word. Without a quota of its own an account
/// waits where the platform says so.
pub fn waiting(waited: Duration, has_quota: bool) -> Option<String> {
    let what = if has_quota { "the quota" } else { "the platform's rate limit" };
    (waited >= Duration::from_secs(1)).then(|| format!(", {} of it waiting for {what}", span(waited)))
}

/// Breaks lines at spaces before the width; all but the first begin with the indent, whose length
/// the first line is taken to have too.
pub(super) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut column = indent.len();
    for (index, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if index > 0 && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        } else if index > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// The lines that a terminal of this width needs for a text.
pub(super) fn height(text: &str, width: usize) -> usize {
    text.lines().map(|line| line.chars().count().div_ceil(width).max(1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_spaces_and_words_stay_whole() {
        assert_eq!(wrapped("one two three", 9, "  "), "one two\n  three");
        assert_eq!(wrapped("unbreakable", 4, ""), "unbreakable");
    }
}
