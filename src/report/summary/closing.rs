//! What a summary is made of.

use std::path::PathBuf;

use super::Summary;
use super::flag::Flag;
use crate::model::{CampaignName, Delivery, Ending};
use crate::report::Written;
use crate::report::causes::Causes;

/// Calls that were made for a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallCount {
    /// Those that were to schedule a row.
    pub attempts: u64,
    /// Those that only read.
    pub reads: u64,
}

/// All that the summary tells.
#[derive(Debug)]
pub struct Closing<'a> {
    /// The accounts.
    pub summary: &'a Summary,
    /// Of the summary's calls, those of sittings before this one: the time that is told is of this one alone.
    pub earlier: CallCount,
    /// How the batch ended.
    pub ending: Ending,
    /// What did not make it.
    pub causes: &'a Causes,
    /// Whether the campaigns were read back just now, so that to do so again would show the same.
    pub was_read_back: bool,
    /// Whether they were to be read back, and the sitting ended before they were.
    pub is_to_be_read_back: bool,
    /// Whether a row that failed or is unknown could still be sent: none whose start is past can.
    pub can_try_again: bool,
    /// How often a call may leave for one that may have arrived.
    pub delivery: Delivery,
    /// The first of the campaigns that are no longer in the sheet.
    pub missing: Vec<CampaignName>,
    /// Whether the calls had a quota to wait for.
    pub has_quota: bool,
    /// Where the calls went, for people: `account a-1 on https://platform.kore.ai`.
    pub target: String,
    /// True if nothing real was scheduled: the embedded simulator answered.
    pub simulated: bool,
    /// The inputs as given; empty where they aren't there any more.
    pub inputs: Vec<PathBuf>,
    /// True if all rows come from one sheet, so that its cells need no more than their names.
    pub is_one_sheet: bool,
    /// The flags as given, for the commands that come next.
    pub flags: Vec<Flag>,
    /// Those with which `run` reads the inputs as they were read: the same, but after `resume` and the like.
    pub flags_of_run: Vec<Flag>,
    /// The results files.
    pub results: Vec<Written>,
    /// The rejects file, if one was asked for.
    pub rejects: Option<Written>,
    /// The HTML report, if one was asked for.
    pub report: Option<Written>,
    /// The journal.
    pub journal: PathBuf,
}
