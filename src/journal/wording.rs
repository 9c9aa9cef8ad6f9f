//! What the journal itself says in `result_error`: rows that nobody settled in so many words.

use crate::model::Finding;

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
         settle it with `campaign-scheduler verify`",
        why.join(", ")
    )
}

/// The error of a row that is still pending.
pub(super) fn pending(in_doubt: bool, taken_over_by: Option<&str>) -> String {
    match (taken_over_by, in_doubt) {
        (Some(batch), _) => {
            format!("taken-over: batch {batch} asks for this campaign too; look at the results of that batch")
        }
        (None, true) => "pending: the batch stopped while a call of this row may have arrived; go on with \
                         `campaign-scheduler resume`, or run the sheet again"
            .to_owned(),
        (None, false) => {
            "pending: the batch stopped before this row was sent; go on with `campaign-scheduler resume`, \
                          or run the sheet again"
                .to_owned()
        }
    }
}
