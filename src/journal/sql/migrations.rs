//! The journal's tables, and how an older file comes to have them.

/// What the journal's file is marked with: "CaSc".
pub(in crate::journal) const APPLICATION_ID: i64 = 0x4361_5363;

/// The format that the first migration makes, as the file's `user_version` tells it; each that follows makes
/// the next. The format below was changed in place before there was a release, so nobody can say what it is.
pub(in crate::journal) const FIRST_FORMAT: i64 = 2;

/// The migrations, in order. One that journals have seen is never changed: what is to be different needs
/// another, and a test holds them to it.
pub(in crate::journal) const MIGRATIONS: &[&str] = &["
CREATE TABLE batch (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, or a discarded batch would be taken for a later one
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,            -- reading, open, closed
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    host TEXT NOT NULL,
    account TEXT NOT NULL,
    stream TEXT NOT NULL,
    remembered TEXT NOT NULL,       -- settings, as JSON that the journal doesn't read
    last_sitting TEXT,              -- how the last sitting ended, as such JSON; NULL while one is going on
    inputs TEXT NOT NULL,           -- a JSON list of InputRecord
    delivery TEXT NOT NULL,
    missing_from_sheet INTEGER NOT NULL DEFAULT 0,
    first_call INTEGER,             -- its calls have this number or a higher one
    quota_wait INTEGER NOT NULL DEFAULT 0,
    elapsed INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE row (
    number INTEGER PRIMARY KEY,
    input INTEGER NOT NULL,
    line INTEGER NOT NULL,          -- the row number that the user's program shows
    cells TEXT NOT NULL,
    campaign TEXT,
    stream TEXT,                    -- NULL for the batch's
    action TEXT NOT NULL,
    schedule TEXT,
    campaign_key BLOB,
    row_key BLOB,
    problems TEXT,
    warnings TEXT,
    turn INTEGER,
    leader INTEGER,
    followers INTEGER NOT NULL DEFAULT 0,
    status INTEGER NOT NULL,
    in_doubt INTEGER NOT NULL DEFAULT 0,  -- a call may have taken effect
    attempts INTEGER NOT NULL DEFAULT 0,
    platform_id TEXT,
    message TEXT,
    error TEXT,
    http_status INTEGER,
    submitted_at INTEGER,
    finished_at INTEGER,
    taken_over_by INTEGER
) STRICT;
-- The queue, and the rows of each status in the order of the input: a `resume` of a million rows begins
-- by counting them and with the first of the queue. Only a pending row has a turn.
CREATE INDEX row_queue ON row (status, turn);
CREATE INDEX row_leader ON row (leader) WHERE leader IS NOT NULL;

-- Who pays for calls: named once, since each call carries its number.
CREATE TABLE account (
    number INTEGER PRIMARY KEY,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (host, name)
) STRICT;

CREATE TABLE call (
    number INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    row INTEGER,                    -- NULL for reads
    account INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    answered_at INTEGER,
    http_status INTEGER,
    verdict TEXT,
    message TEXT
) STRICT;
CREATE INDEX call_open ON call (number) WHERE answered_at IS NULL;

-- What took effect, or may have, in the order in which it did, until `campaign` is brought up to it.
CREATE TABLE effect (
    number INTEGER PRIMARY KEY,
    row INTEGER NOT NULL,
    is_accepted INTEGER NOT NULL,
    platform_id TEXT
) STRICT;

-- The last thing that may have taken effect for each campaign, as far as it isn't in `effect`.
CREATE TABLE campaign (
    campaign_key BLOB PRIMARY KEY,
    row_key BLOB NOT NULL,
    is_accepted INTEGER NOT NULL,
    platform_id TEXT,
    is_enabled INTEGER NOT NULL,
    source TEXT NOT NULL,
    seen_in INTEGER NOT NULL,
    row INTEGER NOT NULL,
    host TEXT NOT NULL,
    account TEXT NOT NULL,
    settled_key BLOB                -- the row key of the last thing accepted; is_enabled is its too
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    host TEXT NOT NULL,
    account TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (host, account)
) STRICT, WITHOUT ROWID;
", "
ALTER TABLE campaign ADD COLUMN name TEXT;                               -- as the row had it
ALTER TABLE campaign ADD COLUMN end_past INTEGER;                        -- of the last schedule accepted
ALTER TABLE campaign ADD COLUMN enabled_row INTEGER NOT NULL DEFAULT 0;  -- the last that enabled it, or may have
UPDATE campaign SET name = row.campaign, end_past = json_extract(row.schedule, '$.enable.window.end_past')
FROM row WHERE row.number = campaign.row;
UPDATE campaign SET enabled_row = enabling.last
FROM (SELECT campaign_key, MAX(number) AS last FROM row
      WHERE action = 'enable' AND (status = 0 OR in_doubt) AND campaign_key IS NOT NULL GROUP BY campaign_key) AS enabling
WHERE enabling.campaign_key = campaign.campaign_key;
"];

#[cfg(test)]
mod tests {
    use ring::digest::{SHA256, digest};
    use rusqlite::Connection;

    use super::MIGRATIONS;

    /// Journals live for years: whoever changes a migration that they have seen leaves them unreadable under a
    /// format that says otherwise.
    #[test]
    fn a_migration_stays_as_it_is() {
        let first_bytes = |text: &str| digest(&SHA256, text.as_bytes()).as_ref()[..8].to_vec();
        let known = [[13, 50, 96, 144, 229, 18, 92, 54], [177, 160, 151, 100, 149, 18, 187, 178]];
        assert_eq!(MIGRATIONS.iter().map(|text| first_bytes(text)).collect::<Vec<_>>(), known);
    }

    #[test]
    fn what_is_new_of_campaigns_is_taken_from_their_rows() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(MIGRATIONS[0]).unwrap();
        // Enabled, then disabled, and the last is in doubt; then one whose row is forgotten.
        let schedule = r#"{"enable":{"window":{"end_past":7}}}"#;
        for (number, action, status, schedule) in [(1, "enable", 0, schedule), (2, "disable", 6, r#""disable""#)] {
            let row = "INSERT INTO row (number, input, line, cells, campaign, action, schedule, campaign_key, status)
                       VALUES (?1, 0, 2, '[]', 'Spring', ?2, ?3, x'01', ?4)";
            connection.execute(row, (number, action, schedule, status)).unwrap();
        }
        for (key, row) in [(1_u8, 1), (2, 9)] {
            let campaign = "INSERT INTO campaign (campaign_key, row_key, is_accepted, is_enabled, source, seen_in, row, host, account)
                            VALUES (?1, x'00', 1, 1, 's', 1, ?2, 'h', 'a')";
            connection.execute(campaign, ([key], row)).unwrap();
        }
        MIGRATIONS[1..].iter().for_each(|migration| connection.execute_batch(migration).unwrap());
        let found: Vec<(Option<String>, Option<i64>, i64)> = connection
            .prepare("SELECT name, end_past, enabled_row FROM campaign ORDER BY campaign_key")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(found, [(Some("Spring".to_owned()), Some(7), 1), (None, None, 0)]);
    }
}
