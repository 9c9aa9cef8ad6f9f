//! The figures as a table in Markdown, line by line as they come.

use std::io::{self, Write as _};
use std::time::Duration;

use crate::measure::{Measured, median};

/// A line of the table.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) work: String,
    pub(crate) figure: String,
    pub(crate) reference: String,
    pub(crate) ratio: String,
    pub(crate) cpu: String,
    pub(crate) peak: String,
}

/// Writes the head.
pub(crate) fn head() -> io::Result<()> {
    say("| work | figure | reference | ratio | CPU per row | peak memory |\n|---|---|---|---|---|---|\n")
}

/// Writes a line.
pub(crate) fn line(line: &Line) -> io::Result<()> {
    let Line { work, figure, reference, ratio, cpu, peak } = line;
    say(&format!("| {work} | {figure} | {reference} | {ratio} | {cpu} | {peak} |\n"))
}

/// Says that a reference isn't installed here.
pub(crate) fn skipped(reference: &str, why: &str) -> io::Result<()> {
    say(&format!("| SKIPPED: {reference} ({why}) | | | | | |\n"))
}

fn say(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// A line of rates: ours, the reference's, and one by the other.
pub(crate) fn rates(work: String, rows: u32, turns: &[(Measured, Measured)]) -> Line {
    let ours = median(turns.iter().map(|(ours, _)| rate(rows, ours.wall)));
    let reference = median(turns.iter().map(|(_, reference)| rate(rows, reference.wall)));
    let ratio = median(turns.iter().map(|(ours, reference)| reference.wall.div_duration_f64(ours.wall)));
    let runs: Vec<_> = turns.iter().map(|(ours, _)| *ours).collect();
    Line {
        work,
        figure: spell_rate(ours),
        reference: spell_rate(reference),
        ratio: ratio.map_or_else(none, |ratio| format!("{ratio:.2}")),
        cpu: cpu_per_row(rows, &runs),
        peak: peak(&runs),
    }
}

/// The CPU time of a row.
pub(crate) fn cpu_per_row(rows: u32, runs: &[Measured]) -> String {
    let each = median(runs.iter().filter_map(|run| run.cpu)).map(|cpu| cpu.as_secs_f64() * 1e6 / f64::from(rows));
    each.map_or_else(none, |each| format!("{each:.2} µs"))
}

/// The peak memory.
pub(crate) fn peak(runs: &[Measured]) -> String {
    median(runs.iter().filter_map(|run| run.peak)).map_or_else(none, spell_memory)
}

/// Memory given in KiB.
pub(crate) fn spell_memory(kibibytes: u64) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}

/// Where nothing was measured.
pub(crate) fn none() -> String {
    "–".to_owned()
}

fn rate(rows: u32, wall: Duration) -> f64 {
    f64::from(rows) / wall.as_secs_f64()
}

fn spell_rate(rate: Option<f64>) -> String {
    rate.map_or_else(none, |rate| format!("{} rows/s", grouped(rate)))
}

/// A whole number, its thousands apart.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
