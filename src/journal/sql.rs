//! Every SQL statement of the journal.
//!
//! A row's number is its batch's number times 2³² plus its ordinal, so that the rows of a batch lie
//! side by side in the order of the input. `turn` is the place in the queue, of the same form, and
//! `NULL` for a row that waits for nothing; the index over it is the queue, so that the first call
//! of a `resume` doesn't depend on how many rows are done. Times are microseconds since 1970, UTC. A row's
//! status is a number: 0 scheduled, 1 disabled, 2 unchanged, 3 invalid, 4 rejected, 5 failed, 6 unknown, 7 pending.

mod migrations;

pub(super) use migrations::{APPLICATION_ID, FIRST_FORMAT, MIGRATIONS};

pub(super) const UNREAD_BATCHES: &str = "SELECT number FROM batch WHERE state = 'reading'";

pub(super) const OPEN_CALLS: &str = "
SELECT call.number, call.row, call.granted_at, COALESCE(batch.delivery, '')
FROM call INDEXED BY call_open LEFT JOIN batch ON batch.number = call.batch
WHERE call.answered_at IS NULL";
/// The rows of open calls, and those that follow them.
pub(super) const ROWS_LEFT_OPEN: &str = "
WITH out AS (
    SELECT call.row FROM call INDEXED BY call_open JOIN batch ON batch.number = call.batch
    WHERE call.answered_at IS NULL AND call.row IS NOT NULL AND batch.delivery = ?1)
SELECT number, taken_over_by IS NOT NULL FROM row WHERE number IN (SELECT row FROM out) AND status = ?2
UNION SELECT number, taken_over_by IS NOT NULL FROM row WHERE leader IN (SELECT row FROM out) AND status = ?2";
pub(super) const ABANDON_ROW: &str = "
UPDATE row SET in_doubt = 1, attempts = attempts + 1, submitted_at = COALESCE(submitted_at, ?2)
WHERE number = ?1";
pub(super) const GIVE_UP_ROW: &str = "
UPDATE row SET status = ?2, turn = NULL, error = ?3, finished_at = ?4 WHERE number = ?1 OR leader = ?1";

pub(super) const INSERT_BATCH: &str = "
INSERT INTO batch (id, kind, state, created_at, host, account, stream, remembered, inputs, delivery)
VALUES (?1, ?2, 'reading', ?3, ?4, ?5, ?6, ?7, '[]', ?8)";
pub(super) const KNOWS_CAMPAIGNS: &str = "SELECT EXISTS (SELECT 1 FROM campaign)";
pub(super) const LOOK_UP_CAMPAIGN: &str = "
SELECT row_key, is_accepted, platform_id FROM campaign WHERE campaign_key = ?1";
pub(super) const MARK_SEEN: &str = "UPDATE campaign SET seen_in = ?2 WHERE campaign_key = ?1";
pub(super) const INSERT_ROW: &str = "
INSERT INTO row (number, input, line, cells, campaign, stream, action, schedule, campaign_key, row_key,
                 problems, warnings, turn, status, in_doubt, platform_id, error, finished_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
pub(super) const AMENDABLE_ROW: &str =
    "SELECT problems, warnings, campaign, input, line, action FROM row WHERE number = ?1";
/// An invalid row was never sent, so that no call of its own is in doubt.
pub(super) const SET_PROBLEMS: &str = "
UPDATE row SET problems = ?2, error = ?3, status = ?4, turn = NULL, schedule = NULL, in_doubt = 0, platform_id = NULL,
    finished_at = ?5
WHERE number = ?1";
pub(super) const SET_WARNINGS: &str = "UPDATE row SET warnings = ?2 WHERE number = ?1";
/// Of rows that are sent, and of those left unknown too: `resume --retry` may queue them later.
pub(super) const FOLLOW: &str = "
UPDATE row SET leader = ?2, turn = NULL WHERE number = ?1 AND status IN (6, 7)
AND EXISTS (SELECT 1 FROM row AS leader WHERE leader.number = ?2 AND leader.status = row.status)";
pub(super) const COUNT_FOLLOWER: &str = "UPDATE row SET followers = followers + 1 WHERE number = ?1";
pub(super) const ORDER_BY_START: &str = "
WITH ranked AS (
    SELECT number, ROW_NUMBER() OVER (
        ORDER BY json_extract(schedule, '$.enable.window.start'), number) AS place
    FROM row INDEXED BY row_queue WHERE status = 7 AND turn BETWEEN ?1 AND ?2)
UPDATE row SET turn = ?1 + ranked.place FROM ranked WHERE ranked.number = row.number";
pub(super) const ORDER_BY_INPUT: &str = "
UPDATE row SET turn = number WHERE number IN (
    SELECT number FROM row INDEXED BY row_queue WHERE status = 7 AND turn BETWEEN ?1 AND ?2)";
/// Rejected and failed rows too, though they are done: `resume --retry` must not queue them any more.
pub(super) const TAKE_OVER: &str = "
UPDATE row SET taken_over_by = ?1, turn = NULL
WHERE number IN (SELECT number FROM row WHERE status IN (4, 5, 6, 7) AND turn IS NULL AND number < ?2
                 UNION ALL SELECT number FROM row WHERE status = 7 AND turn < ?2)
  AND taken_over_by IS NULL
  AND campaign_key IN (SELECT campaign_key FROM row WHERE number >= ?2 AND campaign_key IS NOT NULL)";
/// An undo withdraws what its batch left unsettled, so that no `resume` sends it.
pub(super) const WITHDRAW: &str = "
UPDATE row SET taken_over_by = ?1, turn = NULL
WHERE number BETWEEN ?2 AND ?3 AND status IN (4, 5, 6, 7) AND taken_over_by IS NULL";
pub(super) const EMPTY_QUEUE: &str =
    "UPDATE row NOT INDEXED SET turn = NULL, error = ?3 WHERE number BETWEEN ?1 AND ?2 AND status = 7";
/// What was settled last is a schedule, whatever call came later and is in doubt. One whose end has passed runs no
/// more, and a rejects or results file never held all of a sheet.
macro_rules! missing {
    () => {
        "
FROM campaign
WHERE host = ?1 AND account = ?2 AND settled_key IS NOT NULL AND is_enabled = 1 AND seen_in < ?3
  AND source IN (SELECT json_extract(value, '$.source') FROM json_each(?4) WHERE NOT json_extract(value, '$.is_results'))
  AND COALESCE(end_past, ?5) >= ?5 "
    };
}
pub(super) const COUNT_MISSING: &str = concat!("SELECT COUNT(*)", missing!());
/// The names of those that [`COUNT_MISSING`] counts.
pub(super) const MISSING: &str = concat!("SELECT name", missing!(), "AND name IS NOT NULL ORDER BY row LIMIT ?6");
pub(super) const TO_SEND: &str = "SELECT COUNT(*) FROM row WHERE status = 7 AND turn BETWEEN ?1 AND ?2";
pub(super) const SEAL: &str = "
UPDATE batch SET state = 'open', inputs = ?2, missing_from_sheet = ?3,
    first_call = (SELECT COALESCE(MAX(number), 0) + 1 FROM call)
WHERE number = ?1";
pub(super) const DISCARD_ROWS_OF: &str = "DELETE FROM row WHERE number BETWEEN ?1 AND ?2";
pub(super) const DISCARD_BATCH: &str = "DELETE FROM batch WHERE number = ?1";

pub(super) const NEXT_ROWS: &str = "
SELECT number, turn, input, line, campaign, stream, schedule, in_doubt, attempts, followers, submitted_at
FROM row INDEXED BY row_queue WHERE status = 7 AND turn > ?1 AND turn <= ?2 ORDER BY turn LIMIT ?3";
pub(super) const LAST_CALL: &str = "SELECT COALESCE(MAX(number), 0) FROM call";
pub(super) const ACCOUNT: &str = "SELECT number FROM account WHERE host = ?1 AND name = ?2";
pub(super) const INSERT_ACCOUNT: &str = "INSERT INTO account (host, name) VALUES (?1, ?2)";
pub(super) const INSERT_CALL: &str = "
INSERT INTO call (number, batch, row, account, granted_at) VALUES (?1, ?2, ?3, ?4, ?5)";
pub(super) const ANSWER_CALL: &str = "
UPDATE call SET answered_at = ?2, http_status = ?3, verdict = ?4, message = ?5 WHERE number = ?1";
/// Where nothing was answered since (a start that passed while the row waited), the last answer stands.
pub(super) const CHANGE_ROW: &str = "
UPDATE row SET status = ?2, in_doubt = ?3, attempts = ?4, platform_id = COALESCE(?5, platform_id),
    message = COALESCE(?6, message), error = ?7, http_status = CASE WHEN ?6 IS NULL THEN http_status ELSE ?8 END,
    submitted_at = ?9, finished_at = ?10, turn = CASE WHEN ?2 = 7 THEN turn END
WHERE number = ?1";
pub(super) const CHANGE_FOLLOWERS: &str = "
UPDATE row SET status = ?2, platform_id = ?3, message = ?4, error = ?5, finished_at = ?6 WHERE leader = ?1";
pub(super) const IS_CALL_OPEN: &str = "SELECT EXISTS (SELECT 1 FROM call WHERE number = ?1 AND answered_at IS NULL)";
pub(super) const IS_ROW_OLDER: &str = "
SELECT EXISTS (SELECT 1 FROM row WHERE number = ?1 AND COALESCE(finished_at, -1) < ?2)";
pub(super) const ADD_EFFECT: &str = "INSERT INTO effect (row, is_accepted, platform_id) VALUES (?1, ?2, ?3)";
/// In the order of the keys, so that each page of `campaign` is touched once.
pub(super) const SETTLE_CAMPAIGNS: &str = "
INSERT INTO campaign (campaign_key, row_key, is_accepted, platform_id, is_enabled, source, seen_in, row, host, account,
    settled_key, name, end_past, enabled_row)
SELECT row.campaign_key, row.row_key, effect.is_accepted, effect.platform_id, row.action = 'enable',
       json_extract(batch.inputs, '$[' || row.input || '].source'), batch.number, row.number, batch.host, batch.account,
       CASE WHEN effect.is_accepted THEN row.row_key END, row.campaign,
       CASE WHEN effect.is_accepted THEN json_extract(row.schedule, '$.enable.window.end_past') END,
       CASE WHEN row.action = 'enable' THEN row.number ELSE 0 END
FROM effect JOIN row ON row.number = effect.row JOIN batch ON batch.number = row.number >> 32
WHERE row.row_key IS NOT NULL ORDER BY row.campaign_key, effect.number
ON CONFLICT (campaign_key) DO UPDATE SET row_key = excluded.row_key, is_accepted = excluded.is_accepted,
    settled_key = COALESCE(excluded.settled_key, settled_key),
    platform_id = COALESCE(excluded.platform_id, platform_id),
    is_enabled = CASE WHEN excluded.is_accepted THEN excluded.is_enabled ELSE is_enabled END,
    source = CASE WHEN excluded.is_accepted THEN excluded.source ELSE source END, row = excluded.row,
    name = excluded.name, end_past = CASE WHEN excluded.is_accepted THEN excluded.end_past ELSE end_past END,
    enabled_row = MAX(enabled_row, excluded.enabled_row)";
pub(super) const FORGET_EFFECTS: &str = "DELETE FROM effect";
pub(super) const SET_HOLD: &str = "
INSERT INTO hold (host, account, until) VALUES (?1, ?2, ?3) ON CONFLICT (host, account) DO UPDATE SET until = excluded.until";
pub(super) const HOLD: &str = "SELECT until FROM hold WHERE host = ?1 AND account = ?2";
pub(super) const RECENT_CALLS: &str = "
SELECT answered_at FROM call WHERE account = (SELECT number FROM account WHERE host = ?1 AND name = ?2)
    AND answered_at IS NOT NULL ORDER BY number DESC LIMIT ?3";

pub(super) const CLOSE: &str = "
UPDATE batch SET state = CASE WHEN ?4 THEN 'closed' ELSE state END, finished_at = ?2,
    quota_wait = quota_wait + ?3, elapsed = elapsed + ?5 WHERE number = ?1";
pub(super) const TIME_SPENT: &str = "SELECT elapsed, quota_wait FROM batch WHERE number = ?1";
pub(super) const BEGIN_SITTING: &str = "UPDATE batch SET last_sitting = NULL, delivery = ?2 WHERE number = ?1";
pub(super) const NOTE_SITTING: &str = "UPDATE batch SET last_sitting = ?2 WHERE number = ?1";
pub(super) const TALLY: &str = "
SELECT status, COUNT(*) FROM row INDEXED BY row_queue
WHERE status IN (0, 1, 2, 3, 4, 5, 6, 7) AND turn IS NULL AND number BETWEEN ?1 AND ?2 GROUP BY status
UNION ALL SELECT 7, COUNT(*) FROM row INDEXED BY row_queue WHERE status = 7 AND turn BETWEEN ?1 AND ?2";
pub(super) const COUNTED: &str = "
SELECT status, COUNT(*) FROM row WHERE number BETWEEN ?1 AND ?2 AND taken_over_by IS NULL GROUP BY status";
/// Compared with the last number that was ever given: a later batch may have been forgotten since, and what it took
/// over stays so.
pub(super) const IS_LAST_BATCH: &str = "SELECT seq = ?1 FROM sqlite_sequence WHERE name = 'batch'";
/// What the rows of a batch have in common.
pub(super) const BATCH_FACTS: &str = "SELECT inputs, stream FROM batch WHERE number = ?1";
/// A row of the batch waits for a grant.
macro_rules! has_queue {
    () => {
        "EXISTS (SELECT 1 FROM row WHERE status = 7 AND turn BETWEEN batch.number << 32 AND (batch.number << 32) + 4294967295)"
    };
}
pub(super) const BATCHES: &str = concat!(
    "
SELECT number, id, kind, created_at, finished_at, host, account, stream, remembered, inputs, missing_from_sheet,
       ",
    has_queue!(),
    ", last_sitting
FROM batch WHERE state <> 'reading' ORDER BY number DESC"
);
/// All rows of a batch, or only those of which there is something to say beside that they are good.
pub(super) const ROWS: &str = "
SELECT row.number, input, line, cells, campaign, row.stream, action, schedule, status,
       in_doubt OR out.calls IS NOT NULL OR COALESCE((SELECT in_doubt FROM row AS led WHERE led.number = row.leader), 0),
       platform_id, message, error, problems, warnings, http_status,
       attempts + COALESCE(out.calls, 0), COALESCE(submitted_at, out.granted_at), row.finished_at,
       later.id, CASE WHEN row.taken_over_by IS NOT NULL THEN COALESCE(later.kind = 'undo', 0) END
FROM row LEFT JOIN batch AS later ON later.number = row.taken_over_by
LEFT JOIN (SELECT call.row, COUNT(*) AS calls, MIN(call.granted_at) AS granted_at
           FROM call INDEXED BY call_open WHERE answered_at IS NULL GROUP BY call.row) AS out ON out.row = row.number
WHERE row.number BETWEEN ?1 AND ?2 AND (NOT ?3 OR row.status >= 3 OR row.warnings IS NOT NULL) ORDER BY row.number";
/// Scheduled, disabled or unknown, and still this batch's own.
macro_rules! sent {
    () => {
        "
WHERE row.number > ?1 AND row.number <= ?2 AND status IN (0, 1, 6) AND leader IS NULL AND taken_over_by IS NULL
  AND row.row_key IS NOT NULL "
    };
}
pub(super) const COUNT_SENT: &str = concat!("SELECT COUNT(*) FROM row NOT INDEXED", sent!());
/// The rows that [`COUNT_SENT`] counts.
pub(super) const SENT_ROWS: &str = concat!(
    "
SELECT row.number, input, line, campaign, stream, action, status,
       COALESCE(row.platform_id, campaign.platform_id), attempts, followers, submitted_at, http_status,
       COALESCE(campaign.is_enabled AND campaign.settled_key <> row.row_key, 0),
       COALESCE(campaign.row_key = row.row_key AND campaign.row <= row.number, 0)
FROM row NOT INDEXED LEFT JOIN campaign ON campaign.campaign_key = row.campaign_key",
    sent!(),
    "ORDER BY row.number LIMIT ?3"
);
pub(super) const YIELD_TO_LATER: &str = "
UPDATE row NOT INDEXED SET taken_over_by = campaign.row >> 32 FROM campaign
WHERE campaign.campaign_key = row.campaign_key AND campaign.row > ?2
  AND row.number BETWEEN ?1 AND ?2 AND row.status = 6 AND row.taken_over_by IS NULL";
pub(super) const UNSENT_ROWS: &str = "
SELECT number, input, line, campaign, stream, status FROM row NOT INDEXED
WHERE number > ?1 AND number <= ?2 AND status IN (3, 7) AND attempts = 0 AND campaign IS NOT NULL
ORDER BY number LIMIT ?3";
/// A later batch has the last word on the campaign. A later disable that isn't settled spares nothing (an undo that
/// was killed is made again), unless something was enabled before it. None of this is looked for among the rows: a
/// later batch may be forgotten by now.
macro_rules! enabling {
    ($spared:literal) => {
        concat!(
            "
FROM row WHERE row.number > ?1 AND row.number <= ?2 AND action = 'enable' AND leader IS NULL AND (status IN (0, 6) OR in_doubt)
  AND ",
            $spared,
            " (
    SELECT 1 FROM campaign WHERE campaign.campaign_key = row.campaign_key AND campaign.row > ?2
      AND (campaign.is_accepted OR campaign.enabled_row > ?2)) "
        )
    };
}
/// What an undo disables. The same columns as [`ROWS`].
pub(super) const ENABLING_ROWS: &str = concat!(
    "
SELECT row.number, input, line, cells, campaign, row.stream, action, schedule, status, in_doubt, platform_id, message, error,
       problems, warnings, http_status, attempts, submitted_at, row.finished_at, NULL, NULL",
    enabling!("NOT EXISTS"),
    "ORDER BY row.number LIMIT ?3"
);
/// What it leaves to later batches.
pub(super) const COUNT_SPARED: &str = concat!("SELECT COUNT(*)", enabling!("EXISTS"));
pub(super) const CALLS_OF_BATCH: &str = "
SELECT COUNT(*), COALESCE(SUM(row IS NULL), 0) FROM call
WHERE batch = ?1 AND number >= (SELECT first_call FROM batch WHERE number = ?1)";
pub(super) const WAS_ANSWERED: &str = "
SELECT EXISTS (SELECT 1 FROM call
WHERE batch = ?1 AND http_status IS NOT NULL AND number >= (SELECT first_call FROM batch WHERE number = ?1))";
pub(super) const GRANTS_OF_BATCH: &str = "
SELECT granted_at FROM call
WHERE batch = ?1 AND number >= (SELECT first_call FROM batch WHERE number = ?1) ORDER BY number";
pub(super) const CALLS_OF_ROW: &str = "
SELECT granted_at, answered_at, http_status, verdict, message FROM call
WHERE batch = ?1 AND row = ?2 AND number >= (SELECT first_call FROM batch WHERE number = ?1) ORDER BY number";
pub(super) const PRUNABLE: &str = concat!(
    "
SELECT number FROM batch
WHERE state <> 'reading' AND COALESCE(finished_at, created_at) < ?1 AND NOT ",
    has_queue!()
);
/// The same of calls whose batch is forgotten already, and of those outside of batches.
pub(super) const PRUNE_LEFT_CALLS: &str = "
DELETE FROM call WHERE batch NOT IN (SELECT number FROM batch) AND answered_at < ?1
  AND number < (SELECT MAX(number) FROM call)";
/// The last stays, or its number would be given again, which a batch may take for one from before it.
pub(super) const PRUNE_CALLS: &str = "
DELETE FROM call WHERE batch = ?1 AND answered_at < ?2 AND number < (SELECT MAX(number) FROM call)";
/// Rows of a batch that wait though a call of theirs may have arrived, and the rows that follow them.
pub(super) const LEAVE_DOUBTFUL: &str = "
WITH doubtful AS MATERIALIZED (
    SELECT number FROM row INDEXED BY row_queue
    WHERE status = 7 AND turn BETWEEN ?1 AND ?2 AND in_doubt AND taken_over_by IS NULL)
UPDATE row SET status = ?3, turn = NULL, error = ?4, finished_at = ?5
WHERE number IN (SELECT number FROM doubtful)
   OR leader IN (SELECT number FROM doubtful) AND status = 7 AND taken_over_by IS NULL";
/// Rows that follow go back with the one that they follow. A row stays as it is if a later batch
/// asks for its campaign: an older wish must not overwrite a newer one. Most such rows were taken over; one
/// that was good then, and that a look has found unknown since, was not. A later row that found the campaign as it
/// wants it asks for nothing else; whether it was another that made it so is told by the campaign itself, which is
/// known when the later batch is forgotten too. So a row stays if another of its own batch was the last to take
/// effect, or may have been, and wants something else. The second half of the batch's turns is theirs alone, so that
/// no turn is given twice.
pub(super) const QUEUE_AGAIN: &str = "
UPDATE row NOT INDEXED SET status = 7, turn = CASE WHEN leader IS NULL THEN number + 2147483648 END, finished_at = NULL,
    error = NULL
WHERE number BETWEEN ?1 AND ?2 AND status = ?3 AND taken_over_by IS NULL AND campaign_key IS NOT NULL
  AND campaign_key NOT IN (SELECT campaign_key FROM row WHERE number > ?2 AND campaign_key IS NOT NULL AND status <> 2)
  AND NOT EXISTS (
    SELECT 1 FROM campaign WHERE campaign.campaign_key = row.campaign_key
      AND (campaign.row > ?2 OR campaign.row >= ?1 AND campaign.row <> row.number AND campaign.row_key <> row.row_key))";
