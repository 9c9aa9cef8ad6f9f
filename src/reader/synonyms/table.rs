//! What people and programs call the columns: the one table of it.
//!
//! Names stand here as people write them; case, spaces, punctuation and what stands in brackets don't
//! matter where they are compared, so `start date time` is `startDateTime` and `Start Date/Time (UTC):`
//! too. The first name of each field is its own; the others are synonyms, which give way to it. A name
//! must not stand under two fields (a test says so), and a name that would be a guess ("date", "id",
//! "status", "repeats": how often or how many?) stands under none.

use crate::model::Field;

/// The names of each field, its own first.
pub(super) const NAMES: [(Field, &str); 13] = [
    (
        Field::CampaignName,
        "campaign name, campaign, campaigns, campaign names, name, title, name of campaign, name of the campaign, \
         campaign title, campaign label, campaign key, campaign display name, campaign name text, \
         dialer campaign, dialler campaign, dialer campaign name, outbound campaign, outbound campaign name, \
         marketing campaign, call campaign, calling campaign, agentless campaign, campaign to schedule, \
         kore campaign, kore campaign name, cmp name, cmpgn name, camp name, cname, campaign nm, kampagne, \
         campagne",
    ),
    (
        Field::Start,
        "start, start date time, starts, starts at, start at, starts on, start on, start date and time, \
         start date time stamp, start timestamp, start dt, start when, begin, begins, begins at, begins on, \
         beginning, begin date time, begin date and time, from, from date time, from date and time, valid from, \
         active from, runs from, effective from, launch, launch at, launches at, launch date time, go live, \
         go live at, go live date time, schedule start, scheduled start, schedule start date time, window start, \
         campaign start, campaign start date time, starting, starting from, starting at, kickoff, \
         schedule object start date time, flight start, beginn",
    ),
    (
        Field::StartDate,
        "start date, begin date, beginning date, from date, date from, launch date, go live date, date of start, \
         start day, date start, campaign start date, schedule start date, scheduled start date, valid from date, \
         active from date, effective date, first day, first date, window start date, starting date, kickoff date, \
         flight start date, startdatum, anfangsdatum",
    ),
    (
        Field::StartTime,
        "start time, begin time, beginning time, from time, time from, launch time, go live time, time of start, \
         start hour, time start, campaign start time, schedule start time, scheduled start time, valid from time, \
         active from time, first time, window start time, starting time, kickoff time, flight start time, startzeit, anfangszeit",
    ),
    (
        Field::End,
        "end, end date time, ends, ends at, end at, ends on, end on, end date and time, end date time stamp, \
         end timestamp, end dt, end when, finish, finishes, finishes at, finish date time, finish at, to, \
         to date time, to date and time, until, till, valid to, valid until, valid till, active until, \
         active till, active to, runs until, runs to, effective to, effective until, stop, stops, stop at, \
         stops at, stop date time, expires, expires at, expires on, expiry, expiration, schedule end, \
         scheduled end, schedule end date time, window end, campaign end, campaign end date time, ending, \
         ending at, close, closes, schedule object end date time, flight end, ende",
    ),
    (
        Field::EndDate,
        "end date, finish date, to date, date to, until date, stop date, close date, closing date, expiry date, \
         expiration date, date of end, end day, date end, campaign end date, schedule end date, \
         scheduled end date, valid to date, valid until date, active until date, last day, last date, \
         window end date, ending date, flight end date, enddatum",
    ),
    (
        Field::EndTime,
        "end time, finish time, to time, time to, until time, stop time, close time, closing time, expiry time, \
         expiration time, time of end, end hour, time end, campaign end time, schedule end time, \
         scheduled end time, valid to time, valid until time, active until time, last time, window end time, \
         ending time, flight end time, endzeit",
    ),
    (
        Field::Interval,
        "interval, once every n days, recurrence object daily details once every n days, \
         daily details once every n days, once n days, once every days, once every x days, every n days, \
         every x days, every days, n days, interval days, interval in days, day interval, days interval, \
         daily interval, repeat every, repeats every, repeats every days, repeats every n days, repeat, \
         repeat interval, repeat every n days, repeat every x days, repeat every days, every, how often, \
         how often to run, how often should it run, run every, runs every, run interval, once every, recur every, recurs every, \
         recurrence interval, recurring interval, schedule interval, cadence, campaign interval, \
         days between runs, days between, gap in days",
    ),
    (
        Field::Recurrence,
        "recurrence, recur type, recurrence object recur type, recurrence type, recurrence pattern, \
         recurring type, recurring, recurs, frequency, frequency type, frequency unit, repeat type, repeat unit, \
         repeat pattern, repetition, repetition type, interval type, interval unit, schedule type, \
         schedule frequency, campaign frequency, daily or weekly, daily weekly, weekly or daily, period, \
         periodicity",
    ),
    (
        Field::Days,
        "days, day, weekdays, days of week, days of the week, day of week, day of the week, weekday, which days, \
         weekly details which days, recurrence object weekly details which days, select days, selected days, \
         weekly details days, weekly details select days, recurrence object weekly details select days, \
         recurrence object weekly details days, run days, run on, runs on, run on days, runs on days, repeat on, \
         repeats on, repeat days, recur on, on days, on which days, active days, calling days, call days, \
         dialing days, dialling days, sending days, send days, weekly on, dow, \
         wochentage, wochentag",
    ),
    (
        Field::Action,
        "action, actions, action type, enable, enabled, is enabled, enabled flag, schedule action, campaign action, enable schedule, enable disable, \
         enable or disable, enable disable schedule, schedule enabled, operation, command, to do, what to do, \
         on off, on or off, switch, enable flag, requested action, activate deactivate, activate or deactivate",
    ),
    (
        Field::Timezone,
        "timezone, tz, zone, timezone name, timezone id, iana timezone, iana tz, tz name, tz id, tzdata, \
         local timezone, campaign timezone, schedule timezone, region timezone, utc offset, gmt offset, offset, \
         timezone offset, offset from utc, olson timezone, time zone of times, zeitzone",
    ),
    (
        Field::StreamId,
        "stream id, stream, streams, stream identifier, bot id, bot, bot stream id, bot or stream id, \
         bot id or stream id, bot identifier, kore stream id, kore bot id, app id, application id, ai agent id, \
         agent id, virtual assistant id, assistant id, va id, id of stream, id of the stream",
    ),
];

/// Names of an interval that count something else than days, by the unit.
pub(super) const OTHER_UNITS: [(&str, &str); 4] = [
    (
        "weeks",
        "once every n weeks, weekly details once every n weeks, \
         recurrence object weekly details once every n weeks, once every weeks, once every x weeks, \
         every n weeks, every x weeks, every weeks, n weeks, interval weeks, interval in weeks, week interval, \
         weeks interval, weekly interval, repeat every weeks, repeats every weeks, repeat every n weeks, \
         repeat every x weeks, weeks between runs, weeks between",
    ),
    (
        "months",
        "every n months, every x months, every months, interval months, interval in months, once every n months, \
         month interval, months interval, monthly interval, repeat every months, number of months",
    ),
    (
        "hours",
        "every n hours, every x hours, every hours, interval hours, interval in hours, once every n hours, \
         hour interval, hours interval, hourly interval, repeat every hours, number of hours",
    ),
    (
        "minutes",
        "every n minutes, every x minutes, every minutes, interval minutes, interval in minutes, interval mins, \
         once every n minutes, repeat every minutes, number of minutes",
    ),
];
