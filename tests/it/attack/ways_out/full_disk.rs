//! A disk that is really full: a small file system of its own, where the tester may mount one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{batch_of, names, site};
use crate::attack::site::{start, wait_until};
use crate::cli::{ended, told};
use crate::tools::lacks;

/// A file system of four megabytes, until it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        let disk = Self::try_mount(at);
        if disk.is_none() {
            lacks("mount", "a disk that is really full");
        }
        disk
    }

    fn try_mount(at: &Path) -> Option<Self> {
        fs::create_dir(at).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(at).output();
        mount.is_ok_and(|done| done.status.success()).then(|| Self(at.to_owned()))
    }

    fn fill(&self) {
        let mut size = 1 << 20;
        let mut number = 0;
        while size > 0 {
            number += 1;
            let filler = self.0.join(format!("filler{number}"));
            if fs::write(&filler, vec![1; size]).is_err() {
                size /= 2;
            }
        }
    }

    fn empty(&self) {
        for entry in fs::read_dir(&self.0).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with("filler") {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_loses_no_answer() {
    let site = site(60, Duration::from_millis(30));
    let Some(disk) = SmallDisk::mount(&site.path("disk")) else { return };
    let child = start(&mut site.run(["--concurrency", "3", "--journal", "disk/j.db"]));
    wait_until("some calls", || site.arrivals().len() >= 6);
    disk.fill();
    let told = told(child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(3), "{told}");
    assert!(told.stderr.contains("full"), "{told}");
    let first = site.calls_by_campaign();
    assert!(first.len() < 60, "the granting went on");
    let still_full = ended(&mut site.run(["--journal", "disk/j.db"]));
    assert_eq!(still_full.code, Some(2), "{still_full}");
    assert_eq!(site.calls_by_campaign(), first, "something was sent from a full disk");
    disk.empty();
    let next = ended(&mut site.run(["--journal", "disk/j.db", "--concurrency", "20"]));
    assert_eq!(next.code, Some(0), "{next}");
    site.assert_results_follow(&names(60), "full disk");
    let again = site.calls_by_campaign().into_iter().find(|(_, calls)| *calls > 1);
    assert_eq!(again, None, "answered and called again: {next}");
}

/// Each of the writers meets the end of the disk in another place: in a temporary file of its own, in
/// the file itself, or when that is brought to the disk.
#[test]
fn files_that_a_full_disk_does_not_take_are_told_in_plain_words() {
    let site = site(3_000, Duration::ZERO);
    let Some(disk) = SmallDisk::mount(&site.path("disk")) else { return };
    assert_eq!(
        ended(&mut site.run(["--all-or-nothing", "--results", "first.csv", "--concurrency", "40"])).code,
        Some(0)
    );
    for name in ["r.xlsx", "r.csv", "r.html"] {
        let path = format!("disk/{name}");
        fs::write(site.path(&path), "old").unwrap();
        let others = ["--results", "second.csv", "--report", &path];
        let flags = if name == "r.html" { &others[..] } else { &["--results", &path] };
        let batch = batch_of(&site);
        let report = || ended(&mut site.program(["report", &batch].into_iter().chain(flags.iter().copied())));
        disk.fill();
        let told = report();
        assert_eq!(told.code, Some(2), "{name}: {told}");
        assert!(!told.stderr.contains("panicked") && told.stderr.lines().count() <= 2, "{name}: {told}");
        assert!(told.stderr.starts_with(&format!("error: \"{path}\" can't be written")), "{name}: {told}");
        assert!(told.stderr.contains("hint: make room"), "{name}: {told}");
        assert_eq!(fs::read_to_string(site.path(&path)).unwrap(), "old", "{name}");
        disk.empty();
        assert_eq!(report().code, Some(0), "{name}");
        assert!(fs::metadata(site.path(&path)).unwrap().len() > 10_000, "{name}");
    }
}
