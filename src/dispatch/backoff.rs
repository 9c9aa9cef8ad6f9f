//! How long a row waits before it is tried again: exponential, with full jitter, capped.
//!
//! Full jitter (anything from nothing to the cap of this retry) spreads the rows of an outage best,
//! since they all failed at once.

use std::time::Duration;

use crate::model::Moment;
use crate::model::transition::Next;

const BASE: Duration = Duration::from_millis(500);
const CAP: Duration = Duration::from_secs(30);

/// The longest pause before this retry, counted from 1.
pub(super) fn ceiling(retry: u32) -> Duration {
    BASE.saturating_mul(2u32.saturating_pow(retry.saturating_sub(1))).min(CAP)
}

/// The pause before this retry; at least `floor`, if the platform asked for one. `part` is the
/// jitter, from 0 to 1.
pub(super) fn pause(retry: u32, floor: Option<Duration>, part: f64) -> Duration {
    ceiling(retry).mul_f64(part.clamp(0.0, 1.0)).max(floor.unwrap_or_default())
}

/// When what was answered now may be tried again.
pub(super) fn ready(next: Next, answered: Moment) -> Moment {
    match next {
        Next::Rest | Next::WaitForHold | Next::RenewCredentials | Next::StopForCredentials => answered,
        Next::BackOff { retry: 0, floor } => answered + floor.unwrap_or_default(),
        Next::BackOff { retry, floor } => answered + pause(retry, floor, fastrand::f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_keep_to_the_floor() {
        let seconds: Vec<f32> = (1..10).map(|retry| ceiling(retry).as_secs_f32()).collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]);
        assert_eq!(pause(1, Some(Duration::from_secs(7)), 1.0), Duration::from_secs(7));
        assert_eq!(pause(3, None, 0.0), Duration::ZERO);
        assert_eq!(ceiling(u32::MAX), CAP);
    }

    #[test]
    fn what_used_up_no_retry_waits_for_the_floor_alone_and_a_retry_for_no_less() {
        let answered = Moment::START + Duration::from_secs(60);
        let floor = Some(Duration::from_secs(5));
        assert_eq!(ready(Next::BackOff { retry: 0, floor }, answered), answered + Duration::from_secs(5));
        assert_eq!(ready(Next::BackOff { retry: 0, floor: None }, answered), answered);
        assert_eq!(ready(Next::WaitForHold, answered), answered);
        assert_eq!(ready(Next::BackOff { retry: 1, floor }, answered), answered + Duration::from_secs(5));
    }
}
