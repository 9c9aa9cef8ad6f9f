//! Words that all who tell people something share: counts, and spans of time as people say them. As flags
//! take them, [`span`](super::span) spells them.

use std::time::Duration;

use super::{Status, Tally};

/// `1 row`, `2 rows`, `3 batches`.
pub fn plural(count: u64, noun: &str) -> String {
    let ending = if noun.ends_with("ch") { "es" } else { "s" };
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}{ending}") }
}

/// `scheduled 112, rejected 4, pending 3`: the counts that aren't zero.
pub fn counts(tally: &Tally) -> String {
    let counted = Status::ALL.into_iter().filter(|status| tally.of(*status) > 0);
    let counts: Vec<_> = counted.map(|status| format!("{status} {}", tally.of(status))).collect();
    counts.join(", ")
}

/// A span of time that passed, as people say it: `4.2 s`, `34 s`, `2 min 1 s`, `1 h 5 min`.
pub fn span(passed: Duration) -> String {
    let tenths = (passed.as_secs_f64() * 10.0).round() / 10.0;
    if tenths < 10.0 { format!("{tenths:.1} s") } else { about(passed) }
}

/// One that is to come, which nobody knows better than to the second: `4 s`, and as above.
pub fn about(coming: Duration) -> String {
    let seconds = coming.as_secs() + u64::from(coming.subsec_millis() >= 500);
    let (large, small) = match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => return format!("{seconds} s"),
        (0, minutes, seconds) => (format!("{minutes} min"), (seconds, "s")),
        (hours, minutes, _) => (format!("{hours} h"), (minutes, "min")),
    };
    if small.0 == 0 { large } else { format!("{large} {} {}", small.0, small.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_as_people_say_them() {
        let spans = [0.04, 4.24, 9.96, 59.6, 121.4, 3_600.0, 3_900.0].map(Duration::from_secs_f64);
        assert_eq!(spans.map(span), ["0.0 s", "4.2 s", "10 s", "1 min", "2 min 1 s", "1 h", "1 h 5 min"]);
        assert_eq!(spans.map(about), ["0 s", "4 s", "10 s", "1 min", "2 min 1 s", "1 h", "1 h 5 min"]);
    }

    #[test]
    fn one_is_one_and_all_others_are_many() {
        let told = [(0, "row"), (1, "row"), (2, "row"), (1, "batch"), (2, "batch")].map(|(n, noun)| plural(n, noun));
        assert_eq!(told, ["0 rows", "1 row", "2 rows", "1 batch", "2 batches"]);
    }
}
