//! Wall and monotonic time, real and test.
//!
//! Nothing else in the program reads a clock, but for the age of temporary files that a kill left
//! (`report::atomic`) and for what a progress bar counts between two events (`progress::bar`), on
//! its library's own. The monotonic side follows tokio's time, so a test that pauses tokio drives
//! quota, pace and back-off with it; the wall side can be set apart from it, so a test can turn the
//! wall clock back while the batch goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::model::Moment;

/// Tells the time.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The monotonic time, for quota, pace, back-off and time-outs.
    fn now(&self) -> Moment;

    /// The wall time, for what people read and for what must outlast the process.
    fn wall(&self) -> DateTime<Utc>;

    /// Where a wall time of the past lies on the monotonic axis; the future counts as now.
    fn moment_of(&self, wall: DateTime<Utc>) -> Moment {
        let ago = (self.wall() - wall).max(TimeDelta::zero());
        Moment::from_micros(self.now().as_micros() - ago.num_microseconds().unwrap_or(i64::MAX / 2))
    }

    /// The tokio instant of a point on the monotonic axis: what a timer can sleep until.
    fn instant_of(&self, moment: Moment) -> Instant {
        Instant::now() + moment.since(self.now())
    }
}

fn micros_since(origin: Instant) -> Moment {
    Moment::START + Instant::now().duration_since(origin)
}

/// The machine's clocks.
#[derive(Debug)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// Starts the monotonic axis now.
    pub fn start() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        micros_since(self.origin)
    }

    fn wall(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock for tests: the wall starts where the test says and runs with tokio's (paused) time;
/// [`TestClock::shift_wall`] moves it alone.
#[derive(Debug, Clone)]
pub struct TestClock {
    origin: Instant,
    start: DateTime<Utc>,
    offset_micros: Arc<AtomicI64>,
}

impl TestClock {
    /// A clock whose wall shows `start` now.
    pub fn at(start: DateTime<Utc>) -> Self {
        Self { origin: Instant::now(), start, offset_micros: Arc::new(AtomicI64::new(0)) }
    }

    /// Moves the wall, and the wall alone, by so much.
    pub fn shift_wall(&self, by: TimeDelta) {
        self.offset_micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Moment {
        micros_since(self.origin)
    }

    fn wall(&self) -> DateTime<Utc> {
        let since = TimeDelta::microseconds(self.now().as_micros() + self.offset_micros.load(Ordering::Relaxed));
        self.start + since
    }
}
