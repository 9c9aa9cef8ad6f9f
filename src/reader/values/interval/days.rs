//! Sets of weekdays: `Mon/Wed/Fri`, `Mon-Fri`, `weekdays`.

use chrono::Weekday;

use super::words::Words;
use crate::model::Weekdays;

/// The day of an English name: in full, its plural, or the usual short forms.
pub(crate) fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, &[&str], Weekday); 7] = [
        ("monday", &["mon", "mo"], Weekday::Mon),
        ("tuesday", &["tue", "tues", "tu"], Weekday::Tue),
        ("wednesday", &["wed", "weds", "we"], Weekday::Wed),
        ("thursday", &["thu", "thur", "thurs", "th"], Weekday::Thu),
        ("friday", &["fri", "fr"], Weekday::Fri),
        ("saturday", &["sat", "sa"], Weekday::Sat),
        ("sunday", &["sun", "su"], Weekday::Sun),
    ];
    let singular = if word.len() > 6 { word.strip_suffix(['s', 'S']).unwrap_or(word) } else { word };
    let is = |name: &str| name.eq_ignore_ascii_case(singular);
    NAMES.iter().find(|(name, short, _)| is(name) || short.iter().any(|s| is(s))).map(|(_, _, day)| *day)
}

/// What may stand between days.
const BETWEEN: [&str; 11] = ["and", "only", "/", ",", ";", "&", "+", "|", ":", "(", ")"];

/// Reads the words to their end as days.
pub(super) fn days(words: &mut Words<'_>) -> Option<Weekdays> {
    let mut set = Set(0);
    words.eat_any(&BETWEEN);
    // Before another of a list it may be a day of other languages: onsdag is Wednesday.
    let says_on = words.eat(&["on"]);
    if says_on && words.is_next(&["/", ",", ";", "&", "+", "|"]) {
        return None;
    }
    loop {
        words.eat_any(&BETWEEN);
        let is_again = says_on && words.eat(&["on"]);
        let Some(word) = words.next().filter(|word| !is_again || word.len() > 2) else {
            if is_again {
                return None;
            }
            break;
        };
        let is_m_to_f = word.eq_ignore_ascii_case("m") && words.eat(&["-"]) && words.eat(&["f"]);
        let is_in_two = word.eq_ignore_ascii_case("week") && words.eat(&["day", "days"]);
        if is_m_to_f || is_in_two || word.eq_ignore_ascii_case("weekdays") || word.eq_ignore_ascii_case("weekday") {
            set.span(Weekday::Mon, Weekday::Fri);
        } else if word.eq_ignore_ascii_case("weekends") || word.eq_ignore_ascii_case("weekend") {
            set.span(Weekday::Sat, Weekday::Sun);
        } else {
            let first = weekday(word)?;
            let is_span = words.eat_dots() || words.eat(&["-", "to", "through", "thru", "until"]);
            let last = if is_span { weekday(words.next()?)? } else { first };
            set.span(first, last);
        }
    }
    set.weekdays()
}

/// The days of a cell of its own, where every day can be said too.
pub(super) fn days_cell(text: &str) -> Option<Weekdays> {
    const ALL: [&str; 8] = ["all", "all days", "every day", "everyday", "daily", "each day", "all week", "any day"];
    if ALL.iter().any(|all| all.eq_ignore_ascii_case(text)) {
        let mut set = Set(0);
        set.span(Weekday::Mon, Weekday::Sun);
        return set.weekdays();
    }
    let mut words = Words::new(text);
    words.eat(&["every", "each"]);
    days(&mut words)
}

struct Set(u8);

impl Set {
    fn span(&mut self, first: Weekday, last: Weekday) {
        let mut day = first;
        loop {
            self.0 |= 1 << day.num_days_from_monday();
            if day == last {
                break;
            }
            day = day.succ();
        }
    }

    fn weekdays(&self) -> Option<Weekdays> {
        use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        let has = |day: &Weekday| self.0 & (1 << day.num_days_from_monday()) != 0;
        Weekdays::new([Mon, Tue, Wed, Thu, Fri, Sat, Sun].into_iter().filter(has))
    }
}
