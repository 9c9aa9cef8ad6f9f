//! The guide's list of codes is the program's.

use campaign_scheduler::model::Code;

use super::file;

/// The codes of the guide's tables, in their order.
fn documented() -> Vec<String> {
    let guide = file("samples/guide/codes.md");
    let codes = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    codes.map(|(code, _)| code.to_owned()).collect()
}

#[test]
fn every_code_of_a_row_and_of_an_input_stands_in_the_guide_once_and_in_order() {
    let of_rows = Code::ALL.iter().map(|code| code.as_str().to_owned());
    // The codes of an input are written down in one place, arm by arm.
    let source = file("src/reader/error.rs");
    let (_, arms) = source.split_once("pub fn code(&self) -> &'static str {\n        match self {").unwrap();
    let arms = arms.split_once("\n    }").unwrap().0;
    let of_inputs = arms.lines().filter_map(|arm| Some(arm.split_once("=> \"")?.1.trim_end_matches("\",").to_owned()));
    let all: Vec<String> = of_rows.chain(of_inputs).collect();
    assert!(all.len() > Code::ALL.len() + 20, "{all:?}");
    assert_eq!(documented(), all);
}
