//! What a header says that an interval counts, where that is something that can't be repeated by.

use super::super::values::span_in_days;

/// What counts neither days nor weeks. The first names say so wherever they stand; the others, which may be part of a
/// remark about something else, where they are all that is said.
const UNITS: [(&str, &[&str], &[&str]); 9] = [
    ("seconds", &["seconds", "secs"], &["second", "sec"]),
    ("minutes", &["minutes", "mins", "minuten"], &["minute"]),
    ("hours", &["hours", "hrs", "h", "stunden"], &["hour", "hourly", "hr", "stunde", "std", "stündlich", "heures"]),
    ("fortnights", &["fortnights"], &["fortnight"]),
    ("months", &["months", "mths", "mth", "monate"], &["month", "monthly", "monat", "monatlich", "mois"]),
    ("quarters", &["quarters"], &["quarter", "quarterly", "quartal", "quartale"]),
    ("years", &["years", "yrs", "jahre"], &["year", "yearly", "annually", "yr", "jahr", "jährlich"]),
    ("working days", &["workdays", "werktage", "arbeitstage"], &["workday"]),
    ("runs", &["times"], &["runs", "repeats"]),
];

/// The unit, where it is longer or shorter than days and weeks, or a number of runs. A remark such as
/// "(7 = once a week, min. 1)" says no such thing.
pub(crate) fn unit_that_is_none(header: &str) -> Option<&'static str> {
    let lower = header.to_lowercase().replace("x/", "x per ").replace("#/", "x per ");
    let words = words(&lower);
    if counts_runs(&words) {
        return Some("runs");
    }
    if words.windows(2).any(|pair| matches!(pair[0], "business" | "working") && pair[1] == "days") {
        return Some("working days");
    }
    let named = UNITS.into_iter().find(|(_, names, _)| words.iter().any(|word| names.contains(word)));
    let mut parts = lower.split(['(', '[', '{', ')', ']', '}']).enumerate();
    named.map(|(unit, _, _)| unit).or_else(|| {
        parts.find_map(|(place, part)| alone(part, place > 0).or_else(|| has_codes(part).then_some("codes")))
    })
}

fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// True of `times a week`, `x/week`, `1x weekly`, `days a week`.
fn counts_runs(words: &[&str]) -> bool {
    const SPANS: [&str; 5] = ["day", "week", "month", "year", "hour"];
    let is_times = |word: &str| word.strip_suffix('x').is_some_and(|count| count.bytes().all(|b| b.is_ascii_digit()));
    let of_two = |pair: &[&str]| match pair {
        ["per", span] => SPANS.contains(span),
        [times, "daily" | "weekly" | "monthly"] => is_times(times),
        _ => false,
    };
    let of_three = |three: &[&str]| match three {
        [what, "a", span] => (*what == "days" || is_times(what)) && SPANS.contains(span),
        _ => false,
    };
    words.windows(2).any(of_two) || words.windows(3).any(of_three)
}

/// The unit of a part of a header that says nothing else; outside of brackets it may have a name before `every` or `each`.
fn alone(part: &str, is_remark: bool) -> Option<&'static str> {
    const AROUND: [&str; 10] = ["in", "of", "the", "only", "whole", "full", "every", "each", "nur", "jeden"];
    let all = words(part);
    let named = all.iter().rposition(|word| matches!(*word, "every" | "each")).filter(|_| !is_remark).unwrap_or(0);
    let said: Vec<&str> = all[named..].iter().copied().filter(|word| !AROUND.contains(word)).collect();
    let [word] = said[..] else { return None };
    // Under such a name may stand which days of the week, and how many runs is a column of its own.
    let is_of_remarks = |unit: &str| matches!(unit, "working days" | "runs");
    let is_it =
        |(unit, _, names): &(&str, &[&str], &[&str])| names.contains(&word) && (is_remark || !is_of_remarks(unit));
    UNITS.into_iter().find(is_it).map(|(unit, _, _)| unit)
}

/// True of `1 = daily, 2 = weekly`: two numbers or more with what they mean, which is neither so many days nor so many weeks.
fn has_codes(remark: &str) -> bool {
    let parts = remark.split([',', ';', '/', '|', '&', '\n', '\r']).flat_map(|part| part.split(" and "));
    let pairs: Vec<(u32, Meaning)> = parts.filter_map(pair).collect();
    let all_count = |unit: f64| pairs.iter().all(|(number, meaning)| meaning.is(f64::from(*number) * unit));
    pairs.len() > 1 && !all_count(1.0) && !all_count(7.0)
}

/// What a number is said to mean.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    /// So many days.
    Days(f64),
    /// A month or more, which have no number of days, but are no less than four weeks.
    Months,
}

impl Meaning {
    fn is(self, days: f64) -> bool {
        match self {
            Self::Days(meant) => meant == days,
            Self::Months => days >= 28.0,
        }
    }
}

/// A number and what it is said to mean.
fn pair(part: &str) -> Option<(u32, Meaning)> {
    let (left, right) = part.split_once(['=', ':', '-', '\u{2013}', '\u{2192}'])?;
    let (left, right) = (left.trim(), right.trim());
    let (number, word) = match (left.parse(), right.parse()) {
        (Ok(number), _) => (number, right),
        (_, Ok(number)) => (number, left),
        _ => return None,
    };
    let is_longer = |names: &[&str]| words(word).iter().any(|word| names.contains(word));
    let is_month = UNITS
        .iter()
        .filter(|(unit, _, _)| matches!(*unit, "months" | "quarters" | "years"))
        .any(|(_, many, one)| is_longer(many) || is_longer(one));
    Some((number, if is_month { Meaning::Months } else { Meaning::Days(span_in_days(word)?) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_can_be_repeated_by_is_seen_anywhere_in_a_header() {
        for (header, unit) in [
            ("Frequency (hours)", Some("hours")),
            ("Interval (h)", Some("hours")),
            ("Intervall (Monate)", Some("months")),
            ("Every (mths)", Some("months")),
            ("Interval (x per week)", Some("runs")),
            ("How many times a week", Some("runs")),
            ("Interval (business days)", Some("working days")),
            ("Repeat every (month)", Some("months")),
            ("Repeat every [month]", Some("months")),
            ("Repeat every (hour)", Some("hours")),
            ("Repeat every (hourly)", Some("hours")),
            ("Repeat every (in seconds)", Some("seconds")),
            ("Repeat every (minute)", Some("minutes")),
            ("Repeat every (quarter)", Some("quarters")),
            ("Repeat every (monthly)", Some("months")),
            ("Repeat every (yearly)", Some("years")),
            ("Intervall (Monat)", Some("months")),
            ("Intervall (Stunde)", Some("hours")),
            ("Intervall (Std.)", Some("hours")),
            ("Intervall (mois)", Some("months")),
            ("Interval (fortnight)", Some("fortnights")),
            ("Every month", Some("months")),
            ("Monthly", Some("months")),
            ("Runs each quarter", Some("quarters")),
            ("Interval (weekdays)", None),
            ("Intervall (Arbeitstage)", Some("working days")),
            ("Interval (x/week)", Some("runs")),
            ("Interval (#/week)", Some("runs")),
            ("Interval (1x weekly)", Some("runs")),
            ("Interval (days a week)", Some("runs")),
            ("Interval (runs)", Some("runs")),
            ("Interval (1=daily, 2=weekly)", Some("codes")),
            ("Interval [1=day,2=week]", Some("codes")),
            ("Interval (1 = daily; 7 = weekly; 3 = monthly)", Some("codes")),
            ("Interval (daily: 1, weekly: 2)", Some("codes")),
            ("Interval (1 = daily\n2 = weekly)", Some("codes")),
            ("Interval (1 = daily and 2 = weekly)", Some("codes")),
            ("Interval (1 - daily, 2 - weekly)", Some("codes")),
            ("Interval (in weeks, 1 = weekly, 4 = monthly)", None),
            ("Interval (weeks; 1 = weekly; 52 = yearly)", None),
            ("Interval (1=day, 7=week)", None),
            ("Interval (1 = weekly, 2 = every other week)", None),
            ("Interval (1 = every day, 14 = every 2 weeks)", None),
            ("Interval (7 = weekly)", None),
            ("Interval (number or weekdays)", None),
            ("Interval (every x days)", None),
            ("Interval (day/week)", None),
            ("Interval (days, each month anew)", None),
            ("Interval (days per run)", None),
            ("Repeat every (1 = daily, 7 = once a week, 30 = every month; min. 1)", None),
            ("Interval (business)", None),
            ("Repeat every (weeks)", None),
            ("How often", None),
            ("Monthly plan: every n days", None),
        ] {
            assert_eq!(unit_that_is_none(header), unit, "{header}");
        }
    }
}
