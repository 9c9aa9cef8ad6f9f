//! What can't be done as a whole: one clear message, exit code 2, and nothing was sent.

use std::fs;

use super::stage::Stage;
use crate::cli::{ended, program};

/// The message of a run that must end before its first call.
fn refused(stage: &Stage, arguments: &[&str]) -> String {
    let ended = ended(stage.program().arg("run").args(arguments));
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}: {}", ended.stderr);
    assert_eq!(stage.server.ledger.calls(), 0, "{arguments:?}");
    let lines: Vec<_> = ended.stderr.lines().filter(|line| !line.starts_with("journal: ")).collect();
    assert_eq!(lines.iter().filter(|line| line.starts_with("error: ")).count(), 1, "{lines:?}");
    assert!(lines.len() <= 2, "an error and its hint: {lines:?}");
    lines.join("\n")
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let stage = Stage::new();
    fs::write(stage.path("picture.xlsx"), [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]).unwrap();
    fs::write(stage.path("plan.csv"), "Who,When\nme,today\n").unwrap();
    insta::assert_snapshot!(refused(&stage, &["picture.xlsx"]), @"
    error: picture.xlsx: is a picture, not a spreadsheet
    hint: save the table as .xlsx or .csv and name that file
    ");
    insta::assert_snapshot!(refused(&stage, &["plan.csv"]), @"
    error: plan.csv: no header was found in the first 50 rows
    hint: one row must name the columns campaign_name, start, end and interval (or common names for them); say which columns of other names are meant with --map, such as --map 'campaign_name=COLUMN'; if it stands further down, say so with --header-row
    ");
    assert!(refused(&stage, &["none.csv"]).contains("none.csv"));
}

#[test]
fn a_missing_setting_names_flag_variable_and_the_rehearsal() {
    let stage = Stage::new();
    let ended = ended(program(stage.folder.path()).args(["run", "samples/campaigns.csv"]));
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    for said in ["--host", "KORE_HOST", "--stream-id", "KORE_ACCOUNT_ID", "--client-secret-file", "--simulate"] {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    assert!(!stage.path("state").exists(), "nothing is made before it is known that there is work");
}

#[test]
fn a_folder_that_is_not_there_is_noticed_before_any_call() {
    let stage = Stage::new();
    let said = refused(&stage, &["samples/campaigns.csv", "--results", "missing/results.csv"]);
    insta::assert_snapshot!(said, @r#"
    error: the folder of "missing/results.csv" doesn't exist
    hint: make the folder first, or choose another
    "#);
    let said = refused(&stage, &["samples/campaigns.csv", "--results", "samples/campaigns.csv"]);
    insta::assert_snapshot!(said, @r#"
    error: "samples/campaigns.csv" is an input
    hint: give each file a name of its own
    "#);
}

#[test]
fn the_sheet_is_not_overwritten_by_a_report_either() {
    let stage = Stage::new();
    let batch = stage.run(&["samples/campaigns.csv"]).json()["batch"].as_str().unwrap().to_owned();
    let sheet = fs::read(stage.path("samples/campaigns.csv")).unwrap();
    let report = ended(stage.program().args(["report", &batch, "--results", "samples/campaigns.csv"]));
    assert_eq!(report.code, Some(2), "{}", report.stderr);
    assert!(report.stderr.contains("\"samples/campaigns.csv\" is an input"), "{}", report.stderr);
    assert_eq!(fs::read(stage.path("samples/campaigns.csv")).unwrap(), sheet);
}

#[test]
fn a_slip_of_the_pen_makes_no_journal() {
    let stage = Stage::new();
    for command in [&["resume"][..], &["verify"], &["undo", "b"], &["history", "--prune", "90d"]] {
        let ended = ended(stage.program().args(command).args(["--journal", "jornal.db"]));
        assert_eq!(ended.code, Some(2), "{command:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("there is no journal"), "{command:?}: {}", ended.stderr);
        assert!(!stage.path("jornal.db").exists(), "{command:?}");
    }
}

#[test]
fn a_slip_in_the_journals_path_starts_no_new_journal() {
    let stage = Stage::new();
    let said = refused(&stage, &["samples/campaigns.csv", "--journal", "missing/journal.db"]);
    insta::assert_snapshot!(said, @r#"
    error: the folder of "missing/journal.db" doesn't exist
    hint: make the folder first, or choose another
    "#);
    assert!(!stage.path("missing").exists());
    for arguments in [
        ["samples/campaigns.csv", "--journal", "plan.db", "--log-file", "plan.db"],
        ["samples/campaigns.csv", "--journal", "plan.db", "--events", "plan.db-wal"],
        ["samples/campaigns.csv", "--journal", "plan.db", "--log-file", "plan.db.holder"],
    ] {
        assert!(refused(&stage, &arguments).contains("is the journal, or belongs to it"), "{arguments:?}");
        assert!(!stage.path("plan.db").exists(), "{arguments:?}");
    }
    let said = refused(&stage, &["samples/campaigns.csv", "--journal", "samples/campaigns.csv"]);
    insta::assert_snapshot!(said, @r#"
    error: "samples/campaigns.csv" is the journal, or belongs to it
    hint: give each file a name of its own
    "#);
    assert!(!stage.path("samples/campaigns.csv.lock").exists());
}

/// The same rows are one campaign in a rehearsal as they will be.
#[test]
fn a_rehearsal_goes_to_the_stream_of_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "a,2037-01-27,2037-02-27,1,\na,2037-01-27,2037-02-27,2,st-main\n";
    fs::write(folder.path().join("s.csv"), format!("campaign,start,end,interval,stream_id\n{rows}")).unwrap();
    for (stream, status) in [("st-main", "invalid"), ("st-other", "scheduled")] {
        let line = ["run", "s.csv", "--simulate", "--stream-id", stream, "--format", "json"];
        let told = ended(program(folder.path()).args(line));
        assert_eq!(told.json()["outcomes"][status], 2, "{told}");
    }
}
