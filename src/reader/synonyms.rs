//! What people and programs call the columns. The one table of it.
//!
//! A header is looked up by its bare form ([`bare`]): lower case, letters and digits alone, without
//! what stands in brackets. So `Start Date/Time (UTC):` and `startDateTime` are one entry here. The
//! first name of each field is its own; the others are synonyms, which give way to it.
//!
//! A name must not stand under two fields (a test says so), and a name that would be a guess
//! ("date", "id", "status") stands under none.

use crate::model::Field;

/// The bare names of a field: its own first, then the synonyms.
pub(crate) const fn names(field: Field) -> &'static [&'static str] {
    match field {
        Field::CampaignName => &[
            "campaignname",
            "campaign",
            "campaigns",
            "name",
            "nameofcampaign",
            "nameofthecampaign",
            "campaigntitle",
            "title",
            "campaignlabel",
            "campaignkey",
            "dialercampaign",
            "outboundcampaign",
            "campaignnames",
            "cmpname",
            "cname",
            "campname",
            "kampagne",
            "campaigndisplayname",
            "campaignnametext",
            "campagne",
            "marketingcampaign",
        ],
        Field::Start => &[
            "start",
            "startdatetime",
            "starts",
            "startsat",
            "startat",
            "startson",
            "starton",
            "startdateandtime",
            "startdatetimestamp",
            "starttimestamp",
            "begin",
            "begins",
            "beginning",
            "begindatetime",
            "beginsat",
            "from",
            "fromdatetime",
            "validfrom",
            "launch",
            "launchat",
            "launchdatetime",
            "golive",
            "golivedatetime",
            "activefrom",
            "schedulestart",
            "scheduledstart",
            "windowstart",
            "campaignstart",
            "startingfrom",
            "startdt",
            "scheduleobjectstartdatetime",
        ],
        Field::StartDate => &[
            "startdate",
            "begindate",
            "beginningdate",
            "fromdate",
            "datefrom",
            "launchdate",
            "golivedate",
            "dateofstart",
            "startday",
            "datestart",
            "campaignstartdate",
            "schedulestartdate",
            "scheduledstartdate",
            "validfromdate",
            "activefromdate",
            "firstday",
            "windowstartdate",
            "startingdate",
        ],
        Field::StartTime => &[
            "starttime",
            "begintime",
            "beginningtime",
            "fromtime",
            "timefrom",
            "launchtime",
            "golivetime",
            "timeofstart",
            "starthour",
            "timestart",
            "campaignstarttime",
            "schedulestarttime",
            "scheduledstarttime",
            "validfromtime",
            "activefromtime",
            "firsttime",
            "windowstarttime",
            "startingtime",
        ],
        Field::End => &[
            "end",
            "enddatetime",
            "ends",
            "endsat",
            "endat",
            "endson",
            "endon",
            "enddateandtime",
            "enddatetimestamp",
            "endtimestamp",
            "finish",
            "finishes",
            "finishdatetime",
            "finishat",
            "to",
            "todatetime",
            "until",
            "till",
            "validto",
            "validuntil",
            "activeuntil",
            "activeto",
            "stop",
            "stops",
            "stopat",
            "stopdatetime",
            "expires",
            "expiry",
            "scheduleend",
            "scheduledend",
            "windowend",
            "campaignend",
            "close",
            "enddt",
            "scheduleobjectenddatetime",
        ],
        Field::EndDate => &[
            "enddate",
            "finishdate",
            "todate",
            "dateto",
            "untildate",
            "stopdate",
            "closedate",
            "expirydate",
            "expirationdate",
            "dateofend",
            "endday",
            "dateend",
            "campaignenddate",
            "scheduleenddate",
            "scheduledenddate",
            "validtodate",
            "validuntildate",
            "lastday",
            "windowenddate",
            "endingdate",
        ],
        Field::EndTime => &[
            "endtime",
            "finishtime",
            "totime",
            "timeto",
            "untiltime",
            "stoptime",
            "closetime",
            "expirytime",
            "expirationtime",
            "timeofend",
            "endhour",
            "timeend",
            "campaignendtime",
            "scheduleendtime",
            "scheduledendtime",
            "validtotime",
            "validuntiltime",
            "lasttime",
            "windowendtime",
            "endingtime",
        ],
        Field::Interval => &[
            "interval",
            "oncendays",
            "onceeveryndays",
            "recurrenceobjectdailydetailsonceeveryndays",
            "dailydetailsonceeveryndays",
            "everyndays",
            "everyxdays",
            "intervaldays",
            "intervalindays",
            "dayinterval",
            "daysinterval",
            "repeatevery",
            "repeats",
            "repeatsevery",
            "repeatseverydays",
            "repeatseveryndays",
            "repeat",
            "repeatinterval",
            "every",
            "howoften",
            "runevery",
            "runs",
            "runinterval",
            "onceevery",
            "recurevery",
            "recurrenceinterval",
            "repeateveryndays",
            "repeateverydays",
            "scheduleinterval",
            "cadence",
            "campaigninterval",
            "numberofdays",
        ],
        Field::Recurrence => &[
            "recurrence",
            "recurtype",
            "recurrenceobjectrecurtype",
            "recurrencetype",
            "recurrencepattern",
            "recurringtype",
            "recurring",
            "recurs",
            "frequency",
            "frequencytype",
            "repeattype",
            "repeatunit",
            "repetition",
            "repetitiontype",
            "intervaltype",
            "intervalunit",
            "scheduletype",
            "dailyorweekly",
            "dailyweekly",
            "period",
            "periodicity",
        ],
        Field::Days => &[
            "days",
            "weekdays",
            "daysofweek",
            "daysoftheweek",
            "dayofweek",
            "dayoftheweek",
            "weekday",
            "selectdays",
            "selecteddays",
            "weeklydetailsdays",
            "weeklydetailsselectdays",
            "recurrenceobjectweeklydetailsselectdays",
            "recurrenceobjectweeklydetailsdays",
            "rundays",
            "runon",
            "runsondays",
            "repeaton",
            "repeatdays",
            "ondays",
            "activedays",
            "callingdays",
            "whichdays",
        ],
        Field::Action => &[
            "action",
            "actions",
            "actiontype",
            "scheduleaction",
            "enabledisable",
            "enableordisable",
            "enabledisableschedule",
            "operation",
            "command",
            "todo",
            "whattodo",
            "onoff",
            "onoroff",
            "switch",
            "enableflag",
            "requestedaction",
            "activatedeactivate",
        ],
        Field::Timezone => &[
            "timezone",
            "tz",
            "zone",
            "timezonename",
            "timezoneid",
            "ianatimezone",
            "tzname",
            "tzid",
            "tzdata",
            "localtimezone",
            "campaigntimezone",
            "scheduletimezone",
            "utcoffset",
            "gmtoffset",
            "offset",
            "timezoneoffset",
            "olsontimezone",
        ],
        Field::StreamId => &[
            "streamid",
            "stream",
            "streams",
            "streamidentifier",
            "botid",
            "bot",
            "botstreamid",
            "botidentifier",
            "korestreamid",
            "korebotid",
            "appid",
            "aiagentid",
            "agentid",
            "virtualassistantid",
            "assistantid",
            "vaid",
            "idofstream",
        ],
    }
}

/// Names of an interval that count something else than days, by the unit.
pub(crate) const OTHER_UNITS: [(&str, &[&str]); 4] = [
    (
        "weeks",
        &[
            "onceeverynweeks",
            "weeklydetailsonceeverynweeks",
            "recurrenceobjectweeklydetailsonceeverynweeks",
            "everynweeks",
            "everyxweeks",
            "intervalweeks",
            "intervalinweeks",
            "weekinterval",
            "weeksinterval",
            "repeateveryweeks",
            "repeatseveryweeks",
            "repeateverynweeks",
            "numberofweeks",
        ],
    ),
    ("months", &["everynmonths", "everyxmonths", "intervalmonths", "intervalinmonths", "onceeverynmonths"]),
    ("hours", &["everynhours", "everyxhours", "intervalhours", "intervalinhours"]),
    ("minutes", &["everynminutes", "everyxminutes", "intervalminutes", "intervalinminutes", "intervalmins"]),
];

/// The bare form of a header: lower case, letters and digits alone, without what stands in
/// brackets (units and remarks).
pub(crate) fn bare(header: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::with_capacity(header.len());
    for character in header.chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 && character.is_alphanumeric() => out.extend(character.to_lowercase()),
            _ => {}
        }
    }
    out
}

/// The bare form with what stands in brackets.
fn bare_with_brackets(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The field.
    pub(crate) field: Field,
    /// True if it is the field's own name, not a synonym.
    pub(crate) is_own_name: bool,
    /// What an interval counts, where the header says another unit than days.
    pub(crate) unit: Option<&'static str>,
}

/// What a header means, if anything.
pub(crate) fn meaning(header: &str) -> Option<Meaning> {
    let whole = bare_with_brackets(header);
    if let Some((unit, _)) = OTHER_UNITS.iter().find(|(_, names)| names.contains(&whole.as_str())) {
        return Some(Meaning { field: Field::Interval, is_own_name: false, unit: Some(unit) });
    }
    let bare = bare(header);
    if bare.is_empty() {
        return None;
    }
    let (field, position) = Field::ALL
        .into_iter()
        .find_map(|field| names(field).iter().position(|name| *name == bare).map(|at| (field, at)))?;
    let unit = (field == Field::Interval).then(|| unit_in_brackets(&whole)).flatten();
    Some(Meaning { field, is_own_name: position == 0, unit })
}

/// The time zone that a header names in brackets, as in `Start (UTC)`.
pub(crate) fn zone_in_brackets(header: &str) -> Option<&str> {
    let (_, after) = header.split_once(['(', '['])?;
    let inside = after.split([')', ']']).next()?.trim();
    inside.split([' ', ',', ';']).find(|word| names_zone(word))
}

/// Short names of zones, offsets such as `UTC+2`, and names such as `Europe/Berlin`.
fn names_zone(word: &str) -> bool {
    const SHORT: [&str; 24] = [
        "utc", "gmt", "est", "edt", "et", "cst", "cdt", "ct", "mst", "mdt", "mt", "pst", "pdt", "pt", "cet", "cest",
        "bst", "ist", "jst", "aest", "aedt", "sgt", "hkt", "gst",
    ];
    let lower = word.to_lowercase();
    let base = lower.split(['+', '-', '\u{2212}']).next().unwrap_or_default();
    let is_place = lower.split_once('/').is_some_and(|(area, _)| {
        ["africa", "america", "asia", "atlantic", "australia", "europe", "indian", "pacific", "etc"].contains(&area)
    });
    is_place || SHORT.contains(&base)
}

fn unit_in_brackets(whole: &str) -> Option<&'static str> {
    OTHER_UNITS.iter().map(|(unit, _)| *unit).find(|unit| whole.contains(unit))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn no_name_means_two_things_and_every_field_has_many() {
        let mut seen: HashMap<&str, Field> = HashMap::new();
        for field in Field::ALL {
            assert!(names(field).len() > 15, "{field} has too few names");
            assert_eq!(names(field)[0], bare(field.as_str()));
            for name in names(field) {
                assert_eq!(bare(name), *name, "{name} is not in its bare form");
                assert_eq!(seen.insert(name, field), None, "{name} stands twice");
            }
        }
        for (_, names) in OTHER_UNITS {
            assert!(names.iter().all(|name| !seen.contains_key(name)));
        }
    }

    #[test]
    fn headers_match_whatever_their_case_spacing_and_punctuation() {
        for (header, field) in [
            ("Campaign", Field::CampaignName),
            ("CAMPAIGN-NAME*", Field::CampaignName),
            ("Start Date/Time", Field::Start),
            ("startDateTime", Field::Start),
            ("Start Date/Time (UTC):", Field::Start),
            ("Start date", Field::StartDate),
            ("Repeat every", Field::Interval),
            ("Interval (days)", Field::Interval),
            ("onceEveryNdays", Field::Interval),
            ("recurrenceObject.dailyDetails.onceEveryNdays", Field::Interval),
            ("Days of the week", Field::Days),
            ("Stream-ID", Field::StreamId),
        ] {
            let meaning = meaning(header).unwrap_or_else(|| panic!("{header} means nothing"));
            assert_eq!((meaning.field, meaning.unit), (field, None), "{header}");
        }
        assert_eq!(meaning("notes"), None);
        assert_eq!(meaning("(remarks)"), None);
    }

    #[test]
    fn an_interval_in_other_units_says_so() {
        for (header, unit) in
            [("Interval (weeks)", "weeks"), ("onceEveryNweeks", "weeks"), ("Interval [hours]", "hours")]
        {
            assert_eq!(meaning(header).and_then(|meaning| meaning.unit), Some(unit));
        }
    }
    #[test]
    fn a_zone_in_brackets_is_seen() {
        for (header, zone) in [
            ("Start (UTC)", Some("UTC")),
            ("End [Europe/Berlin]", Some("Europe/Berlin")),
            ("Start Date/Time (24h, CET)", Some("CET")),
            ("Start (UTC+2)", Some("UTC+2")),
            ("Start (dd/mm/yyyy)", None),
            ("Start (local time)", None),
            ("UTC start", None),
        ] {
            assert_eq!(zone_in_brackets(header), zone, "{header}");
        }
    }
}
