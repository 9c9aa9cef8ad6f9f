//! Panics of the libraries that read workbooks, as errors of the file that they read.

use super::error::Unreadable;

/// True on a thread on which a panic becomes an error of the input, so nothing need be said of it.
pub fn is_contained() -> bool {
    crate::contained::is_contained()
}

/// Does what a library may panic in.
pub(super) fn contained<T>(work: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    let damaged = || Err(Unreadable::Damaged("its parts contradict each other".to_owned()));
    crate::contained::contained(work).unwrap_or_else(damaged)
}
