//! Promise 9 on the real binary: the machine's zone and language change nothing.

use std::fs;
use std::process::Command;
use std::time::Duration;

use super::site::{Site, settings};
use crate::cli::ended;

/// Zones on both sides of the sheet's day, one with odd minutes; languages that write dates, numbers and
/// an upper-case i otherwise.
const PLACES: [(&str, &str); 5] = [
    ("UTC", "C"),
    ("Pacific/Kiritimati", "de_DE.UTF-8"),
    ("America/Los_Angeles", "en_US.UTF-8"),
    ("Asia/Kathmandu", "tr_TR.UTF-8"),
    (":/nowhere", "xx_XX"),
];

/// Rows that a program would read otherwise if it asked the machine what is meant.
const SHEET: &str = "Campaign,Start,End,Interval,Timezone\n\
    plain,2037-03-02 09:00,2037-04-30 18:00,daily,\n\
    days alone,2037-03-02,2037-04-30,weekly,\n\
    dots,02.03.2037 09:00,30.04.2037,Mon-Fri,\n\
    which,03/02/2037,30/04/2037,daily,\n\
    offset,2037-03-02T23:30:00+02:00,2037-04-30,daily,\n\
    İZMIR zone,2037-03-29 02:30,2037-04-30,weekly,Europe/Berlin\n\
    months,2 March 2037 9pm,30 Apr 2037,2 weeks on Tue,\n\
    number,\"1,5\",2037-04-30,\"1.000\",\n";

fn at(place: (&str, &str), mut command: Command) -> Command {
    command.env("TZ", place.0).env("LANG", place.1).env("LC_ALL", place.1);
    command
}

#[test]
fn a_sheet_means_the_same_whatever_the_machines_zone_and_language() {
    for flags in [&[][..], &["--date-order", "dmy"], &["--timezone", "Asia/Tokyo", "--platform-timezone", "UTC"]] {
        let told = PLACES.map(|place| {
            let site = Site::new(settings(Duration::ZERO));
            fs::write(site.path("sheet.csv"), SHEET).unwrap();
            let words = ["check", "sheet.csv", "--format", "jsonl"].iter().chain(flags).copied();
            let told = ended(&mut at(place, site.program(words)));
            assert_eq!(told.stdout.lines().count(), 8, "{told}");
            told
        });
        for (place, other) in PLACES.iter().zip(&told) {
            assert_eq!(other.stdout, told[0].stdout, "{flags:?}: at {place:?} the sheet means something else");
            assert_eq!(other.code, told[0].code);
        }
    }
}

#[test]
fn a_run_elsewhere_finds_its_rows_unchanged() {
    let site = Site::new(settings(Duration::ZERO));
    site.write_names((1..=4).map(|row| format!("c{row}")));
    for (number, place) in PLACES.into_iter().enumerate() {
        let told = ended(&mut at(place, site.run(["--format", "json"])));
        assert_eq!(told.code, Some(0), "{told}");
        let status = if number == 0 { "scheduled" } else { "unchanged" };
        assert_eq!(told.json()["outcomes"][status], 4, "at {place:?}: {told}");
    }
    assert_eq!(site.arrivals().len(), 4);
}
