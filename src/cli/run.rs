//! `run`: the main job.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::arguments::{CheckFormat, Format, Run};
use super::batch::{
    Batch, Connected, Found, Remembered, check_outputs, connect, connect_simulator, default_results, find_batch,
    new_batch_id, open_journal, read_into, send, simulated_target, watchers,
};
use super::check;
use super::error::Failure;
use super::settings::{Credentials, OutSettings, Settings};
use super::signals::{self, BeforeSending};
use crate::clock::{Clock, SystemClock};
use crate::journal::{BatchKind, Intake, NewBatch, SqliteJournal};
use crate::model::quota::{Outlook, forecast};
use crate::model::{BatchId, Moment, Rate, Signal, Target};
use crate::platform::ConnectionSettings;
use crate::progress::{Watchers, words_for_span};
use crate::reader::Input;
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
    let signals = signals::listen_before_sending(matches!(format, Format::Json))?;
    runtime.block_on(async {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let prepared = prepare(settings, destination, &inputs, &clock, signals)?;
        let Prepared { settings, journal, record, to_send, connected, watchers, signals } = prepared;
        let inputs = files.iter().map(|path| path.display().to_string()).collect();
        let Settings { send: sending, out, .. } = settings;
        let batch = Batch { record, to_send, send: sending, out, inputs, is_resumed: false, watchers, format };
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
    /// `None` for the embedded simulator, which starts last.
    connected: Option<Connected>,
    watchers: Watchers,
    signals: mpsc::Receiver<Signal>,
}

fn prepare(
    mut settings: Settings,
    destination: Destination,
    inputs: &[Input],
    clock: &Arc<dyn Clock>,
    signals: BeforeSending,
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
        out: settings.out.clone(),
        iid: settings.target.iid.clone(),
        cacert: settings.target.cacert.clone(),
        found,
    };
    let mut intake = journal.begin(NewBatch {
        id: id.clone(),
        kind: BatchKind::Run,
        target: target.clone(),
        remembered: remembered.to_text()?,
        sending: settings.send.clone(),
        now,
    })?;
    if let Err(failure) = fill(&mut intake, inputs, &settings, &target, now) {
        // A journal that can't take this either discards the batch when it is opened again.
        let _ = intake.discard();
        return Err(failure);
    }
    let signals = signals.end();
    let sealed = intake.seal()?;
    let record = find_batch(&journal, id.as_str())?;
    Ok(Prepared { settings, journal, record, to_send: sealed.to_send, connected, watchers, signals })
}

/// Reads all rows into the batch, and has the user confirm it.
fn fill(
    intake: &mut Intake<'_>,
    inputs: &[Input],
    settings: &Settings,
    target: &Target,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let sheet = read_into(intake, inputs, &settings.read, now)?;
    for warning in &sheet.warnings {
        let _ = writeln!(io::stderr(), "warning: {warning}");
    }
    for path in &settings.out.results {
        check_rows(path, sheet.rows)?;
    }
    if is_confirmed(settings, target, intake.to_send()?) {
        return Ok(());
    }
    Err(Failure::new("declined", "nothing was sent").hint("run it again and answer y, or with --yes"))
}

/// Asks before calls go to a real host: on a terminal only, and never twice.
fn is_confirmed(settings: &Settings, target: &Target, calls: u64) -> bool {
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    if settings.send.yes || !is_terminal || calls == 0 || target.host.is_simulated() || target.host.is_loopback() {
        return true;
    }
    let pace = settings.send.rate.map_or(std::time::Duration::ZERO, Rate::interval);
    let workers = usize::try_from(settings.send.concurrency.get()).unwrap_or(1);
    let outlook = Outlook::fresh(&settings.send.quotas, pace, workers);
    let time = words_for_span(forecast(outlook, Moment::START).time_for(calls));
    let _ = write!(
        io::stderr(),
        "Send {calls} campaigns to account {} on {} (about {time})? [y/N] ",
        target.account,
        target.host
    );
    let mut answer = String::new();
    // A terminal that is gone has not said yes.
    let is_read = io::stdin().lock().read_line(&mut answer).is_ok();
    is_read && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
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
