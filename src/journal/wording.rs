//! What the journal itself says in `result_error`: rows that nobody settled in so many words.

use super::record::{BatchKind, BatchRecord, Later};
use crate::model::{Finding, Status};

pub(super) const KILLED_AT_MOST_ONCE: &str = "unknown: the program ended while a call of this row was out, and the call \
may have arrived; look at the campaign on the platform, or settle it with `campaign-scheduler verify`";

pub(super) const UNKNOWN_BEFORE: &str = "unknown: an earlier call for this very schedule may have arrived, and delivery is \
at-most-once; settle it with `campaign-scheduler verify`, or run with --delivery at-least-once to send it again";

pub(super) const ALL_OR_NOTHING: &str = "pending: other rows have problems, and --all-or-nothing sends nothing then; \
mend them and run the sheet again";

/// The error of a row whose call is in doubt and that it is too late to send again.
pub(super) fn unknown_and_late(untimely: &[Finding]) -> String {
    let why: Vec<_> = untimely.iter().map(|finding| finding.message.as_str()).collect();
    format!(
        "unknown: an earlier call for this very schedule may have arrived, and it is not sent again: {}; \
         settle it with `campaign-scheduler verify`, or choose a later start",
        why.join(", ")
    )
}

impl Later {
    /// What became of a row that had ended so, and what to do.
    pub fn told(&self, status: Status) -> String {
        let Some(batch) = &self.batch else {
            return "a later batch, forgotten since, took this row over; run the sheet again to see how it stands"
                .to_owned();
        };
        match (self.is_undo, status) {
            (true, Status::Pending) => {
                format!("the undo {batch} came before this row was done; run the sheet again to send it")
            }
            (true, Status::Rejected | Status::Failed) => {
                format!("the undo {batch} came after it; run the sheet again to send it")
            }
            (false, Status::Pending) => {
                format!("batch {batch} asks for this campaign too; look at the results of that batch")
            }
            _ => format!("batch {batch} took this row over, so look at the results of that batch"),
        }
    }
}

/// What is told of a row that is still pending.
pub(super) struct Waiting<'row> {
    pub(super) batch: &'row BatchRecord,
    pub(super) in_doubt: bool,
    pub(super) taken_over_by: Option<&'row Later>,
    /// Who works on the batch just now.
    pub(super) at_work: Option<&'row str>,
    /// Calls made for it.
    pub(super) attempts: u32,
    /// What the last of them came back with.
    pub(super) message: Option<&'row str>,
}

/// The error of a row that is still pending.
pub(super) fn pending(row: &Waiting<'_>) -> String {
    if let Some(later) = row.taken_over_by {
        return format!("taken-over: {}", later.told(Status::Pending));
    }
    if let Some(holder) = row.at_work {
        return format!("pending: {holder} works on the batch just now; wait until it has ended");
    }
    let before = if row.in_doubt {
        "while a call of this row may have arrived".to_owned()
    } else if row.attempts > 0 {
        let said = row.message.unwrap_or("nothing came back");
        format!("before this row was tried again, and its last call took no effect ({said})")
    } else {
        "before this row was sent".to_owned()
    };
    // Without its name, another batch might be gone on with. The sheet would enable again what an undo is to disable,
    // and what a simulator held ended with its run.
    let go_on = format!("go on with `campaign-scheduler resume {}`", row.batch.id);
    let what_to_do = match row.batch.kind {
        BatchKind::Run if row.batch.target.host.is_simulated() => "run the sheet again".to_owned(),
        BatchKind::Run => format!("{go_on}, or run the sheet again"),
        BatchKind::Undo => go_on,
    };
    format!("pending: the batch stopped {before}; {what_to_do}")
}
