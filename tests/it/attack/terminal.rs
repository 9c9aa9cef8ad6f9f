//! The question that is asked on a terminal before calls go out.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::site::{Site, settings};
use crate::cli::{Ended, told};
use crate::tools::needs;

/// Starts the program on a terminal and types this. What comes out of both stands in `stdout`.
fn typed(script: &Path, run: &Command, answer: &str) -> Ended {
    let words = run.get_args().map(|word| format!("'{}'", word.to_str().unwrap())).collect::<Vec<_>>().join(" ");
    let line = format!("'{}' {words}", run.get_program().to_str().unwrap());
    let mut terminal = Command::new(script);
    terminal.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env_clear();
    terminal.envs(run.get_envs().filter_map(|(name, value)| Some((name, value?)))).env("SHELL", "/bin/sh");
    terminal.current_dir(run.get_current_dir().unwrap());
    let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
    told(child.wait_with_output().unwrap())
}

#[test]
fn calls_go_out_from_a_terminal_when_they_are_agreed_to() {
    let Some(script) = needs(&["script"], "the question on a terminal") else { return };
    let site = Site::new(settings(Duration::ZERO));
    let bad = "c3,tomorrow,2037-04-30 18:00,daily\n";
    site.write_names(["c1", "c2"].map(str::to_owned));
    let good = fs::read_to_string(site.path("sheet.csv")).unwrap();
    fs::write(site.path("sheet.csv"), good.clone() + bad).unwrap();
    let question = "Send 2 campaigns to account acct-1 on ";

    // Nothing would be sent, so nothing is asked.
    let withheld = typed(&script, &site.run(["--all-or-nothing"]), "n\n");
    assert_eq!(withheld.code, Some(1), "{withheld}");
    assert!(!withheld.stdout.contains("[y/N]"), "{withheld}");

    for answer in ["n\n", "\n", "sure\n"] {
        let batches = site.journal().unwrap().batches().unwrap().len();
        let declined = typed(&script, &site.run([]), answer);
        assert_eq!(declined.code, Some(2), "{answer:?}: {declined}");
        assert!(declined.stdout.contains(question), "{answer:?}: {declined}");
        assert!(declined.stdout.contains("; 1 row has problems and stays behind)? [y/N]"), "{answer:?}: {declined}");
        assert_eq!(site.journal().unwrap().batches().unwrap().len(), batches, "{answer:?}: {declined}");
    }
    assert_eq!(site.arrivals().len(), 0);

    fs::write(site.path("sheet.csv"), good).unwrap();
    let agreed = typed(&script, &site.run([]), "Y\n");
    assert_eq!(agreed.code, Some(0), "{agreed}");
    assert!(agreed.stdout.contains(question) && !agreed.stdout.contains("behind"), "{agreed}");
    assert_eq!(site.arrivals().len(), 2, "{agreed}");
}
