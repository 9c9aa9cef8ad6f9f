//! What a sheet holds reaches no terminal raw, by whichever command it is shown.

use std::path::Path;

use super::program;

/// Moves the cursor, sets the title, turns the direction of writing, rings the bell.
const HOSTILE: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}\u{9b}31m";

fn is_shown_safely(text: &str) -> bool {
    text.chars()
        .all(|c| c == '\n' || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')))
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = program(folder).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(is_shown_safely(&said), "{arguments:?}: {said:?}");
    assert!(!said.is_empty(), "{arguments:?}");
    said
}

#[cfg(unix)]
#[test]
fn no_command_shows_a_sheets_control_characters() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sheet = format!("q{HOSTILE}.csv");
    let rows = [
        format!("\"a{HOSTILE}\",2037-01-10 09:00,2038-01-10,1,{HOSTILE}"),
        format!("fine \u{202e} name,2037-01-10 09:00,2038-01-10,1,{HOSTILE}"),
        format!("b,{HOSTILE},2038-01-10,{HOSTILE},x"),
        format!("c,2037-01-10 09:00,2038-01-10,1,x,{HOSTILE}"),
    ];
    let text = format!("campaign_name,start,end,interval,note{HOSTILE},Campaign{HOSTILE}\n{}\n", rows.join("\n"));
    std::fs::write(folder.join(&sheet), text).unwrap();
    let results = ["--results", "r.csv", "--results", "r.xlsx", "--report", "r.html", "--metrics", "m.prom"];
    let files = ["--rejects", "rejects.csv", "--events", "e.jsonl", "--log-file", "l.log"];
    let run = ["run", &sheet, "--simulate", "-vv"];
    let run: Vec<_> = run.iter().chain(&results).chain(&files).copied().collect();
    let told = said(folder, &run);
    assert!(told.contains("\\u{1b}"), "it is shown, not left out: {told}");
    said(folder, &["check", &sheet]);
    said(folder, &["check", &sheet, "--format", "jsonl"]);
    said(folder, &["check", &sheet, "--map", &format!("start={HOSTILE}")]);
    said(folder, &["run", &format!("{HOSTILE}.csv"), "--simulate"]);
    said(folder, &["run", &sheet, "--simulate", "--results", &format!("nowhere{HOSTILE}/r.csv")]);
    let batch = std::fs::read_to_string(folder.join("e.jsonl")).unwrap();
    let batch: serde_json::Value = serde_json::from_str(batch.lines().next().unwrap()).unwrap();
    let batch = batch["batch"].as_str().unwrap();
    for format in ["human", "json"] {
        said(folder, &["history", "--format", format]);
        said(folder, &["history", batch, "--format", format]);
        said(folder, &["history", batch, "--row", &format!("{sheet}:3"), "--format", format]);
        said(folder, &["history", batch, "--row", &format!("{HOSTILE}:3"), "--format", format]);
        said(folder, &["report", batch, "--results", &format!("{HOSTILE}.csv"), "--format", format]);
    }
    for file in ["r.html", "m.prom", "l.log"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(is_shown_safely(&text), "{file}");
    }
    let events = std::fs::read_to_string(folder.join("e.jsonl")).unwrap();
    assert!(!events.chars().any(|c| c.is_control() && c != '\n'), "{events:?}");
}
