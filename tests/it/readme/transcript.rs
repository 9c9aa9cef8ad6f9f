//! The terminal sessions of the README and of the guides, run as they stand there.
//!
//! A block of language `console` is one session of a shell: lines after `$ ` are typed, the others are
//! what comes out, `…` standing for any lines. Numbers, ids and times are new with each run and
//! compared as such; a line that is a number alone is an exit code and compared to the letter. A
//! block after `<!-- runs meanwhile -->` is a server: it is ready when its first line is there, and
//! lasts to the end.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::cli::program;
use crate::main_job::copy_samples;

struct Session {
    is_server: bool,
    commands: Vec<String>,
    shown: Vec<String>,
}

fn sessions(readme: &str) -> Vec<Session> {
    let mut sessions = Vec::new();
    let mut before = "";
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        if line == "```console" {
            let block = lines.by_ref().take_while(|line| *line != "```");
            let (commands, shown): (Vec<_>, Vec<_>) = block.map(str::to_owned).partition(|line| line.starts_with("$ "));
            let commands = commands.into_iter().map(|line| line[2..].to_owned()).collect();
            sessions.push(Session { is_server: before == "<!-- runs meanwhile -->", commands, shown });
        }
        before = line;
    }
    sessions
}

/// A shell in the folder, in which the binary goes by its name.
fn shell(folder: &Path, script: &str) -> Command {
    let binary = program(folder);
    let bin = Path::new(binary.get_program()).parent().unwrap().to_owned();
    let mut command = Command::new("sh");
    command.current_dir(folder).env_clear().env("HOME", folder).stdin(Stdio::null());
    let path = std::env::join_paths([bin.as_path(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    command.env("PATH", path).args(["-c", script]);
    command
}

/// A server that ends with the test.
struct Server(Child);

impl Server {
    fn start(folder: &Path, command: &str, shown: &[String]) -> Self {
        let mut child = shell(folder, &format!("exec {command}")).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(vec![plain(folder, &line)], shown.iter().map(|line| plain(folder, line)).collect::<Vec<_>>());
        Self(child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A line without what is new with each run.
fn plain(folder: &Path, line: &str) -> String {
    let line = line.replace(folder.to_str().unwrap(), "~");
    if line.trim().parse::<u8>().is_ok() {
        return line.trim().to_owned();
    }
    let words = line.split_whitespace().map(|word| {
        let has_digit = word.contains(|c: char| c.is_ascii_digit());
        let has_letter = word.contains(|c: char| c.is_ascii_alphabetic());
        if has_digit && has_letter && word.len() >= 12 {
            return "#".to_owned();
        }
        let mut plain = String::new();
        for c in word.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }) {
            if c != '#' || !plain.ends_with('#') {
                plain.push(c);
            }
        }
        plain
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether what was shown is what was said, `…` standing for any lines.
fn agrees(shown: &[String], said: &[String]) -> bool {
    match shown.split_first() {
        None => said.is_empty(),
        Some((line, rest)) if line == "…" => (0..=said.len()).any(|start| agrees(rest, &said[start..])),
        Some((line, rest)) => said.split_first().is_some_and(|(first, said)| first == line && agrees(rest, said)),
    }
}

#[cfg(unix)]
#[test]
fn its_sessions_come_out_as_shown() {
    assert!(play(&super::readme()) >= 4);
}

#[cfg(unix)]
#[test]
fn the_rehearsal_comes_out_as_shown() {
    assert!(play(&super::file("samples/guide/rehearsal.md")) >= 2);
}

/// Runs the sessions of a page; gives how many there were.
#[cfg(unix)]
fn play(page: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    copy_samples(folder.path());
    let mut servers = Vec::new();
    let mut count = 0;
    for session in sessions(page) {
        if session.is_server {
            servers.push(Server::start(folder.path(), &session.commands[0], &session.shown));
            continue;
        }
        let output = shell(folder.path(), &format!("exec 2>&1\n{}", session.commands.join("\n"))).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<_> = said.lines().map(|line| plain(folder.path(), line)).collect();
        let shown: Vec<_> = session.shown.iter().map(|line| plain(folder.path(), line)).collect();
        assert!(agrees(&shown, &lines), "{:?} says\n{said}\nand the page shows\n{shown:#?}", session.commands);
        count += 1;
    }
    assert_eq!(servers.len(), 1, "one server stays up for all");
    count
}

#[cfg(unix)]
#[test]
fn its_first_command_does_the_main_job() {
    let folder = tempfile::tempdir().unwrap();
    copy_samples(folder.path());
    let readme = super::readme();
    let typed = super::blocks(&readme, "sh")[0].strip_prefix("cargo run -- ").unwrap();
    let ended = shell(folder.path(), &format!("campaign-scheduler {typed}")).output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    assert!(folder.path().join("campaigns.results.csv").is_file());
}

#[test]
fn a_transcript_is_held_to_its_words() {
    let lines = |text: &str| text.split('/').map(|line| plain(Path::new("/none"), line)).collect::<Vec<_>>();
    assert!(agrees(&lines("a 1/…/z"), &lines("a 2/b/c/z")));
    assert!(!agrees(&lines("a 1/…/z"), &lines("a 2/b/c/y")));
    assert!(!agrees(&lines("0"), &lines("1")), "exit codes are compared to the letter");
}
