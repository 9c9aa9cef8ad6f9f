use std::path::PathBuf;

use campaign_scheduler::journal::StoredRow;
use campaign_scheduler::model::{CampaignName, Delivery, Ending, Signal, Status, StopReason, Tally};
use campaign_scheduler::report::causes::Causes;
use campaign_scheduler::report::summary::Flag;
use campaign_scheduler::report::summary::closing::{CallCount, Closing};
use campaign_scheduler::report::summary::style::Style;
use campaign_scheduler::report::summary::text::{log_line, render};
use campaign_scheduler::report::{Summary, Written};

use super::fixture::{batch, later, mixed, not_a_date, row, sent};

fn summary_of(rows: &[StoredRow], ending: Ending) -> Summary {
    let batch = batch(rows);
    let mut counted = Tally::default();
    rows.iter().filter(|row| row.taken_over_by.is_none()).for_each(|row| counted.add(row.status, 1));
    Summary {
        attempts: rows.iter().map(|row| u64::from(row.attempts)).sum(),
        elapsed_seconds: 121.4,
        quota_wait_seconds: 108.0,
        results: vec!["q1.results.csv".to_owned()],
        ..Summary::new(batch.id, batch.tally, &counted, ending)
    }
}

fn written(path: &str) -> Written {
    Written { path: path.into(), instead_of: None, rows: 0 }
}

fn closing_of<'a>(summary: &'a Summary, causes: &'a Causes, ending: Ending) -> Closing<'a> {
    Closing {
        summary,
        earlier: CallCount::default(),
        ending,
        causes,
        was_read_back: false,
        is_to_be_read_back: false,
        can_try_again: summary.outcomes.of(Status::Failed) + summary.outcomes.of(Status::Unknown) > 0,
        delivery: Delivery::default(),
        missing: Vec::new(),
        has_quota: true,
        target: "account a-1 on https://platform.kore.ai".to_owned(),
        simulated: false,
        inputs: vec!["q1.xlsx".into()],
        is_one_sheet: true,
        flags: Vec::new(),
        flags_of_run: Vec::new(),
        results: vec![written("q1.results.csv")],
        rejects: None,
        report: None,
        journal: PathBuf::from("state/campaign-scheduler/journal.db"),
    }
}

fn screen(rows: &[StoredRow], ending: Ending, style: Style, change: impl FnOnce(&mut Closing<'_>)) -> String {
    let summary = summary_of(rows, ending);
    let mut causes = Causes::default();
    rows.iter().for_each(|row| causes.add(row));
    let mut closing = closing_of(&summary, &causes, ending);
    change(&mut closing);
    let text = render(&closing, style);
    let plain =
        text.split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, rest)| rest)).collect::<String>();
    let plain = if style.colour { plain } else { text.clone() };
    let lines: usize = plain.lines().map(|line| line.chars().count().div_ceil(style.width).max(1)).sum();
    assert!(lines < style.height, "{lines} lines don't fit the screen:\n{text}");
    text
}

fn good(count: u64) -> Vec<StoredRow> {
    (0..count).map(|n| sent(n, &format!("Campaign {n}"), Status::Scheduled, 200, "Campaign scheduled")).collect()
}

#[test]
fn all_good() {
    insta::assert_snapshot!(screen(&good(120), Ending::Finished, Style::PLAIN, |_| {}));
}

#[test]
fn all_good_in_the_simulator() {
    insta::assert_snapshot!(screen(&good(1), Ending::Finished, Style::PLAIN, |closing| closing.simulated = true));
    let flag = |name: &str, value: Option<&str>| Flag { name: name.to_owned(), value: value.map(Into::into) };
    let rehearsed = screen(&good(1), Ending::Finished, Style { width: 120, ..Style::PLAIN }, |closing| {
        closing.simulated = true;
        let none = [flag("simulate", None), flag("quota", Some("none")), flag("rate", Some("none"))];
        closing.flags_of_run = [&none[..], &[flag("quota", Some("9/1m")), flag("retries", Some("2"))]].concat();
    });
    assert!(rehearsed.ends_with("  campaign-scheduler run q1.xlsx --quota 9/1m --retries 2\n"), "{rehearsed}");
}

#[test]
fn a_mixed_batch() {
    let mut rows = mixed();
    for ordinal in 8..20 {
        let mut invalid = row(ordinal, "More", Status::Invalid);
        invalid.problems = vec![not_a_date(u32::try_from(ordinal).unwrap() + 2, "30/02/2027")];
        rows.push(invalid);
    }
    insta::assert_snapshot!(screen(&rows, Ending::Finished, Style::PLAIN, |closing| {
        closing.rejects = Some(written("q1 rejects.csv"));
        closing.report = Some(written("q1.html"));
        closing.results[0].instead_of = Some("q1.results.csv".into());
        closing.results[0].path = "q1.results-2.csv".into();
    }));
}

#[test]
fn a_mixed_batch_on_a_narrow_coloured_terminal() {
    let style = Style { colour: true, width: 40, height: 24 };
    insta::assert_snapshot!(screen(&mixed(), Ending::Finished, style, |_| {}).replace('\u{1b}', "ESC"));
}

#[test]
fn whatever_happened_it_fits_a_screen() {
    let endings = [
        Ending::Finished,
        Ending::Stopped(StopReason::TooManyFailures),
        Ending::Stopped(StopReason::ResultsUnwritable),
        Ending::Signalled(Signal::HangUp),
    ];
    for seed in 0..400 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let kinds = rng.u32(0..40);
        let mut rows = if rng.bool() { mixed() } else { good(3) };
        for kind in 0..kinds {
            let ordinal = rows.len() as u64;
            let mut invalid = row(ordinal, "More", Status::Invalid);
            let words = "so it goes on and on ".repeat(rng.usize(0..20));
            let mut found = not_a_date(kind + 2, "x");
            found.message = format!("kind {} {words}", char::from_u32(0x4e00 + kind).unwrap());
            found.hint = words;
            if rng.bool() {
                invalid.problems.push(found)
            } else {
                invalid.warnings.push(found)
            }
            rows.push(invalid);
        }
        rows.push(row(rows.len() as u64, "Left", Status::Pending));
        let style = Style { colour: rng.bool(), width: rng.usize(80..160), height: rng.usize(24..50) };
        screen(&rows, endings[rng.usize(0..4)], style, |closing| {
            closing.is_one_sheet = rng.bool();
            closing.earlier = CallCount { attempts: rng.u64(0..3), reads: 0 };
            closing.rejects = rng.bool().then(|| written("q1 rejects.csv"));
            closing.report = rng.bool().then(|| written("q1.html"));
            closing.results.push(written("q1.results.xlsx"));
        });
    }
}

/// What is cut off may be the word that decides.
#[test]
fn what_to_do_is_told_to_its_end_or_not_at_all() {
    let last = "or settle it with `campaign-scheduler verify`";
    let told = format!("resume the undo with --retry failed,unknown,rejected --delivery at-least-once, {last}");
    let rows: Vec<_> = (0..8)
        .map(|number| {
            let mut lost = sent(number, "Lost", Status::Unknown, 504, "Gateway Timeout");
            lost.error = Some(format!("unknown: {} was lost; {told}", char::from(b'a' + number as u8)));
            lost
        })
        .collect();
    for height in 24..50 {
        let screen = screen(&rows, Ending::Finished, Style { height, ..Style::PLAIN }, |_| {});
        let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        let causes = words.matches(" was lost ").count();
        assert!(causes >= 1 && words.matches(&told).count() == causes, "{screen}");
    }
}

#[test]
fn the_time_is_told_of_the_calls_that_were_made_in_it() {
    let after = |attempts, reads, earlier| {
        let mut summary = summary_of(&good(3), Ending::Finished);
        (summary.attempts, summary.reads, summary.quota_wait_seconds) = (attempts, reads, 0.0);
        let causes = Causes::default();
        let closing = Closing { earlier, simulated: true, ..closing_of(&summary, &causes, Ending::Finished) };
        let screen = render(&closing, Style { width: 120, ..Style::PLAIN });
        screen.lines().find(|line| line.contains("call")).unwrap().trim().to_owned()
    };
    let waited = |has_quota| {
        let told = screen(&good(1), Ending::Finished, Style { width: 120, ..Style::PLAIN }, |closing| {
            closing.has_quota = has_quota;
        });
        told.contains("1 min 48 s of it waiting for the quota")
    };
    assert_eq!([true, false].map(waited), [true, false], "without a quota there is none to wait for");
    let earlier = |attempts, reads| CallCount { attempts, reads };
    assert_eq!(after(30, 0, earlier(0, 0)), "30 calls in 2 min 1 s");
    assert_eq!(after(30, 0, earlier(18, 0)), "12 calls in 2 min 1 s (30 calls since the batch began)");
    assert_eq!(after(30, 2, earlier(30, 0)), "2 reads in 2 min 1 s (30 calls and 2 reads since the batch began)");
    assert_eq!(
        after(30, 4, earlier(29, 2)),
        "1 call and 2 reads in 2 min 1 s (30 calls and 4 reads since the batch began)"
    );
    assert_eq!(after(30, 0, earlier(30, 0)), "no call was needed (30 calls since the batch began)");
}

#[test]
fn stopped_by_an_outage() {
    let mut rows = good(3);
    rows.extend((3..50).map(|n| row(n, &format!("Campaign {n}"), Status::Pending)));
    insta::assert_snapshot!(screen(&rows, Ending::Stopped(StopReason::Outage), Style::PLAIN, |_| {}));
}

#[test]
fn stopped_by_a_signal() {
    let mut rows = good(1);
    rows.push(row(1, "Left", Status::Pending));
    insta::assert_snapshot!(screen(&rows, Ending::Signalled(Signal::Interrupt), Style::PLAIN, |_| {}));
}

#[test]
fn an_empty_sheet() {
    insta::assert_snapshot!(screen(&[], Ending::Finished, Style::PLAIN, |_| {}));
}

#[test]
fn an_undo_tells_what_is_disabled_and_a_batch_what_another_took_over() {
    let rows = [row(0, "Off", Status::Disabled), row(1, "On", Status::Rejected), row(2, "Lost", Status::Pending)];
    let mut summary = summary_of(&rows, Ending::Finished);
    let causes = Causes::default();
    let first = |summary: &Summary| {
        let text = render(&closing_of(summary, &causes, Ending::Finished), Style::PLAIN);
        text.split("\n\n").next().unwrap().replace('\n', " ")
    };
    assert_eq!(first(&summary), "1 of 3 rows is as the sheet wants; 1 is to mend, 1 is still to be sent.");
    summary.counted = batch(&rows[..2]).tally;
    assert_eq!(first(&summary), "1 of 3 rows is as the sheet wants; 1 is to mend, 1 was taken over by a later batch.");
    summary.spared = Some(0);
    assert_eq!(first(&summary), "1 of 3 rows is disabled; 1 is to mend, 1 was taken over by a later batch.");
    let notes = |withdrawn, inputs: &[&str]| {
        let summary = Summary { withdrawn, ..summary.clone() };
        let inputs = inputs.iter().map(PathBuf::from).collect();
        let closing = Closing { inputs, results: Vec::new(), ..closing_of(&summary, &causes, Ending::Finished) };
        render(&closing, Style::PLAIN).replace('\n', " ")
    };
    let text = notes(2, &["q1.csv"]);
    assert!(
        text.contains("2 rows of the batch were still to be sent, and are not sent any more by \"resume\"."),
        "{text}"
    );
    // With a command where there is one.
    assert!(text.contains("Running the sheet again enables them again: "), "{text}");
    let text = notes(0, &[]);
    assert!(text.contains("Running the sheet again enables them again. ") && !text.contains("still to be"), "{text}");
}

#[test]
fn nothing_new_and_some_gone() {
    let rows: Vec<_> = (0..3).map(|n| row(n, "Same", Status::Unchanged)).collect();
    let mut summary = summary_of(&rows, Ending::Finished);
    summary.missing_from_sheet = 2;
    let causes = Causes::default();
    let closing = Closing {
        missing: vec![CampaignName::new("Winter | EU"), CampaignName::new("Winter\u{1b}[2J")],
        target: String::new(),
        inputs: Vec::new(),
        results: Vec::new(),
        journal: PathBuf::from("journal.db"),
        ..closing_of(&summary, &causes, Ending::Finished)
    };
    insta::assert_snapshot!(render(&closing, Style::PLAIN));
}

#[test]
fn what_was_just_read_back_is_not_proposed_to_be_read_back() {
    let rows = [sent(0, "Lost", Status::Unknown, 504, "Gateway Timeout")];
    for was_read_back in [false, true] {
        let screen = screen(&rows, Ending::Finished, Style::PLAIN, |closing| closing.was_read_back = was_read_back);
        assert_eq!(screen.contains("campaign-scheduler verify"), !was_read_back, "{screen}");
        assert!(screen.contains("--retry failed,unknown"), "{screen}");
    }
    // Nor is a second call for what may have arrived, where there is to be none, nor a look at what is a later batch's.
    let at_most_once = screen(&rows, Ending::Finished, Style::PLAIN, |closing| closing.delivery = Delivery::AtMostOnce);
    assert!(at_most_once.contains("--retry failed\n"), "{at_most_once}");
    let rows = [StoredRow { taken_over_by: later(), ..rows[0].clone() }];
    let taken_over = screen(&rows, Ending::Finished, Style::PLAIN, |closing| closing.can_try_again = false);
    assert!(!taken_over.contains("campaign-scheduler verify"), "{taken_over}");
    // No look is claimed where there was none.
    let rows = [row(0, "Same", Status::Unchanged)];
    for (was_read_back, reads, is_told) in [(true, 0, true), (true, 1, false), (false, 0, false)] {
        let mut summary = summary_of(&rows, Ending::Finished);
        summary.reads = reads;
        let causes = Causes::default();
        let closing = Closing { was_read_back, ..closing_of(&summary, &causes, Ending::Finished) };
        let text = render(&closing, Style::PLAIN);
        assert_eq!(text.contains("Nothing was read back: "), is_told, "{text}");
        assert!(text.starts_with("The one campaign was accepted before: nothing to send."), "{text}");
    }
    // A resume would find nothing to send, and read nothing.
    let rows = [sent(0, "Sent", Status::Scheduled, 200, "ok")];
    for is_to_be_read_back in [false, true] {
        let ending = Ending::Signalled(Signal::Terminate);
        let screen = screen(&rows, ending, Style::PLAIN, |closing| closing.is_to_be_read_back = is_to_be_read_back);
        assert_eq!(screen.contains("Read back what was sent:\n"), is_to_be_read_back, "{screen}");
        assert!(!screen.contains("campaign-scheduler resume"), "{screen}");
    }
}

#[test]
fn of_several_sheets_with_their_long_names_each_kind_names_its_first_place() {
    let rows: Vec<_> = (0..3)
        .map(|ordinal| {
            let mut invalid = row(ordinal, "x", Status::Invalid);
            invalid.problems = vec![not_a_date(u32::try_from(ordinal).unwrap() + 2, "soon")];
            invalid
        })
        .collect();
    let of =
        |is_one_sheet| screen(&rows, Ending::Finished, Style::PLAIN, |closing| closing.is_one_sheet = is_one_sheet);
    assert!(of(true).contains("(B2, B3, B4)"), "{}", of(true));
    assert!(of(false).contains("(q1.xlsx:Launch:2 (B2) and 2 more)"), "{}", of(false));
}

#[test]
fn hostile_values_reach_no_terminal_raw() {
    let mut invalid = row(0, "x", Status::Invalid);
    invalid.problems = vec![not_a_date(2, "\u{1b}]0;title\u{7}\u{202e}\u{9b}2J\r\n")];
    invalid.place.source = "q\u{1b}[2J.csv".into();
    let screen = screen(&[invalid], Ending::Finished, Style::PLAIN, |closing| {
        closing.inputs = vec!["q\u{1b}[2J.csv".into()];
        closing.results = vec![written("q\u{1b}[2J.results.csv")];
    });
    let is_safe = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
    assert!(screen.chars().all(is_safe), "{screen:?}");
}

#[test]
fn the_json_has_the_fields_of_the_contract_in_their_order() {
    let json = serde_json::to_string_pretty(&summary_of(&mixed(), Ending::Finished)).unwrap();
    insta::assert_snapshot!(json);
}

#[test]
fn a_log_gets_one_line() {
    let summary = summary_of(&mixed(), Ending::Finished);
    insta::assert_snapshot!(log_line(&summary));
    // What goes on though the sheet no longer asks for it is told where nobody reads more than this, too.
    let summary = Summary { missing_from_sheet: 2, spared: Some(1), withdrawn: 3, ..summary };
    assert!(
        log_line(&summary).contains(" missing_from_sheet=2 spared=1 withdrawn=3 attempts="),
        "{}",
        log_line(&summary)
    );
}
