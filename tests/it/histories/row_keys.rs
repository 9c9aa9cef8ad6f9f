//! Promise 9: a row means the same wherever it stands, and when it comes back from a results or
//! rejects file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use campaign_scheduler::cli::batch::{read_into, write_files};
use campaign_scheduler::cli::settings::OutSettings;
use campaign_scheduler::clock::Clock;
use campaign_scheduler::journal::{BatchKind, JournalError, NewBatch};
use campaign_scheduler::model::{BatchId, CampaignKey, Ending, RowKey, SendSettings};
use campaign_scheduler::reader::{Input, ReadOptions};
use tokio::sync::mpsc;

use crate::engine::rig::{Rig, target};

const NAMES: [&str; 14] = [
    "Spring",
    "Frühling | EU",
    "=SUM(A1)",
    "'quoted",
    "''=twice",
    "+49 call",
    "-5",
    "+3.2",
    "@home",
    "a;b",
    "say \"hi\"",
    "a, b",
    "\u{202a}odd",
    "0042",
];
const STARTS: [&str; 6] =
    ["2030-01-10 09:00", "2030-01-10", "27/01/2030", "3 Feb 2030 2:30 pm", "2030-01-10T09:00:00", "03.02.2030 08:00"];
const INTERVALS: [&str; 7] = ["1", "2.0", "daily", "weekly", "every 2 weeks", "Mon/Wed/Fri", "weekends"];

#[derive(Debug, Clone)]
struct Line {
    name: String,
    start: usize,
    interval: usize,
}

type Keys = BTreeMap<String, [u8; 16]>;

struct Desk {
    rig: Rig,
    batches: u32,
}

impl Desk {
    fn sheet(&self, lines: &[Line]) -> PathBuf {
        let mut text = "Notes,Campaign,Start,End,Repeat every\n".to_owned();
        for line in lines {
            let name = line.name.replace('"', "\"\"");
            let (start, interval) = (STARTS[line.start], INTERVALS[line.interval]);
            text.push_str(&format!("=note,\"{name}\",{start},2031-06-30 18:00,{interval}\n"));
        }
        let path = self.rig.folder.path().join("sheet.csv");
        std::fs::write(&path, text).unwrap();
        path
    }

    /// What the rows of this file mean; writes results and rejects of both kinds.
    fn keys(&mut self, path: &Path) -> (Keys, Vec<PathBuf>) {
        self.batches += 1;
        let now = self.rig.clock.wall();
        let mut journal = self.rig.journal();
        let sending = SendSettings::default();
        let id = BatchId::new(format!("b{}", self.batches));
        let batch = NewBatch { id, kind: BatchKind::Run, target: target(), remembered: "{}".to_owned(), sending, now };
        let (_keep, mut signals) = mpsc::channel(1);
        let mut intake = journal.begin(batch).unwrap();
        read_into(&mut intake, &[Input::File(path.to_owned())], &ReadOptions::default(), now, &mut signals).unwrap();
        intake.seal().unwrap();
        let record = journal.batches().unwrap().remove(0);
        let mut keys = Keys::new();
        journal
            .for_each_row(&record, &mut |row| {
                let (target, campaign) = (target(), row.campaign.unwrap());
                let key = CampaignKey::new(&target.host, &target.account, &row.stream, &campaign);
                let schedule = row.schedule.unwrap_or_else(|| panic!("{campaign}: {:?}", row.error));
                keys.insert(campaign.to_string(), *RowKey::new(&key, &schedule).as_bytes());
                Ok::<(), JournalError>(())
            })
            .unwrap();
        let folder = self.rig.folder.path();
        let file = |name: &str| folder.join(format!("{}.{name}", self.batches));
        let mut out = OutSettings::default();
        out.results = vec![file("results.csv"), file("results.xlsx")];
        let mut written = out.results.clone();
        for rejects in [file("rejects.csv"), file("rejects.xlsx")] {
            out.rejects = Some(rejects.clone());
            let files = write_files(&journal, &record, &out, &SendSettings::default(), Ending::Finished).unwrap();
            assert!(files.failures.is_empty(), "{:?}", files.failures);
            written.push(rejects);
        }
        (keys, written)
    }
}

fn play(seed: u64) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut desk = Desk { rig: Rig::new(), batches: 0 };
    let mut names = NAMES.to_vec();
    rng.shuffle(&mut names);
    let mut line = |name: &str| Line {
        name: name.to_owned(),
        start: rng.usize(0..STARTS.len()),
        interval: rng.usize(0..INTERVALS.len()),
    };
    let mut lines: Vec<Line> = names[..10].iter().map(|name| line(name)).collect();
    let added: Vec<Line> = names[10..].iter().map(|name| line(name)).collect();
    let sheet = desk.sheet(&lines);
    let (before, written) = desk.keys(&sheet);
    assert_eq!(before.len(), lines.len());
    for path in written {
        let (again, written) = desk.keys(&path);
        assert_eq!(again, before, "seed {seed}: {} fed back", path.display());
        let (twice, _) = desk.keys(&written[usize::from(seed.is_multiple_of(2))]);
        assert_eq!(twice, before, "seed {seed}: {} fed back twice", path.display());
    }
    rng.shuffle(&mut lines);
    lines[0].interval = (lines[0].interval + 3) % INTERVALS.len();
    let mended = lines[0].name.clone();
    for line in added {
        lines.insert(rng.usize(0..=lines.len()), line);
    }
    let sheet = desk.sheet(&lines);
    let (after, _) = desk.keys(&sheet);
    for (campaign, key) in &before {
        let is_same = after[campaign] == *key;
        assert_eq!(
            is_same,
            *campaign != mended,
            "seed {seed}: {campaign} after inserting, sorting and mending {mended}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn row_keys_survive_sorting_inserting_mending_and_the_way_through_results() {
    (0..3).for_each(play);
}
