//! The same sheet again: what the platform accepted costs no call, what was changed costs one.

use std::fs;

use super::stage::Stage;
use crate::cli::ended;

const SHEET: &str = "samples/campaigns.csv";

fn statuses(stage: &Stage) -> Vec<String> {
    let (_, lines) = stage.results("campaigns.results.csv");
    lines.into_iter().map(|line| line["result_status"].clone()).collect()
}

#[test]
fn the_same_sheet_costs_no_call() {
    let stage = Stage::new();
    assert_eq!(stage.run(&[SHEET]).code, Some(0));
    let (_, first) = stage.results("campaigns.results.csv");
    for sheet in [SHEET, "samples/campaigns.xlsx"] {
        let again = stage.run(&[sheet]);
        assert_eq!(again.code, Some(0), "{}", again.stderr);
        assert_eq!(stage.server.ledger.calls(), 30, "{sheet}");
        let told = again.json();
        assert_eq!((&told["outcomes"]["unchanged"], &told["attempts"]), (&30.into(), &0.into()));
        let (_, lines) = stage.results("campaigns.results.csv");
        assert!(lines.iter().zip(&first).all(|(line, first)| line["result_id"] == first["result_id"]));
    }
}

#[test]
fn an_edited_sheet_costs_a_call_for_each_row_that_is_new_or_changed() {
    let stage = Stage::new();
    assert_eq!(stage.run(&[SHEET]).code, Some(0));

    let text = fs::read_to_string(stage.path(SHEET)).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<String> = rows.lines().map(str::to_owned).collect();
    rows[4] = rows[4].replace("2037-12-31 20:00", "2037-11-30 20:00");
    let changed = rows[4].split(',').next().unwrap().to_owned();
    rows.push("Added Later,Retail,EMEA,2037-03-02 09:00,2037-04-30 18:00,daily,4101".to_owned());
    rows.sort();
    rows.reverse();
    fs::write(stage.path(SHEET), format!("{header}\n{}\n", rows.join("\n"))).unwrap();

    let again = stage.run(&[SHEET]);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let mut called: Vec<_> = stage.arrivals_after(30).into_iter().map(|arrival| arrival.campaign.unwrap()).collect();
    called.sort();
    assert_eq!(called, ["Added Later".to_owned(), changed]);
    let statuses = statuses(&stage);
    assert_eq!(statuses.len(), 31);
    assert_eq!(statuses.iter().filter(|status| *status == "unchanged").count(), 29);
}

#[test]
fn a_results_file_fed_back_is_the_same_sheet() {
    let stage = Stage::new();
    assert_eq!(stage.run(&[SHEET, "--results", "first.csv"]).code, Some(0));
    let again = stage.run(&["first.csv", "--results", "second.csv"]);
    assert_eq!((again.code, stage.server.ledger.calls()), (Some(0), 30), "{}", again.stderr);
}

/// The journal keeps cells as JSON, which serde_json without `float_roundtrip` reads back one bit off for
/// some numbers: as a name, such a number made its row another one.
#[test]
fn a_number_of_seventeen_digits_as_a_name_comes_back_to_the_last_digit() {
    const NAME: &str = "31.245270191439438";
    let stage = Stage::new();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["Campaign", "Start", "End", "Interval"]).unwrap();
    sheet.write_number(1, 0, NAME.parse::<f64>().unwrap()).unwrap();
    sheet.write_row(1, 1, ["2037-03-02 09:00", "2037-04-30 18:00", "daily"]).unwrap();
    workbook.save(stage.path("numbers.xlsx")).unwrap();

    assert_eq!(stage.run(&["numbers.xlsx", "--results", "first.csv", "--results", "first.xlsx"]).code, Some(0));
    assert_eq!(stage.arrivals_after(0)[0].campaign.as_deref(), Some(NAME));
    for results in ["first.csv", "first.xlsx"] {
        let again = stage.run(&[results, "--results", "second.csv"]);
        assert_eq!((again.code, stage.server.ledger.calls()), (Some(0), 1), "{results}: {}", again.stderr);
        assert_eq!(stage.results("second.csv").1[0]["Campaign"], NAME, "{results}");
    }
}

#[test]
fn the_journal_tells_it_all_again() {
    let stage = Stage::new();
    let told = stage.run(&[SHEET]).json();
    let batch = told["batch"].as_str().unwrap();
    let results = fs::read(stage.path("campaigns.results.csv")).unwrap();
    fs::remove_file(stage.path("campaigns.results.csv")).unwrap();

    let report = ended(stage.program().args(["report", batch]));
    assert_eq!(report.code, Some(0), "{}", report.stderr);
    assert!(fs::read(stage.path("campaigns.results.csv")).unwrap() == results, "not the same file");

    let history = ended(stage.program().args(["history", batch]));
    assert!(history.stdout.contains(batch) && history.stdout.contains("30"), "{}", history.stdout);
    let resume = ended(stage.program().args(["resume", batch, "--format", "json"]));
    assert_eq!((resume.code, stage.server.ledger.calls()), (Some(0), 30), "{}", resume.stderr);
}

/// The results can't call one row of a campaign unchanged and send another wish over it.
#[test]
fn a_new_wish_beside_an_accepted_row_whose_start_has_passed_is_a_conflict() {
    let stage = Stage::new();
    let header = "Campaign,Start,End,Interval";
    let old = "Spring,2020-03-02 09:00,2037-04-30 18:00,daily";
    let new = "Spring,2037-03-02 09:00,2037-04-30 18:00,weekly";
    let run = |rows: &[&str], words: &[&str]| {
        fs::write(stage.path("sheet.csv"), format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        let told = stage.run(&[&["sheet.csv"], words].concat());
        let (_, lines) = stage.results("sheet.results.csv");
        let told_rows: Vec<_> =
            lines.iter().map(|line| (line["result_status"].clone(), line["result_error"].clone())).collect();
        (told.code, told_rows)
    };
    // Never accepted: the past start is a problem, so the two aren't compared.
    let (code, rows) =
        run(&[old, new], &["--results", "first.csv", "--results", "sheet.results.csv", "--max-failures", "0"]);
    assert_eq!((code, rows[0].0.as_str(), rows[1].0.as_str()), (Some(1), "invalid", "scheduled"), "{rows:?}");
    assert_eq!(run(&[old], &["--allow-past-start"]).0, Some(0));
    let calls = stage.server.ledger.calls();
    for sheet in [[old, new], [new, old]] {
        let (code, rows) = run(&sheet, &[]);
        assert_eq!(code, Some(1), "{rows:?}");
        for (status, error) in &rows {
            assert_eq!(status, "invalid", "{rows:?}");
            assert!(error.starts_with("conflicting-rows: "), "{rows:?}");
        }
        assert_eq!(stage.server.ledger.calls(), calls, "nothing is sent over the accepted row");
    }
    let (code, rows) = run(&[old, old], &[]);
    assert_eq!((code, rows[1].0.as_str()), (Some(0), "unchanged"), "{rows:?}");
    // Which row is kept is the user's choice, and either goes on.
    assert_eq!(run(&[old], &[]).1[0].0, "unchanged");
    assert_eq!(run(&[new], &[]).1[0].0, "scheduled");
}
