//! The README says nothing that the program doesn't do.

mod codes;
mod deploy;
mod transcript;

use std::fs;
use std::path::Path;

use campaign_scheduler::cli::arguments::Arguments;
use campaign_scheduler::cli::settings::{Environment, Given, Settings};
use clap::Parser;

fn readme() -> String {
    file("README.md")
}

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The lines of the code blocks of one language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let mut lines = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_inside = !is_inside && line.trim_start_matches('`') == language;
        } else if is_inside {
            lines.push(line);
        }
    }
    lines
}

#[test]
fn its_commands_can_be_typed() {
    let readme = readme();
    let typed = blocks(&readme, "sh")
        .into_iter()
        .chain(blocks(&readme, "console").into_iter().filter_map(|line| line.strip_prefix("$ ")));
    let mut count = 0;
    for line in typed {
        let line = line
            .strip_prefix("cargo run -- ")
            .map_or_else(|| line.to_owned(), |rest| format!("campaign-scheduler {rest}"));
        let line = line.split([';', '&', '>']).next().unwrap_or_default().trim_end_matches(" 2");
        if line.starts_with("campaign-scheduler ") {
            Arguments::try_parse_from(line.split_whitespace()).unwrap_or_else(|error| panic!("{line}: {error}"));
            count += 1;
        }
    }
    assert!(count >= 4, "only {count} commands were found");
}

/// The faults and switches of the guide's tables and text are ones.
#[test]
fn what_the_rehearsals_guide_plays_can_be_played() {
    let guide = file("samples/guide/rehearsal.md");
    let nights = guide.split("| with --fault |").nth(1).unwrap().split("\n\n").next().unwrap();
    let faults: Vec<_> = nights.lines().filter_map(|line| line.strip_suffix("` |")?.rsplit_once(" `")).collect();
    assert!(faults.len() >= 6, "only {faults:?} were found");
    for (_, fault) in faults {
        assert!(fault.replace("\\|", "|").parse::<campaign_scheduler::simulator::Fault>().is_ok(), "{fault}");
    }
    for switch in guide.split("--switch ").skip(1) {
        let name = switch.split(['=', '`']).next().unwrap();
        assert!(campaign_scheduler::simulator::SWITCHES.iter().any(|known| known.name == name), "{name}");
    }
}

#[test]
fn its_settings_file_is_one() {
    let readme = readme();
    let file = blocks(&readme, "toml").join("\n");
    let mut given = Given::default();
    given.general.profile = Some("nightly".to_owned());
    let settings = Settings::resolve(given, &Environment::default(), &|_| Ok(file.clone())).unwrap();
    assert_eq!(settings.send.quotas.len(), 2);
    assert!(settings.target.complete().is_ok());
    assert_eq!(settings.send.max_failures.unwrap().to_string(), "5%");
}

#[test]
fn its_files_are_there() {
    let readme = readme();
    let links: Vec<_> = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let files = links.into_iter().filter(|link| !link.contains("://"));
    let mut count = 0;
    for file in files.chain(["samples/campaigns.csv", "samples/problems.xlsx", "samples/campaigns.xlsx"]) {
        assert!(readme.contains(file), "README.md doesn't name {file}");
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(file).exists(), "{file}");
        count += 1;
    }
    assert!(count >= 6, "only {count} files were found");
}
