use std::io;
use std::path::Path;

use clap::Parser;
use proptest::prelude::*;

use super::key::Key;
use super::*;
use crate::cli::arguments::{Arguments, Command};
use crate::model::Quota;

const NO_FILE: ReadFile<'static> = &|_| Err(io::Error::from(io::ErrorKind::NotFound));

fn given(flags: &[&str]) -> Given {
    let line = ["campaign-scheduler", "settings"].iter().chain(flags);
    match Arguments::try_parse_from(line).unwrap().command {
        Command::Settings(command) => (*command).into(),
        _ => unreachable!("the command was settings"),
    }
}

fn resolve(flags: &[&str], variables: &[(&str, &str)], file: &str) -> Result<Settings, Failure> {
    let read = |path: &Path| match path == Path::new("campaign-scheduler.toml") {
        true => Ok(file.to_owned()),
        false => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    Settings::resolve(given(flags), &Environment::of(variables.iter().copied()), &read)
}

fn fails(flags: &[&str], variables: &[(&str, &str)], file: &str) -> String {
    let sound = resolve(flags, variables, file).and_then(|settings| settings.target.sound());
    let failure = sound.unwrap_err();
    assert_eq!(failure.exit_code, 2);
    format!("{} | {} | {}", failure.code, failure.message, failure.hint.unwrap_or_default())
}

fn origin(settings: &Settings, name: &str) -> String {
    let entry = settings.entries.iter().find(|entry| entry.key.name == name).unwrap();
    format!("{} ({})", entry.values.join(" "), entry.origin)
}

#[test]
fn a_flag_beats_the_environment_which_beats_a_profile_which_beats_the_file() {
    let file = "host = 'file.example'\nretries = 1\n[profile.nightly]\nhost = 'profile.example'\n";
    let environment = [("KORE_HOST", "environment.example")];
    let host =
        |flags: &[&str], environment: &[(&str, &str)]| origin(&resolve(flags, environment, file).unwrap(), "host");
    assert_eq!(host(&["--host", "flag.example", "--profile", "nightly"], &environment), "https://flag.example (flag)");
    assert_eq!(host(&["--profile", "nightly"], &environment), "https://environment.example (KORE_HOST)");
    let nightly = "https://profile.example (campaign-scheduler.toml [profile.nightly])";
    assert_eq!(host(&["--profile", "nightly"], &[]), nightly);
    assert_eq!(host(&[], &[]), "https://file.example (campaign-scheduler.toml)");
    assert_eq!(host(&[], &[("KORE_HOST", "")]), "https://file.example (campaign-scheduler.toml)");
    let settings = resolve(&["--profile", "nightly"], &[], file).unwrap();
    assert_eq!(settings.send.retries, 1);
}

#[test]
fn nothing_said_gives_the_defaults() {
    let settings = Settings::resolve(given(&[]), &Environment::default(), NO_FILE).unwrap();
    assert_eq!(settings.send, SendSettings::default());
    assert_eq!(origin(&settings, "quota"), "60/1m 1800/1h (default)");
    assert!(settings.entries.iter().all(|entry| entry.origin == Origin::Default));
    assert_eq!(settings.out.journal().unwrap_err().code, "missing-setting");
}

#[test]
fn every_setting_is_shown_once_in_the_order_of_the_table() {
    let home = [("HOME", "/home/somebody")];
    let settings = resolve(&[], &home, "").unwrap();
    let mut shown: Vec<_> = settings.entries.iter().map(|entry| entry.key.name).collect();
    let mut known: Vec<_> = key::ALL.iter().map(|key| key.name).collect();
    shown.sort_unstable();
    known.sort_unstable();
    assert_eq!(shown, known);
}

#[test]
fn every_setting_but_secrets_has_a_flag() {
    use clap::CommandFactory;
    let command = Arguments::command();
    let settings = command.find_subcommand("settings").unwrap();
    let flags: Vec<_> = settings.get_arguments().filter_map(clap::Arg::get_long).collect();
    for key in key::ALL {
        assert_eq!(flags.contains(&key.name), !key.is_secret(), "{}", key.name);
    }
    for flag in flags {
        assert!(["config", "profile", "format", "help"].contains(&flag) || Key::named(flag).is_some(), "{flag}");
    }
}

#[test]
fn values_are_read_wherever_they_stand() {
    let file = "quota = ['40/1m']\nrate = 'none'\nverify = true\nconcurrency = 3\nmap = { start = 'Go live' }\n\
                stream_id = 'st-1'\ndelimiter = 'tab'\n";
    let settings = resolve(&["--timezone", "europe/berlin", "--header-row", "4"], &[], file).unwrap();
    assert_eq!(settings.send.quotas, ["40/1m".parse().unwrap()]);
    assert_eq!((settings.send.rate, settings.send.verify, settings.send.concurrency.get()), (None, true, 3));
    assert_eq!(settings.read.map, [(crate::model::Field::Start, "Go live".to_owned())]);
    assert_eq!(settings.read.timezone, Some(chrono_tz::Europe::Berlin));
    assert_eq!((settings.read.header_row, settings.read.delimiter), (Some(4), Some(crate::reader::Delimiter(b'\t'))));
    assert_eq!(settings.read.default_stream.unwrap().as_str(), "st-1");
}

#[test]
fn mistakes_say_where_they_are_and_what_to_write() {
    let secret_file = "client-secret = 'hunter2'";
    insta::assert_snapshot!(
        [
            fails(&["--quota", "60"], &[], ""),
            fails(&["--quota", "none", "--quota", "60/1m"], &[], ""),
            fails(&["--rate", "fast"], &[], ""),
            fails(&["--timeout", "30"], &[], ""),
            fails(&["--concurrency", "0"], &[], ""),
            fails(&["--max-failures", "120%"], &[], ""),
            fails(&["--timezone", "Europe/Berln"], &[], ""),
            fails(&["--timezone", "+02:00"], &[], ""),
            fails(&["--timezone", "GMT-3"], &[], ""),
            fails(&["--timezone", "+05:30"], &[], ""),
            fails(&["--map", "begin=Go live"], &[], ""),
            fails(&["--map", "campain_name=X"], &[], ""),
            fails(&["--delimiter", "ab"], &[], ""),
            fails(&[], &[("KORE_HOST", "http://platform.kore.ai")], ""),
            fails(&[], &[("KORE_STREAM_ID", "a b")], ""),
            fails(&[], &[], "qouta = '60/1m'"),
            fails(&[], &[], "[profile.nightly]\nretrys = 3"),
            fails(&[], &[], "verify = 'perhaps'"),
            fails(&[], &[], "resend = true"),
            fails(&[], &[], "format = 'json'"),
            fails(&[], &[], "dry_run = true"),
            fails(&[], &[], secret_file),
            fails(&[], &[], "host = 'a'\nhost = "),
            fails(&["--profile", "nigthly"], &[], "[profile.nightly]\nretries = 3"),
            fails(&["--profile", "x", "--config", "other.toml"], &[], ""),
        ]
        .join("\n")
    );
    assert!(!fails(&[], &[], secret_file).contains("hunter2"));
}

#[test]
fn a_missing_target_names_flag_variable_and_the_rehearsal() {
    let settings = resolve(&["--host", "platform.kore.ai"], &[("KORE_CLIENT_ID", "cs-1")], "").unwrap();
    let failure = settings.target.complete().unwrap_err();
    insta::assert_snapshot!(format!("{}\n{}", failure.message, failure.hint.unwrap()));
    let failure =
        Settings::resolve(given(&[]), &Environment::default(), NO_FILE).unwrap().target.complete().unwrap_err();
    insta::assert_snapshot!(format!("{}\n{}", failure.message, failure.hint.unwrap()));
}

#[test]
fn credentials_are_those_given_nearest_to_the_user() {
    let token = [("KORE_JWT", "tok")];
    let client = [("KORE_CLIENT_ID", "id"), ("KORE_CLIENT_SECRET", "secret")];
    let all: Vec<_> = token.into_iter().chain(client).collect();
    let chosen = |flags: &[&str], variables: &[(&str, &str)], file: &str| {
        resolve(flags, variables, file).unwrap().target.credentials().unwrap()
    };
    assert!(matches!(chosen(&[], &token, ""), Credentials::Token(SecretSource::Value(_))));
    assert!(matches!(chosen(&[], &all, ""), Credentials::Client { .. }));
    assert!(matches!(chosen(&["--token-file", "t"], &all, ""), Credentials::Token(SecretSource::File(_))));
    assert!(matches!(chosen(&[], &client, "token-file = 't'"), Credentials::Client { .. }));
    let from_file = chosen(&["--client-secret-file", "s"], &client, "");
    assert!(matches!(from_file, Credentials::Client { secret: SecretSource::File(_), .. }));
}

#[test]
fn secrets_are_shown_to_nobody() {
    let settings = resolve(&[], &[("KORE_CLIENT_SECRET", "hunter2"), ("KORE_JWT", "hunter2")], "").unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
    let entry = settings.entries.iter().find(|entry| entry.key.name == "client-secret").unwrap();
    assert!(entry.is_set && entry.values.is_empty());
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJhcHBJZCI6ImNzLTEifQ.c2lnbmF0dXJl";
    for name in ["token-file", "client-secret-file"] {
        let in_file = format!("{name} = '{token}'");
        for told in [fails(&[&format!("--{name}"), token], &[], ""), fails(&[], &[], &in_file)] {
            assert!(told.contains("looks like the secret itself") && !told.contains("eyJ"), "{told}");
        }
        let told = resolve(&[], &[("KORE_CLIENT_ID", "cs-1")], &in_file).unwrap().target.credentials().unwrap_err();
        assert!(told.message.contains("looks like the secret itself"), "{told}");
    }
}

#[test]
fn a_batch_keeps_what_it_remembers_but_for_the_flags() {
    let remembered = SendSettings { retries: 9, verify: true, quotas: Vec::new(), ..SendSettings::default() };
    let arguments = given(&["--rate", "1/s"]).send;
    let settings = over_batch(arguments, &remembered).unwrap();
    assert_eq!(settings, SendSettings { rate: "1/s".parse().ok(), ..remembered });
}

#[test]
fn the_journal_lies_in_the_state_folder() {
    let journal = |variables: &[(&str, &str)]| {
        resolve(&[], variables, "").unwrap().out.journal().map(|path| path.display().to_string().replace('\\', "/"))
    };
    if cfg!(unix) {
        assert_eq!(
            journal(&[("XDG_STATE_HOME", "/state"), ("HOME", "/h")]).unwrap(),
            "/state/campaign-scheduler/journal.db"
        );
        assert_eq!(
            journal(&[("XDG_STATE_HOME", "state"), ("HOME", "/h")]).unwrap(),
            "/h/.local/state/campaign-scheduler/journal.db"
        );
    }
}

#[test]
fn no_color_in_the_environment_is_heeded_unless_a_flag_says_otherwise() {
    let color = |flags: &[&str]| resolve(flags, &[("NO_COLOR", "1")], "").unwrap().out.color;
    assert_eq!(color(&[]), ColorMode::Never);
    assert_eq!(color(&["--color", "always"]), ColorMode::Always);
}

proptest! {
    #[test]
    fn whatever_is_shown_is_read_again(calls in 1u32.., millis in 1u64..315_360_000_000, percent in 0u8..=100) {
        let quota = Quota { calls, window: std::time::Duration::from_millis(millis) };
        prop_assert_eq!(Option::<Quota>::read(&Some(quota).show()), Ok(Some(quota)));
        let limit = crate::model::FailureLimit::Percent(percent);
        prop_assert_eq!(crate::model::FailureLimit::read(&limit.show()), Ok(limit));
    }
}

#[test]
fn a_dumb_terminal_gets_lines_and_no_colour_unless_they_are_asked_for() {
    let out = |flags: &[&str], name: &str| resolve(flags, &[("TERM", name)], "").unwrap().out;
    let (dumb, asked) = (out(&[], "dumb"), out(&["--color", "always", "--progress", "bar"], "dumb"));
    assert_eq!((dumb.color, dumb.progress), (ColorMode::Never, ProgressMode::Plain));
    assert_eq!((asked.color, asked.progress), (ColorMode::Always, ProgressMode::Bar));
    assert_eq!(out(&[], "xterm").progress, ProgressMode::Auto);
}
