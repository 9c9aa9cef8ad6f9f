//! What a power cut would leave, seen from the calls to the system: a name is on the disk only once
//! its folder was brought there.
//!
//! No test can cut the power, and a file system that keeps more than it promises would hide the
//! mistake. So the order of the calls is what is asserted: for each file that is published, its own
//! fsync, the rename, the fsync of its folder; for the journal, the fsync of each folder that has a
//! new entry, and all of that before the first call leaves. Without `strace` the tests say that they
//! show nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::site::{Site, settings};
use super::strace::Strace;
use crate::cli::ended;

/// What matters of a call to the system.
#[derive(Debug, PartialEq)]
enum Call {
    /// A file or a folder was brought to the disk.
    Synced(PathBuf),
    /// A file got another name.
    Renamed(PathBuf, PathBuf),
    /// A folder, or a file under its own name, is new.
    Made(PathBuf),
    /// Something leaves for the platform.
    Connects,
}

/// Runs `run sheet.csv` with these words and lists what it did, in order.
fn calls(strace: &Strace, site: &Site, words: &[&str]) -> Vec<Call> {
    site.write_names((1..=6).map(|row| format!("c{row}")));
    let filter = "trace=fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat,openat,connect";
    let words_for_strace = ["-y", "-s", "4096", "-e", filter].map(Into::into);
    let told = ended(&mut strace.over(&site.run(words.iter().copied()), &words_for_strace));
    assert_eq!(told.code, Some(0), "{told}");
    let root = site.folder.path().canonicalize().unwrap();
    whole_lines(&strace.told(site)).iter().filter_map(|line| parse(line, &root)).collect()
}

/// The lines, those of calls that another thread interrupted put together: where they ended.
fn whole_lines(trace: &str) -> Vec<String> {
    let mut begun: HashMap<&str, &str> = HashMap::new();
    let mut lines = Vec::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        if let Some(first) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(thread, first);
        } else if let Some((_, last)) = rest.split_once("resumed>") {
            lines.push(format!("{}{last}", begun.remove(thread).unwrap_or_default()));
        } else {
            lines.push(rest.to_owned());
        }
    }
    lines
}

/// A call that succeeded, if it is one of those that matter and none of the world outside.
fn parse(line: &str, root: &Path) -> Option<Call> {
    let line = line.trim_start();
    let (name, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once('=')?;
    if name == "connect" {
        return arguments.contains("AF_INET").then_some(Call::Connects);
    }
    if result.trim_start().starts_with('-') {
        return None;
    }
    let strings: Vec<PathBuf> =
        arguments.split('"').skip(1).step_by(2).map(|path| root.join(path.trim_start_matches("./"))).collect();
    let plain = |path: &Path| -> PathBuf { path.components().collect() };
    let call = match name {
        "fsync" | "fdatasync" => Call::Synced(plain(Path::new(arguments.split_once('<')?.1.split_once('>')?.0))),
        "rename" | "renameat" | "renameat2" => Call::Renamed(plain(strings.first()?), plain(strings.get(1)?)),
        "mkdir" | "mkdirat" => Call::Made(plain(strings.first()?)),
        "openat" if arguments.contains("O_CREAT") => Call::Made(plain(strings.first()?)),
        _ => return None,
    };
    Some(call)
}

fn place_of(calls: &[Call], wanted: &Call, from: usize) -> Option<usize> {
    calls.iter().skip(from).position(|call| call == wanted).map(|place| place + from)
}

#[test]
fn each_file_is_on_the_disk_under_its_name_before_the_program_goes_on() {
    let Some(strace) = Strace::find("the order of fsync and rename") else { return };
    let site = Site::new(settings(Duration::ZERO));
    std::fs::create_dir(site.path("out")).unwrap();
    let words = [
        ["--results", "done.csv"],
        ["--results", "out/done.xlsx"],
        ["--rejects", "rejects.csv"],
        ["--report", "out/report.html"],
        ["--metrics", "run.prom"],
    ];
    let calls = calls(&strace, &site, words.as_flattened());
    let renames: Vec<_> = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| matches!(call, Call::Renamed(..)))
        .map(|(place, _)| place)
        .collect();
    assert_eq!(renames.len(), words.len(), "{calls:#?}");
    for place in renames {
        let Call::Renamed(from, to) = &calls[place] else { unreachable!("only renames were taken") };
        let file = place_of(&calls, &Call::Synced(from.clone()), 0);
        assert!(file.is_some_and(|file| file < place), "{to:?} was renamed before its content was on the disk");
        let folder = to.parent().unwrap();
        let next = calls.get(place + 1);
        let is_next = next.is_some_and(|call| *call == Call::Synced(folder.to_owned()));
        assert!(is_next, "after the rename to {to:?} its folder is not brought to the disk, but {next:?} follows");
    }
}

#[test]
fn the_journal_and_the_folders_made_for_it_are_on_the_disk_before_the_first_call() {
    let Some(strace) = Strace::find("how the journal is made") else { return };
    let site = Site::new(settings(Duration::ZERO));
    let calls = calls(&strace, &site, &[]);
    let journal = site.journal_path();
    let root = site.folder.path().canonicalize().unwrap();
    let journal = root.join(journal.strip_prefix(site.folder.path()).unwrap());
    let log = journal.with_file_name("journal.db-wal");
    let connects = place_of(&calls, &Call::Connects, 0).unwrap();
    let folder = journal.parent().unwrap();
    for new in [folder.parent().unwrap(), folder, &journal, &log] {
        let made = place_of(&calls, &Call::Made(new.to_owned()), 0);
        let made = made.unwrap_or_else(|| panic!("{new:?} was not made: {calls:#?}"));
        let synced = place_of(&calls, &Call::Synced(new.parent().unwrap().to_owned()), made);
        assert!(synced.is_some_and(|synced| synced < connects), "the entry of {new:?} was not on the disk: {calls:#?}");
    }
}
