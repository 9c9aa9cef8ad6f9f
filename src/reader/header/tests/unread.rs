//! Columns that pass through, and what is told of those that may be meant for something.

use super::*;

#[test]
fn an_optional_column_with_a_slip_in_its_name_is_told() {
    for (slip, field) in [
        ("Recurence", "recurrence"),
        ("Freqency", "recurrence"),
        ("Dyas", "days"),
        ("Acton", "action"),
        ("Time zome", "timezone"),
        ("Streem ID", "stream_id"),
    ] {
        let told = format!(
            "the column \"{slip}\" passes through unread; if it is meant for {field}, say --map '{field}={slip}'"
        );
        assert_eq!(warned(&format!("Campaign,Start,End,Interval,{slip}")), [told]);
    }
    let split = warned("Campaign,Start date,Start tme,End,Interval");
    assert!(split[0].ends_with("say --map 'start_time=Start tme'"), "{split:?}");
    let mapped = ReadOptions { map: vec![(Field::Days, "Dyas".to_owned())], ..ReadOptions::default() };
    assert_eq!(find(&[row(1, "Campaign,Start,End,Interval,Dyas")], &mapped).unwrap().warnings, [""; 0]);
}

#[test]
fn a_column_of_what_is_on_or_off_is_told_unless_there_is_an_action() {
    for (header, way_out) in [
        ("Disabled?", "write disable for them into a column action, or leave their rows out"),
        ("On hold", "write disable for them into a column action, or leave their rows out"),
        ("Active", "if a no in it means to take a campaign's schedule away, say --map 'action=Active'"),
    ] {
        let told = warned(&format!("Campaign,Start,End,Interval,{header}"));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(&format!("the column \"{header}\" passes through unread")), "{told:?}");
        assert!(told[0].ends_with(way_out), "{told:?}");
        assert_eq!(warned(&format!("Campaign,Start,End,Interval,Action,{header}")), [""; 0]);
        let told = |action: &str| {
            let rows = [
                row(1, &format!("Campaign,Start,End,Interval,Action,{header}")),
                row(2, &format!("a,b,c,1,{action},x")),
            ];
            find(&rows, &ReadOptions::default()).unwrap().warnings
        };
        assert_eq!(told("enable"), [""; 0]);
        assert!(told("")[0].contains("every row without an action is scheduled"), "{:?}", told(""));
    }
    let mapped = ReadOptions { map: vec![(Field::Action, "Active".to_owned())], ..ReadOptions::default() };
    assert_eq!(find(&[row(1, "Campaign,Start,End,Interval,Active")], &mapped).unwrap().warnings, [""; 0]);
}

#[test]
fn a_column_of_units_is_told_unless_there_is_a_recurrence() {
    assert_eq!(
        warned("Campaign,Start,End,Repeat,Unit"),
        ["the column \"Unit\" passes through unread, and bare numbers under \"Repeat\" are days; if it says days or \
          weeks, say --map 'recurrence=Unit'"]
    );
    assert_eq!(warned("Campaign,Start,End,Repeat,Frequency,Unit"), [""; 0]);
    for (cells, count) in [("a,b,c,1,daily,x", 0), ("a,b,c,1,,x", 1), (",,,,,", 0)] {
        let rows = [row(1, "Campaign,Start,End,Repeat,Frequency,Unit"), row(2, cells), row(3, "a,b,c,1,weekly,x")];
        assert_eq!(find(&rows, &ReadOptions::default()).unwrap().warnings.len(), count, "{cells}");
    }
    assert_eq!(warned("Campaign,Start,End,Action,Unit"), [""; 0], "no interval");
}

#[test]
fn columns_of_other_things_are_passed_through_in_silence() {
    let others = "Owner,Notes,Note,Status,State,Stage,Budget,Channel,Region,Segment,Priority,Audience,Goal,Comment,\
        Comments,Description,Type,ID,Category,Department,Team,Country,Language,Market,Brand,Product,Approved,\
        Approved by,Date,Created,Created at,Updated,Version,Cost,Reach,Phone,Phone number,Caller ID,List,Contact list,\
        Lead source,Leads,Agent,Agents,Script,Queue,Done,Ready,Live,Link,URL,Target,KPI,Week,Month,Year,Quarter,\
        Duration,Length,Count,Calls,Tags,Tag,Slot,Reason,Review,Remarks,Requester,Requested by,Contact,Email,Manager,\
        Office,Site,Area,Code,Key,Label,Group,Section,Dayparts,Box,Row,No.,Nr,Options,Caption,\
        Template,Message,Voice,SMS,Format,Source,Medium,Wave,Batch,Round,Step,Phase,Client,Customer,Account,Account ID,\
        Store,Shop,City,State code,ZIP,Currency,Price,Value,Total,Sum,Average,Minimum,Maximum,Percent,Ratio,Score,Rank,\
        Level,Grade,Class,Kind,Sort,Order,Position,Place,Room,Floor,Level 2,Checked,Checked by,Sign-off,Legal,Deadline,\
        Due date,Go-to-market,Start week,End week,Weeks,Monthly,Streaming,Download,Upload,Station,Nation,Fraction";
    let told = |other: &str| warned(&format!("Campaign,Start,End,Interval,{other}"));
    assert_eq!(others.split(',').flat_map(told).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn days_with_a_column_each_are_told_and_one_alone_is_not() {
    let told = warned("Campaign,Start,End,Interval,Mon,Tue,Wed.,Owner");
    assert!(told[0].starts_with("the columns \"Mon\", \"Tue\", \"Wed.\" are named for days of the week"), "{told:?}");
    assert_eq!(warned("Campaign,Start,End,Interval,Sun"), [""; 0]);
    for days in
        ["Mon?,Tue?", "Run Mon,Run Tue", "Montag,Dienstag", "Mo,Di", "Mon-Fri,Sat-Sun", "M,T,W,T,F", "s,m,t,w,t"]
    {
        let told = warned(&format!("Campaign,Start,End,Interval,{days}"));
        assert!(told.len() == 1 && told[0].contains("are named for days of the week"), "{days}: {told:?}");
    }
    assert_eq!(warned("Campaign,Start,End,Interval,S,M,L,XL"), [""; 0], "sizes");
}

#[test]
fn a_column_that_may_hold_times_is_told_while_dates_stand_alone() {
    for (header, time, dates, field) in [
        ("Campaign,Start Date,Time,End,Interval", "Time", "Start Date", "start"),
        ("Campaign,Start Date,End Date,Interval,Send time", "Send time", "Start Date", "start"),
        ("Campaign,Start,End,Interval,Daily end time", "Daily end time", "End", "end"),
        ("Campaign,Start,End,Interval,Uhrzeit", "Uhrzeit", "Start", "start"),
    ] {
        let told = warned(header);
        let way_out = format!("say --map '{field}_date={dates}' --map '{field}_time={time}'");
        assert!(told.len() == 1 && told[0].ends_with(&way_out), "{header}: {told:?}");
    }
    assert_eq!(warned("Campaign,Start,End,Interval,Daily start,Daily end").len(), 2);
    let mapped = ReadOptions { map: vec![(Field::Start, "Day".to_owned())], ..ReadOptions::default() };
    let mapped = find(&[row(1, "Campaign,Day,Time,End,Interval")], &mapped).unwrap().warnings;
    assert!(
        mapped[0].ends_with("--map 'start_date=Day' --map 'start_time=Time' instead of --map 'start=Day'"),
        "{mapped:?}"
    );
    assert_eq!(warned("Campaign,Start Date,Start Time,End,Interval,Time"), [""; 0]);
    assert_eq!(warned("Campaign,Start (date),Start (time),End (date),End (time),Interval"), [""; 0]);
}

#[test]
fn days_off_a_second_campaign_and_months_first_are_told() {
    for (header, words) in [
        ("Campaign,Start,End,Interval,Days off", "its days are not left out"),
        ("Campaign,Start,End,Interval,Excluded days", "its days are not left out"),
        ("Campaign,Start,End,Interval,Days excluded", "its days are not left out"),
        ("Campaign,Start,End,Interval,Days - excluded", "its days are not left out"),
        ("Campaign,Start,End,Interval,Days: except", "its days are not left out"),
        ("Campaign,Start,End,Interval,Quiet days", "its days are not left out"),
        ("Campaign,Start,End,Interval,Days,Run on (not)", "if these are in it, say --map 'days=Run on (not)'"),
        ("Campaign,Start,End,Interval,Campaign 2,Start 2", "only one campaign and one window of a row are scheduled"),
        ("Campaign,Start (MM.DD.YYYY),End,Interval", "but in dates with dots the day does"),
    ] {
        let told = warned(header);
        assert!(told.len() == 1 && told[0].contains(words), "{header}: {told:?}");
    }
    assert_eq!(warned("Campaign,Start,End,Interval,Start 2"), [""; 0], "one is no second campaign");
}

#[test]
fn what_a_remark_keeps_from_being_read_refuses_the_sheet_unless_another_column_says_it() {
    for (header, field, other) in [
        ("Enabled (1 = no)", Field::Action, "Action"),
        ("Action (done)", Field::Action, "Enabled"),
        ("Days (excluded)", Field::Days, "Days"),
    ] {
        let sheet = format!("Campaign,Start,End,Interval,{header}");
        let error = found(&sheet, &[]).unwrap_err();
        assert_eq!(error.code(), "denied-column");
        assert!(error.hint().contains(&format!("say --map '{field}={header}'")), "{}", error.hint());
        assert!(found(&sheet, &[(field, header)]).unwrap().contains(&(field, 4)), "{header}");
        assert!(found(&format!("{sheet},{other}"), &[]).unwrap().contains(&(field, 5)), "{header}");
    }
    // Of the rows that the other column says nothing of, it is told.
    let told = find(
        &[row(1, "Campaign,Start,End,Interval,Action,Enabled (1 = no)"), row(2, "a,b,c,1,,x")],
        &ReadOptions::default(),
    );
    assert!(told.unwrap().warnings[0].contains("every row without an action is scheduled"));
}

#[test]
fn an_order_of_dates_with_dots_is_told_whatever_the_flag_says() {
    let options = ReadOptions { date_order: Some(DateOrder::DayMonthYear), ..ReadOptions::default() };
    for order in ["MM.DD.YYYY", "M.D.YYYY", "m.d.yy"] {
        let header = format!("Campaign,Start ({order}),End,Interval");
        let told = find(&[row(1, &header)], &options).unwrap().warnings;
        assert!(told.len() == 1 && told[0].ends_with("write them as 2030-01-27"), "{told:?}");
    }
}
