//! Sending all rows of a sheet, with everything on: check, journal, a token for every call, results.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use crate::measure::{self, Measured, median};
use crate::references::{self, Server};
use crate::table::{self, Line};
use crate::works::{program, rows};
use crate::{Plan, inputs};

/// How long the waiting program is looked at.
const LOOK_AT_WAITING: Duration = Duration::from_secs(20);

/// Measures submitting and waiting.
pub(crate) fn all(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    at_once(plan, folder)?;
    beside_a_script(plan, folder)?;
    growth(plan, folder)?;
    with_latency(plan, folder)?;
    waiting(plan, folder)
}

/// A `run` of a sheet on a server, in a folder without a journal.
pub(crate) fn run(plan: &Plan, folder: &Path, sheet: &Path, host: &str, flags: &[&str]) -> Command {
    let mut command = program(plan, folder);
    command.args(["run", "--host", host, "--stream-id", "st-bench", "--account-id", "bench"]);
    command.args(["--rate", "none"]).args(flags).arg(sheet);
    authorised(&mut command);
    command
}

/// Gives the program what signs a token for every call.
pub(crate) fn authorised(command: &mut Command) {
    command.env("KORE_CLIENT_ID", "cs-bench").env("KORE_CLIENT_SECRET", "bench");
}

/// Runs a sheet that this journal has never seen.
fn fresh(plan: &Plan, folder: &TempDir, sheet: &Path, host: &str, concurrency: &str) -> anyhow::Result<Measured> {
    let room = tempfile::tempdir_in(folder.path())?;
    let flags = ["--quota", "none", "--concurrency", concurrency, "--progress", "none"];
    measure::run(&mut run(plan, room.path(), sheet, host, &flags))
}

fn at_once(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("submit at once") {
        return Ok(());
    }
    let sheet = folder.path().join("submit.csv");
    inputs::csv(&sheet, plan.rows)?;
    let server = Server::start(Duration::ZERO)?;
    let turns = measure::in_turns(
        plan.runs,
        || fresh(plan, folder, &sheet, &server.host, "64"),
        || measure::run(&mut references::command("client", &[&sheet.to_string_lossy(), &server.host, "64"])?),
    )?;
    let work = format!("`run` of {} rows, 64 at once, against a bare reqwest loop", rows(plan));
    Ok(table::line(&table::rates(work, plan.rows, &turns))?)
}

/// The same rows by what people use today.
fn beside_a_script(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("submit beside a script") {
        return Ok(());
    }
    let sheet = folder.path().join("script.csv");
    inputs::csv(&sheet, plan.rows)?;
    let server = Server::start(Duration::ZERO)?;
    let script = || references::by_hand(&[&sheet.to_string_lossy(), &server.host, "64"]);
    if script().is_none() {
        return Ok(table::skipped("a script with aiohttp", "python3 can't import aiohttp")?);
    }
    let turns = measure::in_turns(
        plan.runs,
        || fresh(plan, folder, &sheet, &server.host, "64"),
        || measure::run(&mut script().context("python3 is gone")?),
    )?;
    let work = format!("`run` of {} rows, 64 at once, against a script with aiohttp", rows(plan));
    Ok(table::line(&table::rates(work, plan.rows, &turns))?)
}

/// What a row more takes of memory, from a tenth of the rows to all of them.
fn growth(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("submit growth") {
        return Ok(());
    }
    let server = Server::start(Duration::ZERO)?;
    let mut peaks = Vec::new();
    for count in [plan.rows / 10, plan.rows] {
        let sheet = folder.path().join("growth.csv");
        inputs::csv(&sheet, count)?;
        let run = fresh(plan, folder, &sheet, &server.host, "64")?;
        peaks.push((count, run));
    }
    let [(few, small), (many, large)] = peaks[..] else { return Ok(()) };
    let bytes = small.peak.zip(large.peak).map(|(small, large)| {
        let kibibytes = large as f64 - small as f64;
        format!("{:.1} bytes a row", kibibytes * 1024.0 / f64::from((many - few).max(1)))
    });
    Ok(table::line(&Line {
        work: format!("memory of a `run`, from {} rows to {}", table::grouped(few.into()), table::grouped(many.into())),
        figure: bytes.unwrap_or_else(table::none),
        reference: table::none(),
        ratio: table::none(),
        cpu: table::cpu_per_row(many, &[large]),
        peak: table::peak(&[large]),
    })?)
}

/// What is left of the speed that the latency allows: concurrency by latency. How much of it a bare loop
/// reaches on the same server is told beside it.
fn with_latency(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    const LATENCY: Duration = Duration::from_millis(50);
    if !plan.wants("submit at 50 ms") {
        return Ok(());
    }
    let server = Server::start(LATENCY)?;
    for concurrency in [64_u32, 256] {
        // Some ten seconds' worth.
        let count = (concurrency * 200).min(plan.rows);
        let sheet = folder.path().join("latency.csv");
        inputs::csv(&sheet, count)?;
        let at_once = concurrency.to_string();
        let turns = measure::in_turns(
            plan.runs.min(3),
            || fresh(plan, folder, &sheet, &server.host, &at_once),
            || measure::run(&mut references::command("client", &[&sheet.to_string_lossy(), &server.host, &at_once])?),
        )?;
        let runs: Vec<_> = turns.iter().map(|(ours, _)| *ours).collect();
        let wall = median(runs.iter().map(|run| run.wall)).context("no run")?;
        let bare = median(turns.iter().map(|(_, reference)| reference.wall)).context("no run")?;
        let least = LATENCY * count.div_ceil(concurrency);
        table::line(&Line {
            work: format!(
                "`run` of {} rows at 50 ms, {concurrency} at once, against concurrency ÷ latency (a bare reqwest loop: {:.2})",
                table::grouped(count.into()),
                least.div_duration_f64(bare)
            ),
            figure: format!("{} rows/s", table::grouped(f64::from(count) / wall.as_secs_f64())),
            reference: format!("{} rows/s", table::grouped(f64::from(count) / least.as_secs_f64())),
            ratio: format!("{:.2}", least.div_duration_f64(wall)),
            cpu: table::cpu_per_row(count, &runs),
            peak: table::peak(&runs),
        })?;
    }
    Ok(())
}

/// What waiting for the quota takes: the program is looked at while nothing can be granted.
fn waiting(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("waiting") {
        return Ok(());
    }
    let sheet = folder.path().join("waiting.csv");
    inputs::csv(&sheet, 1_000)?;
    let server = Server::start(Duration::ZERO)?;
    let room = tempfile::tempdir_in(folder.path())?;
    let mut command = run(plan, room.path(), &sheet, &server.host, &["--quota", "60/1m", "--progress", "plain"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // The first calls are through by then.
    std::thread::sleep(Duration::from_secs(5));
    let before = measure::cpu_of_threads(&child);
    std::thread::sleep(LOOK_AT_WAITING);
    let after = measure::cpu_of_threads(&child);
    ensure!(child.try_wait()?.is_none(), "the program ended instead of waiting");
    child.kill()?;
    child.wait()?;
    let an_hour = after.zip(before).map(|(after, before)| {
        let share = after.saturating_sub(before).div_duration_f64(LOOK_AT_WAITING);
        format!("{:.2} CPU s an hour", share * 3_600.0)
    });
    let line = Line {
        work: "waiting for the quota".to_owned(),
        figure: an_hour.unwrap_or_else(table::none),
        reference: table::none(),
        ratio: table::none(),
        cpu: table::none(),
        peak: table::none(),
    };
    Ok(table::line(&line)?)
}
