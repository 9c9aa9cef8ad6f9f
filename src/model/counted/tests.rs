//! Headers as teams write them, and what they say.

use super::*;

#[test]
fn a_header_says_what_an_interval_counts_by_its_name_or_a_remark_unless_it_leaves_a_choice() {
    use Counted::{Days, Unclear, Weeks};
    for (header, said) in [
        ("Interval (weeks)", Some(Weeks)),
        ("Interval (in weeks)", Some(Weeks)),
        ("Interval (week(s))", Some(Weeks)),
        ("Intervall (Wochen)", Some(Weeks)),
        ("Every [wks.]", Some(Weeks)),
        ("Interval (weekly)", Some(Weeks)),
        ("onceEveryNweeks", Some(Weeks)),
        ("Weekly interval (a number)", Some(Weeks)),
        ("Interval (1 = every week)", Some(Weeks)),
        ("Interval (1 = weekly, 2 = every 2 weeks)", Some(Weeks)),
        ("Interval (weekly: 1)", Some(Weeks)),
        ("Interval (number of weeks)", Some(Weeks)),
        ("Interval (weeks, 1 = every week)", Some(Weeks)),
        ("Interval (days)", Some(Days)),
        ("Interval (number of days)", Some(Days)),
        ("Every N days", Some(Days)),
        ("Daily interval", Some(Days)),
        ("Interval (1 = daily, 7 = weekly)", Some(Days)),
        ("Interval (days; weekly = 7)", Some(Days)),
        ("Interval (days, e.g. 7 = 1 week)", Some(Days)),
        ("Interval (days, max. 4 weeks)", Some(Days)),
        ("Interval (number; weekly is 7)", Some(Days)),
        ("Interval (7 = once a week, min. 1)", Some(Days)),
        ("Interval", None),
        ("Interval ()", None),
        ("onceEveryNdays", None),
        ("How often (daily or weekly)", Some(Unclear)),
        ("Every (days or weeks)", Some(Unclear)),
        ("Interval (min. 1)", None),
        ("Interval (days of the week)", Some(Unclear)),
    ] {
        assert_eq!(counted(header), said, "{header}");
    }
}

fn all_say(headers: &str, said: Option<Counted>) {
    let others = headers.split(" ~ ").map(|header| (header, counted(header))).filter(|(_, found)| *found != said);
    assert_eq!(others.collect::<Vec<_>>(), [], "{said:?}");
}

#[test]
fn a_legend_says_what_all_of_its_numbers_count_whichever_way_round_it_stands() {
    all_say(
        "Interval (7 = 1 week) ~ Interval (7 = 1 week, 14 = 2 weeks) ~ Repeat every (7 = 1 wk) ~ Every (1 week = 7) ~ \
         Interval (1 is daily; 7 means weekly) ~ Interval (number; 1=daily 14=every other week) ~ Days (14 = fortnight)",
        Some(Counted::Days),
    );
    all_say(
        "Interval (2 = every 2 weeks) ~ Interval (e.g. 2 = every 2 weeks) ~ Interval (2 = every other week) ~ \
         Interval (4 = every four weeks) ~ Interval (1 = one week) ~ Interval (1 = every week, 4 = monthly) ~ \
         Interval (weeks, 0 = never) ~ Repeat every (1 => weekly, 2 => every second week)",
        Some(Counted::Weeks),
    );
    all_say(
        "Interval (1 = daily, 2 = Mon-Fri) ~ Interval (1 = daily, 2 = weekdays) ~ Interval (1 = A, 2 = B) ~ \
         Interval (1=daily, 2=biweekly) ~ Interval (1: daily, 2: Mon-Fri) ~ Interval (days, 1 = weekly) ~ \
         Interval (1 = täglich, 2 = wöchentlich) ~ Interval (2 = weekly) ~ Every n weeks (7 = weekly) ~ \
         Interval (daily = 1, Mon-Fri = 2) ~ Interval (daily = 1, bi-weekly = 2) ~ Interval (daily: 1, Mon-Fri: 2) ~ \
         Interval (Mon-Fri = 5, daily = 1) ~ Interval (daily is 1, Mon-Fri is 2)",
        Some(Counted::Unclear),
    );
}

#[test]
fn weeks_count_wherever_a_header_names_them_in_words_that_are_known() {
    all_say(
        "Every (n) weeks ~ Repeat every (#) weeks ~ Repeat every [N] weeks ~ Every [ ] week(s) ~ No. of wks ~ Wks ~ \
         (Number of) weeks between runs ~ Once every (n) weeks ~ freq_wk ~ recurrenceObject.weeklyDetails.onceEveryNweeks ~ \
         Interval (weeks, required) ~ Interval (weeks only) ~ Interval (weeks, see note) ~ Interval (required, weeks) ~ \
         Interval (in weeks, mandatory field) ~ Interval (weeks between calls) ~ Interval (in full weeks, starting Monday) ~ \
         Interval (weeks, not days!) ~ Interval (1-52 weeks) ~ Interval (weeks 1 to 52) ~ Interval (semanas)",
        Some(Counted::Weeks),
    );
    all_say(
        "Interval (1, 2 or 4 weeks) ~ Interval (1/2/4 weeks) ~ Interval (up to 4 weeks) ~ Every (days) or weeks ~ \
         Interval (not weeks) ~ Interval (number or weekly) ~ Interval (biweekly) ~ Interval (day/week) ~ \
         Weekly interval (days) ~ Interval (in weeks, blank = daily) ~ Interval (e.g. 2wk) ~ Interval (default: weekly) ~ \
         Interval (e.g. weekly) ~ Interval (e.g. 2, weekly) ~ Interval (number, weekly) ~ Interval (blank = weekly) ~ \
         Interval (weekly if blank) ~ Interval (leave blank if weekly) ~ Interval (no weekly) ~ Interval (required if weekly) ~ \
         Interval (max weekly) ~ Interval (recommended: weekly) ~ Interval (see weekly schedule) ~ \
         Interval (as of week 12) ~ Interval (new from week 12) ~ Interval (wk12) ~ Interval (W12) ~ Interval (2 a week) ~ \
         Interval (calls each week) ~ Interval (from last week) ~ Interval (old: weeks) ~ \
         Interval (daily/weekly) ~ Interval (e.g. daily, weekly) ~ Interval (days, blank = weekly)",
        Some(Counted::Unclear),
    );
}

#[test]
fn a_unit_that_nobody_knows_leaves_open_what_is_counted_and_other_remarks_do_not() {
    all_say(
        "Interval (mo) ~ Interval (mos) ~ Interval (M) ~ Interval (qtr) ~ Interval (BD) ~ \
         Interval (work days) ~ Interval (maanden) ~ Interval (in måneder) ~ Interval (uren) ~ Intervalo (meses) ~ \
         Interval (2 mo) ~ Interval (required, mo) ~ Interval (weekdays)",
        Some(Counted::Unclear),
    );
    all_say(
        "Interval * ~ Interval (required) ~ Interval (optional) ~ Interval (e.g. 7) ~ Interval (number) ~ Interval (#) ~ \
         Interval (whole number) ~ Interval (1-365) ~ Interval (1 to 365) ~ Interval (>0) ~ Interval (1, 7, ...) ~ \
         Interval (default: 1) ~ Interval (min = 1, max = 365) ~ Interval (see the tab Rules) ~ Interval (N) ~ \
         Interval (number or weekdays) ~ Interval (a number, or words such as daily) ~ 4. Repeat every ~ Interval (Pflichtfeld) ~ Interval (Zahl) ~ Interval (old)",
        None,
    );
    all_say(
        "Every (n) days ~ Every (how many days) ~ Interval (calendar days) ~ Interval (max. 30 days) ~ Interval (days, approx) ~ IntervalDays ~ \
         Interval (days per run) ~ Interval (jours) ~ Interval (1-365 days) ~ Gap (days, not weeks)",
        Some(Counted::Days),
    );
}
