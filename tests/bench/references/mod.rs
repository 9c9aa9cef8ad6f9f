//! The references: each does the core of a work and nothing else, in a process of its own.

mod client;
mod server;
mod sheets;

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

pub(crate) use server::Server;

/// This binary again, as the reference of this name.
pub(crate) fn command(name: &str, arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("this program doesn't know its own file")?);
    command.arg("--as").arg(name).args(arguments);
    Ok(command)
}

/// Runs as a reference.
pub(crate) fn run(words: &[String]) -> anyhow::Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["csv-chrono", path] => sheets::csv_chrono(Path::new(path)),
        ["csv-positions", path] => sheets::csv_positions(Path::new(path)),
        ["calamine-cells", path] => sheets::calamine_cells(Path::new(path)),
        ["client", path, host, concurrency] => client::send_all(Path::new(path), host, concurrency.parse()?),
        ["server", latency] => server::serve(std::time::Duration::from_millis(latency.parse()?)),
        _ => bail!("no such reference: {words:?}"),
    }
}
