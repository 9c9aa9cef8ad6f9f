//! The end of a sitting: the files, the accounts, the summary and the exit code, all from the journal.
//! If the journal is lost, they say what the coordinator knew.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::files::{Files, is_of, write_files};
use super::sealed::Batch;
use super::{LastSitting, find_batch};
use crate::cli::arguments::Format;
use crate::cli::error::{Failure, complain, warn};
use crate::cli::settings::{ColorMode, OutSettings};
use crate::cli::stdout::{complain_unless_written, stdout};
use crate::dispatch::Sitting;
use crate::journal::{BatchRecord, SqliteJournal};
use crate::model::visible::in_json;
use crate::model::{CampaignName, Ending, Status, StopReason, Tally};
use crate::report::metrics::{self, QuotaUse};
use crate::report::summary::closing::{CallCount, Closing};
use crate::report::summary::next::in_journal;
use crate::report::summary::style::Style;
use crate::report::summary::text::{log_line, render};
use crate::report::{Summary, Written};

/// How many campaigns that are no longer in the sheet are named.
const NAMED_AS_MISSING: usize = 3;

/// Writes the files, prints the summary, and gives the exit code.
pub(super) fn finish(
    batch: &Batch,
    journal: &SqliteJournal,
    earlier: CallCount,
    sitting: &Sitting,
    now: DateTime<Utc>,
) -> u8 {
    let has_files = leaves_files(batch);
    let last = LastSitting { ending: sitting.ending, send: batch.send.clone(), has_files };
    last.note(journal, batch.record.span);
    let ended = Ended::of(batch, journal, sitting, now, has_files);
    if !has_files && ended.files.failures.is_empty() {
        LastSitting { has_files: true, ..last }.note(journal, batch.record.span);
    }
    let summary = summary(batch, journal, sitting, &ended);
    // Where nothing was to be done and all went well, there is no news, and none that may look like a success.
    let is_news = !batch.work.is_nothing() || ended.ending != Ending::Finished;
    let metrics = batch.out.metrics.as_ref().filter(|_| is_news);
    let written = metrics.map(|path| metrics::write(path, &summary, &quota_use(batch, journal), now));
    for complaint in ended.complaints(batch, journal, sitting) {
        complain(&complaint);
    }
    if let Some(Err(error)) = written {
        complain(&format!("{:#}", anyhow::Error::new(error)));
    }
    let shows_files = batch.format == Format::Human && !batch.out.quiet;
    // The summary names them itself.
    let beside = if shows_files { Vec::new() } else { ended.files.beside() };
    for note in ended.files.notes.iter().chain(&beside) {
        warn(note);
    }
    let missing = journal.missing_from_sheet(&batch.record, NAMED_AS_MISSING).unwrap_or_default();
    // The calls were made and the files are written, whoever reads stdout: the exit code stays.
    complain_unless_written(print(batch, &summary, earlier, ended, missing));
    summary.exit_code
}

/// True if there was nothing to do, and the batch's files were written before: they may have been mended since, or
/// be a later batch's. Who names files wants them written.
fn leaves_files(batch: &Batch) -> bool {
    let names_files = batch.flags.iter().any(|flag| matches!(flag.name.as_str(), "results" | "rejects" | "report"));
    batch.work.is_nothing() && !names_files && LastSitting::of(&batch.record).is_some_and(|last| last.has_files)
}

/// What became of the batch, and of its files.
struct Ended {
    tally: Tally,
    files: Files,
    /// How the sitting ended, its files included.
    ending: Ending,
    /// Rows in, outcomes and rows in the files are as many.
    closes: bool,
    /// Why the journal can't be read.
    unread: Option<Failure>,
}

impl Ended {
    fn of(batch: &Batch, journal: &SqliteJournal, sitting: &Sitting, now: DateTime<Utc>, leaves_files: bool) -> Self {
        let mut ended =
            Self { tally: sitting.tally, files: Files::default(), ending: sitting.ending, closes: true, unread: None };
        let written = find_batch(journal, batch.record.id.as_str(), &batch.flags).and_then(|record| {
            ended.tally = record.tally;
            let is_latest = journal.latest_batch(|_| true)?.is_some_and(|latest| latest.id == record.id);
            let (out, left) =
                if leaves_files { parted(batch, &record, is_latest) } else { (batch.out.clone(), Files::default()) };
            let written = write_files(journal, &record, &out, &batch.send, (sitting.ending, now))?;
            Ok(Files {
                results: left.results.into_iter().chain(written.results).collect(),
                rejects: left.rejects.or(written.rejects),
                report: left.report.or(written.report),
                notes: left.notes,
                ..written
            })
        });
        match written {
            Ok(files) => ended.files = files,
            Err(failure) => {
                ended.ending = Ending::Stopped(StopReason::JournalLost);
                ended.unread = Some(failure);
            }
        }
        if !ended.files.failures.is_empty() {
            ended.stops(StopReason::ResultsUnwritable);
        }
        ended.closes = do_accounts_close(batch.record.tally.rows(), &ended.tally, &ended.files);
        if !ended.closes {
            ended.stops(StopReason::AccountsOpen);
        }
        ended
    }

    /// What was finished has stopped after all; another reason to have stopped stays.
    fn stops(&mut self, reason: StopReason) {
        if self.ending == Ending::Finished {
            self.ending = Ending::Stopped(reason);
        }
    }

    fn complaints(&self, batch: &Batch, journal: &SqliteJournal, sitting: &Sitting) -> Vec<String> {
        let mut complaints = self.files.failures.clone();
        complaints.extend(sitting.said.clone());
        complaints.extend(sitting.journal_error.as_ref().map(ToString::to_string));
        complaints.extend(journal.rescued_to().map(|path| {
            format!("answers that came since are kept in {}; the next start reads them back", path.display())
        }));
        let unread = self.unread.as_ref();
        complaints.extend(unread.map(|failure| format!("{failure}; {}", failure.hint.as_deref().unwrap_or_default())));
        if !self.closes {
            complaints.push(format!(
                "the accounts do not close: {} rows were read, {} are accounted for, and the files hold {}; {}",
                batch.record.tally.rows(),
                self.tally.rows(),
                self.files.results.iter().map(|written| written.rows.to_string()).collect::<Vec<_>>().join(" and "),
                StopReason::AccountsOpen.hint(),
            ));
        }
        complaints
    }
}

fn summary(batch: &Batch, journal: &SqliteJournal, sitting: &Sitting, ended: &Ended) -> Summary {
    let counted = journal.counted(batch.record.span).unwrap_or(ended.tally);
    let mut summary = Summary::new(batch.record.id.clone(), ended.tally, &counted, ended.ending);
    if batch.work.is_nothing() && ended.ending == Ending::Finished {
        // There was nothing to do, whatever became of its rows before.
        summary.exit_code = 0;
    }
    CallCount { attempts: summary.attempts, reads: summary.reads } = calls_of(batch, journal);
    summary.elapsed_seconds = sitting.elapsed.as_secs_f64();
    summary.quota_wait_seconds = sitting.quota_wait.as_secs_f64();
    summary.spared = batch.spared;
    summary.withdrawn = batch.withdrawn;
    summary.is_withheld = batch.send.all_or_nothing && summary.outcomes.of(Status::Invalid) > 0;
    summary.missing_from_sheet = batch.record.missing_from_sheet;
    summary.results = ended.files.results.iter().map(|written| written.path.display().to_string()).collect();
    summary
}

/// The calls that the batch has had so far; none where the journal can't tell.
pub(super) fn calls_of(batch: &Batch, journal: &SqliteJournal) -> CallCount {
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

/// The files that aren't there, to be written, and those that stay as they are. Results that are another batch's
/// are none of this one's.
fn parted(batch: &Batch, record: &BatchRecord, is_latest: bool) -> (OutSettings, Files) {
    let (out, tally) = (&batch.out, &record.tally);
    let is_foreign = |path: &PathBuf| tally.rows() > 0 && is_of(path, &record.id).is_ok_and(|is_of| !is_of);
    // A later batch may have written a workbook of this name, which isn't opened to see.
    let is_listed = |path: &PathBuf| {
        let is_workbook = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
        !is_foreign(path) && (is_latest || !is_workbook)
    };
    let (foreign, own): (Vec<_>, Vec<_>) = out.results.iter().partition(|path| is_foreign(path));
    let note = |path: &&PathBuf| {
        let (path, id) = (path.display(), &record.id);
        // Under a name of their own: what stands there may be somebody's mended rows.
        let again = in_journal(&format!("report {id} --results {id}.csv"), &batch.flags);
        format!("\"{path}\" does not hold the rows of batch {id}; {again} writes them")
    };
    let stays = |path: &PathBuf, rows| path.exists().then(|| Written { path: path.clone(), instead_of: None, rows });
    let rejects = tally.bad() + tally.of(Status::Pending);
    let left = Files {
        results: own.into_iter().filter(|path| is_listed(path)).filter_map(|path| stays(path, tally.rows())).collect(),
        notes: foreign.iter().map(note).collect(),
        rejects: out.rejects.as_ref().filter(|path| is_listed(path)).and_then(|path| stays(path, rejects)),
        report: out.report.as_ref().filter(|path| is_listed(path)).and_then(|path| stays(path, tally.rows())),
        ..Files::default()
    };
    let mut missing = out.clone();
    missing.results.retain(|path| !path.exists());
    for path in [&mut missing.rejects, &mut missing.report] {
        path.take_if(|path| path.exists());
    }
    (missing, left)
}

/// Rows in, outcomes, and rows in each file.
fn do_accounts_close(rows: u64, tally: &Tally, files: &Files) -> bool {
    let rejects = tally.bad() + tally.of(Status::Pending);
    tally.rows() == rows
        && files.results.iter().all(|written| written.rows == rows)
        && files.rejects.iter().all(|written| written.rows == rejects)
}

fn print(
    batch: &Batch,
    summary: &Summary,
    earlier: CallCount,
    ended: Ended,
    missing: Vec<CampaignName>,
) -> io::Result<()> {
    let Ended { files, ending, .. } = ended;
    let mut stdout = stdout();
    match batch.format {
        Format::Json => {
            let text = serde_json::to_string(summary).unwrap_or_default();
            writeln!(stdout, "{}", in_json(&text))?;
        }
        Format::Human if batch.out.quiet => {
            writeln!(stdout, "{}", log_line(summary))?;
        }
        Format::Human => {
            let target = &batch.record.target;
            let closing = Closing {
                summary,
                earlier,
                ending,
                causes: &files.causes,
                was_read_back: batch.work.reads_back(batch) && ending == Ending::Finished,
                is_to_be_read_back: batch.work.reads_back(batch) && ending != Ending::Finished,
                can_try_again: files.can_try_again,
                delivery: batch.send.delivery,
                missing,
                has_quota: !batch.send.quotas.is_empty(),
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
            write!(stdout, "{}", render(&closing, style(&batch.out)))?;
        }
    }
    stdout.flush()
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
