//! What becomes of a row when it is taken in: by what the journal knows of its campaign, and by the table of
//! transitions.

use rusqlite::{OptionalExtension, Statement};

use super::NewBatch;
use super::entry::{Entry, Meaning};
use crate::journal::stored::{findings_as_json, in_words, to_micros};
use crate::journal::{JournalError, wording};
use crate::model::transition::{Arrival, LastEffect};
use crate::model::{CampaignKey, RowKey, Status};

/// The last thing that may have taken effect for a campaign.
#[derive(Debug, Default)]
pub(in crate::journal) struct Known {
    pub(in crate::journal) last: Option<LastEffect>,
    platform_id: Option<String>,
}

/// What is known of the campaign that a row names.
pub(in crate::journal) fn known(look_up: &mut Statement<'_>, meaning: &Meaning) -> Result<Known, JournalError> {
    let Some((campaign, row_key)) = &meaning.keys else { return Ok(Known::default()) };
    let found = look_up
        .query_row([campaign.as_bytes()], |known| {
            Ok((known.get::<_, Vec<u8>>(0)?, known.get(1)?, known.get::<_, Option<String>>(2)?))
        })
        .optional()?;
    let Some((last_key, is_accepted, platform_id)) = found else { return Ok(Known::default()) };
    let is_this_schedule = row_key.is_some_and(|key| key.as_bytes().as_slice() == last_key);
    Ok(Known { last: Some(LastEffect { is_this_schedule, is_accepted }), platform_id })
}

/// Writes a row as it begins: queued, or settled by what is known.
pub(in crate::journal) fn insert_row(
    insert: &mut Statement<'_>,
    number: i64,
    entry: &Entry,
    known: Known,
    batch: &NewBatch,
) -> Result<(), JournalError> {
    let at_intake = entry.meaning.at_intake(known.last);
    let arrival = at_intake.arrival(batch.sending.delivery, batch.sending.resend);
    let problems = match arrival {
        Arrival::Invalid => [&*entry.problems, &entry.untimely].concat(),
        Arrival::Unchanged | Arrival::Unknown | Arrival::UnknownAndLate | Arrival::Queued => Vec::new(),
    };
    let (status, error, id) = match arrival {
        Arrival::Invalid => (Status::Invalid, Some(in_words(&problems)), None),
        Arrival::Unchanged => (Status::Unchanged, None, known.platform_id),
        Arrival::Unknown => (Status::Unknown, Some(wording::UNKNOWN_BEFORE.to_owned()), known.platform_id),
        Arrival::UnknownAndLate => {
            (Status::Unknown, Some(wording::unknown_and_late(&entry.untimely)), known.platform_id)
        }
        Arrival::Queued => (Status::Pending, None, None),
    };
    let (campaign_key, row_key) = entry.meaning.keys.map_or((None, None), |(campaign, row)| (Some(campaign), row));
    insert.execute(rusqlite::params![
        number,
        entry.input,
        entry.line,
        entry.cells,
        entry.campaign.as_ref().map(|name| name.as_str()),
        entry.stream.as_ref().map(|stream| stream.as_str()),
        entry.action.as_str(),
        entry.schedule,
        campaign_key.as_ref().map(CampaignKey::as_bytes),
        row_key.as_ref().map(RowKey::as_bytes),
        findings_as_json(&problems)?,
        findings_as_json(&entry.warnings)?,
        (status == Status::Pending).then_some(number),
        status as u8,
        at_intake.is_in_doubt() && status != Status::Invalid,
        id,
        error,
        (status != Status::Pending).then(|| to_micros(batch.now)),
    ])?;
    Ok(())
}
