//! How large a document and its pieces may be.

use crate::reader::error::Unreadable;

const MIB: u64 = 1024 * 1024;

/// Bounds of one document.
#[derive(Debug, Clone)]
pub(in crate::reader::workbook) struct Bounds {
    /// What the document is, in words.
    pub(super) part: &'static str,
    /// The whole document, in bytes, and in words.
    pub(super) total: (u64, &'static str),
    /// One tag, comment or piece of text, or one cell with all that is in it; in bytes.
    pub(super) piece: u64,
    /// How many tags.
    pub(super) tags: u64,
    /// How many shared strings.
    pub(super) strings: u64,
    /// True if it has cells.
    pub(super) has_cells: bool,
    /// The tag behind whose end nothing is read; empty if all is.
    pub(super) last: &'static [u8],
}

/// The longest piece of a sheet: far more than a cell may hold, however it is formatted.
pub(super) const LONGEST_PIECE: u64 = 4 * MIB;
/// The deepest nesting: far more than any part has.
pub(super) const DEEPEST: u64 = 256;

impl Bounds {
    /// A sheet.
    pub(in crate::reader::workbook) const SHEET: Self = Self {
        part: "the sheet",
        // What an archive of the first version can say of a part's size.
        total: (4095 * MIB, "4 GiB"),
        piece: LONGEST_PIECE,
        tags: u64::MAX,
        strings: 0,
        has_cells: true,
        last: b"sheetData",
    };
    /// The shared strings.
    pub(in crate::reader::workbook) const STRINGS: Self = Self {
        part: "the list of shared strings",
        total: (128 * MIB, "128 MiB"),
        piece: 128 * MIB,
        tags: u64::MAX,
        strings: 4_000_000,
        has_cells: false,
        last: b"sst",
    };
    /// Styles, relations and the list of sheets.
    pub(in crate::reader::workbook) const OTHER: Self = Self {
        part: "the list of styles or sheets",
        total: (64 * MIB, "64 MiB"),
        piece: 16 * MIB,
        tags: 1_000_000,
        strings: 0,
        has_cells: false,
        last: b"",
    };

    /// True if the document is short enough to be inflated twice.
    pub(in crate::reader::workbook) fn is_short(&self) -> bool {
        self.last.is_empty()
    }

    /// What is left of the bound of the whole, once so much was read.
    pub(in crate::reader::workbook) fn left(&self, read: u64) -> u64 {
        self.total.0.saturating_sub(read)
    }

    /// The whole is too large.
    pub(in crate::reader::workbook) fn overstepped(&self) -> Unreadable {
        self.too_large(self.total.1)
    }

    pub(super) fn too_large(&self, limit: &'static str) -> Unreadable {
        Unreadable::TooLarge { part: self.part.to_owned(), limit, other_format: false }
    }
}
