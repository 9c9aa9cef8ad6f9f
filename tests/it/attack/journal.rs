//! The journal's file: whose it is, who holds it, and what happens when it is not what it should be.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
#[cfg(unix)]
use std::process::{Command, Stdio};
use std::time::Duration;

use campaign_scheduler::journal::{IfBusy, JournalError, SqliteJournal};
use chrono::Utc;

use super::site::{Site, settings, start, wait_until};
use crate::cli::{ended, told};

fn names(rows: usize) -> Vec<String> {
    (1..=rows).map(|row| format!("c{row}")).collect()
}

fn site(rows: usize, latency: Duration) -> Site {
    let site = Site::new(settings(latency));
    site.write_names(names(rows));
    site
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

/// The same program, started where nothing is taken from the permissions of what it makes.
#[cfg(unix)]
fn under_no_umask(program: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(program.get_program()).args(program.get_args());
    shell.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.current_dir(program.get_current_dir().unwrap()).stdin(Stdio::null());
    shell
}

#[test]
#[cfg(unix)]
fn the_journal_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = site(40, Duration::from_millis(40));
    let mut child = start(&mut under_no_umask(&site.run(["--concurrency", "1"])));
    wait_until("a call", || !site.arrivals().is_empty());
    child.kill().unwrap();
    child.wait_with_output().unwrap();
    let beside = ["-wal", "-shm", ".emergency", ".lock", ".holder"].map(|end| format!("journal.db{end}"));
    for name in beside.iter().map(String::as_str).chain(["journal.db"]) {
        let path = site.journal_path().with_file_name(name);
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name} is {mode:o}");
    }
}

#[test]
fn a_journal_that_is_being_made_is_none_yet_or_a_whole_one() {
    for round in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        std::thread::scope(|threads| {
            threads.spawn(|| SqliteJournal::open(&path, "a test", IfBusy::Refuse, Utc::now).map(drop).unwrap());
            loop {
                match SqliteJournal::read(&path) {
                    Ok(journal) => break assert!(journal.batches().unwrap().is_empty()),
                    Err(JournalError::Missing { .. }) => {}
                    Err(error) => panic!("round {round}: {error}"),
                }
            }
        });
    }
}

#[test]
#[cfg(unix)]
fn what_can_be_no_journal_is_refused_and_nothing_is_left_beside_it() {
    let site = site(3, Duration::ZERO);
    fs::create_dir(site.path("folder")).unwrap();
    fs::copy(site.path("sheet.csv"), site.path("other.csv")).unwrap();
    let made = Command::new("mkfifo").arg(site.path("pipe")).status();
    assert!(made.unwrap().success());
    let names =
        || fs::read_dir(site.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let before = names();
    for other in ["other.csv", "folder", "pipe", "/dev/null"] {
        for command in [site.run(["--journal", other]), site.program(["history", "--journal", other])] {
            let mut command = command;
            let told = ended(&mut command);
            assert_eq!(told.code, Some(2), "{other}: {told}");
            let is_said = told.stderr.contains(other) && told.stderr.contains("is not a journal");
            assert!(is_said, "{other}: {told}");
        }
    }
    assert_eq!(names(), before, "something was left beside what is no journal");
    assert!(site.arrivals().is_empty());
}

#[test]
fn one_program_at_a_time_works_on_a_journal_and_the_next_says_who_does() {
    let site = site(60, Duration::from_millis(40));
    let holder = start(&mut site.run(["--concurrency", "1"]));
    wait_until("the first call", || !site.arrivals().is_empty());
    let refused = ended(&mut site.run(["--results", "other.csv"]));
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains(&format!("process {}", holder.id())), "{refused}");
    assert!(refused.stderr.contains("--wait"), "{refused}");
    let as_json = ended(&mut site.run(["--format", "json", "--results", "other.csv"]));
    assert_eq!(as_json.json()["error"]["code"], "journal-busy", "{as_json}");
    assert!(!site.path("other.csv").exists());
    for words in [&["history"][..], &["history", "--format", "json"]] {
        let looked = ended(&mut site.program(words.iter().copied()));
        assert_eq!(looked.code, Some(0), "looking needs no lock: {looked}");
    }
    // Both say who is at work, and nobody is told to go on with it.
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    let at_work = format!("process {}", holder.id());
    let looked = ended(&mut site.program(["history", id.as_str()]));
    assert!(looked.stdout.contains(&format!("{at_work}) works on it just now")), "{looked}");
    let reported = ended(&mut site.program(["report", id.as_str(), "--results", "so-far.csv"]));
    assert_eq!(reported.code, Some(0), "{reported}");
    let so_far = fs::read_to_string(site.path("so-far.csv")).unwrap();
    assert!(so_far.contains(&format!("{at_work}) works on the batch just now; wait until it has ended")), "{so_far}");
    for text in [&looked.stdout, &so_far] {
        assert!(!text.contains("resume"), "{text}");
    }
    let waited = ended(&mut site.run(["--wait", "--results", "other.csv", "--format", "json"]));
    assert_eq!(waited.code, Some(0), "{waited}");
    assert_eq!(waited.json()["outcomes"]["unchanged"], 60, "{waited}");
    assert_eq!(told(holder.wait_with_output().unwrap()).code, Some(0));
    assert_eq!(site.arrivals().len(), 60);
}

#[test]
#[cfg(unix)]
fn another_name_of_the_journal_is_the_same_lock() {
    let site = site(60, Duration::from_millis(40));
    let holder = start(&mut site.run(["--concurrency", "1"]));
    wait_until("the first call", || !site.arrivals().is_empty());
    std::os::unix::fs::symlink(site.journal_path(), site.path("link.db")).unwrap();
    let refused = ended(&mut site.run(["--results", "other.csv", "--journal", "link.db"]));
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("in use by"), "{refused}");
    assert_eq!(told(holder.wait_with_output().unwrap()).code, Some(0));
}

#[test]
#[cfg(unix)]
fn a_link_to_where_no_journal_is_yet_is_another_name_of_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.db"), folder.path().join("link.db"));
    std::os::unix::fs::symlink("real.db", &link).unwrap();
    let held = SqliteJournal::open(&link, "the first", IfBusy::Refuse, Utc::now).unwrap();
    assert!(matches!(
        SqliteJournal::open(&real, "the second", IfBusy::Refuse, Utc::now),
        Err(JournalError::Busy { .. })
    ));
    for (name, is_there) in [("real.db.emergency", true), ("link.db.emergency", false), ("link.db.lock", false)] {
        assert_eq!(folder.path().join(name).exists(), is_there, "{name}");
    }
    drop(held);
}

#[test]
#[cfg(unix)]
fn answers_that_were_saved_are_told_by_every_name_of_the_journal() {
    let site = site(12, Duration::ZERO);
    let lost = ended(site.run(["--concurrency", "2"]).env("CAMPAIGN_SCHEDULER_FAILPOINT", "journal-commit:3"));
    assert_eq!(lost.code, Some(3), "{lost}");
    std::os::unix::fs::symlink(site.journal_path(), site.path("link.db")).unwrap();
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    let real = site.journal_path().display().to_string();
    let [by_name, by_link] = [real.as_str(), "link.db"].map(|name| {
        let looked = ended(&mut site.program(["history", id.as_str(), "--journal", name, "--format", "json"]));
        looked.json()["outcomes"].clone()
    });
    assert_eq!(by_name, by_link);
    assert_eq!(by_name["scheduled"].as_u64(), Some(site.arrivals().len() as u64), "{by_name}");
}

#[test]
fn saved_answers_behind_what_is_none_stop_whoever_would_send_their_rows_again() {
    let site = site(12, Duration::ZERO);
    let lost = ended(site.run(["--concurrency", "2"]).env("CAMPAIGN_SCHEDULER_FAILPOINT", "journal-commit:3"));
    assert_eq!(lost.code, Some(3), "{lost}");
    let saved = site.journal_path().with_file_name("journal.db.emergency");
    let whole = fs::read(&saved).unwrap();
    fs::write(&saved, [b"not ours\n".as_slice(), &whole].concat()).unwrap();
    let calls = site.arrivals().len();
    let refused = ended(&mut site.resume(["--rate", "none"]));
    assert_eq!((refused.code, site.arrivals().len()), (Some(2), calls), "{refused}");
    assert!(refused.stderr.contains("journal.db.emergency"), "{refused}");
    // A last line with a hole in it is what a power cut leaves, and was never acted on.
    let end = whole.iter().position(|byte| *byte == 0).unwrap();
    fs::write(&saved, [&whole[..end], b"{\"span\":\0\0\0}\n", &whole[end..]].concat()).unwrap();
    let rest = ended(&mut site.resume(["--rate", "none"]));
    assert_eq!((rest.code, site.arrivals().len()), (Some(0), 12), "{rest}");
}

#[test]
fn calls_that_a_kill_left_open_are_given_up_when_the_wait_for_the_lock_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let held = SqliteJournal::open(&path, "the first", IfBusy::Refuse, Utc::now).unwrap();
    let (asks, asked) = std::sync::mpsc::channel();
    let now = || {
        asks.send(()).unwrap();
        Utc::now()
    };
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| SqliteJournal::open(&path, "the second", IfBusy::Wait, now).map(drop));
        assert!(asked.recv_timeout(Duration::from_millis(100)).is_err(), "the time is asked before the lock is held");
        drop(held);
        waiting.join().unwrap().unwrap();
    });
    asked.recv().unwrap();
}

#[test]
#[cfg(unix)]
fn answers_that_were_saved_and_cannot_be_read_stop_whoever_would_send_their_rows_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    drop(SqliteJournal::open(&path, "the first", IfBusy::Refuse, Utc::now).unwrap());
    let saved = folder.path().join("journal.db.emergency");
    fs::remove_file(&saved).unwrap();
    // A loop, since whoever runs tests as root may open whatever is forbidden.
    std::os::unix::fs::symlink("journal.db.emergency", &saved).unwrap();
    for opened in [
        SqliteJournal::open(&path, "the second", IfBusy::Refuse, Utc::now).map(drop),
        SqliteJournal::read(&path).map(drop),
    ] {
        let Err(JournalError::Io { path, .. }) = opened else { panic!("{opened:?}") };
        assert_eq!(path, saved);
    }
}

#[test]
fn a_batch_that_was_killed_is_not_worked_on_by_another_batchs_program() {
    let site = site(60, Duration::from_millis(40));
    let mut killed = start(&mut site.run(["--concurrency", "1"]));
    wait_until("a call", || !site.arrivals().is_empty());
    killed.kill().unwrap();
    killed.wait_with_output().unwrap();
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    site.write_names((1..=60).map(|row| format!("d{row}")));
    let before = site.arrivals().len();
    let other = start(&mut site.run(["--concurrency", "1", "--results", "other.csv"]));
    wait_until("a call of the other", || site.arrivals().len() > before);
    let looked = ended(&mut site.program(["history", id.as_str()]));
    assert!(looked.stdout.contains(" pending") && !looked.stdout.contains("works on it"), "{looked}");
    drop(other.wait_with_output());
    // One that goes on with it says which it is.
    let resumed = start(&mut site.resume([id.as_str(), "--rate", "none", "--concurrency", "1"]));
    wait_until("a call of the resume", || site.arrivals().len() > before + 60);
    let looked = ended(&mut site.program(["history", id.as_str()]));
    assert!(looked.stdout.contains(&format!("resume, batch {id} (process {})", resumed.id())), "{looked}");
    assert_eq!(told(resumed.wait_with_output().unwrap()).code, Some(0));
}

#[test]
fn the_lock_of_a_killed_program_is_no_obstacle() {
    let site = site(60, Duration::from_millis(40));
    let mut child = start(&mut site.run(["--concurrency", "1"]));
    wait_until("a call", || !site.arrivals().is_empty());
    child.kill().unwrap();
    child.wait_with_output().unwrap();
    assert!(site.journal_path().with_file_name("journal.db.holder").exists(), "the kill left it");
    let next = ended(&mut site.run(["--concurrency", "20"]));
    assert_eq!(next.code, Some(0), "{next}");
}

#[test]
fn a_journal_of_another_format_is_refused_and_left_alone() {
    for (format, told) in [(99_u32, "newer version"), (1, "before the first release")] {
        let site = site(3, Duration::ZERO);
        assert_eq!(ended(&mut site.run([])).code, Some(0));
        let calls = site.arrivals().len();
        // Where SQLite keeps `user_version` in its header.
        overwrite(&site.journal_path(), 60, &format.to_be_bytes());
        let before = fs::read(site.journal_path()).unwrap();
        site.write_names(names(5));
        for mut command in [site.run([]), site.resume([]), site.program(["history"])] {
            let refused = ended(&mut command);
            assert_eq!(refused.code, Some(2), "{refused}");
            assert!(refused.stderr.contains(told) && refused.stderr.contains("--journal"), "{refused}");
        }
        assert_eq!(site.arrivals().len(), calls);
        assert!(fs::read(site.journal_path()).unwrap() == before, "format {format} was written to");
    }
}

/// Runs a sheet once, spoils the journal, and runs a longer sheet: exit 2, nothing sent, and a way out.
fn assert_refused(what: &str, spoil: impl FnOnce(&Path)) {
    let site = site(200, Duration::ZERO);
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    let calls = site.arrivals().len();
    for name in ["journal.db-wal", "journal.db-shm"] {
        assert!(!site.journal_path().with_file_name(name).exists(), "{name} is left after an orderly end");
    }
    spoil(&site.journal_path());
    site.write_names(names(300));
    fs::remove_file(site.path("sheet.results.csv")).unwrap();
    let refused = ended(&mut site.run(["--format", "json"]));
    assert_eq!(refused.code, Some(2), "{what}: {refused}");
    let error = &refused.json()["error"];
    assert!(matches!(error["code"].as_str(), Some("journal-damaged" | "not-a-journal")), "{what}: {refused}");
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("journal") && !message.contains("***") && !message.contains('\n'), "{what}: {refused}");
    assert!(error["hint"].as_str().unwrap().contains("--journal"), "{what}: {refused}");
    assert_eq!(site.arrivals().len(), calls, "{what}: something was sent");
    assert!(!site.path("sheet.results.csv").exists());
    // The way out that the hint names.
    let fresh = ended(&mut site.run(["--journal", "new.db"]));
    assert_eq!(fresh.code, Some(0), "{what}: {fresh}");
}

#[test]
fn a_file_that_is_no_journal_is_refused() {
    assert_refused("text", |path| fs::write(path, "these are my notes, not a journal\n".repeat(100)).unwrap());
    assert_refused("another program's database", |path| overwrite(path, 68, b"abcd"));
}

#[test]
fn another_programs_database_stays_as_it_is() {
    let site = site(3, Duration::ZERO);
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    let path = site.path("other.db");
    fs::rename(site.journal_path(), &path).unwrap();
    overwrite(&path, 68, b"abcd");
    // It has no write-ahead log.
    overwrite(&path, 18, &[1, 1]);
    let before = fs::read(&path).unwrap();
    let refused = ended(&mut site.run(["--journal", "other.db"]));
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(fs::read(&path).unwrap() == before, "it was written to");
    assert!(!site.path("other.db.emergency").exists());
}

#[test]
fn a_damaged_journal_is_refused() {
    let cut = |path: &Path, bytes: u64| {
        let length = fs::metadata(path).unwrap().len();
        OpenOptions::new().write(true).open(path).unwrap().set_len(length - bytes).unwrap();
    };
    assert_refused("cut to half", |path| cut(path, fs::metadata(path).unwrap().len() / 2));
    assert_refused("without its last thousand bytes", |path| cut(path, 1_000));
    for page in [1, 2, 4, 8, 16] {
        assert_refused(&format!("page {page} overwritten"), |path| {
            let mut bytes = Vec::new();
            fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
            let size = u64::from(u16::from_be_bytes([bytes[16], bytes[17]]));
            assert!(bytes.len() as u64 > (page + 1) * size, "the journal is too small for this test");
            overwrite(path, page * size, &vec![0xa5; usize::try_from(size).unwrap()]);
        });
    }
}

/// Whatever is cut off: the ends of values, whole pages, a part of a last page that is free.
#[test]
fn a_journal_that_was_cut_is_refused_however_little_is_missing() {
    for seed in 0..4 {
        let mut random = fastrand::Rng::with_seed(seed);
        let rows = random.usize(20..300);
        let site = site(rows, Duration::ZERO);
        assert_eq!(ended(&mut site.run(["--concurrency", ["1", "8", "32"][random.usize(0..3)]])).code, Some(0));
        let whole = fs::read(site.journal_path()).unwrap();
        let cut = site.path("cut.db");
        let open = |bytes: usize| {
            fs::write(&cut, &whole[..whole.len() - bytes]).unwrap();
            SqliteJournal::open(&cut, "a test", IfBusy::Wait, Utc::now).map(drop)
        };
        open(0).expect("the whole journal is opened");
        let mut sizes = vec![1, 2, 10, 60, 100, 120, 1_000, 4_095, 4_096, 4_097, 8_192];
        sizes.extend(std::iter::repeat_with(|| random.usize(1..whole.len())).take(40));
        for bytes in sizes {
            let opened = open(bytes);
            let is_refused = matches!(opened, Err(JournalError::Damaged { .. } | JournalError::NotAJournal { .. }));
            assert!(is_refused, "seed {seed}, {rows} rows, without the last {bytes} bytes: {opened:?}");
        }
    }
}

/// A kill leaves the log beside the file, and the file as it was before: that is no damage.
#[test]
fn a_file_that_is_short_because_a_kill_left_its_log_is_no_damage() {
    let site = site(60, Duration::from_millis(20));
    let mut child = start(&mut site.run(["--concurrency", "1"]));
    wait_until("some calls", || site.arrivals().len() > 5);
    child.kill().unwrap();
    child.wait_with_output().unwrap();
    assert!(fs::metadata(site.path("state/campaign-scheduler/journal.db-wal")).unwrap().len() > 0);
    let next = ended(&mut site.run(["--concurrency", "20"]));
    assert_eq!(next.code, Some(0), "{next}");
}

#[test]
fn a_folder_that_cannot_be_written_is_found_before_any_call() {
    let site = site(3, Duration::ZERO);
    fs::write(site.path("file"), "not a folder").unwrap();
    let journal = site.path("file/journal.db").display().to_string();
    let refused = ended(&mut site.run(["--journal", &journal, "--format", "json"]));
    assert_eq!(refused.code, Some(2), "{refused}");
    assert_eq!(refused.json()["error"]["code"], "journal-unusable", "{refused}");
    let folder = site.path("state").display().to_string();
    fs::create_dir_all(&folder).unwrap();
    let refused = ended(&mut site.run(["--journal", &folder]));
    assert_eq!(refused.code, Some(2), "a folder as the journal: {refused}");
    let results = site.path("nowhere/r.csv").display().to_string();
    let refused = ended(&mut site.run(["--results", &results]));
    assert_eq!(refused.code, Some(2), "{refused}");
    assert_eq!(site.arrivals().len(), 0);
}
