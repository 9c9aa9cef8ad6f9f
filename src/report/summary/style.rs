//! How a summary is laid out and coloured.

use crate::model::Status;

/// The lines that any screen has, and the most that a summary fills.
pub(super) const HEIGHTS: (usize, usize) = (24, 40);

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub colour: bool,
    /// How many characters a line holds; the text is wrapped there, paths and commands aren't.
    pub width: usize,
    /// How many lines the screen holds.
    pub height: usize,
}

impl Style {
    /// Without colour, 80 wide: for logs and for programs.
    pub const PLAIN: Self = Self { colour: false, width: 80, height: HEIGHTS.0 };

    fn paint(self, text: &str, code: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.paint(text, "1")
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.paint(text, "2")
    }

    pub(super) fn status(self, status: Status, text: &str) -> String {
        let code = match status {
            Status::Scheduled | Status::Disabled | Status::Unchanged => "32",
            Status::Invalid | Status::Rejected | Status::Failed => "31",
            Status::Unknown | Status::Pending => "33",
        };
        self.paint(text, code)
    }
}
