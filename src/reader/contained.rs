//! Panics of the libraries that read workbooks, turned into errors.
//!
//! They were written for files that programs wrote; what they didn't foresee in a damaged one ends
//! that file, not the program. What a panic says is for their authors: the hook that prints it can
//! ask here and keep quiet.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::Unreadable;

thread_local! {
    /// How many works are under way on this thread, each within the other.
    static UNDER_WAY: Cell<u32> = const { Cell::new(0) };
}

/// True on a thread on which a panic becomes an error of the input, so nothing need be said of it.
pub fn is_contained() -> bool {
    UNDER_WAY.get() > 0
}

/// Does what a library may panic in.
pub(super) fn contained<T>(work: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    UNDER_WAY.set(UNDER_WAY.get() + 1);
    let done = catch_unwind(AssertUnwindSafe(work));
    UNDER_WAY.set(UNDER_WAY.get() - 1);
    done.unwrap_or_else(|_| Err(Unreadable::Damaged("its parts contradict each other".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_over_with_it() {
        let mut was_contained = false;
        let done: Result<(), _> = contained(|| {
            was_contained = contained(|| Ok(is_contained())).is_ok_and(|inner| inner);
            panic!("as a library would");
        });
        assert_eq!(done.unwrap_err().code(), "input-damaged");
        assert!(was_contained && !is_contained());
    }
}
