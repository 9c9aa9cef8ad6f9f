//! What a header says that an interval counts, where that is something that can't be repeated by.

use crate::model::counted::{has_codes, is_days, is_weeks};

/// What counts neither days nor weeks. The first names say so wherever they stand; the others, which may be part of a
/// remark about something else, where they are all that is said.
const UNITS: [(&str, &[&str], &[&str]); 9] = [
    ("seconds", &["seconds", "secs"], &["second", "sec"]),
    ("minutes", &["minutes", "mins", "minuten"], &["minute", "min"]),
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
    let lower = slashes_as_per(&header.to_lowercase());
    let words = words(&lower);
    if counts_runs(&words) {
        return Some("runs");
    }
    if words.windows(2).any(|pair| matches!(pair[0], "business" | "working" | "work" | "banking") && pair[1] == "days")
    {
        return Some("working days");
    }
    let named = UNITS.into_iter().find(|(_, names, _)| words.iter().any(|word| names.contains(word)));
    let mut parts = lower.split(['(', '[', '{', ')', ']', '}']).enumerate();
    named
        .map(|(unit, _, _)| unit)
        .or_else(|| parts.find_map(|(place, part)| alone(part, place > 0)))
        .or_else(|| has_codes(header).then_some("codes"))
}

fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// `calls/week` is calls per week, but `day/week` and `1/2/4 weeks` leave a choice.
fn slashes_as_per(lower: &str) -> String {
    let mut parts = lower.split('/');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let last = text.trim_end().rsplit(|character: char| !character.is_alphanumeric() && character != '#').next();
        let leaves_choice =
            last.is_none_or(|word| word.is_empty() || word.parse::<u32>().is_ok() || is_days(word) || is_weeks(word));
        text.push_str(if leaves_choice { "/" } else { " per " });
        text.push_str(part);
    }
    text
}

/// True of `times a week`, `x/week`, `1x weekly`, `twice a day`, `days a week`.
fn counts_runs(words: &[&str]) -> bool {
    const SPANS: [&str; 10] = ["day", "week", "wk", "month", "mth", "mo", "quarter", "year", "yr", "hour"];
    let is_times = |word: &str| word.strip_suffix('x').is_some_and(|count| count.bytes().all(|b| b.is_ascii_digit()));
    let of_two = |pair: &[&str]| match pair {
        ["per", span] => SPANS.contains(span),
        [times, "daily" | "weekly" | "monthly"] => *times == "twice" || is_times(times),
        _ => false,
    };
    let of_three = |three: &[&str]| match three {
        [what, "a", span] => (matches!(*what, "days" | "twice") || is_times(what)) && SPANS.contains(span),
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
            ("Repeat every (min)", Some("minutes")),
            ("Repeat every (min. 1)", None),
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
            ("Interval (x per wk)", Some("runs")),
            ("Interval (calls/week)", Some("runs")),
            ("Interval (count / wk)", Some("runs")),
            ("Interval (1 = once a day, 2 = twice a day)", Some("runs")),
            ("Interval (1=daily, 2=twice weekly)", Some("runs")),
            ("Interval (banking days)", Some("working days")),
            ("Interval (1 = täglich, 2 = wöchentlich)", Some("codes")),
            ("Interval (1 => daily, 2 => weekly)", Some("codes")),
            ("Interval (1 is daily, 2 is weekly)", Some("codes")),
            ("Interval (1=daily 2=weekly)", Some("codes")),
            ("Interval (1 = daily. 2 = weekly.)", Some("codes")),
            ("Interval (1/2/4 weeks)", None),
            ("Interval (d/wk)", None),
            ("Interval (tage/week)", None),
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
