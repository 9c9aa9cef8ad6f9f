//! The guide's list of codes is the program's.

use std::collections::BTreeSet;
use std::path::Path;

use campaign_scheduler::model::Code;

use super::file;

/// Where the guide turns from sheets to commands.
const OF_COMMANDS: &str = "## Commands that can't be carried out";

/// The codes of the tables in a part of the guide, in their order.
fn documented(guide: &str) -> Vec<String> {
    let codes = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    codes.map(|(code, _)| code.to_owned()).collect()
}

/// The codes of a function `code`, which says one in each of its arms.
fn arms(path: &str) -> Vec<String> {
    let source = file(path);
    let (_, arms) = source.split_once("pub fn code(&self) -> &'static str {\n        match self {").unwrap();
    let arms = arms.split_once("\n    }").unwrap().0;
    arms.lines().filter_map(|arm| Some(arm.split_once("=> \"")?.1.trim_end_matches("\",").to_owned())).collect()
}

/// The codes that a folder's files give to failures.
fn of_failures(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            of_failures(&entry.path(), codes);
            continue;
        }
        let source = std::fs::read_to_string(entry.path()).unwrap();
        let program = source.split("#[cfg(test)]").next().unwrap();
        for call in program.split("Failure::new(").chain(program.split("Self::new(")).skip(1) {
            let code =
                call.trim_start().strip_prefix('"').and_then(|rest| rest.split_once("\",")).map(|(code, _)| code);
            codes.extend(code.map(str::to_owned));
        }
    }
}

#[test]
fn every_code_of_a_row_and_of_an_input_stands_in_the_guide_once_and_in_order() {
    let of_rows = Code::ALL.iter().map(|code| code.as_str().to_owned());
    // The codes of an input are written down in one place, arm by arm.
    let all: Vec<String> = of_rows.chain(arms("src/reader/error.rs")).collect();
    assert!(all.len() > Code::ALL.len() + 20, "{all:?}");
    let guide = file("samples/guide/codes.md");
    assert_eq!(documented(guide.split_once(OF_COMMANDS).unwrap().0), all);
}

#[test]
fn every_code_of_a_command_that_can_not_be_carried_out_stands_in_the_guide_once() {
    let mut codes: BTreeSet<String> = arms("src/journal/error.rs").into_iter().collect();
    assert!(codes.len() > 5, "{codes:?}");
    of_failures(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli")), &mut codes);
    let guide = file("samples/guide/codes.md");
    let mut documented = documented(guide.split_once(OF_COMMANDS).unwrap().1);
    documented.sort_unstable();
    assert_eq!(documented, codes.into_iter().collect::<Vec<_>>());
}
