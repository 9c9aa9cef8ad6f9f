//! One process from start to end: wall time, CPU time, peak memory.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// The unit in which Linux tells CPU time to programs: a hundredth of a second, on every machine.
const TICK: Duration = Duration::from_millis(10);
/// How often the memory is looked at: at first often, since some processes are over soon.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const LOOK_OFTEN_FOR: Duration = Duration::from_millis(50);

/// What one process took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    pub(crate) cpu: Option<Duration>,
    /// In KiB.
    pub(crate) peak: Option<u64>,
}

/// Runs a process to its end.
///
/// # Errors
/// If it can't be started, or says that it failed.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<Measured> {
    let told = format!("{command:?}");
    let start = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context(told.clone())?;
    let id = child.id();
    let output = (drain(child.stdout.take()), drain(child.stderr.take()));
    let watch = thread::spawn(move || watch(id, start));
    let [stdout, stderr] = [output.0, output.1].map(|drain| drain.join().unwrap_or_default());
    // Both of its streams are closed, so it has ended or is about to.
    let wall = start.elapsed();
    let (cpu, peak) = watch.join().unwrap_or_default();
    let status = child.wait()?;
    if !status.success() {
        bail!("{told}\n{status}\n{stdout}\n{stderr}");
    }
    Ok(Measured { wall, cpu, peak })
}

fn drain(stream: Option<impl std::io::Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What can't be read is only missing from the message of a failure.
        let _ = stream.map(|mut stream| stream.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Looks at a process until it has ended. Its CPU time can be read between its end and the moment
/// when it is waited for, its peak memory only before: what it takes last may be missed.
fn watch(id: u32, start: Instant) -> (Option<Duration>, Option<u64>) {
    let mut peak = None;
    loop {
        peak = peak.max(peak_of(id));
        match cpu_of(id) {
            None => return (None, peak),
            Some((cpu, true)) => return (Some(cpu), peak),
            Some((_, false)) if start.elapsed() < LOOK_OFTEN_FOR => thread::sleep(LOOK_EVERY / 10),
            Some((_, false)) => thread::sleep(LOOK_EVERY),
        }
    }
}

fn peak_of(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// A process's CPU time so far, and whether it has ended.
fn cpu_of(id: u32) -> Option<(Duration, bool)> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before it, in brackets, may hold anything.
    let fields: Vec<_> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |field: usize| fields.get(field)?.parse::<u32>().ok();
    Some((TICK * (ticks(11)? + ticks(12)?), fields.first() == Some(&"Z")))
}

/// The CPU time of all threads of a process so far, to the nanosecond.
pub(crate) fn cpu_of_threads(child: &Child) -> Option<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{}/task", child.id())).ok()? {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += text.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(Duration::from_nanos(nanoseconds))
}

/// Runs two processes in turns, so that what else the machine does touches both.
///
/// # Errors
/// If one of them fails.
pub(crate) fn in_turns(
    runs: usize,
    mut ours: impl FnMut() -> anyhow::Result<Measured>,
    mut reference: impl FnMut() -> anyhow::Result<Measured>,
) -> anyhow::Result<Vec<(Measured, Measured)>> {
    (0..runs).map(|_| Ok((ours()?, reference()?))).collect()
}

/// The middle one.
pub(crate) fn median<T: PartialOrd + Copy>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    values.get(values.len() / 2).copied()
}
