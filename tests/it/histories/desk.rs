//! Reads sheets into a journal and writes their files again, without sending anything.

use std::path::{Path, PathBuf};

use campaign_scheduler::cli::batch::{read_into, write_files};
use campaign_scheduler::cli::settings::OutSettings;
use campaign_scheduler::clock::Clock;
use campaign_scheduler::journal::{BatchKind, JournalError, NewBatch};
use campaign_scheduler::model::{BatchId, CampaignKey, Ending, RowKey, SendSettings};
use campaign_scheduler::reader::{Input, ReadOptions};

use crate::engine::rig::{Rig, target};

/// What the journal knows of a row after reading.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    /// The campaign; empty where there is none.
    pub(crate) campaign: String,
    /// What it means; `None` if it is invalid.
    pub(crate) key: Option<[u8; 16]>,
    /// What is wrong with it.
    pub(crate) codes: Vec<&'static str>,
}

/// A batch that was read, and its files.
pub(crate) struct Read {
    pub(crate) rows: Vec<Told>,
    /// Results as CSV and as XLSX, then rejects as CSV and as XLSX.
    pub(crate) files: Vec<PathBuf>,
}

/// A folder with a journal.
pub(crate) struct Desk {
    rig: Rig,
    batches: u32,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { rig: Rig::new(), batches: 0 }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.rig.folder.path()
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Reads these files as one batch and writes results and rejects of both kinds.
    pub(crate) fn read(&mut self, paths: &[&Path]) -> Read {
        self.batches += 1;
        let now = self.rig.clock.wall();
        let mut journal = self.rig.journal();
        let sending = SendSettings::default();
        let id = BatchId::new(format!("b{}", self.batches));
        let batch = NewBatch { id, kind: BatchKind::Run, target: target(), remembered: "{}".to_owned(), sending, now };
        let mut intake = journal.begin(batch).unwrap();
        let inputs: Vec<_> = paths.iter().map(|path| Input::File(path.to_path_buf())).collect();
        read_into(&mut intake, &inputs, &ReadOptions::default(), now).unwrap();
        intake.seal().unwrap();
        let record = journal.batches().unwrap().remove(0);
        let mut rows = Vec::new();
        journal
            .for_each_row(&record, &mut |row| {
                let target = target();
                let campaign = row.campaign.as_ref();
                let key = campaign.zip(row.schedule.as_ref()).filter(|_| row.problems.is_empty());
                let key = key.map(|(campaign, schedule)| {
                    let campaign = CampaignKey::new(&target.host, &target.account, &row.stream, campaign);
                    *RowKey::new(&campaign, schedule).as_bytes()
                });
                rows.push(Told {
                    campaign: campaign.map(ToString::to_string).unwrap_or_default(),
                    key,
                    codes: row.problems.iter().map(|problem| problem.code.as_str()).collect(),
                });
                Ok::<(), JournalError>(())
            })
            .unwrap();
        let folder = self.folder();
        let file = |name: &str| folder.join(format!("{}.{name}", self.batches));
        let mut out = OutSettings::default();
        out.results = vec![file("results.csv"), file("results.xlsx")];
        let mut files = out.results.clone();
        for rejects in [file("rejects.csv"), file("rejects.xlsx")] {
            out.rejects = Some(rejects.clone());
            let written =
                write_files(&journal, &record, &out, &SendSettings::default(), (Ending::Finished, now)).unwrap();
            assert!(written.failures.is_empty(), "{:?}", written.failures);
            files.push(rejects);
        }
        Read { rows, files }
    }
}
