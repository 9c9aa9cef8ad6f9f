//! How large the parts of an XML document are that a parser must hold whole.
//!
//! A scan, not a parse: it follows tags, quotes, comments and CDATA sections as the parser behind
//! it does, keeps a few bytes of each tag, and stops at the first bound that is overstepped. What
//! isn't well-formed is left to the parser to complain about.

use crate::reader::error::Unreadable;

const MIB: u64 = 1024 * 1024;

/// Bounds of one document.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// What the document is, in words.
    part: &'static str,
    /// The whole document, in bytes, and in words.
    total: (u64, &'static str),
    /// One tag, comment or piece of text, or one cell with all that is in it; in bytes.
    piece: u64,
    /// How many tags.
    tags: u64,
    /// How many shared strings.
    strings: u64,
    /// True if nothing is read behind the end of the cells.
    ends_with_cells: bool,
}

/// The longest piece of a sheet: far more than a cell may hold, however it is formatted.
const LONGEST_PIECE: u64 = 4 * MIB;
/// The deepest nesting: far more than any part has.
const DEEPEST: u64 = 256;
/// What is kept of a tag.
const KEPT: usize = 4096;
/// Text so short is looked through without further ado.
const SHORT: usize = 16;

impl Bounds {
    /// A sheet.
    pub(super) const SHEET: Self = Self {
        part: "the sheet",
        // What an archive of the first version can say of a part's size.
        total: (4095 * MIB, "4 GiB"),
        piece: LONGEST_PIECE,
        tags: u64::MAX,
        strings: 0,
        ends_with_cells: true,
    };
    /// The shared strings.
    pub(super) const STRINGS: Self = Self {
        part: "the list of shared strings",
        total: (128 * MIB, "128 MiB"),
        piece: 128 * MIB,
        tags: u64::MAX,
        strings: 4_000_000,
        ends_with_cells: false,
    };
    /// Styles, relations and the list of sheets.
    pub(super) const OTHER: Self = Self {
        part: "the list of styles or sheets",
        total: (64 * MIB, "64 MiB"),
        piece: 16 * MIB,
        tags: 1_000_000,
        strings: 0,
        ends_with_cells: false,
    };

    fn too_large(&self, limit: &'static str) -> Unreadable {
        Unreadable::TooLarge { part: self.part.to_owned(), limit, other_format: false }
    }
}

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
            return Err(self.bounds.too_large(self.bounds.total.1));
        }
        while let Some(&first) = bytes.first() {
            if self.state == State::Text {
                let length = text_length(bytes);
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
        if is_end && name == b"sheetData" && self.bounds.ends_with_cells {
            return Ok(Progress::Enough);
        }
        if name == b"c" && self.bounds.ends_with_cells {
            self.cell = (!is_end && !is_empty).then_some(0);
        }
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

/// How long the text before the next tag is. Most is a number or nothing at all.
fn text_length(bytes: &[u8]) -> usize {
    let near = &bytes[..bytes.len().min(SHORT)];
    match near.iter().position(|byte| *byte == b'<') {
        Some(length) => length,
        None => memchr::memchr(b'<', bytes).unwrap_or(bytes.len()),
    }
}

/// The tag that begins here without its angle brackets, if it ends here too and nothing in it needs
/// a closer look: nearly every tag of a sheet. They are short, and to look at one byte after the other
/// is faster than to search for each mark.
fn whole_tag(bytes: &[u8]) -> Option<&[u8]> {
    let near = &bytes[..bytes.len().min(KEPT)];
    let is_end_tag = match near.first()? {
        b'!' | b'?' => return None,
        first => *first == b'/',
    };
    let mut has_pairs = true;
    for (end, byte) in near.iter().enumerate() {
        match byte {
            b'>' => return (is_end_tag || has_pairs).then(|| &near[..end]),
            b'"' => has_pairs = !has_pairs,
            b'\'' if !is_end_tag => return None,
            _ => {}
        }
    }
    None
}

/// The name of a tag without `/` and prefix.
fn local_name(tag: &[u8]) -> &[u8] {
    let tag = tag.strip_prefix(b"/").unwrap_or(tag);
    let mut begin = 0;
    for (end, byte) in tag.iter().enumerate() {
        match byte {
            b':' if begin == 0 => begin = end + 1,
            b'/' => return &tag[begin..end],
            byte if byte.is_ascii_whitespace() => return &tag[begin..end],
            _ => {}
        }
    }
    &tag[begin..]
}

/// The number of strings that the list says it has: the parser makes room for so many at once.
fn declared_strings(tag: &[u8]) -> u64 {
    if tag.len() >= KEPT {
        return u64::MAX;
    }
    let text = String::from_utf8_lossy(tag);
    let Some((_, after)) = text.split_once("uniqueCount") else { return 0 };
    let digits: String = after
        .chars()
        .skip_while(|character| character.is_whitespace() || matches!(character, '=' | '"' | '\''))
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found whole is found piecemeal too.
    fn checked(text: &str, bounds: &Bounds) -> Result<(), Unreadable> {
        let whole = scanned(text, text.len().max(1), bounds);
        if text.len() < 100_000 {
            for length in 1..5 {
                assert_eq!(scanned(text, length, bounds).is_ok(), whole.is_ok(), "{text} by {length}");
            }
        }
        whole
    }

    fn scanned(text: &str, length: usize, bounds: &Bounds) -> Result<(), Unreadable> {
        let mut scan = Scan::new(bounds);
        for piece in text.as_bytes().chunks(length) {
            if scan.read(piece)? == Progress::Enough {
                break;
            }
        }
        Ok(())
    }

    fn small() -> Bounds {
        Bounds { piece: 40, ..Bounds::SHEET }
    }

    #[test]
    fn a_piece_has_bounds_on_both_sides_wherever_it_stands() {
        for (before, after) in [("<c><v>", "</v></c>"), ("<c r=\"", "\"></c>"), ("<!--", "-->"), ("<![CDATA[", "]]>")] {
            let text = |length: usize| format!("<a>{before}{}{after}</a>", "x".repeat(length));
            assert!(checked(&text(25), &small()).is_ok(), "{before}");
            let error = checked(&text(41), &small()).unwrap_err();
            assert!(matches!(error, Unreadable::TooLarge { .. }), "{before}: {error}");
        }
    }

    #[test]
    fn tags_within_a_comment_or_a_quote_are_no_tags() {
        let tags = "<b><b>".repeat(10);
        for text in [format!("<!--{tags}-->"), format!("<![CDATA[{tags}]]>"), format!("<c r=\"{tags}\">")] {
            assert!(matches!(checked(&text, &small()), Err(Unreadable::TooLarge { .. })), "{text}");
        }
    }

    #[test]
    fn a_cell_is_measured_with_all_that_is_in_it() {
        let run = "<r><t>x</t></r>";
        let cell = |times: usize| format!("<x:c t=\"inlineStr\"><is>{}</is></x:c>", run.repeat(times));
        let limit = usize::try_from(LONGEST_PIECE).unwrap() / run.len();
        assert!(checked(&cell(limit - 2), &Bounds::SHEET).is_ok());
        assert!(matches!(checked(&cell(limit + 1), &Bounds::SHEET), Err(Unreadable::TooLarge { .. })));
        let many = "<c><v>1</v></c>".repeat(limit + 1);
        assert!(checked(&many, &Bounds::SHEET).is_ok());
    }

    #[test]
    fn nesting_and_numbers_have_bounds() {
        assert!(checked(&"<a>".repeat(256), &Bounds::SHEET).is_ok());
        assert!(matches!(checked(&"<a>".repeat(257), &Bounds::SHEET), Err(Unreadable::Damaged(_))));
        assert!(checked(&"<a/><b></b>".repeat(300), &Bounds::SHEET).is_ok());
        let few = Bounds { strings: 3, ..Bounds::STRINGS };
        assert!(checked(&format!("<sst uniqueCount=\"3\">{}</sst>", "<si/>".repeat(3)), &few).is_ok());
        assert!(checked(&format!("<sst>{}</sst>", "<si/>".repeat(4)), &few).is_err());
        assert!(checked("<sst uniqueCount = '4'>", &few).is_err());
        assert!(checked("<sst uniqueCount='99999999999999999999999'>", &few).is_err());
    }

    #[test]
    fn what_stands_behind_the_cells_is_not_read() {
        let text = format!("<sheetData></sheetData>{}", "<a>".repeat(1000));
        assert!(checked(&text, &Bounds::SHEET).is_ok());
    }

    #[test]
    fn the_whole_has_bounds_on_both_sides() {
        let bounds = Bounds { total: (10, "10 bytes"), ..Bounds::SHEET };
        assert!(checked("<a></a>123", &bounds).is_ok());
        assert!(matches!(checked("<a></a>1234", &bounds), Err(Unreadable::TooLarge { limit: "10 bytes", .. })));
    }
}
