//! `run`: the main job.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;

use super::arguments::{CheckFormat, Format, Run};
use super::batch::{
    Batch, Connected, Found, Remembered, Work, check_outputs, connect, connect_simulator, default_results, find_batch,
    is_confirmed, new_batch_id, open_journal, read_into, send, simulated_target, watchers,
};
use super::error::Failure;
use super::settings::{Credentials, OutSettings, Settings};
use super::{check, signals};
use crate::clock::{Clock, SystemClock};
use crate::journal::{BatchKind, NewBatch, SqliteJournal};
use crate::model::{BatchId, Signal, Target};
use crate::platform::ConnectionSettings;
use crate::progress::Watchers;
use crate::reader::{Input, InputHeader};
use crate::report::outputs::check_rows;

/// Reads, checks, journals, sends and reports.
///
/// # Errors
/// If anything is wrong before the first call: exit code 2, nothing was sent.
pub fn run(command: Run) -> anyhow::Result<u8> {
    if command.dry_run {
        return check::run(&command.files.clone(), command.format.format, command.into());
    }
    let files = command.files.clone();
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
    check_outputs(&settings.out, &readable)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = signals::listen()?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let prepared = prepare(settings, destination, &inputs, &clock, &mut signals)?;
        let Prepared { settings, journal, record, to_send, headers, connected, watchers } = prepared;
        let inputs = files.iter().map(|path| path.display().to_string()).collect();
        let batch = Batch {
            record,
            work: Work::Send { to_send, is_resumed: false },
            send: settings.send,
            out: settings.out,
            inputs,
            headers,
            spared: None,
            watchers,
            format,
        };
        let connected = match connected {
            Some(connected) => connected,
            None => connect_simulator(&batch.record.target, batch.send.timeout, &clock).await?,
        };
        send(batch, journal, connected, clock, signals).await
    })
}

/// Where the batch goes.
enum Destination {
    Simulator,
    Real { target: Target, credentials: Credentials },
}

impl Destination {
    fn of(settings: &Settings) -> Result<Self, Failure> {
        if settings.target.simulate {
            return Ok(Self::Simulator);
        }
        let (target, credentials) = settings.target.complete()?;
        Ok(Self::Real { target, credentials })
    }

    fn target(&self, batch: &BatchId) -> Target {
        match self {
            Self::Simulator => simulated_target(batch),
            Self::Real { target, .. } => target.clone(),
        }
    }
}

/// A batch that is ready to be sent.
struct Prepared {
    settings: Settings,
    journal: SqliteJournal,
    record: crate::journal::BatchRecord,
    to_send: u64,
    headers: Vec<InputHeader>,
    /// `None` for the embedded simulator, which starts last.
    connected: Option<Connected>,
    watchers: Watchers,
}

fn prepare(
    mut settings: Settings,
    destination: Destination,
    inputs: &[Input],
    clock: &Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
) -> Result<Prepared, Failure> {
    let now = clock.wall();
    let id = new_batch_id(now);
    let target = destination.target(&id);
    settings.read.default_stream = Some(target.stream.clone());
    let mut journal = open_journal(&settings.out, settings.send.wait, &format!("run, batch {id}"), now)?;
    if !settings.out.quiet {
        let _ = writeln!(io::stderr(), "journal: {}", journal.path().display());
    }
    let (connected, found) = match destination {
        Destination::Simulator => (None, Found::default()),
        Destination::Real { credentials, .. } => {
            let found = Found::of(&credentials);
            let connection = ConnectionSettings {
                host: target.host.clone(),
                account: target.account.clone(),
                iid: settings.target.iid.clone(),
                timeout: settings.send.timeout,
                cacert: settings.target.cacert.clone(),
            };
            let connected = connect(connection, credentials, clock)?;
            for warning in &connected.warnings {
                let _ = writeln!(io::stderr(), "warning: {warning}");
            }
            (Some(connected), found)
        }
    };
    let watchers = watchers(&settings.out, &id, clock)?;
    let remembered = Remembered {
        send: settings.send.clone(),
        out: settings.out.clone().with_absolute_paths(),
        iid: settings.target.iid.clone(),
        cacert: settings.target.cacert.clone(),
        found,
        spared: None,
    };
    let mut intake = journal.begin(NewBatch {
        id: id.clone(),
        kind: BatchKind::Run,
        target: target.clone(),
        remembered: remembered.to_text()?,
        sending: settings.send.clone(),
        now,
    })?;
    let sheet = match read_into(&mut intake, inputs, &settings.read, now, signals) {
        Ok(sheet) => sheet,
        Err(failure) => {
            intake.discard()?;
            return Err(failure);
        }
    };
    for warning in &sheet.warnings {
        let _ = writeln!(io::stderr(), "warning: {warning}");
    }
    for path in &settings.out.results {
        if let Err(error) = check_rows(path, sheet.rows) {
            intake.discard()?;
            return Err(error.into());
        }
    }
    let is_confirmed = match is_confirmed(BatchKind::Run, &settings.send, &target, intake.to_send()?, signals) {
        Ok(is_confirmed) => is_confirmed,
        Err(failure) => {
            intake.discard()?;
            return Err(failure);
        }
    };
    if !is_confirmed {
        intake.discard()?;
        return Err(Failure::new("declined", "nothing was sent").hint("run it again and answer y, or with --yes"));
    }
    let sealed = intake.seal()?;
    let record = find_batch(&journal, id.as_str())?;
    Ok(Prepared { settings, journal, record, to_send: sealed.to_send, headers: sheet.headers, connected, watchers })
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
