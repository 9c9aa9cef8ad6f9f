//! How high a row of a workbook must be for text that is wrapped in its cells. Not every program fits a row to
//! its text when it opens a workbook, and the lines of one that it doesn't fit lie upon those of the next.

/// The height of a row of one line, in points.
const LINE_HEIGHT: u32 = 15;

/// The height in points for these texts, each in a column so many characters wide.
pub(super) fn height_of<'text>(cells: impl IntoIterator<Item = (&'text str, u32)>) -> u32 {
    LINE_HEIGHT * cells.into_iter().map(|(text, width)| lines_of(text, width)).max().unwrap_or(1)
}

/// How many lines a text takes that is wrapped at spaces, in letters that may be wider than the usual.
fn lines_of(text: &str, width: u32) -> u32 {
    let room = width * 9 / 10;
    let (mut lines, mut used) = (1, 0);
    for word in text.split(' ') {
        let length = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
        if used > 0 && length.saturating_add(used + 1) > room {
            lines += 1;
            used = 0;
        }
        // A word longer than a line is broken.
        lines += (length.max(1) - 1) / room;
        used += length % room + u32::from(used > 0);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_as_many_lines_as_its_words_need() {
        let places = ["../samples/campaigns.xlsx:Campaigns:12"; 5].join(", ");
        let counted = [("", 60), ("short", 60), (&*places, 60), (&"x".repeat(100), 50), ("one two three", 10)];
        assert_eq!(counted.map(|(text, width)| lines_of(text, width)), [1, 1, 5, 3, 2]);
    }
}
