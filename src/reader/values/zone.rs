//! Time zones: what a wall time means, and which digits the platform needs for it.
//!
//! | `--timezone` | `--platform-timezone` | a row without a zone | a row with a zone or an offset |
//! |---|---|---|---|
//! | – | – | as written; past only if past everywhere | a problem that names the flag |
//! | given | – | as written | as written if the offset is the same, else a problem |
//! | – | given | as written | converted |
//! | given | given | converted if they differ | converted |
//!
//! An offset behind the time goes before the row's zone, which goes before `--timezone`. Nothing is
//! ever converted unless the user named the platform's zone, because the platform doesn't document it.

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::date;
use super::spot::{Content, Notes, Spot};
use crate::model::{Cell, Code};
use crate::reader::front::ReadOptions;

/// The zone furthest behind UTC, where a wall time comes last.
const FURTHEST_BEHIND: TimeDelta = TimeDelta::hours(12);

/// How much earlier a wall time comes in the zone furthest ahead of UTC, which is so by 14 hours.
pub(super) const LEEWAY: TimeDelta = TimeDelta::hours(14 + 12);

/// A zone by name, or a fixed offset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Zone {
    Named(Tz),
    Fixed(FixedOffset),
}

/// What a change of the clocks did to a wall time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// The hour was left out.
    Skipped,
    /// The hour came twice.
    Doubled,
    /// The moment is beyond doubt, but the platform reads it as an hour that comes twice there.
    DoubledThere,
    /// The clocks of this zone don't change, but in the other, where its name is said all year, they have.
    Unchanging {
        zone: Tz,
        said_in: Tz,
    },
}

/// The digits for the platform, and what they mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placed {
    pub(super) digits: NaiveDateTime,
    /// The last moment that it may be: the very moment if the zone is known.
    pub(super) latest: DateTime<Utc>,
    /// How much earlier it may be.
    pub(super) leeway: TimeDelta,
    pub(super) change: Change,
    /// By how many days conversion moved the date.
    pub(super) days_moved: i64,
}

/// The platform's zone must be known, and isn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlatformZoneNeeded;

/// The zones of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Zones {
    sheet: Option<Tz>,
    platform: Option<Tz>,
    is_platform_given: bool,
}

impl Zones {
    pub(super) fn new(options: &ReadOptions) -> Self {
        Self {
            sheet: options.timezone.or(options.platform_timezone),
            platform: options.platform_timezone.or(options.timezone),
            is_platform_given: options.platform_timezone.is_some(),
        }
    }

    /// Places a wall time of the sheet, in the row's own zone if it has one.
    pub(super) fn place(&self, local: NaiveDateTime, own: Option<Zone>) -> Result<Placed, PlatformZoneNeeded> {
        let Some(zone) = own.or(self.sheet.map(Zone::Named)) else {
            let latest = local.and_utc() + FURTHEST_BEHIND;
            return Ok(Placed { digits: local, latest, leeway: LEEWAY, change: Change::None, days_moved: 0 });
        };
        let platform = self.platform.ok_or(PlatformZoneNeeded)?;
        let (moment, change) = resolve(zone, local);
        let placed = |digits, change, days_moved| Placed {
            digits,
            latest: moment,
            leeway: TimeDelta::zero(),
            change,
            days_moved,
        };
        if zone == Zone::Named(platform) {
            return Ok(placed(local, change, 0));
        }
        if own.is_some() && !self.is_platform_given {
            let is_same_offset = resolve(Zone::Named(platform), local).0 == moment;
            return if is_same_offset { Ok(placed(local, change, 0)) } else { Err(PlatformZoneNeeded) };
        }
        let digits = platform.from_utc_datetime(&moment.naive_utc()).naive_local();
        let there = match (change, resolve(Zone::Named(platform), digits).1) {
            (Change::None, Change::Doubled) => Change::DoubledThere,
            // Where the digits stay, so does what is meant.
            (Change::None, _) if digits != local => unchanging(zone, local, moment),
            _ => change,
        };
        Ok(placed(digits, there, (digits.date() - local.date()).num_days()))
    }
}

/// The moment of a wall time: of a skipped hour the hour after, of a doubled one the first.
fn resolve(zone: Zone, local: NaiveDateTime) -> (DateTime<Utc>, Change) {
    match zone {
        Zone::Fixed(offset) => (minus(local, offset), Change::None),
        Zone::Named(zone) => match zone.offset_from_local_datetime(&local) {
            LocalResult::Single(offset) => (minus(local, offset.fix()), Change::None),
            LocalResult::Ambiguous(one, two) => (minus(local, one.fix()).min(minus(local, two.fix())), Change::Doubled),
            LocalResult::None => (minus(local, offset_before(zone, local)), Change::Skipped),
        },
    }
}

/// In winter `EST` is the time in New York, and many write it for that in summer too.
fn unchanging(zone: Zone, local: NaiveDateTime, moment: DateTime<Utc>) -> Change {
    let (zone, said_in) = match zone {
        Zone::Named(zone @ Tz::EST) => (zone, Tz::America__New_York),
        Zone::Named(zone @ Tz::MST) => (zone, Tz::America__Denver),
        _ => return Change::None,
    };
    if resolve(Zone::Named(said_in), local).0 == moment { Change::None } else { Change::Unchanging { zone, said_in } }
}

/// The offset before the gap in which this wall time lies. Gaps are an hour as a rule, but one
/// was a whole day.
fn offset_before(zone: Tz, local: NaiveDateTime) -> FixedOffset {
    [3, 27]
        .into_iter()
        .find_map(|hours| zone.offset_from_local_datetime(&(local - TimeDelta::hours(hours))).earliest())
        .map_or_else(|| Utc.fix(), |offset| offset.fix())
}

fn minus(local: NaiveDateTime, offset: FixedOffset) -> DateTime<Utc> {
    local.and_utc() - TimeDelta::seconds(i64::from(offset.local_minus_utc()))
}

/// The row's own zone; `Err` if its cell has a problem.
pub(super) fn zone(spot: Spot<'_>, notes: &mut Notes) -> Result<Option<Zone>, ()> {
    let read = match spot.content(notes) {
        Content::Blank => return Ok(None),
        Content::Faulty => return Err(()),
        Content::Text(text) => read(text),
        Content::Number(_) | Content::Bool(_) | Content::Date(_) | Content::Time(_) => None,
    };
    if read.is_none() {
        let hint = match near_zone(&spot.cell.display()) {
            Some(NearZone::Meant(zone)) => {
                format!("did you mean \"{zone}\"? write a name such as Europe/Berlin or an offset such as +02:00")
            }
            Some(NearZone::OneOfSeveral(zone)) => format!(
                "short names are several zones' or change with summer time: write {zone}, if that is meant, or an \
                 offset such as +02:00"
            ),
            None => "write a name such as Europe/Berlin or America/New_York, or an offset such as +02:00".to_owned(),
        };
        let message = format!("{} is not a time zone", spot.quoted());
        notes.problems.push(spot.finding(Code::UnknownTimezone, message, hint));
    }
    read.map(Some).ok_or(())
}

/// True of a zone that nothing else is called by, as `Japan` and `PT` are.
pub(crate) fn is_zone(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let text = text.trim();
    let is_utc = ["utc", "gmt"].iter().any(|utc| text.get(..3).is_some_and(|first| first.eq_ignore_ascii_case(utc)));
    (is_utc || text.contains('/')) && read(text).is_some()
}

fn read(text: &str) -> Option<Zone> {
    if let Ok(zone) = Tz::from_str_insensitive(text) {
        return Some(Zone::Named(zone));
    }
    if let Some(offset) = date::read_offset(text) {
        return Some(Zone::Fixed(offset));
    }
    Tz::from_str_insensitive(&text.replace(" / ", "/").replace(' ', "_")).ok().map(Zone::Named)
}

/// The named zone that has this offset, written `+02:00`, all year.
pub fn zone_of_offset(text: &str) -> Option<Tz> {
    let seconds = date::read_offset(text)?.local_minus_utc();
    let hours = -seconds / 3_600;
    if seconds % 3_600 == 0 { format!("Etc/GMT{hours:+}").parse().ok() } else { None }
}

/// What zone may be meant by a text that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NearZone {
    /// This one, whose city the text is.
    Meant(&'static str),
    /// The text is a short name, and this is the likeliest of the zones that have it.
    OneOfSeveral(&'static str),
}

/// The zone that may be meant. A short name is near every other by its letters, which says nothing.
pub fn near_zone(text: &str) -> Option<NearZone> {
    const SHORT: [(&[&str], &str); 14] = [
        (&["IST"], "Asia/Kolkata"),
        (&["BST"], "Europe/London"),
        (&["CEST", "MESZ", "MEZ", "Central European"], "Europe/Berlin"),
        (&["EEST", "Eastern European"], "Europe/Helsinki"),
        (&["ET", "EDT", "Eastern"], "America/New_York"),
        (&["CT", "CST", "CDT", "Central"], "America/Chicago"),
        (&["MT", "MDT", "Mountain"], "America/Denver"),
        (&["PT", "PST", "PDT", "Pacific"], "America/Los_Angeles"),
        (&["AEST", "AEDT", "AET"], "Australia/Sydney"),
        (&["JST"], "Asia/Tokyo"),
        (&["SGT"], "Asia/Singapore"),
        (&["HKT"], "Asia/Hong_Kong"),
        (&["GST"], "Asia/Dubai"),
        (&["SAST"], "Africa/Johannesburg"),
    ];
    let text = text.trim();
    let short = SHORT.into_iter().find(|(names, _)| names.iter().any(|name| name.eq_ignore_ascii_case(text)));
    if let Some((_, zone)) = short {
        return Some(NearZone::OneOfSeveral(zone));
    }
    if text.eq_ignore_ascii_case("UK") {
        return Some(NearZone::Meant("Europe/London"));
    }
    let city = text.replace(' ', "_");
    let is = |zone: &&Tz| zone.name().rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&city));
    TZ_VARIANTS.iter().find(is).map(|zone| NearZone::Meant(zone.name()))
}
