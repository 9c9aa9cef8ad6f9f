//! The commands that the summary proposes, pasted into a shell as they stand there.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use campaign_scheduler::report::summary::Flag;
use campaign_scheduler::report::summary::next::run_of_checked;
use campaign_scheduler::simulator::{Fault, Settings};

use super::{Ended, ended, program};
use crate::main_job::Stage;
use crate::tools::needs;

const HEADER: &str = "Name of it,start,end,interval\n";
const GOOD: &str = "Good,2037-01-10 09:00,2038-01-10,1\n";
const BAD: &str = "Bad,2037-02-31 09:00,2038-01-10,1\n";
/// What the sheets need to be read at all, so that a command without it fails.
const MAP: [&str; 2] = ["--map", "campaign_name=Name of it"];

struct Desk {
    stage: Stage,
}

impl Desk {
    fn new(faults: &[&str]) -> Self {
        let faults: Vec<Fault> = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        let stage = Stage::on(Settings { faults, ..Settings::practice() });
        fs::create_dir(stage.path("bin")).unwrap();
        symlink(env!("CARGO_BIN_EXE_campaign-scheduler"), stage.path("bin/campaign-scheduler")).unwrap();
        Self { stage }
    }

    fn write(&self, name: &OsString, rows: &[&str]) {
        fs::write(self.stage.folder.path().join(name), [&[HEADER], rows].concat().concat()).unwrap();
    }

    /// Runs a command line with stdin from a file, if there is one.
    fn run(&self, arguments: &[OsString], stdin: Option<&str>) -> Ended {
        let stdin = stdin.map_or_else(Stdio::null, |name| fs::File::open(self.stage.path(name)).unwrap().into());
        ended(self.stage.program().args(arguments).stdin(stdin))
    }

    /// Gives a command line to a shell.
    fn paste(&self, command: &str) -> Ended {
        let path = format!("{}:{}", self.stage.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("bash");
        shell.args(["-c", command]).stdin(Stdio::null()).current_dir(self.stage.folder.path()).env_clear();
        shell.envs(self.stage.program().get_envs().filter_map(|(name, value)| Some((name, value?))));
        ended(shell.env("PATH", path))
    }

    /// Plays the commands of a summary, and those of the summaries that these give, so many times;
    /// each must work. Returns what was played.
    fn play(&self, said: &Ended, depth: usize) -> Vec<String> {
        let commands = proposed(said);
        assert!(!commands.is_empty(), "nothing is proposed: {}{}", said.stdout, said.stderr);
        let mut played = commands.clone();
        for command in &commands {
            let again = self.paste(command);
            assert_ne!(again.code, Some(2), "{command}: {}", again.stderr);
            assert!(again.code.is_some_and(|code| code < 4), "{command}: {:?} {}", again.code, again.stderr);
            assert!(!again.stderr.contains("error:"), "{command}: {}", again.stderr);
            if depth > 1 && !proposed(&again).is_empty() {
                played.extend(self.play(&again, depth - 1));
            }
        }
        played
    }
}

/// What a summary, or the last line of `check`, tells to type.
fn proposed(said: &Ended) -> Vec<String> {
    let of_line = |line: &str| {
        let line =
            line.strip_prefix("next: ").or_else(|| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')))?;
        line.find("campaign-scheduler ").map(|start| line[start..].to_owned())
    };
    said.stdout.lines().filter_map(of_line).collect()
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

fn has_bash() -> bool {
    needs(&["bash"], "that the proposed commands do what they say").is_some()
}

#[test]
fn whatever_a_sheet_is_called_the_command_that_runs_it_again_finds_it() {
    if !has_bash() {
        return;
    }
    let mut names: Vec<OsString> = [
        "plain.csv",
        "Bob's \"plan\" $(touch owned) `touch owned` ; touch owned & touch owned #.csv",
        "-dash.csv",
        "--results.csv",
        "~.csv",
        "back\\slash*?[a].csv",
        "Größe 日本 ✿.csv",
        "two\nlines\ttab.csv",
        "\u{1b}[31mred\u{7}1\u{202e}txt.csv",
    ]
    .map(OsString::from)
    .to_vec();
    names.push(OsString::from_vec(b"latin\xe4 1.csv".to_vec()));
    let desk = Desk::new(&[]);
    for name in names {
        desk.write(&name, &[GOOD, BAD]);
        let mut line = words(&[&["run", "--simulate", "--journal=-j $HOME'.db"], &MAP[..]].concat());
        line.extend(["--".into(), name.clone()]);
        let said = desk.run(&line, None);
        assert_eq!(said.code, Some(1), "{name:?}: {}", said.stderr);
        desk.play(&said, 1);
        let line = [words(&[&["check", "--date-order", "dmy"], &MAP[..]].concat()), vec!["--".into(), name]].concat();
        desk.play(&desk.run(&line, None), 1);
    }
    assert!(desk.stage.path("-j $HOME'.db").exists() && !desk.stage.path("owned").exists());
}

#[test]
fn each_ending_proposes_what_can_be_done_then() {
    if !has_bash() {
        return;
    }
    let good: Vec<String> = (0..6).map(|n| GOOD.replace("Good", &format!("Good {n}"))).collect();
    let good: Vec<&str> = good.iter().map(String::as_str).collect();
    let (two, mixed) = ([GOOD, BAD], [&good[..], &[BAD]].concat());
    // What is given, the faults, the rows, and a word of what must be among the proposals.
    type Case<'a> = (&'a [&'a str], &'a [&'a str], &'a [&'a str], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (&["--simulate"], &[], &good, &["run 'the plan.csv'"]),
        (&["--rejects", "the rejects.csv"], &[], &two, &["run 'the rejects.csv'"]),
        (&["--canary", "1"], &["status=400,call=1"], &good, &["resume ", "run 'the plan.csv'"]),
        (&["--max-failures", "0", "--concurrency", "1"], &["status=400,call=2"], &mixed, &["resume "]),
        (&["--retries", "0"], &["garbage,call=2"], &good, &["--retry failed,unknown", "verify "]),
        (&["--retries", "0", "--rejects", "r.xlsx"], &["garbage,call=1"], &two, &["run r.xlsx"]),
        (&["--concurrency", "1"], &["unauthorized,call=2..3"], &good, &["resume "]),
    ];
    for (flags, faults, rows, expected) in cases {
        let desk = Desk::new(faults);
        desk.write(&"the plan.csv".into(), rows);
        let line = [&["run", "the plan.csv", "--journal", "a journal.db"], &MAP[..], flags].concat();
        let said = desk.run(&words(&line), None);
        let played = desk.play(&said, 3);
        for expected in *expected {
            assert!(played.iter().any(|command| command.contains(expected)), "{flags:?}: no {expected} in {played:?}");
        }
    }
}

#[test]
fn what_came_through_stdin_is_run_again_from_its_results() {
    if !has_bash() {
        return;
    }
    let desk = Desk::new(&[]);
    desk.write(&"sheet.csv".into(), &[GOOD, BAD]);
    desk.write(&"other.csv".into(), &[&GOOD.replace("Good", "Other")]);
    for files in [&["-"][..], &["other.csv", "-"]] {
        let line = [&["run"], files, &["--delimiter", "comma", "--journal", "j.db"], &MAP[..]].concat();
        let said = desk.run(&words(&line), Some("sheet.csv"));
        assert!(said.stdout.contains("Mend the rows in the results file"), "{}", said.stdout);
        desk.play(&said, 2);
    }
    let line = [&["run", "-", "--simulate", "--results", "good.csv"], &MAP[..]].concat();
    let said = desk.run(&words(&line), Some("other.csv"));
    assert!(said.stdout.contains("Schedule them for real"), "{}", said.stdout);
    desk.play(&said, 1);
}

#[test]
fn an_undo_and_a_stop_in_the_middle_can_be_followed_too() {
    if !has_bash() {
        return;
    }
    let desk = Desk::new(&[]);
    desk.write(&"a plan.csv".into(), &[GOOD]);
    // Read otherwise, the sheet would mean something else.
    let line = [&["run", "a plan.csv", "--journal", "j 1.db", "--timezone", "Europe/Berlin"], &MAP[..]].concat();
    let said = desk.run(&words(&line), None);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let said = desk.run(&words(&["undo", batch_of(&said), "--journal", "j 1.db", "--grace", "9s"]), None);
    let played = desk.play(&said, 1);
    let [again] = &played[..] else { panic!("{played:?}") };
    assert!(again.starts_with("campaign-scheduler run 'a plan.csv'"), "{again}");
    assert!(again.contains("--timezone Europe/Berlin") && !again.contains("--grace"), "{again}");
    let listed = ended(program(desk.stage.folder.path()).args(["history", "--journal", "j 1.db"]));
    assert_eq!(listed.stdout.matches("scheduled 1").count(), 2, "{}", listed.stdout);
}

#[test]
fn what_a_resume_and_an_undo_leave_is_gone_on_with_as_the_batch_was_read() {
    if !has_bash() {
        return;
    }
    for (files, expected) in [(&["--rejects", "rejects.csv"][..], "rejects.csv"), (&[], "plan.csv")] {
        let desk = Desk::new(&["status=400,call=1..2", "status=400,call=4"]);
        desk.write(&"plan.csv".into(), &[GOOD, BAD]);
        let said = desk.run(&words(&[&["run", "plan.csv", "--journal", "j.db"], &MAP[..], files].concat()), None);
        let line = ["resume", batch_of(&said), "--journal", "j.db", "--retry", "rejected"];
        let played = desk.play(&desk.run(&words(&line), None), 1);
        let run = played.iter().find(|command| command.contains(" run ")).unwrap_or_else(|| panic!("{played:?}"));
        assert!(run.contains(expected) && run.contains("--map") && !run.contains("--retry"), "{run}");
        // What the platform refuses of an undo asks for nothing that a sheet could say.
        let listed = ended(program(desk.stage.folder.path()).args(["history", "--journal", "j.db"]));
        let latest = listed.stdout.split_whitespace().next().unwrap();
        let said = desk.run(&words(&["undo", latest, "--journal", "j.db", "--rejects", "undo.csv"]), None);
        assert_eq!(said.code, Some(1), "{}", said.stdout);
        let played = desk.play(&said, 1);
        assert!(played.iter().all(|line| line.contains(" resume ") && line.contains("rejected")), "{played:?}");
    }
}

#[test]
fn what_looks_into_a_journal_proposes_to_go_on_in_the_same_one() {
    if !has_bash() {
        return;
    }
    let desk = Desk::new(&["status=400,call=1"]);
    desk.write(&"plan.csv".into(), &[GOOD, &GOOD.replace("Good", "Other")]);
    let named = ["--journal", "a journal.db"];
    let said = desk.run(&words(&[&["run", "plan.csv", "--canary", "1"], &MAP[..], &named].concat()), None);
    assert_eq!(said.code, Some(3), "{}", said.stderr);
    let batch = batch_of(&said);
    // A row without a batch is that of all.
    let row = desk.run(&words(&[&["history", "--row", "plan.csv:2"][..], &named].concat()), None);
    assert!(
        row.stdout.contains("  call 1 left ") && !row.stdout.contains("  call 2 left "),
        "{}{}",
        row.stdout,
        row.stderr
    );
    let nowhere = desk.run(&words(&[&["history", "--row", "plan.csv:9"][..], &named].concat()), None);
    assert!(nowhere.code == Some(2) && nowhere.stderr.contains("result_source"), "{}", nowhere.stderr);
    // An id with a slip in it: which are there is to be seen where one looked.
    let slips: [&[&str]; 5] = [
        &["history", "no-such"],
        &["report", "no-such"],
        &["verify", "no-such"],
        &["undo", "no-such"],
        &["resume", "no-such"],
    ];
    for slip in slips {
        let refused = desk.run(&words(&[slip, &named].concat()), None);
        assert_eq!(refused.code, Some(2), "{slip:?}: {}", refused.stdout);
        let proposed = refused.stderr.split('`').nth(1).unwrap_or_else(|| panic!("{slip:?}: {}", refused.stderr));
        let listed = desk.paste(proposed);
        assert!(listed.stdout.contains(batch), "{slip:?}, {proposed}: {}{}", listed.stdout, listed.stderr);
    }
    let told = desk.run(&words(&[&["history", batch], &named[..]].concat()), None);
    let proposed = told.stdout.lines().find_map(|line| line.strip_prefix("next     ")).unwrap();
    let resumed = desk.paste(proposed);
    assert!(resumed.stdout.contains("1 scheduled"), "{proposed}: {}{}", resumed.stdout, resumed.stderr);
    let again = desk.run(&words(&[&["run", "plan.csv"], &MAP[..], &named].concat()), None);
    assert_eq!(again.code, Some(0), "{}", again.stderr);
    let row = desk.run(&words(&[&["history", "--row", "plan.csv:2"][..], &named].concat()), None);
    let lines: Vec<_> = row.stdout.lines().collect();
    assert!(lines[1].starts_with("batch ") && lines[2].starts_with("  call 1 left "), "{}", row.stdout);
    assert!(lines[4].starts_with("batch ") && lines[5].starts_with("  call 1 left "), "{}", row.stdout);
}

#[test]
fn what_looks_at_a_sheet_proposes_what_can_be_pasted() {
    if !has_bash() {
        return;
    }
    let desk = Desk::new(&[]);
    for name in ["a plan's.csv", "-y.csv"] {
        let made = desk.run(&words(&["template", "--", name]), None);
        let check = made.stdout.lines().find_map(|line| line.split_once("look at it with: ")).unwrap().1;
        assert!(desk.paste(check).stdout.contains("can be sent"), "{check}");
    }
    desk.write(&"plan.csv".into(), &[GOOD]);
    let checked = desk.run(&words(&[&["check", "-"], &MAP[..]].concat()), Some("plan.csv"));
    let [run] = &proposed(&checked)[..] else { panic!("{}", checked.stdout) };
    assert!(run.starts_with("campaign-scheduler run - ") && !run.contains(','), "{run}");
    // A campaign that the platform doesn't have isn't sent by what a look at the platform proposes.
    let online = [Flag { name: "online".to_owned(), value: None }];
    assert_eq!(run_of_checked(&["q.csv".into()], &online), "campaign-scheduler run q.csv --preflight");
}

fn batch_of(said: &Ended) -> &str {
    said.stdout.lines().find_map(|line| line.strip_prefix("  batch    ")).unwrap()
}
