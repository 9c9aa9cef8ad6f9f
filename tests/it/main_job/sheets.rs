//! What `check` says of the sample sheets, to people and to programs, word for word.

use super::stage::copy_samples;
use crate::cli::{ended, program};

/// What `check` says, without the one thing that is new each time: when it was said.
fn checked(arguments: &[&str], code: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    copy_samples(folder.path());
    let ended = ended(program(folder.path()).arg("check").args(arguments));
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(code), ""), "{arguments:?}");
    let lines = ended.stdout.lines().map(|line| match line.split_once("the last leaves at ") {
        Some((before, _)) => format!("{before}the last leaves at (now and a little)"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn people_read_what_is_wrong_and_what_to_do() {
    insta::assert_snapshot!("check_campaigns", checked(&["samples/campaigns.csv"], 0));
    insta::assert_snapshot!("check_problems", checked(&["samples/problems.xlsx"], 1));
}

#[test]
fn programs_read_a_line_a_row() {
    insta::assert_snapshot!("check_campaigns_jsonl", checked(&["samples/campaigns.xlsx", "--format", "jsonl"], 0));
    insta::assert_snapshot!("check_problems_jsonl", checked(&["samples/problems.xlsx", "--format", "jsonl"], 1));
}
