//! How large the parts of an XML document are that a parser must hold whole.
//!
//! A scan, not a parse: it follows tags, quotes, comments and CDATA sections as the parser behind
//! it does, keeps a few bytes of each tag, and stops at the first bound that is overstepped. What
//! isn't well-formed is left to the parser to complain about. One thing it wouldn't complain of is looked at
//! here: a cell that names its text by anything but digits would silently get the first of all texts.

mod bounds;
mod merged;
mod tags;
#[cfg(test)]
mod tests;

pub(super) use bounds::Bounds;
pub(super) use merged::FindMerged;

use crate::reader::error::Unreadable;
use bounds::{DEEPEST, LONGEST_PIECE};
use tags::{KEPT, declared_strings, is_shared_text, local_name, text_length, whole_tag};

/// Whether the rest matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    More,
    Enough,
}

/// What the scan stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After `<`.
    Opening,
    /// In a tag, and in a quoted value of it.
    Tag(Option<u8>),
    /// In a comment, a CDATA section or an instruction, up to these bytes.
    Special(&'static [u8]),
}

/// Looks at a document, piece after piece, for the first bound that it oversteps.
pub(super) struct Scan<'a> {
    bounds: &'a Bounds,
    total: u64,
    state: State,
    piece: u64,
    cell: Option<u64>,
    /// The cell at hand names its text by a number.
    is_shared: bool,
    /// What is read is that number.
    in_index: bool,
    depth: u64,
    tags: u64,
    strings: u64,
    /// The tag at hand without its angle brackets, cut at [`KEPT`].
    tag: Vec<u8>,
    last: u8,
    /// The last three bytes of a special piece.
    tail: [u8; 3],
}

impl<'a> Scan<'a> {
    /// Before a document.
    pub(super) fn new(bounds: &'a Bounds) -> Self {
        Self {
            bounds,
            total: 0,
            state: State::Text,
            piece: 0,
            cell: None,
            is_shared: false,
            in_index: false,
            depth: 0,
            tags: 0,
            strings: 0,
            tag: Vec::with_capacity(KEPT),
            last: 0,
            tail: [0; 3],
        }
    }

    /// Looks at the next piece.
    pub(super) fn read(&mut self, mut bytes: &[u8]) -> Result<Progress, Unreadable> {
        self.total += bytes.len() as u64;
        if self.total > self.bounds.total.0 {
            return Err(self.bounds.overstepped());
        }
        while let Some(&first) = bytes.first() {
            if self.state == State::Text {
                let length = text_length(bytes);
                if self.in_index && !bytes[..length].iter().all(u8::is_ascii_digit) {
                    return Err(not_an_index());
                }
                self.grow(length as u64)?;
                bytes = &bytes[length..];
                if !bytes.is_empty() {
                    bytes = &bytes[1..];
                    self.begin();
                }
                continue;
            }
            let progress = match (self.state == State::Opening).then(|| whole_tag(bytes)).flatten() {
                Some(tag) => {
                    bytes = &bytes[tag.len() + 1..];
                    self.grow(tag.len() as u64 + 1)?;
                    self.tag_ended(tag, tag.ends_with(b"/"))?
                }
                None => {
                    bytes = &bytes[1..];
                    self.grow(1)?;
                    self.byte(first)?
                }
            };
            if progress == Progress::Enough {
                return Ok(Progress::Enough);
            }
        }
        Ok(Progress::More)
    }

    /// Counts bytes of the piece at hand, and of the cell around it.
    fn grow(&mut self, by: u64) -> Result<(), Unreadable> {
        self.piece += by;
        if let Some(cell) = &mut self.cell {
            *cell += by;
        }
        if self.piece > self.bounds.piece || self.cell.is_some_and(|cell| cell > LONGEST_PIECE) {
            return Err(Unreadable::TooLarge {
                part: format!("a cell or another piece of {}", self.bounds.part),
                limit: if self.bounds.piece > LONGEST_PIECE { "16 MiB" } else { "4 MiB" },
                other_format: false,
            });
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.state = State::Opening;
        self.piece = 0;
        self.cell = self.cell.map(|cell| cell + 1);
        self.tag.clear();
        self.last = 0;
    }

    fn end(&mut self) {
        self.state = State::Text;
        self.piece = 0;
    }

    fn byte(&mut self, byte: u8) -> Result<Progress, Unreadable> {
        match self.state {
            State::Opening if byte == b'?' => {
                self.tail = [0; 3];
                self.state = State::Special(b"?>");
            }
            State::Opening | State::Tag(None) if byte == b'>' => {
                let tag = std::mem::take(&mut self.tag);
                let progress = self.tag_ended(&tag, self.last == b'/');
                self.tag = tag;
                return progress;
            }
            State::Opening | State::Tag(None) => self.in_tag(byte),
            State::Tag(Some(quote)) => {
                if byte == quote {
                    self.state = State::Tag(None);
                }
                self.keep(byte);
            }
            State::Special(_) if self.in_index => return Err(not_an_index()),
            State::Special(end) => {
                self.tail = [self.tail[1], self.tail[2], byte];
                if self.tail.ends_with(end) {
                    self.end();
                }
            }
            State::Text => {}
        }
        Ok(Progress::More)
    }

    fn in_tag(&mut self, byte: u8) {
        self.keep(byte);
        let is_end_tag = self.tag.first() == Some(&b'/');
        let is_quote = matches!(byte, b'"' | b'\'') && !is_end_tag;
        self.state = State::Tag(is_quote.then_some(byte));
        self.tail = [0; 3];
        match self.tag.as_slice() {
            b"!--" => self.state = State::Special(b"-->"),
            b"![CDATA[" => self.state = State::Special(b"]]>"),
            _ => {}
        }
    }

    fn keep(&mut self, byte: u8) {
        self.last = byte;
        if self.tag.len() < KEPT {
            self.tag.push(byte);
        }
    }

    /// A tag without its angle brackets, cut at [`KEPT`]; `is_empty` if a slash stands at its end.
    fn tag_ended(&mut self, tag: &[u8], is_empty: bool) -> Result<Progress, Unreadable> {
        let is_end = tag.first() == Some(&b'/');
        self.tags += 1;
        if self.tags > self.bounds.tags {
            return Err(self.bounds.too_large("1,000,000 entries"));
        }
        let name = local_name(tag);
        if is_end && !self.bounds.last.is_empty() && name == self.bounds.last {
            return Ok(Progress::Enough);
        }
        if name == b"c" && self.bounds.has_cells {
            let begins = !is_end && !is_empty;
            self.cell = begins.then_some(0);
            self.is_shared = begins && is_shared_text(tag);
        }
        self.in_index = self.is_shared && name == b"v" && !is_end && !is_empty;
        if self.bounds.strings > 0 && !is_end {
            self.strings += u64::from(name == b"si");
            let declared = if name == b"sst" { declared_strings(tag) } else { 0 };
            if self.strings.max(declared) > self.bounds.strings {
                return Err(self.bounds.too_large("4 million strings"));
            }
        }
        if is_end {
            self.depth = self.depth.saturating_sub(1);
        } else if !is_empty {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(Unreadable::Damaged(format!("{} is nested without end", self.bounds.part)));
            }
        }
        self.end();
        Ok(Progress::More)
    }
}

fn not_an_index() -> Unreadable {
    Unreadable::Damaged("a cell names its shared text by something that is no number".to_owned())
}
