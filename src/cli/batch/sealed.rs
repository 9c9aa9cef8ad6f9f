//! A sealed batch: its rows are in the journal; what an earlier sitting sent is settled, or known to be in doubt.

use std::path::PathBuf;

use crate::cli::arguments::Format;
use crate::cli::settings::OutSettings;
use crate::journal::BatchRecord;
use crate::model::SendSettings;
use crate::progress::Watchers;
use crate::reader::InputHeader;
use crate::report::summary::Flag;

/// A batch that is to be sent, with all that it takes.
pub struct Batch {
    /// The batch.
    pub record: BatchRecord,
    /// What is to be done with it.
    pub work: Work,
    /// How it is sent.
    pub send: SendSettings,
    /// What is written where.
    pub out: OutSettings,
    /// The inputs as given; after `resume`, if they are still there.
    pub inputs: Vec<PathBuf>,
    /// The headers of the inputs; empty after `resume`.
    pub headers: Vec<InputHeader>,
    /// The flags as given.
    pub flags: Vec<Flag>,
    /// Those with which `run` reads the inputs as they were read.
    pub flags_of_run: Vec<Flag>,
    /// Of an undo: campaigns that were spared.
    pub spared: Option<u64>,
    /// Of an undo: rows of its batch that were still to be sent.
    pub withdrawn: u64,
    /// Who watches.
    pub watchers: Watchers,
    /// What stdout gets at the end.
    pub format: Format,
}

/// What is to be done with a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Send what waits; look before and read back afterwards if the settings say so.
    Send {
        /// Rows that wait for a grant.
        to_send: u64,
        /// Rows that this command has settled without a call.
        settled: usize,
        /// It goes on with a batch of before, so that having nothing to do is no news of its rows.
        is_resumed: bool,
    },
    /// Read back alone.
    Verify,
}

impl Work {
    /// A batch was to be gone on with that had no row left to send.
    pub(super) const fn is_nothing(self) -> bool {
        matches!(self, Self::Send { to_send: 0, settled: 0, is_resumed: true })
    }

    /// Whether the campaigns are to be read back, if what came before lets it follow. The simulator
    /// of a rehearsal that is gone on with has never heard of what was sent before.
    pub(super) fn reads_back(self, batch: &Batch) -> bool {
        match self {
            Self::Verify => true,
            Self::Send { is_resumed, .. } => {
                let is_gone = is_resumed && batch.record.target.host.is_simulated();
                batch.send.verify && !self.is_nothing() && !is_gone
            }
        }
    }
}
