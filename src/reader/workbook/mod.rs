//! Workbooks: their bounds, their sheets, their cells.
//!
//! XLSX streams. The other formats are read whole, under a limit that is checked before the
//! library that reads them sees the file.

mod archive;
mod cells;
mod extent;
mod guard;
mod image;
mod rows;
mod scan;
mod sheets;

use std::fs::File;
use std::io::BufReader;

use calamine::{Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::error::Unreadable;
use super::front::ReadOptions;
use super::kind::Kind;
use super::reading::RawRows;
use archive::Format;
use guard::Guarded;

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
    Xlsb(Box<Xlsb<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
    Ods(Box<Ods<BufReader<File>>>),
}

impl Workbook {
    /// Opens a workbook, within its bounds.
    pub(crate) fn open(mut file: File, kind: Kind) -> Result<Self, Unreadable> {
        let format = match kind {
            Kind::Compound => archive::check_compound(&mut file)?,
            Kind::Zip | Kind::Text => archive::check_zip(&mut file)?,
        };
        contained(|| Self::of(file, format))
    }

    fn of(file: File, format: Format) -> Result<Self, Unreadable> {
        let buffered = |file| BufReader::with_capacity(64 * 1024, file);
        let (sheets, is_1904, book) = match format {
            Format::Xlsx => {
                let (guarded, verdict) = Guarded::new(file)?;
                let book = Xlsx::new(guarded).map_err(|error| verdict.or(cells::xlsx_error(error)))?;
                verdict.sheets_begin();
                (book.sheets_metadata().to_vec(), book.has_1904_epoch(), Book::Xlsx(Box::new(book), verdict))
            }
            Format::Xlsb => {
                let book = Xlsb::new(buffered(file)).map_err(cells::damaged)?;
                (book.sheets_metadata().to_vec(), book.has_1904_epoch(), Book::Xlsb(Box::new(book)))
            }
            Format::Xls => {
                let book = Xls::new(buffered(file)).map_err(cells::xls_error)?;
                (book.sheets_metadata().to_vec(), book.has_1904_epoch(), Book::Xls(Box::new(book)))
            }
            Format::Ods => {
                let book = Ods::new(buffered(file)).map_err(cells::ods_error)?;
                (book.sheets_metadata().to_vec(), false, Book::Ods(Box::new(book)))
            }
        };
        Ok(Self { sheets: sheets.into_iter().map(info).collect(), is_1904, book })
    }

    /// True if its days are counted from 1904.
    pub(crate) fn is_1904(&self) -> bool {
        self.is_1904
    }

    /// The name of the sheet that is meant.
    pub(crate) fn choose(&mut self, options: &ReadOptions) -> Result<String, Unreadable> {
        sheets::choose(self, options)
    }

    /// The rows of a sheet.
    pub(crate) fn rows(&mut self, sheet: &str) -> Result<Box<dyn RawRows + '_>, Unreadable> {
        contained(|| rows::open(&mut self.book, self.is_1904, sheet))
    }
}

fn info(sheet: Sheet) -> SheetInfo {
    SheetInfo {
        name: sheet.name,
        is_visible: sheet.visible == SheetVisible::Visible,
        holds_cells: sheet.typ == SheetType::WorkSheet,
    }
}

/// Runs the library that reads workbooks. It was written for files that programs wrote; what it
/// didn't foresee in a damaged one ends that file, not the program.
fn contained<T>(work: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Unreadable::Damaged("its parts contradict each other".to_owned())))
}
