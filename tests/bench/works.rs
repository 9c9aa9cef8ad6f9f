//! What is measured, work by work.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::measure::{self, median};
use crate::table::{self, Line};
use crate::{Plan, inputs, references, resume, submit};

/// Measures all works of a plan and writes the table.
pub(crate) fn all(plan: &Plan) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("campaign-scheduler-bench-").tempdir()?;
    table::head()?;
    check_csv(plan, &folder)?;
    check_xlsx(plan, &folder)?;
    start(plan, &folder)?;
    submit::all(plan, &folder)?;
    resume::all(plan, &folder)
}

/// The program in a folder of its own, without settings of the person who measures.
pub(crate) fn program(plan: &Plan, folder: &Path) -> Command {
    let mut command = Command::new(&plan.program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KORE_") {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).env("XDG_STATE_HOME", folder).env("XDG_CONFIG_HOME", folder).env("HOME", folder);
    command
}

fn check_csv(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("check csv") {
        return Ok(());
    }
    let sheet = folder.path().join("check.csv");
    inputs::csv(&sheet, plan.rows)?;
    for (name, reference) in [("csv and chrono", "csv-chrono"), ("csv and dates by position", "csv-positions")] {
        check(plan, folder, &sheet, &format!("`check` of {} CSV rows, against {name}", rows(plan)), reference)?;
    }
    Ok(())
}

fn check_xlsx(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("check xlsx") {
        return Ok(());
    }
    let sheet = folder.path().join("check.xlsx");
    inputs::xlsx(&sheet, plan.rows)?;
    let work = format!("`check` of {} XLSX rows, against calamine's cells", rows(plan));
    check(plan, folder, &sheet, &work, "calamine-cells")
}

fn check(plan: &Plan, folder: &TempDir, sheet: &Path, work: &str, reference: &str) -> anyhow::Result<()> {
    let turns = measure::in_turns(
        plan.runs,
        || measure::run(program(plan, folder.path()).arg("check").arg(sheet)),
        || measure::run(&mut references::command(reference, &[&sheet.to_string_lossy()])?),
    )?;
    Ok(table::line(&table::rates(work.to_owned(), plan.rows, &turns))?)
}

/// How long a small sheet takes from start to end.
fn start(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("start") {
        return Ok(());
    }
    let sheet = folder.path().join("small.csv");
    inputs::csv(&sheet, 40)?;
    let runs = (0..plan.runs.max(21))
        .map(|_| measure::run(program(plan, folder.path()).arg("check").arg(&sheet)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let wall = median(runs.iter().map(|run| run.wall));
    let figure = wall.map_or_else(table::none, |wall| format!("{:.1} ms", wall.as_secs_f64() * 1e3));
    let work = "start and end of `check` of 40 rows".to_owned();
    let (reference, ratio, cpu) = (table::none(), table::none(), table::none());
    Ok(table::line(&Line { work, figure, reference, ratio, cpu, peak: table::peak(&runs) })?)
}

/// The number of rows in words of the table.
pub(crate) fn rows(plan: &Plan) -> String {
    table::grouped(f64::from(plan.rows))
}
