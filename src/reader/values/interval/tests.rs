//! The grammar by table: three cells, and the recurrence or the code.

use chrono::Weekday;
use proptest::prelude::*;

use super::*;
use crate::model::schedule::{MOST_DAYS, MOST_WEEKS};
use crate::model::{Cell, Field, Recurrence, Weekdays};
use crate::reader::values::spot::{Notes, Spot};

/// What three cells say for a start on a Wednesday: as printed, or the code and field of what is wrong.
fn reading(cells: [Cell; 3]) -> String {
    let mut notes = Notes::default();
    let spots = [(Field::Interval, &cells[0]), (Field::Recurrence, &cells[1]), (Field::Days, &cells[2])];
    let [one, two, three] = spots.map(|(field, cell)| Spot { field, name: None, cell });
    let cells = Cells { interval: one, recurrence: two, days: three, header_counts: None };
    match interval(cells, true, &mut Memo::default(), &mut notes) {
        Some(plan) => plan.recurrence(Weekday::Wed).unwrap().to_string(),
        None => notes
            .problems
            .iter()
            .map(|problem| format!("{} {}", problem.field.unwrap(), problem.code))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

#[test]
fn an_interval_is_read_as_a_careful_person_would() {
    let table = [
        ("1", "every day"),
        ("2.0", "every 2 days"),
        ("+3", "every 3 days"),
        ("3650", "every 3650 days"),
        ("daily", "every day"),
        ("Daily", "every day"),
        ("every day", "every day"),
        ("Every Day.", "every day"),
        ("everyday", "every day"),
        ("once a day", "every day"),
        ("once every 2 days", "every 2 days"),
        ("2 days", "every 2 days"),
        ("2days", "every 2 days"),
        ("2d", "every 2 days"),
        ("2 day(s)", "every 2 days"),
        ("two days", "every 2 days"),
        ("every 2 days", "every 2 days"),
        ("every other day", "every 2 days"),
        ("every second day", "every 2 days"),
        ("every 3rd day", "every 3 days"),
        ("each day", "every day"),
        ("weekly", "every week on Wed"),
        ("every week", "every week on Wed"),
        ("1 week", "every week on Wed"),
        ("2w", "every 2 weeks on Wed"),
        ("every 2 weeks", "every 2 weeks on Wed"),
        ("every other week", "every 2 weeks on Wed"),
        ("fortnightly", "every 2 weeks on Wed"),
        ("every fortnight", "every 2 weeks on Wed"),
        ("520 weeks", "every 520 weeks on Wed"),
        ("Mon/Wed/Fri", "every week on Mon/Wed/Fri"),
        ("Mon, Wed, Fri", "every week on Mon/Wed/Fri"),
        ("mon wed fri", "every week on Mon/Wed/Fri"),
        ("Monday and Thursday", "every week on Mon/Thu"),
        ("Mon, Wed and Fri", "every week on Mon/Wed/Fri"),
        ("Mondays", "every week on Mon"),
        ("every Monday", "every week on Mon"),
        ("every other Monday", "every 2 weeks on Mon"),
        ("alternate Mondays", "every 2 weeks on Mon"),
        ("every 2 weekends", "every 2 weeks on Sat/Sun"),
        ("every other weekend", "every 2 weeks on Sat/Sun"),
        ("every 3 Mondays", "every 3 weeks on Mon"),
        ("2-weekly", "every 2 weeks on Wed"),
        ("Tu/Th", "every week on Tue/Thu"),
        ("Mon-Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Mon\u{2013}Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Mon - Wed, Sat", "every week on Mon/Tue/Wed/Sat"),
        ("Monday to Friday", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Fri-Mon", "every week on Mon/Fri/Sat/Sun"),
        ("weekdays", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("every weekday", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("weekends", "every week on Sat/Sun"),
        ("every week day", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("week days only", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("every other week day", "interval not-an-interval"),
        ("Monday weekly", "every week on Mon"),
        ("Mon/Wed, weekly", "every week on Mon/Wed"),
        ("Tue fortnightly", "every 2 weeks on Tue"),
        ("1.0000000000000002", "every day"),
        ("weekly weekly", "interval not-an-interval"),
        ("every 2 Mondays weekly", "interval not-an-interval"),
        ("2 weeks on Tue", "every 2 weeks on Tue"),
        ("every 2 weeks on Mon/Fri", "every 2 weeks on Mon/Fri"),
        ("weekly on Mon and Thu", "every week on Mon/Thu"),
        ("weekly: Mon", "every week on Mon"),
        ("weekly on: Mon, Thu", "every week on Mon/Thu"),
        ("on: Mon", "every week on Mon"),
        ("on Mon and on Wed", "every week on Mon/Wed"),
        ("weekly on Mon, on Thu", "every week on Mon/Thu"),
        ("on Fr, on", "interval not-an-interval"),
        ("on Fr, on mo", "interval not-an-interval"),
        ("fr, on", "interval not-an-interval"),
        ("on (Mon)", "every week on Mon"),
        ("weekly, on Mon", "every week on Mon"),
        ("weekly (on Mon and only Fri)", "every week on Mon/Fri"),
        ("weekly (Mon, Wed)", "every week on Mon/Wed"),
        ("Sun", "every week on Sun"),
        ("Mon...Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Mon., Wed.", "every week on Mon/Wed"),
        ("M-F", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("weekdays only", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Weekly - Mon", "every week on Mon"),
        ("every 2 weeks - Tue", "every 2 weeks on Tue"),
        ("Daily;", "every day"),
        ("W", "every week on Wed"),
        ("d", "every day"),
        ("2 w on Thu", "every 2 weeks on Thu"),
        ("once a week", "every week on Wed"),
        ("once a week on Fri", "every week on Fri"),
        ("once per week", "every week on Wed"),
        ("once/week", "every week on Wed"),
        ("once per day", "every day"),
        ("once daily", "every day"),
        ("once weekly on Fri", "every week on Fri"),
        ("once every 2 weeks", "every 2 weeks on Wed"),
        ("once every Friday", "every week on Fri"),
        ("twelve", "every 12 days"),
        ("Other", "interval not-an-interval"),
        ("Single", "interval not-an-interval"),
        ("A", "interval not-an-interval"),
        ("alternate", "interval not-an-interval"),
        ("W/Th", "interval not-an-interval"),
        ("W, Th", "interval not-an-interval"),
        ("W & Fri", "interval not-an-interval"),
        ("every W/Th", "interval not-an-interval"),
        ("M/F", "interval not-an-interval"),
        ("M", "interval not-an-interval"),
        ("Mon, ..., Fri", "interval not-an-interval"),
        ("Mon, Tue, ..., Fri", "interval not-an-interval"),
        ("Mon . . Fri", "interval not-an-interval"),
        ("Mon, Wed, ...", "interval not-an-interval"),
        ("weekly ... Mon", "interval not-an-interval"),
        ("per Mon", "interval not-an-interval"),
        ("once on Friday", "interval not-an-interval"),
        ("Once (Mon)", "interval not-an-interval"),
        ("once, Mon", "interval not-an-interval"),
        ("0", "interval interval-out-of-range"),
        ("-1", "interval interval-out-of-range"),
        ("1.5", "interval interval-out-of-range"),
        ("3651", "interval interval-out-of-range"),
        ("521 weeks", "interval interval-out-of-range"),
        ("0 days", "interval interval-out-of-range"),
        ("-2 days", "interval interval-out-of-range"),
        ("99999999999999999999", "interval interval-out-of-range"),
        ("biweekly", "interval not-an-interval"),
        ("bi-weekly", "interval not-an-interval"),
        ("monthly", "interval not-an-interval"),
        ("once", "interval not-an-interval"),
        ("hourly", "interval not-an-interval"),
        ("every 2 months", "interval not-an-interval"),
        ("twice a week", "interval not-an-interval"),
        ("daily on Mon", "interval not-an-interval"),
        ("2 days on Mon", "interval not-an-interval"),
        ("two Mondays", "interval not-an-interval"),
        ("4 Fridays", "interval not-an-interval"),
        ("2 daily", "interval not-an-interval"),
        ("every other weekday", "interval not-an-interval"),
        ("every", "interval not-an-interval"),
        ("every 2", "interval not-an-interval"),
        ("two", "every 2 days"),
        ("every two", "interval not-an-interval"),
        ("2 days once", "interval not-an-interval"),
        ("once every 2 days", "every 2 days"),
        ("Mon-", "interval not-an-interval"),
        ("Mon/Xyz", "interval not-an-interval"),
        ("1-2", "interval not-an-interval"),
        ("--", "interval not-an-interval"),
        ("x", "interval not-an-interval"),
        ("", "interval missing"),
        (" \u{a0}", "interval missing"),
    ];
    for (given, expected) in table {
        assert_eq!(reading([text(given), Cell::Empty, Cell::Empty]), expected, "{given:?}");
    }
}

#[test]
fn an_ordinal_counts_only_between_every_and_a_unit() {
    use super::spoken::{IntervalFault, read};
    let table = [
        ("every 2nd day", "every 2 days"),
        ("every third day", "every 3 days"),
        ("Each 12th Day", "every 12 days"),
        ("once every second day", "every 2 days"),
        ("every 3rd week", "every 3 weeks on Wed"),
        ("every second week", "every 2 weeks on Wed"),
        ("every 2nd week on Tue", "every 2 weeks on Tue"),
        ("every second fortnight", "every 4 weeks on Wed"),
        ("every other day", "every 2 days"),
        ("every other week", "every 2 weeks on Wed"),
        ("every other Tuesday", "every 2 weeks on Tue"),
        ("alternate Tuesdays", "every 2 weeks on Tue"),
    ];
    for (given, expected) in table {
        assert_eq!(reading([text(given), Cell::Empty, Cell::Empty]), expected, "{given:?}");
    }
    for given in [
        "first Monday",
        "3rd Tuesday",
        "2nd Friday",
        "second Mon/Fri",
        "third",
        "2nd",
        "21st",
        "first weekday",
        "2nd day",
        "second week",
        "once second week",
        "every first day",
        "every 1st week",
        "every first Monday",
        "every 3rd Tuesday",
        "every second Monday",
        "every 2nd weekday",
        "1st and 3rd Monday",
        "last Friday",
    ] {
        assert_eq!(read(given), Err(IntervalFault::Ordinal), "{given:?}");
        assert_eq!(reading([text(given), Cell::Empty, Cell::Empty]), "interval not-an-interval", "{given:?}");
    }
}

#[test]
fn recurrence_and_days_say_what_a_number_counts() {
    let table = [
        ("1", "daily", "", "every day"),
        ("2", "weekly", "", "every 2 weeks on Wed"),
        ("", "weekly", "", "every week on Wed"),
        ("", "Weekly", "Mon-Wed", "every week on Mon/Tue/Wed"),
        ("2", "", "Mon/Fri", "every 2 weeks on Mon/Fri"),
        ("", "", "weekdays", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("", "", "every day", "every week on Mon/Tue/Wed/Thu/Fri/Sat/Sun"),
        ("1", "weekly", "Mon-Sun", "every week on Mon/Tue/Wed/Thu/Fri/Sat/Sun"),
        ("weekly", "weekly", "Tue", "every week on Tue"),
        ("Mon", "weekly", "Mon", "every week on Mon"),
        ("every 2 weeks", "", "Sat", "every 2 weeks on Sat"),
        ("", "daily", "", "interval missing"),
        ("521", "weekly", "", "interval interval-out-of-range"),
        ("2 days", "weekly", "", "interval contradiction"),
        ("2 weeks", "daily", "", "interval contradiction"),
        ("weekdays", "daily", "", "interval contradiction"),
        ("1", "daily", "Mon", "days contradiction"),
        ("", "daily", "Mon", "days contradiction"),
        ("", "", "Mon..Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("", "", "Sat ... Mon.", "every week on Mon/Sat/Sun"),
        ("", "", "Mon.Fri", "every week on Mon/Fri"),
        ("", "", "Mon..", "days not-days"),
        ("", "", "on Mon and Thu", "every week on Mon/Thu"),
        ("", "", "On, Fr", "days not-days"),
        ("", "", "Fr, On", "days not-days"),
        ("", "", "on/fr", "days not-days"),
        ("", "", "On+Fr", "days not-days"),
        ("", "", "Mo, on", "days not-days"),
        ("", "", "Sa & on", "days not-days"),
        ("", "", "Mo on Fr", "days not-days"),
        ("on, fr", "", "", "interval not-an-interval"),
        ("daily", "", "Mon", "days contradiction"),
        ("Mon", "", "Tue", "days contradiction"),
        ("1", "monthly", "", "recurrence not-a-recurrence"),
        ("1", "fortnightly", "", "recurrence not-a-recurrence"),
        ("1", "weekly x", "", "recurrence not-a-recurrence"),
        ("1", "weekly", "Mon/Foo", "days not-days"),
        ("x", "y", "z", "interval not-an-interval, recurrence not-a-recurrence, days not-days"),
    ];
    for (interval, recurrence, days, expected) in table {
        let given = [text(interval), text(recurrence), text(days)];
        assert_eq!(reading(given), expected, "{interval:?} {recurrence:?} {days:?}");
    }
}

#[test]
fn all_problems_of_the_three_cells_are_told_and_none_that_is_not_certain() {
    let table = [
        ("0", "", "foo", "interval interval-out-of-range, days not-days"),
        ("0", "foo", "", "recurrence not-a-recurrence, interval interval-out-of-range"),
        ("521", "weekly", "foo", "days not-days, interval interval-out-of-range"),
        ("521 weeks", "foo", "", "recurrence not-a-recurrence, interval interval-out-of-range"),
        ("3651", "foo", "foo", "recurrence not-a-recurrence, days not-days, interval interval-out-of-range"),
        ("daily", "weekly", "foo", "days not-days, interval contradiction"),
        ("xyz", "daily", "Mon", "interval not-an-interval, days contradiction"),
        ("0 days", "weekly", "Mon", "interval contradiction, days contradiction, interval interval-out-of-range"),
        ("0", "daily", "Mon", "days contradiction, interval interval-out-of-range"),
        ("#N/A", "daily", "Mon", "interval error-value, days contradiction"),
        ("Mon", "foo", "Tue", "recurrence not-a-recurrence, days contradiction"),
        // As days these are fine, and nobody knows whether they are weeks.
        ("521", "foo", "", "recurrence not-a-recurrence"),
        ("521", "foo", "Mon", "recurrence not-a-recurrence"),
        ("521", "", "foo", "days not-days"),
        // Nobody knows what these would contradict.
        ("daily", "foo", "", "recurrence not-a-recurrence"),
        ("daily", "", "foo", "days not-days"),
        ("xyz", "weekly", "Mon", "interval not-an-interval"),
        // With another recurrence or days a blank is 1.
        ("", "foo", "", "recurrence not-a-recurrence"),
        ("", "daily", "foo", "days not-days"),
    ];
    for (interval, recurrence, days, expected) in table {
        let mut told: Vec<_> = expected.split(", ").collect();
        let reading = reading([text(interval), text(recurrence), text(days)]);
        let mut read: Vec<_> = reading.split(", ").collect();
        told.sort_unstable();
        read.sort_unstable();
        assert_eq!(read, told, "{interval:?} {recurrence:?} {days:?}");
    }
}

#[test]
fn what_the_platform_hasn_t_is_told_from_what_nobody_understands() {
    use super::spoken::{IntervalFault, read};
    for text in [
        "monthly on Mon",
        "2 months on Mon",
        "every 2 hours",
        "once",
        "2 days once",
        "3 times a week",
        "once on Fri",
        "once",
    ] {
        assert_eq!(read(text).err(), Some(IntervalFault::NotOffered), "{text}");
    }
    for text in ["once every", "x", "every two"] {
        assert_eq!(read(text).err(), Some(IntervalFault::Unreadable), "{text}");
    }
}

#[test]
fn a_cell_of_another_kind_is_a_problem() {
    let date = chrono::NaiveDate::from_ymd_opt(2030, 1, 27).unwrap().and_hms_opt(0, 0, 0).unwrap();
    for cell in [Cell::Date(date), Cell::Bool(true), Cell::Time(0.5)] {
        assert_eq!(reading([cell, Cell::Empty, Cell::Empty]), "interval wrong-type");
    }
    assert_eq!(reading([Cell::Number(2.0), Cell::Empty, Cell::Empty]), "every 2 days");
    assert_eq!(reading([Cell::Number(0.5), Cell::Empty, Cell::Empty]), "interval interval-out-of-range");
    assert_eq!(reading([Cell::Number(f64::NAN), Cell::Empty, Cell::Empty]), "interval interval-out-of-range");
    assert_eq!(reading([Cell::UncomputedFormula, Cell::Empty, Cell::Empty]), "interval formula-without-value");
    assert_eq!(reading([text("#N/A"), Cell::Empty, Cell::Empty]), "interval error-value");
}

fn any_recurrence() -> impl Strategy<Value = Recurrence> {
    let weekly = (1..=MOST_WEEKS, 1u8..128).prop_filter_map("no days", |(weeks, bits)| {
        let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        let days = all.into_iter().filter(|day| bits & (1 << day.num_days_from_monday()) != 0);
        Weekdays::new(days).map(|days| Recurrence::Weekly(weeks, days))
    });
    prop_oneof![(1..=MOST_DAYS).prop_map(Recurrence::Daily), weekly]
}

proptest! {
    #[test]
    fn what_a_recurrence_prints_is_read_again(recurrence in any_recurrence()) {
        let printed = recurrence.to_string();
        prop_assert_eq!(reading([text(&printed), Cell::Empty, Cell::Empty]), printed);
    }

    #[test]
    fn no_text_is_too_much(one in "\\PC{0,40}", two in "\\PC{0,20}", three in "\\PC{0,20}") {
        reading([text(&one), text(&two), text(&three)]);
    }

    #[test]
    fn no_jumble_of_words_is_too_much(one in "(every|2|weeks?|day|on|Mon|-|/|and|to|bi|other| |2nd|first|\\(|s|\\)){0,12}") {
        reading([text(&one), Cell::Empty, Cell::Empty]);
    }
}
