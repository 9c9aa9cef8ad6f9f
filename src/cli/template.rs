//! `template PATH`: a starter sheet.

use std::io::Write;

use serde_json::json;

use super::arguments::{Format, Template};
use super::error::Failure;
use super::stdout::stdout;
use crate::clock::{Clock, SystemClock};
use crate::model::visible::on_terminal;
use crate::report::summary::next::check_of;
use crate::report::{outputs, template};

/// Writes the starter sheet, in the format that its name asks for.
///
/// # Errors
/// If it can't be written.
pub fn run(command: &Template) -> anyhow::Result<u8> {
    let today = SystemClock::start().wall().date_naive();
    if command.path.exists() {
        return Err(Failure::new("output", format!("\"{}\" is there already", command.path.display()))
            .hint("choose another name, or move that file away")
            .into());
    }
    let ending = command.path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !["xlsx", "csv"].iter().any(|known| ending.eq_ignore_ascii_case(known)) {
        return Err(Failure::new("output", format!("\"{}\" ends in neither .csv nor .xlsx", command.path.display()))
            .hint("give it a name that ends in .csv or .xlsx")
            .into());
    }
    outputs::check_folder_of(&command.path).map_err(Failure::from)?;
    let written = template::write(&command.path, today).map_err(|error| {
        Failure::new("output", format!("{:#}", anyhow::Error::new(error))).hint("choose a folder that you may write to")
    })?;
    let path = written.path.display().to_string();
    let mut stdout = stdout();
    match command.format.format {
        Format::Json => writeln!(stdout, "{}", json!({ "written": path, "exit_code": 0 }))?,
        Format::Human => {
            writeln!(stdout, "written: {}", on_terminal(&path))?;
            writeln!(stdout, "fill it in, then look at it with: {}", check_of(&written.path))?;
        }
    }
    Ok(0)
}
