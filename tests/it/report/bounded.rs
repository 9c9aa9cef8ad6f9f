//! What is written from the journal takes no more memory for many rows than for some. For a hundred
//! thousand: `CAMPAIGN_SCHEDULER_ROWS=100000 cargo test --all-features bounded -- --nocapture`.
//!
//! The command runs in a process of its own, which is this test once more: so it can ask the kernel
//! for its own peak when it is done, and nothing is missed.

use std::path::Path;
use std::process::Command;

use campaign_scheduler::clock::{Clock, SystemClock};
use campaign_scheduler::journal::{
    AnswerRecord, CallNumber, Grant, IfBusy, Journal, QueuedRow, RowChange, SqliteJournal, Step, Turn,
};
use campaign_scheduler::model::{CampaignId, Status, Target};

use crate::cli::{ended, program};

/// Names the folder of the batch to the process that is measured.
const CHILD: &str = "CAMPAIGN_SCHEDULER_TEST_BOUNDED";
/// This test, as the harness calls it.
const NAME: &str = "report::bounded::many_rows_take_no_more_memory_than_some";
/// Beyond what is kept of causes, notes and lines of the timeline.
const SOME: u32 = 5_000;
/// Unless the environment wants another number. Enough that half a MiB, by which a peak differs from one run to the next on
/// a busy machine, is little beside what the rows may add.
const MANY: u32 = 45_000;
/// What a row may add to the memory of a command, as the reader has it too.
const BYTES_A_ROW: u64 = 32;

#[test]
fn many_rows_take_no_more_memory_than_some() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return write_and_say(Path::new(&folder));
    }
    if !cfg!(target_os = "linux") {
        eprintln!("SKIPPED: only Linux tells a process its peak memory");
        return;
    }
    let many = std::env::var("CAMPAIGN_SCHEDULER_ROWS").map_or(MANY, |rows| rows.parse().unwrap());
    let [few, peak] = [SOME, many].map(peak_in_bytes);
    let (grown, rows) = (peak.saturating_sub(few), u64::from(many - SOME));
    eprintln!("{SOME} rows: {few} bytes; {many} rows: {peak} bytes; {} a row", grown / rows);
    assert!(grown <= BYTES_A_ROW * rows, "{} bytes a row", grown / rows);
}

/// The peak memory of `report`, which writes every format.
fn peak_in_bytes(rows: u32) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    make_batch(folder.path(), rows);
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture", "--test-threads=1"])
        .env(CHILD, folder.path())
        .env("XDG_STATE_HOME", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    assert!(child.status.success(), "{said}{}", String::from_utf8_lossy(&child.stderr));
    let lines = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap().lines().count();
    assert_eq!(lines("r.csv"), 1 + rows as usize, "{said}");
    assert_eq!(lines("rejects.csv"), 2 + rows as usize / 2, "half are invalid, and one failed: {said}");
    assert!(folder.path().join("r.xlsx").is_file() && folder.path().join("r.html").is_file(), "{said}");
    let peak = said.lines().find_map(|line| line.split_once("VmHWM:")).unwrap_or_else(|| panic!("no peak: {said}")).1;
    peak.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

/// The process that is measured.
#[expect(clippy::print_stdout, reason = "the process that waits reads it")]
fn write_and_say(folder: &Path) {
    let path = |name: &str| folder.join(name).into_os_string();
    let batch = std::fs::read_to_string(folder.join("batch")).unwrap();
    let mut line: Vec<_> = ["campaign-scheduler", "report", &batch].map(Into::into).to_vec();
    let files = [
        ("--journal", "j.db"),
        ("--results", "r.csv"),
        ("--results", "r.xlsx"),
        ("--rejects", "rejects.csv"),
        ("--report", "r.html"),
    ];
    files.into_iter().for_each(|(flag, name)| line.extend([flag.into(), path(name)]));
    campaign_scheduler::cli::main(line);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("\n{}", status.lines().find(|line| line.starts_with("VmHWM:")).unwrap());
}

/// A batch of so many rows: half of them invalid, each in words of its own, and all others sent.
fn make_batch(folder: &Path, rows: u32) {
    let mut sheet = "campaign_name,start,end,interval,note\n".to_owned();
    for row in 0..rows {
        let start = if row.is_multiple_of(2) { "2037-02-31 09:00" } else { "2037-01-10 09:00" };
        sheet.push_str(&format!("Campaign {row},{start},2038-01-10,{},note {row}\n", 1 + row % 900));
    }
    std::fs::write(folder.join("q.csv"), sheet).unwrap();
    // Nobody listens on this port: the first row fails, and that ends the batch.
    let stop = ["--host", "http://127.0.0.1:1", "--retries", "0", "--max-failures", "0", "--concurrency", "1"];
    let mut run = program(folder);
    run.args(["run", "q.csv", "--journal", "j.db", "--results", "first.csv", "--format", "json"]).args(stop);
    run.args(["--stream-id", "st-1", "--account-id", "a-1", "--client-id", "c-1"]).env("KORE_CLIENT_SECRET", "s");
    let said = ended(&mut run);
    assert_eq!(said.code, Some(3), "{}{}", said.stdout, said.stderr);
    let summary: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    std::fs::write(folder.join("batch"), summary["batch"].as_str().unwrap()).unwrap();
    send_the_rest(&folder.join("j.db"));
}

/// What a platform that accepts everything would leave in the journal.
fn send_the_rest(path: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let now = runtime.block_on(async { SystemClock::start().wall() });
    let mut journal = SqliteJournal::open(path, "test", IfBusy::Refuse, || now).unwrap();
    let batch = journal.batches().unwrap().remove(0);
    let mut after = Turn(0);
    loop {
        let queued = journal.next_rows(batch.span, after, 2_000).unwrap();
        let Some(last) = queued.last() else { break };
        after = last.turn;
        send(&mut journal, &batch.target, &queued, now);
    }
}

fn send(journal: &mut SqliteJournal, target: &Target, queued: &[QueuedRow], now: chrono::DateTime<chrono::Utc>) {
    let span = campaign_scheduler::journal::Span { batch: queued[0].number.0 >> 32 };
    let before = journal.last_call().unwrap().0;
    let numbered = || (before + 1..).map(CallNumber).zip(queued);
    let grants = numbered().map(|(call, row)| Grant { call, row: Some(row.number), granted_at: now }).collect();
    journal.commit(span, target, &Step { grants, ..Step::default() }).unwrap();
    let answers = numbered().map(|(call, _)| AnswerRecord {
        call,
        answered_at: now,
        http_status: Some(200),
        verdict: "accepted".into(),
        message: "Campaign scheduled".to_owned(),
    });
    let changes = queued.iter().map(|row| RowChange {
        number: row.number,
        has_followers: false,
        status: Status::Scheduled,
        in_doubt: false,
        attempts: 1,
        id: Some(CampaignId::new(format!("cd-{}", row.number.ordinal()))),
        message: Some("Campaign scheduled".to_owned()),
        error: None,
        http_status: Some(200),
        submitted_at: Some(now),
        finished_at: Some(now),
        effect: None,
    });
    let step = Step { answers: answers.collect(), changes: changes.collect(), ..Step::default() };
    journal.commit(span, target, &step).unwrap();
}
