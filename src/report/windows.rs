//! How many calls lie in any window of a quota's length: what a quota is about.

use std::time::Duration;

/// For each of these times, in order and in microseconds, how many lie in the window that ends with it.
pub(super) fn in_window(times: &[i64], window: Duration) -> impl Iterator<Item = (i64, i64)> {
    let window = micros(window);
    let mut first = 0;
    times.iter().enumerate().map(move |(last, &time)| {
        while time - times[first] >= window {
            first += 1;
        }
        (time, i64::try_from(last - first + 1).unwrap_or(i64::MAX))
    })
}

/// The most that lie in any window.
pub(super) fn most_in_window(times: &[i64], window: Duration) -> i64 {
    in_window(times, window).map(|(_, count)| count).max().unwrap_or(0)
}

pub(super) fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_the_calls_inside_it_and_no_others() {
        let times = [0, 5, 10, 24, 25].map(|second| second * 1_000_000);
        let window = Duration::from_secs(10);
        assert_eq!(in_window(&times, window).map(|(_, count)| count).collect::<Vec<_>>(), [1, 2, 2, 1, 2]);
        assert_eq!((most_in_window(&times, window), most_in_window(&[], window)), (2, 0));
    }
}
