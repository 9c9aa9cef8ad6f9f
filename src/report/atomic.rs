//! Whole files or none.
//!
//! A file is written under a temporary name in its own folder, brought to the disk, and renamed;
//! then the folder is brought to the disk too. A kill or a full disk at any moment leaves what was
//! there before. Writing in place would be simpler and lose the old file in the first millisecond.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use super::ReportError;
use crate::failpoint;

/// How many numbered names are tried beside a file that can't be replaced.
const MOST_NUMBERS: u32 = 1_000;

/// What a temporary name ends in.
const SUFFIX: &str = ".tmp";
/// The most bytes of the file's own name in a temporary one: a file system takes some 255 in all.
const LONGEST_PREFIX: usize = 200;

/// How many letters between keep two programs apart.
const CHANCE: usize = 6;

/// A temporary file that nobody wrote to for so long is left from a kill.
const OLD: Duration = Duration::from_secs(3_600);

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// Where it was to be, if that file couldn't be replaced (open in another program, say) and
    /// this one stands beside it.
    pub instead_of: Option<PathBuf>,
    /// How many rows it holds.
    pub rows: u64,
}

/// Writes a file with `fill`, which returns the number of rows that it wrote; if one that stands there can't be
/// replaced, beside it.
///
/// # Errors
/// What `fill` failed with, or [`ReportError::Write`]. The file that stood there before is as it was.
pub fn write(path: &Path, fill: impl FnOnce(&mut File) -> Result<u64, ReportError>) -> Result<Written, ReportError> {
    write_and(place, path, fill)
}

/// The same of a file that programs find by its name: it stands there or nowhere.
///
/// # Errors
/// As [`write()`], and if the file that stands there can't be replaced.
pub fn replace(path: &Path, fill: impl FnOnce(&mut File) -> Result<u64, ReportError>) -> Result<Written, ReportError> {
    let in_place = |temporary: NamedTempFile, target: &Path| match temporary.persist(target) {
        Ok(_) => Ok((target.to_owned(), false)),
        Err(refused) => Err(refused.error),
    };
    write_and(in_place, path, fill)
}

fn write_and(
    place: impl FnOnce(NamedTempFile, &Path) -> io::Result<(PathBuf, bool)>,
    path: &Path,
    fill: impl FnOnce(&mut File) -> Result<u64, ReportError>,
) -> Result<Written, ReportError> {
    let failed = |source| ReportError::Write { path: path.to_owned(), source: without_path(source) };
    let target = real_path(path);
    remove_leftovers(&target);
    let mut temporary = create_beside(&target).map_err(failed)?;
    let rows = fill(temporary.as_file_mut())?;
    fail_at("results-write").map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    failpoint::die_at("before-rename");
    fail_at("results-rename").map_err(failed)?;
    let (placed, is_beside) = place(temporary, &target).map_err(failed)?;
    failpoint::die_at("after-rename");
    sync_folder(&target).map_err(failed)?;
    if !is_beside {
        return Ok(Written { path: path.to_owned(), instead_of: None, rows });
    }
    let beside = if path.is_symlink() { placed } else { path.with_file_name(placed.file_name().unwrap_or_default()) };
    Ok(Written { path: beside, instead_of: Some(path.to_owned()), rows })
}

/// The error without the temporary file's name, which nobody has heard of. The library that makes the
/// file hides the system's own error and keeps only its words, so they are cut.
pub(super) fn without_path(error: io::Error) -> io::Error {
    let words = error.to_string();
    match words.split_once(" at path ") {
        Some((words, _)) if error.raw_os_error().is_none() => io::Error::new(error.kind(), words.to_owned()),
        Some(_) | None => error,
    }
}

/// A full disk, where a test wants one.
fn fail_at(point: &str) -> io::Result<()> {
    if failpoint::fails_at(point) { Err(failpoint::disk_full()) } else { Ok(()) }
}

/// The folder in which a file lies, or will.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// How many links are followed to where nothing is yet, as many as systems follow.
const MOST_LINKS: usize = 40;

/// The file behind a symbolic link, also where that isn't there yet: the link itself is not to be replaced.
pub(super) fn real_path(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if let Ok(real) = fs::canonicalize(&path) {
            return real;
        }
        let Ok(target) = fs::read_link(&path) else { return path };
        path = folder_of(&path).join(target);
    }
    path
}

/// What a temporary name of this file begins with.
fn prefix_of(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    let name = target.file_name().unwrap_or(OsStr::new("results"));
    // What is added must not make a long name too long.
    match name.to_str().filter(|name| name.len() > LONGEST_PREFIX) {
        Some(long) => prefix.push(&long[..long.floor_char_boundary(LONGEST_PREFIX)]),
        None => prefix.push(name),
    }
    prefix.push(".");
    prefix
}

/// Removes what kills left of earlier attempts at this file. Only what is old: another program may
/// be writing the same file at this moment.
fn remove_leftovers(target: &Path) {
    let prefix = prefix_of(target);
    let Ok(entries) = fs::read_dir(folder_of(target)) else { return };
    for entry in entries.flatten() {
        if is_temporary(&entry.file_name(), &prefix) && is_old(&entry) {
            // One that can't be removed is no worse than before.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_temporary(name: &OsStr, prefix: &OsStr) -> bool {
    let (name, prefix) = (name.as_encoded_bytes(), prefix.as_encoded_bytes());
    let middle = name.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
    middle.is_some_and(|middle| middle.len() == CHANCE && middle.iter().all(u8::is_ascii_alphanumeric))
}

fn is_old(entry: &fs::DirEntry) -> bool {
    let Ok(metadata) = entry.metadata() else { return false };
    let age = metadata.modified().ok().and_then(|modified| modified.elapsed().ok());
    metadata.is_file() && age.is_some_and(|age| age > OLD)
}

fn create_beside(target: &Path) -> io::Result<NamedTempFile> {
    let prefix = prefix_of(target);
    let mut builder = Builder::new();
    builder.prefix(&prefix).rand_bytes(CHANCE).suffix(SUFFIX);
    create_for(target, &mut builder)
}

/// With the permissions of the file that is replaced, else with what any new file gets: a temporary file's own would
/// hide the results from everybody but the user who ran the program.
#[cfg(unix)]
fn create_for(target: &Path, builder: &mut Builder<'_, '_>) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let file = fs::metadata(target).ok().filter(fs::Metadata::is_file);
    let existing = file.map(|metadata| metadata.permissions().mode() & 0o777);
    let temporary =
        builder.permissions(fs::Permissions::from_mode(existing.unwrap_or(0o666))).tempfile_in(folder_of(target))?;
    if let Some(existing) = existing {
        // What the umask took away is given back, where the file system knows permissions at all.
        let _ = temporary.as_file().set_permissions(fs::Permissions::from_mode(existing));
    }
    Ok(temporary)
}

#[cfg(not(unix))]
fn create_for(target: &Path, builder: &mut Builder<'_, '_>) -> io::Result<NamedTempFile> {
    builder.tempfile_in(folder_of(target))
}

/// Renames the file to its name, or to a numbered one beside it (then `true`).
fn place(temporary: NamedTempFile, target: &Path) -> io::Result<(PathBuf, bool)> {
    let mut refused = match temporary.persist(target) {
        Ok(_) => return Ok((target.to_owned(), false)),
        Err(refused) => refused,
    };
    for number in 2..MOST_NUMBERS {
        let numbered = numbered(target, number);
        match refused.file.persist_noclobber(&numbered) {
            Ok(_) => return Ok((numbered, true)),
            Err(again) => {
                let is_taken = again.error.kind() == io::ErrorKind::AlreadyExists;
                refused = again;
                if !is_taken {
                    break;
                }
            }
        }
    }
    Err(refused.error)
}

/// `q1.results-2.csv` for `q1.results.csv`.
fn numbered(target: &Path, number: u32) -> PathBuf {
    let mut name = target.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = target.extension() {
        name.push(".");
        name.push(extension);
    }
    target.with_file_name(name)
}

#[cfg(unix)]
fn sync_folder(target: &Path) -> io::Result<()> {
    File::open(folder_of(target))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_target: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn an_error_names_the_file_that_was_asked_for_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("q1.results.csv");
        let error = write(&path, |_| Ok(0)).unwrap_err();
        let reason = std::error::Error::source(&error).unwrap().to_string();
        assert!(error.to_string().contains("q1.results.csv\""), "{error}");
        assert!(reason.starts_with("No such file") && !reason.contains("q1"), "{reason}");
    }
}
