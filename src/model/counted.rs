//! What a bare number under an interval's header counts.
//!
//! A header is read in parts, which end at brackets, commas and the like. A part says days or weeks where it names them
//! in words that are all known (outside of brackets any words may give the column its name), or says of a number what it
//! means, as `7 = weekly` does. What names weeks or explains numbers and isn't understood leaves open what they count, and
//! so does a unit that nobody knows: days are sent where nothing is said, never where something else may be.

#[cfg(test)]
mod tests;

use super::count;

/// What an interval counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// The header says something of it that isn't understood.
    Unclear,
}

const DAYS: [&str; 15] = [
    "day",
    "days",
    "d",
    "daily",
    "tag",
    "tage",
    "kalendertage",
    "täglich",
    "jours",
    "dagen",
    "dage",
    "dagar",
    "días",
    "dias",
    "giorni",
];
const WEEKS: [&str; 15] = [
    "week",
    "weeks",
    "wk",
    "wks",
    "w",
    "weekly",
    "woche",
    "wochen",
    "wöchentlich",
    "semaines",
    "weken",
    "uger",
    "veckor",
    "semanas",
    "settimane",
];
/// What may stand beside a unit, or alone, and is none.
const KNOWN: &str = "a alle all allowed an and any anzahl as at below above between blank cadence calendar calls call \
    campaign campaigns cell default digit digits e each eg empty enter every example examples field format frequency freq \
    from full g ganze ganzzahl gap how if ie in int integer interval intervall jede jeden kore last leave length mandatory many \
    max maximum min minimum must n new no nr note notes num number numbers numeric obligatory of often old once only \
    optional option per pflicht pflichtfeld platform please positive previous recommended recurrence recurring repeat repeated \
    repeats req required run runs s schedule see send sends spacing starting text the to until up value values whole with x \
    zahl zwischen";
/// What takes back what a part says of weeks: an example, a condition, what holds where there is no number, a bound.
const BY_THE_WAY: [&str; 24] = [
    "as",
    "at",
    "blank",
    "default",
    "e",
    "eg",
    "empty",
    "example",
    "examples",
    "from",
    "if",
    "last",
    "leave",
    "max",
    "maximum",
    "min",
    "minimum",
    "new",
    "not",
    "old",
    "previous",
    "recommended",
    "see",
    "w",
];
/// What stands before a unit and says nothing else.
const BEFORE: [&str; 14] =
    ["a", "e", "each", "every", "full", "g", "in", "n", "no", "number", "of", "the", "whole", "x"];

/// What the header of an interval says that bare numbers count, if anything. The platform's own `onceEveryNdays` is a
/// name, not a word about its values.
pub fn counted(header: &str) -> Option<Counted> {
    let header = header.to_lowercase().replace("w/o", "without");
    let parts = parts(&header);
    let legend = legend(&parts);
    let remarks = parts.iter().filter(|part| part.is_remark && !part.tokens.is_empty()).count();
    // In `(number, weekly)` it is one of what may be written.
    let is_example = |part: &&Part<'_>| remarks > 1 && matches!(part.tokens[..], ["weekly" | "wöchentlich"]);
    let says = |part: &Part<'_>| if is_example(&part) { Some(Said::Choice) } else { part.says() };
    let of_parts = parts.iter().filter(|part| part.pair(false).is_none()).filter_map(says);
    let said: Vec<Said> = of_parts.chain(legend).collect();
    let has = |what: Said| said.contains(&what);
    match (has(Said::Days), has(Said::Weeks)) {
        _ if has(Said::Choice) || has(Said::Codes) => Some(Counted::Unclear),
        (true, true) => Some(Counted::Unclear),
        (true, false) => Some(Counted::Days),
        (false, true) => Some(Counted::Weeks),
        (false, false) => has(Said::Vague).then_some(Counted::Unclear),
    }
}

/// True of `1 = daily, 2 = weekly`: numbers with what they mean, which is neither so many days nor so many weeks.
pub fn has_codes(header: &str) -> bool {
    legend(&parts(&header.to_lowercase())) == Some(Said::Codes)
}

/// What a part of a header says, or all of its numbers with what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Days,
    Weeks,
    /// Something that isn't understood, and gives way to what is.
    Vague,
    /// The same, which doesn't give way.
    Choice,
    /// Numbers that stand for something else than so many of a unit.
    Codes,
}

/// A part of a header: its words, numbers and the signs that join them.
#[derive(Debug, Default)]
struct Part<'a> {
    tokens: Vec<&'a str>,
    is_remark: bool,
}

fn parts(header: &str) -> Vec<Part<'_>> {
    let tokens = tokens(header);
    let (mut parts, mut part, mut depth) = (Vec::new(), Part::default(), 0_u32);
    for (index, token) in tokens.iter().copied().enumerate() {
        let is_pair = is_number(token) && tokens.get(index + 1).is_some_and(|next| is_link(next));
        let is_end =
            matches!(token, "(" | "[" | "{" | ")" | "]" | "}" | "," | ";" | "/" | "|" | "&" | "\n" | "and" | "und");
        if is_end || (is_pair && part.tokens.iter().any(|token| is_link(token))) {
            parts.push(std::mem::take(&mut part));
        }
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        part.is_remark = depth > 0;
        if !is_end {
            part.tokens.push(token);
        }
    }
    parts.push(part);
    parts
}

fn tokens(header: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = header;
    while let Some(first) = rest.chars().next() {
        let is_other: fn(char) -> bool = match first {
            _ if first.is_ascii_digit() => |character| !character.is_ascii_digit(),
            _ if first.is_alphabetic() => |character| !character.is_alphabetic(),
            _ => |_| true,
        };
        let end = rest.char_indices().skip(1).find(|(_, character)| is_other(*character));
        let (token, after) = rest.split_at(end.map_or(rest.len(), |(end, _)| end));
        if first.is_alphanumeric() || "()[]{},;/|&\n".contains(first) || is_link(token) {
            tokens.push(token);
        }
        rest = after;
    }
    tokens
}

fn is_number(token: &str) -> bool {
    token.starts_with(|character: char| character.is_ascii_digit())
}

fn is_link(token: &str) -> bool {
    matches!(token, "=" | "\u{2192}" | "is" | "means" | "ist" | ":") || is_dash(token)
}

fn is_dash(token: &str) -> bool {
    matches!(token, "-" | "\u{2013}")
}

/// What a number is said to mean.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    /// So many days.
    Days(f64),
    /// A month or more, which have no number of days, but are no less than four weeks.
    Months,
    /// Something else.
    Unknown,
}

impl Meaning {
    fn is(self, days: f64) -> bool {
        match self {
            Self::Days(meant) => meant == days,
            Self::Months => days >= 28.0,
            Self::Unknown => false,
        }
    }

    /// The meaning of words such as `every other week`.
    fn of(phrase: &[&str]) -> Self {
        const MONTHS: [&str; 9] = ["month", "mth", "monat", "mois", "quarter", "quartal", "year", "jahr", "annual"];
        if phrase.iter().any(|word| MONTHS.iter().any(|month| word.starts_with(month))) {
            return Self::Months;
        }
        let is_around =
            |word: &&str| matches!(*word, "every" | "each" | "once" | "a" | "per" | "the" | "in" | "jede" | "jeden");
        let words: Vec<&str> = phrase.iter().copied().filter(|word| !is_around(word)).collect();
        let (times, unit) = match words[..] {
            [unit] => (Some(1.0), unit),
            ["other" | "second" | "alternate", unit] => (Some(2.0), unit),
            [times, unit] => (count::number(times).or_else(|| count::named(times)), unit),
            _ => (None, ""),
        };
        let days = match unit {
            "fortnight" | "fortnightly" => 14.0,
            _ if is_weeks(unit) => 7.0,
            _ if is_days(unit) => 1.0,
            _ => return Self::Unknown,
        };
        times.map_or(Self::Unknown, |times| Self::Days(times * days))
    }
}

/// What all numbers of a header together mean that it explains.
fn legend(parts: &[Part<'_>]) -> Option<Said> {
    let is_legend = parts.iter().any(|part| part.pair(false).is_some());
    let pairs: Vec<(f64, Meaning)> = parts.iter().filter_map(|part| part.pair(is_legend)).collect();
    let all_count = |unit: f64| pairs.iter().all(|(number, meaning)| meaning.is(number * unit));
    let is_understood = pairs.iter().all(|(_, meaning)| *meaning != Meaning::Unknown);
    match (all_count(1.0), all_count(7.0)) {
        (true, true) => None,
        (true, false) => Some(Said::Days),
        (false, true) => Some(Said::Weeks),
        (false, false) if is_understood && pairs.len() > 1 => Some(Said::Codes),
        (false, false) => Some(Said::Choice),
    }
}

impl Part<'_> {
    /// A number and what it is said to mean. There is no interval of 0, and `min = 1` says nothing of what 1 means.
    /// Beside another pair what isn't understood is one too: `format: 5` alone is none, but in `daily: 1, Mon-Fri: 5` is.
    fn pair(&self, is_legend: bool) -> Option<(f64, Meaning)> {
        // In `Mon-Fri = 2` the dash is part of the phrase.
        let at = |is_it: fn(&str) -> bool| self.tokens.iter().position(|token| is_it(token));
        let plain = at(|token| is_link(token) && !is_dash(token) && token != ":");
        let link = plain.or_else(|| at(|token| token == ":")).or_else(|| at(is_dash))?;
        let (left, right) = (&self.tokens[..link], &self.tokens[link + 1..]);
        let (number, phrase, is_first) = match (left, right) {
            ([.., number], phrase) if is_number(number) => (number, phrase, true),
            (phrase, [number]) if is_number(number) => (number, phrase, false),
            _ => return None,
        };
        let number: f64 = number.parse().ok().filter(|number| *number > 0.0)?;
        let is_range =
            phrase.first().is_some_and(|first| is_number(first)) && matches!(self.tokens[link], ":" | "-" | "\u{2013}");
        if is_range || phrase.iter().all(|word| is_known(word) || is_number(word)) {
            return None;
        }
        let meaning = Meaning::of(phrase);
        let is_said = is_legend || (!is_dash(self.tokens[link]) && (is_first || self.tokens[link] != ":"));
        (is_said || meaning != Meaning::Unknown).then_some((number, meaning))
    }

    /// What it says without a number's meaning.
    fn says(&self) -> Option<Said> {
        let words: Vec<&str> =
            self.tokens.iter().copied().filter(|token| !is_number(token) && !is_link(token)).collect();
        let has = |is: fn(&str) -> bool| words.iter().any(|word| is(word));
        let (days, weeks) = (has(is_days), has(is_weeks));
        let is_plain = !self.is_remark || words.iter().all(|word| is_days(word) || is_weeks(word) || is_known(word));
        match (days, weeks) {
            (_, true) if words.iter().any(|word| matches!(*word, "or" | "oder")) => Some(Said::Choice),
            (false, true) if is_plain && !self.has_number_of_weeks() => {
                Some(if self.is_by_the_way(&words) { Said::Choice } else { Said::Weeks })
            }
            (true, false) if is_plain => Some(Said::Days),
            (true, false) => words.windows(2).any(|pair| is_unknown_kind(pair[0], pair[1])).then_some(Said::Vague),
            (false, false) => (has(may_be_weeks) || (self.is_remark && is_unknown_unit(&words))).then_some(Said::Vague),
            _ => Some(Said::Vague),
        }
    }

    /// True of `default: weekly`, `calls a week` and `week 12`, which say nothing of what numbers count.
    fn is_by_the_way(&self, words: &[&str]) -> bool {
        let one = |word: &str| matches!(word, "week" | "wk" | "w");
        let is_no = words.windows(2).any(|pair| pair[0] == "no" && pair[1] != "of");
        let is_rate = self.tokens.windows(3).any(|three| {
            matches!(three[1], "a" | "each") && one(three[2]) && !matches!(three[0], "once" | "every" | "per")
        });
        let is_numbered = self.tokens.windows(2).any(|pair| one(pair[0]) && is_number(pair[1]));
        let takes_back = |word: &&str| BY_THE_WAY.contains(word) && !is_weeks(word);
        is_no || is_rate || is_numbered || words.iter().any(takes_back)
    }

    /// True of `4 weeks`, which may be an example or the most that is allowed, but not of `1-52 weeks`.
    fn has_number_of_weeks(&self) -> bool {
        let number = self.tokens.windows(2).position(|pair| is_number(pair[0]) && is_weeks(pair[1]));
        number.is_some_and(|number| match self.tokens[..number] {
            [.., first, to] => !(is_number(first) && (is_dash(to) || to == "to")),
            _ => true,
        })
    }
}

fn is_known(word: &str) -> bool {
    KNOWN.split(' ').any(|known| known == word)
}

/// True of `onceEveryNweeks` too.
pub fn is_weeks(word: &str) -> bool {
    let before = word.strip_suffix('s').unwrap_or(word).strip_suffix("week");
    WEEKS.contains(&word) || before.is_some_and(|before| is_known(before) || before == "onceeveryn")
}

/// True of `IntervalDays` too.
pub fn is_days(word: &str) -> bool {
    let before = word.strip_suffix('s').unwrap_or(word).strip_suffix("day");
    DAYS.contains(&word) || before.is_some_and(is_known)
}

/// True of `work days`, but not of `such as daily` or of `(days, each month anew)`.
fn is_unknown_kind(word: &str, unit: &str) -> bool {
    is_days(unit) && !matches!(unit, "daily" | "täglich") && !is_known(word)
}

/// True of words that weeks are in, such as `biweekly`. Weekdays and weekends are days.
fn may_be_weeks(word: &str) -> bool {
    word.contains("week") && !word.contains("weekday") && !word.contains("weekend")
}

/// True of one word that nobody knows, where nothing else is said: it may be a unit.
fn is_unknown_unit(words: &[&str]) -> bool {
    let Some((last, before)) = words.split_last() else { return false };
    !is_known(last) && before.iter().all(|word| BEFORE.contains(word))
}
