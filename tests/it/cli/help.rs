//! What `--help` says is what users learn the program from: one snapshot for each command.

use super::run;

const COMMANDS: [&str; 12] = [
    "run",
    "check",
    "resume",
    "verify",
    "undo",
    "history",
    "report",
    "template",
    "simulate",
    "settings",
    "completions",
    "man",
];

#[test]
fn each_command_explains_itself() {
    let help = run(["--help"]);
    assert_eq!(help.code, Some(0));
    insta::assert_snapshot!("help", help.stdout);
    for command in COMMANDS {
        let help = run([command, "--help"]);
        assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{command}");
        insta::assert_snapshot!(format!("help_{command}"), help.stdout);
    }
}

#[test]
fn completions_and_manual_pages_come_out_for_all() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = run(["completions", shell]);
        assert_eq!(ended.code, Some(0), "{shell}");
        assert!(ended.stdout.contains("campaign-scheduler"), "{shell}");
    }
    assert!(run(["man"]).stdout.contains(".TH campaign-scheduler 1"));
    for command in COMMANDS {
        assert!(run(["man", command]).stdout.contains(&format!(".TH campaign-scheduler-{command} 1")), "{command}");
    }
    let ended = run(["man", "chekc"]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(2), "error: \"chekc\" is not a command\nhint: did you mean check?\n")
    );
}

#[test]
fn bash_finds_what_its_completions_know_of_each_command() {
    let script = run(["completions", "bash"]).stdout;
    let branches: Vec<_> =
        script.lines().filter_map(|line| line.trim().strip_prefix("cmd=\"")?.strip_suffix('"')).collect();
    assert!(branches.len() > COMMANDS.len(), "{branches:?}");
    for branch in branches.into_iter().filter(|branch| !branch.is_empty()) {
        assert!(script.contains(&format!("\n        {branch})\n")), "nothing is completed after {branch}");
    }
}
