//! What makes a batch: a run, and an undo.

use std::collections::{HashMap, HashSet};

use campaign_scheduler::cli::batch::read_into;
use campaign_scheduler::clock::Clock;
use campaign_scheduler::journal::{BatchKind, NewBatch, SqliteJournal, StoredRow};
use campaign_scheduler::model::{BatchId, Schedule, SendSettings, Status};
use campaign_scheduler::reader::ReadOptions;

use super::sheet::Line;
use super::{Batch, House, rows_of};
use crate::engine::rig::target;
use crate::histories::world::Call;

impl House {
    pub(super) async fn run(&mut self, settings: SendSettings) {
        let index = self.batches.len();
        let id = BatchId::new(format!("b{index}"));
        let input = self.write_sheet();
        let options = ReadOptions {
            timezone: Some(chrono_tz::UTC),
            default_stream: Some(target().stream),
            allow_past_start: settings.allow_past_start,
            ..ReadOptions::default()
        };
        let mut journal = self.journal();
        let now = self.clock.wall();
        let mut intake = journal
            .begin(NewBatch {
                id: id.clone(),
                kind: BatchKind::Run,
                target: target(),
                remembered: "{}".to_owned(),
                sending: settings.clone(),
                now,
            })
            .unwrap();
        read_into(&mut intake, &[input], &options, now).unwrap();
        intake.seal().unwrap();
        self.say(format_args!("run {id}: {settings:?} of {:?}", self.sheet));
        let lines = self.sheet.clone();
        self.begin(journal, id, settings, lines).await;
    }

    /// Takes note of a sealed batch, and sits down to it.
    pub(super) async fn begin(
        &mut self,
        journal: SqliteJournal,
        id: BatchId,
        settings: SendSettings,
        lines: Vec<Line>,
    ) {
        let index = self.batches.len();
        let rows = rows_of(&journal, &id).1;
        self.check_reading(&settings, &lines, &rows);
        for batch in &mut self.batches {
            batch.open.retain(|campaign| !lines.iter().any(|line| line.campaign == *campaign));
        }
        let is_sent = !(settings.all_or_nothing && rows.iter().any(|row| row.status == Status::Invalid));
        let pending = rows.iter().filter(|row| row.status == Status::Pending && is_sent);
        let open = pending.map(|row| row.campaign.as_ref().unwrap().to_string()).collect();
        let born_in_doubt = rows
            .iter()
            .filter(|row| {
                let known = row.campaign.as_ref().and_then(|campaign| self.known.get(&campaign.to_string()));
                known.zip(row.schedule).is_some_and(|(known, schedule)| known.may_be_in_doubt(schedule))
            })
            .map(|row| row.campaign.as_ref().unwrap().to_string())
            .collect();
        self.batches.push(Batch {
            id,
            settings: settings.clone(),
            lines,
            places: rows.iter().map(|row| row.place.row).collect(),
            looked_at: HashSet::new(),
            doubted_since: HashSet::new(),
            open,
            never_left: HashMap::new(),
            born_in_doubt,
            retried: HashSet::new(),
            wishes: rows.iter().map(|row| (row.campaign.as_ref().unwrap().to_string(), row.schedule)).collect(),
            forgotten: None,
        });
        let cut = self.cut();
        self.sit(index, journal, settings, cut).await;
    }

    /// Disables what a batch enabled.
    pub(super) async fn undo(&mut self, undone: usize) {
        let mut journal = self.journal();
        let (record, rows) = rows_of(&journal, &self.batches[undone].id);
        let spared = journal.spared_by_undo(record.span).unwrap();
        let settings = SendSettings { preflight: false, ..self.settings() };
        let id = BatchId::new(format!("b{}", self.batches.len()));
        let new = NewBatch {
            id: id.clone(),
            kind: BatchKind::Undo,
            target: target(),
            remembered: "{}".to_owned(),
            sending: settings.clone(),
            now: self.clock.wall(),
        };
        let mut intake = journal.begin(new).unwrap();
        intake.add_undo_of(&record).unwrap();
        intake.seal().unwrap();
        let name = |row: &StoredRow| row.campaign.as_ref().unwrap().to_string();
        let undoing = rows_of(&journal, &id).1;
        let lines: Vec<_> = undoing.iter().map(|row| Line { campaign: name(row), day: None, broken: false }).collect();
        self.say(format_args!("undo {} as {id}: {lines:?}, {spared} spared", self.batches[undone].id));
        {
            let calls = self.world.calls.lock().unwrap();
            // A disable that nobody heard of is no change to be spared: it is made again.
            let is_settled = |call: &Call| {
                let Batch { id, forgotten, .. } = &self.batches[call.batch];
                let later = forgotten.clone().unwrap_or_else(|| rows_of(&journal, id).1);
                later.iter().any(|row| name(row) == call.campaign && row.status == Status::Disabled)
            };
            let is_changed_later = |campaign: &str| {
                calls
                    .iter()
                    .filter(|call| call.batch > undone && call.campaign == campaign && call.took_effect)
                    .any(|call| call.schedule != Schedule::Disable || is_settled(call))
            };
            let is_called_later = |campaign: &str| {
                self.may_have_left_later(undone, campaign)
                    || calls.iter().any(|call| call.batch > undone && call.campaign == campaign)
            };
            for line in &lines {
                let stands =
                    rows.iter().any(|row| name(row) == line.campaign && row.schedule != Some(Schedule::Disable));
                assert!(stands, "{line:?} undoes nothing");
                assert!(!is_changed_later(&line.campaign), "{line:?} was changed since, and is not spared");
            }
            for row in rows.iter().filter(|row| row.status == Status::Scheduled && !is_called_later(&name(row))) {
                let is_undone = lines.iter().any(|line| line.campaign == name(row));
                // What a look of a later batch said of the campaign counts as a change too.
                let is_seen_later = self.batches[undone + 1..].iter().any(|batch| batch.looked_at.contains(&name(row)));
                assert!(is_undone || is_seen_later, "{} is not undone", name(row));
            }
        }
        // Nothing of it is sent any more.
        self.batches[undone].open.clear();
        self.begin(journal, id, settings, lines).await;
    }
}
