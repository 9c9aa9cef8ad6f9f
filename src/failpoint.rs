//! Named points at which a test stops the real binary, or makes it fail.
//!
//! Promises about kills and full disks hold only if the program can be killed exactly where it
//! would hurt: between a durable grant and its call, between an answer and its record. Chance finds
//! such an instant once in thousands of runs; a name finds it every time. Without the cargo feature
//! `failpoints` both functions are empty and the compiler leaves nothing of them, so no release
//! can be stopped by a variable.
//!
//! `CAMPAIGN_SCHEDULER_FAILPOINT` holds one or more points with commas between: `name` is the first
//! passage, `name:3` the third, `name:3+` the third and all after it (a disk that is full stays full).
//!
//! A point is a line of code where it stands, not a trait that tests replace: what is under attack
//! is the program as it is shipped, its processes, files and sockets included.

/// The process dies here as by `kill -9` if a test wants it: no destructor runs, no buffer is flushed.
#[inline]
pub(crate) fn die_at(name: &str) {
    if is_struck(name) {
        std::process::abort();
    }
}

/// What stands here is to fail if a test wants it.
#[inline]
pub(crate) fn fails_at(name: &str) -> bool {
    is_struck(name)
}

/// An error as the system gives it when the disk is full.
pub(crate) fn disk_full() -> std::io::Error {
    std::io::Error::from(std::io::ErrorKind::StorageFull)
}

#[cfg(not(feature = "failpoints"))]
const fn is_struck(_name: &str) -> bool {
    false
}

#[cfg(feature = "failpoints")]
fn is_struck(name: &str) -> bool {
    use std::sync::OnceLock;

    static POINTS: OnceLock<Vec<armed::Point>> = OnceLock::new();
    let points = POINTS.get_or_init(|| armed::points(&std::env::var(armed::VARIABLE).unwrap_or_default()));
    points.iter().filter(|point| point.is(name)).any(armed::Point::pass)
}

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::atomic::{AtomicU64, Ordering};

    pub(super) const VARIABLE: &str = "CAMPAIGN_SCHEDULER_FAILPOINT";

    /// A point that a test has armed.
    #[derive(Debug)]
    pub(super) struct Point {
        name: String,
        first: u64,
        and_after: bool,
        passed: AtomicU64,
    }

    impl Point {
        pub(super) fn is(&self, name: &str) -> bool {
            self.name == name
        }

        /// Counts a passage; true if it is one that strikes.
        pub(super) fn pass(&self) -> bool {
            let passage = self.passed.fetch_add(1, Ordering::Relaxed) + 1;
            passage == self.first || (self.and_after && passage > self.first)
        }
    }

    pub(super) fn points(text: &str) -> Vec<Point> {
        text.split(',').filter(|point| !point.is_empty()).map(point).collect()
    }

    fn point(text: &str) -> Point {
        let (name, count) = text.split_once(':').unwrap_or((text, "1"));
        let (count, and_after) = count.strip_suffix('+').map_or((count, false), |count| (count, true));
        Point { name: name.to_owned(), first: count.parse().unwrap_or(1), and_after, passed: AtomicU64::new(0) }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_point_strikes_at_its_passage() {
            let points = points("sent:2,full:3+");
            let strikes = |name: &str| -> Vec<bool> {
                (0..5).map(|_| points.iter().filter(|point| point.is(name)).any(Point::pass)).collect()
            };
            assert_eq!(strikes("sent"), [false, true, false, false, false]);
            assert_eq!(strikes("full"), [false, false, true, true, true]);
            assert_eq!(strikes("other"), [false; 5]);
        }
    }
}
