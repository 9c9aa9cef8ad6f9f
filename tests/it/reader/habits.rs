//! A hundred small sheets as people write them, each with the reading that a careful person would
//! give it: of every row what would be sent, or the problems; or why there are no rows.

use campaign_scheduler::model::{Field, Finding, Row, Schedule};
use campaign_scheduler::reader::{DateOrder, ReadOptions};

use super::{read_bytes, said};

/// Each row in a line: its number, what is sent for it or its problems, then its warnings.
fn reading(bytes: &[u8], options: &ReadOptions) -> String {
    match read_bytes(bytes, options) {
        Ok((kept, reading)) => {
            let warnings = reading.warnings.iter().map(|warning| format!("sheet: {}", warning.message));
            kept.rows.iter().map(line).chain(warnings).collect::<Vec<_>>().join("\n")
        }
        Err(error) => said(&error),
    }
}

fn line(row: &Row) -> String {
    let name = row.campaign.as_ref().map_or("?", |name| name.as_str());
    let found = |found: &[Finding]| -> Vec<String> {
        found.iter().map(|f| format!("{} {}", f.cell.map_or("-".to_owned(), |cell| cell.to_string()), f.code)).collect()
    };
    let says = match row.schedule {
        Some(Schedule::Enable { window, recurrence }) => format!("{} to {}, {recurrence}", window.start, window.end),
        Some(Schedule::Disable) => "disable".to_owned(),
        None => found(&row.problems).join(", "),
    };
    let warned =
        if row.warnings.is_empty() { String::new() } else { format!("; warned {}", found(&row.warnings).join(", ")) };
    format!("{} {name}: {says}{warned}", row.place.row)
}

/// What becomes of one campaign with this start, end and interval.
fn of_values(start: &str, end: &str, interval: &str) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let text = format!("Campaign,Start,End,Interval\nA,{},{},{}\n", quoted(start), quoted(end), quoted(interval));
    reading(text.as_bytes(), &ReadOptions::default()).trim_start_matches("2 A: ").to_owned()
}

/// What was read otherwise than wanted: all of it, so that one run shows the lot.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn compare(&mut self, habit: &str, read: &str, wanted: &str) {
        if read != wanted {
            self.0.push(format!("{habit}:\n  read   {read}\n  wanted {wanted}"));
        }
    }

    fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

const GOOD: &str = "A: 2030-03-02 09:00:00 to 2030-04-30 18:00:00, every day";

#[test]
fn the_shape_of_a_file_doesn_t_change_what_it_says() {
    let plain = "Campaign,Start,End,Interval\nA,2030-03-02 09:00,2030-04-30 18:00,1\n";
    let with = |from: &str, to: &str| plain.replace(from, to).into_bytes();
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let mut wrong = Wrong::default();
    for (habit, row, bytes) in [
        ("plain", 2, plain.as_bytes().to_vec()),
        ("no line end at the end", 2, plain.trim_end().as_bytes().to_vec()),
        ("CR LF", 2, with("\n", "\r\n")),
        ("CR alone", 2, with("\n", "\r")),
        ("semicolons", 2, with(",", ";")),
        ("tabs", 2, with(",", "\t")),
        ("pipes", 2, with(",", "|")),
        ("a byte-order mark", 2, [b"\xef\xbb\xbf", plain.as_bytes()].concat()),
        ("UTF-16, little end first", 2, wide(plain, u16::to_le_bytes)),
        ("UTF-16, big end first", 2, wide(plain, u16::to_be_bytes)),
        ("UTF-16 with tabs, as \"Unicode text\" is saved", 2, wide(&plain.replace(',', "\t"), u16::to_le_bytes)),
        ("a sep= line", 2, format!("sep=,\r\n{plain}").into_bytes()),
        ("a sep= line and semicolons", 2, format!("sep=;\n{}", plain.replace(',', ";")).into_bytes()),
        ("a sep= line behind a byte-order mark", 2, format!("\u{feff}sep=;\n{}", plain.replace(',', ";")).into_bytes()),
        ("a sep= line in quotes", 2, format!("\"sep=;\"\n{}", plain.replace(',', ";")).into_bytes()),
        ("every cell in quotes", 2, with("A,2030-03-02 09:00,2030-04-30 18:00,1", "\"A\",\"2030-03-02 09:00\",\"2030-04-30 18:00\",\"1\"")),
        ("spaces around cells", 2, with(",", " , ")),
        ("separators at the end of each line", 2, with("\n", ",,,\n")),
        ("separators at the end of the header alone", 2, with("Interval", "Interval,,,")),
        ("separators at the end of the rows alone", 2, with("18:00,1", "18:00,1,,,")),
        ("columns in another order", 2, b"Interval,End,Start,Campaign\n1,2030-04-30 18:00,2030-03-02 09:00,A\n".to_vec()),
        ("columns without a name", 2, b",Campaign,Start,,End,Interval\n0,A,2030-03-02 09:00,x,2030-04-30 18:00,1\n".to_vec()),
        ("a number for each row", 2, b"No.,Campaign,Start,End,Interval\n1,A,2030-03-02 09:00,2030-04-30 18:00,1\n".to_vec()),
        ("columns for notes", 2, b"Owner,Campaign,Notes,Start,End,Interval,Budget\nme,A,\"a, b\",2030-03-02 09:00,2030-04-30 18:00,1,\"1.000,50\"\n".to_vec()),
        ("blank lines above", 4, [b"\n\n", plain.as_bytes()].concat()),
        ("blank lines between", 4, with("\nA", "\n\n,,,\nA")),
        ("blank lines below", 2, format!("{plain}\n,,,\n\n").into_bytes()),
        ("titles above", 4, format!("Campaigns of spring\nas of 1 March,,,\n{plain}").into_bytes()),
        ("a title that names a column", 3, format!("Campaign plan,,,\n{plain}").into_bytes()),
        ("a title with the separators of others", 3, format!("Start; end; and so on\n{plain}").into_bytes()),
        ("a split date and time", 2, b"Campaign,Start date,Start time,End date,End time,Interval\nA,2030-03-02,09:00,2030-04-30,18:00,1\n".to_vec()),
        ("a header in two rows", 3, b"Campaign,Start,,End,,Interval\n,Date,Time,Date,Time,(days)\nA,2030-03-02,09:00,2030-04-30,18:00,1\n".to_vec()),
        ("a header in two rows below a title", 5, b"Plan\n\nCampaign;Start;;End;;Interval\n;date;time;date;time;\nA;2030-03-02;9am;2030-04-30;6 pm;daily\n".to_vec()),
        ("an agency's flights", 2, b"Campaign,Flight start,Flight end,How often should it run?\nA,2030-03-02 09:00,2030-04-30 18:00,Every day\n".to_vec()),
        ("a split date and time, American", 2, b"Campaign,Start date,Start time,End date,End time,Interval\nA,2030-03-02,9:00 AM,2030-04-30,6:00 PM,1\n".to_vec()),
        ("no-break spaces", 2, "Campaign,Start,End,Interval\nA,2030-03-02\u{a0}09:00,2030-04-30\u{a0}18:00,\u{a0}1\u{a0}\n".as_bytes().to_vec()),
        ("decimals in the interval", 2, with(",1\n", ",1.0\n")),
        ("decimals with a comma", 2, b"Campaign;Start;End;Interval\nA;2030-03-02 09:00;2030-04-30 18:00;1,0\n".to_vec()),
    ] {
        wrong.compare(habit, &reading(&bytes, &ReadOptions::default()), &format!("{row} {GOOD}"));
    }
    wrong.none();
}

#[test]
fn headers_of_many_teams_are_understood() {
    let mut wrong = Wrong::default();
    for header in [
        "campaign_name,start,end,interval",
        "CAMPAIGN NAME,START,END,INTERVAL",
        "campaignName,startDateTime,endDateTime,onceEveryNdays",
        "campaignName,startDateTime,endDateTime,recurrenceObject.dailyDetails.onceEveryNdays",
        "Campaign,Start Date/Time,End Date/Time,Repeat every",
        "Campaign Name *,Start Date/Time:,End Date/Time:,Interval (days)",
        "Campaign title,Launch,Until,Repeats every (days)",
        "Name,From,To,Every",
        "Name,Begins,Ends,How often?",
        "Outbound campaign,Go-live,Expires,Cadence",
        "Dialler campaign,Start date,End date,Every N days",
        "Dialer Campaign Name,Start_Date,End_Date,Interval_Days",
        "# Campaign,Start [local],End [local],Interval [d]",
        "Campaign name (as on the platform),Start at,Finish,Run every",
        "Campaign,Scheduled start,Scheduled end,Once every",
        "Campaign,Valid from,Valid until,Repeat interval",
        "  campaign  ,  start  ,  end  ,  interval  ",
        "Campaign-Name,Start-Date,End-Date,Repeat-Every",
        "campaign.name,start.date,end.date,repeat.every",
        "Campaign\u{a0}Name,Start\u{a0}Date,End\u{a0}Date,Repeat\u{a0}every",
        "\"Campaign\nname\",\"Start\n(dd.mm.yyyy)\",\"End\n(dd.mm.yyyy)\",\"Interval\n(days)\"",
    ] {
        let text = format!("{header}\nA,2030-03-02 09:00,2030-04-30 18:00,1\n");
        let row = 2;
        wrong.compare(header, &reading(text.as_bytes(), &ReadOptions::default()), &format!("{row} {GOOD}"));
    }
    wrong.none();
}

#[test]
fn dates_are_read_in_every_common_form_or_asked_about() {
    const START: &str = "2030-03-02 09:00:00";
    let mut wrong = Wrong::default();
    for start in [
        "2030-03-02 09:00",
        "2030-03-02 9:00",
        "2030-03-02T09:00",
        "2030-03-02T09:00:00",
        "2030-03-02 09:00:00.000",
        "2030/03/02 09:00",
        "2030/3/2 9:00",
        "2030.03.02 09:00",
        "20300302T0900",
        "20300302T090000",
        "02.03.2030 09:00",
        "2.3.2030 9:00",
        "02.03.2030, 09:00",
        "02.03.2030 09.00",
        "2 March 2030 09:00",
        "2 Mar 2030 9am",
        "2-Mar-2030 09:00",
        "02-MAR-2030 09:00:00",
        "March 2, 2030 9:00 AM",
        "Mar 2 2030 9:00am",
        "March 2nd, 2030 at 9 am",
        "Saturday, 2 March 2030 09:00",
        "Sat 2 Mar 2030 09:00",
        "Sat, Mar 2, 2030 9:00 a.m.",
        "2nd of March 2030 09:00",
        "9:00 2 March 2030",
        "09:00, 2030-03-02",
        "2030-03-02_09:00",
        "2030-03-02 - 09:00",
        "2030-03-02 @ 9am",
        "2030 Mar 2 09:00",
    ] {
        wrong.compare(
            start,
            &of_values(start, "2030-04-30", "1"),
            &format!("{START} to 2030-04-30 23:59:59, every day"),
        );
    }
    for noon in ["2030-03-02 noon", "2 March 2030, 12 noon", "2030-03-02 at 12:00 noon", "2030-03-02 NOON"] {
        let wanted = "2030-03-02 12:00:00 to 2030-04-30 23:59:59, every day";
        wrong.compare(noon, &of_values(noon, "2030-04-30", "1"), wanted);
    }
    for (start, code) in [
        ("2030-03-02 midnight", "not-a-date"),
        ("2030-03-02 11 noon", "not-a-date"),
        ("03/02/2030 09:00", "ambiguous-date"),
        ("3-2-2030", "ambiguous-date"),
        ("31.02.2030", "no-such-date"),
        ("02.03.30", "two-digit-year"),
        ("3/13/30", "two-digit-year"),
        ("next Monday", "not-a-date"),
        ("tbd", "not-a-date"),
        ("46414", "bare-number"),
        ("46414,5", "bare-number"),
        ("####", "not-a-date"),
        ("#N/A", "error-value"),
        ("Err:502", "error-value"),
        ("2030-13-02", "no-such-date"),
        ("2030-03-02 25:00", "no-such-date"),
        ("Monday, 2 March 2030", "weekday-differs"),
        ("09:00", "not-a-date"),
        ("", "missing"),
    ] {
        wrong.compare(start, &of_values(start, "2030-04-30", "1"), &format!("B2 {code}"));
    }
    wrong.none();
    assert_eq!(of_values("27/01/2030", "02/27/2030", "1"), "2030-01-27 00:00:00 to 2030-02-27 23:59:59, every day");
    assert_eq!(
        of_values("05/05/2030 18:29", "06/06/2030", "1"),
        "2030-05-05 18:29:00 to 2030-06-06 23:59:59, every day"
    );
}

#[test]
fn intervals_are_read_in_every_common_form() {
    let mut wrong = Wrong::default();
    for (interval, recurrence) in [
        ("1", "every day"),
        ("7", "every 7 days"),
        ("1.0", "every day"),
        ("1,0", "every day"),
        ("2,00", "every 2 days"),
        ("daily", "every day"),
        ("Daily", "every day"),
        ("every day", "every day"),
        ("each day", "every day"),
        ("2 days", "every 2 days"),
        ("2d", "every 2 days"),
        ("every 2 days", "every 2 days"),
        ("Every other day", "every 2 days"),
        ("every second day", "every 2 days"),
        ("every 3rd day", "every 3 days"),
        ("EVERY 3RD DAY", "every 3 days"),
        ("once every 3 days", "every 3 days"),
        ("once a day", "every day"),
        ("weekly", "every week on Sat"),
        ("once a week", "every week on Sat"),
        ("every week", "every week on Sat"),
        ("1 week", "every week on Sat"),
        ("fortnightly", "every 2 weeks on Sat"),
        ("every 2 weeks", "every 2 weeks on Sat"),
        ("every other week", "every 2 weeks on Sat"),
        ("Mon/Wed/Fri", "every week on Mon/Wed/Fri"),
        ("Mon, Wed, Fri", "every week on Mon/Wed/Fri"),
        ("Mon;Wed;Fri", "every week on Mon/Wed/Fri"),
        ("Mon Wed Fri", "every week on Mon/Wed/Fri"),
        ("Monday and Friday", "every week on Mon/Fri"),
        ("Mondays & Fridays", "every week on Mon/Fri"),
        ("Mon-Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Mon - Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Mon to Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("Mon\u{2013}Fri", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("weekdays", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("weekends", "every week on Sat/Sun"),
        ("every weekday", "every week on Mon/Tue/Wed/Thu/Fri"),
        ("every Tuesday", "every week on Tue"),
        ("Tuesdays", "every week on Tue"),
        ("weekly on Tue", "every week on Tue"),
        ("2 weeks on Tue", "every 2 weeks on Tue"),
        ("every 2 weeks on Tue and Thu", "every 2 weeks on Tue/Thu"),
        ("every other Tuesday", "every 2 weeks on Tue"),
    ] {
        let wanted = format!("2030-03-02 09:00:00 to 2031-04-30 23:59:59, {recurrence}");
        wrong.compare(interval, &of_values("2030-03-02 09:00", "2031-04-30", interval), &wanted);
    }
    for (interval, code) in [
        ("0", "interval-out-of-range"),
        ("-1", "interval-out-of-range"),
        ("1.5", "interval-out-of-range"),
        ("3651", "interval-out-of-range"),
        ("1,5", "interval-out-of-range"),
        ("1,000", "not-an-interval"),
        ("monthly", "not-an-interval"),
        ("biweekly", "not-an-interval"),
        ("hourly", "not-an-interval"),
        ("sometimes", "not-an-interval"),
        ("", "missing"),
        ("none", "not-an-interval"),
    ] {
        wrong.compare(interval, &of_values("2030-03-02 09:00", "2031-04-30", interval), &format!("D2 {code}"));
    }
    wrong.none();
}

#[test]
fn sheets_with_slips_are_told_by_cell() {
    let mut wrong = Wrong::default();
    for (habit, text, wanted) in [
        (
            "a total below",
            "Campaign,Start,End,Interval\nA,2030-03-02 09:00,2030-04-30 18:00,1\n,,,\nTotal,,,1\n",
            "2 A: 2030-03-02 09:00:00 to 2030-04-30 18:00:00, every day\n4 Total: B4 missing, C4 missing",
        ),
        (
            "the header again in the middle",
            "Campaign,Start,End,Interval\nA,2030-03-02 09:00,2030-04-30 18:00,1\nCampaign,Start,End,Interval\n",
            "2 A: 2030-03-02 09:00:00 to 2030-04-30 18:00:00, every day\n\
             3 Campaign: B3 not-a-date, C3 not-a-date, D3 not-an-interval",
        ),
        (
            "an unquoted comma in a name",
            "Campaign,Start,End,Interval\nA, B,2030-03-02 09:00,2030-04-30 18:00,1\n",
            "2 A: B2 not-a-date, D2 not-an-interval, E2 beyond-header",
        ),
        (
            "a date in the column of names",
            "Campaign,Start,End,Interval\n,2030-03-02 09:00,2030-04-30 18:00,1\n",
            "2 ?: A2 missing",
        ),
        (
            "the end before the start",
            "Campaign,Start,End,Interval\nA,2030-04-30,2030-03-02,1\n",
            "2 A: C2 end-before-start",
        ),
        (
            "disable rows need nothing else",
            "Campaign,Start,End,Interval,Action\nA,,,,disable\nB,,,,off\nC,x,,0,DISABLE\n",
            "2 A: disable\n3 B: disable\n4 C: disable",
        ),
        (
            "no rows",
            "Campaign,Start,End,Interval\n",
            "sheet: there is a header and no row below it, so there is nothing to schedule",
        ),
        (
            "a column too few",
            "Campaign,Start,End\nA,1,2\n",
            "missing-columns: stdin: row 1 is the header, and it has no column for interval (add the columns)",
        ),
        (
            "a slip in the header",
            "Campaign,Start,End,Intervall\nA,1,2,3\n",
            "missing-columns: stdin: row 1 is the header, and it has no column for interval \
             (if these columns are meant, say --map 'interval=Intervall')",
        ),
        (
            "a zone in the header",
            "Campaign,Start (CET),End (CET),Interval\nA,2030-03-02 09:00,2030-04-30 18:00,1\n",
            "2 A: 2030-03-02 09:00:00 to 2030-04-30 18:00:00, every day\n\
             sheet: the column \"Start (CET)\" names a time zone, which is not read from a header; if its times are in CET, \
             say so with --timezone, and with --platform-timezone which zone the platform reads",
        ),
    ] {
        wrong.compare(habit, &reading(text.as_bytes(), &ReadOptions::default()), wanted);
    }
    wrong.none();
}

#[test]
fn windows_text_keeps_its_letters() {
    let text =
        b"Campaign;Start;End;Interval\nFr\xfchling \x96 \x84Stra\xdfe\x93 \x80;02.03.2030 09:00;30.04.2030 18:00;1\n";
    let wanted = "2 Fr\u{fc}hling \u{2013} \u{201e}Stra\u{df}e\u{201c} \u{20ac}: 2030-03-02 09:00:00 to 2030-04-30 18:00:00, every day";
    assert_eq!(reading(text, &ReadOptions::default()), wanted);
}

#[test]
fn a_flag_settles_what_was_asked() {
    let text = b"Kunde,Was,Wann,Bis,Wie oft\nx,A,03/02/2030,03/04/2030,1\n";
    let map = [(Field::CampaignName, "Was"), (Field::Start, "wann"), (Field::End, "Bis"), (Field::Interval, "wie oft")];
    let map = map.map(|(field, column)| (field, column.to_owned())).to_vec();
    for (order, wanted) in [
        (None, "2 A: C2 ambiguous-date, D2 ambiguous-date"),
        (Some(DateOrder::DayMonthYear), "2 A: 2030-02-03 00:00:00 to 2030-04-03 23:59:59, every day"),
        (Some(DateOrder::MonthDayYear), "2 A: 2030-03-02 00:00:00 to 2030-03-04 23:59:59, every day"),
    ] {
        let options = ReadOptions { map: map.clone(), date_order: order, ..ReadOptions::default() };
        assert_eq!(reading(text, &options), wanted);
    }
}
