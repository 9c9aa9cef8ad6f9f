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

/// The script that people write by hand; `None` where Python or its aiohttp isn't installed.
pub(crate) fn by_hand(arguments: &[&str]) -> Option<Command> {
    let has_it =
        Command::new("python3").args(["-c", "import aiohttp"]).output().is_ok_and(|tried| tried.status.success());
    has_it.then(|| {
        let mut command = Command::new("python3");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/references/by_hand.py")).args(arguments);
        command
    })
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
