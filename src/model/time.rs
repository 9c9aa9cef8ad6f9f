//! Points on the monotonic axis.
//!
//! Quota and pace must not jump when somebody sets the wall clock, so they are computed on an axis
//! of their own: microseconds since this process started, negative for what happened before it
//! (calls of an earlier run, restored from the journal).

use std::ops::{Add, Sub};
use std::time::Duration;

/// A point on the monotonic axis, in microseconds since the process started.
///
/// Conversions round up, so that a slot is never counted as free too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i64);

impl Moment {
    /// The start of the process.
    pub const START: Self = Self(0);

    /// A point so many microseconds after the start (before it, if negative).
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// How long after `earlier` this is; zero if it is before.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn micros_rounded_up(span: Duration) -> i64 {
    // Wide integers would be exact beyond the age of the universe too, and cost ten times as much.
    let micros =
        span.as_secs().saturating_mul(1_000_000).saturating_add(u64::from(span.subsec_nanos().div_ceil(1_000)));
    i64::try_from(micros).unwrap_or(i64::MAX)
}

impl Add<Duration> for Moment {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros_rounded_up(span)))
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros_rounded_up(span)))
    }
}
