//! Zones, the present, and the changes of the clocks.

use super::*;

#[test]
fn the_past_is_judged_by_the_zone_that_is_known() {
    let row = |sheet: &Sheet, start: &str, end: &str| outcome(&sheet.row(&["a", start, end, "1"]));
    let window = |start: &str, end: &str| format!("{start}:00 to {end}:00, every day");
    let (start, end) = ("2027-01-27 18:29", "2027-02-27 18:29");
    let unknown = |now| Sheet::new().at(now);
    assert_eq!(row(&unknown("2027-01-27T04:29:00Z"), start, end), window(start, end));
    assert_eq!(row(&unknown("2027-01-27T04:29:01Z"), start, end), window(start, end) + "; warned B7 start-may-be-past");
    assert_eq!(row(&unknown("2027-01-28T06:29:00Z"), start, end), window(start, end) + "; warned B7 start-may-be-past");
    assert_eq!(row(&unknown("2027-01-28T06:29:01Z"), start, end), window(start, end) + "; untimely B7 start-past");
    assert_eq!(
        row(&unknown("2027-02-28T06:29:00Z"), start, end),
        window(start, end) + "; untimely B7 start-past, C7 end-past"
    );
    let mut late = unknown("2027-02-27T04:28:59Z");
    late.options.allow_past_start = true;
    assert_eq!(row(&late, start, end), window(start, end));
    late.now = "2027-02-27T04:29:00Z".parse().unwrap();
    assert_eq!(row(&late, start, end), window(start, end) + "; warned C7 end-may-be-past");
    let berlin = |now| Sheet::new().zone("Europe/Berlin").at(now);
    assert_eq!(row(&berlin("2027-01-27T17:14:00Z"), start, end), window(start, end));
    assert_eq!(row(&berlin("2027-01-27T17:14:01Z"), start, end), window(start, end) + "; warned B7 start-soon");
    assert_eq!(row(&berlin("2027-01-27T17:29:00Z"), start, end), window(start, end) + "; warned B7 start-soon");
    assert_eq!(row(&berlin("2027-01-27T17:29:01Z"), start, end), window(start, end) + "; untimely B7 start-past");
    let mut allowed = berlin("2027-01-27T17:29:01Z");
    allowed.options.allow_past_start = true;
    assert_eq!(row(&allowed, start, end), window(start, end));
    allowed.now = "2027-01-27T17:14:01Z".parse().unwrap();
    assert_eq!(row(&allowed, start, end), window(start, end) + "; warned B7 start-soon");
    allowed.now = "2027-03-01T00:00:00Z".parse().unwrap();
    assert_eq!(row(&allowed, start, end), window(start, end) + "; untimely C7 end-past");
}

#[test]
fn zones_convert_only_where_both_are_known() {
    use Field::{CampaignName, End, Interval, Start, Timezone};
    let fields = [CampaignName, Start, End, Interval, Timezone];
    let row =
        |sheet: &Sheet, zone: &str| outcome(&sheet.row(&["a", "2027-01-27 18:29", "2027-02-27 18:29", "1", zone]));
    let as_written = "2027-01-27 18:29:00 to 2027-02-27 18:29:00, every day";
    let hour_earlier = "2027-01-27 17:29:00 to 2027-02-27 17:29:00, every day";
    let needed = "B7 platform-timezone-needed, C7 platform-timezone-needed";
    let plain = Sheet::of(&fields);
    assert_eq!(row(&plain, ""), as_written);
    assert_eq!(row(&plain, "Europe/Berlin"), needed);
    assert_eq!(row(&plain, "Berlin"), "E7 unknown-timezone");
    assert_eq!(
        plain.row(&["a", "", "", "", "berlin"]).problems[3].hint.split('?').next(),
        Some("did you mean \"Europe/Berlin\"")
    );
    assert!(plain.row(&["a", "", "", "", "IST"]).problems[3].hint.contains("write Asia/Kolkata, if that is meant"));
    let berlin = Sheet::of(&fields).zone("Europe/Berlin");
    assert_eq!(row(&berlin, ""), as_written);
    assert_eq!(row(&berlin, "europe/paris"), as_written);
    assert_eq!(row(&berlin, "+01:00"), as_written);
    assert_eq!(row(&berlin, "UTC"), needed);
    let both = Sheet::of(&fields).zone("Europe/Berlin").platform("UTC");
    assert_eq!(row(&both, ""), hour_earlier);
    assert_eq!(row(&both, "UTC"), as_written);
    assert_eq!(row(&both, "UTC+1"), hour_earlier);
    let alone = Sheet::of(&fields).platform("UTC");
    assert_eq!(row(&alone, ""), as_written);
    assert_eq!(row(&alone, "Europe/Berlin"), hour_earlier);
    let offset = both.row(&["a", "2027-01-27T18:29+03:00", "2027-02-27 18:29Z", "1"]);
    assert_eq!(outcome(&offset), "2027-01-27 15:29:00 to 2027-02-27 18:29:00, every day");
}

#[test]
fn days_move_with_the_start() {
    let sheet = Sheet::new().zone("America/New_York").platform("UTC");
    let row = |start: &str, interval: &str| outcome(&sheet.row(&["a", start, "2027-02-27 12:00", interval]));
    assert_eq!(
        row("2027-01-27 20:00", "Wed/Sun"),
        "2027-01-28 01:00:00 to 2027-02-27 17:00:00, every week on Mon/Thu; warned D7 days-moved"
    );
    assert_eq!(row("2027-01-27 18:00", "Wed/Sun"), "2027-01-27 23:00:00 to 2027-02-27 17:00:00, every week on Wed/Sun");
    assert_eq!(row("2027-01-27 20:00", "weekly"), "2027-01-28 01:00:00 to 2027-02-27 17:00:00, every week on Thu");
    assert_eq!(row("2027-01-27 20:00", "2"), "2027-01-28 01:00:00 to 2027-02-27 17:00:00, every 2 days");
}

#[test]
fn skipped_and_doubled_hours_are_warned_of() {
    // Berlin skips 2027-03-28 02:00 to 03:00, and has 2027-10-31 02:00 to 03:00 twice.
    let as_written = Sheet::new().zone("Europe/Berlin");
    let converted = Sheet::new().zone("Europe/Berlin").platform("UTC");
    let row = |sheet: &Sheet, start: &str, end: &str| outcome(&sheet.row(&["a", start, end, "1"]));
    let (start, end) = ("2027-03-28 02:30", "2027-10-31 02:30");
    assert_eq!(
        row(&as_written, start, end),
        "2027-03-28 02:30:00 to 2027-10-31 02:30:00, every day; warned B7 skipped-hour, C7 doubled-hour"
    );
    assert_eq!(
        row(&converted, start, end),
        "2027-03-28 01:30:00 to 2027-10-31 00:30:00, every day; warned B7 skipped-hour, C7 doubled-hour"
    );
    use Field::{CampaignName, End, Interval, Start, Timezone};
    let neighbour = Sheet::of(&[CampaignName, Start, End, Interval, Timezone]).zone("Europe/Berlin");
    assert_eq!(
        outcome(&neighbour.row(&["a", start, end, "1", "Europe/Paris"])),
        "2027-03-28 02:30:00 to 2027-10-31 02:30:00, every day; warned B7 skipped-hour, C7 doubled-hour"
    );
    let into_doubled = Sheet::new().zone("UTC").platform("Europe/Berlin");
    assert_eq!(
        row(&into_doubled, "2027-03-28 01:30", "2027-10-31 01:30"),
        "2027-03-28 03:30:00 to 2027-10-31 02:30:00, every day; warned C7 doubled-hour"
    );
    let said = |sheet: &Sheet| sheet.row(&["a", start, "2027-10-31 01:30", "1"]).warnings.pop().unwrap().message;
    assert_eq!(
        said(&into_doubled),
        "at \"2027-10-31 01:30\" the platform's clocks go back: it is told 2027-10-31 02:30:00, an hour that comes \
         twice there"
    );
}

#[test]
fn a_short_name_without_summer_time_is_warned_of_in_summer() {
    use Field::{CampaignName, End, Interval, Start, Timezone};
    let sheet = Sheet::of(&[CampaignName, Start, End, Interval, Timezone]).platform("America/New_York");
    let row = |start: &str, zone: &str| sheet.row(&["a", start, "2027-12-27 12:00", "1", zone]);
    assert_eq!(
        outcome(&row("2027-07-01 09:00", "EST")),
        "2027-07-01 10:00:00 to 2027-12-27 12:00:00, every day; warned B7 no-summer-time"
    );
    assert_eq!(outcome(&row("2027-12-01 09:00", "EST")), "2027-12-01 09:00:00 to 2027-12-27 12:00:00, every day");
    assert_eq!(
        outcome(&row("2027-07-01 09:00", "America/Panama")),
        "2027-07-01 10:00:00 to 2027-12-27 12:00:00, every day"
    );
    assert_eq!(outcome(&row("2027-07-01 09:00-05:00", "EST")), "2027-07-01 10:00:00 to 2027-12-27 12:00:00, every day");
    let warning = row("2027-07-01 09:00", "mst").warnings.pop().unwrap();
    assert_eq!(
        warning.message,
        "\"2027-07-01 09:00\" is in MST, which has no summer time: in America/Denver clocks show an hour more then"
    );
    assert_eq!(warning.hint, "if the time there is meant, write America/Denver instead of MST");
    let phoenix = Sheet::of(&[CampaignName, Start, End, Interval, Timezone]).platform("America/Phoenix");
    let row = phoenix.row(&["a", "2027-07-01 09:00", "2027-12-27 12:00", "1", "MST"]);
    assert_eq!(outcome(&row), "2027-07-01 09:00:00 to 2027-12-27 12:00:00, every day", "the digits stay");
}
