//! `completions` and `man`: what packagers expect.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::roff::{Roff, roman};

use super::arguments::{Arguments, Completions, Man};
use super::error::Failure;
use super::stdout::stdout;
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
    if command.shell == Shell::Bash {
        text = with_found_commands(&text);
    }
    stdout().write_all(&text)?;
    Ok(0)
}

/// clap's script for bash takes the dash in the program's name for one between commands in half of its
/// labels, so that it never finds what it knows of a command.
fn with_found_commands(script: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(script).replace("campaign__subcmd__scheduler", "campaign__scheduler").into_bytes()
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
    stdout().write_all(&manual_page(page)?)?;
    Ok(0)
}

/// The page of a command. What stands below its flags has sections of its own here: set as one
/// paragraph, as clap's page does it, the lines of a table would run together.
fn manual_page(command: clap::Command) -> io::Result<Vec<u8>> {
    let below = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_subcommands = command.has_subcommands();
    let version = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let page = clap_mangen::Man::new(command);
    let mut text = Vec::new();
    // clap's own title leaves out a date that isn't given, and what follows would be taken for it.
    writeln!(text, ".TH {name} 1 \"\" \"{version}\" \"User Commands\"")?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if has_subcommands {
        page.render_subcommands_section(&mut text)?;
    }
    sections(&below).to_writer(&mut text)?;
    Ok(text)
}

/// Text as it stands below a command's flags: a paragraph under a heading keeps its lines.
fn sections(below: &str) -> Roff {
    let mut roff = Roff::new();
    for paragraph in below.split("\n\n") {
        let headed = paragraph.split_once(":\n").filter(|(heading, _)| !heading.contains('\n'));
        let Some((heading, lines)) = headed else {
            roff.control("SH", ["NOTES"]).text([roman(paragraph)]);
            continue;
        };
        let heading = match heading {
            "Exit codes" => "EXIT STATUS".to_owned(),
            other => other.to_uppercase(),
        };
        roff.control("SH", [heading.as_str()]).control("nf", []);
        for line in lines.lines() {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        roff.control("fi", []);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_its_lines_and_the_rest_runs_on() {
        let page = sections("Exit codes:\n  0    done\n  .5   'odd'\n\nWords that\nrun on.").to_roff();
        let (table, rest) = page.split_once(".SH NOTES\n").unwrap();
        assert!(table.contains(".SH \"EXIT STATUS\"\n.nf\n0    done\n\\&.5"), "{table}");
        assert!(table.ends_with(".fi\n"), "{table}");
        assert!(rest.contains("Words that\nrun on."), "{rest}");
    }
}
