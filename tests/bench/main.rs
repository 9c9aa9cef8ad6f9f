//! Whole runs of the program, measured beside the least that could do the same work.
//!
//! ```sh
//! cargo bench --bench whole                        # 100,000 rows
//! cargo bench --bench whole -- --rows 1000000      # the figures of the README
//! cargo bench --bench whole -- --only csv --runs 9
//! cargo bench --bench whole -- --rows 1000000 --runs 1 --only "submit growth"    # a `run` of a million
//! cargo bench --bench whole -- --rows 1000000 --runs 1 --only resume             # 10 of a million left
//! ```
//!
//! Absolute figures say more about the machine than about the program, so each work has a reference
//! that runs in turns with it: a loop that leaves out everything but the work's core. The references
//! are this very binary, started again as a process of its own (`--as NAME …`), and so is the server
//! that calls are sent to. Each process is run several times and the median counts. CPU time and peak
//! memory are read from `/proc`, so elsewhere than on Linux they are missing.
//!
//! Every row's name is its own, so the workbook of a million rows holds more than a million shared
//! strings: the bounds on memory show in the last column.
//!
//! Nothing here is a test: a machine that is busy would make it fail.

mod inputs;
mod measure;
mod references;
mod resume;
mod submit;
mod table;
mod works;

use std::path::PathBuf;

use anyhow::{Context as _, bail};

/// What is to be measured.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// How many rows the sheets have.
    pub(crate) rows: u32,
    /// How often each process runs.
    pub(crate) runs: usize,
    /// Only works whose name holds this.
    only: String,
    /// The program that is measured: the one that was built with this, or another one to compare with.
    pub(crate) program: PathBuf,
}

impl Plan {
    fn of(mut words: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_campaign-scheduler"));
        let mut plan = Self { rows: 100_000, runs: 5, only: String::new(), program };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                // cargo's own.
                "--bench" => {}
                "--rows" => plan.rows = value()?.replace('_', "").parse().context("--rows takes a number")?,
                "--runs" => plan.runs = value()?.parse::<usize>().context("--runs takes a number")?.max(1),
                "--only" => plan.only = value()?,
                "--program" => {
                    plan.program = PathBuf::from(value()?).canonicalize().context("--program takes a file")?
                }
                _ => bail!("unknown: {word}; there are --rows N, --runs N, --only WORD, --program PATH"),
            }
        }
        Ok(plan)
    }

    /// Whether a work of this name is wanted.
    pub(crate) fn wants(&self, name: &str) -> bool {
        name.contains(&self.only)
    }
}

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    match words.next() {
        Some(word) if word == "--as" => references::run(&words.collect::<Vec<_>>()),
        first => works::all(&Plan::of(first.into_iter().chain(words))?),
    }
}
