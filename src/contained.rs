//! Panics of libraries, turned into errors.
//!
//! Those that read workbooks were written for files that programs wrote, and the one that writes
//! them for disks that aren't full; what they didn't foresee ends that file, not the program. What
//! a panic says is for their authors: the hook that prints it asks here and keeps quiet.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// How many works are under way on this thread, each within the other.
    static UNDER_WAY: Cell<u32> = const { Cell::new(0) };
}

/// True on a thread on which a panic becomes an error, so nothing need be said of it.
pub(crate) fn is_contained() -> bool {
    UNDER_WAY.get() > 0
}

/// Does what a library may panic in; `None` if it did.
pub(crate) fn contained<T>(work: impl FnOnce() -> T) -> Option<T> {
    UNDER_WAY.set(UNDER_WAY.get() + 1);
    let done = catch_unwind(AssertUnwindSafe(work));
    UNDER_WAY.set(UNDER_WAY.get() - 1);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_over_with_its_work() {
        let mut was_contained = false;
        let done: Option<()> = contained(|| {
            was_contained = contained(is_contained).is_some_and(|inner| inner);
            panic!("as a library would");
        });
        assert_eq!(done, None);
        assert!(was_contained && !is_contained());
    }
}
