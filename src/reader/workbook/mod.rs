//! Workbooks: their bounds, their sheets, their cells.
//!
//! XLSX streams. The other formats are held whole, under a limit that is checked before the
//! library that reads them sees the file.
//!
//! | file | does |
//! |---|---|
//! | `archive` | what a file is, and whether it keeps within bounds |
//! | `guard`, `scan` | the bounds of an XLSX, part by part as the library reads it |
//! | `xls`, `binary` | XLS and XLSB made safe and whole for the library |
//! | `open_document` | ODS, read here |
//! | `sheets`, `rows`, `cells` | which sheet is meant, its rows, its cells |
//! | `ahead` | cells parsed in a thread of their own while others are dealt with |

mod ahead;
mod archive;
mod binary;
mod cells;
mod guard;
mod image;
mod open_document;
mod rows;
mod scan;
mod sheets;
mod xls;

use std::fs::File;
use std::io::Cursor;

use calamine::{Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::columns::RawRow;
use super::contained::contained;
use super::error::Unreadable;
use super::front::ReadOptions;
use super::kind::Kind;
use super::rows::Rows;
use archive::Format;
use binary::MergedBySheet;
use guard::Guarded;
use open_document::Document;
pub(crate) use sheets::Chosen;

/// An open workbook.
pub(crate) struct Workbook {
    sheets: Vec<SheetInfo>,
    is_1904: bool,
    book: Book,
}

/// A sheet, as the tabs of the user's program show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetInfo {
    pub(crate) name: String,
    pub(crate) is_visible: bool,
    pub(crate) holds_cells: bool,
}

enum Book {
    Xlsx(Box<Xlsx<Guarded>>, guard::Verdict),
    Xlsb(Box<Xlsb<Cursor<Vec<u8>>>>, MergedBySheet),
    Xls(Box<Xls<Cursor<Vec<u8>>>>),
    Document(Document),
}

impl Book {
    /// Who knows, behind the last row of a sheet, which of its cells are merged.
    fn verdict(&self, sheet: &str) -> Option<guard::Verdict> {
        match self {
            Self::Xlsx(_, verdict) => Some(verdict.clone()),
            Self::Xlsb(_, merged) => merged.get(sheet).cloned().map(guard::Verdict::on),
            Self::Xls(_) | Self::Document(_) => None,
        }
    }
}

impl Workbook {
    /// Opens a workbook, within its bounds.
    pub(crate) fn open(mut file: File, kind: Kind) -> Result<Self, Unreadable> {
        if kind == Kind::Compound {
            let bytes = archive::compound(&mut file)?;
            return contained(|| Self::of_xls(&bytes));
        }
        match archive::check_zip(&mut file)? {
            Format::Xlsx => contained(|| Self::of_xlsx(file)),
            Format::Xlsb => contained(|| Self::of_xlsb(&mut file)),
            Format::Ods => Self::of_document(&mut file),
        }
    }

    fn of_xlsx(file: File) -> Result<Self, Unreadable> {
        let (guarded, verdict) = Guarded::new(file)?;
        let book = Xlsx::new(guarded).map_err(|error| verdict.or(cells::xlsx_error(error)))?;
        verdict.sheets_begin();
        let (sheets, is_1904) = (infos(book.sheets_metadata()), book.has_1904_epoch());
        Ok(Self { sheets, is_1904, book: Book::Xlsx(Box::new(book), verdict) })
    }

    fn of_xlsb(file: &mut File) -> Result<Self, Unreadable> {
        let (archive, merged) = binary::rewritten(file)?;
        let book = Xlsb::new(archive).map_err(cells::damaged)?;
        let (sheets, is_1904) = (infos(book.sheets_metadata()), book.has_1904_epoch());
        Ok(Self { sheets, is_1904, book: Book::Xlsb(Box::new(book), merged) })
    }

    fn of_xls(bytes: &[u8]) -> Result<Self, Unreadable> {
        let book = Xls::new(xls::made_safe(bytes)?).map_err(cells::xls_error)?;
        let (sheets, is_1904) = (infos(book.sheets_metadata()), book.has_1904_epoch());
        Ok(Self { sheets, is_1904, book: Book::Xls(Box::new(book)) })
    }

    fn of_document(file: &mut File) -> Result<Self, Unreadable> {
        let document = Document::open(archive::open_document(file)?)?;
        Ok(Self { sheets: document.sheets(), is_1904: document.is_1904(), book: Book::Document(document) })
    }

    /// True if its days are counted from 1904.
    pub(crate) fn is_1904(&self) -> bool {
        self.is_1904
    }

    /// The sheet that is meant.
    pub(crate) fn choose(&mut self, options: &ReadOptions) -> Result<Chosen, Unreadable> {
        sheets::choose(self, options)
    }

    /// True if it can be read while it is parsed; the others are held whole.
    pub(crate) const fn streams(&self) -> bool {
        matches!(self.book, Book::Xlsx(..) | Book::Xlsb(..))
    }

    /// The rows of a sheet of a workbook that streams, parsed in a thread of its own.
    pub(crate) fn rows_ahead(self, sheet: String) -> Result<impl Rows<RawRow>, Unreadable> {
        ahead::begin(self, sheet)
    }

    /// The rows of a sheet.
    pub(crate) fn rows(&mut self, sheet: &str) -> Result<Box<dyn Rows<RawRow> + '_>, Unreadable> {
        contained(|| rows::open(&mut self.book, self.is_1904, sheet))
    }
}

fn infos(sheets: &[Sheet]) -> Vec<SheetInfo> {
    let info = |sheet: &Sheet| SheetInfo {
        name: sheet.name.clone(),
        is_visible: sheet.visible == SheetVisible::Visible,
        holds_cells: sheet.typ == SheetType::WorkSheet,
    };
    sheets.iter().map(info).collect()
}
