//! What is checked about outputs before any call.
//!
//! An hour of calls whose results then have no place is the worst time to learn of a typing
//! mistake. So each folder is tried by writing to it, and each path is compared with the inputs and
//! the other outputs as the file system knows them, whatever way it was written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::{folder_of, real_path, without_path};
use super::results::Format;

/// How many rows a sheet of a workbook holds below its header.
pub const MOST_WORKBOOK_ROWS: u64 = 1_048_575;

/// How many columns a sheet of a workbook holds.
pub const MOST_WORKBOOK_COLUMNS: usize = 16_384;

/// Why an output can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Its folder isn't there.
    #[error("the folder of \"{}\" doesn't exist", .0.display())]
    NoFolder(PathBuf),
    /// Its folder can't be written.
    #[error("the folder of \"{}\" can't be written", path.display())]
    NotWritable {
        /// The output.
        path: PathBuf,
        /// What the file system said.
        #[source]
        source: io::Error,
    },
    /// Something that isn't a file stands there.
    #[error("\"{}\" isn't a file", .0.display())]
    NotAFile(PathBuf),
    /// It is one of the inputs.
    #[error("\"{}\" is an input", .0.display())]
    IsInput(PathBuf),
    /// It holds settings or credentials.
    #[error("\"{}\" holds settings or credentials", .0.display())]
    IsSetting(PathBuf),
    /// Two outputs are the same file.
    #[error("\"{}\" and \"{}\" are the same file", .0.display(), .1.display())]
    Twice(PathBuf, PathBuf),
    /// It is the journal.
    #[error("\"{}\" is the journal, or belongs to it", .0.display())]
    IsJournal(PathBuf),
    /// Its name ends in neither `.csv` nor `.xlsx`.
    #[error("\"{}\" ends in neither .csv nor .xlsx", .0.display())]
    UnknownFormat(PathBuf),
    /// More rows than a sheet holds.
    #[error("\"{}\" can't hold {rows} rows: a sheet ends after {MOST_WORKBOOK_ROWS}", path.display())]
    TooManyRows {
        /// The output.
        path: PathBuf,
        /// How many rows the batch has.
        rows: u64,
    },
    /// More columns than a sheet holds.
    #[error("\"{}\" can't hold {columns} columns: a sheet ends after {MOST_WORKBOOK_COLUMNS}", path.display())]
    TooManyColumns {
        /// The output.
        path: PathBuf,
        /// How many columns it would have, ours included.
        columns: usize,
    },
}

impl OutputError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoFolder(_) => "make the folder first, or choose another",
            Self::NotWritable { source, .. } if source.kind() == io::ErrorKind::InvalidFilename => {
                "give it a shorter name, with --results where it is named after the sheet"
            }
            Self::NotWritable { .. } => "choose a folder that you may write to",
            Self::NotAFile(_) => "give the path of a file",
            Self::IsInput(_) | Self::IsSetting(_) | Self::Twice(..) | Self::IsJournal(_) => {
                "give each file a name of its own"
            }
            Self::UnknownFormat(_) => "give it a name that ends in .csv or .xlsx",
            Self::TooManyRows { .. } | Self::TooManyColumns { .. } => "write it as .csv",
        }
    }
}

/// Checks that every output can be written, and that none is an input or another output.
///
/// # Errors
/// The first reason against it.
pub fn check(outputs: &[PathBuf], inputs: &[PathBuf]) -> Result<(), OutputError> {
    for (index, path) in outputs.iter().enumerate() {
        check_folder(path)?;
        if inputs.iter().any(|input| is_same(input, path)) {
            return Err(OutputError::IsInput(path.clone()));
        }
        if let Some(other) = outputs[..index].iter().find(|other| is_same(other, path)) {
            return Err(OutputError::Twice(other.clone(), path.clone()));
        }
    }
    Ok(())
}

/// Checks that none of these files is the journal or one of those beside it.
///
/// # Errors
/// The first that is.
pub fn check_against_journal<'a>(
    journal: &[PathBuf],
    mut files: impl Iterator<Item = &'a PathBuf>,
) -> Result<(), OutputError> {
    let one_of_its = files.find(|path| journal.iter().any(|own| is_same(own, path)));
    one_of_its.map_or(Ok(()), |path| Err(OutputError::IsJournal(path.clone())))
}

/// Checks that none of the outputs is a file from which settings or credentials are read.
///
/// # Errors
/// The first that is.
pub fn check_against_settings(settings: &[PathBuf], outputs: &[PathBuf]) -> Result<(), OutputError> {
    let one_of_them = outputs.iter().find(|path| settings.iter().any(|own| is_same(own, path)));
    one_of_them.map_or(Ok(()), |path| Err(OutputError::IsSetting(path.clone())))
}

/// Checks that the folder of a file is there.
///
/// # Errors
/// If it isn't.
pub fn check_folder_of(path: &Path) -> Result<(), OutputError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if folder_of(&target).is_dir() { Ok(()) } else { Err(OutputError::NoFolder(path.to_owned())) }
}

/// Checks that the results can be written in the format that their name asks for.
///
/// # Errors
/// If the name asks for none.
pub fn check_format(results: &Path) -> Result<Format, OutputError> {
    Format::of(results).ok_or_else(|| OutputError::UnknownFormat(results.to_owned()))
}

/// Checks that a results or rejects file can hold so many rows and columns, ours included.
///
/// # Errors
/// If it is a workbook, and they are too many.
pub fn check_size(path: &Path, rows: u64, columns: usize) -> Result<(), OutputError> {
    match Format::of(path) {
        Some(Format::Xlsx) if rows > MOST_WORKBOOK_ROWS => {
            Err(OutputError::TooManyRows { path: path.to_owned(), rows })
        }
        Some(Format::Xlsx) if columns > MOST_WORKBOOK_COLUMNS => {
            Err(OutputError::TooManyColumns { path: path.to_owned(), columns })
        }
        Some(Format::Xlsx | Format::Csv) | None => Ok(()),
    }
}

/// True for a pipe, a terminal or another device: what takes lines and stays what it is.
pub fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn check_folder(path: &Path) -> Result<(), OutputError> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err(OutputError::NotAFile(path.to_owned())),
        Err(source) if source.kind() == io::ErrorKind::InvalidFilename => {
            return Err(OutputError::NotWritable { path: path.to_owned(), source });
        }
        Ok(_) | Err(_) => {}
    }
    if path.file_name().is_none() {
        return Err(OutputError::NotAFile(path.to_owned()));
    }
    let target = real_path(path);
    if target.is_symlink() {
        // A link that leads round to itself.
        return Err(OutputError::NotAFile(path.to_owned()));
    }
    check_folder_of(path)?;
    check_folder_of(&target)?;
    let tried = tempfile::Builder::new().prefix(".campaign-scheduler.").tempfile_in(folder_of(&target));
    let failed = |error| OutputError::NotWritable { path: path.to_owned(), source: without_path(error) };
    tried.map(drop).map_err(failed)
}

/// True if both paths lead to one file, or would once it exists.
fn is_same(one: &Path, other: &Path) -> bool {
    canonical(one) == canonical(other) || is_same_file(one, other)
}

/// The path as the file system knows it; of a file that isn't there yet, its folder's.
fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = folder_of(path);
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
    })
}

/// Hard links: two names of one file.
#[cfg(unix)]
fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same_file(_one: &Path, _other: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_found_before_any_call() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("nowhere/q1.csv");
        assert!(matches!(check(&[missing], &[]), Err(OutputError::NoFolder(_))));
        assert!(matches!(check(&[folder.path().to_owned()], &[]), Err(OutputError::NotAFile(_))));
        assert!(check(&[folder.path().join("q1.csv")], &[]).is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_same_file_is_known_by_any_of_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let (input, link) = (folder.path().join("q1.csv"), folder.path().join("link.csv"));
        fs::write(&input, "x").unwrap();
        fs::hard_link(&input, &link).unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        let around = folder.path().join("in/../q1.csv");
        for output in [&input, &link, &around] {
            let checked = check(std::slice::from_ref(output), std::slice::from_ref(&input));
            assert!(matches!(checked, Err(OutputError::IsInput(_))), "{}", output.display());
        }
        let twice = [folder.path().join("out.csv"), folder.path().join("in/../out.csv")];
        assert!(matches!(check(&twice, &[]), Err(OutputError::Twice(..))));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_of_our_own_making_is_not_spoken_of() {
        let error = check(&[PathBuf::from("/proc/q1.csv")], &[]).unwrap_err();
        assert!(matches!(error, OutputError::NotWritable { .. }));
        let said = std::error::Error::source(&error).unwrap().to_string();
        assert!(!said.is_empty() && !said.contains("/proc"), "{said}");
    }

    #[test]
    fn nothing_may_be_written_over_the_journal() {
        let folder = tempfile::tempdir().unwrap();
        let journal = [folder.path().join("journal.db"), folder.path().join("journal.db-wal")];
        fs::create_dir(folder.path().join("in")).unwrap();
        let checked = |name: &str| check_against_journal(&journal, [folder.path().join(name)].iter());
        assert!(checked("other.db").is_ok());
        for name in ["journal.db", "in/../journal.db", "journal.db-wal"] {
            assert!(matches!(checked(name), Err(OutputError::IsJournal(_))), "{name}");
        }
    }

    #[test]
    fn a_workbook_has_an_end() {
        let (rows, columns) = (MOST_WORKBOOK_ROWS, MOST_WORKBOOK_COLUMNS);
        assert!(check_size(Path::new("r.XLSX"), rows, columns).is_ok());
        assert!(check_size(Path::new("r.XLSX"), rows + 1, columns).is_err());
        assert!(check_size(Path::new("r.XLSX"), rows, columns + 1).is_err());
        assert!(check_size(Path::new("r.csv"), rows + 1, columns + 1).is_ok());
        assert!(check_format(Path::new("r.txt")).is_err());
    }
}
