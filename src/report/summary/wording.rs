//! Words that summaries and reports share.

use crate::model::Status;

/// What a status means, for people who have not read about it.
pub const fn meaning(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "the platform accepted the schedule",
        Status::Disabled => "the platform took the schedule away",
        Status::Unchanged => "the platform has it so already, nothing to send",
        Status::Invalid => "something in the row is wrong, so it was not sent",
        Status::Rejected => "the platform said no",
        Status::Failed => "given up; nothing took effect",
        Status::Unknown => "given up; it may or may not have taken effect",
        Status::Pending => "not done yet when the run stopped",
    }
}

/// `1 row`, `2 rows`.
pub fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A span of time as people say it: `4.2 s`, `2 min 1 s`, `1 h 5 min`.
pub fn span(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round();
    let (minutes, rest) = ((whole / 60.0).floor(), whole % 60.0);
    let (large, small) = if whole < 60.0 {
        (String::new(), (whole, "s"))
    } else if minutes < 60.0 {
        (format!("{minutes:.0} min"), (rest, "s"))
    } else {
        (format!("{:.0} h", (minutes / 60.0).floor()), (minutes % 60.0, "min"))
    };
    let small = if small.0 > 0.0 { format!("{:.0} {}", small.0, small.1) } else { String::new() };
    format!("{large} {small}").trim().to_owned()
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
    fn spans_are_said_as_people_say_them() {
        let said = [0.04, 9.94, 59.6, 121.4, 3_900.0].map(span);
        assert_eq!(said, ["0.0 s", "9.9 s", "1 min", "2 min 1 s", "1 h 5 min"]);
    }

    #[test]
    fn text_is_wrapped_at_spaces_and_words_stay_whole() {
        assert_eq!(wrapped("one two three", 9, "  "), "one two\n  three");
        assert_eq!(wrapped("unbreakable", 4, ""), "unbreakable");
    }
}
