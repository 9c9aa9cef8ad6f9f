//! `run`: the main job.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::arguments::{CheckFormat, Format, Run};
use super::batch::{
    Batch, Connected, Destination, Remembered, Work, check_outputs, check_sizes, default_results, find_batch,
    flags_to_remember, is_confirmed, new_batch_id, open_or_make_journal, read_into, runtime, send, watchers, whole,
};
use super::check;
use super::error::{Failure, warn};
use super::settings::{OutSettings, Settings};
use super::signals::{self, BeforeSending};
use crate::clock::{Clock, SystemClock};
use crate::dispatch::outlook;
use crate::journal::{BatchKind, Intake, NewBatch, SqliteJournal};
use crate::model::quota::{Forecast, forecast};
use crate::model::visible::on_terminal;
use crate::model::{Signal, Target};
use crate::progress::Watchers;
use crate::reader::{Input, InputHeader};
use crate::report::summary::Flag;
use crate::stderr::on_stderr;

/// Reads, checks, journals, sends and reports.
///
/// # Errors
/// If anything is wrong before the first call: exit code 2, nothing was sent.
pub fn run(command: Run) -> anyhow::Result<u8> {
    if command.dry_run {
        return check::run(&command.files.clone(), command.format.format, command.run.preflight, command.into());
    }
    let files = command.files.clone();
    let flags = command.general.typed.clone();
    let format = match command.format.format {
        CheckFormat::Human => Format::Human,
        CheckFormat::Json => Format::Json,
        CheckFormat::Jsonl => {
            return Err(Failure::new("usage", "--format jsonl is for check and for run --dry-run")
                .hint("use --format json, or --events PATH for a line an event")
                .into());
        }
    };
    let mut settings = Settings::of_process(command.into())?;
    let destination = Destination::of(&settings)?;
    let inputs: Vec<Input> = files.iter().map(|path| input_of(path)).collect();
    settings.out.results = results_or_default(&settings.out, &files);
    let readable: Vec<PathBuf> = files.iter().filter(|path| *path != Path::new("-")).cloned().collect();
    check_outputs(&settings.out, &readable, &settings.files())?;
    let runtime = runtime()?;
    let signals = signals::listen_before_sending(matches!(format, Format::Json))?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let prepared = prepare(settings, &flags, destination, &inputs, &clock, signals).await?;
        let Prepared { settings, journal, record, to_send, headers, connected, watchers, signals } = prepared;
        let batch = Batch {
            record,
            work: Work::Send { to_send, settled: 0, is_resumed: false },
            send: settings.send,
            out: settings.out,
            inputs: files,
            headers,
            flags_of_run: flags.clone(),
            flags,
            spared: None,
            withdrawn: 0,
            watchers,
            format,
        };
        Ok(send(batch, journal, connected, clock, signals).await)
    })
}

/// A batch that is ready to be sent.
struct Prepared {
    settings: Settings,
    journal: SqliteJournal,
    record: crate::journal::BatchRecord,
    to_send: u64,
    headers: Vec<InputHeader>,
    connected: Connected,
    watchers: Watchers,
    signals: mpsc::Receiver<Signal>,
}

async fn prepare(
    mut settings: Settings,
    typed: &[Flag],
    destination: Destination,
    inputs: &[Input],
    clock: &Arc<dyn Clock>,
    signals: BeforeSending,
) -> Result<Prepared, Failure> {
    let id = new_batch_id(clock.wall());
    let target = destination.target(&id);
    settings.read.default_stream = Some(target.stream.clone());
    let purpose = format!("run, batch {id}");
    let mut journal = open_or_make_journal(&settings.out, settings.send.wait, &purpose, &**clock)?;
    let now = clock.wall();
    if !settings.out.quiet {
        on_stderr(&format!("journal: {}\n", on_terminal(&journal.path().to_string_lossy())));
    }
    let found = destination.found();
    let connected = destination.connect(&target, &settings, clock).await?;
    let watchers = watchers(&settings.out, &id, clock)?;
    let remembered = Remembered {
        send: settings.send.clone(),
        out: settings.out.clone().with_absolute_paths(),
        iid: settings.target.iid.clone(),
        cacert: settings.target.cacert.as_deref().map(whole),
        found,
        inputs: sheets(inputs),
        spared: None,
        flags: flags_to_remember(typed),
    };
    let outlook = outlook(&mut journal, &settings.send, &target, clock)?;
    let mut intake = journal.begin(NewBatch {
        id: id.clone(),
        kind: BatchKind::Run,
        target: target.clone(),
        remembered: remembered.to_text()?,
        sending: settings.send.clone(),
        now,
    })?;
    let forecast = || forecast(outlook, clock.now());
    let headers = match fill(&mut intake, inputs, &settings, &target, now, forecast) {
        Ok(headers) => headers,
        Err(failure) => {
            // A journal that can't take this either discards the batch when it is opened again.
            let _ = intake.discard();
            return Err(failure);
        }
    };
    let signals = signals.end();
    let sealed = intake.seal()?;
    let record = find_batch(&journal, id.as_str(), typed)?;
    Ok(Prepared { settings, journal, record, to_send: sealed.to_send, headers, connected, watchers, signals })
}

/// Reads all rows into the batch, and has the user confirm it.
fn fill(
    intake: &mut Intake<'_>,
    inputs: &[Input],
    settings: &Settings,
    target: &Target,
    now: DateTime<Utc>,
    forecast: impl FnOnce() -> Forecast,
) -> Result<Vec<InputHeader>, Failure> {
    let sheet = read_into(intake, inputs, &settings.read, now)?;
    for warning in &sheet.warnings {
        warn(warning);
    }
    check_sizes(&settings.out, intake.inputs(), sheet.rows)?;
    if is_confirmed(BatchKind::Run, &settings.send, target, intake, forecast())? {
        return Ok(sheet.headers);
    }
    Err(Failure::new("declined", "that was no yes, so nothing was sent")
        .hint("run it again and answer y, or with --yes"))
}

fn input_of(path: &Path) -> Input {
    if path == Path::new("-") { Input::Stdin } else { Input::File(path.to_owned()) }
}

fn results_or_default(out: &OutSettings, files: &[PathBuf]) -> Vec<PathBuf> {
    if !out.results.is_empty() {
        return out.results.clone();
    }
    let first = files.first().map_or_else(|| "stdin".to_owned(), |path| path.display().to_string());
    let first = if first == "-" { "stdin".to_owned() } else { first };
    vec![default_results(&first, BatchKind::Run)]
}

/// The inputs that are files, by paths that go for every folder; none if one is no text, which couldn't be remembered.
fn sheets(inputs: &[Input]) -> Vec<PathBuf> {
    let files = inputs.iter().filter_map(|input| match input {
        Input::File(path) => Some(whole(path)),
        Input::Stdin => None,
    });
    let files: Vec<PathBuf> = files.collect();
    if files.iter().all(|file| file.to_str().is_some()) { files } else { Vec::new() }
}
