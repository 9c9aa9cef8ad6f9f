//! `history`: what the journal knows, in words.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::arguments::{Format, History};
use super::batch::{Remembered, find_batch, open_journal};
use super::error::{Failure, warn};
use super::settings::Settings;
use super::stdout::stdout;
use crate::clock::{Clock, SystemClock};
use crate::journal::{BatchRecord, CallRecord, JournalError, Pruned, SqliteJournal, StoredRow};
use crate::model::cell::is_escaped;
use crate::model::visible::{in_json, lines_on_terminal, on_terminal};
use crate::model::words::{counts, plural, span as span_in_words};
use crate::model::{SendSettings, Status, span};
use crate::report::columns;
use crate::report::summary::Flag;
use crate::report::summary::next::in_journal;
use crate::report::summary::wording::waiting;

/// How a row is named.
const A_PLACE: &str = "write it as in the column result_source, such as q1.xlsx:Launch:7";

/// Shows all batches, one batch, or one row attempt by attempt.
///
/// # Errors
/// If the journal can't be read, or has no such batch or row.
pub fn run(command: History) -> anyhow::Result<u8> {
    let History { batch, row, prune, format, .. } = command.clone();
    let flags = command.general.typed.clone();
    let settings = Settings::of_process(command.into())?;
    if let Some(age) = prune {
        return pruned(&settings, &age, format.format);
    }
    let journal = match SqliteJournal::read(settings.out.journal()?) {
        // Before the first run there is nothing to tell; a slip in a path that was given is told.
        Err(JournalError::Missing { path })
            if settings.out.journal_is_default() && batch.is_none() && row.is_none() =>
        {
            return tell(&all(&path, &[]), format.format);
        }
        opened => opened.map_err(Failure::from)?,
    };
    let told = match (batch, row) {
        (None, None) => all(journal.path(), &journal.batches().map_err(Failure::from)?),
        (Some(batch), None) => one(&journal, &find_batch(&journal, &batch, &flags)?, &flags)?,
        (Some(batch), Some(place)) => row_of(&journal, find_batch(&journal, &batch, &flags)?, &place)?,
        (None, Some(place)) => row_of_all(&journal, &place)?,
    };
    tell(&told, format.format)
}

fn tell(told: &Told, format: Format) -> anyhow::Result<u8> {
    let mut stdout = stdout();
    match format {
        Format::Json => writeln!(stdout, "{}", in_json(&told.facts.to_string()))?,
        Format::Human => stdout.write_all(lines_on_terminal(&told.words).as_bytes())?,
    }
    Ok(0)
}

/// Forgets batches that are older than this.
fn pruned(settings: &Settings, age: &str, format: Format) -> anyhow::Result<u8> {
    let age = span::parse(age).map_err(|error| {
        Failure::new("settings", format!("--prune: {error}")).hint("write a span of time such as 90d")
    })?;
    let clock = SystemClock::start();
    let mut journal = open_journal(&settings.out, settings.send.wait, "history --prune", &clock)?;
    let longest_window = longest_window(&settings.send, &journal.batches().map_err(Failure::from)?)?;
    let Pruned { batches: pruned, room_kept } =
        journal.prune(clock.wall(), age, longest_window).map_err(Failure::from)?;
    if let Some(error) = room_kept {
        warn(&format!(
            "the journal stays as large as it was ({error}); later batches fill the room, or prune again when the disk \
             has room for a copy of the journal"
        ));
    }
    let mut stdout = stdout();
    match format {
        Format::Json => writeln!(stdout, "{}", json!({ "pruned_batches": pruned, "exit_code": 0 }))?,
        Format::Human => writeln!(
            stdout,
            "{} forgotten; what was accepted last for each campaign is kept",
            plural(pruned as u64, "batch")
        )?,
    }
    Ok(0)
}

/// The longest window of a quota that may count calls: of those in force, of those that batches were sent under, and
/// a week for those that another command was or will be given.
fn longest_window(settings: &SendSettings, batches: &[BatchRecord]) -> anyhow::Result<Duration> {
    let mut longest = settings.longest_window().max(Duration::from_secs(7 * 86_400));
    for batch in batches {
        longest = longest.max(Remembered::of(batch)?.send.longest_window());
    }
    Ok(longest)
}

/// The same facts for people and for programs.
struct Told {
    words: String,
    facts: Value,
}

fn all(journal: &Path, batches: &[BatchRecord]) -> Told {
    let bytes = std::fs::metadata(journal).map_or(0, |metadata| metadata.len());
    let mut words = String::new();
    for batch in batches {
        words.push_str(&format!(
            "{}  {}  {:>12}  {}\n",
            batch.id,
            batch.created_at.format("%Y-%m-%d %H:%M UTC"),
            plural(batch.tally.rows(), "row"),
            counts(&batch.tally)
        ));
        let sources: Vec<_> = batch.inputs.iter().map(|input| input.source.as_str()).collect();
        words.push_str(&format!(
            "    {} to account {} on {}\n",
            on_terminal(&sources.join(", ")),
            batch.target.account,
            batch.target.host
        ));
    }
    if batches.is_empty() {
        words.push_str("no batches yet\n");
    }
    let path = journal.display().to_string();
    words.push_str(&format!("journal {} ({:.1} MB)\n", on_terminal(&path), bytes as f64 / 1e6));
    let facts = json!({
        "journal": journal.display().to_string(), "bytes": bytes,
        "batches": batches.iter().map(batch_facts).collect::<Vec<_>>(),
    });
    Told { words, facts }
}

fn one(journal: &SqliteJournal, batch: &BatchRecord, flags: &[Flag]) -> Result<Told, Failure> {
    let (attempts, reads) = journal.calls_of(batch.span)?;
    let mut words = format!("batch    {}\nbegun    {}\n", batch.id, batch.created_at.format("%Y-%m-%d %H:%M:%S UTC"));
    if let Some(end) = batch.finished_at {
        words.push_str(&format!("ended    {}\n", end.format("%Y-%m-%d %H:%M:%S UTC")));
    }
    for input in &batch.inputs {
        let sheet = input.sheet.as_ref().map_or_else(String::new, |sheet| format!(", sheet {sheet}"));
        words.push_str(&format!("input    {}\n", on_terminal(&format!("{}{sheet}", input.source))));
    }
    words.push_str(&format!("target   account {} on {}\n", batch.target.account, batch.target.host));
    words.push_str(&format!("rows     {}: {}\n", batch.tally.rows(), counts(&batch.tally)));
    words.push_str(&format!("calls    {attempts} to schedule, {reads} to read\n"));
    let (elapsed, quota_wait) = journal.time_spent(batch.span)?;
    if !elapsed.is_zero() {
        let has_quota = !Remembered::of(batch)?.send.quotas.is_empty();
        let waited = waiting(quota_wait, has_quota).unwrap_or_default();
        words.push_str(&format!("time     {} of sending{waited}\n", span_in_words(elapsed)));
    }
    if let Some(holder) = journal.at_work(batch) {
        words.push_str(&format!("next     wait: {holder} works on it just now\n"));
    } else if batch.has_rows_to_send {
        words.push_str(&format!("next     {}\n", in_journal(&format!("resume {}", batch.id), flags)));
    }
    let mut facts = batch_facts(batch);
    if let Value::Object(facts) = &mut facts {
        facts.insert("attempts".to_owned(), attempts.into());
        facts.insert("reads".to_owned(), reads.into());
        facts.insert("elapsed_seconds".to_owned(), elapsed.as_secs_f64().into());
        facts.insert("quota_wait_seconds".to_owned(), quota_wait.as_secs_f64().into());
    }
    Ok(Told { words, facts })
}

/// What became of the row at this place in all batches that have one, the earliest first.
fn row_of_all(journal: &SqliteJournal, place: &str) -> Result<Told, Failure> {
    let place = as_it_was(place);
    let mut met = Vec::new();
    for batch in journal.batches()?.into_iter().rev() {
        met.extend(Met::at(journal, batch, place)?);
    }
    told_of(place, &met, true)
        .ok_or_else(|| Failure::new("no-such-row", format!("no batch has a row \"{place}\"")).hint(A_PLACE))
}

fn row_of(journal: &SqliteJournal, batch: BatchRecord, place: &str) -> Result<Told, Failure> {
    let place = as_it_was(place);
    let missing = Failure::new("no-such-row", format!("batch {} has no row \"{place}\"", batch.id)).hint(A_PLACE);
    let met: Vec<_> = Met::at(journal, batch, place)?.into_iter().collect();
    told_of(place, &met, false).ok_or(missing)
}

/// A place as it was before a results file made sure that no spreadsheet program takes it for a formula.
fn as_it_was(place: &str) -> &str {
    if is_escaped(place) { &place[1..] } else { place }
}

/// A row in one batch.
struct Met {
    batch: BatchRecord,
    row: StoredRow,
    calls: Vec<CallRecord>,
}

impl Met {
    fn at(journal: &SqliteJournal, batch: BatchRecord, place: &str) -> Result<Option<Self>, Failure> {
        let mut found: Option<StoredRow> = None;
        journal.for_each_row(&batch, &mut |row| {
            if found.is_none() && row.place.to_string() == place {
                found = Some(row);
            }
            Ok::<(), JournalError>(())
        })?;
        let Some(row) = found else { return Ok(None) };
        let calls = journal.calls_of_row(&batch, row.ordinal)?;
        Ok(Some(Self { batch, row, calls }))
    }
}

/// Every attempt of a row, and how it ended the last time; `None` if nobody met it.
fn told_of(place: &str, met: &[Met], names_batches: bool) -> Option<Told> {
    let Met { row: latest, .. } = met.last()?;
    let name = |row: &StoredRow| row.campaign.as_ref().map_or("(no name)", |name| name.as_str()).to_owned();
    let mut words = format!("{}  \"{}\"\n", on_terminal(place), on_terminal(&name(latest)));
    let mut attempts = Vec::new();
    for Met { batch, row, calls } in met {
        if names_batches {
            // The sheet may have been sorted since, or a row left out.
            let other = if row.campaign == latest.campaign { None } else { Some(name(row)) };
            let other = other.map_or_else(String::new, |name| format!("  \"{}\"", on_terminal(&name)));
            words.push_str(&format!("batch {}{other}\n", batch.id));
        }
        for (number, call) in (1..).zip(calls) {
            words.push_str(&format!("  {}\n", call_in_words(number, call)));
        }
        if calls.is_empty() {
            words.push_str("  no call was made for it\n");
        }
        words.push_str(&format!("  {}\n", ending_in_words(row)));
        attempts.extend(calls.iter().map(|call| {
            json!({
                "batch": batch.id, "campaign": row.campaign, "granted_at": call.granted_at, "answered_at": call.answered_at,
                "http_status": call.http_status, "verdict": call.verdict, "message": call.message,
            })
        }));
    }
    let facts = json!({
        "source": place, "campaign": latest.campaign, "status": latest.status, "id": latest.id,
        "error": columns::error(latest), "calls": attempts,
    });
    Some(Told { words, facts })
}

/// How the row stands and why. The reason often begins with the status, which isn't said twice.
fn ending_in_words(row: &StoredRow) -> String {
    let error = columns::error(row);
    let details = on_terminal(error.as_deref().or(row.message.as_deref()).unwrap_or_default());
    let status = row.status.as_str();
    match details.strip_prefix(status).is_some_and(|rest| rest.starts_with(':')) {
        true => details.into_owned(),
        false if details.is_empty() => status.to_owned(),
        false => format!("{status}: {details}"),
    }
}

fn call_in_words(number: u32, call: &CallRecord) -> String {
    let left = call.granted_at.format("%Y-%m-%d %H:%M:%S%.3f UTC");
    let Some(answered) = call.answered_at else { return format!("call {number} left {left}; no answer yet") };
    let took = (answered - call.granted_at).num_milliseconds();
    let verdict = call.verdict.as_deref().unwrap_or("answered");
    let status = call.http_status.map_or_else(String::new, |status| format!(", HTTP {status}"));
    let message = on_terminal(call.message.as_deref().unwrap_or_default());
    format!("call {number} left {left}; {verdict} after {took} ms{status}: {message}")
}

fn batch_facts(batch: &BatchRecord) -> Value {
    let outcomes: serde_json::Map<String, Value> =
        Status::ALL.into_iter().map(|status| (status.as_str().to_owned(), batch.tally.of(status).into())).collect();
    json!({
        "batch": batch.id, "kind": batch.kind, "created_at": batch.created_at, "finished_at": batch.finished_at,
        "host": batch.target.host, "account": batch.target.account, "stream": batch.target.stream,
        "inputs": batch.inputs, "rows": batch.tally.rows(), "outcomes": outcomes,
        "missing_from_sheet": batch.missing_from_sheet, "has_rows_to_send": batch.has_rows_to_send,
    })
}
