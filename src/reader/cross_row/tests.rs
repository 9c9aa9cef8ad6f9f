//! Small runs, and random ones against the obvious comparison of all with all.

use std::sync::Arc;

use chrono::Weekday;
use proptest::prelude::*;

use super::*;
use crate::model::{Action, Recurrence, Schedule, Weekdays, Window};

/// A row of a test: name, stream, and which of a few wishes it has.
#[derive(Debug, Clone)]
struct Sample {
    name: &'static str,
    stream: Option<&'static str>,
    wish: Option<u32>,
}

const fn sample(name: &'static str, wish: u32) -> Sample {
    Sample { name, stream: None, wish: Some(wish) }
}

fn schedule(wish: u32) -> Schedule {
    if wish == 0 {
        return Schedule::Disable;
    }
    let start: chrono::NaiveDateTime = "2027-01-27T18:29:00".parse().unwrap();
    let end = start + chrono::TimeDelta::days(30);
    let window = Window { start, end, start_past: start.and_utc(), end_past: end.and_utc() };
    Schedule::Enable { window, recurrence: Recurrence::Daily(wish) }
}

fn row(ordinal: u32, sample: &Sample) -> Row {
    let campaign = CampaignName::new(sample.name);
    let stream = sample.stream.map(StreamId::new);
    Row {
        place: Place { source: Arc::from("q1.csv"), sheet: None, row: ordinal + 2 },
        input: 0,
        cells: Vec::new(),
        campaign: Some(campaign),
        stream,
        action: Action::Enable,
        schedule: sample.wish.map(schedule),
        problems: Vec::new(),
        untimely: Vec::new(),
        warnings: Vec::new(),
    }
}

fn found(samples: &[Sample]) -> Vec<CrossRow> {
    let mut rows = CrossRows::new(Some(StreamId::new("st-1")));
    for (ordinal, sample) in samples.iter().enumerate() {
        let ordinal = u32::try_from(ordinal).unwrap();
        rows.add(ordinal, &row(ordinal, sample));
    }
    rows.finish().collect()
}

fn told(samples: &[Sample]) -> Vec<String> {
    let tell = |row: &CrossRow| {
        let finding = row.finding(&CampaignName::new("x"), None).unwrap();
        format!("{}: {}", row.ordinal, finding.message)
    };
    found(samples).iter().map(tell).collect()
}

#[test]
fn different_wishes_for_one_campaign_conflict_in_every_row() {
    let samples = [sample("a", 1), sample("b", 1), sample("a", 0), sample("a", 1), sample("a", 2)];
    insta::assert_snapshot!(told(&samples).join("\n"), @r"
    0: the campaign stands more than once and is to be scheduled differently: see also q1.csv:4, q1.csv:5 and 1 more
    2: the campaign stands more than once and is to be scheduled differently: see also q1.csv:2, q1.csv:5 and 1 more
    3: the campaign stands more than once and is to be scheduled differently: see also q1.csv:2, q1.csv:4 and 1 more
    4: the campaign stands more than once and is to be scheduled differently: see also q1.csv:2, q1.csv:4 and 1 more
    ");
}

#[test]
fn rows_that_want_the_same_follow_the_first() {
    let samples = [sample("a", 1), sample("a", 1), sample("b", 1), sample("a", 1)];
    let leaders: Vec<_> = found(&samples)
        .into_iter()
        .map(|row| match row.kind {
            CrossKind::Repeats { leader, place } => (row.ordinal, leader, place.row),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(leaders, [(1, 0, 2), (3, 0, 2)]);
}

#[test]
fn whatever_part_of_a_schedule_differs_the_rows_conflict_and_when_it_is_past_matters_not() {
    let at = |text: &str| -> chrono::NaiveDateTime { text.parse().unwrap() };
    let (start, end) = (at("2027-01-27T18:29:00"), at("2027-02-26T18:29:00"));
    let window = Window { start, end, start_past: start.and_utc(), end_past: end.and_utc() };
    let weekly = |weeks, day| Recurrence::Weekly(weeks, Weekdays::new([day]).unwrap());
    let enable = |window, recurrence| Schedule::Enable { window, recurrence };
    let schedules = [
        Schedule::Disable,
        enable(window, Recurrence::Daily(1)),
        enable(window, Recurrence::Daily(257)),
        enable(window, weekly(1, Weekday::Mon)),
        enable(window, weekly(257, Weekday::Mon)),
        enable(window, weekly(1, Weekday::Sun)),
        enable(Window { start: at("2027-01-27T18:29:01"), ..window }, Recurrence::Daily(1)),
        enable(Window { end: at("2028-02-26T18:29:00"), ..window }, Recurrence::Daily(1)),
    ];
    let found = |one: &Schedule, other: &Schedule| {
        let mut rows = CrossRows::new(None);
        for (ordinal, schedule) in [(0, one), (1, other)] {
            let mut row = row(ordinal, &sample("a", 1));
            row.schedule = Some(*schedule);
            rows.add(ordinal, &row);
        }
        rows.finish().next().map(|found| found.kind)
    };
    for (place, one) in schedules.iter().enumerate() {
        for (other_place, other) in schedules.iter().enumerate() {
            let is_conflict = matches!(found(one, other), Some(CrossKind::Conflict(_)));
            assert_eq!(is_conflict, place != other_place, "{one:?} {other:?}");
        }
    }
    let past = |at: &str| Window { start_past: format!("{at}Z").parse().unwrap(), ..window };
    let other = enable(past("2027-01-27T17:29:00"), Recurrence::Daily(1));
    assert!(matches!(found(&schedules[1], &other), Some(CrossKind::Repeats { .. })));
}

#[test]
fn names_that_differ_by_case_are_told_in_all_rows() {
    let samples = [sample("Spring", 1), sample("SPRING", 2), sample("x", 1), sample("Spring", 1)];
    insta::assert_snapshot!(told(&samples).join("\n"), @r"
    0: the name differs from that of q1.csv:3 by upper and lower case alone
    1: the name differs from that of q1.csv:2 and 1 more by upper and lower case alone
    3: q1.csv:2 asks for the very same, so it is sent only once
    3: the name differs from that of q1.csv:3 by upper and lower case alone
    ");
}

#[test]
fn composed_and_decomposed_names_are_one_campaign() {
    assert!(matches!(found(&[sample("Caf\u{e9}", 1), sample("Cafe\u{301}", 1)])[0].kind, CrossKind::Repeats { .. }));
    assert!(matches!(found(&[sample("Straße", 1), sample("STRASSE", 1)])[0].kind, CrossKind::DiffersByCase(_)));
    assert!(matches!(found(&[sample("CAF\u{c9}", 1), sample("cafe\u{301}", 1)])[0].kind, CrossKind::DiffersByCase(_)));
}

#[test]
fn a_blank_stream_is_the_runs() {
    let own = |stream| Sample { stream: Some(stream), ..sample("a", 2) };
    assert_eq!(found(&[sample("a", 1), own("st-1")]).len(), 2);
    assert_eq!(found(&[sample("a", 1), own("st-2")]).len(), 0);
}

#[test]
fn rows_with_problems_are_not_compared() {
    let broken = Sample { wish: None, ..sample("a", 1) };
    assert_eq!(found(&[sample("a", 1), broken]), []);
    let mut rows = CrossRows::new(None);
    let mut late = row(0, &sample("a", 1));
    late.untimely.push(CrossRow { ordinal: 0, kind: repeats(0) }.finding(&CampaignName::new("a"), None).unwrap());
    rows.add(0, &late);
    rows.add(1, &row(1, &sample("a", 2)));
    assert_eq!(rows.finish().count(), 0);
}

#[test]
fn ambiguous_rows_come_in_their_turn_and_other_inputs_are_named() {
    let mut rows = CrossRows::new(None);
    rows.add(0, &row(0, &sample("a", 1)));
    let mut ambiguous = row(1, &Sample { wish: None, ..sample("b", 1) });
    let finding = CrossRow { ordinal: 0, kind: repeats(0) }.finding(&CampaignName::new("b"), None).unwrap();
    ambiguous.problems.push(Finding { code: Code::AmbiguousDate, ..finding });
    rows.add(1, &ambiguous);
    let mut other = row(2, &sample("a", 1));
    other.place = Place { source: "q2.xlsx".into(), sheet: Some("May".into()), row: 9 };
    other.input = 1;
    rows.add(2, &other);
    let mut again = other.clone();
    again.schedule = row(0, &sample("a", 2)).schedule;
    rows.add(3, &again);
    let found: Vec<_> = rows.finish().collect();
    assert_eq!(found.iter().map(|row| row.ordinal).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(matches!(found[1].kind, CrossKind::AmbiguousDate(_)));
    let CrossKind::Conflict(others) = &found[0].kind else { panic!("{found:?}") };
    assert_eq!(others.to_string(), "q2.xlsx:May:9, q2.xlsx:May:9");
}

#[test]
fn a_row_costs_at_most_32_bytes_with_what_is_reserved() {
    let mut rows = CrossRows::new(None);
    let row = row(0, &sample("a", 1));
    for ordinal in 0..50_000 {
        rows.add(ordinal, &row);
        let reserved = rows.records.capacity() * size_of::<Record>();
        assert!(reserved <= 32 * (ordinal as usize + 1) + 4_096, "{reserved} at {ordinal}");
    }
    assert_eq!(rows.finish().count(), 49_999);
}

fn repeats(leader: u32) -> CrossKind {
    CrossKind::Repeats { leader, place: Place { source: "q1.csv".into(), sheet: None, row: 2 } }
}

proptest! {
    #[test]
    fn it_finds_what_comparing_all_with_all_finds(
        samples in proptest::collection::vec(
            (proptest::sample::select(vec!["a", "A", "b", "B", "c"]), proptest::option::of(0u32..2))
                .prop_map(|(name, wish)| Sample { name, stream: None, wish }),
            0..12,
        ),
    ) {
        let mut expected = Vec::new();
        for (index, own) in samples.iter().enumerate() {
            let Some(wish) = own.wish else { continue };
            let others = || samples.iter().enumerate().filter(|(at, other)| *at != index && other.wish.is_some());
            let same: Vec<_> = others().filter(|(_, other)| other.name == own.name).collect();
            if same.iter().any(|(_, one)| one.wish != Some(wish)) {
                expected.push((index, "conflict", same.len()));
            } else if let Some((leader, _)) = same.first().filter(|(at, _)| *at < index) {
                expected.push((index, "repeats", *leader));
            }
            let by_case = others().filter(|(_, o)| o.name != own.name && o.name.eq_ignore_ascii_case(own.name)).count();
            if by_case > 0 {
                expected.push((index, "case", by_case));
            }
        }
        let found: Vec<_> = found(&samples)
            .iter()
            .map(|row| match &row.kind {
                CrossKind::Conflict(others) => (row.ordinal as usize, "conflict", others.count as usize),
                CrossKind::Repeats { leader, .. } => (row.ordinal as usize, "repeats", *leader as usize),
                CrossKind::DiffersByCase(others) => (row.ordinal as usize, "case", others.count as usize),
                CrossKind::AmbiguousDate(_) => (row.ordinal as usize, "date", 0),
                CrossKind::Covered(_) => (row.ordinal as usize, "covered", 0),
            })
            .collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn rows_are_named_where_they_stand_though_some_were_passed_over() {
    let mut rows = CrossRows::new(None);
    let stands = |ordinal: u32| {
        ordinal + 2 + 3 * u32::from(ordinal >= 40) + u32::from(ordinal >= 41) + 7 * u32::from(ordinal >= 90)
    };
    for ordinal in 0..100 {
        let mut row = row(ordinal, &sample(if ordinal % 10 == 1 { "twice" } else { "other" }, ordinal % 7));
        row.place.row = stands(ordinal);
        row.campaign = row.campaign.filter(|_| ordinal % 10 < 2);
        rows.add(ordinal, &row);
    }
    assert_eq!(rows.inputs[0].stretches.len(), 4, "a stretch costs memory, so none begins where no row is missing");
    let named = rows.finish().filter_map(|found| match found.kind {
        CrossKind::Conflict(others) => {
            Some((found.ordinal, others.places.iter().map(|place| place.row).collect::<Vec<_>>()))
        }
        _ => None,
    });
    for (ordinal, places) in named {
        let others: Vec<u32> =
            (0..100).filter(|other| other % 10 == ordinal % 10 && *other != ordinal).map(stands).collect();
        assert_eq!(places, others[..2], "{ordinal}");
    }
}
