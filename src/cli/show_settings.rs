//! `settings`: what is in force, and where each value comes from. Secrets show only that they are set.

use std::io::Write;

use serde::Serialize;
use serde_json::json;

use super::arguments::{Format, SettingsCommand};
use super::settings::{Entry, Settings};
use super::stdout::stdout;
use crate::model::visible::{in_json, lines_on_terminal};

/// Prints the settings in force.
///
/// # Errors
/// If a setting can't be read, or stdout can't be written.
pub fn run(command: SettingsCommand) -> anyhow::Result<u8> {
    let format = command.format.format;
    let settings = Settings::of_process(command.into())?;
    settings.target.sound()?;
    let text = match format {
        Format::Human => lines_on_terminal(&human(&settings)).into_owned(),
        Format::Json => in_json(&json(&settings)).into_owned(),
    };
    stdout().write_all(text.as_bytes())?;
    Ok(0)
}

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    value: Option<String>,
    origin: &'a str,
    from: String,
}

/// A secret's value is the word `set`; what isn't set has none.
fn value(entry: &Entry) -> Option<String> {
    match (entry.is_set, entry.key.is_secret()) {
        (false, _) => None,
        (true, true) => Some("set".to_owned()),
        (true, false) => Some(entry.values.join(" ")),
    }
}

fn json(settings: &Settings) -> String {
    let shown: Vec<_> = settings
        .entries
        .iter()
        .map(|entry| Shown {
            name: entry.key.name,
            value: value(entry),
            origin: entry.origin.word(),
            from: entry.origin.names(entry.key),
        })
        .collect();
    let file = settings.file.as_ref().map(|path| path.display().to_string());
    format!("{}\n", json!({ "file": file, "settings": shown }))
}

fn human(settings: &Settings) -> String {
    let rows: Vec<_> = settings
        .entries
        .iter()
        .map(|entry| {
            let value = value(entry).unwrap_or_else(|| "not set".to_owned());
            (entry.key.name, value, entry.origin.to_string())
        })
        .collect();
    let name_width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    let value_width = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or(0).min(40);
    let mut text = String::new();
    for (name, value, origin) in rows {
        text.push_str(&format!("{name:name_width$}  {value:value_width$}  {origin}\n"));
    }
    match &settings.file {
        Some(path) => text.push_str(&format!("\nsettings file: {}\n", path.display())),
        None => text.push_str("\nsettings file: none\n"),
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::super::settings::{Environment, Given};
    use super::*;

    fn settings() -> Settings {
        let variables = [("KORE_HOST", "platform.kore.ai"), ("KORE_CLIENT_SECRET", "hunter2"), ("XDG_STATE_HOME", "")];
        let nothing = |_: &std::path::Path| Err(Error::from(ErrorKind::NotFound));
        Settings::resolve(Given::default(), &Environment::of(variables), &nothing).unwrap()
    }

    #[test]
    fn people_see_value_and_origin_and_no_secret() {
        let text = human(&settings());
        let line = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line("host "), "host https://platform.kore.ai KORE_HOST");
        assert_eq!(line("client-secret "), "client-secret set KORE_CLIENT_SECRET");
        assert_eq!(line("token "), "token not set default");
        assert_eq!(line("quota "), "quota 60/1m 1800/1h default");
        assert!(!text.contains("hunter2"));
    }

    #[test]
    fn programs_see_the_same() {
        let text = json(&settings());
        assert!(!text.contains("hunter2"));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let host = value["settings"].as_array().unwrap().iter().find(|entry| entry["name"] == "host").unwrap();
        let expected =
            json!({"name":"host","value":"https://platform.kore.ai","origin":"environment","from":"KORE_HOST"});
        assert_eq!(host, &expected);
    }

    #[test]
    fn no_flag_is_named_that_does_not_exist() {
        use clap::CommandFactory as _;
        let command = crate::cli::arguments::Arguments::command();
        let flags: Vec<_> = command.find_subcommand("settings").unwrap().get_arguments().collect();
        let nothing = |_: &std::path::Path| Err(Error::from(ErrorKind::NotFound));
        let settings = Settings::resolve(Given::default(), &Environment::default(), &nothing).unwrap();
        let shown: serde_json::Value = serde_json::from_str(&json(&settings)).unwrap();
        for entry in shown["settings"].as_array().unwrap() {
            let from = entry["from"].as_str().unwrap();
            let is_flag =
                from.strip_prefix("--").is_some_and(|name| flags.iter().any(|flag| flag.get_long() == Some(name)));
            assert!(is_flag || from.starts_with("KORE_"), "{entry}");
        }
    }
}
