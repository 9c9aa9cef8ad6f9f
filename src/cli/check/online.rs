//! `check --online`: what the platform says of every row, from one listing of its campaigns.
//!
//! The findings are those of `run --preflight`. Its reads pay quota like all calls, so they are
//! written to the journal, as calls of no batch.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::{Checker, Late};
use crate::cli::batch::{
    Connected, Destination, cell_of_campaign, new_batch_id, open_or_make_journal, runtime, spectators,
};
use crate::cli::error::Failure;
use crate::cli::settings::Settings;
use crate::cli::signals::BeforeSending;
use crate::clock::Clock;
use crate::dispatch::{Catalogue, ReadJob, list, outlook};
use crate::journal::{Span, SqliteJournal};
use crate::model::quota::Outlook;
use crate::model::{CampaignName, Ending, Moment, StreamId, Target};

/// Whom to ask.
pub(super) struct Online {
    destination: Destination,
    /// Where the campaigns are.
    pub(super) target: Target,
}

/// What came of it.
pub(super) struct Asked {
    /// What the platform says of the rows, in their order.
    pub(super) late: Vec<Late>,
    /// What a forecast of the calls starts from, and when.
    pub(super) outlook: Outlook,
    pub(super) begin: Moment,
}

impl Online {
    /// Where the settings say; a rehearsal is at a target of its own.
    ///
    /// # Errors
    /// If target or credentials are missing.
    pub(super) fn of(settings: &Settings, now: DateTime<Utc>) -> Result<Self, Failure> {
        let destination = Destination::of(settings)?;
        let target = destination.target(&new_batch_id(now));
        Ok(Self { destination, target })
    }

    /// Asks the platform for the campaigns of all rows.
    ///
    /// # Errors
    /// If the journal or the platform can't be used.
    pub(super) fn ask(
        self,
        settings: &Settings,
        checker: &mut Checker,
        signals: BeforeSending,
        clock: &Arc<dyn Clock>,
    ) -> anyhow::Result<Asked> {
        let Self { destination, target } = self;
        let runtime = runtime()?;
        runtime.block_on(async {
            let journal = open_or_make_journal(&settings.out, settings.send.wait, "check --online", &**clock)?;
            let connected = destination.connect(&target, settings, clock).await?;
            let streams = streams(checker, &target.stream, &connected)?;
            let mut watchers = spectators(&settings.out, clock);
            let (settings_of_reads, gate) = (settings.send.clone(), connected.gate.clone());
            let job = ReadJob { span: Span::OUTSIDE, target: target.clone(), settings: settings_of_reads, gate };
            let journal: Arc<Mutex<SqliteJournal>> = Arc::new(Mutex::new(journal));
            let platform = Arc::clone(&connected.platform);
            let mut emit = |event| watchers.observe(&event);
            let mut signals = signals.end();
            let (shared, time) = (Arc::clone(&journal), Arc::clone(clock));
            let (listed, account) = list(job, streams, shared, platform, time, &mut signals, &mut emit).await;
            match listed {
                Ok(catalogue) => {
                    let late = look_up(checker, &target.stream, &catalogue)?;
                    let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
                    let outlook = outlook(&mut *journal, &settings.send, &target, clock).map_err(Failure::from)?;
                    Ok(Asked { late, outlook, begin: clock.now() })
                }
                Err(ending) => {
                    let why = account.said.or_else(|| account.journal_error.map(|error| error.to_string()));
                    Err(not_asked(ending, why).into())
                }
            }
        })
    }
}

/// The streams that the rows name.
fn streams(checker: &mut Checker, default: &StreamId, connected: &Connected) -> io::Result<Vec<StreamId>> {
    let mut streams = BTreeSet::new();
    let mut waiting = checker.spool.read()?;
    while let Some(row) = waiting.next_row()? {
        let Some(campaign) = row.campaign.take() else { continue };
        let stream = row.stream.take().unwrap_or_else(|| default.to_string());
        connected.make_known(&StreamId::new(stream.as_str()), &CampaignName::new(campaign));
        streams.insert(stream);
    }
    Ok(streams.into_iter().map(StreamId::new).collect())
}

fn look_up(checker: &mut Checker, default: &StreamId, catalogue: &Catalogue) -> io::Result<Vec<Late>> {
    let mut late = Vec::new();
    let Checker { spool, headers, .. } = checker;
    let mut waiting = spool.read()?;
    let mut rows = 0..;
    while let (Some(row), Some(number)) = (waiting.next_row()?, rows.next()) {
        let Some(campaign) = row.campaign.take().map(CampaignName::new) else { continue };
        let stream = row.stream.take().map_or_else(|| default.clone(), StreamId::new);
        let cell = cell_of_campaign(headers, row.input, row.row);
        let found = catalogue.findings(&stream, &campaign, cell).into_iter();
        late.extend(found.map(|found| Late::Platform {
            row: number,
            is_problem: found.is_problem,
            finding: found.finding,
        }));
    }
    Ok(late)
}

/// The platform couldn't be asked, so there is nothing to say about the sheet.
fn not_asked(ending: Ending, why: Option<String>) -> Failure {
    let why = why.map(|why| format!(" ({why})")).unwrap_or_default();
    let message = format!("the platform's campaigns could not be listed: {ending}{why}");
    let failure = match ending {
        Ending::Stopped(reason) => {
            let hint = reason.hint().replace("then go on", "then check again").replace("go on", "check again");
            Failure::new("not-asked", message).hint(format!("{hint}, or check without --online"))
        }
        Ending::Signalled(_) | Ending::Finished => Failure::new("stopped", message).hint("run it again"),
    };
    failure.exits(ending.exit_code(&crate::model::Tally::default()))
}
