//! Going on with a batch of which almost all is done.

use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::measure::median;
use crate::references::Server;
use crate::table::{self, Line};
use crate::works::{program, rows};
use crate::{Plan, inputs, measure, submit};

/// How many rows are left.
const LEFT: u32 = 10;

/// Measures the time to the first call.
pub(crate) fn all(plan: &Plan, folder: &TempDir) -> anyhow::Result<()> {
    if !plan.wants("resume") {
        return Ok(());
    }
    let sheet = folder.path().join("resume.csv");
    inputs::csv(&sheet, plan.rows)?;
    let mut server = Server::start(Duration::ZERO)?;
    let (mut waits, mut runs) = (Vec::new(), Vec::new());
    // Making the batch takes longer than what is measured.
    for _ in 0..plan.runs.min(3) {
        let room = tempfile::tempdir_in(folder.path())?;
        server.take(u64::from(plan.rows.saturating_sub(LEFT)))?;
        let flags = ["--quota", "none", "--concurrency", "64", "--progress", "none"];
        // It is refused before its end, and says so by its exit code.
        submit::run(plan, room.path(), &sheet, &server.host, &flags).output()?;
        server.take(u64::MAX)?;
        let mut resume = program(plan, room.path());
        submit::authorised(&mut resume);
        let start = SystemTime::now();
        runs.push(measure::run(resume.args(["resume", "--progress", "none"]))?);
        waits.extend(server.first()?.and_then(|first| first.duration_since(start).ok()));
    }
    table::line(&Line {
        work: format!("`resume` with {LEFT} of {} rows left: first call", rows(plan)),
        figure: median(waits).map_or_else(table::none, |wait| format!("{:.0} ms", wait.as_secs_f64() * 1e3)),
        reference: table::none(),
        ratio: table::none(),
        cpu: table::none(),
        peak: table::peak(&runs),
    })?;
    Ok(())
}
