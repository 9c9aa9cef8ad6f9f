//! A sealed batch from the first grant to the last file.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use super::files::{Files, write_files};
use super::preflight::preflight;
use super::sealed::{Batch, Work};
use super::{Connected, LastSitting, find_batch};
use crate::cli::arguments::Format;
use crate::cli::error::{complain, warn};
use crate::cli::settings::{ColorMode, OutSettings};
use crate::clock::Clock;
use crate::dispatch::{Event, Job, ReadJob, Sitting, dispatch, verify};
use crate::journal::SqliteJournal;
use crate::model::visible::in_json;
use crate::model::{CampaignName, Ending, Signal, Status, StopReason, Tally};
use crate::report::Summary;
use crate::report::metrics::{self, QuotaUse};
use crate::report::summary::closing::{CallCount, Closing};
use crate::report::summary::style::Style;
use crate::report::summary::text::{log_line, render};

/// How many campaigns that are no longer in the sheet are named.
const NAMED_AS_MISSING: usize = 3;

/// Sends the batch, writes its files, prints its summary, and gives the exit code.
///
/// # Errors
/// None that would keep the accounts from being closed.
pub async fn send(
    mut batch: Batch,
    journal: SqliteJournal,
    connected: Connected,
    clock: Arc<dyn Clock>,
    mut signals: mpsc::Receiver<Signal>,
) -> anyhow::Result<u8> {
    let mut watchers = std::mem::take(&mut batch.watchers);
    if batch.record.last_sitting.is_some() {
        // Should this one be killed, it didn't end as the one before did.
        let _ = journal.note_sitting(batch.record.span, None);
    }
    let earlier = calls_of(&batch, &journal);
    let journal = Arc::new(Mutex::new(journal));
    let sitting = sit(&batch, &journal, &connected, &clock, &mut signals, &mut |event| watchers.observe(&event)).await;
    let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
    for lost in watchers.lost() {
        warn(&lost);
    }
    finish(&batch, &journal, earlier, sitting, clock.wall())
}

/// Look, send, read back: as much of it as the batch asks for and the one before lets follow.
async fn sit(
    batch: &Batch,
    journal: &Arc<Mutex<SqliteJournal>>,
    connected: &Connected,
    clock: &Arc<dyn Clock>,
    signals: &mut mpsc::Receiver<Signal>,
    emit: &mut (dyn FnMut(Event) + Send),
) -> Sitting {
    let mut sitting = Sitting::idle(batch.record.tally);
    if let Work::Send { mut to_send, .. } = batch.work {
        let looked = preflight(batch, to_send, journal, connected, clock, signals, emit).await;
        sitting = looked.sitting;
        to_send = looked.to_send;
        if sitting.ending == Ending::Finished {
            let job = Job {
                span: batch.record.span,
                target: batch.record.target.clone(),
                settings: batch.send.clone(),
                tally: sitting.tally,
                to_send,
            };
            let (journal, platform, clock) = (Arc::clone(journal), Arc::clone(&connected.platform), Arc::clone(clock));
            sitting = sitting.and_then(dispatch(job, journal, platform, clock, signals, emit).await);
        }
    }
    if batch.work.reads_back(batch) && lets_verify(sitting.ending) {
        let job =
            ReadJob { span: batch.record.span, target: batch.record.target.clone(), settings: batch.send.clone() };
        let (platform, clock) = (Arc::clone(&connected.platform), Arc::clone(clock));
        let (ending, account) = verify(job, Arc::clone(journal), platform, clock, signals, emit).await;
        sitting = sitting.and_then_read(ending, account);
    }
    sitting
}

/// Reading back makes no sense where the platform can't or mustn't be asked.
const fn lets_verify(ending: Ending) -> bool {
    match ending {
        Ending::Finished => true,
        Ending::Signalled(_) => false,
        Ending::Stopped(reason) => match reason {
            StopReason::TooManyFailures
            | StopReason::Canary
            | StopReason::ResultsUnwritable
            | StopReason::AccountsOpen => true,
            StopReason::Credentials
            | StopReason::Outage
            | StopReason::Unlisted
            | StopReason::RateLimited
            | StopReason::JournalLost => false,
        },
    }
}

/// The files, the summary and the exit code, from the journal. If the journal is lost, they say what
/// the coordinator knew.
fn finish(
    batch: &Batch,
    journal: &SqliteJournal,
    earlier: CallCount,
    sitting: Sitting,
    now: DateTime<Utc>,
) -> anyhow::Result<u8> {
    LastSitting { ending: sitting.ending, send: batch.send.clone() }.note(journal, batch.record.span);
    let record = find_batch(journal, batch.record.id.as_str(), &batch.flags);
    let files = record
        .as_ref()
        .ok()
        .map(|record| write_files(journal, record, &batch.out, &batch.send, (sitting.ending, now)))
        .transpose();
    let mut unread = None;
    let mut ending = sitting.ending;
    let files = match files {
        Ok(Some(files)) if files.failures.is_empty() => files,
        Ok(Some(files)) => {
            if ending == Ending::Finished {
                ending = Ending::Stopped(StopReason::ResultsUnwritable);
            }
            files
        }
        Ok(None) => lost(&mut ending),
        Err(failure) => {
            unread = Some(failure);
            lost(&mut ending)
        }
    };
    let unread = unread.or_else(|| record.as_ref().err().cloned());
    let tally = record.map_or(sitting.tally, |record| record.tally);
    let accounts_close = do_accounts_close(batch.record.tally.rows(), &tally, &files);
    if !accounts_close && ending == Ending::Finished {
        ending = Ending::Stopped(StopReason::AccountsOpen);
    }
    let counted = journal.counted(batch.record.span).unwrap_or(tally);
    let mut summary = Summary::new(batch.record.id.clone(), tally, &counted, ending);
    if batch.work.is_nothing() && ending == Ending::Finished {
        // There was nothing to do, whatever became of its rows before.
        summary.exit_code = 0;
    }
    CallCount { attempts: summary.attempts, reads: summary.reads } = calls_of(batch, journal);
    summary.elapsed_seconds = sitting.elapsed.as_secs_f64();
    summary.quota_wait_seconds = sitting.quota_wait.as_secs_f64();
    summary.spared = batch.spared;
    summary.missing_from_sheet = batch.record.missing_from_sheet;
    summary.results = files.results.iter().map(|written| written.path.display().to_string()).collect();
    let complaints = files
        .failures
        .iter()
        .cloned()
        .chain(sitting.said)
        .chain(sitting.journal_error.map(|error| error.to_string()))
        .chain(journal.rescued_to().map(|path| {
            format!("answers that came since are kept in {}; the next start reads them back", path.display())
        }))
        .chain(unread.map(|failure| format!("{failure}; {}", failure.hint.as_deref().unwrap_or_default())))
        .chain((!accounts_close).then(|| {
            format!(
                "the accounts do not close: {} rows were read, {} are accounted for, and the files hold {}; {}",
                batch.record.tally.rows(),
                tally.rows(),
                files.results.iter().map(|written| written.rows.to_string()).collect::<Vec<_>>().join(" and "),
                StopReason::AccountsOpen.hint(),
            )
        }));
    for complaint in complaints {
        complain(&complaint);
    }
    if let Some(path) = &batch.out.metrics
        && let Err(error) = metrics::write(path, &summary, &quota_use(batch, journal), now)
    {
        complain(&format!("{:#}", anyhow::Error::new(error)));
    }
    let missing = journal.missing_from_sheet(&batch.record, NAMED_AS_MISSING).unwrap_or_default();
    print(batch, &summary, earlier, ending, files, missing);
    Ok(summary.exit_code)
}

/// The calls that the batch has had so far; none where the journal can't tell.
fn calls_of(batch: &Batch, journal: &SqliteJournal) -> CallCount {
    let (attempts, reads) = journal.calls_of(batch.record.span).unwrap_or_default();
    CallCount { attempts, reads }
}

/// What can't be read is only missing from the metrics.
fn quota_use(batch: &Batch, journal: &SqliteJournal) -> QuotaUse {
    let mut quota_use = QuotaUse { quotas: batch.send.quotas.clone(), granted: Vec::new() };
    let mut take = |granted_at: DateTime<Utc>| quota_use.granted.push(granted_at.timestamp_micros());
    let _ = journal.for_each_grant(batch.record.span, &mut take);
    quota_use.granted.sort_unstable();
    quota_use
}

/// Rows in, outcomes, and rows in each file.
fn do_accounts_close(rows: u64, tally: &Tally, files: &Files) -> bool {
    let rejects = tally.bad() + tally.of(Status::Pending);
    tally.rows() == rows
        && files.results.iter().all(|written| written.rows == rows)
        && files.rejects.iter().all(|written| written.rows == rejects)
}

/// Nothing can be written from a journal that can't be read.
fn lost(ending: &mut Ending) -> Files {
    *ending = Ending::Stopped(StopReason::JournalLost);
    Files::default()
}

fn print(
    batch: &Batch,
    summary: &Summary,
    earlier: CallCount,
    ending: Ending,
    files: Files,
    missing: Vec<CampaignName>,
) {
    // Whoever read stdout may be gone: the files and the exit code stay.
    let mut stdout = io::stdout().lock();
    match batch.format {
        Format::Json => {
            let text = serde_json::to_string(summary).unwrap_or_default();
            let _ = writeln!(stdout, "{}", in_json(&text));
        }
        Format::Human if batch.out.quiet => {
            let _ = writeln!(stdout, "{}", log_line(summary));
        }
        Format::Human => {
            let target = &batch.record.target;
            let closing = Closing {
                summary,
                earlier,
                ending,
                causes: &files.causes,
                was_read_back: batch.work.reads_back(batch) && ending == Ending::Finished,
                can_try_again: files.can_try_again,
                missing,
                target: format!("account {} on {}", target.account, target.host),
                simulated: target.host.is_simulated(),
                inputs: batch.inputs.clone(),
                is_one_sheet: batch.record.inputs.len() == 1,
                flags: batch.flags.clone(),
                flags_of_run: batch.flags_of_run.clone(),
                results: files.results,
                rejects: files.rejects,
                report: files.report,
                journal: batch.out.journal().map(Into::into).unwrap_or_default(),
            };
            let _ = write!(stdout, "{}", render(&closing, style(&batch.out)));
        }
    }
    let _ = stdout.flush();
}

/// How text for stdout is laid out.
fn style(out: &OutSettings) -> Style {
    let is_terminal = io::stdout().is_terminal();
    let colour = match out.color {
        ColorMode::Always => true,
        ColorMode::Never => false,
        ColorMode::Auto => is_terminal,
    };
    let size = terminal_size::terminal_size_of(io::stdout()).filter(|_| is_terminal);
    let (width, height) =
        size.map_or((Style::PLAIN.width, Style::PLAIN.height), |(width, height)| (width.0.into(), height.0.into()));
    Style { colour, width, height }
}
