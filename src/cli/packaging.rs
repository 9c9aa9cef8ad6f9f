//! `completions` and `man`: what packagers expect.

use std::io::{self, Write};

use clap::CommandFactory;

use super::arguments::{Arguments, Completions, Man};
use super::error::Failure;
use crate::model::nearest::nearest;

/// Prints completions for a shell.
///
/// # Errors
/// If stdout can't be written.
pub fn completions(command: &Completions) -> anyhow::Result<u8> {
    let mut program = Arguments::command();
    let name = program.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(command.shell, &mut program, name, &mut text);
    io::stdout().lock().write_all(&text)?;
    Ok(0)
}

/// Prints a manual page.
///
/// # Errors
/// If there is no such command, or stdout can't be written.
pub fn man(command: &Man) -> anyhow::Result<u8> {
    let mut program = Arguments::command();
    program.build();
    let page = match &command.command {
        None => program,
        Some(name) => {
            let known = || program.get_subcommands().map(clap::Command::get_name);
            let Some(found) = program.find_subcommand(name) else {
                let failure = Failure::new("usage", format!("\"{name}\" is not a command"));
                let hint = match nearest(name, known()) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("the commands are: {}", known().collect::<Vec<_>>().join(", ")),
                };
                return Err(failure.hint(hint).into());
            };
            found.clone().display_name(format!("campaign-scheduler-{name}"))
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    io::stdout().lock().write_all(&text)?;
    Ok(0)
}
