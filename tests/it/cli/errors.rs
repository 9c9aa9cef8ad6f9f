//! Mistakes end with exit code 2, in the shape that was asked for.

use std::process::{Command, Stdio};

use super::{ended, program, run};

/// Command lines that can't be meant, each with what the error says about it.
const MISTAKES: [(&[&str], &str, &str); 9] = [
    (&["run"], "usage", "the following required arguments were not provided: <FILE>..."),
    (&["run", "x.csv", "--dleivery", "y"], "usage", "unexpected argument '--dleivery' found"),
    (&["run", "x.csv", "--delivery", "twice"], "usage", "invalid value 'twice' for '--delivery <HOW>'"),
    (&["template", "sheet.ods"], "output", "\"sheet.ods\" ends in neither .csv nor .xlsx"),
    (&["settings", "--quota", "60"], "settings", "--quota: \"60\" is not a quota"),
    (&["settings", "--timeout", "0s"], "settings", "--timeout: a call needs some time"),
    (&["template", "none/sheet.csv"], "output", "the folder of \"none/sheet.csv\" doesn't exist"),
    (&["settings", "--config", "none.toml"], "settings", "none.toml can't be read: "),
    (&["settings", "--profile", "nightly"], "settings", "no settings file holds a profile \"nightly\""),
];

#[test]
fn programs_get_one_object_on_stdout_and_nothing_on_stderr() {
    for (line, code, message) in MISTAKES {
        let ended = run(line.iter().chain(&["--format", "json"]));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(2), ""), "{line:?}");
        let value: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(value["exit_code"], 2, "{line:?}");
        assert_eq!(value["error"]["code"], code, "{line:?}");
        let said = value["error"]["message"].as_str().unwrap();
        assert!(said.starts_with(message), "{line:?}: {said}");
        assert!(value["error"]["hint"].is_string(), "{line:?}");
    }
}

#[test]
fn people_get_words_on_stderr_and_nothing_on_stdout() {
    for (line, _, message) in MISTAKES {
        let ended = run(line);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{line:?}");
        let words = ended.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.starts_with(&format!("error: {}", message.trim())), "{line:?}: {words}");
    }
}

#[test]
fn the_object_has_its_names_in_their_order() {
    let ended = run(["chek", "--format=json"]);
    insta::assert_snapshot!(ended.stdout, @r#"{"error":{"code":"usage","message":"unrecognized subcommand 'chek'","hint":"a similar subcommand exists: 'check'"},"exit_code":2}"#);
}

#[test]
fn before_the_first_run_there_is_no_history_and_no_journal_at_a_path_that_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let told = ended(program(folder.path()).args(["history"]));
    assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""));
    assert!(told.stdout.starts_with("no batches yet\n"), "{}", told.stdout);
    let told = ended(program(folder.path()).args(["history", "--format", "json"]));
    let facts: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((&facts["bytes"], &facts["batches"]), (&0.into(), &serde_json::json!([])));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made to look at nothing");
    for arguments in [&["history", "--journal", "slip.db"][..], &["history", "20300101-000000-abcd"]] {
        let refused = ended(program(folder.path()).args(arguments));
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(refused.stderr.starts_with("error: there is no journal "), "{arguments:?}: {}", refused.stderr);
    }
}

#[test]
fn whoever_reads_only_the_first_lines_still_gets_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let row = |n: u32| format!("Campaign {n},2037-02-31,2038-01-10,1\n");
    let rows: String = (0..2_000).map(row).collect();
    std::fs::write(folder.path().join("q.csv"), format!("campaign_name,start,end,interval\n{rows}")).unwrap();
    for format in ["human", "json", "jsonl"] {
        let mut command = program(folder.path());
        command.args(["check", "q.csv", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(1), &b""[..]), "{format}");
    }
}

#[test]
fn whoever_has_seen_enough_of_the_help_has_had_no_error() {
    for words in [&["--help"][..], &["run", "--help"], &["--version"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_campaign-scheduler"));
        let mut child = command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        // Whether the pipe was closed before it wrote is chance.
        assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]), "{words:?}");
    }
}

#[test]
#[cfg(unix)]
fn what_the_system_or_the_environment_refuses_is_told_by_its_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("q.csv"), "campaign_name,start,end,interval\n").unwrap();
    let no_folder = |words: &[&str]| ended(program(folder.path()).env("TMPDIR", "/nonexistent").args(words));
    let told = no_folder(&["check", "q.csv", "--format", "json"]);
    assert_eq!(told.code, Some(2), "{}", told.stdout);
    assert!(told.stdout.contains("\"code\":\"system\"") && told.stdout.contains("TMPDIR"), "{}", told.stdout);
    let told = no_folder(&["run", "-", "--simulate"]);
    assert!(told.stderr.contains("temporary file") && told.stderr.contains("TMPDIR"), "{}", told.stderr);
    std::fs::write(folder.path().join("wide.toml"), b"\xff\xfeq\0u\0").unwrap();
    for (config, way_out) in [("wide.toml", "as UTF-8"), (".", "the file itself"), ("none.toml", "that is there")] {
        let told = ended(program(folder.path()).args(["check", "q.csv", "--config", config]));
        assert!(told.code == Some(2) && told.stderr.contains(way_out), "{config}: {told}");
    }
    let latin = OsStr::from_bytes(b"se\xffcret");
    let told = ended(program(folder.path()).env("KORE_CLIENT_SECRET", latin).args(["check", "q.csv"]));
    assert_eq!(told.code, Some(2), "{}", told.stderr);
    assert!(told.stderr.contains("KORE_CLIENT_SECRET is set to what is no text"), "{}", told.stderr);
}

#[test]
fn a_settings_file_says_each_thing_once_and_shows_nothing_that_moves() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| std::fs::write(folder.path().join("campaign-scheduler.toml"), text).unwrap();
    write("account-id = \"a\"\naccount_id = \"b\"\n");
    let told = ended(program(folder.path()).arg("settings"));
    assert_eq!(told.code, Some(2), "{}", told.stdout);
    assert!(told.stderr.contains("\"account-id\" and \"account_id\" are one setting"), "{}", told.stderr);
    write("client-id = \"x\\u001b[31m\\u202e\"\n");
    for words in [&["settings"][..], &["settings", "--format", "json"]] {
        let told = ended(program(folder.path()).args(words));
        assert!(!told.stdout.contains(['\u{1b}', '\u{202e}']), "{:?}", told.stdout);
        assert!(told.stdout.contains("31m"), "{:?}", told.stdout);
    }
}
