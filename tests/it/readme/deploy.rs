//! The deployment samples: their command lines can be typed, and their settings file is one.

use std::fs;
use std::path::Path;

use campaign_scheduler::cli::arguments::Arguments;
use campaign_scheduler::cli::settings::{Environment, Given, Settings};
use clap::Parser;

fn sample(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/deploy").join(name)).unwrap()
}

fn is_typed(name: &str, arguments: &str) {
    let line = std::iter::once("campaign-scheduler").chain(arguments.split_whitespace());
    Arguments::try_parse_from(line).unwrap_or_else(|error| panic!("{name}: {error}"));
}

#[test]
fn the_command_lines_can_be_typed() {
    for name in ["campaign-scheduler.service", "crontab"] {
        let text = sample(name);
        let line = text.lines().find_map(|line| line.split_once("/usr/local/bin/campaign-scheduler ")).unwrap();
        is_typed(name, line.1);
    }
    let text = sample("cronjob.yaml");
    let arguments = text.split("args:").nth(1).unwrap().split("securityContext:").next().unwrap();
    is_typed("cronjob.yaml", &arguments.replace(" - ", " "));
    let text = sample("Dockerfile");
    let rest = text.split_once("campaign-scheduler:0.1.0 run ").unwrap().1;
    is_typed("Dockerfile", &format!("run {}", rest.lines().next().unwrap()));
}

#[test]
fn the_settings_file_lacks_only_the_secret() {
    let mut given = Given::default();
    given.general.profile = Some("nightly".to_owned());
    let environment = Environment::of([("KORE_CLIENT_SECRET", "canary-6")]);
    let settings = Settings::resolve(given, &environment, &|_| Ok(sample("campaign-scheduler.toml"))).unwrap();
    assert!(settings.target.complete().is_ok());
}
