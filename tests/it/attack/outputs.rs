//! Files that are written: long names, other folders, and a command that had nothing to do.

use std::fs;
use std::time::Duration;

use super::site::{Site, settings};
use crate::cli::ended;

fn site(rows: usize) -> Site {
    let site = Site::new(settings(Duration::ZERO));
    site.write_names((1..=rows).map(|row| format!("c{row}")));
    site
}

#[test]
#[cfg(unix)]
fn a_long_name_is_written_and_one_that_is_too_long_is_refused_before_any_call() {
    let site = site(2);
    for length in [243, 251, 255] {
        for ending in [".csv", ".xlsx"] {
            let name = format!("{}{ending}", "n".repeat(length - ending.len()));
            let written = ended(&mut site.run(["--results", &name, "--resend"]));
            assert_eq!(written.code, Some(0), "{length} {ending}: {written}");
            assert!(site.path(&name).exists());
        }
    }
    let calls = site.arrivals().len();
    let refused = ended(&mut site.run(["--results", &format!("{}.csv", "n".repeat(252)), "--resend"]));
    assert_eq!((refused.code, site.arrivals().len()), (Some(2), calls), "{refused}");
    assert!(refused.stderr.contains("too long"), "{refused}");
    let left: Vec<_> = fs::read_dir(site.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

/// A night script that first goes on with what is left must not say each night that all is well.
#[test]
fn a_resume_that_has_nothing_to_do_leaves_the_figures_as_they_are() {
    let site = site(2);
    let text = fs::read_to_string(site.path("sheet.csv")).unwrap();
    fs::write(site.path("sheet.csv"), format!("{text}c3,soon,2037-04-30,daily\n")).unwrap();
    assert_eq!(ended(&mut site.run(["--metrics", "m.prom"])).code, Some(1));
    let figures = || fs::read_to_string(site.path("m.prom")).unwrap();
    let before = figures();
    let nothing = ended(&mut site.resume(["--quiet"]));
    assert_eq!(nothing.code, Some(0), "{nothing}");
    assert_eq!(figures(), before);
}

#[test]
fn a_sheet_is_no_output_of_its_batch_from_any_folder() {
    let site = site(2);
    assert_eq!(ended(&mut site.run(["--results", "r.csv"])).code, Some(0));
    let sheet = fs::read(site.path("sheet.csv")).unwrap();
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    fs::create_dir(site.path("below")).unwrap();
    for words in [&["report", id.as_str()][..], &["resume", id.as_str()], &["undo", id.as_str()]] {
        let mut command = site.program(words.iter().copied().chain(["--results", "../sheet.csv"]));
        let told = ended(command.current_dir(site.path("below")));
        assert_eq!(told.code, Some(2), "{words:?}: {told}");
        assert!(fs::read(site.path("sheet.csv")).unwrap() == sheet, "{words:?}");
    }
}

#[test]
fn another_folders_sheet_of_that_name_is_not_proposed() {
    let site = site(1);
    let text = "Campaign,Start,End,Interval\nc1,2037-03-02 09:00,2037-04-30,daily\nc2,soon,2037-04-30,daily\n";
    fs::write(site.path("sheet.csv"), text).unwrap();
    assert_eq!(ended(&mut site.run([])).code, Some(1));
    fs::create_dir(site.path("below")).unwrap();
    fs::write(site.path("below/sheet.csv"), text).unwrap();
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    // The secret's file was named from where the run was.
    let words = ["resume", id.as_str(), "--retry", "rejected", "--results", "other.csv"];
    let here = ended(&mut site.program(words));
    assert!(here.stdout.contains("campaign-scheduler run") && here.stdout.contains(" sheet.csv"), "{here}");
    let there = ended(site.program(words).current_dir(site.path("below")));
    assert_eq!(there.code, Some(0), "{there}");
    assert!(!there.stdout.contains("campaign-scheduler run"), "{there}");
}

#[test]
fn a_report_of_an_undo_that_found_nothing_leaves_the_file_of_the_one_before() {
    let site = site(2);
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    let undo =
        || ended(&mut site.program(["undo", id.as_str(), "--client-secret-file", "secret.txt", "--rate", "none"]));
    assert_eq!(undo().code, Some(0));
    let told = fs::read(site.path("sheet.undo.results.csv")).unwrap();
    assert_eq!(undo().code, Some(0));
    let second = site.journal().unwrap().batches().unwrap()[0].id.clone();
    ended(&mut site.program(["report", second.as_str()]));
    assert!(fs::read(site.path("sheet.undo.results.csv")).unwrap() == told);
}

/// The input fits a sheet, but not with the columns of the results.
#[test]
fn a_workbook_that_cannot_hold_the_columns_is_refused_before_any_call_whichever_command_writes_it() {
    let site = site(0);
    let more: String = (0..16_376).map(|column| format!(",x{column}")).collect();
    let row = "c1,2037-03-02 09:00,2037-04-30,daily";
    fs::write(site.path("sheet.csv"), format!("Campaign,Start,End,Interval{more}\n{row}\n")).unwrap();
    let refused = |told: crate::cli::Ended, case: &str| {
        assert!(told.code == Some(2) && told.stderr.contains("can't hold 16391 columns"), "{case}: {told}");
        assert!(told.stderr.contains("write it as .csv"), "{case}: {told}");
    };
    for flag in ["--results", "--rejects"] {
        refused(ended(&mut site.run([flag, "r.xlsx"])), flag);
    }
    assert_eq!(site.arrivals().len(), 0);
    assert_eq!(ended(&mut site.run([])).code, Some(0));
    let id = site.journal().unwrap().batches().unwrap()[0].id.clone();
    for command in ["resume", "undo", "verify", "report"] {
        let words = [command, id.as_str(), "--results", "r.xlsx"];
        let secret = ["--client-secret-file", "secret.txt"].into_iter().filter(|_| command != "report");
        refused(ended(&mut site.program(words.into_iter().chain(secret))), command);
    }
    assert_eq!(site.arrivals().len(), 1);
}

/// Whoever collects the figures takes every file of the folder.
#[test]
fn figures_go_to_their_own_file_or_nowhere_and_a_numbered_file_is_told_whoever_listens() {
    let site = site(2);
    let blocked = |name: &str| {
        // Put there between the check and the end, as by another program.
        fs::create_dir(site.path(name)).unwrap();
    };
    let mut run = site.run(["--metrics", "m.prom", "--results", "r.csv", "--quiet", "--rate", "1/s"]);
    let running = std::thread::scope(|scope| {
        let running = scope.spawn(|| ended(&mut run));
        while site.arrivals().is_empty() {
            std::thread::yield_now();
        }
        ["m.prom", "r.csv"].into_iter().for_each(blocked);
        running.join().unwrap()
    });
    assert_eq!(running.code, Some(0), "{running}");
    assert!(running.stderr.contains("error: \"m.prom\" can't be written"), "{running}");
    assert!(running.stderr.contains("warning: \"r.csv\" could not be replaced"), "{running}");
    assert!(running.stderr.contains("\"r-2.csv\""), "{running}");
    assert!(site.path("r-2.csv").exists() && !site.path("m-2.prom").exists());
}

#[test]
#[cfg(unix)]
fn a_link_to_where_no_file_is_yet_is_followed_and_one_that_leads_nowhere_refused() {
    use std::os::unix::fs::symlink;
    let site = site(2);
    fs::create_dir(site.path("else")).unwrap();
    for name in ["r.csv", "r.xlsx", "r.html"] {
        symlink(format!("else/{name}"), site.path(name)).unwrap();
    }
    let words = ["--results", "r.csv", "--results", "r.xlsx", "--report", "r.html"];
    assert_eq!(ended(&mut site.run(words)).code, Some(0));
    for name in ["r.csv", "r.xlsx", "r.html"] {
        assert!(site.path(name).is_symlink() && site.path("else").join(name).is_file(), "{name}");
    }
    symlink("loop.csv", site.path("loop.csv")).unwrap();
    symlink("nowhere/r.csv", site.path("far.csv")).unwrap();
    let calls = site.arrivals().len();
    for name in ["loop.csv", "far.csv"] {
        let refused = ended(&mut site.run(["--resend", "--results", name]));
        assert_eq!((refused.code, site.arrivals().len()), (Some(2), calls), "{name}: {refused}");
        assert!(site.path(name).is_symlink());
    }
}

#[test]
fn a_resume_that_has_nothing_to_do_names_no_file_of_another_batch() {
    let site = site(3);
    let files = ["--results", "r.csv", "--results", "r.xlsx", "--rejects", "rejects.csv", "--report", "r.html"];
    let run = |more: &[&str]| ended(&mut site.run(files.iter().chain(more).copied()));
    assert_eq!(run(&[]).code, Some(0));
    let first = site.journal().unwrap().batches().unwrap()[0].id.clone();
    let resume = || ended(&mut site.resume([first.as_str(), "--format", "json"])).json();
    assert_eq!(resume()["results"].as_array().unwrap().len(), 2);
    assert_eq!(run(&["--resend"]).code, Some(0));
    assert_eq!(resume()["results"].as_array().unwrap().len(), 0, "they are the later batch's");
}
