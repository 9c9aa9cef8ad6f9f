//! What people read about their rows.

use super::*;

#[test]
fn an_ambiguous_date_learns_what_other_rows_suggest() {
    let sheet = Sheet::new();
    let mut reader = sheet.reader();
    let mut read = |number, start: &str| {
        reader.read(RawRow { number, cells: [text("a"), text(start), text("2027-12-31"), text("1")].to_vec() })
    };
    let mut problem = read(2, "03/02/2027").problems.remove(0);
    assert_eq!(problem.code, Code::AmbiguousDate);
    read(3, "27/02/2027");
    read(4, "28/02/2027");
    let mut alone = problem.clone();
    reader.finish().amend(&mut problem);
    assert_eq!(
        problem.message,
        "the start \"03/02/2027\" can be 3 February 2027 or 2 March 2027; \
         B3 \"27/02/2027\" and 1 more suggest day first (--date-order dmy)"
    );
    sheet.reader().finish().amend(&mut alone);
    assert!(alone.message.ends_with("; no other date of the sheet tells which"), "{}", alone.message);
}

#[test]
fn an_ambiguous_date_learns_from_its_own_column_and_from_all_if_that_shows_nothing() {
    let mut reader = Sheet::new().reader();
    let mut read = |number, start: &str, end: &str| {
        reader.read(RawRow { number, cells: [text("a"), text(start), text(end), text("1")].to_vec() })
    };
    let mut start = read(2, "03/02/2027", "2027-12-31").problems.remove(0);
    let mut other = start.clone();
    other.cell = None;
    read(3, "27/02/2027", "12/31/2027");
    let orders = reader.finish();
    orders.amend(&mut start);
    orders.amend(&mut other);
    let (day, month) = (
        "B3 \"27/02/2027\" suggests day first (--date-order dmy)",
        "C3 \"12/31/2027\" suggests month first (--date-order mdy)",
    );
    assert!(start.message.ends_with(&format!("; {day}")), "{}", start.message);
    assert!(other.message.ends_with(&format!("; {day}, but {month}")), "{}", other.message);
}

#[test]
fn findings_say_what_is_wrong_and_what_to_do() {
    use Field::{CampaignName, Days, End, Interval, Recurrence, Start, StreamId as Stream, Timezone};
    let sheet = Sheet::of(&[CampaignName, Start, End, Interval, Recurrence, Days, Timezone, Stream]);
    let rows = [
        ["", "31/02/2027", "27/01/27", "monthly", "yearly", "Mo/Di", "Berlin", "st 1"],
        ["a\nb", "46414", "27 Januar 2027", "2 days", "weekly", "", "", ""],
        ["#REF!", "2027-01-27", "2027-01-26 18:29", "0", "", "", "", ""],
        ["a", "03/02/2027", "27 January", "biweekly", "", "", "", ""],
        ["a", "Mon 2027-01-27", "2027-02-27 18:29 CET", "x", "", "", "", ""],
        ["\u{a0}a", "2027-01-01 18:29", "2027-01-02", "7", "", "", "", ""],
        ["a", "2037-13-01", "13.13.2037", "7", "", "", "", ""],
    ];
    let mut said = String::new();
    for row in rows.map(|cells| sheet.row(&cells)) {
        for finding in row.problems.iter().chain(&row.untimely).chain(&row.warnings) {
            let cell = finding.cell.unwrap();
            said.push_str(&format!("{cell} {}: {}\n    {}\n", finding.code, finding.message, finding.hint));
        }
    }
    insta::assert_snapshot!(said, @r##"
    A7 missing: the campaign's name is missing
        write the campaign's name exactly as the platform shows it
    B7 no-such-date: the start "31/02/2027" names a day that doesn't exist
        write a day that exists, up to 2027-02-28
    C7 two-digit-year: the end "27/01/27" has a year of two digits
        write the year in four digits
    D7 not-an-interval: "monthly" is not an interval that the platform offers: it counts days or weeks
        write a whole number such as 1 or 7, or words such as daily, every 2 weeks, Mon/Wed/Fri
    E7 not-a-recurrence: "yearly" is neither daily nor weekly
        write daily or weekly, since the platform offers nothing else; every second week is weekly with interval 2, and days of the week go into days
    F7 not-days: "Mo/Di" is not a list of weekdays
        write English days such as Mon/Wed/Fri, Mon-Fri, weekdays or weekends
    G7 unknown-timezone: "Berlin" is not a time zone
        did you mean "Europe/Berlin"? write a name such as Europe/Berlin or an offset such as +02:00
    H7 not-a-stream-id: "st 1" is not a stream id: it holds " "
        write the id alone, such as st-0603182c-7ffb-53c3, or leave the cell blank for the run's stream
    A7 control-character: the name holds a line break: "a\u{a}b"
        type the name again in one line
    B7 bare-number: the start "46414" is a bare number, not a date
        format the column as a date in the spreadsheet program and save again, or write it as 2030-01-27 18:29
    C7 not-a-date: the end "27 Januar 2027" is not a date: "Januar" is not an English month
        write it as 2030-01-27 18:29
    D7 contradiction: "2 days" counts days, but the recurrence is weekly
        make both daily or both weekly
    A7 error-value: "#REF!" is an error of the spreadsheet, not a value
        mend the cell's formula, or type the value instead
    C7 end-before-start: the end "2027-01-26 18:29" is not after the start "2027-01-27"
        choose an end after the start
    D7 interval-out-of-range: "0" is not a whole number of days from 1 to 3650
        write a whole number from 1 to 3650
    B7 ambiguous-date: the start "03/02/2027" can be 3 February 2027 or 2 March 2027
        say which with --date-order dmy or --date-order mdy, or write 2027-02-03 or 2027-03-02
    C7 not-a-date: the end "27 January" has no year
        add the year in four digits, such as 27 January 2030 18:29
    D7 not-an-interval: "biweekly" can mean twice a week or every other week
        write every 2 weeks, or the days, such as Mon/Thu
    B7 weekday-differs: the start "Mon 2027-01-27" says Monday, but 2027-01-27 is a Wednesday
        mend the day of the week or the date
    C7 unknown-timezone: the end "2027-02-27 18:29 CET" names a time zone, "CET", that isn't an offset
        write an offset such as +02:00 instead, or give the zone's name in a column "timezone"
    D7 not-an-interval: "x" is not an interval
        write a whole number such as 1 or 7, or words such as daily, every 2 weeks, Mon/Wed/Fri
    A7 invisible-trimmed: invisible characters (\u{a0}) at the ends of the name were left out
        if the platform's name really has them, rename the campaign there; else nothing is to be done
    B7 start-may-be-past: the start "2027-01-01 18:29" is past in some time zones
        say in which zone the sheet is written with --timezone, such as --timezone Europe/Berlin
    D7 interval-exceeds-window: the interval (every 7 days) is longer than the time from start to end
        choose a later end or a shorter interval, unless it is to run only once
    B7 no-such-date: the start "2037-13-01" names a day that doesn't exist
        if month and day are the wrong way round, write it as 2037-01-13
    C7 no-such-date: the end "13.13.2037" names a day that doesn't exist
        write a day and a month that exist, in the form 2030-01-27 18:29
    "##);
}
