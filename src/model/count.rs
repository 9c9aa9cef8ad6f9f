//! How many: numbers as people write them, in digits and in words.

use super::cell::{plain, unguarded};

const COUNTS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A number as a person writes one: digits, perhaps with a sign, a decimal point or a decimal comma.
/// Three digits behind a comma could be thousands, so these are none.
pub fn number(text: &str) -> Option<f64> {
    if let Some((whole, decimals)) = text.split_once(',').filter(|(_, decimals)| (1..=2).contains(&decimals.len())) {
        return if decimals.contains(['.', ',']) { None } else { number(&format!("{whole}.{decimals}")) };
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    if plain { text.parse().ok().map(shown) } else { None }
}

/// A number as spreadsheet programs show it, by its first 15 digits: what a formula gives may be a little beside 1.
pub fn shown(number: f64) -> f64 {
    if number.fract() == 0.0 { number } else { format!("{number:.14e}").parse().unwrap_or(number) }
}

/// A number in words, such as `two`.
pub fn named(word: &str) -> Option<f64> {
    COUNTS.iter().zip(1_u32..).find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, count)| f64::from(count))
}

/// The number that a cell says and nothing else: no unit, no days.
pub fn bare(text: &str) -> Option<f64> {
    let typed = plain(text);
    let text = unguarded(typed.as_deref().unwrap_or(text).trim());
    let alone = text.trim_end_matches(['-', '.']).trim_end();
    number(text).or_else(|| number(alone)).or_else(|| named(alone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_is_one_however_it_is_written() {
        for (text, count) in [
            ("2", 2.0),
            (" +2 ", 2.0),
            ("2.0", 2.0),
            ("2,0", 2.0),
            ("two", 2.0),
            ("Twelve", 12.0),
            ("2-", 2.0),
            ("=\"2\"", 2.0),
            ("-1", -1.0),
            ("\u{ff12}", 2.0),
            ("\u{200e}2", 2.0),
            ("1.0000000000000002", 1.0),
            ("1.9999999999999998", 2.0),
            ("1.00000000000001", 1.000_000_000_000_01),
        ] {
            assert_eq!(bare(text), Some(count), "{text}");
        }
        for text in ["", "2 days", "Mon", "daily", "1,000", "every 2", "=2", "Other", "alternate", "a", "single"] {
            assert_eq!(bare(text), None, "{text}");
        }
    }
}
